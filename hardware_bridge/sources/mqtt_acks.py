"""A gmqtt client that writes acknowledgements together: one call of the system for what one read brought, not one each.

An acknowledgement leaves later than gmqtt alone would send it, never earlier, and in the same order. It leaves before
anything else of ours does (`Together.acknowledge`): the mark that shows what the broker has heard (docs/adr/0159)
must not overtake it. Should gmqtt call something else one day, they go one by one again, and a test says so.

Usual messages do not pass through gmqtt's reader at all (`hardware_bridge.sources.mqtt_frames`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from gmqtt import Client
from gmqtt.mqtt.constants import MQTTCommands, MQTTv50
from gmqtt.mqtt.package import CommandWithMidPacket

from hardware_bridge.sources.mqtt_frames import Frames

MOST: Final = 128
"""Acknowledgements of one write: the broker holds a bounded number of messages for whoever owes it these."""


class Together(Client):  # type: ignore[misc]  # gmqtt has no types
    """`gmqtt.Client`, with its acknowledgements of QoS 1 gathered until the loop has read what there was. ``hear`` is
    told topic and payload of usual messages, ``on_message`` of all others."""

    def __init__(self, *args: Any, hear: Callable[[str, bytes], None], **named: Any) -> None:
        super().__init__(*args, **named)
        self._hear = hear
        self._due: list[bytes] = []

    async def _create_connection(self, *args: Any, **named: Any) -> Any:
        line = await super()._create_connection(*args, **named)
        line._protocol._read_packet = Frames(line, owe=self._owe, hear=self._hear).read
        return line

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
        self._gather(
            CommandWithMidPacket.build_package(
                cmd, mid, dup, reason_code=reason_code, proto_ver=self._connection_state.protocol_version
            )
        )

    def _owe(self, number: bytes) -> None:
        """The same for a message with this number, in its two bytes."""
        five = self._connection_state.protocol_version == MQTTv50
        self._gather(b"\x40\x04" + number + b"\0\0" if five else b"\x40\x02" + number)

    def _gather(self, acknowledgement: bytes) -> None:
        if not self._due:
            # One step later than what was heard is acted on: danger in it goes before a word to the broker.
            loop = asyncio.get_running_loop()
            loop.call_soon(loop.call_soon, self.acknowledge)
        self._due.append(acknowledgement)
        if len(self._due) >= MOST:
            self.acknowledge()
