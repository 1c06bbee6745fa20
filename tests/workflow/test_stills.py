"""Pictures of the plant's cameras: when one is wanted, what its answer is worth, and what it never does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import CLOCK, GUARDIAN, HOUR, LEADER, MINUTE, Desk, make_ready, photo
from workflow.effects import TakeStill
from workflow.errors import ImpossibleEvent
from workflow.ids import DeviceId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.evolve import evolve
from workflow.permit.state import Status
from workflow.rules.types import Grade, Role
from workflow.stills import Occasion, OnSilence, Silence, StillRule, rule_for
from workflow.values import Actor, WorkType

CAMERA = Actor.device(DeviceId("cam-1"))


def answer(desk: Desk, key: str = "begin:1:cam-1", *, by: Actor = CAMERA, **parts: Any) -> c.RecordStill:
    """The camera's picture; with ``silence`` it has none."""
    said = {"media": photo("still"), "taken_at": desk.now} if "silence" not in parts else {}
    return c.RecordStill(
        by=by, at=desk.now, key=key, occasion=Occasion.BEGIN, camera=DeviceId("cam-1"), name="罐顶", asked_at=desk.now,
        **{**said, **parts},
    )  # fmt: skip


def wanted(desk: Desk) -> list[Occasion]:
    return [one.occasion for one in desk.done if isinstance(one, TakeStill)]


# --- what the plant asks ----------------------------------------------------------------------------------------------


def rule(works: WorkType = WorkType.HOT, **parts: Any) -> StillRule:
    return StillRule(works=frozenset({works}), **parts)


def test_of_several_rules_the_stricter_of_each_counts() -> None:
    rules = (
        rule(every=3 * HOUR, earliest=HOUR, silent=OnSilence.SUSPEND),
        rule(grades=frozenset({Grade.SPECIAL}), every=HOUR, silent=OnSilence.TELL),
        rule(WorkType.LIFT, every=30 * MINUTE),
    )
    special = rule_for(rules, WorkType.HOT, Grade.SPECIAL)
    assert special is not None
    assert (special.every, special.soonest, special.silent) == (HOUR, 20 * MINUTE, OnSilence.SUSPEND)
    second = rule_for(rules, WorkType.HOT, Grade.SECOND)
    assert second is not None
    assert (second.every, second.soonest) == (3 * HOUR, HOUR)
    assert rule_for(rules, WorkType.HEIGHT, Grade.NONE) is None


@pytest.mark.parametrize(
    ("every", "earliest"),
    [(None, 10 * MINUTE), (14 * MINUTE, None), (HOUR, HOUR), (HOUR, 4 * MINUTE), (HOUR, timedelta(0))],
)
def test_chance_has_bounds(every: timedelta | None, earliest: timedelta | None) -> None:
    with pytest.raises(ValueError, match="soonest"):
        rule(every=every, earliest=earliest)


# --- when one is wanted -----------------------------------------------------------------------------------------------


def test_a_picture_is_wanted_as_work_begins_and_with_every_new_reason_to_stop() -> None:
    desk = Desk().reach(Status.ISSUED)
    assert wanted(desk) == []
    desk.reach(Status.ACTIVE)
    assert wanted(desk) == [Occasion.BEGIN]
    stop = c.StopWork(by=Actor.person(GUARDIAN), at=desk.now, reason=SuspendReason.STOP_WORK, text="停")
    desk.ask(stop)
    assert wanted(desk) == [Occasion.BEGIN, Occasion.STOP]
    assert desk.refused(stop) == ["late.done"]
    assert wanted(desk) == [Occasion.BEGIN, Occasion.STOP]
    desk.ask(c.StopWork(by=CAMERA, at=desk.now, reason=SuspendReason.DEVICE_ALARM, text="报警"))
    assert wanted(desk) == [Occasion.BEGIN, Occasion.STOP, Occasion.STOP]
    keys = [one.key for one in desk.done if isinstance(one, TakeStill)]
    assert len(set(keys)) == 3


def test_work_that_runs_out_is_shown_and_work_that_ends_in_order_is_not() -> None:
    desk = Desk().reach(Status.ACTIVE)
    assert desk.permit.valid_until is not None
    desk.now = desk.permit.valid_until
    desk.ask(desk.tick(c.ValidityEnded))
    assert desk.permit.status is Status.EXPIRED
    assert wanted(desk) == [Occasion.BEGIN, Occasion.STOP]
    desk = Desk().reach(Status.ACTIVE)
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert desk.permit.finished_at is not None
    assert wanted(desk) == [Occasion.BEGIN]


# --- what came of it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", [False, True])
def test_the_answer_is_a_line_of_the_journal_and_no_more(over: bool) -> None:
    desk = Desk().reach(Status.ACTIVE)
    if over:
        desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    status = desk.permit.status
    (taken,) = desk.ask(answer(desk))
    assert isinstance(taken, e.StillTaken)
    assert (taken.media, taken.by, taken.taken_at) == (photo("still"), CAMERA, desk.now)
    (silent,) = desk.ask(answer(desk, "stop:2:cam-1", by=CLOCK, silence=Silence.UNANSWERED))
    assert isinstance(silent, e.CameraSilent)
    assert (silent.why, silent.key) == (Silence.UNANSWERED, "stop:2:cam-1")
    assert desk.permit.status is status
    assert [one.media for one in desk.permit.stills] == [photo("still"), None]


def test_of_two_answers_to_one_wish_the_first_counts() -> None:
    desk = Desk().reach(Status.ACTIVE)
    desk.ask(answer(desk, by=CLOCK, silence=Silence.UNANSWERED))
    assert desk.ask(answer(desk)) == ()
    assert [one.media for one in desk.permit.stills] == [None]
    twice = e.StillTaken(
        by=CAMERA, at=desk.now, key="begin:1:cam-1", occasion=Occasion.BEGIN, camera=DeviceId("cam-1"), name="罐顶",
        asked_at=desk.now, taken_at=desk.now, media=photo("still"),
    )  # fmt: skip
    with pytest.raises(ImpossibleEvent, match="twice"):
        evolve(desk.permit, twice)


def test_no_picture_starts_resumes_or_answers_anything() -> None:
    desk = Desk().reach(Status.ISSUED)
    make_ready(desk)
    assert "late.status" in desk.refused(answer(desk))
    desk = Desk().reach(Status.ACTIVE)
    desk.ask(c.StopWork(by=Actor.person(GUARDIAN), at=desk.now, reason=SuspendReason.STOP_WORK, text="停"))
    before = desk.permit
    (taken,) = desk.ask(answer(desk))
    assert isinstance(taken, e.StillTaken)
    assert (desk.permit.status, desk.permit.photos) == (Status.SUSPENDED, before.photos)
    assert "who.kind" in desk.refused(answer(desk, by=Actor.person(LEADER)))


def test_a_picture_has_a_time_and_a_silence_has_none() -> None:
    desk = Desk().reach(Status.ACTIVE)
    wrongs: tuple[dict[str, Any], ...] = ({"media": None}, {"taken_at": None}, {"media": None, "taken_at": None})
    for wrong in wrongs:
        with pytest.raises(ValueError, match="a picture with its time, or a silence"):
            answer(desk, **wrong)
    assert desk.permit.stills == ()
    assert Role.GUARDIAN in desk.permit.law.start_roles
