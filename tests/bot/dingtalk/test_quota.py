"""The month's meter: never too little in the books, safety never held back, everybody told once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from bot.dingtalk.budget import Budget
from bot.dingtalk.chat import plan_of
from bot.dingtalk.quota import BLOCK, Notice, Plan, Quota, elapsed, month_of
from bot.pace import NotYet, Saved
from bot.settings import Settings
from cards.words_dingtalk import MONTH_SPENT
from storage.engine import open_database
from storage.errors import StorageError
from storage.tx import Tx
from storage.usage import Usage
from storage.writer import Writer
from tests.support.clock import FakeClock
from workflow.effects import Lane

APP = "dingpermitapp"
ZONE = ZoneInfo("Asia/Shanghai")
END_OF_MARCH = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)  # 23:00 at the plant
HOUR = timedelta(hours=1)
T = TypeVar("T")


class Told(list[Notice]):
    """What was told, as the outbox would have it."""

    def __call__(self, _tx: Tx, notice: Notice) -> None:
        self.append(notice)


def quota_of(writer: Writer, told: Callable[[Tx, Notice], None], at: datetime = END_OF_MARCH, **plan: int) -> Quota:
    return Quota(writer=writer, clock=FakeClock(at), zone=ZONE, app=APP, plan=Plan(**plan), tell=told)


async def in_the_books(writer: Writer, month: str = "2026-03") -> Usage:
    return await writer.submit(lambda tx: tx.usage("dingtalk", APP, month))


async def spend(quota: Quota, calls: int) -> None:
    for _ in range(calls):
        await quota.call()


@pytest.mark.parametrize(
    ("bought", "plan"),
    [
        ({}, Plan(calls=5000, pushes=3000)),
        ({"dingtalk_edition": "pro"}, Plan(calls=200_000, pushes=50_000)),
        ({"dingtalk_month_calls": 800_000}, Plan(calls=800_000, pushes=3000)),
        ({"dingtalk_edition": "pro", "dingtalk_month_pushes": 500_000}, Plan(calls=200_000, pushes=500_000)),
    ],
)
def test_a_month_is_what_was_bought_else_the_edition_s_least(bought: dict[str, object], plan: Plan) -> None:
    app = {"dingtalk_client_id": APP, "dingtalk_client_secret": "a-secret", "dingtalk_corp_id": "ding1"}
    assert plan_of(Settings.model_validate(app | bought).dingtalk()) == plan


# --- counting -------------------------------------------------------------------------------------------------------


async def test_a_block_costs_one_write(writer: Writer) -> None:
    quota = quota_of(writer, Told())
    await quota.start()
    before = writer.stats.commands
    await spend(quota, BLOCK)
    assert writer.stats.commands == before
    await spend(quota, BLOCK)
    assert writer.stats.commands == before + 1
    assert quota.usage().calls == 2 * BLOCK


async def test_a_call_is_in_the_books_before_it_is_made(writer: Writer) -> None:
    quota = quota_of(writer, Told())
    for made in range(1, 3 * BLOCK):
        await quota.call()
        assert (await in_the_books(writer)).calls >= made


async def test_a_crash_leaves_at_most_a_block_too_much(writer: Writer) -> None:
    quota = quota_of(writer, Told())
    await spend(quota, 60)
    after = quota_of(writer, Told())  # the first one was killed
    await after.start()
    assert 60 <= after.usage().calls <= 60 + BLOCK


async def test_an_orderly_end_leaves_the_exact_number(writer: Writer) -> None:
    quota = quota_of(writer, Told())
    await spend(quota, 60)
    for _ in range(7):
        await quota.push()
    quota.not_counted()
    await quota.stop()
    books = await in_the_books(writer)
    assert (books.calls, books.pushes) == (59, 7)


async def test_two_processes_count_together(writer: Writer) -> None:
    one, other = quota_of(writer, Told()), quota_of(writer, Told())
    await asyncio.gather(spend(one, 40), spend(other, 70))
    await one.stop()
    await other.stop()
    assert (await in_the_books(writer)).calls == 110


async def test_many_at_once_take_one_block(writer: Writer) -> None:
    quota = quota_of(writer, Told())
    await asyncio.gather(*(quota.call() for _ in range(20)))
    assert (quota.usage().calls, (await in_the_books(writer)).calls) == (20, BLOCK)


async def test_the_month_is_the_plant_s(writer: Writer) -> None:
    clock = FakeClock(END_OF_MARCH)
    quota = Quota(writer=writer, clock=clock, zone=ZONE, app=APP, tell=Told())
    await spend(quota, 3)
    clock.advance(HOUR)  # the first of April at the plant, still March in UTC
    await spend(quota, 2)
    assert (quota.usage().month, quota.usage().calls) == ("2026-04", 2)
    assert (await in_the_books(writer)).calls == BLOCK
    assert month_of(clock.now(), ZONE) == "2026-04"


async def test_a_stop_order_does_not_wait_for_the_books(database_url: str) -> None:
    """A writer that answers no more: calls go on, and are written down once it answers."""
    broken = Writer(open_database(database_url), "HC")
    quota = quota_of(broken, Told())
    with pytest.raises(StorageError):
        await quota.start()
    await spend(quota, 5)
    await broken.start()
    await quota.call()
    assert quota.usage().calls == 6
    await quota.stop()
    assert (await in_the_books(broken)).calls == 6
    await broken.stop()


class SlowWriter(Writer):
    """Keeps everybody waiting until the gate opens."""

    gate: asyncio.Event
    asked = 0

    async def submit(self, work: Callable[[Tx], T], *, arrival: str | None = None) -> T:
        self.asked += 1
        await self.gate.wait()
        return await super().submit(work, arrival=arrival)


async def test_slow_books_are_asked_once_and_owe_what_was_not_written_down(database_url: str) -> None:
    slow = SlowWriter(open_database(database_url), "HC")
    slow.gate = asyncio.Event()
    await slow.start()
    quota = Quota(writer=slow, clock=FakeClock(END_OF_MARCH), zone=ZONE, app=APP, tell=Told(), patience=0.01)
    await spend(quota, 5)
    assert slow.asked == 1  # five requests would be five blocks too much
    slow.gate.set()
    await quota.stop()
    assert (await in_the_books(slow)).calls == 5
    await slow.stop()


# --- telling --------------------------------------------------------------------------------------------------------


async def test_each_mark_is_told_once(writer: Writer) -> None:
    told = Told()
    quota = quota_of(writer, told, calls=1000)
    await spend(quota, 1030)
    assert [(one.what, one.percent) for one in told] == [("calls", 50), ("calls", 80), ("calls", 95), ("calls", 100)]
    assert all(one.used * 100 >= one.percent * one.limit for one in told)
    await spend(quota_of(writer, told, calls=1000), 30)
    assert len(told) == 4


async def test_pushes_have_marks_of_their_own(writer: Writer) -> None:
    told = Told()
    quota = quota_of(writer, told, calls=1000, pushes=100)
    for _ in range(60):
        await quota.push()
    assert [(one.what, one.percent, one.limit, one.month) for one in told] == [("pushes", 50, 100, "2026-03")]


async def test_a_new_month_begins_anew(writer: Writer) -> None:
    told = Told()
    clock = FakeClock(END_OF_MARCH)
    quota = Quota(writer=writer, clock=clock, zone=ZONE, app=APP, plan=Plan(calls=100), tell=told)
    await spend(quota, 60)
    clock.advance(HOUR)
    await spend(quota, 60)
    assert [(one.percent, one.month) for one in told] == [(50, "2026-03"), (50, "2026-04")]


async def test_the_health_page_says_where_the_month_stands_and_plainly_when_it_ends(writer: Writer) -> None:
    quota = quota_of(writer, Told(), calls=100)
    await spend(quota, 96)
    assert quota.notes() == [
        "dingtalk: 96 % of the month's calls are used (96 of 100)",
        "dingtalk: 0 % of the month's pushes are used (0 of 3000)",
    ]
    quota.gone()
    assert quota.notes()[-1] == "dingtalk: the platform refuses calls, the month is used up"


# --- saving ---------------------------------------------------------------------------------------------------------

EDIT, NEWS = (None, Lane.INFORMATION), ("u", Lane.INFORMATION)
FIX, ASK = (None, Lane.ACTION), ("u", Lane.ACTION)


def goes(budget: Budget, user: str | None, lane: Lane, at: datetime = END_OF_MARCH) -> bool:
    try:
        budget.take(at, user, lane)
    except NotYet as wait:
        return wait.wait <= timedelta(seconds=2)  # the second's, not the month's
    return True


@pytest.mark.parametrize(
    ("spent", "allowed"),
    [
        (49, {EDIT, NEWS, FIX, ASK}),
        (50, {NEWS, FIX, ASK}),
        (79, {NEWS, FIX, ASK}),
        (80, {FIX, ASK}),
        (94, {FIX, ASK}),
        (95, set()),
        (120, set()),
    ],
)
async def test_what_nobody_waits_for_is_saved_first_and_safety_never(
    writer: Writer, spent: int, allowed: set[tuple[str | None, Lane]]
) -> None:
    quota = quota_of(writer, Told(), calls=100)
    await spend(quota, spent)
    budget = Budget(quota=quota)
    assert {one for one in (EDIT, NEWS, FIX, ASK) if goes(budget, *one)} == allowed
    assert goes(budget, "u", Lane.SAFETY)
    assert goes(budget, None, Lane.SAFETY)


async def test_cards_wait_for_the_calendar(writer: Writer) -> None:
    """On the tenth of a month of 31 days 29 % of it are over, so 39 % may be spent."""
    tenth = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
    assert elapsed(tenth, ZONE) == 29
    quota = quota_of(writer, Told(), tenth, calls=100)
    await spend(quota, 39)
    budget = Budget(quota=quota)
    assert goes(budget, *EDIT, at=tenth)
    await spend(quota, 1)
    assert not goes(budget, *EDIT, at=tenth)
    assert goes(budget, *NEWS, at=tenth)


async def test_after_the_platform_s_own_no_only_safety_tries(writer: Writer) -> None:
    quota = quota_of(writer, Told())
    await quota.start()
    budget = Budget(quota=quota)
    quota.gone()
    assert not goes(budget, *ASK)
    assert goes(budget, "u", Lane.SAFETY)
    assert goes(budget, *ASK, at=END_OF_MARCH + timedelta(minutes=10))


@pytest.mark.parametrize(("spent", "told"), [(94, False), (95, True), (97, True), (98, False)])
async def test_who_waits_in_vain_is_told_so_until_the_last_fiftieth(writer: Writer, spent: int, told: bool) -> None:
    quota = quota_of(writer, Told(), calls=100)
    await spend(quota, spent)
    said = {lane: _said_instead(quota, "u", lane) for lane in (Lane.INFORMATION, Lane.ACTION, Lane.SAFETY)}
    assert said == {Lane.INFORMATION: "", Lane.ACTION: MONTH_SPENT if told else "", Lane.SAFETY: ""}
    assert _said_instead(quota, None, Lane.ACTION) == "", "a card that is not drawn is answered with its press"


@pytest.mark.parametrize(("spent", "silent"), [(94, False), (95, True), (99, True)])
async def test_a_press_is_told_at_once_when_its_card_will_not_be_drawn(
    writer: Writer, spent: int, silent: bool
) -> None:
    quota = quota_of(writer, Told(), calls=100)
    await spend(quota, spent)
    assert quota.silent(END_OF_MARCH) is silent


async def test_after_the_platform_s_own_no_a_press_is_told_too(writer: Writer) -> None:
    quota = quota_of(writer, Told())
    await quota.start()
    quota.gone()
    assert quota.silent(END_OF_MARCH)
    assert _said_instead(quota, "u", Lane.ACTION) == "", "the platform would take no word anyway"


def _said_instead(quota: Quota, user: str | None, lane: Lane) -> str:
    try:
        Budget(quota=quota).take(END_OF_MARCH, user, lane)
    except Saved as saved:
        return saved.say
    return ""


def test_a_month_has_some_calls() -> None:
    with pytest.raises(ValueError, match="month"):
        Plan(calls=0)
