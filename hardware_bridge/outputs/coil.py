"""An output behind Modbus TCP: a coil that is written, and an input or a coil of its own that is read back.

Modbus has no signatures: such a device belongs on a line of its own. It has no length of a command either: what makes
silence safe is the watchdog of the device itself, set to the output's ``hold``, which every write starts anew. A
read-back from the coil that was written shows that the device heard, one from an input shows what the relay does.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from hardware_bridge.outputs.model import Command, OutputId, State, Unreached
from hardware_bridge.stopping import still_wanted

_TIMEOUT: Final = 0.8
"""Seconds for one answer; a command and a report fit into the keeper's patience."""
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # it writes whole frames into the log


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Where an output hangs. ``safe``: what the coil holds when the output is safe; ``inputs``: the read-back is a
    discrete input, else a coil."""

    host: str
    port: int = 502
    unit: int = 1
    coil: int
    safe: bool = False
    read_back: int
    inputs: bool = True


class Coil:
    """One coil and its read-back. Connects when it is used."""

    def __init__(self, output: OutputId, wiring: Wiring) -> None:
        self._output = output
        self._wiring = wiring
        self._client: AsyncModbusTcpClient | None = None

    async def command(self, command: Command) -> None:
        """Write the coil; taken once the device answers that it is written."""
        value = self._wiring.safe if command.state is State.SAFE else not self._wiring.safe
        await self._ask(value)

    async def state(self) -> State:
        """Read what the device reports."""
        found = await self._ask(None)
        return State.SAFE if found is self._wiring.safe else State.RELEASED

    async def close(self) -> None:
        """Close the connection; the watchdog of the device does the rest."""
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _ask(self, value: bool | None) -> bool:
        """Write ``value``, or read back. The line is dropped after anything odd: an answer that comes late would
        pass for that of the next question."""
        try:
            try:
                found = await self._exchanged(value)
            finally:
                still_wanted()
        except BaseException:
            await self.close()
            raise
        if found is None:
            await self.close()
            raise Unreached(f"{self._output}: refused by the device")
        return found

    async def _exchanged(self, value: bool | None) -> bool | None:
        wiring = self._wiring
        client = self._client
        try:
            if client is None:
                client = AsyncModbusTcpClient(
                    wiring.host, port=wiring.port, timeout=_TIMEOUT, retries=0, reconnect_delay=0
                )
                self._client = client
            if not client.connected and not await client.connect():
                raise Unreached(f"{self._output}: no connection")
            if value is not None:
                told = await client.write_coil(wiring.coil, value, device_id=wiring.unit)
                return None if told.isError() else value
            read = client.read_discrete_inputs if wiring.inputs else client.read_coils
            heard = await read(wiring.read_back, count=1, device_id=wiring.unit)
            return None if heard.isError() or not heard.bits else bool(heard.bits[0])
        except (ModbusException, OSError) as down:
            raise Unreached(f"{self._output}: {type(down).__name__}") from None
