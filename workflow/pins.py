"""The offline PIN of one person: how one is enrolled, when it counts, how it is locked and ends (docs/adr/0190).

One PIN at a time, enrolled like a key in front of a safety officer who opens a short window. What the PIN is stands
nowhere here: right or wrong comes in as a yes or no. So many wrong tries in a row lock it as long as the outage lasts
in which they were made, so that nobody's malice outlives it. Its owner or an officer ends it for good (docs/adr/0212).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.errors import ImpossibleEvent, Refused
from workflow.findings import Finding
from workflow.findings import no as finding
from workflow.ids import PermitId, PersonId, SiteId
from workflow.plant import Person
from workflow.values import Actor, Stamped, aware

WINDOW = timedelta(minutes=10)
"""How long an officer's window stays open."""
_DIGITS = re.compile(r"[0-9]{6,12}")
_RISING, _FALLING = "01234567890123456789", "98765432109876543210"


def too_plain(pin: str) -> bool:
    """Whether a PIN is none to take: not six to twelve digits, one or two different ones, or a mere sequence."""
    return not _DIGITS.fullmatch(pin) or len(set(pin)) <= 2 or pin in _RISING or pin in _FALLING


class Part(StrEnum):
    """For what a PIN was given."""

    SIGNER = "signer"
    SECOND = "second"


class Stage(StrEnum):
    """What has become of the PIN."""

    NONE = "none"
    ACTIVE = "active"
    LOCKED = "locked"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """An officer stands beside the person and lets one PIN in."""

    officer: PersonId
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PinBook:
    """What is known of a person's PIN. ``number`` counts enrolments; ``tries`` are the wrong ones in a row."""

    id: PersonId
    site: SiteId
    stage: Stage = Stage.NONE
    number: int = 0
    tries: int = 0
    window: Window | None = None
    locked_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether it counts, whenever it is asked for."""
        return self.stage is Stage.ACTIVE

    def counts(self, since: datetime) -> bool:
        """Whether it counts in the outage that began then: one that was locked in an earlier one does again."""
        return self.active or (self.locked_at is not None and self.locked_at < since)


# --- events: the class name is the stored kind ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events. ``by`` is the clock where nobody is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinWindowOpened(Event):
    """An officer let this person enrol a PIN until then."""

    until: datetime

    def __post_init__(self) -> None:
        Event.__post_init__(self)
        aware(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinEnrolled(Event):
    """The person chose a PIN while the officer's window was open; one before it counts no more."""

    number: int
    supervised_by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PinMissed(Event):
    """Somebody gave a wrong PIN for this person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinLocked(Event):
    """That was one wrong PIN too many: it counts no more as long as this outage lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinReopened(Event):
    """It is asked for in another outage than the one in which it was locked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PinUsed(Event):
    """The right PIN was given for exactly one decision: of the person's own, or of the one she stood beside."""

    permit: PermitId
    decision_hash: str
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRevoked(Event):
    """Its owner or an officer gave it up."""


ALL: tuple[type[Event], ...] = (PinWindowOpened, PinEnrolled, PinMissed, PinLocked, PinReopened, PinUsed, PinRevoked)


def evolve(book: PinBook, event: Event) -> PinBook:
    """The book after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    match event:
        case PinWindowOpened(until=until) if (officer := event.by.as_person) is not None:
            return replace(book, window=Window(officer=officer, until=until))
        case PinEnrolled(number=number) if book.window is not None and number == book.number + 1:
            return replace(book, window=None, stage=Stage.ACTIVE, number=number, tries=0, locked_at=None)
        case PinMissed() if book.active:
            return replace(book, tries=book.tries + 1)
        case PinLocked() if book.active:
            return replace(book, stage=Stage.LOCKED, locked_at=event.at)
        case PinReopened() if book.stage is Stage.LOCKED:
            return replace(book, stage=Stage.ACTIVE, tries=0, locked_at=None)
        case PinUsed() if book.active:
            return replace(book, tries=0)
        case PinRevoked() if book.stage in (Stage.ACTIVE, Stage.LOCKED):
            return replace(book, stage=Stage.REVOKED, locked_at=None)
        case _:
            raise ImpossibleEvent(f"PIN of {book.id}: {type(event).__name__} cannot follow")


# --- decisions ------------------------------------------------------------------------------------------------------


def open_window(book: PinBook, *, officer: Person, safety: tuple[PersonId, ...], at: datetime) -> tuple[Event, ...]:
    """An officer of the safety department, never for himself, lets the person enrol a PIN. Raise `Refused`."""
    if officer.id not in safety or not officer.active:
        raise Refused((_no("pin.officer", "只有安全管理部门能开离线码登记", "请找安全管理部门的人当面登记"),))
    if officer.id == book.id:
        raise Refused((_no("pin.self", "不能给自己登记离线码", "请安全管理部门另一位同事当面给您登记"),))
    return (PinWindowOpened(by=Actor.person(officer.id), at=at, until=at + WINDOW),)


def enrol(book: PinBook, *, officer: PersonId, at: datetime) -> tuple[Event, ...]:
    """The person chose a PIN while the window of this officer is open. Raise `Refused`."""
    window = book.window
    if window is None or window.officer != officer or at >= window.until:
        raise Refused((_no("pin.window", "登记时间已过", "请安全员当面重新开一次登记"),))
    return (PinEnrolled(by=Actor.person(book.id), at=at, number=book.number + 1, supervised_by=officer),)


def missed(book: PinBook, *, tries: int, since: datetime, at: datetime) -> tuple[Event, ...]:
    """A wrong PIN was given in the outage that began at ``since``: kept, and locked with the last try.

    Nothing more is kept of one that does not count.
    """
    if not book.counts(since):
        return ()
    again, clock = _again(book, at), Actor.clock()
    so_far = 0 if again else book.tries
    locked = (PinLocked(by=clock, at=at),) if so_far + 1 >= tries else ()
    return (*again, PinMissed(by=clock, at=at), *locked)


def used(
    book: PinBook, *, permit: PermitId, decision_hash: str, part: Part, since: datetime, at: datetime
) -> tuple[Event, ...]:
    """The right PIN was given for one decision in the outage that began at ``since``. Raise `Refused` when it does not
    count (any more)."""
    if not book.counts(since):
        raise Refused((_no("pin.gone", "离线码已锁定或已注销", "请安全员当面重新登记"),))
    given = PinUsed(by=Actor.person(book.id), at=at, permit=permit, decision_hash=decision_hash, part=part)
    return (*_again(book, at), given)


def _again(book: PinBook, at: datetime) -> tuple[Event, ...]:
    """What comes first where it was locked in an earlier outage."""
    return () if book.active else (PinReopened(by=Actor.clock(), at=at),)


def revoke(book: PinBook, *, by: PersonId, safety: tuple[PersonId, ...], at: datetime) -> tuple[Event, ...]:
    """Its owner or an officer gives it up. Raise `Refused`."""
    if by != book.id and by not in safety:
        raise Refused((_no("pin.owner", "只有本人或安全管理部门能注销离线码", "请本人或安全管理部门办理"),))
    if book.stage not in (Stage.ACTIVE, Stage.LOCKED):
        raise Refused((_no("pin.none", "没有在用的离线码", "需要时请安全员当面登记"),))
    return (PinRevoked(by=Actor.person(by), at=at),)


def _no(gate: str, fact: str, cure: str) -> Finding:
    return finding(gate, fact, clause="厂内离线确认规定", cure=cure)
