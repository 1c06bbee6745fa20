"""Pushes as a source: a maker's cloud, a gateway for beacons or a camera sends signed JSON, the web hands it in here.

The signature is somebody else's work (`codecs.signed_push`). Here a sender is held to what is his: he speaks for his
own devices only, in his own format. What carries no time of its own is as old as the signature, by the sender's clock:
a request that was held back on its way must not pass for news.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hardware_bridge.codecs import json_envelope, json_map
from hardware_bridge.codecs.json_map import JsonMap
from hardware_bridge.lines import Lines
from hardware_bridge.sample import DeviceKey, Said, SourceKind, Trouble, Why
from hardware_bridge.source import Sink
from hardware_bridge.sources.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who may push. ``format`` None: our own JSON."""

    name: DeviceKey
    key: bytes = field(repr=False)
    devices: frozenset[DeviceKey]
    format: JsonMap | None = None


class Inlet:
    """The source. It is open while the bridge runs it."""

    name = "push"

    def __init__(self, senders: Sequence[Sender], tally: Tally) -> None:
        self.senders: Mapping[str, Sender] = {sender.name: sender for sender in senders}
        self.tally = tally
        self._sink: Sink | None = None

    @property
    def open(self) -> bool:
        """Whether what is handed in is heard."""
        return self._sink is not None

    async def run(self, sink: Sink) -> None:
        """Be open until cancelled."""
        self._sink = sink
        try:
            await asyncio.Event().wait()
        finally:
            self._sink = None

    def notes(self) -> tuple[str, ...]:
        """What an operator should know now."""
        return self.tally.notes()

    def counts(self) -> Mapping[str, int]:
        """What was counted."""
        return self.tally.counts()

    def take(self, sender: Sender, body: bytes, signed_at: datetime) -> Sequence[Said]:
        """Hand in a body whose signature holds, and return what it said. Ask `open` first."""
        heard = tuple(_read(sender, body, signed_at))
        for said in heard:
            self.tally.heard(said)
            if self._sink is not None:
                self._sink.take(said)
        return heard


def _read(sender: Sender, body: bytes, signed_at: datetime) -> Iterator[Said]:
    if sender.format is None:
        found = json_envelope.read(body, SourceKind.PUSH)
    else:
        only = next(iter(sender.devices)) if len(sender.devices) == 1 else None
        found = json_map.read(body, sender.format, SourceKind.PUSH, only)
    for said in found:
        if isinstance(said, Trouble):
            yield said
        elif said.device not in sender.devices:
            yield Trouble(source=SourceKind.PUSH, why=Why.REFUSED, detail="a device this sender does not speak for")
        else:
            yield said if said.device_time is not None else replace(said, device_time=signed_at)


def inlet_of(lines: Lines, tally: Tally) -> Inlet | None:
    """The source of the file's senders; None where it names none."""
    formats = lines.profiles.json
    senders = [
        Sender(
            name=DeviceKey(one.name),
            key=lines.keys[one.name],
            devices=frozenset(map(DeviceKey, one.devices)),
            format=None if one.profile is None else formats[one.profile],
        )
        for one in lines.site.push
    ]
    return Inlet(senders, tally) if senders else None
