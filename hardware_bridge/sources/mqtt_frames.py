"""The usual MQTT packet read in a fifth of the library's time: a message at QoS 1, new, not retained, nothing attached.

Everything else (other packets, properties, a topic that is no UTF-8, a length of three bytes, half a packet) is handed
to gmqtt's own reader as it is, in its place among the others, and what gmqtt makes of it stands. Of the usual packet
this says exactly what gmqtt says: a test feeds both the same bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from gmqtt.mqtt.constants import MQTTv50

_USUAL: Final = 0x32
"""PUBLISH, QoS 1, neither sent again nor retained."""
_LEAST: Final = 5
"""Bytes of a body: two of a length, a topic, two of a number."""


class Frames:
    """Reads for one connection in gmqtt's place. ``owe`` is told that an acknowledgement is due, ``hear`` topic and
    payload after it, as gmqtt does; neither raises."""

    __slots__ = ("_hear", "_line", "_long", "_now", "_owe", "_state")

    def __init__(self, line: Any, *, owe: Callable[[bytes], None], hear: Callable[[str, bytes], None]) -> None:
        self._line = line
        self._owe = owe
        self._hear = hear
        self._long: Callable[[bytes], int] = line._protocol._read_packet
        self._state = line._protocol._connection_state
        self._now = asyncio.get_running_loop().time

    def read(self, data: bytes) -> int:
        """Handle the whole packets of ``data`` in their order; how many bytes they were, -1 where it is no MQTT."""
        line, at, size = self._line, 0, len(data)
        if line._handler.current_connection is not line:  # one that was given up: the library throws it all away
            return self._long(data)
        five = self._state.protocol_version == MQTTv50
        while at + 1 < size:
            low, begins = data[at + 1], at + 2
            if low > 127:
                if begins == size or data[begins] > 127:
                    break
                low += (data[begins] - 1) << 7
                begins += 1
            ends = begins + low
            if ends > size:
                break
            if not (data[at] == _USUAL and low >= _LEAST and self._usual(data, begins, ends, five)):
                self._long(data[at:ends])
            at = ends
        if at:
            line._last_data_in = self._now()  # by it the library knows that the line lives
        rest = self._long(data[at:] if at else data)
        return rest if rest < 0 else at + rest

    def _usual(self, data: bytes, begins: int, ends: int, five: bool) -> bool:
        """Take a message, if it is a usual one. Its number follows the topic; MQTT 5 has properties behind that."""
        topic_at = begins + 2
        number_at = topic_at + (data[begins] << 8 | data[begins + 1])
        payload_at = number_at + 3 if five else number_at + 2
        if number_at == topic_at or payload_at > ends or (five and data[payload_at - 1]):
            return False
        try:
            topic = data[topic_at:number_at].decode()
        except UnicodeDecodeError:
            return False
        self._owe(data[number_at : number_at + 2])
        self._hear(topic, data[payload_at:ends])
        return True
