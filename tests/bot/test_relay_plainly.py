"""A message whose card cannot be made, or is refused, is said in plain words: once, seen, and in the end told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.copies import Errand, Spelled
from bot.delivery import Edit, Push
from bot.pace import NoLimit
from bot.plainly import plainer
from bot.platform import TryLater, Unacceptable, made
from bot.relay import BUGS, PATIENCE, Relay
from cards.card import Button, Card, Choice, Option
from cards.wecom import encode
from storage.agenda import AgendaKind, Claimed
from storage.errors import StorageTrouble, Trouble
from storage.writer import Writer
from tests.support.chat import FakeChat
from tests.support.clock import FakeClock
from tests.support.outbox import Outbox, Render, words
from workflow.effects import Lane

CARD = Card(
    subject="permit:1", key="1@1", title="请审批｜一级动火", phase="in_review", body="3号罐 换法兰",
    buttons=(Button(text="同意", token="t1"), Button(text="拒绝", token="t2")),
)  # fmt: skip
NUMBERS = "【请审批｜一级动火】\n3号罐 换法兰\n「选 101-1」同意\n「选 101-2」拒绝\n（卡片没能送出，请回复引号里的字。）"
LINE = "【请审批】1。卡片没能送出"
NO = Unacceptable("42045")


@dataclass(slots=True)
class Station:
    """A relay, and whoever hears that something could not be said."""

    relay: Relay
    box: Outbox
    chat: FakeChat
    clock: FakeClock
    told: list[str] = field(default_factory=list)
    deaf: bool = False

    async def tell(self, row: Claimed, _why: str) -> None:
        if self.deaf:
            raise RuntimeError("a bug in the telling")
        self.told.append(row.key)

    async def later(self) -> None:
        self.clock.advance(PATIENCE[Lane.INFORMATION])
        await self.relay.drain()

    async def post(self, render: Render | None = None, *, lane: Lane = Lane.ACTION, line: Render | None = None) -> None:
        await self.box.post("row", render or self.card, lane=lane, plain=line or self.line)
        await self.relay.drain()

    def card(self) -> tuple[Push, ...]:
        return (Push(platform="wecom", user="wang", person="wang", message=CARD, seen_at=self.clock.now()),)

    def line(self) -> tuple[Push, ...]:
        return (words("wang", LINE, self.clock.now()),)


@pytest.fixture
def post(writer: Writer) -> Station:
    chat, clock = FakeChat(), FakeClock()
    box = Outbox(writer, clock)

    async def tell(row: Claimed, why: str) -> None:
        await found.tell(row, why)

    relay = Relay(
        writer=writer, present=box.script, platforms={"wecom": chat}, pace={"wecom": NoLimit()}, clock=clock,
        name="relay-1", undelivered=tell, idle=timedelta(hours=1),
    )  # fmt: skip
    found = Station(relay=relay, box=box, chat=chat, clock=clock)
    return found


def bug() -> Any:
    raise RuntimeError("a bug in a renderer")


@pytest.mark.parametrize("lane", [Lane.ACTION, Lane.INFORMATION])
async def test_a_refused_card_is_said_with_numbers_to_type(post: Station, lane: Lane) -> None:
    post.chat.fails("push", NO)
    await post.post(lane=lane)
    assert post.chat.words("wang") == [NUMBERS]
    assert post.chat.cards("wang") == []
    assert await post.box.counts() == {(lane.value, "plain"): 1}
    (copy,) = await post.box.writer.submit(lambda tx: tx.live_cards(subject=CARD.subject, person="wang"))
    assert copy.task_id == "row/wang", "what is typed for it is held against this copy"
    await post.later()
    assert (post.chat.calls, post.told) == (["push wang", "push wang"], [])


async def test_a_card_no_renderer_can_make_comes_to_one_line_at_once(post: Station) -> None:
    await post.post(bug)
    assert post.chat.words("wang") == [LINE]
    assert await post.box.counts() == {("action", "plain"): 1}
    assert post.box.script.asked == ["row"]


async def test_a_refused_card_nothing_could_be_typed_for_comes_to_the_line_at_once(post: Station) -> None:
    asks = replace(
        CARD, choices=(Choice(key="k", title="哪一张？", options=(Option(id="1", text="一号"),)),), submit=None
    )
    post.chat.fails("push", NO)
    await post.post(lambda: (replace(post.card()[0], message=asks),))
    assert post.chat.words("wang") == [LINE]


async def test_an_alarm_comes_to_the_line_at_once(post: Station) -> None:
    post.chat.fails("push", NO)
    await post.post(lane=Lane.SAFETY)
    assert post.chat.words("wang") == [LINE]
    assert await post.box.counts() == {("safety", "plain"): 1}


async def test_what_was_refused_as_a_card_is_not_tried_as_one_again(post: Station) -> None:
    post.chat.fails("push", NO, TryLater("502"))
    await post.post()
    await post.later()
    assert post.chat.words("wang") == [NUMBERS.replace("101", "102")], "a number is never given twice"
    assert post.chat.calls.count("push wang") == 3


async def test_where_even_the_words_are_refused_the_line_is_tried_then_others_are_told_once(post: Station) -> None:
    post.chat.fails("push", NO, NO, NO)
    await post.post()
    assert post.chat.calls.count("push wang") == 3
    assert (post.told, await post.box.counts()) == (["row"], {("action", "dead"): 1})
    await post.later()
    assert post.told == ["row"]


async def test_news_nobody_has_to_act_on_disturbs_nobody_else(post: Station) -> None:
    post.chat.fails("push", NO, NO, NO)
    await post.post(lane=Lane.INFORMATION)
    assert (post.told, await post.box.counts()) == ([], {("information", "dead"): 1})


async def test_a_bug_in_the_telling_keeps_no_row_that_is_no_alarm(post: Station) -> None:
    post.deaf = True
    post.chat.fails("push", NO, NO, NO)
    await post.post()
    assert await post.box.counts() == {("action", "dead"): 1}


async def test_who_cannot_be_reached_is_not_written_to_in_other_words(post: Station) -> None:
    post.chat.gone.add("wang")
    await post.post()
    assert post.chat.calls == ["push wang"]
    assert (post.told, await post.box.counts()) == ([], {("action", "dead"): 1})


async def test_what_may_have_gone_out_is_tried_under_its_key_and_not_said_beside_it(post: Station) -> None:
    post.chat.fails("push", RuntimeError("a bug behind the call"))
    await post.post()
    assert await post.box.counts() == {("action", "pending"): 1}
    await post.later()
    assert (post.chat.titles("wang"), post.chat.words("wang")) == ([CARD.title], [])
    assert await post.box.counts() == {("action", "done"): 1}


async def test_at_the_last_try_it_is_said_in_one_line_all_the_same(post: Station) -> None:
    post.chat.fails("push", *(RuntimeError("a bug behind the call") for _ in range(BUGS[Lane.ACTION])))
    await post.post()
    for _ in range(BUGS[Lane.ACTION] - 1):
        assert post.chat.words("wang") == []
        await post.later()
    assert post.chat.words("wang") == [LINE]
    assert (post.told, await post.box.counts()) == ([], {("action", "plain"): 1})


async def test_a_lost_answer_is_no_reason_for_other_words(post: Station) -> None:
    post.chat.lost["push"] = 1
    await post.post()
    await post.later()
    assert (post.chat.titles("wang"), post.chat.words("wang")) == ([CARD.title], [])


async def test_what_is_over_by_then_is_not_said(post: Station) -> None:
    await post.post(bug, line=lambda: ())
    assert post.chat.calls == []
    assert await post.box.counts() == {("action", "plain"): 1}


@pytest.mark.parametrize("passes", [TryLater("502"), TimeoutError()], ids=["away", "slow"])
async def test_an_alarm_that_waits_for_its_platform_stays_a_card(post: Station, passes: Exception) -> None:
    """In one line it would not say why, and nothing was wrong with its card."""
    post.chat.fails("push", passes)
    await post.post(lane=Lane.SAFETY)
    await post.later()
    assert (post.chat.titles("wang"), post.chat.words("wang")) == ([CARD.title], [])
    assert await post.box.counts() == {("safety", "done"): 1}


async def test_an_alarm_that_waits_for_our_own_memory_stays_a_card(post: Station) -> None:
    busy = iter([True])

    def render() -> tuple[Push, ...]:
        if next(busy, False):
            raise StorageTrouble(Trouble.LOCKED, "database is locked")
        return post.card()

    await post.post(render, lane=Lane.SAFETY)
    await post.later()
    assert (post.chat.titles("wang"), post.chat.words("wang")) == ([CARD.title], [])


async def test_what_our_own_bugs_ended_is_told_too(post: Station) -> None:
    post.chat.fails("push", *(RuntimeError("a bug behind the call") for _ in range(2 * BUGS[Lane.ACTION])))
    await post.post()
    for _ in range(BUGS[Lane.ACTION] - 1):
        await post.later()
    assert (post.told, await post.box.counts()) == (["row"], {("action", "dead"): 1})


def test_a_changed_card_that_is_refused_has_numbers_too() -> None:
    now = FakeClock().now()
    row = Claimed(
        id=1, token=1, kind=AgendaKind.MESSAGE, key="row", lane="action", due_at=now, attempts=1, permit=None,
        recipient="wang", purpose="x", coalesce_key=None, payload=b"",
    )  # fmt: skip
    tapped = Edit(platform="wecom", user="wang", person="wang", card=CARD, seen_at=now, handle="right")
    refused = plainer(Errand(row=row, lane=Lane.ACTION), (tapped,), NO, last_try=False)
    assert refused is Spelled.NUMBERS


@pytest.mark.parametrize(
    "broken",
    [lambda: encode(Card(subject="s", key="k", title=""), task_id="t", notice_url=""), bug],
    ids=["limit", "bug"],
)
def test_whatever_goes_wrong_in_an_encoder_was_not_sent(broken: Callable[[], object]) -> None:
    with pytest.raises(Unacceptable, match="cannot be made"):
        made(broken)
