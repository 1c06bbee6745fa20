"""Hot work in the open, and an anemometer that fell silent in a storm: the guardian looks, and says so by name."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from cards.buttons import Action
from cards.history import Telling, history_line
from storage.directory import Device, Register
from storage.readings import ReadingRow
from storage.tx import Tx
from tests.support.hot_work import BOARD, GUARD, NUMBER, SHIFT, ready
from tests.support.office import ZONE, World, at
from tests.support.six_lives import Hands
from workflow.ids import DeviceId
from workflow.permit import events as e
from workflow.permit.again import LOOK
from workflow.permit.state import Status

MAST = DeviceId("wind-1")


async def blows(world: World, metres: str) -> None:
    row = ReadingRow(
        device=MAST, quantity="wind_speed", value=Decimal(metres), unit="m/s", quality="good", received_at=world.now
    )

    def write(tx: Tx) -> None:
        tx.put_register(Register(devices=(Device(id=MAST, name="风速仪", kind="wind", address="wind-1"),)))
        tx.add_said([row])

    await world.writer.submit(write)


async def test_a_storm_of_a_silent_anemometer_gives_way_to_the_guardian_who_looked_since(world: World) -> None:
    await ready(world, "outdoor")
    hands = Hands(world=world, number=NUMBER)
    world.now = at("08:01")
    await world.scans(GUARD, BOARD)
    await world.scans(SHIFT, BOARD)
    assert "确认开工" in await hands.offered(GUARD), "nobody asks for a look where nothing speaks of the wind"
    await blows(world, "12.1")
    await hands.press(GUARD, "确认开工", refused=("wind_stop",))
    rows = await world.taps(GUARD, Action.CONFIRM, NUMBER, LOOK.no)
    assert rows.refused(GUARD) == []
    await hands.press(GUARD, "确认开工", refused=("wind_stop",))  # while it blows no word counts
    await blows(world, "12.4")
    world.now += timedelta(minutes=6)
    offered = await hands.offered(GUARD)
    assert "确认开工" not in offered
    assert f"{LOOK.no} {LOOK.label}" in (await hands.card(GUARD)).body
    await hands.press(GUARD, "已落实")
    await hands.press(GUARD, "确认开工")
    await hands.press(SHIFT, "确认开工")
    assert await hands.status() is Status.ACTIVE
    told = await world.events(NUMBER)
    looks = [one for one in told if isinstance(one, e.MeasureConfirmed) and one.no == LOOK.no]
    assert len(looks) == 2
    line = history_line(looks[-1], Telling(zone=ZONE, names={}, nodes={}, photos={}))
    assert "到现场看过：现场风力和雨、雪、雾情况" in line
