"""Modbus RTU over TCP: questions with their CRC, and answers found in a stream (Modbus over serial line 2.5.1).

A serial-to-network box passes RTU frames through as they are. RTU has no start mark and no transaction number: a frame
is known by the answer one waits for. So `Answers` looks for exactly the beginning that the open question allows, and
believes it only when the CRC holds. An answer that comes late, after a new question of the same shape was asked, looks
like the new one: whoever gave up waiting must close the line.

`read_pdu` reads the same answer without address and CRC, as Modbus TCP carries it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hardware_bridge.codecs import crc
from hardware_bridge.codecs.figures import code_name
from hardware_bridge.sample import DeviceKey, SourceKind, Trouble, Why

MOST_WORDS: Final = 125
"""Registers of one question (Modbus application protocol 6.3)."""
MOST_SKIPPED: Final = 1024
"""Bytes before an answer after which a question is given up: the line talks of something else."""
HOLDING: Final = 3
INPUT: Final = 4
_EXCEPTION: Final = 0x80
_EXCEPTIONS: Final = {
    1: "illegal function", 2: "illegal data address", 3: "illegal data value", 4: "device failure", 5: "acknowledge",
    6: "device busy", 8: "memory parity", 10: "gateway path unavailable", 11: "gateway target silent",
}  # fmt: skip
_EXCEPTION_FRAME: Final = 5
_AROUND: Final = 5
"""Address, function and byte count before the data, two bytes of CRC behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question for registers. ``address`` counts from 0. Raise `ValueError` for what no frame can hold."""

    unit: int
    function: int
    address: int
    count: int

    def __post_init__(self) -> None:
        fits = 0 <= self.unit <= 0xFF and self.address >= 0 and self.address + self.count <= 0x10000
        if self.function not in (HOLDING, INPUT) or not fits or not 1 <= self.count <= MOST_WORDS:
            raise ValueError("a question reads 1 to 125 holding (3) or input (4) registers within 0 to 65535")

    def frame(self) -> bytes:
        """The question as RTU bytes."""
        body = bytes((self.unit, self.function)) + self.address.to_bytes(2, "big") + self.count.to_bytes(2, "big")
        return body + crc.modbus(body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the registers from ``address`` on held, each 0 to 65535."""

    address: int
    words: tuple[int, ...]

    def by_address(self) -> dict[int, int]:
        """The words by their register."""
        return dict(enumerate(self.words, start=self.address))


class Answers:
    """The answers of one line, to one question at a time."""

    def __init__(self, device: DeviceKey) -> None:
        self._device = device
        self._ask: Ask | None = None
        self._held = bytearray()
        self._skipped = 0

    def ask(self, ask: Ask) -> bytes:
        """Open a question and return the bytes to send. What still lay about belongs to an earlier one: dropped."""
        self._ask = ask
        self._held.clear()
        self._skipped = 0
        return ask.frame()

    def feed(self, data: bytes) -> list[Words | Trouble]:
        """Take bytes off the line; at most one answer, after the trouble of what stood before it."""
        if self._ask is None:
            return []
        self._held += data
        found = self._look(self._ask)
        if found is None:
            return []
        self._ask = None
        self._held.clear()
        before = self._skipped and not (isinstance(found, Trouble) and found.why is Why.TOO_LONG)
        said = [self._trouble(Why.SHAPE, f"{self._skipped} bytes before the answer")] if before else []
        return [*said, found]

    def _look(self, ask: Ask) -> Words | Trouble | None:
        good = bytes((ask.unit, ask.function, 2 * ask.count))
        bad = bytes((ask.unit, ask.function | _EXCEPTION))
        size = 2 * ask.count + _AROUND
        at = 0
        found: Words | Trouble | None = None
        while found is None and at < len(self._held):
            if self._skipped + at >= MOST_SKIPPED:
                return self._trouble(Why.TOO_LONG, f"no answer within {MOST_SKIPPED} bytes")
            head = bytes(self._held[at : at + 3])
            length = size if good.startswith(head) else _EXCEPTION_FRAME if bad.startswith(head[:2]) else 0
            frame = self._held[at : at + length]
            if length and len(frame) < length:
                break
            if length and crc.modbus(frame[:-2]) == frame[-2:]:
                found = self._read(frame, ask)
            else:
                at += 1
        self._skipped += at
        del self._held[:at]
        return found

    def _read(self, frame: bytearray, ask: Ask) -> Words | Trouble:
        return read_pdu(bytes(frame[1:-2]), ask, self._device)

    def _trouble(self, why: Why, detail: str) -> Trouble:
        return Trouble(source=SourceKind.MODBUS, why=why, device=self._device, detail=detail)


def read_pdu(pdu: bytes, ask: Ask, device: DeviceKey) -> Words | Trouble:
    """An answer without its envelope: function, byte count, registers; or an exception code."""
    if len(pdu) == 2 and pdu[0] == ask.function | _EXCEPTION:
        detail = f"exception {code_name(_EXCEPTIONS, pdu[1])}"
        return Trouble(source=SourceKind.MODBUS, why=Why.REFUSED, device=device, detail=detail)
    if len(pdu) != 2 + 2 * ask.count or pdu[0] != ask.function or pdu[1] != 2 * ask.count:
        detail = f"asked {ask.count} registers by function {ask.function}, got {len(pdu)} bytes"
        return Trouble(source=SourceKind.MODBUS, why=Why.LENGTH, device=device, detail=detail)
    words = tuple(int.from_bytes(pdu[at : at + 2], "big") for at in range(2, len(pdu), 2))
    return Words(address=ask.address, words=words)
