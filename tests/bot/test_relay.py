"""How rows of the outbox travel and end: lanes, order, pace, outages, bugs, and what is given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest

from bot.crash_points import EdgePoint
from bot.delivery import GroupPost
from bot.pace import NoLimit, NotYet, Pace
from bot.platform import TryLater, Unacceptable
from bot.relay import BUGS, PATIENCE, Relay, backoff
from bot.wecom.budget import Budget
from storage.agenda import AgendaKind, Claimed
from storage.engine import open_database
from storage.errors import StorageTrouble, Trouble
from storage.faults import Faults
from storage.times import spell
from storage.tx import Tx
from storage.writer import Committed, Writer
from tests.support.chat import FakeChat
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.outbox import Outbox, words
from workflow.effects import Lane

T = TypeVar("T")
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(slots=True)
class Told:
    """Who else was told that a safety message did not arrive."""

    rows: list[str] = field(default_factory=list)
    bugs: int = 0

    async def __call__(self, row: Claimed, why: str) -> None:
        if self.bugs:
            self.bugs -= 1
            raise RuntimeError("a bug in the telling")
        self.rows.append(row.key)


@dataclass(slots=True)
class Station:
    """A relay with everything around it."""

    relay: Relay
    box: Outbox
    chat: FakeChat
    clock: FakeClock
    told: Told

    async def later(self, by: timedelta = PATIENCE[Lane.INFORMATION]) -> int:
        self.clock.advance(by)
        return await self.relay.drain()

    async def until_done(self, lane: Lane, count: int = 1) -> None:
        async def done() -> bool:
            return (await self.box.counts()).get((lane.value, "done"), 0) >= count

        await eventually(done)


def station(writer: Writer, *, pace: Pace | None = None, clock: FakeClock | None = None, **more: Any) -> Station:
    chat, clock, told = FakeChat(), clock or FakeClock(), Told()
    box = Outbox(writer, clock)
    relay = Relay(
        writer=writer,
        present=box.script,
        platforms={"wecom": chat},
        pace={"wecom": pace or NoLimit()},
        clock=clock,
        name="relay-1",
        undelivered=told,
        idle=timedelta(hours=1),  # nothing is found by chance: a lane that is not told, or does not know, finds nothing
        **more,
    )
    return Station(relay=relay, box=box, chat=chat, clock=clock, told=told)


@pytest.fixture
def post(writer: Writer) -> Station:
    return station(writer)


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def bug() -> Any:
    raise RuntimeError("a bug in a renderer")


# --- sent, or nothing to say ----------------------------------------------------------------------------------------


async def test_what_was_committed_is_sent_once(post: Station) -> None:
    await post.box.say("a", "停工")
    assert await post.relay.drain() == 1
    assert post.chat.words("wang") == ["停工"]
    assert await post.box.counts() == {("action", "done"): 1}
    assert await post.later() == 0


@pytest.mark.parametrize(("ahead", "woken"), [(timedelta(0), 1), (60 * MINUTE, 1), (61 * MINUTE, 0)])
async def test_a_commit_wakes_a_lane_for_what_it_would_find_too_late(
    writer: Writer, ahead: timedelta, woken: int
) -> None:
    """The lanes of these tests rest for an hour; the end of a lease that lies behind it wakes nobody."""
    seen: list[None] = []
    post = station(writer, faults=Faults({EdgePoint.WOKEN: lambda: seen.append(None)}))
    post.relay.committed(Committed({Lane.ACTION.value: spell(post.clock.now() + ahead)}))
    assert len(seen) == woken


async def test_a_running_relay_is_woken_by_the_commit(post: Station) -> None:
    async with running(post.relay):
        for lane in Lane:
            await post.box.say(lane.value, lane.value, lane=lane)
        await eventually(lambda: len(post.chat.words("wang")) == 3)


async def test_nothing_left_to_be_said_is_an_end(post: Station) -> None:
    await post.box.post("a", lambda: ())
    await post.relay.drain()
    assert post.chat.calls == []
    assert await post.box.counts() == {("action", "done"): 1}


async def test_what_waits_is_rendered_from_the_state_of_its_moment(post: Station) -> None:
    state = ["审批中"]
    post.chat.fails("push", TryLater("busy"))
    await post.box.post("a", lambda: (words("wang", state[0], post.clock.now()),))
    await post.relay.drain()
    state[0] = "已签发"
    await post.later()
    assert post.chat.words("wang") == ["已签发"]


# --- lanes and order ------------------------------------------------------------------------------------------------


async def test_a_stuck_digest_never_delays_a_stop(post: Station) -> None:
    for number in range(6):
        post.chat.gates[f"group-{number}"] = asyncio.Event()
        await post.box.post(f"d{number}", _to_group(f"group-{number}"), lane=Lane.INFORMATION, to=f"g{number}")
    async with running(post.relay):
        await eventually(lambda: len(post.chat.calls) == 2)  # all the places of the lane are taken by calls that hang
        await post.box.say("stop", "停工", lane=Lane.SAFETY)
        await eventually(lambda: post.chat.words("wang") == ["停工"])
        assert post.chat.groups == {}
        for gate in post.chat.gates.values():
            gate.set()
        await eventually(lambda: len(post.chat.groups) == 6)


async def test_one_person_stuck_holds_up_nobody_else(post: Station) -> None:
    post.chat.gates["wang"] = asyncio.Event()
    async with running(post.relay):
        await post.box.say("a", "一", lane=Lane.SAFETY)
        await post.box.say("b", "二", lane=Lane.SAFETY)
        await post.box.say("c", "三", lane=Lane.SAFETY, to="zhao")
        await eventually(lambda: post.chat.words("zhao") == ["三"])
        assert post.chat.calls.count("push wang") == 1, "the second word waits for the first"
        post.chat.gates["wang"].set()
        await eventually(lambda: post.chat.words("wang") == ["一", "二"])


async def test_a_lane_that_breaks_leaves_the_others_alone_and_comes_back(writer: Writer) -> None:
    clock = BreaksOnce()
    post = station(writer, clock=clock)
    async with running(post.relay):
        await eventually(lambda: clock.broken)
        for lane in Lane:
            await post.box.say(lane.value, lane.value, lane=lane)
        await eventually(lambda: len(post.chat.words("wang")) == 3)


async def test_a_row_claimed_again_under_our_hands_is_sent_once_and_ends(post: Station) -> None:
    """A demo's clock jumps past the lease while the call is under way."""
    post.chat.gates["wang"] = asyncio.Event()
    async with running(post.relay):
        await post.box.say("a", "停工", lane=Lane.SAFETY)
        await eventually(lambda: post.chat.calls == ["push wang"])
        post.clock.advance(10 * MINUTE)
        post.relay.look()
        await post.box.say("b", "另一件", lane=Lane.SAFETY, to="zhao")
        await post.until_done(Lane.SAFETY)
        post.chat.gates["wang"].set()
        await post.until_done(Lane.SAFETY, 2)
    assert post.chat.words("wang") == ["停工"]
    assert post.chat.calls.count("push wang") == 1


async def test_draining_waits_for_what_is_under_way(post: Station) -> None:
    post.chat.gates["wang"] = asyncio.Event()
    async with running(post.relay):
        await post.box.say("a", "停工")
        await eventually(lambda: post.chat.calls == ["push wang"])
        draining = asyncio.create_task(post.relay.drain())
        await asyncio.sleep(0.05)
        assert not draining.done()
        post.chat.gates["wang"].set()
        await draining
        assert await post.box.counts() == {("action", "done"): 1}


# --- not now --------------------------------------------------------------------------------------------------------


async def test_our_own_pace_is_no_failure_and_holds_nothing(writer: Writer) -> None:
    post = station(writer, pace=Budget())
    for number in range(20):
        await post.box.say(f"m{number}", f"{number}", lane=Lane.ACTION)
    await post.relay.drain()
    assert len(post.chat.words("wang")) == 12, "four fifths of fifteen a minute"
    assert await post.box.counts() == {("action", "done"): 12, ("action", "pending"): 8}
    await post.box.say("stop", "停工", lane=Lane.SAFETY)
    await post.relay.drain()
    assert post.chat.words("wang")[-1] == "停工", "safety has room of its own"
    await post.later(MINUTE)
    assert len(post.chat.words("wang")) == 21
    assert set(post.chat.calls) == {"push wang"}
    assert len(post.chat.calls) == 21, "who had to wait did not call"


async def test_a_wait_for_the_pace_is_not_counted_as_a_try(post: Station) -> None:
    await post.box.post("a", lambda: _raise(NotYet("full", SECOND)))
    for _ in range(50):
        await post.later(SECOND)
    post.box.script.renders["a"] = lambda: (words("wang", "到了", post.clock.now()),)
    post.chat.lost["push"] = 1
    await post.later(SECOND)  # this is the first try
    (row,) = await post.box.writer.submit(lambda tx: tx.late(AgendaKind.MESSAGE, before=post.clock.now() + MINUTE))
    assert row.attempts == 1


@pytest.mark.parametrize("lane", Lane)
async def test_an_outage_is_outwaited_however_long(post: Station, lane: Lane) -> None:
    post.chat.fails("push", *(TryLater("502") for _ in range(100)))
    await post.box.say("a", "停工", lane=lane)
    tries = 0
    while not post.chat.words("wang"):
        await post.later(PATIENCE[lane])
        tries += 1
        assert tries <= 102
    assert tries >= 100
    assert await post.box.dead() == ()
    assert post.told.rows == []


async def test_after_an_outage_safety_is_tried_within_seconds() -> None:
    pauses = [backoff(tries, PATIENCE[Lane.SAFETY]).total_seconds() for tries in range(1, 9)]
    assert pauses == [1, 2, 4, 8, 10, 10, 10, 10]


async def test_the_platform_names_the_pause(post: Station) -> None:
    post.chat.fails("push", TryLater("45009", timedelta(minutes=1)))
    await post.box.say("a", "日报", lane=Lane.SAFETY)
    await post.relay.drain()
    await post.later(59 * SECOND)
    assert post.chat.words("wang") == []
    await post.later(SECOND)
    assert post.chat.words("wang") == ["日报"]


async def test_a_pause_is_slept_through_to_its_end_and_no_longer(writer: Writer) -> None:
    """The lane looks again when the row wakes, not at its next idle turn."""
    post = station(writer, clock=Ticking())
    post.chat.fails("push", TryLater("45033", timedelta(seconds=0.05)))
    async with running(post.relay):
        await post.box.say("a", "停工", lane=Lane.SAFETY)
        await eventually(lambda: post.chat.words("wang") == ["停工"])


async def test_what_hangs_is_broken_off_within_its_lease(writer: Writer) -> None:
    post = station(writer, leases=dict.fromkeys(Lane, timedelta(seconds=0.1)))
    post.chat.gates["wang"] = asyncio.Event()
    await post.box.say("a", "停工", lane=Lane.SAFETY)
    await post.relay.drain()
    assert await post.box.counts() == {("safety", "pending"): 1}
    post.chat.gates["wang"].set()
    await post.later()
    assert post.chat.words("wang") == ["停工"]


async def test_trouble_of_the_database_is_nobody_s_failure(post: Station) -> None:
    await post.box.post("a", lambda: _raise(StorageTrouble(Trouble.LOCKED, "busy")), lane=Lane.INFORMATION)
    for _ in range(3 * BUGS[Lane.INFORMATION]):
        await post.later()
    assert await post.box.counts() == {("information", "pending"): 1}


# --- bugs of ours ---------------------------------------------------------------------------------------------------


async def test_one_row_that_cannot_be_rendered_stops_nothing(post: Station) -> None:
    await post.box.post("bad", bug)
    await post.box.say("good", "照常")
    await post.relay.drain()
    assert post.chat.words("wang") == ["照常"]
    for _ in range(BUGS[Lane.ACTION]):
        await post.later()
    (dead,) = await post.box.dead()
    assert (dead.row.key, dead.last_error) == ("bad", "RuntimeError('a bug in a renderer')")
    assert post.box.script.asked.count("bad") == BUGS[Lane.ACTION]


async def test_waiting_does_not_bring_a_bug_nearer_to_its_end(post: Station) -> None:
    post.chat.fails("push", *(TryLater("502") for _ in range(50)), RuntimeError("once"))
    await post.box.say("a", "日报", lane=Lane.INFORMATION)
    while not post.chat.words("wang"):
        await post.later()
    assert await post.box.dead() == ()


async def test_a_stop_whose_card_cannot_be_made_goes_out_in_plain_words(post: Station) -> None:
    await post.box.post("stop", bug, lane=Lane.SAFETY, plain=lambda: (words("wang", "立即停工", post.clock.now()),))
    await post.relay.drain()
    assert post.chat.words("wang") == ["立即停工"]
    assert await post.box.counts() == {("safety", "plain"): 1}


async def test_a_stop_whose_card_is_refused_goes_out_in_plain_words(post: Station) -> None:
    post.chat.fails("push", Unacceptable("42045"))
    await post.box.post(
        "stop",
        lambda: (words("wang", "一张卡片", post.clock.now()),),
        lane=Lane.SAFETY,
        plain=lambda: (words("wang", "立即停工", post.clock.now()),),
    )
    await post.relay.drain()
    assert post.chat.words("wang") == ["立即停工"]
    assert post.told.rows == []


async def test_a_digest_that_is_refused_is_given_up_at_once(post: Station) -> None:
    post.chat.fails("push", Unacceptable("42045"))
    await post.box.say("a", "日报", lane=Lane.INFORMATION)
    await post.relay.drain()
    assert await post.box.counts() == {("information", "dead"): 1}
    assert post.told.rows == []


# --- never ----------------------------------------------------------------------------------------------------------


async def test_of_a_stop_that_cannot_arrive_others_are_told_before_it_is_given_up(post: Station) -> None:
    post.chat.gone.add("wang")
    await post.box.post("stop", lambda: (words("wang", "停工", post.clock.now()),), lane=Lane.SAFETY, plain=bug)
    await post.relay.drain()
    assert post.told.rows == ["stop"]
    (dead,) = await post.box.dead()
    assert (dead.row.key, dead.last_error) == ("stop", "wang is not reached")


async def test_while_others_cannot_be_told_it_is_kept(post: Station) -> None:
    post.chat.gone.add("wang")
    post.told.bugs = 2
    await post.box.say("stop", "停工", lane=Lane.SAFETY)
    await post.relay.drain()
    assert (post.told.rows, await post.box.counts()) == ([], {("safety", "pending"): 1})
    await post.later()
    assert (post.told.rows, await post.box.counts()) == ([], {("safety", "pending"): 1})
    await post.later()
    assert (post.told.rows, await post.box.counts()) == (["stop"], {("safety", "dead"): 1})


async def test_a_stop_that_is_only_ever_a_bug_is_told_to_others_in_the_end(post: Station) -> None:
    await post.box.post("stop", bug, lane=Lane.SAFETY)
    for _ in range(BUGS[Lane.SAFETY]):
        await post.later()
    assert post.told.rows == ["stop"]
    assert await post.box.counts() == {("safety", "dead"): 1}


async def test_nobody_is_told_of_an_undeliverable_digest(post: Station) -> None:
    post.chat.gone.add("wang")
    await post.box.say("a", "日报", lane=Lane.INFORMATION)
    await post.box.say("b", "请审批", lane=Lane.ACTION)
    await post.relay.drain()
    assert post.told.rows == []
    assert await post.box.counts() == {("information", "dead"): 1, ("action", "dead"): 1}


# --- rows of several parts ------------------------------------------------------------------------------------------


async def test_one_dead_chat_does_not_keep_the_line_from_the_other(post: Station) -> None:
    post.chat.gone.add("old-chat")
    await post.box.post("a", _to_group("old-chat", "new-chat"), lane=Lane.SAFETY)
    await post.relay.drain()
    assert post.chat.groups == {"new-chat": ["停工"]}
    assert await post.box.counts() == {("safety", "done"): 1}
    assert post.told.rows == []


async def test_a_group_hears_a_line_once_when_another_had_to_wait(post: Station) -> None:
    await post.box.post("a", _to_group("quick", "slow"), lane=Lane.SAFETY)
    post.chat.fails("group slow", TryLater("45009"))
    await post.relay.drain()
    await post.later()
    assert post.chat.groups == {"quick": ["停工"], "slow": ["停工"]}


async def test_every_chat_dead_is_undeliverable(post: Station) -> None:
    post.chat.gone |= {"x", "y"}
    await post.box.post("a", _to_group("x", "y"), lane=Lane.SAFETY)
    await post.relay.drain()
    assert post.told.rows == ["a"]


async def test_what_was_sent_but_not_marked_is_marked_not_sent_again(database_url: str) -> None:
    writer = FailsToMark(open_database(database_url), "HC")
    await writer.start()
    try:
        post = station(writer)
        await post.box.say("a", "停工", lane=Lane.SAFETY)
        await post.relay.drain()
        assert writer.failed
        assert await post.box.counts() == {("safety", "pending"): 1}
        await post.later()
        assert await post.box.counts() == {("safety", "done"): 1}
        assert post.chat.calls == ["push wang"]
    finally:
        await writer.stop()


@pytest.mark.parametrize(
    ("lane", "sure", "said"),
    [
        (Lane.SAFETY, False, 2),  # an alarm rather twice than never
        (Lane.INFORMATION, False, 1),  # news rather never than twice
        (Lane.INFORMATION, True, 2),  # the platform says that it did nothing: said when it lets us
    ],
)
async def test_what_a_group_may_have_heard_already(post: Station, lane: Lane, sure: bool, said: int) -> None:
    post.chat.fails("group safety", TryLater("no answer", sure=sure))
    await post.box.post("k", _to_group("safety"), lane=lane, to="g")
    await post.relay.drain()
    await post.later()
    assert post.chat.calls.count("group safety") == said
    assert (await post.box.counts())[(lane.value, "done")] == 1


async def test_a_row_claimed_again_while_it_is_marked_does_not_wait_for_its_lease(database_url: str) -> None:
    """Nor does it keep back what else the person is to hear."""
    writer = HearsLate(open_database(database_url), "HC")
    await writer.start()
    try:
        post = station(writer)
        post.chat.gates["wang"] = asyncio.Event()
        async with running(post.relay):
            await post.box.say("a", "停工")
            await eventually(lambda: writer.claims == 1)
            post.clock.advance(timedelta(hours=1))  # its lease is over while it is on its way
            post.relay.look()
            await eventually(lambda: writer.claims == 2)
            post.chat.gates["wang"].set()
            await post.until_done(Lane.ACTION)
            await post.box.say("b", "复工")
            await post.until_done(Lane.ACTION, 2)
        assert post.chat.words("wang") == ["停工", "复工"]
        assert post.chat.calls.count("push wang") == 2, "what was sent is known when the row is worked off again"
        assert not post.relay._errands
    finally:
        await writer.stop()


# --- pieces ---------------------------------------------------------------------------------------------------------


def _raise(trouble: Exception) -> Any:
    raise trouble


def _to_group(*chats: str) -> Callable[[], tuple[GroupPost, ...]]:
    return lambda: tuple(GroupPost(platform="wecom", chat=chat, text="停工") for chat in chats)


class BreaksOnce(FakeClock):
    """A clock whose first answer is a bug: whichever lane asks first breaks."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = False

    def now(self) -> datetime:
        if not self.broken:
            self.broken = True
            raise RuntimeError("a bug in the loop")
        return super().now()


class Ticking(FakeClock):
    """Real time, from the fake clock's beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._zero = time.monotonic()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self._zero)


class HearsLate(Writer):
    """A writer whose second claim is heard of only once the mark of the first is written."""

    claims = 0
    _marked: asyncio.Event | None = None

    async def submit(self, work: Callable[[Tx], T], *, arrival: str | None = None) -> T:
        self._marked = self._marked or asyncio.Event()
        found = await super().submit(work, arrival=arrival)
        if "_finish" in work.__qualname__:
            self._marked.set()
        elif "_claim" in work.__qualname__ and isinstance(found, tuple) and found[0]:
            self.claims += 1
            if self.claims == 2:
                await self._marked.wait()
        return found


class FailsToMark(Writer):
    """A writer whose disk is full at the first mark of a sent row."""

    failed = False

    async def submit(self, work: Callable[[Tx], T], *, arrival: str | None = None) -> T:
        if "_finish" in work.__qualname__ and not self.failed:
            self.failed = True
            raise StorageTrouble(Trouble.DISK_FULL, "no room")
        return await super().submit(work, arrival=arrival)
