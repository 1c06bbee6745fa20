"""Which topic speaks in which format, and for which device. No I/O.

What a publisher may write under is the broker's to say (its access list); what a topic means is the policy file's. A
topic no line of the file fits is counted and not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hardware_bridge.codecs import json_envelope, json_map
from hardware_bridge.codecs.json_map import JsonMap
from hardware_bridge.sample import LONGEST_KEY, DeviceKey, Said, SourceKind, Trouble, Why

MOST_TOPICS: Final = 16_384
"""Topics whose meaning is remembered; a plant of ten thousand devices has as many."""


def problem_of(pattern: str) -> str | None:
    """Why this is no filter of MQTT, in Chinese; None: it is one."""
    levels = pattern.split("/")
    if not pattern or "\0" in pattern or len(pattern.encode()) > 65_535:
        return "主题过滤器不能为空，也不能太长"
    if any(("+" in level or "#" in level) and len(level) > 1 for level in levels) or "#" in levels[:-1]:
        return "通配符 + 要独占一级，# 只能单独放在最后一级"
    if pattern.startswith("$"):
        return "不能订阅 $ 开头的主题"
    return None


def fits(pattern: str, topic: str) -> bool:
    """Whether a topic is among those a filter names. ``$SYS`` and its like are hidden from leading wildcards."""
    wanted, given = pattern.split("/"), topic.split("/")
    if topic.startswith("$") and wanted[0] in {"+", "#"}:
        return False
    if wanted[-1] == "#":
        wanted.pop()
        given = given[: len(wanted)]
    return len(wanted) == len(given) and all(a in {"+", b} for a, b in zip(wanted, given, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The topics of one gateway and how they are read. ``map``: None is our own format (docs/hardware-json.md).
    ``device``: the level of the topic, from 0, that names the device; a message that names another one is refused.
    ``devices``: those the topic may speak for; None: no list. With neither, whoever may write there speaks for all."""

    pattern: str
    qos: int = 1
    map: JsonMap | None = None
    device: int | None = None
    devices: frozenset[DeviceKey] | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one topic says."""

    map: JsonMap | None
    device: DeviceKey | None
    devices: frozenset[DeviceKey] | None = None

    def read(self, body: bytes) -> list[Said]:
        """What a message says; what cannot be read, or is said of a device the topic does not speak for, is
        `hardware_bridge.sample.Trouble`."""
        if self.map is None:
            found = json_envelope.read(body, SourceKind.MQTT)
        else:
            found = json_map.read(body, self.map, SourceKind.MQTT, self.device)
        return found if self.devices is None else [self._own(one, self.devices) for one in found]

    def _own(self, said: Said, devices: frozenset[DeviceKey]) -> Said:
        if isinstance(said, Trouble) or said.device in devices:
            return said
        return Trouble(source=SourceKind.MQTT, why=Why.REFUSED, detail="a device this topic does not speak for")


class Topics:
    """All feeds of a broker; the first that fits counts."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self.feeds = tuple(feeds)
        self.meaning = lru_cache(maxsize=MOST_TOPICS)(self._meaning)
        """What a topic means; None: no line of the file fits it."""

    def _meaning(self, topic: str) -> Meaning | None:
        return next(self._meanings(topic), None)

    def _meanings(self, topic: str) -> Iterator[Meaning]:
        levels = topic.split("/")
        for feed in self.feeds:
            if not fits(feed.pattern, topic):
                continue
            if feed.device is None:
                yield Meaning(feed.map, None, feed.devices)
            elif feed.device < len(levels):
                name = levels[feed.device]
                named = 0 < len(name) <= LONGEST_KEY and name.isprintable()
                one = frozenset({DeviceKey(name)} if named else ())
                only = one if feed.devices is None else one & feed.devices
                yield Meaning(feed.map, DeviceKey(name) if named else None, only)
