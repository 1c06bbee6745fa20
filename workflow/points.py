"""The ledger of points for valid reports: one stream for each person, and never an entry without its reason.

In prose. A hazard's report earns once, when somebody else accepted that it was put right; how much, and what the cap of
the day leaves, the hazard's own law has decided (`workflow.hazard`). Nothing is ever changed or taken out: a mistake is
made good by an entry that counters it. What was earned by a report that turns out to be none, or somebody else's, is
countered by itself. Points are exchanged by a named officer for a named thing, never by the holder, never beyond the
balance. The balance is nowhere written; it is what the entries add up to, and may be negative after a correction.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from workflow.errors import ImpossibleEvent, Refused
from workflow.findings import no
from workflow.ids import HazardId, PersonId, SiteId
from workflow.values import Actor, Stamped

SHORTEST_REASON = 4
"""Characters under which a reason says nothing."""
LONGEST = 200
"""Characters of a reason, or of what was handed out, that are kept."""
_RULE = "隐患上报积分规则"


class EntryKind(StrEnum):
    """What an entry is."""

    CREDIT = "credit"
    COUNTER = "counter"
    EXCHANGE = "exchange"


# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsCredited(Event):
    """A report was worth something. ``by``: whoever accepted the hazard. ``named``: the line may know the reporter."""

    hazard: HazardId
    points: int
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsCountered(Event):
    """An entry no longer counts, by another one against it."""

    entry: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsExchanged(Event):
    """Something was handed out for points."""

    points: int
    goods: str


ALL: tuple[type[Event], ...] = (PointsCredited, PointsCountered, PointsExchanged)


# --- the state --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger. ``number`` counts from 1; ``points`` carry their sign."""

    number: int
    kind: EntryKind
    points: int
    at: datetime
    by: Actor
    reason: str
    """The hazard's number, why it was countered, or what was handed out."""
    counters: int | None = None
    """Of a counter-entry: the entry it is against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one person's points are, and where they come from."""

    id: PersonId
    site: SiteId
    entries: tuple[Entry, ...] = ()

    @property
    def balance(self) -> int:
        """What the entries add up to."""
        return sum(one.points for one in self.entries)

    def entry(self, number: int) -> Entry | None:
        """One line; None for a number that was never given."""
        return self.entries[number - 1] if 1 <= number <= len(self.entries) else None

    def countered(self, number: int) -> bool:
        """Whether an entry no longer counts."""
        return any(one.counters == number for one in self.entries)

    def credited(self, hazard: HazardId) -> Entry | None:
        """The entry a hazard once brought, counting or not."""
        return next((one for one in self.entries if one.kind is EntryKind.CREDIT and one.reason == hazard), None)


def evolve(account: Account, event: Event) -> Account:
    """The ledger with one more line. Raise `ImpossibleEvent` for one that cannot follow."""
    match event:
        case PointsCredited(hazard=hazard, points=points):
            if points <= 0 or account.credited(hazard) is not None:
                raise _impossible(account, event)
            return _with(account, event, EntryKind.CREDIT, points, hazard)
        case PointsCountered(entry=number, why=why):
            meant = account.entry(number)
            if meant is None or meant.kind is EntryKind.COUNTER or account.countered(number):
                raise _impossible(account, event)
            return _with(account, event, EntryKind.COUNTER, -meant.points, why, counters=number)
        case PointsExchanged(points=points, goods=goods):
            if not 0 < points <= account.balance or event.by.as_person in {None, account.id}:
                raise _impossible(account, event)
            return _with(account, event, EntryKind.EXCHANGE, -points, goods)
        case _:
            raise _impossible(account, event)


def _with(
    account: Account, event: Event, kind: EntryKind, points: int, reason: str, *, counters: int | None = None
) -> Account:
    number = len(account.entries) + 1
    entry = Entry(
        number=number, kind=kind, points=points, at=event.at, by=event.by, reason=reason, counters=counters
    )  # fmt: skip
    return replace(account, entries=(*account.entries, entry))


def _impossible(account: Account, event: Event) -> ImpossibleEvent:
    return ImpossibleEvent(f"{account.id} has {account.balance}: {type(event).__name__} cannot follow")


# --- what may happen --------------------------------------------------------------------------------------------------


def credit(
    account: Account, *, hazard: HazardId, points: int, named: bool, by: Actor, at: datetime
) -> tuple[Event, ...]:
    """An accepted hazard's points; none for one that ever brought some."""
    if account.credited(hazard) is not None:
        return ()
    return (PointsCredited(by=by, at=at, hazard=hazard, points=points, named=named),)


def withdraw(account: Account, *, hazard: HazardId, why: str, by: Actor, at: datetime) -> tuple[Event, ...]:
    """The hazard turned out to be none, or another one: what it brought is countered, once."""
    entry = account.credited(hazard)
    if entry is None or account.countered(entry.number):
        return ()
    return (PointsCountered(by=by, at=at, entry=entry.number, why=why[:LONGEST]),)


def correct(
    account: Account, *, entry: int, why: str, by: PersonId, officers: Collection[PersonId], at: datetime
) -> tuple[Event, ...]:
    """An officer counters an entry, with the reason. Raise `Refused`."""
    _by_officer(account, by, officers)
    meant = account.entry(entry)
    if meant is None:
        _refuse("points.entry", f"没有第{entry}笔", "发「积分台账 姓名」看每一笔")
    if meant.kind is EntryKind.COUNTER or account.countered(entry):
        _refuse("points.entry", f"第{entry}笔是冲销，或已经冲销", "无需再办")
    if len(why.strip()) < SHORTEST_REASON:
        _refuse("points.why", "没有写明原因", "请写明原因，不少于4个字")
    return (PointsCountered(by=Actor.person(by), at=at, entry=entry, why=why.strip()[:LONGEST]),)


def exchange(
    account: Account, *, points: int, goods: str, by: PersonId, officers: Collection[PersonId], at: datetime
) -> tuple[Event, ...]:
    """An officer hands something out for points. Raise `Refused`."""
    _by_officer(account, by, officers)
    if points <= 0:
        _refuse("points.balance", "要换的分数要大于0", "请写换多少分")
    if points > account.balance:
        _refuse("points.balance", f"余额{account.balance}分，不够换{points}分", "请核对余额")
    if not goods.strip():
        _refuse("points.goods", "没有写换了什么", "请写明换了什么，例如：手套一副")
    return (PointsExchanged(by=Actor.person(by), at=at, points=points, goods=goods.strip()[:LONGEST]),)


def _by_officer(account: Account, by: PersonId, officers: Collection[PersonId]) -> None:
    if by not in officers:
        _refuse("points.officer", "只有安全管理部门能兑换和更正积分", "请联系安全管理部门")
    if by == account.id:
        _refuse("points.own", "自己的积分不能自己办", "请安全管理部门的其他人来办")


def _refuse(gate: str, fact: str, cure: str) -> NoReturn:
    raise Refused((no(gate, fact, clause=_RULE, cure=cure),))
