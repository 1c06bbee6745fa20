"""Orders to doors, ignitions and sirens are rows of the safety lane, written with the event; and the whole way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cards.words_devices import OUTPUT_UNKNOWN
from handlers.arrivals import OutputAstray
from handlers.outgoing import OutputOrder, PermitCard
from handlers.outputs import driven
from hardware_bridge.outputs.coil import Coil, Wiring
from hardware_bridge.outputs.keeper import Keeper
from hardware_bridge.outputs.model import Fitted, Output, OutputId, OutputKind
from hardware_bridge.service import BRIDGE
from tests.handlers.test_monitoring import air, bridge_of, runs, watched_at
from tests.support.hot_work import BOARD, GUARD, NUMBER, WORKER
from tests.support.office import SITE, World
from tests.support.relay_board import board
from workflow.badge import Badge
from workflow.effects import Lane, Order
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit, Status

Stage = Callable[[str], World]
BOX = OutputId("box-1")
HOLD = timedelta(seconds=8)


def with_outputs(world: World) -> World:
    world.house = replace(world.house, outputs=True)
    world.office = type(world.office)(writer=world.writer, house=world.house, clock=lambda: world.now)
    return world


async def test_a_stop_orders_in_the_same_transaction_and_a_redelivery_orders_nothing(at_stage: Stage) -> None:
    world = with_outputs(at_stage("active"))
    rows = await world.says(WORKER, "停工 着火了", key="stop")
    orders = rows.of(OutputOrder)
    assert [one.order for one in orders] == [Order.LOCK]
    assert {(one.permit, one.at) for one in orders} == {(NUMBER, world.now)}
    assert rows.lanes(OutputOrder) == {Lane.SAFETY.value}
    again = await world.says(WORKER, "停工 着火了", key="stop")
    assert again.of(OutputOrder) == []


async def test_a_site_without_outputs_writes_none(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(WORKER, "停工 着火了")
    assert await world.status(NUMBER) is Status.SUSPENDED
    assert rows.of(OutputOrder) == []


async def test_the_guardian_hears_once_that_an_output_is_astray(at_stage: Stage) -> None:
    world = at_stage("active")
    arrival = OutputAstray(
        site=SITE, sender=BRIDGE, dedup_key="output:box-1:then", received_at=world.now,
        permits=(PermitId(NUMBER), PermitId("nobody-knows")), name="1号作业箱", what=OUTPUT_UNKNOWN,
    )  # fmt: skip
    rows = await world.take(arrival)
    (card,) = rows.of(PermitCard)
    assert (card.person, card.args) == (GUARD, {"name": "1号作业箱", "what": OUTPUT_UNKNOWN})
    assert rows.lanes(PermitCard) == {Lane.SAFETY.value}
    assert (await world.take(arrival)).of(PermitCard) == []


async def test_from_the_badge_to_the_relay_and_from_the_gas_back_to_the_relay(at_stage: Stage) -> None:
    """Real sockets to the relay, a real office, a real bridge: released while all is shown, off with the gas."""
    world = with_outputs(await watched_at(at_stage, "active"))
    bridge = bridge_of(world)
    area = (await world.permit(NUMBER)).what.area

    async def look() -> tuple[Permit, ...]:
        return await world.writer.submit(lambda tx: driven(tx, world.house))

    async def tell(*_: object) -> None:
        raise AssertionError("nothing is astray")

    async with board() as wired:
        line = Coil(BOX, Wiring(host="127.0.0.1", port=wired.port, coil=3, read_back=13))
        output = Output(id=BOX, name="1号作业箱", kind=OutputKind.IGNITION, area=area, hold=HOLD)
        keeper = Keeper(
            outputs=[Fitted(output=output, line=line)], look=look, air=bridge.aired, tell=tell,
            clock=lambda: world.now, name="k",
        )  # fmt: skip
        for _ in range(3):  # who signs in twice within a minute signs in once
            await runs(world, bridge, 1, air())
            await world.passes(seconds=20)
        await runs(world, bridge, 1, air())
        await keeper.look()
        await keeper.turn(BOX)
        await world.scans(GUARD, BOARD)
        badge = Badge(site=SITE, output=BOX, person=PersonId(WORKER), made_at=world.now, nonce=bytes(8))
        keeper.badge(badge, world.now)
        await runs(world, bridge, 1, air())
        await keeper.look()
        await keeper.turn(BOX)
        assert wired.coils == {3: True}

        bridge.take(air("40"))
        await bridge.tick()
        orders = (await world.rows()).of(OutputOrder)
        assert [one.order for one in orders] == [Order.LOCK, Order.SOUND]
        await keeper.drive(orders[0])
        assert wired.coils == {3: False}
        await line.close()
