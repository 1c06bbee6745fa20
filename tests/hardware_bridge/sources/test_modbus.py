"""Modbus over real sockets: against pymodbus' own simulator, and against servers that do what servers should not."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from hardware_bridge.codecs import crc
from hardware_bridge.codecs.profiles import Profiles, load
from hardware_bridge.sample import Beat, DeviceKey, Flag, Sample, Why
from hardware_bridge.sources.modbus import ModbusLine, Slave, open_rtu, open_tcp
from hardware_bridge.sources.tally import Tally
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.lines import Ear, answering, running
from tests.support.office import at
from tests.support.wire import MODBUS_FLAMMABLE, MODBUS_O2

POLICIES = Path(__file__).parents[3] / "policies"
SOON = timedelta(milliseconds=20)
PATIENCE = timedelta(milliseconds=300)
CLEAN = [125, 0, 0, 250, 1, 100, 25, 50]
"""The registers of a YA-K300-S: 12.5 %LEL, normal, 25.0 degC, methane, range 100, alarms."""


@pytest.fixture(scope="module")
def profiles() -> Profiles:
    return load(POLICIES)


def slave(profiles: Profiles, unit: int, device: str, profile: str) -> Slave:
    return Slave(unit=unit, device=DeviceKey(device), profile=profiles.modbus[profile], every=SOON)


def line(where: tuple[str, int], *slaves: Slave, rtu: bool = False, patience: timedelta = PATIENCE) -> ModbusLine:
    connect = open_rtu if rtu else open_tcp
    clock = FakeClock(at("09:00"))
    return ModbusLine(
        "bus", slaves=slaves, open_=partial(connect, *where, patience), timeout=patience, tally=Tally(clock.now),
        steady=time.monotonic,
    )  # fmt: skip


def registers(unit: int, words: list[int], **more: object) -> SimDevice:
    data = SimData(address=0, values=words, datatype=DataType.REGISTERS)
    return SimDevice(id=unit, simdata=[data], **more)  # type: ignore[arg-type]


@asynccontextmanager
async def simulated(*devices: SimDevice, port: int = 0) -> AsyncIterator[tuple[str, int]]:
    server = ModbusTcpServer(list(devices), address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    assert isinstance(server.transport, asyncio.Server)
    try:
        yield server.transport.sockets[0].getsockname()[:2]
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]  # pymodbus leaves it untyped


def values(ear: Ear, device: str) -> list[Decimal]:
    return [one.value for one in ear.of(Sample) if one.device == device]


async def test_the_simulators_registers_become_samples_each_by_its_own_map(profiles: Profiles) -> None:
    toxic = SimDevice(
        id=2,
        simdata=[
            SimData(address=0, values=[66], datatype=DataType.REGISTERS),
            SimData(address=0x11, values=[1], datatype=DataType.REGISTERS),
        ],
    )
    devices = [registers(1, CLEAN), toxic, registers(3, [108])]
    async with simulated(*devices) as where:
        bus = line(
            where,
            slave(profiles, 1, "TX-1", "ya-k300-s"),
            slave(profiles, 2, "TX-2", "h2s-generic"),
            slave(profiles, 3, "WIND-1", "wind-rs-fsjt"),
        )
        async with running(bus) as ear:
            await eventually(lambda: len(values(ear, "WIND-1")) > 1)
    assert {one.flags for one in ear.of(Sample) if one.channel == "gas"} == {frozenset({Flag.NORMAL})}
    assert set(values(ear, "TX-1")) == {Decimal("12.5"), Decimal("25.0")}
    assert set(values(ear, "TX-2")) == {Decimal("6.6")}
    assert set(values(ear, "WIND-1")) == {Decimal("10.8")}
    assert not ear.troubles
    assert bus.notes() == ()


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        ([600, 1, 2, 250, 1, 100, 25, 50], {Flag.ALARM, Flag.ALARM_HIGH}),
        ([0, 2, 0, 250, 1, 100, 25, 50], {Flag.FAULT}),
        ([0, 7, 0, 250, 1, 100, 25, 50], {Flag.FAULT}),
    ],
    ids=["alarm", "fault", "a code nobody knows"],
)
async def test_the_alarm_registers_travel_with_the_value(
    profiles: Profiles, words: list[int], flags: set[Flag]
) -> None:
    async with simulated(registers(1, words)) as where, running(
        line(where, slave(profiles, 1, "TX-1", "ya-k300-s"))
    ) as ear:  # fmt: skip
        await eventually(lambda: bool(values(ear, "TX-1")))
    assert next(one for one in ear.of(Sample) if one.channel == "gas").flags == flags


async def test_an_illegal_address_is_an_answer_and_no_value(profiles: Profiles) -> None:
    async with simulated(registers(1, [66])) as where:
        bus = line(where, slave(profiles, 1, "TX-2", "h2s-generic"))
        async with running(bus) as ear:
            await eventually(lambda: len(ear.troubles) > 1)
    assert not ear.readings
    assert {(one.why, one.detail) for one in ear.troubles} == {
        (Why.REFUSED, "exception 2 (illegal data address)"), (Why.LENGTH, "channel h2s: a register is missing")
    }  # fmt: skip
    assert "not understood" in bus.notes()[0]


async def test_a_dead_and_a_slow_device_do_not_keep_the_quick_one_waiting(profiles: Profiles) -> None:
    async def late(*_: object) -> ExcCodes | None:
        await asyncio.sleep(0.2)
        return None

    async def never(*_: object) -> ExcCodes | None:
        await asyncio.sleep(1)
        return None

    devices = [registers(1, [108]), registers(2, [20], action=late), registers(3, [20], action=never)]
    async with simulated(*devices) as where:
        bus = line(
            where, *(slave(profiles, unit, f"W-{unit}", "wind-rs-fsjt") for unit in (1, 2, 3)), patience=PATIENCE * 2
        )
        async with running(bus) as ear:
            await eventually(lambda: bool(values(ear, "W-2")) and bus.counts().get("unanswered", 0) > 1)
            await eventually(lambda: len(values(ear, "W-1")) > 5)
            notes = bus.notes()
    assert not values(ear, "W-3")
    assert any("1 do not answer: W-3" in note for note in notes)
    assert set(values(ear, "W-1")) == {Decimal("10.8")}


async def test_a_dead_server_is_silence_and_heard_again_when_it_comes_back(profiles: Profiles) -> None:
    async with simulated(registers(1, [108])) as where:
        bus = line(where, slave(profiles, 1, "W-1", "wind-rs-fsjt"))
        async with running(bus) as ear:
            await eventually(lambda: bool(ear.said))
            # Another server takes the place of the first, as after a power cut.
    async with running(bus) as ear:
        await eventually(lambda: any("line down" in note for note in bus.notes()))
        assert not ear.said
        async with simulated(registers(1, [33]), port=where[1]):
            await eventually(lambda: bool(ear.said))
    assert set(values(ear, "W-1")) == {Decimal("3.3")}
    assert not any("line down" in note for note in bus.notes())


def tcp_frame(question: bytes, unit: int, pdu: bytes) -> bytes:
    return question[:4] + (len(pdu) + 1).to_bytes(2, "big") + bytes((unit,)) + pdu


WIND_PDU = bytes.fromhex("03 02 00 6C")


@pytest.mark.parametrize("broken", ["another unit", "half a frame", "noise", "cut", "more than asked"])
async def test_what_a_server_must_not_do_is_no_reading(profiles: Profiles, broken: str) -> None:
    asked = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        while question := await reader.read(64):
            asked += 1
            good = tcp_frame(question, question[6], WIND_PDU)
            match broken:
                case "another unit":
                    writer.write(tcp_frame(question, 9, WIND_PDU))
                case "half a frame":
                    writer.write(good[:-1])
                case "noise":
                    writer.write(bytes(range(200)))
                case "cut":
                    return
                case _:
                    writer.write(tcp_frame(question, question[6], bytes.fromhex("03 04 00 6C 00 6D")))

    async with answering(talk) as where:
        bus = line(where, slave(profiles, 1, "W-1", "wind-rs-fsjt"), patience=timedelta(milliseconds=100))
        async with running(bus) as ear:
            await eventually(lambda: asked > 1)
    assert not ear.readings


async def test_the_library_never_writes_frames_to_the_log(profiles: Profiles, caplog: pytest.LogCaptureFixture) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(64):
            writer.write(bytes(range(100)))

    with caplog.at_level(logging.DEBUG):
        async with answering(talk) as where:
            bus = line(where, slave(profiles, 1, "W-1", "wind-rs-fsjt"), patience=timedelta(milliseconds=50))
            async with running(bus):
                await eventually(lambda: bus.counts().get("unanswered", 0) > 1)
    assert not [one for one in caplog.records if one.name.startswith("pymodbus")]


# --- RTU over TCP -----------------------------------------------------------------------------------------------------


async def test_the_published_frames_over_a_serial_box(profiles: Profiles) -> None:
    """Two devices behind one box; its answers come in pieces, and once with noise before them."""
    by_question = {
        MODBUS_O2[0]: MODBUS_O2[1],
        b"\x02" + MODBUS_FLAMMABLE[0][1:6] + crc.modbus(b"\x02" + MODBUS_FLAMMABLE[0][1:6]):
            b"\x02" + MODBUS_FLAMMABLE[1][1:-2] + crc.modbus(b"\x02" + MODBUS_FLAMMABLE[1][1:-2]),
    }  # fmt: skip

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while question := await reader.read(8):
            answer = by_question[question]
            writer.write(b"\x00\xff" + answer[:4])
            await writer.drain()
            await asyncio.sleep(0)
            writer.write(answer[4:])

    async with answering(talk) as where:
        bus = line(
            where, slave(profiles, 1, "O2-1", "o2-generic"), slave(profiles, 2, "TX-1", "ya-k300-s"), rtu=True
        )  # fmt: skip
        async with running(bus) as ear:
            await eventually(lambda: bool(values(ear, "O2-1")) and bool(values(ear, "TX-1")))
    assert set(values(ear, "O2-1")) == {Decimal("20.9")}
    assert Decimal("12.5") in values(ear, "TX-1")


async def test_a_late_answer_is_never_taken_for_that_of_the_next_question(profiles: Profiles) -> None:
    """Two devices with one map: the answer to a question given up must not come in as the next one's."""
    lines = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal lines
        lines += 1
        while question := await reader.read(8):
            await asyncio.sleep(0.15)
            body = question[:1] + bytes.fromhex("03 04 00 D1 00 01")
            writer.write(body + crc.modbus(body))

    async with answering(talk) as where:
        bus = line(where, slave(profiles, 1, "O2-1", "o2-generic"), rtu=True, patience=timedelta(milliseconds=50))
        async with running(bus) as ear:
            await eventually(lambda: lines > 3)
    assert not ear.said
    assert bus.counts()["unanswered"] >= 3


@pytest.mark.parametrize("rtu", [False, True], ids=["tcp", "rtu"])
async def test_nobody_listens(profiles: Profiles, rtu: bool) -> None:
    async def gone(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        return

    async with answering(gone) as where:
        pass
    bus = line(where, slave(profiles, 1, "W-1", "wind-rs-fsjt"), rtu=rtu)
    async with running(bus) as ear:
        await eventually(lambda: bus.notes() == ("line down for 0 s (cannot connect)",))
    assert not ear.said


async def test_a_fault_of_the_device_itself_stays_one(profiles: Profiles) -> None:
    """Another gas calibrated than the map is for: the device says no value at all."""
    async with simulated(registers(1, [125, 0, 0, 250, 2, 100, 25, 50])) as where, running(
        line(where, slave(profiles, 1, "TX-1", "ya-k300-s"))
    ) as ear:  # fmt: skip
        await eventually(lambda: bool(ear.of(Beat)))
    assert not ear.readings
    assert ear.of(Beat)[0].flags == {Flag.FAULT}
