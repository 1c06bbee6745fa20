"""HJ 212 packets: the fields of the data segment, the command area, and SM4 over it (HJ 212-2017 6.3; 2025 edition).

``QN=..;ST=..;CN=..;PW=..;MN=..;Flag=..;[PNUM=..;PNO=..;]CP=&&…&&``. Flag is version<<2 | split<<1 | answer wanted;
version 1 is the edition of 2017, 2 that of 2025. In the command area ``;`` parts items and ``,`` the fields of one.

In the 2025 edition the command area of some messages is SM4 cipher text (ECB, no padding). How the cipher text is
spelled and whether the CRC covers it or the plain text is not confirmed: `Sm4` must be told both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Final, assert_never

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hardware_bridge.codecs import crc
from hardware_bridge.codecs.figures import compact_time
from hardware_bridge.codecs.hj212_frame import Raw, framed, trouble
from hardware_bridge.sample import Trouble, Why

NOTICE_ANSWER: Final = 9013
DATA_ANSWER: Final = 9014
HEARTBEAT: Final = 9015
TO_STATION: Final = 91
"""ST of answers between systems."""
_VERSION_2025: Final = 2
_CP: Final = b"CP=&&"
_END: Final = b"&&"
_BLOCK: Final = 16
_KEY_BYTES: Final = 16
_MN_2025: Final = 24
_MN_DIGITS: Final = frozenset("0123456789ABCDEF")
_MOST_MN: Final = 64
_KNOWN: Final = frozenset(("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO"))
_NEEDED: Final = ("QN", "ST", "CN", "PW", "MN", "Flag")
_MOST_FLAG: Final = 0xFF
_ENCRYPTED: Final = frozenset((1014, 3020))
_DATA: Final = range(2000, 3000)


class Spelling(Enum):
    """How cipher text stands in the frame."""

    RAW = "raw"
    HEX = "hex"


class Covered(Enum):
    """What the CRC was computed over."""

    AS_SENT = "as_sent"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sm4:
    """How one station encrypts; one that has a key is not heard in plain text.

    Raise `ValueError` for a key that is not 16 bytes.
    """

    key: bytes = field(repr=False)
    spelling: Spelling
    covered: Covered

    def __post_init__(self) -> None:
        if len(self.key) != _KEY_BYTES:
            raise ValueError("an SM4 key has 16 bytes")

    def opened(self, text: bytes) -> bytes | None:
        """The plain text; None for what is no cipher text of ours."""
        match self.spelling:
            case Spelling.HEX:
                try:
                    sealed = bytes.fromhex(text.decode("ascii"))
                except ValueError:
                    return None
            case Spelling.RAW:
                sealed = text
            case _:
                assert_never(self.spelling)
        if len(sealed) % _BLOCK:
            return None
        # The standard's mode; what ECB gives away is the price of speaking it.
        opener = Cipher(algorithms.SM4(self.key), modes.ECB()).decryptor()  # noqa: S305
        return opener.update(sealed) + opener.finalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One data segment. ``items`` are the parts between ``;`` of the command area, each a list of (name, value)."""

    qn: str
    st: int
    cn: int
    mn: str
    password: str = field(repr=False)
    flag: int
    part: tuple[int, int] | None
    """How many packets, and which of them this is, from 1."""
    items: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def version(self) -> int:
        """1: 2017, 2: 2025."""
        return self.flag >> 2

    @property
    def wants_answer(self) -> bool:
        """Whether the other side waits for an answer."""
        return bool(self.flag & 1)

    @property
    def asked_at(self) -> datetime | None:
        """QN, which is a time to the millisecond."""
        return compact_time(self.qn)


def named(raw: Raw) -> str | None:
    """The MN of a frame not yet opened, to find the station's key by; never believed before `opened` held."""
    fields = _fields(raw.data.partition(_CP)[0])
    return None if fields is None else fields.get("MN")


def opened(raw: Raw, sm4: Sm4 | None = None) -> Packet | Trouble:
    """Check the CRC, decrypt where the message is one of the encrypted, and read the fields."""
    head, mark, rest = raw.data.partition(_CP)
    fields = _fields(head)
    secret = sm4 is not None and fields is not None and _encrypted(fields.get("CN", ""))
    if sm4 is None or not secret:
        if crc.hj212(raw.data) != raw.crc:
            return trouble(Why.CHECKSUM, f"data of {len(raw.data)} bytes")
        area = rest
    else:
        if sm4.covered is Covered.AS_SENT and crc.hj212(raw.data) != raw.crc:
            return trouble(Why.CHECKSUM, f"data of {len(raw.data)} bytes")
        plain = sm4.opened(rest.removesuffix(_END)) if rest.endswith(_END) else None
        if plain is None:
            return trouble(Why.SHAPE, "no cipher text")
        area = plain + _END
        if sm4.covered is Covered.PLAIN and crc.hj212(head + mark + area) != raw.crc:
            return trouble(Why.CHECKSUM, f"plain data of {len(head + mark + area)} bytes")
    if not mark or not area.endswith(_END):
        return trouble(Why.SHAPE, "no command area")
    if fields is None:
        return trouble(Why.SHAPE, "fields that are none, or come twice")
    return _packet(fields, area.removesuffix(_END))


def answer(to: Packet, cn: int) -> bytes:
    """The frame of an answer without data: 9013 to a notice, 9014 to data. It names the message by its QN and wants
    no answer itself."""
    flag = to.version << 2
    data = f"QN={to.qn};ST={TO_STATION};CN={cn};PW={to.password};MN={to.mn};Flag={flag};CP=&&&&"
    return framed(data.encode())


def _encrypted(cn: str) -> bool:
    return cn.isascii() and cn.isdigit() and (int(cn) in _DATA or int(cn) in _ENCRYPTED)


def _fields(head: bytes) -> dict[str, str] | None:
    """``name=value;`` before the command area; None where it is anything else or a name comes twice."""
    try:
        text = head.decode("ascii")
    except UnicodeDecodeError:
        return None
    if not text.endswith(";"):
        return None
    found: dict[str, str] = {}
    for part in text[:-1].split(";"):
        name, equals, value = part.partition("=")
        if name not in _KNOWN or not equals or name in found:
            return None
        found[name] = value
    return found


def _packet(fields: dict[str, str], area: bytes) -> Packet | Trouble:
    lacking = [name for name in _NEEDED if not fields.get(name)]
    if lacking:
        return trouble(Why.SHAPE, f"no {lacking[0]}")
    st, cn, flag = (_whole(fields[name]) for name in ("ST", "CN", "Flag"))
    if st is None or cn is None or flag is None or flag > _MOST_FLAG:
        return trouble(Why.SHAPE, "ST, CN or Flag is no number")
    mn = fields["MN"]
    if len(mn) > _MOST_MN or (flag >> 2 == _VERSION_2025 and not (len(mn) == _MN_2025 and _MN_DIGITS.issuperset(mn))):
        return trouble(Why.SHAPE, "an MN that is none")
    if compact_time(fields["QN"]) is None:
        return trouble(Why.TIME, "a QN that is no time")
    part = _part(fields, split=bool(flag & 2))
    items = _items(area)
    if isinstance(part, Trouble) or items is None:
        return part if isinstance(part, Trouble) else trouble(Why.SHAPE, "a command area that is none")
    return Packet(
        qn=fields["QN"], st=st, cn=cn, mn=mn, password=fields["PW"], flag=flag, part=part, items=items
    )  # fmt: skip


def _part(fields: dict[str, str], *, split: bool) -> tuple[int, int] | Trouble | None:
    if not split:
        return trouble(Why.SHAPE, "packet numbers without their flag") if {"PNUM", "PNO"} & fields.keys() else None
    of, number = (_whole(fields.get(name, "")) for name in ("PNUM", "PNO"))
    if of is None or number is None or not 1 <= number <= of:
        return trouble(Why.SHAPE, "a split packet without its numbers")
    return of, number


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("9999") else None


def _items(area: bytes) -> tuple[tuple[tuple[str, str], ...], ...] | None:
    try:
        text = area.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found = []
    # Some stations close the last item with a semicolon, too.
    for item in filter(None, text.split(";")):
        pairs = [each.partition("=") for each in item.split(",")]
        if any(not name or not equals for name, equals, _ in pairs):
            return None
        found.append(tuple((name, value) for name, _, value in pairs))
    return tuple(found)
