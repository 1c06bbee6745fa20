"""What the gate of a plant knows of a permit without a network: the pass on the paper, and the list of how all stand.

The pass says what was true when it was signed; the list, fetched while there was a network, says what has become of
it since. The law of the gate: **only a permit that a fresh list names as good is a yes.** A bad word never grows old,
so a stale list may still refuse; whatever is missing, stale, older than what was seen before, or of another site is not
a yes. The bytes are those of docs/evidence.md 7; signatures are checked by whoever has the keys. Pure.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from workflow.permit.state import Status
from workflow.values import Interval, aware

PASS_PREFIX: Final = "PTG1:"
LIST_PREFIX: Final = "PTL1:"
CONTEXT: Final = b"permitbot.gate.v1\n"
"""Stands before everything that is signed here: no signature made for anything else fits."""
KEY_ID_BYTES: Final = 4
HEAD_BYTES: Final = 8
"""So much of the hash of the permit's last record is on the paper: it points, the journal proves."""
SIGNATURE_BYTES: Final = 64
SKEW: Final = timedelta(minutes=2)
"""How far the clock of a gate may be from ours."""
_PASS, _LIST = b"P", b"L"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST: Final = 60
"""Bytes of a text on the pass: a place described at length would make the picture unreadable."""


class NotAPass(ValueError):
    """These characters are no pass and no list of this form; theirs, whoever made them."""


class Standing(IntEnum):
    """How a permit stands for the gate; the number is what is written in a list."""

    MAY_ENTER = 1
    SUSPENDED = 2
    ENDED = 3
    VOIDED = 4
    EXPIRED = 5
    NOT_ISSUED = 6


STANDING: Final[Mapping[Status, Standing]] = {
    Status.DRAFT: Standing.NOT_ISSUED,
    Status.SUBMITTED: Standing.NOT_ISSUED,
    Status.PREPARING: Standing.NOT_ISSUED,
    Status.IN_REVIEW: Standing.NOT_ISSUED,
    Status.ISSUED: Standing.MAY_ENTER,
    Status.ACTIVE: Standing.MAY_ENTER,
    Status.SUSPENDED: Standing.SUSPENDED,
    Status.COMPLETED: Standing.ENDED,
    Status.FIRE_WATCH: Standing.ENDED,
    Status.CLOSED: Standing.ENDED,
    Status.ARCHIVED: Standing.ENDED,
    Status.REJECTED: Standing.VOIDED,
    Status.CANCELLED: Standing.VOIDED,
    Status.EXPIRED: Standing.EXPIRED,
    Status.VOIDED: Standing.VOIDED,
}
"""Who has an issued permit must get in to prepare; who has finished needs no way in."""


class Verdict(StrEnum):
    """What the gate is told. `ENTER` alone is a yes."""

    ENTER = "enter"
    SUSPENDED = "suspended"
    ENDED = "ended"
    VOIDED = "voided"
    EXPIRED = "expired"
    NOT_ISSUED = "not_issued"
    EARLY = "early"
    FORGED = "forged"
    FOREIGN = "foreign"
    """Signed by nobody this gate knows, or for another site."""
    FUTURE = "future"
    NO_STATUS = "no_status"
    STALE = "stale"
    ROLLED_BACK = "rolled_back"
    """The list is older than one this gate has seen."""
    CLOCK = "clock"
    """The gate's own clock is behind what it has already seen."""
    UNKNOWN = "unknown"
    """The list does not name the permit."""
    NEWER = "newer"
    """The list does not name the permit because the pass is younger."""
    UNREADABLE = "unreadable"
    CANNOT = "cannot"
    """This gate can check no signature without a network, and there is none."""


_REFUSED: Final[Mapping[Standing, Verdict]] = {
    Standing.SUSPENDED: Verdict.SUSPENDED,
    Standing.ENDED: Verdict.ENDED,
    Standing.VOIDED: Verdict.VOIDED,
    Standing.EXPIRED: Verdict.EXPIRED,
    Standing.NOT_ISSUED: Verdict.NOT_ISSUED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What stands in the code of a permit. Times are kept to the second."""

    site: str
    number: str
    work: str
    """Work and grade, as people say it."""
    place: str
    guardian: str
    people: int
    planned: Interval
    standing: Standing
    version: int
    head: bytes
    """The first `HEAD_BYTES` of the hash of the permit's last record."""
    issued_at: datetime

    def __post_init__(self) -> None:
        aware(self.issued_at)
        if len(self.head) != HEAD_BYTES:
            raise ValueError(f"a pass holds {HEAD_BYTES} bytes of the head, not {len(self.head)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """How every permit that matters stands, by `entry_key`. What is not in it is not good."""

    site: str
    number: int
    """How many records the journal had: a later list never has fewer."""
    issued_at: datetime
    expires_at: datetime
    early: timedelta
    """How long before its planned start a permit opens the gate; whole minutes."""
    entries: Mapping[bytes, Standing]

    def __post_init__(self) -> None:
        aware(self.issued_at)
        aware(self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest list a gate has ever held, and the latest time it has known."""

    number: int = 0
    issued_at: datetime = _EPOCH
    latest: datetime = _EPOCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A pass or a list as it came: nothing of it is read before its signature is good."""

    key: bytes
    """The id of the key it says it was signed with."""
    message: bytes
    """What the signature must be good over."""
    signature: bytes


def entry_key(site: str, number: str) -> bytes:
    """What stands for a permit in a list: who has no pass learns no number from it."""
    return hashlib.sha256(f"{site}\n{number}".encode()).digest()[:8]


def key_id(public: bytes) -> bytes:
    """The name of a key: the beginning of its own hash."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


def judge(*, now: datetime, shown: Pass, status: StatusList | None, seen: Seen) -> Verdict:
    """What the gate is told of a pass whose signature, and whose list's, is good and of this site."""
    if shown.issued_at > now + SKEW:
        return Verdict.FUTURE
    if now >= shown.planned.end:
        return Verdict.EXPIRED
    if status is None:
        return Verdict.NO_STATUS
    told = status.entries.get(entry_key(shown.site, shown.number))
    if told is not None and told in _REFUSED:
        return _REFUSED[told]
    if shown.standing in _REFUSED and shown.issued_at >= status.issued_at:
        return _REFUSED[shown.standing]
    return _trusted(now, status, seen) or _named(now, shown, status, told)


def _trusted(now: datetime, status: StatusList, seen: Seen) -> Verdict | None:
    """Why a good word of this list does not count now; None when it does."""
    if status.issued_at > now + SKEW or seen.latest > now + SKEW:
        return Verdict.CLOCK
    if (status.number, status.issued_at) < (seen.number, seen.issued_at):
        return Verdict.ROLLED_BACK
    return Verdict.STALE if now >= status.expires_at else None


def _named(now: datetime, shown: Pass, status: StatusList, told: Standing | None) -> Verdict:
    if told is None:
        return Verdict.NEWER if shown.issued_at > status.issued_at else Verdict.UNKNOWN
    return Verdict.EARLY if now < shown.planned.start - status.early else Verdict.ENTER


# --- bytes (docs/evidence.md 7) --------------------------------------------------------------------------------------


def pass_message(one: Pass, key: bytes) -> bytes:
    """What is signed of a pass; texts that are too long end early."""
    numbers = struct.pack(
        ">IIIBBI", _seconds(one.issued_at), _seconds(one.planned.start), _seconds(one.planned.end), one.standing,
        min(one.people, 255), one.version,
    )  # fmt: skip
    texts = (one.site, one.number, one.work, one.place, one.guardian)
    return CONTEXT + _PASS + key + numbers + one.head + b"".join(map(_text, texts))


def list_message(one: StatusList, key: bytes) -> bytes:
    """What is signed of a list; the entries in the order of their keys."""
    numbers = struct.pack(
        ">QIIHH", one.number, _seconds(one.issued_at), _seconds(one.expires_at),
        one.early // timedelta(minutes=1), len(one.entries),
    )  # fmt: skip
    entries = b"".join(name + bytes((standing,)) for name, standing in sorted(one.entries.items()))
    return CONTEXT + _LIST + key + numbers + _text(one.site) + entries


def spelled(message: bytes, signature: bytes) -> str:
    """A signed message as text: capital letters and digits only, so that a QR stays small and a scanner types it."""
    prefix = PASS_PREFIX if message[len(CONTEXT) :][:1] == _PASS else LIST_PREFIX
    return prefix + base64.b32encode(message[len(CONTEXT) :] + signature).decode().rstrip("=")


def opened(text: str) -> Signed:
    """A pass or a list from its text, however it was typed. Raise `NotAPass` for anything else."""
    prefix, _, letters = text.strip().upper().partition(":")
    try:
        raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error as odd:
        raise NotAPass("these are no letters of a pass") from odd
    body, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    if (body[:1], f"{prefix}:") not in ((_PASS, PASS_PREFIX), (_LIST, LIST_PREFIX)):
        raise NotAPass("neither a pass nor a list")
    return Signed(key=body[1 : 1 + KEY_ID_BYTES], message=CONTEXT + body, signature=signature)


def read(message: bytes) -> Pass | StatusList:
    """What a signed message says. Raise `NotAPass` when it is of no form known here."""
    body = message.removeprefix(CONTEXT)
    try:
        return (_read_pass if body[:1] == _PASS else _read_list)(body[1 + KEY_ID_BYTES :])
    except (struct.error, ValueError, IndexError, OverflowError) as odd:
        raise NotAPass("the bytes are not those of a pass or a list") from odd


_PASS_NUMBERS, _LIST_NUMBERS = struct.Struct(">IIIBBI"), struct.Struct(">QIIHH")


def _read_pass(raw: bytes) -> Pass:
    issued_at, start, end, standing, people, version = _PASS_NUMBERS.unpack_from(raw)
    place = _PASS_NUMBERS.size + HEAD_BYTES
    texts, place = _texts(raw, place, 5)
    if place != len(raw):
        raise NotAPass("bytes after the end")
    site, number, work, where, guardian = texts
    return Pass(
        site=site, number=number, work=work, place=where, guardian=guardian, people=people, version=version,
        planned=Interval(start=_moment(start), end=_moment(end)), standing=Standing(standing),
        head=raw[_PASS_NUMBERS.size :][:HEAD_BYTES], issued_at=_moment(issued_at),
    )  # fmt: skip


def _read_list(raw: bytes) -> StatusList:
    number, issued_at, expires_at, early, count = _LIST_NUMBERS.unpack_from(raw)
    (site,), place = _texts(raw, _LIST_NUMBERS.size, 1)
    if len(raw) - place != 9 * count:
        raise NotAPass("the list is not as long as it says")
    entries = {raw[at : at + 8]: Standing(raw[at + 8]) for at in range(place, len(raw), 9)}
    if list(entries) != sorted(entries) or len(entries) != count:
        raise NotAPass("the entries are not in order")
    return StatusList(
        site=site, number=number, issued_at=_moment(issued_at), expires_at=_moment(expires_at),
        early=timedelta(minutes=early), entries=entries,
    )  # fmt: skip


def _texts(raw: bytes, place: int, count: int) -> tuple[list[str], int]:
    found = []
    for _ in range(count):
        end = place + 1 + raw[place]
        if end > len(raw):
            raise NotAPass("a text ends too early")
        found.append(raw[place + 1 : end].decode())
        place = end
    return found, place


def _text(text: str) -> bytes:
    raw = text.encode()
    if len(raw) > _LONGEST:
        raw = raw[: _LONGEST - 3].decode(errors="ignore").encode() + "…".encode()
    return bytes((len(raw),)) + raw


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
