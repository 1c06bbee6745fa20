"""The whole story of a first-grade hot work, and what its quiet costs: pushes, messages, groups."""

from __future__ import annotations

from cards.buttons import Action
from tests.support.hot_work import GUARD, LEADER, UNIT, started
from tests.support.office import World
from tests.support.six_lives import Hands
from workflow.permit.state import Status


async def test_the_whole_story(world: World) -> None:
    number = await started(world)
    rows = await Hands(world=world, number=number).prompted()
    assert rows.refused(GUARD) == []
    assert rows.pushed(GUARD) == []

    rows = await world.taps(LEADER, Action.FINISH, number)
    assert rows.said(LEADER) == ["ask_count"]
    rows = await world.offered(rows, LEADER)
    assert rows.refused(LEADER) == []
    assert await world.status(number) is Status.FIRE_WATCH

    rows = await world.taps(GUARD, Action.END_WATCH, number)
    assert rows.refused(GUARD) == ["watch.running"]
    rows = await world.passes(minutes=31)
    assert rows.pushed(GUARD) == ["fire_watch"]
    await world.photographs(GUARD)
    rows = await world.taps(GUARD, Action.END_WATCH, number)
    assert rows.refused(GUARD) == []
    for role, person in (("work_leader", LEADER), ("site_unit", UNIT), ("acceptor", UNIT)):
        if role in [each.value for each in (await world.permit(number)).law.acceptance_roles]:
            rows = await world.taps(person, Action.ACCEPTANCE, number, role)
            assert rows.refused(person) == []
    assert await world.status(number) is Status.CLOSED
    kinds = await world.kinds(number)
    assert kinds[0] == "PermitSubmitted"
    assert kinds[-1] == "PermitClosed"
    assert "AttemptRefused" not in kinds
