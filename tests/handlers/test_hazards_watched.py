"""A hazard whose timer is lost: the watchdog says so, people hear of it once, and the clock goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.notify import Systemd
from bot.pulse import Pulse
from bot.watchdog import Watchdog, problems
from handlers.outgoing import HazardCard
from tests.support.hot_work import SAFETY, UNIT, WORKER
from tests.support.office import SITE, World
from workflow.hazard.guards import DEBT
from workflow.hazard.owed import next_look
from workflow.hazard.state import Supervision
from workflow.ids import HazardId

ONE = HazardId("YH-HC-20260318-001")


@dataclass
class WorldClock:
    """The clock of a world of the office."""

    world: World

    def now(self) -> datetime:
        return self.world.now


def dog(world: World) -> Watchdog:
    return Watchdog(
        writer=world.writer, clock=WorldClock(world), pulse=Pulse(lambda: 0.0), site=SITE, tell=world.office.handle,
        systemd=Systemd({}),
    )  # fmt: skip


async def test_an_open_hazard_is_watched_and_one_on_file_needs_nobody(world: World) -> None:
    await world.says(WORKER, "隐患 2号罐 爬梯踏板少一块")
    assert (await dog(world).look()).exposed == ()
    await world.says(SAFETY, f"不属实 {ONE} 现场核实踏板齐全")
    await world.passes(days=3)
    assert (await dog(world).look()).exposed == ()


async def test_a_lost_timer_is_told_once_and_set_anew(world: World) -> None:
    await world.says(WORKER, "隐患 2号罐 爬梯踏板少一块")
    due = (await world.writer.submit(lambda tx: tx.timers()))[ONE][DEBT]
    await world.writer.submit(lambda tx: tx.drop_timers(ONE))
    health = await dog(world).look()
    assert problems(health) == [f"nothing watches {ONE} (debt)"]
    rows = await world.rows()
    for who in (SAFETY, "chenan"):
        assert [card.about for card in rows.of(HazardCard, who)] == ["unwatched"]
    assert {row.lane for row, _ in rows.claimed} == {"safety"}
    assert (await world.writer.submit(lambda tx: tx.timers()))[ONE][DEBT] == due

    assert (await dog(world).look()).exposed == ()
    await world.writer.submit(lambda tx: tx.drop_timers(ONE))
    await dog(world).look()
    assert (await world.rows()).claimed == [], "once for the same state of it, also after a restart"


async def test_a_lost_timer_that_was_over_climbs_at_once(world: World) -> None:
    await world.says(WORKER, "隐患 2号罐 爬梯踏板少一块")
    await world.writer.submit(lambda tx: tx.drop_timers(ONE))
    world.now += timedelta(hours=25)
    await dog(world).look()
    await world.passes(seconds=1)
    hazard = await world.writer.submit(lambda tx: tx.load(world.house.hazards, ONE)[0])
    assert (hazard.supervision, hazard.responsible) == (Supervision.SUPERIORS, UNIT)
    look = next_look(hazard)
    assert look is not None
    assert (await world.writer.submit(lambda tx: tx.timers()))[ONE][DEBT] == look
