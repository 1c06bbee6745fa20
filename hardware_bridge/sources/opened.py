"""The sources of a site's file of lines, each a codec behind a transport."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from hardware_bridge import line_models as m
from hardware_bridge.codecs.heard import Heard
from hardware_bridge.codecs.hj212_packet import Spelling
from hardware_bridge.codecs.hj212_station import Codes, Station
from hardware_bridge.codecs.hj212_station import Line as Hj212Line
from hardware_bridge.codecs.jt808_session import Session, Terminal
from hardware_bridge.codecs.nmea import Fixes
from hardware_bridge.codecs.profiles import Profiles
from hardware_bridge.lines import Lines
from hardware_bridge.sample import DeviceKey
from hardware_bridge.source import Source
from hardware_bridge.sources.call import Call
from hardware_bridge.sources.feed import Feed
from hardware_bridge.sources.modbus import ModbusLine, Slave, open_rtu, open_tcp
from hardware_bridge.sources.port import Limits, Port, Receive
from hardware_bridge.sources.push import inlet_of
from hardware_bridge.sources.tally import Tally
from workflow.values import Datum

T = TypeVar("T")
Clock = Callable[[], datetime]
_STATION_PROVES: Final = timedelta(minutes=3)
"""A station of HJ 212 may say nothing until its next minute of data."""


def sources_of(lines: Lines, *, clock: Clock, steady: Callable[[], float]) -> Iterator[Source]:
    """Everything the file names. What comes in by pushes is handed to the one of them that is an `Inlet`."""
    for bus in lines.site.modbus:
        yield modbus(bus, lines.profiles, clock=clock, steady=steady)
    for port, terminals in zip(lines.site.jt808, lines.terminals, strict=True):
        yield jt808(port, terminals, clock=clock)
    for house, stations in zip(lines.site.hj212, lines.stations, strict=True):
        yield hj212(house, stations, lines.profiles.hj212[house.profile], clock=clock)
    for call in lines.site.nmea:
        yield nmea(call, clock=clock)
    for server in lines.site.nmea_server:
        yield nmea_server(server, clock=clock)
    for service in lines.site.feed:
        yield feed(service, lines, clock=clock)
    inlet = inlet_of(lines, Tally(clock))
    if inlet is not None:
        yield inlet


def modbus(line: m.Modbus, profiles: Profiles, *, clock: Clock, steady: Callable[[], float]) -> ModbusLine:
    """A line of register maps."""
    connect = open_tcp if line.framing == "tcp" else open_rtu
    return ModbusLine(
        line.name,
        slaves=[
            Slave(
                unit=one.unit, device=DeviceKey(one.device), profile=profiles.modbus[one.profile], every=one.every
            )
            for one in line.devices
        ],
        open_=partial(connect, line.host, line.port, line.timeout),
        timeout=line.timeout,
        tally=Tally(clock),
        steady=steady,
    )  # fmt: skip


def jt808(line: m.Jt808, terminals: Mapping[str, Terminal], *, clock: Clock) -> Port:
    """A port for terminals of JT/T 808."""
    tally = Tally(clock)
    known = _asked(terminals, tally)
    return _port(line, lambda _: Session(known).receive, tally)


def hj212(line: m.Hj212, stations: Mapping[str, Station], codes: Codes, *, clock: Clock) -> Port:
    """A port for stations of HJ 212."""
    tally = Tally(clock)
    known = _asked(stations, tally)
    text = all(one.sm4 is None or one.sm4.spelling is not Spelling.RAW for one in stations.values())
    return _port(line, lambda _: Hj212Line(known, codes, text=text).receive, tally, prove_within=_STATION_PROVES)


def nmea(line: m.Nmea, *, clock: Clock) -> Call:
    """A receiver that is called."""
    meet = partial(_fixes, DeviceKey(line.device), line.datum)
    return Call(line.name, host=line.host, port=line.port, meet=meet, tally=Tally(clock))


def nmea_server(line: m.NmeaServer, *, clock: Clock) -> Port:
    """A port receivers call. Sentences carry no name: who calls is known by his address, and nobody else is heard."""
    tally = Tally(clock)
    known = _asked(line.devices, tally)

    def meet(peer: str) -> Receive | None:
        device = known(peer)
        return None if device is None else _fixes(DeviceKey(device), line.datum)

    return _port(line, meet, tally)


def feed(line: m.Feed, lines: Lines, *, clock: Clock) -> Feed:
    """A weather service."""
    return Feed(
        line.name, url=line.url, device=DeviceKey(line.device), format_=lines.profiles.json[line.profile],
        every=line.every, tally=Tally(clock), token=lines.tokens.get(line.name),
    )  # fmt: skip


def _fixes(device: DeviceKey, datum: Datum) -> Receive:
    fixes = Fixes(device, datum=datum)
    return lambda data, _: Heard(said=tuple(fixes.feed(data)))


def _asked(known: Mapping[str, T], tally: Tally) -> Callable[[str], T | None]:
    """Look somebody up, and remember whom nobody registered."""

    def found(name: str) -> T | None:
        one = known.get(name)
        if one is None:
            tally.stranger(name)
        return one

    return found


def _port(
    line: m.Listening, meet: Callable[[str], Receive | None], tally: Tally, *, prove_within: timedelta | None = None
) -> Port:
    prove = min(line.idle, prove_within or Limits().prove_within)
    limits = Limits(lines=line.connections, idle=line.idle, prove_within=prove)
    return Port(line.name, host=line.host, port=line.port, meet=meet, tally=tally, limits=limits)
