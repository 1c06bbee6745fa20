"""Ports devices call, over real sockets: who is believed, who is refused, what a stranger cannot do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from hardware_bridge import line_models as m
from hardware_bridge.codecs import jt808_body as body
from hardware_bridge.codecs.hj212_station import Station
from hardware_bridge.codecs.jt808_frame import Edition, Frames, Message, encode
from hardware_bridge.codecs.jt808_session import Session, Terminal
from hardware_bridge.codecs.profiles import load
from hardware_bridge.sample import Beat, DeviceKey, Position, Sample, Why
from hardware_bridge.sources.opened import hj212, jt808, nmea, nmea_server
from hardware_bridge.sources.port import Limits, Port
from hardware_bridge.sources.tally import Tally
from tests.support.clock import FakeClock
from tests.support.dice import Dice
from tests.support.eventually import eventually
from tests.support.lines import address_of, answering, calling, running
from tests.support.office import at
from tests.support.wire import HJ212_ACK, HJ212_EXAMPLE, HJ212_WIND_NO2, JT808_2019, NMEA_GGA, NMEA_RMC

POLICIES = Path(__file__).parents[3] / "policies"
CLOCK = FakeClock(at("09:00"))
HOST = {"host": "127.0.0.1", "port": "0"}
CODE = b"a code of its own"
TAG = Terminal(device=DeviceKey("TAG-7"), code=CODE)
MN = "0123456789ABCDEF01234567"


def tags(**more: str) -> Port:
    terminals = [{"phone": "13812345678", "device": "TAG-7", "code": "$TAG_7"}]
    line = m.Jt808.model_validate({"name": "tags", **HOST, "terminals": terminals, **more})
    return jt808(line, {"13812345678": TAG}, clock=CLOCK.now)


def stations() -> Port:
    said = [{"mn": MN, "device": "WS-1", "password": "$WS_1"}]
    line = m.Hj212.model_validate({"name": "stations", **HOST, "profile": "hj212", "stations": said})
    known = {MN: Station(device=DeviceKey("WS-1"), password="123456")}
    return hj212(line, known, load(POLICIES).hj212["hj212"], clock=CLOCK.now)


def receivers(caller: str = "127.0.0.1") -> Port:
    line = m.NmeaServer.model_validate({"name": "gps", **HOST, "devices": {caller: "GPS-1"}})
    return nmea_server(line, clock=CLOCK.now)


def frame(kind: int, inside: bytes = b"", *, phone: str = "00000000013812345678", serial: int = 1) -> bytes:
    return encode(Message(id=kind, edition=Edition.Y2019, phone=phone, serial=serial, body=inside))


async def answer(reader: asyncio.StreamReader) -> Message:
    """The next frame the port sends."""
    text = await reader.readuntil(b"\x7e") + await reader.readuntil(b"\x7e")
    (one,) = Frames().feed(text)
    assert isinstance(one, Message)
    return one


# JT/T 808-2019, 0x0102: length of the code, the code, IMEI (15), software (20).
LOGIN = bytes((len(CODE),)) + CODE + b"0" * 15 + b"1".ljust(20, b"\0")


async def test_a_terminal_logs_in_says_where_it_is_and_is_answered() -> None:
    port = tags()
    async with running(port) as ear, calling(port) as (reader, writer):
        writer.write(JT808_2019)
        assert (await answer(reader)).body[4] == body.Result.FAILED
        assert not ear.readings, "believed before it said its code"
        writer.write(frame(body.AUTHENTICATE, LOGIN, serial=2))
        assert (await answer(reader)).body[4] == body.Result.DONE
        writer.write(frame(body.HEARTBEAT, serial=3) + JT808_2019[:20])
        assert (await answer(reader)).body[:2] == b"\x00\x03"
        writer.write(JT808_2019[20:])
        assert (await answer(reader)).body[4] == body.Result.DONE
    (place,) = ear.of(Position)
    assert place.device == "TAG-7"
    assert place.place is not None
    assert (place.place.latitude, place.place.longitude) == (Decimal("31.2304"), Decimal("121.4737"))
    assert len(ear.of(Beat)) == 2


async def test_a_terminal_nobody_registered_is_turned_away_and_told_of() -> None:
    port = tags()
    async with running(port) as ear, calling(port) as (reader, writer):
        writer.write(frame(body.REGISTER, b"\0" * 76, phone="00000000013900001111"))
        assert (await answer(reader)).body[2] == body.Registered.NO_TERMINAL
        assert await reader.read() == b"", "the line stays open"
        await eventually(lambda: port.counts()["lines"] == 0)
    assert not ear.readings
    assert [one.why for one in ear.troubles] == [Why.REFUSED]
    assert any("…1111 (1 times)" in note for note in port.notes())
    assert not any("13900001111" in note for note in port.notes())


async def test_a_wrong_code_ends_the_line() -> None:
    port = tags()
    async with running(port) as ear, calling(port) as (reader, writer):
        writer.write(frame(body.AUTHENTICATE, LOGIN.replace(CODE, b"z" * len(CODE))))
        assert (await answer(reader)).body[4] != body.Result.DONE
        assert await reader.read() == b""
    assert not ear.readings


async def test_a_station_is_read_and_answered() -> None:
    port = stations()
    async with running(port) as ear, calling(port) as (reader, writer):
        writer.write(HJ212_EXAMPLE + HJ212_WIND_NO2)
        assert await reader.readexactly(len(HJ212_ACK)) == HJ212_ACK
        await eventually(lambda: len(ear.of(Sample)) == 2)
    assert {(one.device, one.quantity.name, str(one.value), one.unit.value) for one in ear.of(Sample)} == {
        ("WS-1", "no2", "0.012", "mg/m3"), ("WS-1", "wind_speed", "3.4", "m/s")
    }  # fmt: skip
    # The published example is of a station that is not ours.
    assert any("tried to speak: …9DC0 (1 times)" in note for note in port.notes())


async def test_a_receiver_is_known_by_where_it_calls_from() -> None:
    ours, strange = receivers(), receivers("10.0.0.7")
    async with running(ours) as ear, calling(ours) as (_, writer):
        writer.write(NMEA_GGA[:30])
        await writer.drain()
        writer.write(NMEA_GGA[30:] + NMEA_RMC)
        await eventually(lambda: bool(ear.readings))
    (place,) = ear.of(Position)
    assert place.device == "GPS-1"
    async with running(strange) as ear, calling(strange) as (reader, writer):
        writer.write(NMEA_GGA + NMEA_RMC)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    assert not ear.said
    assert strange.counts()["refused"] == 1


async def test_a_receiver_that_is_called_is_called_again_when_it_is_gone() -> None:
    calls = 0

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        # The first line ends in the middle of a sentence; its rest must not meet the next line's beginning.
        writer.write(NMEA_GGA[:-9] if calls == 1 else NMEA_GGA + NMEA_RMC)
        await writer.drain()

    async with answering(talk) as (host, port):
        line = m.Nmea.model_validate({"name": "gps", "host": host, "port": str(port), "device": "GPS-1"})
        source = nmea(line, clock=CLOCK.now)
        async with running(source) as ear:
            await eventually(lambda: bool(ear.readings))
    assert calls >= 2
    assert not ear.troubles
    assert source.counts()["lost"] >= 1


# --- limits -----------------------------------------------------------------------------------------------------------


def narrow(limits: Limits) -> Port:
    """A port for terminals with other limits."""
    known = {"13812345678": TAG}.get
    return Port(
        "tags", host="127.0.0.1", port=0, meet=lambda _: Session(known).receive, tally=Tally(CLOCK.now), limits=limits
    )  # fmt: skip


async def test_a_line_that_proves_nothing_is_closed_however_busy_it_is() -> None:
    port = narrow(Limits(prove_within=timedelta(milliseconds=200)))
    async with running(port) as ear, calling(port) as (_, writer):

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"\x00")
                await asyncio.sleep(0.01)

        dripping = asyncio.create_task(drip())
        await eventually(lambda: port.counts().get("timed_out") == 1)
        dripping.cancel()
    assert not ear.readings


async def test_a_silent_line_is_closed() -> None:
    port = narrow(Limits(idle=timedelta(milliseconds=100)))
    async with running(port), calling(port) as (reader, writer):
        writer.write(frame(body.AUTHENTICATE, LOGIN))
        await answer(reader)
        assert await reader.read() == b""
        await eventually(lambda: port.counts().get("timed_out") == 1)


async def test_a_flood_ends_its_line_only() -> None:
    port = narrow(Limits(bytes_a_minute=10_000))
    async with running(port), calling(port) as (good, speaks), calling(port) as (_, writer):
        speaks.write(frame(body.AUTHENTICATE, LOGIN))
        await answer(good)
        writer.write(b"\x7e" * 50_000)
        await eventually(lambda: port.counts().get("flooded") == 1)
        speaks.write(frame(body.HEARTBEAT, serial=2))
        assert (await answer(good)).body[4] == body.Result.DONE


async def test_strangers_that_take_every_place_give_way_to_a_terminal_and_terminals_do_not() -> None:
    port = narrow(Limits(lines=1))
    async with running(port), calling(port) as (stranger, _):
        await eventually(lambda: port.counts()["lines"] == 1)
        async with calling(port) as (reader, writer):
            writer.write(frame(body.AUTHENTICATE, LOGIN))
            await answer(reader)
            assert await stranger.read() == b""
            await eventually(lambda: port.counts()["lines"] == 1)
            async with calling(port) as (late, _):
                with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                    await late.readexactly(1)
            writer.write(frame(body.HEARTBEAT, serial=2))
            assert (await answer(reader)).body[4] == body.Result.DONE
    assert port.counts()["refused"] == 1


async def test_a_port_that_is_taken_is_said_and_not_survived() -> None:
    port = tags()
    async with running(port) as ear:
        host, number = await address_of(port)
        line = m.Jt808.model_validate(
            {"name": "tags", "host": host, "port": str(number),
             "terminals": [{"phone": "13812345678", "device": "TAG-7", "code": "$TAG_7"}]}
        )  # fmt: skip
        with pytest.raises(OSError, match="address already in use"):
            await jt808(line, {}, clock=CLOCK.now).run(ear)


@pytest.mark.parametrize(
    ("make", "before"),
    [(tags, frame(body.AUTHENTICATE, LOGIN)), (stations, b""), (receivers, b"")],
    ids=["terminals that logged in", "stations", "receivers"],
)
async def test_random_bytes_at_the_socket_are_no_reading_and_no_crash(make: Callable[[], Port], before: bytes) -> None:
    """A torn and spoilt conversation as well as plain noise: no value, no position, and the port still serves."""
    dice, port = Dice(20261121), make()
    noise = [bytes(dice.between(0, 255) for _ in range(dice.between(1, 900))) for _ in range(15)]
    for good in (JT808_2019, HJ212_WIND_NO2, NMEA_GGA + NMEA_RMC):
        for _ in range(10):
            spoilt = bytearray(good)
            spoilt[dice.between(1, len(spoilt) - 4)] ^= 1 << dice.between(0, 6)
            noise.append(bytes(spoilt))
    async with running(port) as ear:
        for one in noise:
            async with calling(port) as (_, writer):
                writer.write(before + one)
                writer.write_eof()
        await eventually(lambda: port.counts().get("connected") == len(noise) and port.counts()["lines"] == 0)
        assert not ear.readings
        assert "bugs" not in port.counts()
        async with calling(port):
            await eventually(lambda: port.counts()["lines"] == 1)
