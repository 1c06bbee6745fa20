r"""HJ 212 frames: ``##`` · length (4 digits) · data · CRC (4 upper-case hex) · ``\r\n`` (HJ 212-2017 chapter 6.3).

The length counts the bytes of the data. A frame whose end is not where its length says is given up at once where it
began, so one corrupt length never swallows the frames behind it; a frame in its right place whose CRC fails is dropped
whole.

The CRC is the standard's own, see `crc`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hardware_bridge.codecs import crc
from hardware_bridge.sample import SourceKind, Trouble, Why

START: Final = b"##"
END: Final = b"\r\n"
MOST_DATA: Final = 4096
"""Bytes of data we take; four digits could say 9999, the 2017 edition means 1024."""
_HEAD: Final = 6
_CRC: Final = 4
_HEX: Final = frozenset(b"0123456789ABCDEF")
_DIGITS: Final = frozenset(b"0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A frame in its right place. Its CRC is told, not yet checked: `hj212_packet.opened` does that, since it may
    cover the plain text (2025)."""

    data: bytes
    crc: int


def framed(data: bytes, check: int | None = None) -> bytes:
    """The frame around some data. ``check``: its CRC, where it is not that of the data as sent."""
    if len(data) > MOST_DATA:
        raise ValueError("too much data for a frame")
    return START + b"%04d" % len(data) + data + b"%04X" % (crc.hj212(data) if check is None else check) + END


class Frames:
    """The frames of one line. ``text``: the data holds no line ends (everything but raw SM4), so that one inside
    shows at once that the length is wrong."""

    def __init__(self, *, text: bool = True) -> None:
        self._text = text
        self._held = bytearray()
        self._skipped = 0
        self._line_end = 0
        """Where the search for a line end goes on: there is none in the data before."""

    def feed(self, data: bytes) -> list[Raw | Trouble]:
        """Take bytes off the line; what they completed, in order."""
        self._held += data
        found: list[Raw | Trouble] = []
        at = 0
        while (step := self._step(at)) is not None:
            at, frame, garbage = step
            self._skipped += garbage
            if frame is not None:
                if self._skipped:
                    found.append(trouble(Why.SHAPE, f"{self._skipped} bytes that are no frame"))
                    self._skipped = 0
                found.append(frame)
        del self._held[:at]
        self._line_end = max(0, self._line_end - at)
        return found

    def _step(self, at: int) -> tuple[int, Raw | None, int] | None:
        """From ``at``: where to go on, the frame passed, bytes passed over. None: more bytes are needed."""
        held = self._held
        begin = held.find(START, at)
        if begin < 0:
            keep = 1 if held.endswith(b"#") and len(held) > at else 0
            passed = len(held) - keep - at
            return (at + passed, None, passed) if passed else None
        if begin > at:
            return begin, None, begin - at
        if not _DIGITS.issuperset(held[at + 2 : at + _HEAD]):
            return at + 1, None, 1
        if len(held) < at + _HEAD:
            return None
        length = int(held[at + 2 : at + _HEAD])
        end = at + _HEAD + length + _CRC
        if length > MOST_DATA or (self._text and self._broken(at + _HEAD, end)):
            return at + len(START), None, len(START)
        if len(held) < end + len(END):
            return None
        tail = bytes(held[end - _CRC : end])
        if held[end : end + len(END)] != END or not _HEX.issuperset(tail):
            return at + len(START), None, len(START)
        return end + len(END), Raw(data=bytes(held[at + _HEAD : end - _CRC]), crc=int(tail, 16)), 0

    def _broken(self, start: int, end: int) -> bool:
        """Whether a line ends before ``end``."""
        if self._line_end < start:
            self._line_end = start
        # The first line feed from here on is looked for once, however many marks stand before it.
        where = self._held.find(b"\n", self._line_end)
        self._line_end = len(self._held) if where < 0 else where
        return 0 <= where < end


def trouble(why: Why, detail: str) -> Trouble:
    """A trouble of this protocol."""
    return Trouble(source=SourceKind.HJ212, why=why, detail=detail)
