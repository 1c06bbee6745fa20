"""Work that goes on, and is stopped, at a place where keys sign."""

from __future__ import annotations

from datetime import timedelta

from cards.buttons import Action
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SHIFT, WORKER
from tests.support.key_site import KeySite
from workflow.permit.state import Status

MINUTE = timedelta(minutes=1)


async def goes_on(site: KeySite) -> None:
    """Started by taps, which will do where nobody has a key."""
    for person, role in ((GUARD, "guardian"), (SHIFT, "shift_leader")):
        await site.world.taps(person, Action.START, NUMBER, role)
    assert await site.world.status(NUMBER) is Status.ACTIVE


async def stopped_and_good_again(site: KeySite) -> None:
    """Work goes on, a worker stops it, and a minute later all is in order."""
    world = site.world
    await goes_on(site)
    world.now += MINUTE
    await world.taps(WORKER, Action.STOP, NUMBER)
    assert await world.status(NUMBER) is Status.SUSPENDED
    world.now += MINUTE
    for person in (GUARD, LEADER):
        await world.scans(person, BOARD)
    await world.says(GUARD, "可燃 0.1%LEL")
