"""A first-grade hot work, told to its very end: closed and accepted."""

from __future__ import annotations

from cards.buttons import Action
from tests.support.hot_work import GUARD, LEADER, UNIT, started
from tests.support.office import World
from tests.support.six_lives import Hands
from workflow.permit.state import Status


async def closed(world: World) -> str:
    """Worked on for half an hour, finished, watched, accepted; its number."""
    number = await started(world)
    await to_the_end(world, number)
    return number


async def to_the_end(world: World, number: str) -> None:
    """From the start of the work on."""
    await Hands(world=world, number=number).prompted()
    rows = await world.taps(LEADER, Action.FINISH, number)
    await world.offered(rows, LEADER)
    await world.passes(minutes=31)
    await world.photographs(GUARD)
    await world.taps(GUARD, Action.END_WATCH, number)
    for role, person in (("work_leader", LEADER), ("site_unit", UNIT), ("acceptor", UNIT)):
        if role in [each.value for each in (await world.permit(number)).law.acceptance_roles]:
            await world.taps(person, Action.ACCEPTANCE, number, role)
    assert await world.status(number) is Status.CLOSED
