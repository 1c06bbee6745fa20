"""Modbus over TCP: register maps asked for at each device's own pace, many devices on one connection.

Two framings, one way of asking. ``tcp``: the real Modbus TCP, by pymodbus. ``rtu``: RTU frames passed through by a
serial-to-network box, by our own codec. Whoever gives up waiting closes the line: a late answer cannot be told from the
answer to the next question, and pymodbus takes one without a transaction number for it.

A device that answers with an exception has answered; one of several questions unanswered makes the whole turn void, for
half a register map would be read as a map with faults.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from hardware_bridge.codecs.modbus_map import Profile, apply
from hardware_bridge.codecs.modbus_rtu import HOLDING, Answers, Ask, Words, read_pdu
from hardware_bridge.sample import DeviceKey, SourceKind, Trouble, Why
from hardware_bridge.source import Sink
from hardware_bridge.sources.call import AGAIN, CONNECT_WITHIN
from hardware_bridge.sources.tally import Tallied, Tally
from hardware_bridge.sources.turns import Turns
from hardware_bridge.stopping import still_wanted

if TYPE_CHECKING:
    from pymodbus.client import AsyncModbusTcpClient

SLOW_SHARE: Final = 4
"""A device that takes a quarter of the time it may take counts as slow."""
_EXCEPTION: Final = 0x80


class NoAnswer(Exception):
    """The device did not answer in time. Theirs; the line must be closed."""


class LineLost(Exception):
    """The line is gone or cannot be had. Theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slave:
    """One device behind a line: its unit number, its register map and how often it is asked."""

    unit: int
    device: DeviceKey
    profile: Profile
    every: timedelta


class Wire(Protocol):
    """One open connection."""

    async def ask(self, ask: Ask, device: DeviceKey) -> Sequence[Words | Trouble]:
        """The answer last, the trouble before it first. Raise `NoAnswer` or `LineLost`."""
        ...

    async def close(self) -> None:
        """Let go of the socket."""
        ...


Open = Callable[[], Awaitable[Wire]]
"""Makes a connection. Raise `LineLost`."""


class ModbusLine(Tallied):
    """A source that asks every device behind one address in turn. ``steady``: seconds that only go forward."""

    def __init__(
        self,
        name: str,
        *,
        slaves: Sequence[Slave],
        open_: Open,
        timeout: timedelta,
        tally: Tally,
        steady: Callable[[], float],
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._slaves = tuple(slaves)
        self._open = open_
        self._tally = tally
        self._steady = steady
        self._pause = pause
        paces = [slave.every for slave in self._slaves]
        self._turns = Turns(paces, slow_from=timeout / SLOW_SHARE, now=steady())

    async def run(self, sink: Sink) -> None:
        """Ask until cancelled."""
        while True:
            try:
                wire = await self._open()
            except LineLost as gone:
                self._tally.down(str(gone))
                await self._pause(AGAIN.total_seconds())
                continue
            self._tally.up()
            try:
                await self._ask_around(wire, sink)
            except LineLost as gone:
                self._tally.down(str(gone))
                await self._pause(AGAIN.total_seconds())
            except NoAnswer:
                continue  # counted; a fresh line asks the others at once
            finally:
                await wire.close()

    async def _ask_around(self, wire: Wire, sink: Sink) -> None:
        while True:
            index, wait = self._turns.next(self._steady())
            if wait:
                await self._pause(wait)
            slave, began, answered = self._slaves[index], self._steady(), False
            try:
                await self._one(wire, slave, sink)
                answered = True
                self._tally.answered(slave.device)
            except NoAnswer:
                self._tally.mute(slave.device)
                raise
            finally:
                self._turns.took(index, began=began, ended=self._steady(), answered=answered)

    async def _one(self, wire: Wire, slave: Slave, sink: Sink) -> None:
        words: dict[int, int] = {}
        for address, count in slave.profile.reads:
            ask = Ask(unit=slave.unit, function=slave.profile.function, address=address, count=count)
            for found in await wire.ask(ask, slave.device):
                if isinstance(found, Words):
                    words |= found.by_address()
                else:
                    self._tally.heard(found)
                    sink.take(found)
        if words:
            for said in apply(slave.profile, slave.device, words):
                self._tally.heard(said)
                sink.take(said)


# --- Modbus TCP -------------------------------------------------------------------------------------------------------


class TcpWire:
    """A connection of pymodbus. Make it with `open_tcp`."""

    def __init__(self, client: AsyncModbusTcpClient) -> None:
        self._client = client

    async def ask(self, ask: Ask, device: DeviceKey) -> Sequence[Words | Trouble]:
        """One question, never asked twice. Raise `NoAnswer` or `LineLost`."""
        from pymodbus.exceptions import ConnectionException, ModbusException

        client = self._client
        read = client.read_holding_registers if ask.function == HOLDING else client.read_input_registers
        try:
            answer = await read(ask.address, count=ask.count, device_id=ask.unit)
            still_wanted()
        except ConnectionException:
            raise LineLost("connection lost") from None
        except ModbusException:
            still_wanted()
            # A dead device and one that answers for another both end here; so does a frame that cannot be read.
            raise NoAnswer from None
        if answer.dev_id != ask.unit:
            raise NoAnswer
        if answer.isError():
            return [read_pdu(bytes((ask.function | _EXCEPTION, answer.exception_code)), ask, device)]
        if len(answer.registers) != ask.count:
            detail = f"asked {ask.count} registers, got {len(answer.registers)}"
            return [Trouble(source=SourceKind.MODBUS, why=Why.LENGTH, device=device, detail=detail)]
        return [Words(address=ask.address, words=tuple(answer.registers))]

    async def close(self) -> None:
        """Let go of the socket."""
        self._client.close()


async def open_tcp(host: str, port: int, within: timedelta) -> Wire:
    """Connect. ``within`` holds for the connection and each answer. Raise `LineLost`."""
    # Loaded with the first line of its kind: a site without one carries none of it.
    from pymodbus.client import AsyncModbusTcpClient

    # It writes the last frames, bytes and all, when anything is amiss. What is amiss is counted by us.
    logging.getLogger("pymodbus").setLevel(logging.CRITICAL + 1)
    client = AsyncModbusTcpClient(host, port=port, timeout=within.total_seconds(), retries=0, reconnect_delay=0)
    try:
        connected = await client.connect()
        still_wanted()
    except BaseException:
        client.close()
        raise
    if not connected:
        client.close()
        raise LineLost("cannot connect")
    return TcpWire(client)


# --- RTU over TCP -----------------------------------------------------------------------------------------------------


class RtuWire:
    """RTU frames over a socket. Make it with `open_rtu`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, within: timedelta) -> None:
        self._reader = reader
        self._writer = writer
        self._within = within.total_seconds()

    async def ask(self, ask: Ask, device: DeviceKey) -> Sequence[Words | Trouble]:
        """One question, never asked twice. Raise `NoAnswer` or `LineLost`."""
        answers = Answers(device)
        try:
            async with asyncio.timeout(self._within):
                self._writer.write(answers.ask(ask))
                await self._writer.drain()
                while True:
                    data = await self._reader.read(512)
                    if not data:
                        raise LineLost("closed by the other side")
                    found = answers.feed(data)
                    if found:
                        return found
        except TimeoutError:
            raise NoAnswer from None
        except OSError:
            raise LineLost("connection lost") from None

    async def close(self) -> None:
        """Let go of the socket."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


async def open_rtu(host: str, port: int, within: timedelta) -> Wire:
    """Connect. ``within`` is for each answer. Raise `LineLost`."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            reader, writer = await asyncio.open_connection(host, port)
    except (TimeoutError, OSError):
        raise LineLost("cannot connect") from None
    return RtuWire(reader, writer, within)
