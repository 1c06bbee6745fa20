"""JT/T 808 frames: marks, escapes, checksum and the headers of 2013 and 2019 (JT/T 808-2013 and -2019, 4.4).

::

    7E | header | body | XOR of header and body | 7E
                         between the marks 7E is written 7D 02, and 7D is written 7D 01
    header               message (2) · properties (2) · [2019: version (1)] · phone in BCD (2013: 6, 2019: 10)
                         · serial (2) · [package: of (2), number (2)]
    properties           bits 0-9 length of the body · 10-12 encryption · 13 packages · 14 edition 2019

The checksum is one byte: it finds every single wrong byte, and of heavier damage all but one in 256. The length in the
header must fit as well; beyond that the line below (TCP) has to be trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import reduce
from operator import xor
from typing import Final

from hardware_bridge.sample import SourceKind, Trouble, Why

MARK: Final = 0x7E
_MEANING: Final = {0x01: 0x7D, 0x02: 0x7E}
MOST_BODY: Final = 0x3FF
_LONGEST_PLAIN: Final = 2 + 2 + 1 + 10 + 2 + 4 + MOST_BODY + 1
LONGEST: Final = 2 * _LONGEST_PLAIN
"""Bytes between two marks, every one of them escaped."""
_ENCRYPTED: Final = 0b111 << 10
_PACKAGED: Final = 1 << 13
_EDITION_2019: Final = 1 << 14
_RESERVED: Final = 1 << 15


class Edition(Enum):
    """Which header. The value is the number of bytes of the phone."""

    Y2013 = 6
    Y2019 = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One frame, or one message put together from its packages."""

    id: int
    edition: Edition
    phone: str
    """Digits as they stand in the header, with leading noughts."""
    serial: int
    body: bytes
    version: int = 1
    """Of the protocol, 2019 only."""
    package: tuple[int, int] | None = None
    """How many packages, and which of them this is, from 1."""

    @property
    def number(self) -> str:
        """The phone number without the noughts that fill it up; ``0`` where there is nothing else."""
        return self.phone.lstrip("0") or "0"


def encode(message: Message) -> bytes:
    """The frame of a message, marks included. Raise `ValueError` for what no frame can hold."""
    if len(message.body) > MOST_BODY or len(message.phone) != 2 * message.edition.value:
        raise ValueError("the body or the phone does not fit into a frame")
    properties = len(message.body) | (_PACKAGED if message.package else 0)
    version = b""
    if message.edition is Edition.Y2019:
        properties |= _EDITION_2019
        version = bytes((message.version,))
    parts = [message.id.to_bytes(2, "big"), properties.to_bytes(2, "big"), version, bytes.fromhex(message.phone)]
    parts.append(message.serial.to_bytes(2, "big"))
    parts += [each.to_bytes(2, "big") for each in message.package or ()]
    plain = b"".join(parts) + message.body
    plain += bytes((reduce(xor, plain),))
    return b"\x7e" + plain.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + b"\x7e"


def decode(inside: bytes) -> Message | Trouble:
    """What stands between two marks, still escaped."""
    plain = _unescaped(inside)
    if plain is None:
        return trouble(Why.SHAPE, "an escape that means nothing")
    if len(plain) < 2:
        return trouble(Why.LENGTH, f"a frame of {len(plain)} bytes")
    if reduce(xor, plain) != 0:
        return trouble(Why.CHECKSUM, f"a frame of {len(plain)} bytes")
    return _opened(plain[:-1])


def _unescaped(inside: bytes) -> bytes | None:
    parts = inside.split(b"\x7d")
    plain = bytearray(parts[0])
    for part in parts[1:]:
        if not part or part[0] not in _MEANING:
            return None
        plain.append(_MEANING[part[0]])
        plain += part[1:]
    return bytes(plain)


def _opened(plain: bytes) -> Message | Trouble:
    if len(plain) < 4:
        return trouble(Why.LENGTH, f"a header of {len(plain)} bytes")
    properties = int.from_bytes(plain[2:4], "big")
    if properties & (_ENCRYPTED | _RESERVED):
        return trouble(Why.REFUSED, "encrypted or unknown properties")
    edition = Edition.Y2019 if properties & _EDITION_2019 else Edition.Y2013
    at = 5 if edition is Edition.Y2019 else 4
    phone_end = at + edition.value
    start = phone_end + (6 if properties & _PACKAGED else 2)
    if len(plain) != start + (properties & MOST_BODY):
        return trouble(Why.LENGTH, f"header and body are {len(plain)} bytes, {start + (properties & MOST_BODY)} told")
    phone = plain[at:phone_end].hex()
    if not phone.isdecimal():
        return trouble(Why.SHAPE, "a phone that is no number")
    message = Message(
        id=int.from_bytes(plain[:2], "big"),
        edition=edition,
        phone=phone,
        serial=int.from_bytes(plain[phone_end : phone_end + 2], "big"),
        body=plain[start:],
        version=plain[4] if edition is Edition.Y2019 else 1,
    )
    if not properties & _PACKAGED:
        return message
    of, number = (int.from_bytes(plain[start - back : start - back + 2], "big") for back in (4, 2))
    if not 1 <= number <= of:
        return trouble(Why.SHAPE, f"package {number} of {of}")
    return replace(message, package=(of, number))


class Frames:
    """The frames of one line. Every stretch between two marks is a frame or a trouble, so a lost mark costs one."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._lost = 0
        """Bytes of the present stretch that were not kept: before the first mark, or beyond what a frame can be."""
        self._begun = False

    def feed(self, data: bytes) -> list[Message | Trouble]:
        """Take bytes off the line; what they completed, in order."""
        found: list[Message | Trouble] = []
        *ended, rest = data.split(b"\x7e")
        for part in ended:
            self._keep(part)
            found += self._close()
        self._keep(rest)
        return found

    def _keep(self, part: bytes) -> None:
        room = LONGEST - len(self._held) if self._begun and not self._lost else 0
        if len(part) > room:
            self._lost += len(self._held) + len(part)
            self._held.clear()
        else:
            self._held += part

    def _close(self) -> list[Message | Trouble]:
        lost, inside, begun = self._lost, bytes(self._held), self._begun
        self._lost, self._begun = 0, True
        self._held.clear()
        if lost:
            where = "between two marks" if begun else "before the first mark"
            return [trouble(Why.TOO_LONG if begun else Why.SHAPE, f"{lost} bytes {where}")]
        return [decode(inside)] if inside else []


def trouble(why: Why, detail: str) -> Trouble:
    """A trouble of this protocol."""
    return Trouble(source=SourceKind.JT808, why=why, detail=detail)
