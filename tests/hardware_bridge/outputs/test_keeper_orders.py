"""What an order reaches, how long a release can last, and what an answer that got lost leaves behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from handlers.outgoing import OutputOrder
from hardware_bridge.outputs.keeper import SOUND_FOR, Keeper
from hardware_bridge.outputs.model import Command, Fitted, Output, OutputId, OutputKind, State, Unreached
from storage.errors import StorageTrouble, Trouble
from tests.support.eventually import eventually
from tests.support.works import AREA, GUARDIAN, WORKER, Desk
from workflow.badge import Badge
from workflow.effects import Order
from workflow.ids import AreaId, PermitId
from workflow.permit.commands import SuspendReason
from workflow.permit.release import SeenAt
from workflow.permit.state import Permit, Status, Suspension
from workflow.values import Actor, WorkType

SECOND = timedelta(seconds=1)
HOLD = timedelta(seconds=60)
BOX = OutputId("box-1")


class Box:
    """It does what it hears, whatever becomes of its answer."""

    def __init__(self) -> None:
        self.heard: list[Command] = []
        self.answers = True
        self.closed = False

    async def command(self, command: Command) -> None:
        self.heard.append(command)
        if not self.answers:
            raise Unreached("the answer got lost")

    async def state(self) -> State:
        return self.heard[-1].state if self.heard else State.SAFE

    async def close(self) -> None:
        self.closed = True


class Site:
    def __init__(self, kind: OutputKind = OutputKind.IGNITION, lent: PermitId | None = None) -> None:
        self.permit: Permit = Desk(WorkType.CONFINED_SPACE).reach(Status.ACTIVE).permit
        assert self.permit.started_at is not None
        self.now = self.began = self.permit.started_at
        self.permits = [self.permit]
        self.aged = timedelta(0)
        self.box = Box()
        output = Output(id=BOX, name="1号作业箱", kind=kind, area=AREA, hold=HOLD, permit=lent)
        self.keeper = Keeper(
            outputs=[Fitted(output=output, line=self.box)],
            look=self._look,
            air=lambda: {self.permit.id: self.now - self.aged},
            tell=self._tell,
            clock=lambda: self.now,
            name="k",
            guardian=lambda _: SeenAt(person=GUARDIAN, at=self.now),
        )

    async def _look(self) -> tuple[Permit, ...]:
        return tuple(self.permits)

    async def _tell(self, *_: object) -> None:
        return

    async def second(self) -> State:
        self.now += SECOND
        await self.keeper.look()
        await self.keeper.turn(BOX)
        return await self.box.state()

    def badge(self) -> None:
        self.keeper.badge(Badge(site="HC", output=BOX, person=WORKER, made_at=self.now, nonce=bytes(8)), self.now)

    async def released(self) -> None:
        await self.second()
        self.now += SECOND
        self.badge()
        assert await self.second() is State.RELEASED

    def stopped(self, permit: Permit, reason: SuspendReason = SuspendReason.GAS) -> Permit:
        stop = Suspension(since=self.now, reasons=(reason,), text="", by=Actor.clock())
        return replace(permit, status=Status.SUSPENDED, suspension=stop)


async def test_a_release_never_outlasts_what_was_shown() -> None:
    site = Site()
    site.now += timedelta(minutes=2)
    site.aged = 50 * SECOND
    await site.released()
    (release,) = [one for one in site.box.heard if one.state is State.RELEASED]
    assert release.lasts == 10 * SECOND, "the air counts no longer, whatever the device's own time-out"


async def test_a_release_whose_answer_got_lost_is_taken_back() -> None:
    site = Site()
    await site.second()
    site.now += SECOND
    site.badge()
    site.box.answers = False
    await site.second()
    assert [one.state for one in site.box.heard] == [State.SAFE, State.RELEASED]
    site.box.answers = True
    site.permits = [site.stopped(site.permit)]
    assert await site.second() is State.SAFE, "told although nobody knows that it was ever released"


async def test_a_siren_sounds_for_its_own_place_alone() -> None:
    site = Site(OutputKind.SIREN)
    elsewhere = replace(site.permit.what, area=AreaId("ELSEWHERE"))
    site.permits = [site.stopped(replace(site.permit, content=elsewhere))]
    assert await site.second() is State.RELEASED
    site.permits = [site.stopped(site.permit)]
    assert await site.second() is State.SAFE


async def test_a_siren_is_quiet_again_when_the_work_goes_on() -> None:
    site = Site(OutputKind.SIREN)
    site.permits = [site.stopped(site.permit)]
    await site.keeper.drive(OutputOrder(permit=site.permit.id, area=AREA, order=Order.SOUND, at=site.now))
    assert await site.box.state() is State.SAFE
    site.permits = [site.permit]
    assert await site.second() is State.RELEASED
    assert site.now - site.began < SOUND_FOR


async def test_a_box_lent_to_a_permit_hears_its_orders_wherever_its_work_is() -> None:
    site = Site(lent=Desk(WorkType.CONFINED_SPACE).reach(Status.ACTIVE).permit.id)
    elsewhere = replace(site.permit, content=replace(site.permit.what, area=AreaId("ELSEWHERE")))
    site.permits = [elsewhere]
    await site.released()
    site.permits = [site.stopped(elsewhere)]
    order = OutputOrder(permit=site.permit.id, area=AreaId("ELSEWHERE"), order=Order.LOCK, at=site.now)
    await site.keeper.drive(order)
    assert await site.box.state() is State.SAFE


async def test_a_look_of_a_time_to_come_is_none() -> None:
    """The clock was set back: what was seen under the wrong one says nothing of now."""
    site = Site()
    await site.released()
    site.now -= timedelta(hours=1)
    badge = Badge(site="HC", output=BOX, person=WORKER, made_at=site.now, nonce=bytes(8))
    assert site.keeper.badge(badge, site.now) == ("blind",)


async def test_memory_that_failed_once_is_asked_again_and_every_line_is_let_go_in_the_end() -> None:
    site, looks = Site(), 0

    async def look() -> tuple[Permit, ...]:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise StorageTrouble(Trouble.OTHER, "the disk is full")
        return tuple(site.permits)

    site.keeper._look = look
    site.keeper._pause = lambda _: asyncio.sleep(0)
    running = asyncio.create_task(site.keeper.run())
    await eventually(lambda: looks > 2 and bool(site.box.heard))
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert site.box.closed
