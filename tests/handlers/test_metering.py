"""Who hears that a platform's month runs down, by which way, and that it is said in plain words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cards.answers import answer_text
from handlers.metering import running_down
from handlers.outgoing import Answer
from storage.tx import Tx
from tests.support.hot_work import SAFETY
from tests.support.office import Rows, World
from workflow.effects import Lane

Stage = Callable[[str], World]


async def told(world: World, what: str, percent: int) -> Rows:
    def tell(tx: Tx) -> None:
        running_down(
            tx, world.house, platform="dingtalk", what=what, percent=percent, used=percent * 50, limit=5000,
            month="2026-03", now=world.now,
        )  # fmt: skip

    await world.writer.submit(tell)
    return await world.rows()


@pytest.mark.parametrize(
    ("what", "percent", "key", "lane"),
    [
        ("calls", 50, "quota_half", Lane.ACTION),
        ("calls", 80, "quota_low", Lane.ACTION),
        ("calls", 95, "quota_last", Lane.SAFETY),
        ("calls", 100, "quota_over", Lane.SAFETY),
        ("pushes", 50, "quota_hearing", Lane.ACTION),
        ("pushes", 80, "quota_hearing", Lane.ACTION),
        ("pushes", 95, "quota_deaf", Lane.SAFETY),
        ("pushes", 100, "quota_deaf", Lane.SAFETY),
    ],
)
async def test_the_safety_department_hears_of_each_mark(
    at_stage: Stage, what: str, percent: int, key: str, lane: Lane
) -> None:
    rows = await told(at_stage("active"), what, percent)
    (answer,) = rows.of(Answer, SAFETY)
    assert answer.key == key
    assert rows.lanes(Answer) == {lane.value}
    said = answer_text(answer.key, answer.args)
    assert said.startswith("钉钉本月")
    assert f"{percent * 50}/5000" in said


async def test_the_same_mark_is_said_once(at_stage: Stage) -> None:
    world = at_stage("active")
    assert (await told(world, "calls", 50)).of(Answer, SAFETY)
    assert not (await told(world, "calls", 50)).of(Answer, SAFETY)


async def test_when_it_is_over_people_are_told_to_use_their_voice(at_stage: Stage) -> None:
    (answer,) = (await told(at_stage("active"), "calls", 100)).of(Answer, SAFETY)
    assert "当面喊停" in answer_text(answer.key, answer.args)


async def test_a_mark_nobody_agreed_on_is_a_bug(at_stage: Stage) -> None:
    with pytest.raises(KeyError):
        await told(at_stage("active"), "calls", 60)
