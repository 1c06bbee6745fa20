"""Platforms deliver twice, late and out of order. Nothing happens twice, and no order opens a way that was closed."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cards.buttons import Action, Press, pack
from handlers.arrivals import Arrival, Scan, Tap, Text
from tests.support.hot_work import BOARD, CHIEF, LEADER, NUMBER, SAFETY, UNIT, WORKER
from tests.support.office import SECRET, World, at, copied, open_world
from workflow.journal import verify
from workflow.permit.state import Status


def deliveries(world: World) -> list[Arrival]:
    """The rest of a review, with a refusal, a stop and an order of somebody who may not, each under its own key."""

    def tap(who: str, action: Action, arg: str) -> Tap:
        token = pack(Press(action=action, subject=NUMBER, revision=1, arg=arg), person=who, secret=SECRET)
        return Tap(**world.head(who, f"{who}:{action}:{arg}"), token=token, card="card", update_handle=f"c-{who}-{arg}")

    def scan(who: str) -> Scan:
        return Scan(**world.head(who, f"{who}:scan"), menu_key="scan", code=BOARD)

    return [
        scan(UNIT),
        tap(UNIT, Action.APPROVE, "site_unit"),
        tap(SAFETY, Action.APPROVE, "safety_dept"),
        scan(CHIEF),
        tap(CHIEF, Action.APPROVE, "approver"),
        tap(WORKER, Action.APPROVE, "approver"),
        tap(UNIT, Action.APPROVE, "approver"),
        tap(LEADER, Action.ACCEPT, ""),
        Text(**world.head(SAFETY, "text"), text=f"查 {NUMBER}"),
    ]


async def deliver(world: World, order: list[int]) -> None:
    posts = deliveries(world)
    for index in order:
        await world.office.handle(posts[index])


def checked(seed: Path, play: Callable[[World], Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = open_world(copied(seed, Path(folder)), at("07:35"))
        world.count = 50_000
        try:
            asyncio.run(play(world))
        finally:
            world.writer.stop_blocking()


@settings(max_examples=25, deadline=None)
@given(order=st.lists(st.integers(0, 8), min_size=3, max_size=24))
def test_any_order_any_number_of_times(stage_seeds: Callable[[str], Any], order: list[int]) -> None:
    async def play(world: World) -> None:
        await deliver(world, order)
        before = await world.kinds(NUMBER)
        permit = await world.permit(NUMBER)
        signed = [one.node for one in permit.signatures]
        chain = [node.key for node in permit.law.chain]
        assert signed == chain[: len(signed)]
        assert len({one.person for one in permit.signatures}) == len(signed)
        assert permit.status is (Status.ISSUED if len(signed) == len(chain) else Status.IN_REVIEW)
        assert before.count("StepApproved") == len(signed)
        assert before.count("PermitIssued") == (1 if permit.status is Status.ISSUED else 0)
        await world.rows()
        await deliver(world, order)  # the platform delivers everything once more
        assert await world.kinds(NUMBER) == before
        assert (await world.rows()).claimed == []
        verify(await world.writer.submit(lambda tx: tx.records(world.house.permits, NUMBER)))

    checked(stage_seeds("review").path, play)


def test_the_orders_reach_an_issued_permit(stage_seeds: Callable[[str], Any]) -> None:
    """The property above is not empty: one of its orders gets all the way."""

    async def play(world: World) -> None:
        await deliver(world, [0, 1, 2, 3, 4])
        assert await world.status(NUMBER) is Status.ISSUED

    checked(stage_seeds("review").path, play)


def test_the_same_moment_from_many_sides(stage_seeds: Callable[[str], Any]) -> None:
    """Everything at once, three times: the writer puts it in some order, once."""

    async def play(world: World) -> None:
        posts = deliveries(world)
        await asyncio.gather(*(world.office.handle(post) for post in posts * 3))
        kinds = await world.kinds(NUMBER)
        assert kinds.count("StepApproved") <= 3
        assert kinds.count("ArrivedOnSite") == 2

    checked(stage_seeds("review").path, play)
