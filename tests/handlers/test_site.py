"""On site: being there, gas, counts, prompts, figures, the end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cards.buttons import Action
from handlers.asked import ASKED
from handlers.outgoing import Answer, PermitCard, Refusal
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, SHIFT, UNIT, WORKER
from tests.support.office import Stage, World, at
from tests.support.six_lives import Hands
from workflow.permit.commands import CheckInWay
from workflow.permit.state import Status

INSIDE = ("36.8136", "118.0569")
"""In the fence of TK2 (second cell of the grid)."""
OUTSIDE = ("36.9", "118.2")


# --- being there ----------------------------------------------------------------------------------------------------


async def test_the_board_checks_in_for_every_permit_of_the_place(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.scans(GUARD, BOARD)
    assert rows.said(GUARD) == ["checked_in"]
    assert (await world.permit(NUMBER)).presence[GUARD].way is CheckInWay.BOARD_CODE


async def test_the_permits_code_shows_it_and_checks_in(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.scans(GUARD, f"PTW1:{NUMBER}")
    assert [one.permit for one in rows.of(PermitCard, GUARD)] == [NUMBER]
    assert (await world.permit(NUMBER)).presence[GUARD].way is CheckInWay.PERMIT_CODE


async def test_somebody_else_sees_the_permit_and_is_not_checked_in(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.scans("hc0001", f"PTW1:{NUMBER}")
    assert [one.permit for one in rows.of(PermitCard, "hc0001")] == [NUMBER]
    assert "hc0001" not in (await world.permit(NUMBER)).presence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("PTB1:NO-SUCH", "unknown_board"),
        ("https://example.com", "unknown_code"),
        ("PTW1:DHZY-HC-20200101-001", "no_such_permit"),
        ("PTB1:HC-BLR-B1", "nothing_here"),
        ("x" * 5000, "unknown_code"),
        ("\x00", "unknown_code"),
    ],
)
async def test_codes_that_mean_nothing_here(at_stage: Stage, code: str, said: str) -> None:
    world = at_stage("issued")
    rows = await world.scans(GUARD, code)
    assert rows.said(GUARD) == [said]


async def test_a_position_inside_the_fence_checks_in(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.locates(GUARD, *INSIDE)
    assert rows.said(GUARD) == ["checked_in"]
    rows = await world.locates(WORKER, *OUTSIDE)
    assert rows.said(WORKER) == ["outside_fences"]


async def test_a_position_nobody_asked_for_is_taken_in_silence(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.locates(WORKER, *OUTSIDE, asked=False)
    assert rows.claimed == []
    rows = await world.locates(WORKER, *INSIDE, asked=False)
    assert rows.of(Answer) == []
    assert WORKER in (await world.permit(NUMBER)).presence
    count = len(await world.kinds(NUMBER))
    await world.locates(WORKER, *INSIDE, asked=False)
    assert len(await world.kinds(NUMBER)) == count


# --- gas ------------------------------------------------------------------------------------------------------------


async def test_typed_values_are_recorded_with_their_units(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.says(GUARD, "可燃 0.1%LEL")
    assert rows.said(GUARD) == ["gas_taken"]
    (record,) = (await world.permit(NUMBER)).gas
    (reading,) = record.sample.readings
    assert (reading.gas, reading.value, reading.unit.value) == ("flammable", Decimal("0.1"), "%LEL")
    assert record.sample.analyst == GUARD


async def test_a_failing_value_stops_running_work(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "可燃 30%LEL")
    assert rows.said(GUARD) == ["gas_failed"]
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert rows.pushed(LEADER) == ["suspended"]


@pytest.mark.parametrize("text", ["可燃 0.1", "可燃 0.1%", "可燃 <1%LEL", "氧 20.8ppm", "可燃 0.1%LEL 可燃 0.2%LEL"])
async def test_half_a_value_is_refused_with_its_reason(at_stage: Stage, text: str) -> None:
    world = at_stage("issued")
    rows = await world.says(GUARD, text)
    assert rows.said(GUARD) == ["gas_unclear"]
    (told,) = rows.of(Answer, GUARD)
    assert told.args["why"]
    assert (await world.permit(NUMBER)).gas == ()


async def test_values_of_somebody_without_a_permit_are_not_taken(world: World) -> None:
    rows = await world.says("hc0001", "可燃 0.1%LEL")
    assert rows.said("hc0001") == ["gas_nowhere"]


async def test_how_to_report_gas(at_stage: Stage) -> None:
    world = at_stage("issued")
    (told,) = (await world.taps(GUARD, Action.GAS_HELP, NUMBER)).of(Answer, GUARD)
    assert told.key == "gas_help"
    assert told.args["gases"]


# --- counting, prompts ----------------------------------------------------------------------------------------------


async def test_a_count_by_the_guardian(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "人2工具5")
    assert rows.said(GUARD) == ["count_taken"]
    permit = await world.permit(NUMBER)
    assert (permit.people_inside, permit.tools_inside) == (2, 5)


async def test_finishing_with_people_inside_is_refused(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(LEADER, Action.FINISH, NUMBER)
    rows = await world.says(LEADER, "人1工具0")
    assert rows.refused(LEADER) == ["count.inside"]
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_half_a_count_is_asked_again(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(LEADER, Action.FINISH, NUMBER)
    rows = await world.says(LEADER, "都出来了")
    assert rows.said(LEADER) == ["count_how"]
    rows = await world.says(LEADER, "人0工具0")
    assert await world.status(NUMBER) is Status.FIRE_WATCH


async def test_two_missed_prompts_stop_the_work(at_stage: Stage) -> None:
    world = at_stage("active")
    asked = (await world.until_asked(NUMBER)).pushed(GUARD).count("prompt")
    rows = await world.passes(minutes=60)
    assert asked + rows.pushed(GUARD).count("prompt") == 2
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_an_old_prompt_is_answered_politely(at_stage: Stage) -> None:
    world = at_stage("active")
    await Hands(world=world, number=NUMBER).prompted()
    rows = await world.taps(GUARD, Action.PROMPT, NUMBER, "1")
    assert rows.refused(GUARD) == ["late.done"]


async def test_only_the_guardian_answers_the_prompt(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.until_asked(NUMBER)
    rows = await world.taps(WORKER, Action.PROMPT, NUMBER, "1")
    assert rows.refused(WORKER) == ["who.role"]


# --- starting -------------------------------------------------------------------------------------------------------


async def test_an_early_start_names_what_is_missing(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.scans(GUARD, BOARD)
    rows = await world.taps(GUARD, Action.START, NUMBER, "guardian")
    (no,) = rows.of(Refusal, GUARD)
    assert {"briefing_signed", "gas_fresh"} <= {one.gate for one in no.findings} or "window" in str(no.findings)
    assert await world.status(NUMBER) is Status.ISSUED
    assert (await world.kinds(NUMBER))[-1] == "AttemptRefused"


async def test_a_measure_wants_its_figures_and_its_photo(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.scans(GUARD, BOARD)
    await world.taps(GUARD, Action.CONFIRM, NUMBER, "H8")
    await world.says(GUARD, "灭火器2具 灭火毯1块 水带1条")
    assert (await world.permit(NUMBER)).measures["H8"].confirmed_by is None
    await world.photographs(GUARD)
    state = (await world.permit(NUMBER)).measures["H8"]
    assert state.confirmed_by == GUARD
    assert state.confirm_detail.startswith("灭火器2具")


async def test_a_measure_that_does_not_apply_is_not_confirmed(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.taps(GUARD, Action.CONFIRM, NUMBER, "H16")
    assert rows.refused(GUARD) == ["measure.involved"]


async def test_the_end_needs_its_two_signatures(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.taps(UNIT, Action.ACCEPTANCE, NUMBER, "site_unit")
    assert rows.refused(UNIT)
    assert await world.status(NUMBER) is Status.ACTIVE


async def test_the_validity_ends_by_itself(at_stage: Stage) -> None:
    world = at_stage("active")
    hands = Hands(world=world, number=NUMBER)
    while world.now < at("10:30"):
        await hands.prompted()
    await world.passes(minutes=31)
    assert await world.status(NUMBER) is Status.EXPIRED
    rows = await world.passes(minutes=11)
    assert "count_reminder" in rows.pushed(GUARD)
    assert rows.lanes(PermitCard) == {"safety"}
    assert SHIFT


# --- the briefing ---------------------------------------------------------------------------------------------------


async def test_the_owning_units_briefer_is_asked_when_the_permit_is_issued_and_need_not_scan(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.scans(UNIT, BOARD)
    await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    await world.scans(CHIEF, BOARD)
    rows = await world.taps(CHIEF, Action.APPROVE, NUMBER, "approver")
    assert rows.pushed(UNIT) == ["ask_brief"]
    assert "ask_brief" not in rows.pushed(WORKER)
    assert await waits_for(world, UNIT)
    world.now = at("07:50")
    assert (await world.taps(UNIT, Action.BRIEF, NUMBER)).refused(UNIT) == []
    assert UNIT in (await world.permit(NUMBER)).briefed
    assert not await waits_for(world, UNIT)


async def test_once_anybody_who_may_brief_has_done_so_the_unit_is_asked_no_more(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.taps(SHIFT, Action.BRIEF, NUMBER)
    assert not await waits_for(world, UNIT)


async def waits_for(world: World, who: str) -> bool:
    """Whether the board says that the permit waits for this person."""
    rows = await world.writer.submit(lambda tx: tx.open_permits_of(who))
    return any(person == who and role == ASKED for row in rows for role, person in row.people)
