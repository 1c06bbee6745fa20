"""A lock comes off by its owner's hand alone, and never while somebody's permit stands on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.errors import ImpossibleEvent, NaiveTime, Refused
from workflow.ids import AreaId, IsolationId, PermitId, PersonId, SiteId
from workflow.isolation import commands as c
from workflow.isolation import events as e
from workflow.isolation.decide import Citing, Facts, decide
from workflow.isolation.evolve import evolve, fold
from workflow.isolation.state import LOCKS, TIGHT, Energy, Isolation, Method, Point, Stage
from workflow.plant import Person
from workflow.values import Actor

ID, SITE = IsolationId("GL-HC-20260318-001"), SiteId("hc")
OWNER, SECOND, SAFETY, THIRD, GONE = map(PersonId, ("wang", "li", "sun", "qian", "zhou"))
AT = datetime(2026, 3, 18, 0, 0, tzinfo=UTC)
PERMIT, OTHER = PermitId("SXKJ-HC-20260318-001"), PermitId("DHZY-HC-20260318-002")
PEOPLE = {
    one: Person(id=one, site=SITE, name=f"人{one}", department="", active=one != GONE)
    for one in (OWNER, SECOND, SAFETY, THIRD, GONE)
}
POINT = Point(
    area=AreaId("tk"),
    equipment=None,
    what="2号罐进料阀",
    energy=Energy.PROCESS,
    method=Method.VALVE_LOCK,
    lock="L12",
    tag="P34",
)


@dataclass(slots=True)
class Register:
    """One isolation and what the office knows around it."""

    facts: Facts = field(
        default_factory=lambda: Facts(
            people=PEOPLE,
            safety=(SAFETY,),
            permits={PERMIT: Citing(over=False, place="2号罐"), OTHER: Citing(over=False, place="泵房")},
        )
    )
    now: datetime = AT
    state: Isolation = field(default_factory=lambda: Isolation(id=ID, site=SITE))
    events: list[e.Event] = field(default_factory=list)

    def ask(self, who: PersonId, kind: type[Any], **parts: Any) -> list[str]:
        self.now += timedelta(minutes=1)
        found = decide(self.state, kind(by=Actor.person(who), at=self.now, **parts), self.facts)
        for event in found:
            self.state = evolve(self.state, event)
            self.events.append(event)
        assert fold(ID, SITE, self.events) == self.state
        return [type(event).__name__ for event in found]

    def refused(self, who: PersonId, kind: type[Any], **parts: Any) -> str:
        before = self.state
        with pytest.raises(Refused) as refusal:
            self.ask(who, kind, **parts)
        assert self.state == before
        (finding,) = refusal.value.findings
        return finding.gate

    def over(self, *permits: PermitId) -> Register:
        changed = {one: replace(known, over=one in permits) for one, known in self.facts.permits.items()}
        self.facts = replace(self.facts, permits=changed)
        return self


def locked() -> Register:
    desk = Register()
    assert desk.ask(OWNER, c.LockOn, point=POINT) == ["LockedOn"]
    return desk


def test_the_whole_life() -> None:
    desk = locked()
    assert desk.ask(SECOND, c.Prove, how="试车，不转") == ["ZeroEnergyProven"]
    assert desk.ask(THIRD, c.Cite, permit=PERMIT) == ["CitedByPermit"]
    assert desk.refused(OWNER, c.LockOff) == "isolation.cited"
    desk.over(PERMIT)
    assert desk.ask(OWNER, c.LockOff) == ["LockedOff"]
    assert (desk.state.stage, desk.state.ended_by, desk.state.broken) == (Stage.OFF, OWNER, "")
    for who, kind, parts in (
        (OWNER, c.LockOff, {}),
        (SECOND, c.Prove, {"how": "x"}),
        (THIRD, c.Cite, {"permit": OTHER}),
    ):
        assert desk.refused(who, kind, **parts) == "isolation.on"


@pytest.mark.parametrize("known", [True, False])
def test_a_permit_that_is_open_or_unknown_keeps_the_lock_on(*, known: bool) -> None:
    desk = locked()
    desk.ask(THIRD, c.Cite, permit=PERMIT)
    desk.ask(THIRD, c.Cite, permit=OTHER)
    desk.over(PERMIT)
    if not known:
        desk.facts = replace(desk.facts, permits={PERMIT: desk.facts.permits[PERMIT]})
    assert desk.refused(OWNER, c.LockOff) == "isolation.cited"
    assert desk.refused(SAFETY, c.BreakLock, reason="锁主住院，现场已确认") == "isolation.cited"


def test_a_key_in_a_box_under_somebodys_lock_stays_there() -> None:
    desk = locked()
    desk.facts = replace(desk.facts, boxed=("X1号锁箱（王强）",))
    assert desk.refused(OWNER, c.LockOff) == "isolation.boxed"
    assert desk.refused(SAFETY, c.BreakLock, reason="锁主住院，现场已确认") == "isolation.boxed"
    desk.facts = replace(desk.facts, boxed=())
    assert desk.ask(OWNER, c.LockOff) == ["LockedOff"]


def test_nobody_takes_off_the_lock_of_somebody_else() -> None:
    desk = locked()
    assert desk.refused(SECOND, c.LockOff) == "isolation.own"
    assert desk.refused(SECOND, c.BreakLock, reason="急用") == "who.role"
    assert desk.refused(SAFETY, c.BreakLock, reason=" ") == "isolation.reason"
    assert desk.ask(SAFETY, c.BreakLock, reason="锁主离厂，电话确认；现场无人") == ["LockBroken"]
    assert (desk.state.stage, desk.state.ended_by) == (Stage.OFF, SAFETY)
    assert desk.state.broken


def test_the_safety_departments_own_lock_is_taken_off_the_usual_way() -> None:
    desk = Register()
    desk.ask(SAFETY, c.LockOn, point=POINT)
    assert desk.refused(SAFETY, c.BreakLock, reason="x") == "isolation.own"
    assert desk.ask(SAFETY, c.LockOff) == ["LockedOff"]


def test_a_second_person_proves_it_and_says_how() -> None:
    desk = locked()
    assert desk.refused(OWNER, c.Prove, how="试车") == "isolation.second"
    assert desk.refused(SECOND, c.Prove, how=" ") == "isolation.how"
    desk.ask(SECOND, c.Prove, how="验电，无电")
    assert (desk.state.proven_by, desk.state.proven_at) == (SECOND, desk.events[-1].at)
    assert desk.refused(THIRD, c.Prove, how="验电") == "isolation.done"


def test_a_lock_changes_hands_by_both_and_is_then_the_others() -> None:
    desk = locked()
    desk.ask(THIRD, c.Cite, permit=PERMIT)
    assert desk.refused(SECOND, c.Offer, to=SECOND) == "isolation.own"
    assert desk.refused(OWNER, c.Offer, to=OWNER) == "isolation.to"
    assert desk.refused(OWNER, c.Offer, to=GONE) == "isolation.to"
    assert desk.refused(SECOND, c.TakeOver) == "isolation.to"
    desk.ask(OWNER, c.Offer, to=SECOND)
    assert desk.refused(THIRD, c.TakeOver) == "isolation.to"
    assert desk.state.owner == OWNER
    desk.ask(SECOND, c.TakeOver)
    desk.over(PERMIT)
    assert desk.refused(OWNER, c.LockOff) == "isolation.own"
    assert desk.ask(SECOND, c.LockOff) == ["LockedOff"]


@pytest.mark.parametrize("method", list(Method))
def test_every_method_is_told_by_its_number(method: Method) -> None:
    desk = Register()
    bare = replace(POINT, method=method, lock="", tag="")
    assert desk.refused(OWNER, c.LockOn, point=bare) == "isolation.fields"
    told = replace(bare, lock="L1") if method in LOCKS else replace(bare, tag="M7")
    assert desk.ask(OWNER, c.LockOn, point=told) == ["LockedOn"]


def test_a_lock_is_on_one_thing_and_an_isolation_is_registered_once() -> None:
    desk = Register(facts=replace(Register().facts, lock_on=IsolationId("GL-HC-20260317-004")))
    assert desk.refused(OWNER, c.LockOn, point=POINT) == "isolation.lock"
    assert locked().refused(OWNER, c.LockOn, point=POINT) == "isolation.done"


def test_only_a_living_permit_cites_and_once() -> None:
    desk = locked().over(OTHER)
    assert desk.refused(THIRD, c.Cite, permit=OTHER) == "isolation.permit"
    assert desk.refused(THIRD, c.Cite, permit=PermitId("X")) == "isolation.permit"
    desk.ask(THIRD, c.Cite, permit=PERMIT)
    assert desk.refused(THIRD, c.Cite, permit=PERMIT) == "isolation.done"


def test_devices_strangers_and_people_who_left_ask_nothing() -> None:
    desk = locked()
    for by in (Actor.clock(), Actor.person(PersonId("nobody")), Actor.person(GONE)):
        with pytest.raises(Refused) as refusal:
            decide(desk.state, c.LockOff(by=by, at=AT), desk.facts)
        assert [finding.gate for finding in refusal.value.findings] == ["who.known"]


def test_only_a_blind_or_a_missing_spool_is_tight() -> None:
    """Never a water seal or a closed valve alone (6.1)."""
    assert {method for method in Method if method in TIGHT} == {Method.BLIND, Method.SPOOL_REMOVED}


def happened(kind: type[Any], who: PersonId | None = OWNER, **parts: Any) -> e.Event:
    by = Actor.clock() if who is None else Actor.person(who)
    event: e.Event = kind(by=by, at=AT, **parts)
    return event


@pytest.mark.parametrize(
    "event",
    [
        happened(e.LockedOn, point=POINT),
        happened(e.ZeroEnergyProven, how="x"),
        happened(e.LockTakenOver, SECOND),
        happened(e.LockedOff, SECOND),
        happened(e.LockBroken, reason="x"),
        happened(e.LockedOff, None),
    ],
)
def test_what_cannot_have_happened_is_never_folded(event: e.Event) -> None:
    with pytest.raises(ImpossibleEvent):
        evolve(locked().state, event)


def test_nothing_happens_before_the_lock_is_on() -> None:
    blank = Isolation(id=ID, site=SITE)
    for event in (happened(e.LockedOff), happened(e.CitedByPermit, permit=PERMIT), happened(e.RemovalRefused, why="x")):
        with pytest.raises(ImpossibleEvent):
            evolve(blank, event)


def test_times_carry_their_zone() -> None:
    with pytest.raises(NaiveTime):
        c.LockOff(by=Actor.person(OWNER), at=datetime(2026, 3, 18))  # noqa: DTZ001 - that is the mistake
    with pytest.raises(NaiveTime):
        happened(e.LockedOff).__class__(by=Actor.person(OWNER), at=datetime(2026, 3, 18))  # noqa: DTZ001 - the same


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["on", "prove", "cite", "cite2", "offer", "take", "off", "break", "over", "over2", "reopen"]),
        st.sampled_from([OWNER, SECOND, SAFETY, THIRD]),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_no_order_of_things_takes_a_lock_off_under_an_open_permit(steps: list[tuple[str, PersonId]]) -> None:
    """With its own truth: who put it on, to whom it went, and which permits stand on it."""
    desk, over, standing, owner = Register(), set[PermitId](), set[PermitId](), None
    kinds: dict[str, tuple[type[Any], dict[str, Any]]] = {
        "on": (c.LockOn, {"point": POINT}), "prove": (c.Prove, {"how": "试车"}), "cite": (c.Cite, {"permit": PERMIT}),
        "cite2": (c.Cite, {"permit": OTHER}), "offer": (c.Offer, {"to": SECOND}), "take": (c.TakeOver, {}),
        "off": (c.LockOff, {}), "break": (c.BreakLock, {"reason": "锁主不在"}),
    }  # fmt: skip
    for step, who in steps:
        if step in {"over", "over2", "reopen"}:
            over = set() if step == "reopen" else over | {PERMIT if step == "over" else OTHER}
            desk.over(*over)
            continue
        kind, parts = kinds[step]
        try:
            done = desk.ask(who, kind, **parts)
        except Refused:
            continue
        for event in done:
            if event == "LockedOn":
                owner = who
            elif event == "CitedByPermit":
                standing.add(parts["permit"])
            elif event == "LockTakenOver":
                owner = who
            elif event in {"LockedOff", "LockBroken"}:
                assert standing <= over
                assert (who == owner) == (event == "LockedOff")
