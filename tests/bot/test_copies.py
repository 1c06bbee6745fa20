"""One person, one subject, one card: how copies are replaced, changed, and what their rights are spent on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.copies import Sent, misleads, shown
from bot.delivery import Edit, Push
from bot.pace import NoLimit
from bot.platform import Pushed, TryLater, Unacceptable
from bot.relay import Relay
from cards import words
from cards.card import Bubble, Button, Card
from storage.cards_sent import CardSent, CardState
from storage.writer import Writer
from tests.support.chat import FakeChat
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.outbox import Outbox
from workflow.effects import Lane

MINUTE = timedelta(minutes=1)
REVIEW = Card(
    subject="permit:1",
    key="1@1",
    title="请审批｜一级动火",
    phase="in_review",
    buttons=(Button(text="同意", token="t1"), Button(text="刷新", token="t2")),
)
PROGRESS = replace(REVIEW, key="1@2", body="1/3 已签")
"""The same buttons, a little further."""
SIGNED = replace(REVIEW, key="1@3", title="审批中｜一级动火", buttons=(), menu=(Button(text="刷新", token="t2"),))
"""Another has signed: the button no longer stands."""
ISSUED = replace(
    REVIEW, key="1@4", title="已签发｜一级动火", phase="issued", buttons=(Button(text="开工", token="t3"),)
)
CLOSED = replace(REVIEW, key="1@5", title="已关闭｜一级动火", phase="closed", buttons=(), done="已关闭")


@dataclass(slots=True)
class Desk:
    """A relay, a chat, and the ledger of cards."""

    relay: Relay
    box: Outbox
    chat: FakeChat
    clock: FakeClock
    rows: int = 0

    async def pushes(self, card: Card, *, user: str = "wang", lane: Lane = Lane.ACTION) -> str:
        """A card goes out; its task."""
        self.rows += 1
        key = f"push-{self.rows}"
        await self.box.post(key, lambda: (self.push(card, user),), lane=lane, to=user)
        await self.relay.drain()
        return f"{key}/{user}"

    async def edits(self, card: Card, *, handle: str | None = None, answer: Card | None = None) -> None:
        """The person's copies shall show this."""
        self.rows += 1
        await self.box.post(f"edit-{self.rows}", lambda: (self.edit(card, handle, answer),))
        await self.relay.drain()

    async def taps(self, task: str) -> str:
        """The person presses a button: the office records the fresh right."""
        self.clock.advance(timedelta(seconds=8))
        handle = self.chat.tap(task)
        await self.box.writer.submit(lambda tx: tx.record_code("wecom", task, handle, self.clock.now()))
        return handle

    def push(self, card: Card, user: str = "wang") -> Push:
        return Push(platform="wecom", user=user, person=user, message=card, seen_at=self.clock.now())

    def edit(self, card: Card, handle: str | None = None, answer: Card | None = None) -> Edit:
        return Edit(
            platform="wecom", user="wang", person="wang", card=card, seen_at=self.clock.now(), handle=handle,
            answer=answer,
        )  # fmt: skip

    async def held(self, user: str = "wang") -> list[str]:
        """Tasks of the copies the ledger calls live."""
        live = await self.box.writer.submit(lambda tx: tx.live_cards(subject="permit:1", person=user))
        return [card.task_id for card in live]

    async def ledger(self, task: str) -> CardSent:
        card = await self.box.writer.submit(lambda tx: tx.card("wecom", task))
        assert card is not None
        return card


def desk_of(writer: Writer, before: Desk | None = None) -> Desk:
    """A desk; ``before``: one whose process was killed, with the same chat, clock and rows."""
    chat, clock = (before.chat, before.clock) if before else (FakeChat(), FakeClock())
    box = before.box if before else Outbox(writer, clock)

    async def nobody(_row: object, why: str) -> None:
        raise AssertionError(why)

    relay = Relay(
        writer=writer, present=box.script, platforms={"wecom": chat}, pace={"wecom": NoLimit()}, clock=clock,
        name="relay", undelivered=nobody,
    )  # fmt: skip
    return Desk(relay=relay, box=box, chat=chat, clock=clock)


@pytest.fixture
def desk(writer: Writer) -> Desk:
    return desk_of(writer)


async def test_a_card_sent_again_under_its_key_takes_no_newer_ones_place(desk: Desk) -> None:
    """A row is claimed again while its mark is written; in between the person got a reminder."""
    old = await desk.pushes(REVIEW)
    desk.clock.advance(MINUTE)
    new = await desk.pushes(PROGRESS)
    assert await desk.held() == [new]
    desk.clock.advance(MINUTE)
    again = Sent(push=desk.push(REVIEW), pushed=Pushed(task=old, msgid=None, handle=None))
    taken_back = await desk.box.writer.submit(lambda tx: desk.relay._copies.settle(tx, again, desk.clock.now()))
    assert [card.task_id for card in taken_back] == [old]
    assert await desk.held() == [new]


# --- what misleads ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (REVIEW, REVIEW, False),
        (REVIEW, PROGRESS, False),
        (SIGNED, REVIEW, False),  # a button more: nothing shown is wrong
        (REVIEW, SIGNED, True),  # a button that no longer stands
        (REVIEW, ISSUED, True),
        (ISSUED, CLOSED, True),
    ],
)
def test_a_copy_misleads_by_its_status_or_by_a_button_that_fell(before: Card, now: Card, expected: bool) -> None:
    assert misleads(shown(before), shown(now)) is expected


def test_the_key_is_ours_and_the_tokens_are_part_of_what_is_shown() -> None:
    assert shown(REVIEW) == shown(replace(REVIEW, key="other"))
    assert shown(REVIEW) != shown(replace(REVIEW, buttons=(Button(text="同意", token="another"),)))


# --- replacing -------------------------------------------------------------------------------------------------------


async def test_a_new_card_takes_the_older_copy_back(desk: Desk) -> None:
    first = await desk.pushes(REVIEW)
    second = await desk.pushes(ISSUED)
    assert desk.chat.titles("wang") == ["已签发｜一级动火"]
    assert await desk.held() == [second]
    assert (await desk.ledger(first)).state is CardState.CLOSED


async def test_other_people_and_other_subjects_keep_theirs(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    await desk.pushes(REVIEW, user="zhao")
    await desk.pushes(replace(REVIEW, subject="permit:2"))
    await desk.pushes(ISSUED)
    assert desk.chat.titles("zhao") == ["请审批｜一级动火"]
    assert desk.chat.titles("wang") == ["请审批｜一级动火", "已签发｜一级动火"]


async def test_a_copy_too_old_to_be_taken_back_says_that_it_is_replaced(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    desk.chat.too_old = True
    await desk.pushes(ISSUED)
    assert desk.chat.titles("wang") == [words.REPLACED_TITLE, "已签发｜一级动火"]
    assert desk.chat.cards("wang")[0].buttons == ()


async def test_a_copy_without_any_right_left_stays_and_nothing_fails(desk: Desk) -> None:
    first = await desk.pushes(REVIEW)
    desk.chat.spent.add(f"{first}#1")
    desk.chat.too_old = True
    await desk.pushes(ISSUED)
    assert desk.chat.titles("wang") == ["请审批｜一级动火", "已签发｜一级动火"]
    assert await desk.box.counts() == {("action", "done"): 2}


async def test_a_failed_recall_never_sends_anything_twice(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    desk.chat.fails("recall", TryLater("502"))
    await desk.pushes(ISSUED)
    assert await desk.box.counts() == {("action", "done"): 2}
    assert len([call for call in desk.chat.calls if call.startswith("push")]) == 2


async def test_an_older_state_never_takes_the_place_of_a_newer_one(desk: Desk) -> None:
    """An invitation to start, rendered before the stop, gets stuck; the stop passes it in its own lane."""
    desk.chat.gates["wang"] = asyncio.Event()
    early = desk.push(REVIEW)
    await desk.box.post("early", lambda: (early,))
    stuck = asyncio.create_task(desk.relay.drain())
    await eventually(lambda: bool(desk.chat.calls))
    desk.clock.advance(MINUTE)
    gate = desk.chat.gates.pop("wang")
    stop = replace(ISSUED, title="立即停工｜一级动火", phase="suspended")
    await desk.box.post("stop", lambda: (desk.push(stop),), lane=Lane.SAFETY)
    passing = asyncio.create_task(desk.relay.drain())
    await eventually(lambda: desk.chat.titles("wang") == ["立即停工｜一级动火"])
    gate.set()
    await asyncio.gather(stuck, passing)
    assert desk.chat.titles("wang") == ["立即停工｜一级动火"]
    assert await desk.held() == ["stop/wang"]


async def test_a_stop_is_not_overtaken_by_the_refresh_that_comes_with_it(desk: Desk) -> None:
    """The same event refreshes the old copy; that the refresh was read a moment later must not recall the stop."""
    old = await desk.pushes(ISSUED)
    stop = desk.push(replace(ISSUED, title="立即停工｜一级动火", phase="suspended"))
    desk.clock.advance(timedelta(milliseconds=1))
    await desk.edits(replace(ISSUED, title="已停工｜一级动火", phase="suspended"))
    await desk.box.post("stop", lambda: (stop,), lane=Lane.SAFETY)
    await desk.relay.drain()
    assert desk.chat.titles("wang") == ["立即停工｜一级动火"]
    assert await desk.held() == ["stop/wang"]
    assert (await desk.ledger(old)).state is CardState.CLOSED


# --- changing in place -----------------------------------------------------------------------------------------------


async def test_mere_progress_does_not_spend_the_last_right(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    await desk.edits(PROGRESS)
    assert desk.chat.cards("wang") == [REVIEW]
    await desk.edits(SIGNED)
    assert desk.chat.cards("wang") == [SIGNED], "the right was still there when it was needed"


async def test_progress_is_shown_while_another_right_is_left(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    await desk.taps(task)
    await desk.edits(PROGRESS)
    assert desk.chat.cards("wang") == [PROGRESS]
    assert desk.chat.spent == {f"{task}#1"}, "the older right goes first, the younger lives longer"


async def test_the_same_is_not_shown_twice(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    await desk.edits(REVIEW)
    assert desk.chat.spent == set()


async def test_a_tap_is_answered_with_the_right_it_brought(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    handle = await desk.taps(task)
    await desk.edits(PROGRESS, handle=handle)
    assert desk.chat.cards("wang") == [PROGRESS]
    assert desk.chat.spent == {handle}, "the right that came with the send is kept"
    await desk.edits(CLOSED)
    assert desk.chat.cards("wang") == [CLOSED], "for the moment the buttons no longer stand"
    assert await desk.held() == [], "a final copy is closed"


async def test_a_tap_that_changed_nothing_still_shows_its_effect(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    handle = await desk.taps(task)
    answer = replace(REVIEW, source="作业票 · 08:12:33更新")
    await desk.edits(REVIEW, handle=handle, answer=answer)
    assert desk.chat.cards("wang") == [answer]
    await desk.edits(REVIEW)
    assert desk.chat.cards("wang") == [answer], "the moment of the tap is no reason to spend the last right"


async def test_a_tap_is_answered_even_with_the_last_right(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    desk.chat.spent.add(f"{task}#1")
    await desk.edits(SIGNED)  # finds out that the first right is gone
    handle = await desk.taps(task)
    await desk.edits(PROGRESS, handle=handle)
    assert desk.chat.cards("wang") == [PROGRESS]
    assert len([call for call in desk.chat.calls if call.startswith("push")]) == 1


async def test_a_tap_on_a_card_that_cannot_be_changed_gets_a_new_card(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    handle = await desk.taps(task)
    desk.chat.spent |= {handle, f"{task}#1"}
    await desk.edits(PROGRESS, handle=handle)
    assert desk.chat.cards("wang") == [PROGRESS]
    assert await desk.held() == ["edit-2/wang"]


async def test_a_tap_on_a_copy_the_platform_will_not_change_gets_a_new_card(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    handle = await desk.taps(task)
    desk.chat.fails("edit", Unacceptable("42045"), Unacceptable("42045"))
    await desk.edits(PROGRESS, handle=handle)
    assert desk.chat.cards("wang") == [PROGRESS]
    assert await desk.held() == ["edit-2/wang"]


async def test_a_tap_on_an_old_copy_is_answered_on_that_copy(desk: Desk) -> None:
    """It could not be taken back, nor changed, when the newer card came; the person presses it all the same."""
    old = await desk.pushes(REVIEW)
    desk.chat.spent.add(f"{old}#1")
    desk.chat.too_old = True
    new = await desk.pushes(ISSUED)
    handle = await desk.taps(old)
    await desk.edits(ISSUED, handle=handle)
    assert desk.chat.titles("wang") == ["已签发｜一级动火", "已签发｜一级动火"]
    assert await desk.held() == [new]
    assert len([call for call in desk.chat.calls if call.startswith("push")]) == 2


async def test_a_tap_on_another_card_is_no_reason_to_push_this_one(desk: Desk) -> None:
    """A reason chip, an entry of the list of tasks: their rights are not this card's."""
    await desk.pushes(REVIEW)
    tasks = replace(REVIEW, subject="tasks:wang", title="我的任务")
    handle = await desk.taps(await desk.pushes(tasks))
    await desk.edits(PROGRESS, handle=handle)
    assert desk.chat.titles("wang") == ["请审批｜一级动火", "我的任务"]
    assert desk.chat.spent == set()


async def test_after_a_tap_on_another_card_a_copy_that_misleads_is_replaced(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    desk.chat.spent.add(f"{task}#1")
    chip = await desk.taps(await desk.pushes(replace(REVIEW, subject="ask:1:reject", title="请选择")))
    await desk.edits(CLOSED, handle=chip)
    assert desk.chat.titles("wang") == ["请选择", "已关闭｜一级动火"]


async def test_a_refresh_for_somebody_without_a_card_pushes_nothing(desk: Desk) -> None:
    await desk.edits(ISSUED)
    assert desk.chat.calls == []


async def test_a_change_that_was_overtaken_is_left_out(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    await desk.taps(task)
    early = desk.edit(PROGRESS)
    desk.clock.advance(MINUTE)
    await desk.edits(SIGNED)
    await desk.box.post("early", lambda: (early,))
    await desk.relay.drain()
    assert desk.chat.cards("wang") == [SIGNED]


async def test_two_changes_of_one_copy_come_one_after_the_other(desk: Desk) -> None:
    """They may stand in rows of different recipients; the later state is shown in the end."""
    task = await desk.pushes(REVIEW)
    await desk.taps(task)
    await desk.box.post("a", lambda: (desk.edit(PROGRESS),), to="holders")
    await desk.box.post("b", _at(desk, SIGNED, MINUTE), to="wang")
    await desk.relay.drain()
    assert desk.chat.cards("wang") == [SIGNED]


# --- lost answers and kills ------------------------------------------------------------------------------------------


async def test_a_change_whose_answer_was_lost_is_known_to_stand(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    handle = await desk.taps(task)
    desk.chat.lost["edit"] = 1
    await desk.edits(PROGRESS, handle=handle)
    desk.clock.advance(MINUTE)
    await desk.relay.drain()
    assert desk.chat.cards("wang") == [PROGRESS]
    assert desk.chat.spent == {handle}
    assert (await desk.ledger(task)).content_hash == shown(PROGRESS)


async def test_a_change_whose_answer_was_lost_is_said_again_when_the_state_moved(desk: Desk) -> None:
    task = await desk.pushes(REVIEW)
    handle = await desk.taps(task)
    desk.chat.lost["edit"] = 1
    state = [PROGRESS]
    await desk.box.post("answer", lambda: (desk.edit(state[0], handle),))
    await desk.relay.drain()
    state[0] = SIGNED
    desk.clock.advance(MINUTE)
    await desk.relay.drain()
    assert desk.chat.cards("wang") == [SIGNED]
    assert desk.chat.spent == {handle, f"{task}#1"}


async def test_killed_between_change_and_mark_the_tap_is_answered_for_certain(writer: Writer) -> None:
    """Nobody knows what the copy shows: the right kept from the send says it again."""
    first = desk_of(writer)
    task = await first.pushes(REVIEW)
    handle = await first.taps(task)
    first.chat.lost["edit"] = 1
    await first.edits(PROGRESS, handle=handle)
    second = desk_of(writer, first)
    first.clock.advance(MINUTE)
    await second.relay.drain()
    assert first.chat.cards("wang") == [PROGRESS]
    assert first.chat.spent == {handle, f"{task}#1"}
    assert (await second.ledger(task)).content_hash == shown(PROGRESS)


async def test_killed_between_send_and_mark_one_card_is_seen_and_recorded(writer: Writer) -> None:
    first = desk_of(writer)
    first.chat.lost["push"] = 1
    task = await first.pushes(REVIEW)
    assert await first.held() == []
    second = desk_of(writer, first)
    first.clock.advance(MINUTE)
    await second.relay.drain()
    assert first.chat.cards("wang") == [REVIEW]
    assert await second.held() == [task]
    handle = await second.taps(task)
    await second.edits(PROGRESS, handle=handle)
    assert first.chat.cards("wang") == [PROGRESS], "its first tap makes it changeable again"


async def test_a_tap_that_comes_before_its_card_was_recorded_counts(desk: Desk) -> None:
    desk.chat.lost["push"] = 1
    task = await desk.pushes(REVIEW)
    handle = await desk.taps(task)
    desk.clock.advance(MINUTE)
    await desk.relay.drain()
    await desk.edits(PROGRESS, handle=handle)
    assert desk.chat.cards("wang") == [PROGRESS]


async def test_plain_words_leave_the_card_alone(desk: Desk) -> None:
    await desk.pushes(REVIEW)
    bubble = Push(platform="wecom", user="wang", person="wang", message=Bubble(text="好的"), seen_at=desk.clock.now())
    await desk.box.post("words", lambda: (bubble,))
    await desk.relay.drain()
    assert desk.chat.titles("wang") == ["请审批｜一级动火"]


def _at(desk: Desk, card: Card, later: timedelta) -> Callable[[], tuple[Edit, ...]]:
    return lambda: (replace(desk.edit(card), seen_at=desk.clock.now() + later),)
