"""A gmqtt client that writes acknowledgements together: one call of the system for what one read brought, not one each.

An acknowledgement leaves later than gmqtt alone would send it, never earlier, and in the same order. It leaves before
anything else of ours does (`Together.acknowledge`): the mark that shows what the broker has heard (docs/adr/0159)
must not overtake it. Should gmqtt call something else one day, they go one by one again, and a test says so.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from gmqtt import Client
from gmqtt.mqtt.constants import MQTTCommands
from gmqtt.mqtt.package import CommandWithMidPacket

MOST: Final = 128
"""Acknowledgements of one write: the broker holds a bounded number of messages for whoever owes it these."""


class Together(Client):  # type: ignore[misc]  # gmqtt has no types
    """`gmqtt.Client`, with its acknowledgements of QoS 1 gathered until the loop has read what there was."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._due: list[bytes] = []

    def acknowledge(self) -> None:
        """Write what is due, if anything is."""
        due, line = self._due, self._connection
        if due and line is not None and not line.is_closing():
            line.send_package(b"".join(due))
        due.clear()

    def _send_command_with_mid(self, cmd: int, mid: int, dup: bool, reason_code: int = 0) -> None:
        if cmd != MQTTCommands.PUBACK:
            self.acknowledge()
            super()._send_command_with_mid(cmd, mid, dup, reason_code=reason_code)
            return
        if not self._due:
            asyncio.get_running_loop().call_soon(self.acknowledge)
        self._due.append(
            CommandWithMidPacket.build_package(
                cmd, mid, dup, reason_code=reason_code, proto_ver=self._connection_state.protocol_version
            )
        )
        if len(self._due) >= MOST:
            self.acknowledge()
