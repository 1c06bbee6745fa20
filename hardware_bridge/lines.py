"""Load the site's file of lines, or say in one message everything that is wrong with it: file, line and key.

::

    lines.yaml    which detector, terminal, station or sender is heard where: addresses, paces, register maps

Secrets stand elsewhere; the file names them (``$TAG_7_CODE``), and one that is not set is a fault of the line that
names it. A device on two lines is refused: nobody could tell which of its values is the newer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hardware_bridge import line_models as m
from hardware_bridge.codecs import profiles
from hardware_bridge.codecs.hj212_packet import Sm4
from hardware_bridge.codecs.hj212_station import Station
from hardware_bridge.codecs.jt808_session import FEWEST_CODE, MOST_CODE, Terminal
from hardware_bridge.codecs.profiles import Profiles
from hardware_bridge.codecs.signed_push import FEWEST_KEY_BYTES
from hardware_bridge.sample import DeviceKey
from storage.policy_shape import shaped
from storage.policy_yaml import Path_, PolicyError, Problem, Source

Secrets = Callable[[str], str | None]
"""Finds a secret by its name; None when it is not set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The file as read. Secrets are by the place that names them, never in a `repr`."""

    site: m.Site
    profiles: Profiles
    terminals: tuple[Mapping[str, Terminal], ...] = field(repr=False)
    """Of each port of JT/T 808, by phone."""
    stations: tuple[Mapping[str, Station], ...] = field(repr=False)
    """Of each port of HJ 212, by MN."""
    keys: Mapping[str, bytes] = field(repr=False)
    """Of each sender of pushes."""
    tokens: Mapping[str, str] = field(repr=False)
    """Of each feed that has one."""


def load(policies: Path, file: Path, secret: Secrets) -> Lines:
    """Read the file and the device files it names. Raise `PolicyError` with every problem found."""
    known = profiles.load(policies)
    problems: list[Problem] = []
    found = shaped(file, policies, m.Site, problems)
    if found is None:
        raise PolicyError(problems)
    site, source = found
    problems += _profiles_missing(site, known, source)
    problems += _twice(site, source)
    reader = _Reader(source=source, secret=secret, problems=problems)
    lines = Lines(
        site=site,
        profiles=known,
        terminals=tuple(reader.terminals(index, one) for index, one in enumerate(site.jt808)),
        stations=tuple(reader.stations(index, one) for index, one in enumerate(site.hj212)),
        keys=reader.keys(site),
        tokens=reader.tokens(site),
    )
    if problems:
        raise PolicyError(problems)
    return lines


# --- what one look at the shape does not see --------------------------------------------------------------------------


def _profiles_missing(site: m.Site, known: Profiles, source: Source) -> Iterator[Problem]:
    """Every profile that is named stands in ``policies/devices`` and speaks the line's protocol."""
    named: list[tuple[Path_, str, Mapping[str, object]]] = []
    for index, line in enumerate(site.modbus):
        named += [
            (("modbus", index, "devices", at, "profile"), one.profile, known.modbus)
            for at, one in enumerate(line.devices)
        ]
    named += [(("hj212", index, "profile"), line.profile, known.hj212) for index, line in enumerate(site.hj212)]
    named += [(("push", at, "profile"), one.profile, known.json) for at, one in enumerate(site.push) if one.profile]
    named += [(("feed", at, "profile"), one.profile, known.json) for at, one in enumerate(site.feed)]
    for where, name, table in named:
        if name not in table:
            yield source.problem(where, f"policies/devices 里没有这种协议的 {name}")
    for at, feed in enumerate(site.feed):
        table_of = known.json.get(feed.profile)
        if table_of is not None and table_of.time is None:
            yield source.problem(("feed", at, "profile"), f"{feed.profile} 没有写 time：不知道多旧的天气不能用")


def _twice(site: m.Site, source: Source) -> Iterator[Problem]:
    """Names of lines, devices and identities that stand twice."""
    lines: list[tuple[Path_, str]] = []
    devices: list[tuple[Path_, str]] = []
    for index, bus in enumerate(site.modbus):
        lines.append((("modbus", index, "name"), bus.name))
        devices += [(("modbus", index, "devices", at, "device"), one.device) for at, one in enumerate(bus.devices)]
    for index, port in enumerate(site.jt808):
        lines.append((("jt808", index, "name"), port.name))
        devices += [(("jt808", index, "terminals", at, "device"), one.device) for at, one in enumerate(port.terminals)]
        phones = [(("jt808", index, "terminals", at, "phone"), one.phone) for at, one in enumerate(port.terminals)]
        yield from _doubles(phones, source)
    for index, house in enumerate(site.hj212):
        lines.append((("hj212", index, "name"), house.name))
        devices += [(("hj212", index, "stations", at, "device"), one.device) for at, one in enumerate(house.stations)]
        yield from _doubles(
            [(("hj212", index, "stations", at, "mn"), one.mn) for at, one in enumerate(house.stations)], source
        )
    for index, call in enumerate(site.nmea):
        lines.append((("nmea", index, "name"), call.name))
        devices.append((("nmea", index, "device"), call.device))
    for index, server in enumerate(site.nmea_server):
        lines.append((("nmea_server", index, "name"), server.name))
        devices += [(("nmea_server", index, "devices", where), one) for where, one in server.devices.items()]
    for index, feed in enumerate(site.feed):
        lines.append((("feed", index, "name"), feed.name))
        devices.append((("feed", index, "device"), feed.device))
    for index, sender in enumerate(site.push):
        devices += [(("push", index, "devices", at), one) for at, one in enumerate(sender.devices)]
    yield from _doubles(lines, source)
    yield from _doubles(devices, source)
    yield from _doubles([(("push", index, "name"), one.name) for index, one in enumerate(site.push)], source)


def _doubles(named: Sequence[tuple[Path_, str]], source: Source) -> Iterator[Problem]:
    seen: set[str] = set()
    for where, name in named:
        if name in seen:
            yield source.problem(where, f"{name} 写了两次")
        seen.add(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Fetches the secrets. What is amiss is added to ``problems``; a secret itself is never told."""

    source: Source
    secret: Secrets
    problems: list[Problem]

    def _find(self, where: Path_, name: str) -> str:
        """The secret; empty, beside a problem, where it is not set."""
        value = self.secret(name) or ""
        if not value:
            self._fault(where, f"密钥 {name} 没有设置")
        return value

    def _fault(self, where: Path_, message: str) -> None:
        self.problems.append(self.source.problem(where, message))

    def terminals(self, index: int, port: m.Jt808) -> dict[str, Terminal]:
        found: dict[str, Terminal] = {}
        for at, one in enumerate(port.terminals):
            where: Path_ = ("jt808", index, "terminals", at, "code")
            code, device = self._find(where, one.code).encode(), DeviceKey(one.device)
            if code:
                try:
                    found[one.phone] = Terminal(device=device, code=code, terminal=one.terminal, datum=one.datum)
                except ValueError:
                    self._fault(where, f"密钥 {one.code} 应为 {FEWEST_CODE} 到 {MOST_CODE} 个字节")
        return found

    def stations(self, index: int, port: m.Hj212) -> dict[str, Station]:
        found: dict[str, Station] = {}
        for at, one in enumerate(port.stations):
            password = self._find(("hj212", index, "stations", at, "password"), one.password)
            if password:
                sm4 = None if one.sm4 is None else self._sm4(("hj212", index, "stations", at, "sm4", "key"), one.sm4)
                found[one.mn] = Station(device=DeviceKey(one.device), password=password, sm4=sm4)
        return found

    def _sm4(self, where: Path_, said: m.Sm4) -> Sm4 | None:
        text = self._find(where, said.key)
        try:
            return Sm4(key=bytes.fromhex(text), spelling=said.spelling, covered=said.covered) if text else None
        except ValueError:
            self._fault(where, f"密钥 {said.key} 应为 32 位十六进制（16 个字节）")
            return None

    def keys(self, site: m.Site) -> dict[str, bytes]:
        """One key for each sender: whose key is known to another could speak in his name."""
        found: dict[str, bytes] = {}
        for at, one in enumerate(site.push):
            where: Path_ = ("push", at, "key")
            key = self._find(where, one.key).encode()
            if 0 < len(key) < FEWEST_KEY_BYTES:
                self._fault(where, f"密钥 {one.key} 太短，至少 {FEWEST_KEY_BYTES} 个字节")
            if key and key in found.values():
                self._fault(where, f"密钥 {one.key} 和别的发送方相同，每个发送方一把")
            found[one.name] = key
        return found

    def tokens(self, site: m.Site) -> dict[str, str]:
        return {
            one.name: self._find(("feed", at, "token"), one.token)
            for at, one in enumerate(site.feed)
            if one.token is not None
        }
