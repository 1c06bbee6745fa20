"""Whom a late step climbs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.works import (
    APPLICANT,
    CHIEF,
    DIRECTOR,
    DUTY,
    HOUR,
    MINUTE,
    SAFETY,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    people,
)
from workflow.escalation import ACCEPT, late_from, next_rung, waiting
from workflow.ids import PersonId
from workflow.permit.state import Status
from workflow.rules.types import Role


def rung(asked: tuple[PersonId, ...], told: tuple[PersonId, ...] = (), **changes: Any) -> PersonId | None:
    parts: dict[str, Any] = {"barred": (), "people": people(), "duty_leader": DUTY, **changes}
    return next_rung(asked=asked, told=told, **parts)


def test_rung_by_rung_to_the_top_then_the_duty_leader_and_then_nobody() -> None:
    told: tuple[PersonId, ...] = ()
    climbed = []
    for _ in range(5):
        to = rung((WORKER,), told)
        assert to is not None
        climbed.append(to)
        told = (*told, to)
    assert climbed == [PersonId("wang"), UNIT_HEAD, CHIEF, DIRECTOR, DUTY]
    assert rung((WORKER,), told) is None, "nobody is told the same thing twice"


def test_several_holders_climb_side_by_side() -> None:
    known = people()
    known[STRANGER] = replace(known[STRANGER], superior=DUTY)
    asked = (UNIT_HEAD, STRANGER)
    assert rung(asked, people=known) == CHIEF
    assert rung(asked, (CHIEF,), people=known) == DUTY
    assert rung(asked, (CHIEF, DUTY), people=known) == DIRECTOR


@pytest.mark.parametrize(
    ("changes", "to"),
    [
        ({"barred": (CHIEF,)}, DIRECTOR),
        ({"barred": (CHIEF, DIRECTOR)}, DUTY),
        ({"barred": (CHIEF, DIRECTOR, DUTY)}, None),
        ({"duty_leader": None, "barred": (CHIEF, DIRECTOR)}, None),
    ],
)
def test_people_of_the_request_are_climbed_over(changes: dict[str, Any], to: PersonId | None) -> None:
    assert rung((UNIT_HEAD,), **changes) == to


def test_people_who_left_or_are_unknown_are_climbed_over() -> None:
    known = people()
    known[CHIEF] = replace(known[CHIEF], active=False)
    assert rung((UNIT_HEAD,), people=known) == DIRECTOR
    del known[CHIEF]
    assert rung((UNIT_HEAD,), people=known) == DUTY
    assert rung((PersonId("nobody"),), people=known) == DUTY


def test_a_circle_of_superiors_ends() -> None:
    known = people()
    known[DIRECTOR] = replace(known[DIRECTOR], superior=UNIT_HEAD)
    assert rung((UNIT_HEAD,), (CHIEF, DIRECTOR), people=known) == DUTY


def test_nobody_holds_the_post() -> None:
    assert rung(()) == DUTY


def test_those_asked_are_not_told_as_superiors() -> None:
    assert rung((UNIT_HEAD, CHIEF)) == DIRECTOR


def test_what_is_waited_for() -> None:
    desk = Desk()
    assert waiting(desk.permit, desk.now) is None
    desk.reach(Status.SUBMITTED)
    step = waiting(desk.permit, at("05:00"))
    assert step is not None
    assert (step.key, step.role, step.wait) == (ACCEPT, Role.SITE_UNIT, 30 * MINUTE)
    desk.reach(Status.PREPARING)
    assert waiting(desk.permit, desk.now) is None
    desk.reach(Status.IN_REVIEW)
    step = waiting(desk.permit, desk.now)
    assert step is not None
    assert (step.key, step.role) == ("site_unit", Role.SITE_UNIT)


def test_near_the_planned_start_a_step_waits_less() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept")):
        desk.ask(desk.check_in(who))
        desk.ask(desk.approve(who, key))
    waits = [step.wait for moment in ("06:00", "06:01", "09:00") if (step := waiting(desk.permit, at(moment)))]
    assert waits == [30 * MINUTE, 10 * MINUTE, 10 * MINUTE]
    assert APPLICANT not in desk.permit.escalated_to


def test_the_last_signature_is_not_late_before_it_can_be_given() -> None:
    """Work planned for 08:00 and a paper that lasts eight hours: issued before midnight it would lapse too soon."""
    desk = Desk().reach(Status.IN_REVIEW)
    evening = at("08:00") - 12 * HOUR
    first = waiting(desk.permit, evening)
    assert first is not None
    assert late_from(desk.permit, first, evening) == evening + 30 * MINUTE
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept")):
        desk.ask(desk.check_in(who))
        desk.ask(desk.approve(who, key))
    last = waiting(desk.permit, evening)
    assert last is not None
    assert late_from(desk.permit, last, evening) == at("00:00") + 30 * MINUTE
    assert late_from(desk.permit, last, at("06:30")) == at("06:30") + 30 * MINUTE
