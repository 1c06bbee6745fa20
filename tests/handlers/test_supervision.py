"""督办 by chat: all that is late with rates for who leads the plant, his own for who was told, nothing for others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cards.answers import answer_text
from cards.buttons import Action
from handlers.answers import Say
from handlers.due import due_of
from handlers.facts import Posts
from handlers.office import Office
from handlers.outgoing import Answer
from handlers.supervision import desk_of, watch_view, watched
from storage.agenda import AgendaKind, Claimed
from storage.directory import GroupChat
from storage.tx import Tx
from tests.support.hot_work import NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import SITE, Stage, World
from workflow.ids import GroupId, PersonId

ABOVE = "zhengwei"
"""The superior of 周建国, and the plant's duty leader."""


async def said(world: World, who: str, word: str = "督办") -> tuple[str, str]:
    (answer,) = (await world.says(who, word)).of(Answer, who)
    return answer.key, answer_text(answer.key, answer.args)


async def test_nothing_is_late_at_first(at_stage: Stage) -> None:
    world = at_stage("submitted")
    assert await said(world, SAFETY) == (Say.SUPERVISION_NONE.value, "审批督办：现在没有超时的票，1件在等。")
    assert (await said(world, WORKER))[0] == Say.SUPERVISION_MINE.value


async def test_what_is_late_is_listed_with_whom_it_waits_for(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.passes(minutes=10)
    key, text = await said(world, SAFETY, "审批督办")
    assert key == Say.SUPERVISION.value
    assert f"1件超时，共1件在等。\n· {NUMBER} 2号罐 受理：等周建国、邓凯；已上报郑伟，还没人接手" in text
    assert text.endswith("各部门现在：\n储运车间：1件里1件超时（100%）")
    assert (await said(world, ABOVE))[0] == Say.SUPERVISION.value
    assert (await said(world, UNIT))[0] == Say.SUPERVISION_MINE.value, "it did not climb to him"
    await world.taps(ABOVE, Action.ACKNOWLEDGE, NUMBER, "accept")
    assert "；已有上级接手" in (await said(world, SAFETY))[1]


async def test_a_line_that_only_mentions_it_means_something_else(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.says(SAFETY, "督办清单")
    assert not {Say.SUPERVISION.value, Say.SUPERVISION_NONE.value} & set(rows.said(SAFETY))


async def test_where_there_are_pages_the_answer_leads_to_the_whole(at_stage: Stage) -> None:
    world = at_stage("submitted")
    assert "/watch" not in (await said(world, SAFETY))[1]
    served = replace(world.house, key_pages="https://ptw.example.com")
    world.office = Office(writer=world.writer, house=served, clock=lambda: world.now)
    for who in (SAFETY, WORKER):
        assert "全部（含隐患）：https://ptw.example.com/watch\n" in (await said(world, who))[1]


async def nobody_above(world: World, *chats: GroupChat) -> None:
    """Nobody has a superior, nobody leads the shift of the plant; the groups have these chats."""
    plant = replace(world.house.book.plant, duty_posts=())
    book = replace(world.house.book, plant=plant)
    house = replace(world.house, book=book, posts=Posts(book=book))
    world.office = Office(writer=world.writer, house=house, clock=lambda: world.now)

    def write(tx: Tx) -> None:
        held = tx.directory.register
        alone = tuple(replace(one, superior=None) for one in held.people)
        tx.put_register(replace(held, people=alone, chats=chats))

    await world.writer.submit(write)


MEETING = GroupChat(group=GroupId("hc-management"), platform="wecom", corp="", chat="robot-1")


async def test_where_nobody_is_above_only_what_was_told_is_said(at_stage: Stage) -> None:
    """A group without a chat is told nothing, and one that has a chat not before the line has left."""
    world = at_stage("submitted")
    await nobody_above(world)
    await world.passes(minutes=11)
    assert "；已没有可上报的人" in (await said(world, SAFETY))[1]
    await nobody_above(world, MEETING)
    assert "；已报管理群" in (await said(world, SAFETY))[1]


async def test_a_line_that_has_not_left_has_told_nobody(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await nobody_above(world, MEETING)
    world.now += timedelta(minutes=11)

    def claim(tx: Tx) -> tuple[Claimed, ...]:
        return tx.claim_due(AgendaKind.TIMER, now=world.now, limit=9, lease=timedelta(minutes=1), worker="t")

    for row in await world.writer.submit(claim):
        await world.office.handle(due_of(row, site=SITE, now=world.now))
    assert await climbed(world) == "正在报管理群"
    await world.rows()
    assert await climbed(world) == "已报管理群"


async def climbed(world: World) -> str:
    """What the page says of the only late step."""

    def look(tx: Tx) -> str:
        desk = desk_of(tx, world.house, PersonId(SAFETY), world.now)
        assert desk is not None
        (step,) = watch_view(desk, watched(desk)).steps
        return step.climbed

    return await world.writer.submit(look)
