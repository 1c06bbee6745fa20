"""The work box: what a door, an ignition and a siren do second by second, against a device with a mind of its own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from cards.words_devices import OUTPUT_NOT_RELEASED, OUTPUT_NOT_SAFE, OUTPUT_UNKNOWN
from handlers.outgoing import OutputOrder
from hardware_bridge.outputs.keeper import BLIND, GRACE, SOUND_FOR, Keeper, checked_in, tagged
from hardware_bridge.outputs.model import Command, Fitted, Output, OutputId, OutputKind, State, Unreached
from tests.support.dice import Dice
from tests.support.works import AREA, GUARDIAN, WORKER, Desk
from workflow.badge import Badge
from workflow.effects import Order
from workflow.ids import AreaId, PermitId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.release import SeenAt
from workflow.permit.state import Permit, Status, Suspension
from workflow.presence import Where
from workflow.values import Actor, WorkType

SECOND = timedelta(seconds=1)
HOLD = timedelta(seconds=8)
BOX = OutputId("box-1")


class Device:
    """A box with a time-out of its own. ``dead``: it answers nothing; ``stuck``: it does something else."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.heard: list[Command] = []
        self.until = 0
        self.dead = False
        self.stuck: State | None = None

    @property
    def does(self) -> State:
        if self.stuck is not None:
            return self.stuck
        return State.RELEASED if self.site.passed < self.until else State.SAFE

    async def command(self, command: Command) -> None:
        if self.dead:
            raise Unreached("dead")
        self.heard.append(command)
        self.until = 0 if command.lasts is None else self.site.passed + -(-command.lasts // SECOND)

    async def state(self) -> State:
        if self.dead:
            raise Unreached("dead")
        return self.does

    async def close(self) -> None:
        return


class Site:
    """One box at the place of one permit, a clock that is pushed, and what is told to people."""

    def __init__(self, kind: OutputKind = OutputKind.IGNITION, work: WorkType = WorkType.CONFINED_SPACE) -> None:
        self.desk = Desk(work).reach(Status.ACTIVE)
        self.now = self.desk.now
        self.passed = 0
        """Seconds that really passed, whatever any clock says."""
        self.device = Device(self)
        self.told: list[str] = []
        self.air: datetime | None = None
        self.guardian: SeenAt | None = None
        self.memory = True
        self.lent: PermitId | None = None
        self.kind = kind
        self.keeper = self.started()

    @property
    def permit(self) -> Permit:
        return self.desk.permit

    def started(self) -> Keeper:
        """A process that has just begun."""
        output = Output(id=BOX, name="1号作业箱", kind=self.kind, area=AREA, hold=HOLD, permit=self.lent)
        return Keeper(
            outputs=[Fitted(output=output, line=self.device)],
            look=self._look,
            air=lambda: {} if self.air is None else {self.permit.id: self.air},
            tell=self._tell,
            clock=lambda: self.now,
            name="k",
            guardian=lambda _: self.guardian,
        )

    async def _look(self) -> tuple[Permit, ...]:
        return (self.permit,) if self.permit.status in (Status.ACTIVE, Status.SUSPENDED) else ()

    async def _tell(self, _: Output, permits: tuple[PermitId, ...], what: str, __: datetime) -> None:
        assert permits == (self.permit.id,)
        self.told.append(what)

    def show(self) -> None:
        """Somebody who works shows his badge, the guardian is here, the air is good."""
        self.keeper.badge(Badge(site="HC", output=BOX, person=WORKER, made_at=self.now, nonce=bytes(8)), self.now)
        self.guardian = SeenAt(person=GUARDIAN, at=self.now)
        self.air = self.now

    async def second(self, count: int = 1, *, air: bool = True) -> State:
        """So many seconds pass; what the box does then."""
        for _ in range(count):
            self.now += SECOND
            self.passed += 1
            if air and self.air is not None:
                self.air = self.now
            if self.memory:
                await self.keeper.look()
            await self.keeper.turn(BOX)
        return self.device.does

    async def released(self) -> None:
        await self.second(2)
        self.show()
        assert await self.second() is State.RELEASED


@pytest.fixture
def site() -> Site:
    return Site()


async def test_first_of_all_it_is_told_to_be_safe(site: Site) -> None:
    await site.keeper.turn(BOX)
    assert [one.state for one in site.device.heard] == [State.SAFE]


async def test_released_while_everything_holds_and_only_for_a_moment_at_a_time(site: Site) -> None:
    await site.released()
    assert await site.second(60) is State.RELEASED
    releases = [one for one in site.device.heard if one.state is State.RELEASED]
    assert all(one.lasts is not None and one.lasts <= HOLD for one in releases)
    assert len(releases) <= 20
    assert len({one.key for one in site.device.heard}) == len(site.device.heard)


async def test_it_locks_the_second_the_air_is_no_longer_known(site: Site) -> None:
    await site.released()
    assert await site.second(58, air=False) is State.RELEASED
    assert await site.second(2, air=False) is State.SAFE


async def test_air_that_is_beyond_locks_at_once(site: Site) -> None:
    await site.released()
    site.air = None
    assert await site.second() is State.SAFE


async def test_when_we_are_silent_it_locks_by_itself(site: Site) -> None:
    await site.released()
    site.passed += HOLD // SECOND
    assert site.device.does is State.SAFE


async def test_a_stop_locks_and_going_on_is_not_enough(site: Site) -> None:
    await site.released()
    site.desk.now = site.now
    site.desk.ask(site.desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    assert await site.second() is State.SAFE
    site.desk.permit = replace(site.permit, status=Status.ACTIVE, suspension=None, resumed_at=site.now)
    site.guardian = replace(site.guardian or SeenAt(person=GUARDIAN, at=site.now), at=site.now + SECOND)
    assert await site.second(3) is State.SAFE
    site.show()
    assert await site.second() is State.RELEASED


async def test_an_order_locks_before_the_next_turn(site: Site) -> None:
    await site.released()
    site.desk.now = site.now
    site.desk.ask(site.desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    order = OutputOrder(permit=site.permit.id, area=AREA, order=Order.LOCK, at=site.now)
    await site.keeper.drive(order)
    assert site.device.does is State.SAFE
    heard = len(site.device.heard)
    await site.keeper.drive(order)
    assert len(site.device.heard) - heard <= 1


async def test_an_order_is_kept_until_the_device_has_taken_it_or_it_means_nothing_any_more(site: Site) -> None:
    await site.released()
    site.desk.now = site.now
    site.desk.ask(site.desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    site.device.dead = True
    order = OutputOrder(permit=site.permit.id, area=AREA, order=Order.LOCK, at=site.now)
    with pytest.raises(Unreached, match=BOX):
        await site.keeper.drive(order)
    site.now += SOUND_FOR
    await site.keeper.drive(order)


async def test_a_late_order_does_not_lock_what_was_shown_since(site: Site) -> None:
    await site.released()
    await site.keeper.drive(OutputOrder(permit=site.permit.id, area=AREA, order=Order.LOCK, at=site.now))
    assert site.device.does is State.RELEASED


async def test_after_a_restart_nothing_is_released_until_everything_is_shown_again(site: Site) -> None:
    await site.released()
    site.keeper = site.started()
    assert await site.second() is State.SAFE
    assert await site.second(10) is State.SAFE
    site.show()
    assert await site.second() is State.RELEASED


async def test_memory_that_does_not_answer_locks(site: Site) -> None:
    await site.released()
    site.memory = False
    assert await site.second(BLIND // SECOND) is State.RELEASED
    assert await site.second() is State.SAFE


async def test_a_box_that_does_not_report_is_not_released_and_people_hear_of_it_once(site: Site) -> None:
    await site.second(2)
    site.device.dead = True
    await site.second(2)
    site.show()
    assert await site.second(GRACE // SECOND + 5) is State.SAFE
    assert site.told == [OUTPUT_UNKNOWN]
    assert site.keeper.notes() == ("output box-1: no report",)
    assert site.keeper.reported(BOX) is None
    site.device.dead = False
    await site.second(2)
    assert site.keeper.notes() == ()


async def test_a_box_that_stays_on_is_told_again_and_again_and_people_hear_of_it(site: Site) -> None:
    await site.released()
    site.device.stuck = State.RELEASED
    site.air = None
    await site.second()
    assert site.told == []
    before = len(site.device.heard)
    await site.second(GRACE // SECOND + 1)
    assert site.told == [OUTPUT_NOT_SAFE]
    assert len(site.device.heard) - before >= 3


async def test_a_box_that_never_goes_on_is_said_too(site: Site) -> None:
    site.device.stuck = State.SAFE
    await site.second(2)
    site.show()
    await site.second(GRACE // SECOND + 2)
    assert site.told == [OUTPUT_NOT_RELEASED]


async def test_a_box_lent_to_another_permit_hears_nothing_of_this_one(site: Site) -> None:
    site.lent = PermitId("DHZY-HC-20250611-099")
    site.keeper = site.started()
    await site.second(2)
    site.show()
    assert await site.second(3) is State.SAFE


async def test_a_device_that_hangs_costs_only_its_own_turn(site: Site) -> None:
    class Hanging(Device):
        async def state(self) -> State:
            await asyncio.Event().wait()
            raise AssertionError

    site.device = Hanging(site)
    site.keeper = site.started()
    async with asyncio.timeout(30):
        await site.second()
    assert site.keeper.reported(BOX) is None


def test_a_tag_renews_a_check_in_takes_it_back_or_says_nothing(site: Site) -> None:
    permit = site.permit
    signed = checked_in(permit)
    assert signed is not None
    later = SeenAt(person=GUARDIAN, at=signed.at + timedelta(hours=1))
    other = SeenAt(person=WORKER, at=later.at)
    told: list[tuple[Where, SeenAt | None, SeenAt | None]] = [
        (Where.UNKNOWN, None, signed), (Where.INSIDE, later, later), (Where.OUTSIDE, None, None),
        (Where.INSIDE, other, signed), (Where.INSIDE, replace(later, at=signed.at - SECOND), signed),
    ]  # fmt: skip
    said = {PermitId(str(number)): (where, seen) for number, (where, seen, _) in enumerate(told)}
    guardian = tagged(lambda number: said[number])
    assert [guardian(replace(permit, id=number)) for number in said] == [wanted for _, _, wanted in told]


# --- sirens


async def sounding(site: Site, reason: SuspendReason) -> State:
    site.desk.now = site.now
    site.desk.ask(site.desk.by(WORKER, c.StopWork, reason=reason))
    return await site.second()


async def test_a_siren_is_quiet_while_work_goes_on_and_sounds_when_everybody_is_ordered_out() -> None:
    site = Site(OutputKind.SIREN, WorkType.HOT)
    assert await site.second(3) is State.RELEASED
    assert await sounding(site, SuspendReason.WIND) is State.RELEASED
    assert await sounding(site, SuspendReason.EMERGENCY) is State.SAFE
    assert await site.second(SOUND_FOR // SECOND - 3) is State.SAFE
    assert await site.second(3) is State.RELEASED


async def test_a_siren_that_was_ordered_sounds_though_the_permit_is_over_by_now() -> None:
    site = Site(OutputKind.SIREN)
    await site.second(2)
    site.desk.permit = replace(site.permit, status=Status.VOIDED)
    await site.keeper.drive(OutputOrder(permit=site.permit.id, area=AREA, order=Order.SOUND, at=site.now))
    assert site.device.does is State.SAFE


async def test_an_old_order_does_not_sound_and_one_elsewhere_neither() -> None:
    site = Site(OutputKind.SIREN)
    await site.second(2)
    for change in ({"at": site.now - SOUND_FOR}, {"area": AreaId("ELSEWHERE"), "permit": PermitId("X")}):
        said: dict[str, Any] = {"permit": site.permit.id, "area": AREA, "order": Order.SOUND, "at": site.now} | change
        await site.keeper.drive(OutputOrder(**said))
        assert site.device.does is State.RELEASED


async def test_a_siren_is_left_alone_before_anything_is_known() -> None:
    site = Site(OutputKind.SIREN)
    await site.keeper.turn(BOX)
    assert site.device.heard == []


async def test_nobody_goes_in_where_everybody_was_ordered_out(site: Site) -> None:
    await site.released()
    other = OutputOrder(permit=PermitId("DHZY-HC-20250611-002"), area=AREA, order=Order.SOUND, at=site.now)
    await site.keeper.drive(other)
    assert await site.second() is State.SAFE


async def test_a_clock_that_was_set_back_makes_nothing_last_longer(site: Site) -> None:
    await site.released()
    site.now -= 30 * SECOND
    assert await site.second(31, air=False) is State.SAFE
    assert await site.second(10, air=False) is State.SAFE
    site.show()
    assert await site.second() is State.RELEASED


# --- whatever happens


class Chance(Site):
    """The same, with everything going wrong at any second, and with a memory of its own of what really was."""

    def __init__(self, dice: Dice) -> None:
        super().__init__()
        self.dice = dice
        self.truths: list[bool] = []
        self.badge_at = self.guardian_at = self.air_at = -10_000
        self.releases = self.worst = 0

    def happens(self) -> None:
        """One thing, or nothing."""
        match self.dice.between(1, 40):
            case 1 | 2 | 3 | 4 | 5 | 6:
                self.show()
                self.badge_at = self.guardian_at = self.air_at = self.passed
            case 7:
                self.air = None
                self.air_at = -10_000
            case 8:
                self.device.dead = not self.device.dead
            case 9:
                self.memory = not self.memory
            case 10:
                self.now += timedelta(seconds=self.dice.between(-40, 40))
            case 11:
                self.keeper = self.started()
                self.badge_at = self.guardian_at = self.air_at = -10_000
            case 12 if self.permit.status is Status.ACTIVE and self.memory:  # what cannot be read cannot be written
                stop = Suspension(since=self.now, reasons=(SuspendReason.GAS,), text="", by=Actor.clock())
                self.desk.permit = replace(self.permit, status=Status.SUSPENDED, suspension=stop)
                self.badge_at = self.guardian_at = self.air_at = -10_000
            case 13 | 14 | 15 if self.permit.status is Status.SUSPENDED:
                self.desk.permit = replace(self.permit, status=Status.ACTIVE, suspension=None, resumed_at=self.now)
            case _:
                return

    async def lives(self, seconds: int) -> None:
        for _ in range(seconds):
            self.happens()
            speaks = self.dice.between(1, 3) > 1
            if speaks and self.air is not None and self.air_at >= 0:
                self.air_at = self.passed
            self.truths.append(self.true())
            state = await self.second(air=speaks)
            self.truths.append(self.true())
            if state is State.RELEASED:
                self.releases += 1
                newest = next((ago for ago, held in enumerate(reversed(self.truths)) if held), len(self.truths))
                self.worst = max(self.worst, newest // 2)

    def true(self) -> bool:
        """Whether everything really holds: at work, a badge, the guardian, the air, each lately enough."""
        lately = (
            (self.badge_at, timedelta(minutes=5)), (self.guardian_at, timedelta(minutes=15)),
            (self.air_at, timedelta(seconds=60)),
        )  # fmt: skip
        shown = all(self.passed - at <= bound // SECOND + 1 for at, bound in lately)
        return shown and self.permit.status is Status.ACTIVE

    async def _tell(self, *_: object) -> None:
        return


@pytest.mark.parametrize("runs", [40, pytest.param(2000, marks=pytest.mark.deep)])
async def test_whatever_happens_nothing_is_released_for_longer_than_the_device_holds(runs: int) -> None:
    releases, worst = 0, 0
    for seed in range(runs):
        life = Chance(Dice(seed))
        await life.lives(150)
        releases, worst = releases + life.releases, max(worst, life.worst)
        assert life.worst <= HOLD // SECOND, f"seed {seed}: released {life.worst} s after it should have ended"
    assert releases > runs * 5
    assert worst >= 1, "nothing dangerous was ever reached"
