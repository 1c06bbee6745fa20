"""The message budget over a plant's month: 480 people, permits side by side, late answers, stops, kills.

Every day a few permits are walked; the deep test walks 200 over thirty days, and its table stands in docs/attention.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.month import Pushed, Stage, Telling, telling
from tests.support.month_lives import Life
from tests.support.month_plan import Row, jobs, most_in, printed, table, too_soon, wanted
from tests.support.office import at, template
from workflow.effects import Lane, Purpose
from workflow.manners import Manners
from workflow.permit import events as e
from workflow.permit.state import Permit, Status

MANNERS = Manners()
QUARTER = timedelta(minutes=15)


@pytest.mark.parametrize(
    ("permits", "days", "seed"),
    [(4, 1, 7), pytest.param(200, 30, 11, marks=pytest.mark.deep), pytest.param(40, 6, 3, marks=pytest.mark.deep)],
)
@pytest.mark.timeout(3600)
async def test_a_month_stays_within_its_budget(
    tmp_path: Path, tell: Callable[[str], None], permits: int, days: int, seed: int
) -> None:
    world = telling(template(tmp_path), at("07:00"), seed=seed, kills=0.005)
    try:
        stage = Stage(world)
        lives = [Life(stage, job) for job in jobs(permits, days, seed)]
        await stage.run([(life.job.asked, life.live()) for life in lives], at("07:00") + timedelta(days=days + 2))
        ends = {life.number: await world.permit(life.number) for life in lives}
        tell(f"{permits} permits\n{printed(table(ends, world.pushed))}")
        assert Counter(permit.status for permit in ends.values()) == {Status.CLOSED: permits}
        _budgets(table(ends, world.pushed))
        _each_step_once(world.pushed)
        _manners(world, ends)
        for number in ends:
            events = await world.events(number)
            _silent_once_taken(number, events, world.pushed)
            _rung_by_rung(events)
        _nothing_is_left(await world.writer.submit(lambda tx: tx.agenda_counts()))
    finally:
        world.writer.stop_blocking()


def _budgets(rows: list[Row]) -> None:
    """Per permit, stops and prompts apart: a worker four pushes; an approver a card and a reminder for a step."""
    by = {row.role: row for row in rows}
    assert by["作业人"].worst <= 4
    assert by["申请人"].worst <= 5, "the leader: prepare, issued, the last warning, accept; and that it is over"
    assert by["监护人"].worst <= 3, "one card, edited in place; the watch; the closing photo"
    assert by["群"].worst <= 2
    assert by["审批、值班、管理"].p95 <= 6


def _each_step_once(pushed: list[Pushed]) -> None:
    """Nobody is asked twice for one step, nor reminded of it more than once."""
    asked = Counter((one.to, one.permit, one.key) for one in pushed if one.purpose == Purpose.ASK_APPROVE.value)
    assert set(asked.values()) <= {1}
    reminded: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in pushed:
        if one.purpose == Purpose.REMIND.value:
            step = ":".join(one.key.split(":")[2:4])
            assert step not in reminded[one.to, one.permit], f"{one.to} is reminded of {step} again"
            reminded[one.to, one.permit].add(step)


def _silent_once_taken(number: str, events: list[e.Event], pushed: list[Pushed]) -> None:
    """Once a superior took charge of a step nobody hears of its lateness any more."""
    for taken in (event for event in events if isinstance(event, e.EscalationAcknowledged)):
        late = [one for one in pushed if one.permit == number and one.purpose in _LATE and one.at > taken.at]
        assert [one for one in late if f":{taken.node}:" in one.key] == []


def _rung_by_rung(events: list[e.Event]) -> None:
    """Of each step: a reminder at most once and before it is late, then rung by rung, nobody on two of them."""
    rungs: list[e.NodeEscalated] = []
    reminded = False
    for event in events:
        if isinstance(event, _ASKS):
            rungs, reminded = [], False
        elif isinstance(event, e.NodeReminded):
            assert not rungs
            assert not reminded
            reminded = True
        elif isinstance(event, e.NodeEscalated):
            assert event.level == len(rungs) + 1
            assert event.to is None or event.to not in [one.to for one in rungs]
            rungs.append(event)


_ASKS = (e.PermitSubmitted, e.RequestAccepted, e.ReviewRequested, e.StepApproved, e.ReturnedForChange)
_LATE = frozenset({Purpose.REMIND.value, Purpose.ESCALATED.value})


def _manners(world: Telling, ends: dict[str, Permit]) -> None:
    assert too_soon(world.pushed, QUARTER) == []
    for one in world.pushed:
        wake = MANNERS.wake(one.at, world.house.zone)
        if wanted(one) and wake is not None:
            assert ends[one.permit].what.planned.start < wake, f"could have waited for the morning: {one}"
    assert most_in(world.pushed, timedelta(minutes=1)) <= 15, "half of what the platform takes for one person"
    assert most_in(world.pushed, timedelta(hours=1)) <= 500
    alarms = [one for one in world.pushed if one.lane is Lane.SAFETY and one.purpose == Purpose.SUSPENDED.value]
    last: dict[tuple[str, str], Pushed] = {}
    for one in alarms:
        before = last.get((one.to, one.permit))
        assert before is None or one.at - before.at >= MANNERS.storm, f"a storm: {before}, {one}"
        last[one.to, one.permit] = one


def _nothing_is_left(counts: dict[tuple[str, str], int]) -> None:
    """Every message left, none was given up, whatever was killed."""
    assert {state for _, state in counts} == {"done"}
