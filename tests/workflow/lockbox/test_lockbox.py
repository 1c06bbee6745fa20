"""Every crew has its own lock on the box; while one hangs, no key comes out, and nobody takes off another's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow.errors import ImpossibleEvent, NaiveTime, Refused
from workflow.ids import AreaId, IsolationId, LockBoxId, PermitId, PersonId, SiteId
from workflow.lockbox import commands as c
from workflow.lockbox import events as e
from workflow.lockbox.decide import Crew, Facts, Key, decide, kept_in
from workflow.lockbox.evolve import evolve, fold
from workflow.lockbox.state import LockBox, Stage
from workflow.plant import Person
from workflow.values import Actor

ID, SITE, AREA = LockBoxId("SX-HC-20260318-001"), SiteId("hc"), AreaId("tk")
KEEPER, ONE, TWO, SAFETY, GONE = map(PersonId, ("wu", "wang", "li", "sun", "zhou"))
FEED, DRAIN = IsolationId("GL-1"), IsolationId("GL-2")
HOT, ENTRY = PermitId("DHZY-HC-20260318-001"), PermitId("SXKJ-HC-20260318-001")
AT = datetime(2026, 3, 18, 0, 0, tzinfo=UTC)
PEOPLE = {
    one: Person(id=one, site=SITE, name=f"人{one}", department="", active=one != GONE)
    for one in (KEEPER, ONE, TWO, SAFETY, GONE)
}
KEYS = {
    FEED: Key(name="L12", owner=KEEPER, in_place=True, proven=True),
    DRAIN: Key(name="L13", owner=KEEPER, in_place=True, proven=True),
}
CREWS = {HOT: Crew(over=False, team=frozenset({ONE})), ENTRY: Crew(over=False, team=frozenset({TWO}))}


@dataclass(slots=True)
class Site:
    """One box and what the office knows around it."""

    facts: Facts = field(default_factory=lambda: Facts(people=PEOPLE, safety=(SAFETY,), keys=KEYS, crews=CREWS))
    now: datetime = AT
    state: LockBox = field(default_factory=lambda: LockBox(id=ID, site=SITE))
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

    def over(self, *permits: PermitId) -> None:
        crews = {number: replace(crew, over=number in permits) for number, crew in self.facts.crews.items()}
        self.facts = replace(self.facts, crews=crews)

    def knows(self, point: IsolationId, **parts: Any) -> None:
        self.facts = replace(self.facts, keys={**self.facts.keys, point: replace(KEYS[point], **parts)})


def standing() -> Site:
    site = Site()
    assert site.ask(KEEPER, c.SetUp, label="X1", area=AREA, points=(FEED, DRAIN)) == ["BoxSetUp"]
    return site


def hung() -> Site:
    site = standing()
    assert site.ask(ONE, c.HangOn, number="C5", permit=HOT) == ["CrewLockHung"]
    assert site.ask(TWO, c.HangOn, number="C6", permit=ENTRY) == ["CrewLockHung"]
    return site


def test_each_crew_its_own_lock_and_the_last_one_off_frees_the_keys() -> None:
    site = hung()
    assert kept_in([site.state], FEED, str) == ("X1号锁箱（wang、li）",)
    assert site.refused(ONE, c.TakeOff, number="C5") == "box.cited"
    site.over(HOT)
    assert site.ask(ONE, c.TakeOff, number="C5") == ["CrewLockTakenOff"]
    assert kept_in([site.state], DRAIN, str) == ("X1号锁箱（li）",)
    assert site.refused(KEEPER, c.GiveUp) == "box.locks"
    site.over(HOT, ENTRY)
    assert site.ask(TWO, c.TakeOff, number="C6") == ["CrewLockTakenOff"]
    assert kept_in([site.state], FEED, str) == ()
    assert site.ask(KEEPER, c.GiveUp) == ["BoxGivenUp"]
    assert site.state.stage is Stage.GIVEN_UP
    assert site.refused(ONE, c.HangOn, number="C5", permit=HOT) == "box.in_use"


def test_a_permit_that_is_open_or_unknown_keeps_its_crews_lock_on() -> None:
    site = hung()
    assert site.refused(SAFETY, c.BreakOff, number="C5", reason="锁主住院") == "box.cited"
    site.facts = replace(site.facts, crews={})
    assert site.refused(ONE, c.TakeOff, number="C5") == "box.cited"


def test_an_attempt_on_a_lock_that_is_needed_is_kept() -> None:
    with pytest.raises(Refused) as refusal:
        hung().ask(ONE, c.TakeOff, number="C5")
    assert refusal.value.remember is True


def test_nobody_takes_off_the_lock_of_another_crew() -> None:
    site = hung()
    site.over(HOT, ENTRY)
    for who in (TWO, KEEPER, SAFETY):
        assert site.refused(who, c.TakeOff, number="C5") == "box.own"
    assert site.refused(TWO, c.BreakOff, number="C5", reason="急用") == "who.role"
    assert site.refused(SAFETY, c.BreakOff, number="C5", reason=" ") == "box.reason"
    assert site.ask(SAFETY, c.BreakOff, number="C5", reason="锁主离厂，现场无人") == ["CrewLockBroken"]
    assert [lock.number for lock in site.state.locks] == ["C6"]


def test_the_safety_departments_own_lock_comes_off_the_usual_way() -> None:
    site = standing()
    site.facts = replace(site.facts, crews={HOT: Crew(over=False, team=frozenset({SAFETY}))})
    site.ask(SAFETY, c.HangOn, number="C9", permit=HOT)
    site.over(HOT)
    assert site.refused(SAFETY, c.BreakOff, number="C9", reason="x") == "box.own"
    assert site.ask(SAFETY, c.TakeOff, number="C9") == ["CrewLockTakenOff"]


def test_nobody_hangs_on_what_is_not_proven() -> None:
    site = standing()
    site.knows(DRAIN, proven=False)
    assert site.refused(ONE, c.HangOn, number="C5", permit=HOT) == "box.proven"
    site.knows(DRAIN, in_place=False)
    assert site.refused(ONE, c.HangOn, number="C5", permit=HOT) == "box.proven"
    site.facts = replace(site.facts, keys={FEED: KEYS[FEED]})
    assert site.refused(ONE, c.HangOn, number="C5", permit=HOT) == "box.proven"


def test_a_crew_hangs_its_own_lock_for_its_own_open_permit() -> None:
    site = standing()
    assert site.refused(TWO, c.HangOn, number="C5", permit=HOT) == "box.crew"
    assert site.refused(ONE, c.HangOn, number="C5", permit=PermitId("X")) == "box.permit"
    assert site.refused(ONE, c.HangOn, number=" ", permit=HOT) == "box.number"
    site.facts = replace(site.facts, lock_used="X2号锁箱")
    assert site.refused(ONE, c.HangOn, number="C5", permit=HOT) == "box.number"
    site.facts = replace(site.facts, lock_used="")
    site.over(HOT)
    assert site.refused(ONE, c.HangOn, number="C5", permit=HOT) == "box.permit"


def test_only_ones_own_keys_go_in_and_into_one_box() -> None:
    site = Site()
    assert site.refused(ONE, c.SetUp, label="X1", area=AREA, points=(FEED,)) == "box.own_key"
    assert site.refused(KEEPER, c.SetUp, label=" ", area=AREA, points=(FEED,)) == "box.fields"
    assert site.refused(KEEPER, c.SetUp, label="X1", area=AREA, points=()) == "box.fields"
    site.knows(FEED, box="X2")
    assert site.refused(KEEPER, c.SetUp, label="X1", area=AREA, points=(FEED,)) == "box.key"
    site.knows(FEED, in_place=False)
    assert site.refused(KEEPER, c.SetUp, label="X1", area=AREA, points=(FEED,)) == "box.key"
    assert site.refused(KEEPER, c.SetUp, label="X1", area=AREA, points=(IsolationId("GL-9"),)) == "box.key"
    site.knows(FEED)
    site.facts = replace(site.facts, label_used=True)
    assert site.refused(KEEPER, c.SetUp, label="X1", area=AREA, points=(FEED,)) == "box.label"
    assert standing().refused(KEEPER, c.SetUp, label="X1", area=AREA, points=(FEED,)) == "box.done"


def test_a_key_put_in_later() -> None:
    site = Site()
    site.ask(KEEPER, c.SetUp, label="X1", area=AREA, points=(FEED,))
    assert site.refused(KEEPER, c.PutKeyIn, point=FEED) == "box.done"
    assert site.refused(ONE, c.PutKeyIn, point=DRAIN) == "box.own_key"
    assert site.ask(KEEPER, c.PutKeyIn, point=DRAIN) == ["KeyPutIn"]
    assert site.state.points == (FEED, DRAIN)


def test_a_crews_lock_changes_hands_by_both() -> None:
    site = hung()
    assert site.refused(TWO, c.Offer, number="C5", to=TWO) == "box.own"
    assert site.refused(ONE, c.Offer, number="C5", to=ONE) == "box.to"
    assert site.refused(ONE, c.Offer, number="C5", to=GONE) == "box.to"
    assert site.refused(TWO, c.TakeOver, number="C5") == "box.to"
    assert site.refused(ONE, c.Offer, number="C7", to=TWO) == "box.number"
    assert site.ask(ONE, c.Offer, number="C5", to=TWO) == ["CrewLockOffered"]
    assert site.ask(TWO, c.TakeOver, number="C5") == ["CrewLockTakenOver"]
    site.over(HOT)
    assert site.refused(ONE, c.TakeOff, number="C5") == "box.own"
    assert site.ask(TWO, c.TakeOff, number="C5") == ["CrewLockTakenOff"]


def test_only_its_keeper_or_the_safety_department_gives_a_box_up() -> None:
    assert standing().refused(ONE, c.GiveUp) == "box.keeper"
    assert standing().ask(SAFETY, c.GiveUp) == ["BoxGivenUp"]
    assert Site().refused(KEEPER, c.GiveUp) == "box.in_use"


def test_devices_strangers_and_people_who_left_ask_nothing() -> None:
    site = hung()
    for by in (Actor.clock(), Actor.person(PersonId("nobody")), Actor.person(GONE)):
        with pytest.raises(Refused) as refusal:
            decide(site.state, c.TakeOff(by=by, at=AT, number="C5"), site.facts)
        assert [finding.gate for finding in refusal.value.findings] == ["who.known"]


def happened(kind: type[Any], who: PersonId | None = ONE, **parts: Any) -> e.Event:
    by = Actor.clock() if who is None else Actor.person(who)
    event: e.Event = kind(by=by, at=AT, **parts)
    return event


@pytest.mark.parametrize(
    "event",
    [
        happened(e.BoxSetUp, label="X1", area=AREA, points=(FEED,)),
        happened(e.KeyPutIn, point=FEED),
        happened(e.CrewLockHung, number="C5", permit=HOT),
        happened(e.CrewLockHung, None, number="C9", permit=HOT),
        happened(e.CrewLockTakenOff, TWO, number="C5"),
        happened(e.CrewLockTakenOff, number="C7"),
        happened(e.CrewLockTakenOver, TWO, number="C5"),
        happened(e.CrewLockBroken, number="C5", reason="x"),
        happened(e.CrewLockOffered, TWO, number="C5", to=ONE),
        happened(e.BoxGivenUp, KEEPER),
    ],
)
def test_what_cannot_have_happened_is_never_folded(event: e.Event) -> None:
    with pytest.raises(ImpossibleEvent):
        evolve(hung().state, event)


def test_nothing_happens_before_the_box_is_set_up() -> None:
    blank = LockBox(id=ID, site=SITE)
    for event in (
        happened(e.BoxGivenUp),
        happened(e.BoxRefused, why="x"),
        happened(e.BoxSetUp, label="X1", area=AREA, points=()),
    ):
        with pytest.raises(ImpossibleEvent):
            evolve(blank, event)


def test_a_refused_attempt_changes_nothing_but_the_version() -> None:
    before = hung().state
    assert evolve(before, happened(e.BoxRefused, why="x")) == replace(before, version=before.version + 1)


def test_times_carry_their_zone() -> None:
    for kind in (c.GiveUp, e.BoxGivenUp):
        with pytest.raises(NaiveTime):
            kind(by=Actor.person(ONE), at=datetime(2026, 3, 18))  # noqa: DTZ001 - that is the mistake


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hang", "hang2", "offer", "take", "off", "off2", "break", "give", "over", "over2", "reopen"]),
        st.sampled_from([KEEPER, ONE, TWO, SAFETY]),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_no_order_of_things_frees_a_key_under_an_open_permit(steps: list[tuple[str, PersonId]]) -> None:
    """With its own truth: whose locks hang, for which permits."""
    site, over, hanging = standing(), set[PermitId](), dict[str, tuple[PersonId, PermitId]]()
    kinds: dict[str, tuple[type[Any], dict[str, Any]]] = {
        "hang": (c.HangOn, {"number": "C5", "permit": HOT}), "hang2": (c.HangOn, {"number": "C6", "permit": ENTRY}),
        "offer": (c.Offer, {"number": "C5", "to": TWO}), "take": (c.TakeOver, {"number": "C5"}),
        "off": (c.TakeOff, {"number": "C5"}), "off2": (c.TakeOff, {"number": "C6"}),
        "break": (c.BreakOff, {"number": "C5", "reason": "锁主不在"}), "give": (c.GiveUp, {}),
    }  # fmt: skip
    for step, who in steps:
        if step in {"over", "over2", "reopen"}:
            over = set() if step == "reopen" else over | {HOT if step == "over" else ENTRY}
            site.over(*over)
            continue
        kind, parts = kinds[step]
        used = parts.get("number") in hanging and kind is c.HangOn
        site.facts = replace(site.facts, lock_used="X1号锁箱" if used else "")
        try:
            done = site.ask(who, kind, **parts)
        except Refused:
            continue
        for event in done:
            match event:
                case "CrewLockHung":
                    hanging[parts["number"]] = (who, parts["permit"])
                case "CrewLockTakenOver":
                    hanging["C5"] = (who, hanging["C5"][1])
                case "CrewLockTakenOff" | "CrewLockBroken":
                    owner, permit = hanging.pop(parts["number"])
                    assert permit in over
                    assert (who == owner) == (event == "CrewLockTakenOff")
                case "BoxGivenUp":
                    assert not hanging
        assert bool(kept_in([site.state], FEED, str)) == bool(hanging)
