"""督办 by chat: all that is late with rates for who leads the plant, his own for who was told, nothing for others."""

from __future__ import annotations

from dataclasses import replace

from cards.answers import answer_text
from cards.buttons import Action
from handlers.answers import Say
from handlers.office import Office
from handlers.outgoing import Answer
from tests.support.hot_work import NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import Stage, World

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
