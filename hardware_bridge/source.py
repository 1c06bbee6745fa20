"""What a transport is to the bridge: a `Source` runs until cancelled and puts what it hears into a `Sink`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from hardware_bridge.sample import DeviceKey, Said


class Sink(Protocol):
    """Where a source puts what it hears. Never blocks, never raises on anything a codec can build.

    Returning means "heard", not "durable": what a device says is worth a second, and what is lost with the process is
    noticed as silence. A transport with acknowledgements may acknowledge at once.
    """

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        """Take one thing. ``received_at`` is ours (aware); left out it is now, given where the source itself held it
        for a while and knows since when. ``via``: the site gateway that says it in the device's name."""
        ...


@runtime_checkable
class Straightway(Sink, Protocol):
    """A sink that also takes usual messages of our own JSON as they are, with less work."""

    def take_usual(self, body: bytes, at: datetime, devices: frozenset[DeviceKey] | None) -> bool:
        """Take all of a message, received ``at`` (aware); False: nothing of it was taken. ``devices``: whom it may
        speak for; None: for all that have no gateway."""
        ...


class Source(Protocol):
    """One transport: an MQTT session, a Modbus gateway, a listening port.

    It connects, reconnects and waits by itself. A line that is down is silence of the devices behind it, which the
    bridge notices without being told; a source makes up no values and repeats none.
    """

    @property
    def name(self) -> str:
        """For log lines and the health page: short, unique among the sources of a site, without secrets."""
        ...

    async def run(self, sink: Sink) -> None:
        """Run until cancelled; then let go of every socket. What it raises ends only this try: it is started again."""
        ...

    def notes(self) -> tuple[str, ...]:
        """What an operator should know now ("line down for 40 s"), a sentence each; empty: all is well."""
        ...


@runtime_checkable
class Counting(Protocol):
    """A source that counts, for the health page."""

    def counts(self) -> Mapping[str, int]:
        """What was counted since the start, by a short name."""
        ...
