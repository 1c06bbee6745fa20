"""紧急停工: the plain stop at once, one tap for the rest, the names of who is inside, and no way to resume all."""

from __future__ import annotations

import pytest

from cards.buttons import Action
from handlers.outgoing import Answer, Ask
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SAFETY, SHIFT
from tests.support.office import Stage, World
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status

STRANGER = "hc0001"
"""Somebody of the plant who has nothing to do with any permit."""


async def test_the_callers_own_work_stops_before_anything_is_asked(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "紧急停工")
    assert await world.status(NUMBER) is Status.SUSPENDED
    asks = {ask.key: ask for ask in rows.of(Ask, GUARD)}
    assert [offer.label for offer in asks["emergency_where"].offers] == ["二号罐区全部停", "全厂全部停"]
    assert rows.lanes(Ask) == {"safety"}


async def test_anybody_stops_a_zone_with_one_tap_and_the_names_are_called(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    rows = await world.says(STRANGER, "2号罐区紧急停工")
    (ask,) = [one for one in rows.of(Ask, STRANGER) if one.key == "emergency_where"]
    rows = await world.taps(STRANGER, Action.EMERGENCY, ask.offers[0].press.subject, revision=0)
    permit = await world.permit(NUMBER)
    assert permit.suspension is not None
    assert SuspendReason.EMERGENCY in permit.suspension.reasons
    for who in (STRANGER, SAFETY, SHIFT):
        (told,) = [one for one in rows.of(Answer, who) if one.key == "emergency_called"]
        assert told.args["where"] == "二号罐区"
        assert "王强" in told.args["lines"]
    assert rows.lanes(Answer) == {"safety"}


async def test_the_whole_plant(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.taps(STRANGER, Action.EMERGENCY, "zone:plant", revision=0)
    assert await world.status(NUMBER) is Status.SUSPENDED, "issued work does not start into an emergency"
    assert [one.args["where"] for one in rows.of(Answer, STRANGER) if one.key == "emergency_called"] == ["全厂"]


async def test_work_goes_on_by_its_own_signatures_and_a_new_test_only(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:plant", revision=0)
    await world.passes(minutes=1)
    for who in (GUARD, LEADER):
        await world.scans(who, BOARD)
    rows = await world.taps(LEADER, Action.RESUME, NUMBER, "work_leader:removed")
    assert "gas_fresh" in rows.refused(LEADER)
    assert await world.status(NUMBER) is Status.SUSPENDED


@pytest.mark.parametrize("line", ["全部复工", "全厂复工", "都复工"])
async def test_nobody_resumes_everything(at_stage: Stage, line: str) -> None:
    world = at_stage("active")
    await world.taps(STRANGER, Action.EMERGENCY, "zone:plant", revision=0)
    await world.says("zhengwei", line)
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_a_plain_stop_offers_nothing_more(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "停工")
    assert rows.of(Ask, GUARD) == []


async def test_where_nothing_is_at_work_nothing_is_offered(world: World) -> None:
    rows = await world.says(STRANGER, "紧急停工")
    assert [ask.key for ask in rows.of(Ask, STRANGER)] == []
    assert "stop_nothing" in rows.said(STRANGER)
