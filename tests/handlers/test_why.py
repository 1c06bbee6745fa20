"""Why not? On any permit, by word or by button: what stops, what was seen, the clause, the cure, and who."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cards.buttons import Action
from handlers.outgoing import DraftCard, Refusal
from tests.support.hot_work import GUARD, LEADER, NUMBER
from tests.support.office import Rows, World
from workflow.findings import Finding, Verdict
from workflow.permit.state import Status

Stage = Callable[[str], World]
WORDS = ("为什么", "为啥不能开工", "为什么不让干", "怎么不能开工", "凭什么", f"{NUMBER} 为什么", "为什么不能动火？")


def told(rows: Rows, who: str) -> tuple[Finding, ...]:
    (refusal,) = rows.of(Refusal, who)
    assert (refusal.asked, refusal.permit) == ("why", NUMBER)
    return refusal.findings


@pytest.mark.parametrize("word", WORDS)
async def test_every_way_to_ask_is_answered(at_stage: Stage, word: str) -> None:
    found = told(await at_stage("issued").says(GUARD, word), GUARD)
    assert {"briefing_signed", "guardian_present", "gas_fresh", "measures_confirmed"} <= {each.gate for each in found}
    for each in found:
        assert each.rule
        assert each.clause
        assert each.fact
        assert each.verdict is Verdict.PASS or (each.cure and each.who)


async def test_the_button_says_the_same_as_the_word(at_stage: Stage) -> None:
    world = at_stage("issued")
    said = told(await world.says(GUARD, "为什么"), GUARD)
    assert told(await world.taps(GUARD, Action.WHY, NUMBER), GUARD) == said


@pytest.mark.parametrize(
    ("stage", "gate"),
    [("submitted", "conflict"), ("review", "measures_answered"), ("issued", "window"), ("active", "guardian_present")],
)
async def test_the_gates_of_the_next_step_are_asked(at_stage: Stage, stage: str, gate: str) -> None:
    found = told(await at_stage(stage).says(LEADER, f"为什么 {NUMBER}"), LEADER)
    assert gate in {each.gate for each in found}


async def test_what_nobody_knows_is_said_as_unknown(at_stage: Stage) -> None:
    found = told(await at_stage("issued").says(GUARD, "为什么"), GUARD)
    unknown = {each.gate for each in found if each.verdict is Verdict.UNKNOWN}
    assert "gas_fresh" in unknown


async def test_a_stopped_permit_says_first_who_stopped_it(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "停工 有味道")
    assert await world.status(NUMBER) is Status.SUSPENDED
    first, *rest = told(await world.says(GUARD, "为什么停工"), GUARD)
    assert first.gate == "stopped"
    assert "停工" in first.fact
    assert first.clause == "GB 30871-2022 4.8"
    assert {"gas_fresh", "guardian_present"} <= {each.gate for each in rest}


async def test_a_permit_that_is_over_says_who_ended_it(at_stage: Stage) -> None:
    world = at_stage("submitted")
    rows = await world.taps(LEADER, Action.CANCEL, NUMBER)
    await world.offered(rows, LEADER)
    assert await world.status(NUMBER) is Status.CANCELLED
    rows = await world.says(LEADER, f"{NUMBER} 为什么")
    assert rows.said(LEADER) == ["why_ended"]
    assert rows.of(Refusal, LEADER) == []


async def test_an_open_draft_explains_itself(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.says(LEADER, "明早8点到11点 1号罐 换法兰 电焊")
    rows = await world.says(LEADER, "为什么")
    assert rows.of(Refusal, LEADER) == []
    assert rows.of(DraftCard, LEADER)


async def test_there_may_be_nothing_to_explain(at_stage: Stage) -> None:
    rows = await at_stage("submitted").says("zhengwei", "为什么 DHZY-HC-20991231-777")
    assert rows.said("zhengwei") == ["nothing_to_explain"]


async def test_at_the_end_it_says_what_closing_still_wants(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.taps(LEADER, Action.FINISH, NUMBER)
    await world.offered(rows, LEADER)
    assert await world.status(NUMBER) is Status.FIRE_WATCH
    found = told(await world.says(GUARD, f"{NUMBER} 为什么"), GUARD)
    assert {"fire_watch_done", "photos_close"} <= {each.gate for each in found if each.stops}
