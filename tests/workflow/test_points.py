"""The ledger of points: every entry has its reason, nothing is earned twice, nobody serves himself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.errors import ImpossibleEvent, NaiveTime, Refused
from workflow.ids import HazardId, PersonId, SiteId
from workflow.points import (
    ALL,
    Account,
    EntryKind,
    Event,
    PointsCountered,
    PointsCredited,
    PointsExchanged,
    correct,
    credit,
    evolve,
    exchange,
    withdraw,
)
from workflow.values import Actor

AT = datetime(2026, 3, 18, tzinfo=UTC)
WANG, SUN, OTHER = PersonId("wang"), PersonId("sun"), PersonId("chen")
OFFICERS = (SUN, OTHER)
BY = Actor.person(SUN)
ONE, TWO = HazardId("YH-HC-20260318-001"), HazardId("YH-HC-20260318-002")


def account(*events: Event, who: PersonId = WANG) -> Account:
    state = Account(id=who, site=SiteId("hc"))
    for event in events:
        state = evolve(state, event)
    return state


def earned(hazard: HazardId = ONE, points: int = 5) -> PointsCredited:
    return PointsCredited(by=BY, at=AT, hazard=hazard, points=points, named=True)


def gate(refused: pytest.ExceptionInfo[Refused]) -> str:
    (finding,) = refused.value.findings
    assert finding.cure
    return finding.gate


def test_a_hazard_brings_points_once_and_never_again() -> None:
    first = credit(account(), hazard=ONE, points=5, named=False, by=BY, at=AT)
    assert first == (PointsCredited(by=BY, at=AT, hazard=ONE, points=5, named=False),)
    once = account(*first)
    assert credit(once, hazard=ONE, points=5, named=True, by=BY, at=AT) == ()
    taken = withdraw(once, hazard=ONE, why="核实不属实", by=BY, at=AT)
    gone = account(*first, *taken)
    assert (gone.balance, withdraw(gone, hazard=ONE, why="再来一次", by=BY, at=AT)) == (0, ())
    assert credit(gone, hazard=ONE, points=5, named=True, by=BY, at=AT) == (), "nor after it was countered"
    assert withdraw(once, hazard=TWO, why="没有这一笔", by=BY, at=AT) == ()


def test_every_line_says_why_and_the_balance_is_what_they_add_up_to() -> None:
    state = account(
        earned(), earned(TWO, 2), PointsExchanged(by=BY, at=AT, points=4, goods="手套一副"),
        PointsCountered(by=BY, at=AT, entry=3, why="发错了人"), PointsCountered(by=BY, at=AT, entry=1, why="重复上报"),
    )  # fmt: skip
    assert [(one.number, one.kind, one.points, one.reason) for one in state.entries] == [
        (1, EntryKind.CREDIT, 5, ONE),
        (2, EntryKind.CREDIT, 2, TWO),
        (3, EntryKind.EXCHANGE, -4, "手套一副"),
        (4, EntryKind.COUNTER, 4, "发错了人"),
        (5, EntryKind.COUNTER, -5, "重复上报"),
    ]
    assert state.balance == 2


def test_an_officer_hands_out_what_is_there_and_never_to_himself() -> None:
    state = account(earned())
    given_out = exchange(state, points=5, goods=" 雨衣 ", by=SUN, officers=OFFICERS, at=AT)
    assert account(earned(), *given_out).balance == 0
    for points, goods, by, why in (
        (6, "雨衣", SUN, "points.balance"), (0, "雨衣", SUN, "points.balance"), (-1, "雨衣", SUN, "points.balance"),
        (5, " ", SUN, "points.goods"), (5, "雨衣", WANG, "points.officer"),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            exchange(state, points=points, goods=goods, by=by, officers=OFFICERS, at=AT)
        assert gate(no) == why
    own = account(earned(), who=SUN)
    with pytest.raises(Refused) as no:
        exchange(own, points=5, goods="雨衣", by=SUN, officers=OFFICERS, at=AT)
    assert gate(no) == "points.own"


def test_a_correction_is_an_entry_with_its_reason_by_somebody_else() -> None:
    state = account(earned())
    done = correct(state, entry=1, why="和昨天那条是一回事", by=SUN, officers=OFFICERS, at=AT)
    assert account(earned(), *done).balance == 0
    after = account(earned(), *done)
    for ledger, entry, why, by, expected in (
        (state, 2, "没有这一笔的", SUN, "points.entry"), (state, 0, "没有这一笔的", SUN, "points.entry"),
        (after, 1, "已经冲销过了", SUN, "points.entry"), (after, 2, "冲销的冲销", SUN, "points.entry"),
        (state, 1, "错", SUN, "points.why"), (state, 1, "我要改一下", WANG, "points.officer"),
        (account(earned(), who=SUN), 1, "我自己改", SUN, "points.own"),
    ):  # fmt: skip
        with pytest.raises(Refused) as no:
            correct(ledger, entry=entry, why=why, by=by, officers=OFFICERS, at=AT)
        assert gate(no) == expected


def test_what_was_spent_already_leaves_a_debt() -> None:
    spent = account(earned(), PointsExchanged(by=BY, at=AT, points=5, goods="雨衣"))
    debt = evolve(spent, *withdraw(spent, hazard=ONE, why="核实不属实", by=BY, at=AT))
    assert debt.balance == -5
    with pytest.raises(Refused):
        exchange(debt, points=1, goods="手套", by=SUN, officers=OFFICERS, at=AT)


@pytest.mark.parametrize(
    "event",
    [
        earned(),
        earned(TWO, 0),
        PointsExchanged(by=BY, at=AT, points=6, goods="雨衣"),
        PointsExchanged(by=BY, at=AT, points=0, goods="雨衣"),
        PointsExchanged(by=Actor.person(WANG), at=AT, points=1, goods="雨衣"),
        PointsExchanged(by=Actor.clock(), at=AT, points=1, goods="雨衣"),
        PointsCountered(by=BY, at=AT, entry=2, why="没有这一笔"),
        Event(by=BY, at=AT),
    ],
)
def test_what_cannot_follow(event: Event) -> None:
    with pytest.raises(ImpossibleEvent):
        evolve(account(earned()), event)


def test_times_are_aware() -> None:
    assert set(ALL) == {PointsCredited, PointsCountered, PointsExchanged}
    with pytest.raises(NaiveTime):
        PointsExchanged(by=BY, at=datetime(2026, 3, 18), points=1, goods="雨衣")  # noqa: DTZ001 - naive on purpose


Asked = tuple[str, int, int]


@given(st.lists(st.tuples(st.sampled_from("cwxk"), st.integers(0, 4), st.integers(-1, 9)), max_size=30))
def test_whatever_is_asked_the_entries_stand_and_nothing_is_spent_twice(asked: Iterable[Asked]) -> None:
    """Against a model of its own: points by hazard, what was spent, what was given back."""
    state = account()
    by_hazard: dict[str, int] = {}
    spent: dict[int, int] = {}
    for what, number, points in asked:
        before = state
        try:
            events = _asked(state, what, number, points)
        except Refused:
            continue
        for event in events:
            state = evolve(state, event)
            line = state.entries[-1]
            if isinstance(event, PointsCredited):
                assert event.hazard not in by_hazard
                by_hazard[event.hazard] = event.points
            elif isinstance(event, PointsExchanged):
                assert event.points <= before.balance
                spent[line.number] = event.points
            elif isinstance(event, PointsCountered) and event.entry in spent:
                spent[event.entry] = 0
            elif isinstance(event, PointsCountered):
                by_hazard[before.entries[event.entry - 1].reason] = 0
        assert state.entries[: len(before.entries)] == before.entries
    assert state.balance == sum(by_hazard.values()) - sum(spent.values())


def _asked(state: Account, what: str, number: int, points: int) -> tuple[Event, ...]:
    hazard = HazardId(f"H{number}")
    match what:
        case "c":
            return credit(state, hazard=hazard, points=max(points, 1), named=True, by=BY, at=AT)
        case "w":
            return withdraw(state, hazard=hazard, why="不属实", by=BY, at=AT)
        case "x":
            return exchange(state, points=points, goods="雨衣", by=SUN, officers=OFFICERS, at=AT)
        case _:
            return correct(state, entry=number, why="登记有误", by=SUN, officers=OFFICERS, at=AT)
