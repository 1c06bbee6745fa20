"""Cards on a platform that changes them freely, and on one that has none: one copy for each person, always true.

The rules for rights that work once are in `test_copies`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.copies import GAP
from bot.delivery import Edit, Push
from bot.pace import NoLimit, Pace, Saved
from bot.platform import Cards, Undeliverable
from bot.relay import Relay
from cards import words
from cards.card import Button, Card, Choice, Option, Tone
from storage.cards_sent import CardState
from storage.writer import Writer
from tests.support.chat import FakeChat
from tests.support.clock import FakeClock
from tests.support.outbox import Outbox
from workflow.effects import Lane

REVIEW = Card(
    subject="permit:1",
    key="1@1",
    title="请审批｜一级动火",
    phase="in_review",
    buttons=(Button(text="同意", token="t1"), Button(text="刷新", token="t2")),
)
PROGRESS = replace(REVIEW, key="1@2", body="1/3 已签")
FURTHER = replace(REVIEW, key="1@3", body="2/3 已签")
LOOKING = replace(REVIEW, key="1@2", buttons=(), menu=(Button(text="刷新", token="t2"),))
"""A copy nobody has anything to press on."""
LOOKING_ON = replace(LOOKING, key="1@3", body="2/3 已签")
CLOSED = replace(REVIEW, key="1@5", title="已关闭｜一级动火", phase="closed", buttons=(), done="已关闭")


@dataclass(slots=True)
class Desk:
    """A relay over one or two chats, and the ledger of cards."""

    relay: Relay
    box: Outbox
    chat: FakeChat
    clock: FakeClock
    rows: int = 0
    wanted: Card = REVIEW
    """What the state of now looks like: every row shows this when it is rendered."""

    async def pushes(self, card: Card, *, platform: str = "dingtalk", lane: Lane = Lane.ACTION) -> str:
        self.rows += 1
        key = f"push-{self.rows}"
        push = Push(
            platform=platform, user=f"{platform}-wang", person="wang", message=card, seen_at=self.clock.now(),
            elsewhere={one: f"{one}-wang" for one in ("dingtalk", "wecom") if one != platform},
        )  # fmt: skip
        await self.box.post(key, lambda: (push,), lane=lane)
        await self.relay.drain()
        return f"{key}/wang"

    async def edits(
        self, card: Card, *, lane: Lane = Lane.ACTION, tapped: str | None = None, answer: Card | None = None,
        later: timedelta = GAP,
    ) -> None:  # fmt: skip
        """The person's copies shall show this, ``later`` than what was before."""
        self.rows += 1
        self.wanted = card
        self.clock.advance(later)

        def render() -> tuple[Edit]:
            return (
                Edit(
                    platform="dingtalk", user="dingtalk-wang", person="wang", card=self.wanted,
                    seen_at=self.clock.now(), handle=tapped, answer=answer, elsewhere={"wecom": "wecom-wang"},
                ),
            )  # fmt: skip

        await self.box.post(f"edit-{self.rows}", render, lane=lane)
        await self.relay.drain()

    async def waiting(self) -> int:
        counts = await self.box.writer.submit(lambda tx: tx.agenda_counts())
        return sum(count for (_, state), count in counts.items() if state == "pending")

    def edited(self) -> int:
        return sum(call.startswith("edit") for call in self.chat.calls)

    async def live(self) -> list[str]:
        held = await self.box.writer.submit(lambda tx: tx.live_cards(subject="permit:1", person="wang"))
        return [card.task_id for card in held]


class Short:
    """A budget of which the rest is kept for actions."""

    def take(self, now: datetime, user: str | None, lane: Lane, *, count: int = 1) -> None:
        del now, user, count
        if lane is Lane.INFORMATION:
            raise Saved("the month runs short", timedelta(hours=1))


def desk_of(writer: Writer, kind: Cards, *others: FakeChat, pace: Callable[[], Pace] = NoLimit) -> Desk:
    chat, clock = FakeChat(name="dingtalk", cards_are=kind), FakeClock()
    box = Outbox(writer, clock)

    async def nobody(_row: object, why: str) -> None:
        raise AssertionError(why)

    relay = Relay(
        writer=writer, present=box.script, platforms={one.name: one for one in (chat, *others)},
        pace=defaultdict(pace), clock=clock, name="relay", undelivered=nobody,
    )  # fmt: skip
    return Desk(relay=relay, box=box, chat=chat, clock=clock)


@pytest.fixture
def short(writer: Writer) -> Desk:
    return desk_of(writer, Cards.FREE, pace=Short)


@pytest.fixture
def desk(writer: Writer) -> Desk:
    return desk_of(writer, Cards.FREE)


@pytest.fixture
def typing(writer: Writer) -> Desk:
    return desk_of(writer, Cards.TYPED)


ME = "dingtalk-wang"

# --- changed freely --------------------------------------------------------------------------------------------------


async def test_mere_progress_is_drawn_on_a_card_with_something_to_press_as_often_as_it_happens(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    for _ in range(3):
        await desk.edits(PROGRESS)
        await desk.edits(FURTHER)
    assert desk.chat.cards(ME) == [FURTHER]
    assert desk.edited() == 6


async def test_while_a_month_runs_short_progress_is_left_out_and_what_misleads_is_not(short: Desk) -> None:
    await short.pushes(REVIEW)
    await short.edits(PROGRESS)
    assert short.edited() == 0
    assert await short.waiting() == 0  # left out, not put off: the next change draws it
    await short.edits(FURTHER, tapped=(await short.live())[0])
    assert short.edited() == 1  # somebody pressed, and is answered
    await short.edits(CLOSED)
    assert short.edited() == 2


async def test_what_shows_already_costs_no_call(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    await desk.edits(replace(REVIEW, key="1@9"))
    assert desk.edited() == 0


async def test_progress_on_a_card_nobody_will_press_costs_no_call_but_its_end_is_shown(desk: Desk) -> None:
    await desk.pushes(LOOKING)
    await desk.edits(LOOKING_ON)
    assert desk.edited() == 0
    await desk.edits(CLOSED)
    assert desk.chat.cards(ME) == [CLOSED]


async def test_no_right_is_written_down_for_a_card_that_needs_none(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    await desk.edits(PROGRESS, tapped=task)
    held = await desk.box.writer.submit(lambda tx: tx.live_cards(subject="permit:1", person="wang"))
    codes = await desk.box.writer.submit(lambda tx: [tx.living_codes(card, desk.clock.now()) for card in held])
    assert codes == [()]


async def test_a_tap_is_answered_on_the_card_that_was_tapped(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    answer = replace(REVIEW, source="作业票 · 08:12:30更新")
    await desk.edits(REVIEW, tapped=task, answer=answer)
    assert desk.chat.cards(ME) == [answer]


async def test_a_late_tap_on_a_replaced_copy_tells_the_state_there_and_offers_nothing(desk: Desk) -> None:
    old = await desk.pushes(REVIEW)
    desk.clock.advance(timedelta(minutes=1))
    await desk.pushes(PROGRESS)
    await desk.edits(FURTHER, tapped=old, answer=replace(FURTHER, source="作业票 · 08:12:30更新"))
    first, second = desk.chat.cards(ME)
    assert (first.title, first.body, first.buttons, first.done) == (FURTHER.title, "2/3 已签", (), words.REPLACED_DONE)
    assert second == FURTHER


async def test_a_tap_on_a_card_the_platform_has_lost_is_answered_by_a_new_one(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    desk.chat.fails("edit", Undeliverable("no such card"))
    await desk.edits(PROGRESS, tapped=task)
    assert desk.chat.cards(ME)[-1] == PROGRESS
    assert await desk.live() != [task]


async def test_a_tap_that_names_somebody_elses_card_changes_nothing_there(desk: Desk) -> None:
    """What a press brings back came out of a card and may name any: a change would show to whoever holds it."""
    theirs = Push(
        platform="dingtalk", user="dingtalk-li", person="li", message=REVIEW, seen_at=desk.clock.now()
    )  # fmt: skip
    await desk.box.post("theirs", lambda: (theirs,))
    await desk.pushes(REVIEW)
    await desk.edits(PROGRESS, tapped="theirs/li")
    assert desk.chat.cards("dingtalk-li") == [REVIEW]
    assert desk.chat.cards(ME) == [PROGRESS]
    assert desk.edited() == 1


async def test_a_new_card_changes_the_older_copy_instead_of_recalling_it(desk: Desk) -> None:
    old = await desk.pushes(REVIEW)
    desk.clock.advance(timedelta(minutes=1))
    new = await desk.pushes(PROGRESS)
    assert desk.chat.titles(ME) == [words.REPLACED_TITLE, PROGRESS.title]
    assert not any(call.startswith("recall") for call in desk.chat.calls)
    assert await desk.live() == [new] != [old]


# --- not too fast ----------------------------------------------------------------------------------------------------


async def test_fast_changes_become_one_and_the_latest_wins(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    await desk.edits(PROGRESS)
    for body in ("甲", "乙", "丙"):
        await desk.edits(replace(REVIEW, body=body), later=timedelta(milliseconds=100))
    assert desk.chat.cards(ME) == [PROGRESS], "the gap is not over"
    desk.clock.advance(GAP)
    await desk.relay.drain()
    assert desk.chat.cards(ME)[0].body == "丙"
    assert desk.edited() == 2, "one call for the three"


async def test_the_gap_counts_from_the_sending_too(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    await desk.edits(PROGRESS, later=timedelta(milliseconds=200))
    assert desk.chat.cards(ME) == [REVIEW]


async def test_safety_waits_for_no_gap(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    stop = replace(REVIEW, title="已停工｜一级动火", phase="suspended")
    await desk.edits(stop, lane=Lane.SAFETY, later=timedelta(0))
    assert desk.chat.cards(ME) == [stop]


async def test_nor_does_a_copy_that_is_to_say_stop(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    stop = replace(REVIEW, title="已停工｜一级动火", phase="suspended", tone=Tone.DANGER)
    await desk.edits(stop, later=timedelta(0))
    assert desk.chat.cards(ME) == [stop]


# --- two platforms ---------------------------------------------------------------------------------------------------


async def test_copies_on_both_platforms_are_changed_each_under_the_persons_account_there(writer: Writer) -> None:
    wecom = FakeChat(name="wecom")
    desk = desk_of(writer, Cards.FREE, wecom)
    await desk.pushes(LOOKING, platform="wecom")
    desk.clock.advance(timedelta(minutes=1))
    await desk.pushes(REVIEW)
    await desk.edits(CLOSED)
    assert desk.chat.cards(ME) == [CLOSED]
    assert wecom.cards("wecom-wang") == [], "the older copy was taken back where that is possible"


# --- no cards at all -------------------------------------------------------------------------------------------------


async def test_a_card_becomes_a_text_whose_presses_are_numbers(typing: Desk) -> None:
    await typing.pushes(REVIEW)
    assert typing.chat.words(ME) == ["【请审批｜一级动火】\n「选 101-1」同意\n「选 101-2」刷新"]
    assert "t1" not in typing.chat.words(ME)[0]


async def test_ticks_become_a_list_with_numbers(typing: Desk) -> None:
    ticks = Choice(
        key="measures", title="勾选涉及的", many=True,
        options=(Option(id="m1", text="1 清理", chosen=True), Option(id="m2", text="2 灭火器")),
    )  # fmt: skip
    await typing.pushes(replace(REVIEW, buttons=(), choices=(ticks,), submit=Button(text="提交勾选", token="t9")))
    assert typing.chat.words(ME)[0].splitlines()[1:] == [
        "勾选涉及的",
        "1. 1 清理（建议）",
        "2. 2 灭火器",
        "请回「选 101」加涉及的编号，例如「选 101 1 3」；一项也不涉及回「选 101 0」。",
    ]


async def test_a_text_is_never_changed_and_an_answer_to_it_is_a_new_one_with_a_number_of_its_own(typing: Desk) -> None:
    task = await typing.pushes(REVIEW)
    await typing.edits(PROGRESS)
    assert len(typing.chat.words(ME)) == 1, "nobody is disturbed by progress"
    await typing.edits(FURTHER, tapped=task)
    assert "「选 102-1」同意" in typing.chat.words(ME)[1]
    assert typing.edited() == 0
    old = await typing.box.writer.submit(lambda tx: tx.card("dingtalk", task))
    assert old is not None
    assert old.state is CardState.CLOSED


async def test_an_answer_that_changes_nothing_is_not_said_twice(typing: Desk) -> None:
    task = await typing.pushes(REVIEW)
    await typing.edits(REVIEW, tapped=task, answer=replace(REVIEW, source="作业票 · 08:12:30更新"))
    assert len(typing.chat.words(ME)) == 1
