"""Who stands in for whom: one deputy, no chains, nothing the one who is away could not sign himself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.works import CHIEF, DIRECTOR, GUARDIAN, HOUR, SAFETY, SECOND, STRANGER, UNIT_HEAD, Desk, at, people
from workflow.delegation import (
    LONGEST,
    Absences,
    come_back,
    evolve,
    go_away,
    spent,
    standing_in,
    with_deputies,
)
from workflow.errors import Refused
from workflow.ids import PersonId, SiteId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Interval

BLANK = Absences(id="absences", site=SiteId("hc"), known={})
NOW = at("06:00")
TODAY = Interval(start=at("06:00"), end=at("18:00"))


def away(state: Absences, who: PersonId, deputy: PersonId, during: Interval = TODAY, now: datetime = NOW) -> Absences:
    for event in go_away(state, by=who, deputy=deputy, during=during, people=people(), at=now):
        state = evolve(state, event)
    return state


def refused(state: Absences, who: PersonId, deputy: PersonId, during: Interval = TODAY, **known: bool) -> list[str]:
    register = people()
    if known:
        register[deputy] = replace(register[deputy], active=False)
    with pytest.raises(Refused) as no:
        go_away(state, by=who, deputy=deputy, during=during, people=register, at=NOW)
    return [one.gate for one in no.value.findings]


def test_somebody_is_away_from_a_moment_on_until_a_moment() -> None:
    state = away(BLANK, UNIT_HEAD, CHIEF)
    assert [len(state.at(moment)) for moment in (at("05:59"), at("06:00"), at("17:59"), at("18:00"))] == [0, 1, 1, 0]
    for event in come_back(state, by=UNIT_HEAD, at=NOW):
        state = evolve(state, event)
    assert state.at(at("07:00")) == ()
    assert come_back(state, by=UNIT_HEAD, at=NOW) == ()


def test_a_deputy_is_a_colleague_who_is_there() -> None:
    assert refused(BLANK, UNIT_HEAD, UNIT_HEAD) == ["away.deputy"]
    assert refused(BLANK, UNIT_HEAD, PersonId("nobody")) == ["away.deputy"]
    assert refused(BLANK, UNIT_HEAD, CHIEF, active=False) == ["away.deputy"]


def test_an_absence_has_an_end_that_is_near_and_to_come() -> None:
    past = Interval(start=NOW - 2 * HOUR, end=NOW)
    long = Interval(start=NOW, end=NOW + LONGEST + timedelta(minutes=1))
    assert refused(BLANK, UNIT_HEAD, CHIEF, past) == refused(BLANK, UNIT_HEAD, CHIEF, long) == ["away.time"]


def test_there_are_no_chains() -> None:
    state = away(BLANK, UNIT_HEAD, CHIEF)
    assert refused(state, CHIEF, DIRECTOR) == ["away.chain"], "who stands in for somebody hands it to nobody"
    assert refused(state, SAFETY, UNIT_HEAD) == ["away.chain"], "who is away stands in for nobody"
    tomorrow = Interval(start=TODAY.end, end=TODAY.end + HOUR)
    away(state, CHIEF, DIRECTOR, tomorrow)


def test_whoever_is_away_in_the_end_stands_in_for_nobody() -> None:
    """However it came to be: two who named each other at the same moment."""
    state = replace(BLANK, known={**away(BLANK, UNIT_HEAD, CHIEF).known, **away(BLANK, CHIEF, DIRECTOR).known})
    assert {one.person for one in state.at(at("07:00"))} == {CHIEF}


def test_a_deputy_holds_only_what_the_plant_trusts_him_with() -> None:
    here = {Role.SITE_UNIT: (UNIT_HEAD,), Role.SAFETY_DEPT: (SAFETY,)}
    anywhere = {Role.SITE_UNIT: (UNIT_HEAD, SECOND), Role.SAFETY_DEPT: (SAFETY,)}

    def deputies(deputy: PersonId) -> dict[Role, list[PersonId]]:
        state = away(BLANK, UNIT_HEAD, deputy)
        return {role: list(one) for role, one in standing_in(state.at(NOW), here, anywhere, people()).items()}

    assert deputies(SECOND) == {Role.SITE_UNIT: [SECOND]}, "he has the same post elsewhere"
    assert deputies(CHIEF) == {Role.SITE_UNIT: [CHIEF]}, "a superior"
    assert deputies(GUARDIAN) == {}, "not anybody"
    known = standing_in(away(BLANK, UNIT_HEAD, CHIEF).at(NOW), here, anywhere, people())
    assert with_deputies(here, known)[Role.SITE_UNIT] == (UNIT_HEAD, CHIEF), "who is away may still come back for it"
    assert with_deputies(here, {}) is here


def test_a_deputy_is_worth_no_more_than_those_he_stands_in_for() -> None:
    assert spent((UNIT_HEAD,), (UNIT_HEAD, STRANGER))
    assert not spent((UNIT_HEAD, SAFETY), (UNIT_HEAD,))


# --- signing --------------------------------------------------------------------------------------------------------


def desk_with(role: Role, deputy: PersonId, *principals: PersonId) -> Desk:
    """A permit in review, and somebody who stands in at one node."""
    desk = Desk().reach(Status.IN_REVIEW)
    desk.changed["standing_in"] = {role: {deputy: principals}}
    holders = dict(desk.facts().holders)
    desk.changed["holders"] = {**holders, role: (*holders[role], deputy)}
    return desk


def test_a_deputy_signs_and_the_journal_says_for_whom() -> None:
    desk = desk_with(Role.SITE_UNIT, CHIEF, UNIT_HEAD)
    desk.ask(desk.check_in(CHIEF))
    (signed, *_) = desk.ask(desk.approve(CHIEF, "site_unit"))
    assert isinstance(signed, e.StepApproved)
    assert (signed.by.id, signed.instead_of) == (CHIEF, UNIT_HEAD)
    assert desk.permit.signatures[0].instead_of == UNIT_HEAD
    assert desk.refused(desk.approve(UNIT_HEAD, "safety_dept"))[0] == "who.once", "his word is given"


def test_nobody_signs_his_own_work_through_a_deputy() -> None:
    desk = desk_with(Role.SITE_UNIT, CHIEF, GUARDIAN)
    desk.ask(desk.check_in(CHIEF))
    assert "who.once" in desk.refused(desk.approve(CHIEF, "site_unit"))


def test_nobody_takes_in_his_own_work_through_a_deputy() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    desk.changed["standing_in"] = {Role.SITE_UNIT: {CHIEF: (GUARDIAN,)}}
    desk.changed["holders"] = {**desk.facts().holders, Role.SITE_UNIT: (UNIT_HEAD, CHIEF)}
    assert desk.refused(desk.by(CHIEF, c.AcceptRequest)) == ["who.role"]
    desk.changed["standing_in"] = {Role.SITE_UNIT: {CHIEF: (GUARDIAN, UNIT_HEAD)}}
    desk.ask(desk.by(CHIEF, c.AcceptRequest))


def test_nobody_signs_twice_through_a_deputy() -> None:
    desk = desk_with(Role.SAFETY_DEPT, DIRECTOR, UNIT_HEAD)
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    assert "who.once" in desk.refused(desk.approve(DIRECTOR, "safety_dept"))
