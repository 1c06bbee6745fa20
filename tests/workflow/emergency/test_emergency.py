"""An emergency is a state of its zone: anybody calls it, a few lift it with a reason, and nobody else ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

import pytest

from workflow.emergency import commands as c
from workflow.emergency import events as e
from workflow.emergency.decide import Facts, decide, may_lift
from workflow.emergency.evolve import evolve
from workflow.emergency.state import PLANT, InForce, Zone
from workflow.errors import ImpossibleEvent, NaiveTime, Refused
from workflow.ids import DeviceId, PersonId, SiteId
from workflow.plant import Person
from workflow.rules.types import Role
from workflow.values import Actor

SITE = SiteId("hc")
NOW = datetime(2026, 3, 18, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WORKER, SAFETY, CHIEF, BOSS = (PersonId(name) for name in ("worker", "safety", "chief", "boss"))
PEOPLE = {one: Person(id=one, site=SITE, name=f"<{one}>", department="d") for one in (WORKER, SAFETY, CHIEF, BOSS)}
HOLDERS = {Role.SAFETY_DEPT: (SAFETY,), Role.CHIEF: (CHIEF,)}
FACTS = Facts(people=PEOPLE, lifters=(SAFETY, BOSS))
BLANK = Zone(id="TK2", site=SITE)


def ask(zone: Zone, command: c.Command, facts: Facts = FACTS) -> Zone:
    return reduce(evolve, decide(zone, command, facts), zone)


def call(who: PersonId = WORKER) -> c.Call:
    return c.Call(by=Actor.person(who), at=NOW)


def lift(who: PersonId = SAFETY, reason: str = "泄漏已堵住") -> c.Lift:
    return c.Lift(by=Actor.person(who), at=NOW, reason=reason)


def refused(zone: Zone, command: c.Command, facts: Facts = FACTS) -> str:
    with pytest.raises(Refused) as no:
        decide(zone, command, facts)
    (finding,) = no.value.findings
    return f"{finding.gate} {finding.cure}"


def test_anybody_calls_it_and_a_second_call_changes_nothing() -> None:
    zone = ask(BLANK, call())
    assert (zone.in_force, zone.called_by, zone.called_at) == (True, WORKER, NOW)
    assert ask(zone, call(CHIEF)) is zone


def test_it_is_lifted_by_a_named_person_with_a_reason_and_may_be_called_again() -> None:
    zone = ask(ask(BLANK, call()), lift())
    assert (zone.in_force, zone.lifted_by, zone.reason) == (False, SAFETY, "泄漏已堵住")
    assert ask(zone, call()).in_force


def test_a_lift_needs_the_post_a_reason_and_an_emergency() -> None:
    zone = ask(BLANK, call())
    assert refused(BLANK, lift()).startswith("emergency.none")
    assert "请联系<safety>、<boss>解除" in refused(zone, lift(WORKER))
    assert refused(zone, lift(reason=" 好了 ")).startswith("emergency.reason")
    assert "请系统管理员登记值班领导" in refused(zone, lift(), replace(FACTS, lifters=()))


@pytest.mark.parametrize("actor", [Actor.clock(), Actor.device(DeviceId("d")), Actor.person(PersonId("nobody"))])
def test_neither_the_clock_nor_a_device_nor_a_stranger_lifts_it(actor: Actor) -> None:
    zone = ask(BLANK, call())
    facts = replace(FACTS, lifters=(*FACTS.lifters, PersonId(actor.id)))
    assert refused(zone, c.Lift(by=actor, at=NOW, reason="泄漏已堵住"), facts).startswith("who.known")


def test_somebody_who_left_the_plant_lifts_nothing() -> None:
    gone = {**PEOPLE, SAFETY: replace(PEOPLE[SAFETY], active=False)}
    assert refused(ask(BLANK, call()), lift(), replace(FACTS, people=gone)).startswith("who.known")


@pytest.mark.parametrize(
    ("zone", "duty", "lifters"),
    [
        ("TK2", BOSS, (SAFETY, BOSS, CHIEF)),
        (PLANT, BOSS, (BOSS, CHIEF)),
        (PLANT, None, (CHIEF,)),
        ("TK2", CHIEF, (SAFETY, CHIEF)),
    ],
)
def test_who_may_lift_it(zone: str, duty: PersonId | None, lifters: tuple[PersonId, ...]) -> None:
    assert may_lift(zone, HOLDERS, duty) == lifters
    assert may_lift(zone, {}, None) == ()


def test_the_journal_holds_no_emergency_lifted_twice_called_twice_or_by_nobody() -> None:
    called = e.EmergencyCalled(by=Actor.person(WORKER), at=NOW)
    lifted = e.EmergencyLifted(by=Actor.person(SAFETY), at=NOW, reason="好了好了")
    for forged in (
        (lifted,), (called, called), (called, lifted, lifted), (replace(called, by=Actor.clock()),),
        (called, replace(lifted, by=Actor.clock())),
    ):  # fmt: skip
        with pytest.raises(ImpossibleEvent):
            reduce(evolve, forged, BLANK)


def test_times_are_aware() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(NaiveTime):
        InForce(zone="TK2", where="", by=WORKER, at=naive)
    with pytest.raises(NaiveTime):
        c.Call(by=Actor.person(WORKER), at=naive)
    with pytest.raises(NaiveTime):
        e.EmergencyCalled(by=Actor.person(WORKER), at=naive)
