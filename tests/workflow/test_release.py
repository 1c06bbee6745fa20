"""When a door, a turnstile or an ignition is released for a permit, and everything that ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import (
    APPLICANT,
    CLOCK,
    GUARDIAN,
    LEADER,
    MINUTE,
    SAFETY,
    WORKER,
    Desk,
    at,
)
from workflow.effects import Drive, Order
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.effects_outputs import driven
from workflow.permit.events import WorkSuspended
from workflow.permit.release import Bounds, Lack, Release, SeenAt, Shown, release
from workflow.permit.state import Permit, Status
from workflow.values import Actor, WorkType

SECOND = timedelta(seconds=1)
BOUNDS = Bounds()


@pytest.fixture(scope="module")
def working() -> Desk:
    return Desk(WorkType.CONFINED_SPACE).reach(Status.ACTIVE)


def began(permit: Permit) -> Any:
    assert permit.started_at is not None
    return permit.started_at


def shown(desk: Desk, **changes: Any) -> Shown:
    """Everything shown a second after the work began."""
    then = began(desk.permit) + SECOND
    every: dict[str, Any] = {
        "badge": SeenAt(person=WORKER, at=then),
        "guardian": SeenAt(person=GUARDIAN, at=then),
        "air_good_at": then,
    }
    return Shown(**every | changes)


def asked(desk: Desk, what: Shown, *, after: timedelta = 10 * SECOND, since: Any = None) -> Release:
    start = began(desk.permit)
    return release(desk.permit, what, bounds=BOUNDS, since=since or start - MINUTE, now=start + after)


def test_everything_shown_releases_until_the_first_of_it_grows_old(working: Desk) -> None:
    found = asked(working, shown(working))
    assert found == Release(until=began(working.permit) + SECOND + BOUNDS.air)


@pytest.mark.parametrize(
    ("lack", "changes"),
    [
        (Lack.IDENTITY, {"badge": None}),
        (Lack.POSITION, {"guardian": None}),
        (Lack.AIR, {"air_good_at": None}),
    ],
)
def test_each_of_the_three_is_needed(working: Desk, lack: Lack, changes: dict[str, Any]) -> None:
    assert asked(working, shown(working, **changes)) == Release(until=None, lacks=(lack,))


@pytest.mark.parametrize("name", ["badge", "guardian", "air_good_at"])
@pytest.mark.parametrize("away", [timedelta(0), -SECOND, 11 * SECOND], ids=["at the start", "before it", "to come"])
def test_nothing_counts_that_was_shown_before_the_work_began_or_lies_ahead(
    working: Desk, name: str, away: timedelta
) -> None:
    when = began(working.permit) + away
    person = {"badge": WORKER, "guardian": GUARDIAN}.get(name)
    told = when if person is None else SeenAt(person=person, at=when)
    assert asked(working, shown(working, **{name: told})).until is None


def test_it_ends_at_the_very_second_what_was_shown_is_too_old(working: Desk) -> None:
    last = SECOND + BOUNDS.air - timedelta(microseconds=1)
    assert asked(working, shown(working), after=last).until is not None
    assert asked(working, shown(working), after=SECOND + BOUNDS.air).lacks == (Lack.AIR,)


def test_who_does_not_work_there_opens_nothing(working: Desk) -> None:
    then = began(working.permit) + SECOND
    assert asked(working, shown(working, badge=SeenAt(person=LEADER, at=then))).until is not None
    for other in (GUARDIAN, SAFETY, APPLICANT):
        assert asked(working, shown(working, badge=SeenAt(person=other, at=then))).lacks == (Lack.IDENTITY,)


def test_it_is_the_guardian_of_now_who_must_be_there(working: Desk) -> None:
    then = began(working.permit) + SECOND
    assert asked(working, shown(working, guardian=SeenAt(person=LEADER, at=then))).lacks == (Lack.POSITION,)


def test_after_a_restart_everything_is_shown_again(working: Desk) -> None:
    restarted = began(working.permit) + 2 * SECOND
    found = asked(working, shown(working), since=restarted)
    assert found == Release(until=None, lacks=(Lack.IDENTITY, Lack.POSITION, Lack.AIR))


def test_after_a_stop_everything_is_shown_again(working: Desk) -> None:
    resumed = replace(working.permit, resumed_at=began(working.permit) + 5 * SECOND)
    found = release(resumed, shown(working), bounds=BOUNDS, since=at("00:01"), now=began(resumed) + 10 * SECOND)
    assert found.lacks == (Lack.IDENTITY, Lack.POSITION, Lack.AIR)


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.ACTIVE])
def test_only_work_under_way_is_served(working: Desk, status: Status) -> None:
    still = replace(working.permit, status=status)
    found = release(still, shown(working), bounds=BOUNDS, since=at("00:01"), now=began(still) + 10 * SECOND)
    assert found == Release(until=None, lacks=(Lack.NOT_AT_WORK,))


def test_never_longer_than_the_paper(working: Desk) -> None:
    end = working.permit.valid_until
    assert end is not None
    late = end - 5 * SECOND
    fresh = Shown(badge=SeenAt(person=WORKER, at=late), guardian=SeenAt(person=GUARDIAN, at=late), air_good_at=late)
    just = release(working.permit, fresh, bounds=BOUNDS, since=at("00:01"), now=end - SECOND)
    assert just.until == end
    assert release(working.permit, fresh, bounds=BOUNDS, since=at("00:01"), now=end).lacks == (Lack.NOT_AT_WORK,)


def test_work_whose_rules_know_no_air_shows_the_other_two(working: Desk) -> None:
    law = replace(working.permit.law, gas=None)
    permit = replace(working.permit, rules=law)
    found = release(
        permit, shown(working, air_good_at=None), bounds=BOUNDS, since=at("00:01"), now=began(permit) + 10 * SECOND
    )
    assert found.until == began(permit) + SECOND + BOUNDS.identity


@pytest.mark.parametrize("wrong", [timedelta(0), timedelta(hours=1, seconds=1)])
def test_no_plant_lets_anything_stand_for_ever(wrong: timedelta) -> None:
    with pytest.raises(ValueError, match="at the most"):
        Bounds(position=wrong)


# --- what events tell the outputs


def orders(desk: Desk, command: c.Command) -> list[Order]:
    before = len(desk.done)
    desk.ask(command)
    return [effect.order for effect in desk.done[before:] if isinstance(effect, Drive)]


@pytest.mark.parametrize(
    ("work", "reason", "wanted"),
    [
        (WorkType.HOT, SuspendReason.WIND, [Order.LOCK]),
        (WorkType.HOT, SuspendReason.GAS, [Order.LOCK, Order.SOUND]),
        (WorkType.HOT, SuspendReason.DEVICE_ALARM, [Order.LOCK, Order.SOUND]),
        (WorkType.HOT, SuspendReason.EMERGENCY, [Order.LOCK, Order.SOUND]),
        (WorkType.CONFINED_SPACE, SuspendReason.DEVICE_SILENT, [Order.LOCK, Order.SOUND]),
    ],
)
def test_a_stop_locks_and_one_that_evacuates_sounds(work: WorkType, reason: SuspendReason, wanted: list[Order]) -> None:
    desk = Desk(work).reach(Status.ACTIVE)
    stop = c.StopWork(by=CLOCK, at=desk.now, reason=reason)
    assert orders(desk, stop) == wanted
    same = WorkSuspended(by=Actor.clock(), at=desk.now, reason=reason, text="", evacuate=True)
    assert driven(same, desk.permit, desk.permit) == ()


def test_a_graver_reason_on_top_sounds(working: Desk) -> None:
    desk = Desk().reach(Status.ACTIVE)
    assert orders(desk, desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND)) == [Order.LOCK]
    assert orders(desk, desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY)) == [Order.SOUND]


def test_the_end_of_work_locks() -> None:
    desk = Desk().reach(Status.ACTIVE).to("10:00")
    assert orders(desk, desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == [Order.LOCK]


def test_a_permit_that_runs_out_at_work_locks() -> None:
    desk = Desk().reach(Status.ACTIVE)
    end = desk.permit.valid_until
    assert end is not None
    desk.now = end
    assert orders(desk, desk.tick(c.ValidityEnded)) == [Order.LOCK]


def test_nothing_is_ever_released_by_an_event() -> None:
    assert set(Order) == {Order.LOCK, Order.SOUND}
    desk = Desk(WorkType.CONFINED_SPACE).reach(Status.ACTIVE)
    assert not [effect for effect in desk.done if isinstance(effect, Drive)]
