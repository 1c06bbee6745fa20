"""A permit with everything in order at a given moment, under the real rules: what the gates are tried on.

`scene(work, moment)` passes every gate. A test changes one thing and looks at one gate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.support import tickets
from tests.support.rulebook import ZONE, chemical, content, facts, local
from tests.support.tickets import DENG, GAO, HU
from workflow.facts import Facts, OtherPermit, Weather
from workflow.findings import Finding
from workflow.ids import AreaId, EquipmentId, MediaHash, PermitId, PersonId, SiteId
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.content import Content, GasReading, GasSample, SiteFacts, content_hash
from workflow.permit.gates import Moment, evaluate
from workflow.permit.life import Confirmed
from workflow.permit.state import (
    GasRecord,
    MeasureState,
    Permit,
    Photo,
    Presence,
    Signature,
    Status,
    Suspension,
)
from workflow.plant import Area, Certificate, Equipment, Person, Shape
from workflow.rules.checklists import propose
from workflow.rules.types import PermitRules, Role, Unit
from workflow.values import Actor, Interval, WorkType

NUMBER = PermitId("DHZY-HC-20261124-001")
CHEN, WANG, LI, ZHAO = (PersonId(name) for name in ("chen", "wang", "li", "zhao"))
"""Applicant, leader, worker, guardian."""
WU, ZHOU, SUN, QIAN = (PersonId(name) for name in ("wu", "zhou", "sun", "qian"))
"""Shift leader, briefer of the owning unit, safety officer, approver."""
DUTY = PersonId("jiang")
MINUTE = timedelta(minutes=1)
NOON = local("2026-11-24 12:00")
TEN = local("2026-11-24 10:00")

_CLEARED = (
    "internal_work", "connected_pipeline", "at_height", "combustible_lining", "risk", "pressure_part", "energy_sources",
    "in_tank_area", "welder_machine_over_10m", "in_confined_space", "rotating_equipment", "dusty", "sudden_change",
    "oxygen_shortage", "crossing", "blind_work", "temporary_power", "lifting", "digging", "road_closed",
)  # fmt: skip


def person(who: PersonId, *kinds: str, **changes: Any) -> Person:
    held = tuple(
        Certificate(kind=kind, number=f"{kind}-{who}", valid_from=date(2026, 6, 1), valid_to=date(2028, 5, 31))
        for kind in kinds
    )
    base = Person(
        id=who, site=SiteId("HC"), name=f"<{who}>", department="车间", certificates=held, experience_years=Decimal(5)
    )
    return replace(base, **changes)


def everybody() -> dict[PersonId, Person]:
    people = [person(who, "cs_training") for who in (CHEN, WANG, WU, ZHOU, SUN, QIAN, DUTY)]
    people += [person(LI, "2.1", "1.2", "1.3", "3.1", "3.2", "cs_training"), person(ZHAO, "guardian", "cs_training")]
    people += [person(WANG, "1.2", "1.3", "cs_training")]
    people += [person(HU, "Q1"), person(GAO, "Q2", "N1"), person(DENG, "slinger_training")]
    people += [person(who) for holders in POSTS.values() for who in holders]
    return {each.id: each for each in people}


_OTHER_POSTS = (
    Role.APPROVER, Role.ACCEPTOR, Role.CHIEF, Role.PRINCIPAL, Role.PROF_DEPT, Role.REVIEWER, Role.POWER_USER,
    Role.POWER_UNIT, Role.WATER_UNIT, Role.ELECTRIC_UNIT, Role.STEAM_UNIT, Role.PROCESS_UNIT, Role.EQUIPMENT_UNIT,
    Role.FIRE_DEPT,
)  # fmt: skip
POSTS = {role: (PersonId(f"post-{role.value}"),) for role in _OTHER_POSTS}
"""One person for each post that no test looks at."""


def area(**changes: Any) -> Area:
    return replace(Area(id=AreaId("W1"), site=SiteId("HC"), name="一车间", fire_explosion=True), **changes)


def equipment(**changes: Any) -> Equipment:
    base = Equipment(
        id=EquipmentId("T-1"), site=SiteId("HC"), name="1号罐", area=AreaId("W1"), operating=False,
        held_toxic_or_flammable=True, purged=True, shape=Shape.VERTICAL, height_m=Decimal(10),
    )  # fmt: skip
    return replace(base, **changes)


def asked_for(work: WorkType) -> Content:
    if work is WorkType.HOT:
        said = facts(fire_explosion=True, outdoor=True, flammable_gas="methane", cleared=_CLEARED)
        return content(method=("electric_welding",), facts=said)
    if work in tickets.DETAILS:
        return tickets.asked_for(work)
    said = SiteFacts(held_toxic_or_flammable=True, outdoor=False, flammable_gas="methane", cleared=_CLEARED)
    return content(WorkType.CONFINED_SPACE, facts=said, equipment=EquipmentId("T-1"))


def sample(point: str, at: datetime, **values: str) -> GasRecord:
    units = {"o2": Unit.VOL_PERCENT, "flammable": Unit.LEL_PERCENT, "h2s": Unit.PPM, "co": Unit.PPM}
    readings = tuple(GasReading(gas=gas, value=Decimal(value), unit=units[gas]) for gas, value in values.items())
    return GasRecord(
        sample=GasSample(sampled_at=at, point=point, readings=readings, analyst=WU), recorded_at=at, passed=True
    )


def good_air(work: WorkType, at: datetime) -> tuple[GasRecord, ...]:
    if work is not WorkType.CONFINED_SPACE:
        return (sample("动火点", at, flammable="0"),)
    return tuple(sample(point, at, o2="20.9", flammable="0", h2s="0", co="0") for point in ("上部", "中部", "lower"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A permit, its rules and the plant's knowledge at one moment."""

    moment: Moment
    permit: Permit
    rules: PermitRules
    facts: Facts

    def findings(self) -> tuple[Finding, ...]:
        return evaluate(self.moment, self.permit, self.rules, self.facts)

    def gate(self, key: str) -> list[Finding]:
        return [finding for finding in self.findings() if finding.gate == key]

    # --- one change at a time ---

    def permit_with(self, **changes: Any) -> Scene:
        return replace(self, permit=replace(self.permit, **changes))

    def facts_with(self, **changes: Any) -> Scene:
        return replace(self, facts=replace(self.facts, **changes))

    def rules_with(self, **changes: Any) -> Scene:
        return replace(self, rules=replace(self.rules, **changes))

    def gas_rules_with(self, **changes: Any) -> Scene:
        assert self.rules.gas is not None
        return self.rules_with(gas=replace(self.rules.gas, **changes))

    def asking(self, **changes: Any) -> Scene:
        """Another content, under the rules it gets."""
        assert self.permit.content is not None
        what = replace(self.permit.content, **changes)
        rules = chemical().rules_for(what, at=max(self.facts.at, what.planned.start), zone=ZONE)
        return replace(self, permit=replace(self.permit, content=what, rules=rules), rules=rules)

    def saying(self, **changes: Any) -> Scene:
        """Other facts of the place said in the request."""
        assert self.permit.content is not None
        return self.asking(facts=replace(self.permit.content.facts, **changes))

    def person_with(self, who: PersonId, **changes: Any) -> Scene:
        people = {**self.facts.people, who: replace(self.facts.people[who], **changes)}
        return self.facts_with(people=people)

    def without(self, who: PersonId) -> Scene:
        return self.facts_with(people={each: known for each, known in self.facts.people.items() if each != who})

    def measure_with(self, no: str, **changes: Any) -> Scene:
        state = replace(self.permit.measures.get(no, MeasureState()), **changes)
        return self.permit_with(measures={**self.permit.measures, no: state})

    def at(self, moment: datetime) -> Scene:
        return self.facts_with(at=moment)

    def later(self, by: timedelta) -> Scene:
        return self.at(self.facts.at + by)


def other(**changes: Any) -> OtherPermit:
    """Hot work by other people, live, in the same area, at the same time."""
    base = OtherPermit(
        id=PermitId("DHZY-HC-20261124-002"), work=WorkType.HOT, status=Status.ACTIVE, live=True, area="W1",
        equipment=None, interval=Interval(start=TEN, end=NOON), leader=PersonId("a"), guardian=PersonId("b"),
        workers=(PersonId("c"),), place="二号泵", same_area=True, adjacent=False, methods=("grinding",),
    )  # fmt: skip
    return replace(base, **changes)


def _measures(rules: PermitRules, at: datetime) -> dict[str, MeasureState]:
    by = Actor.person(WANG)
    found: dict[str, MeasureState] = {}
    for item in propose(rules):
        if not item.involved:
            found[item.no] = MeasureState(involved=False, answered_by=by)
        else:
            found[item.no] = MeasureState(
                involved=True, answered_by=by, confirmed_by=ZHAO, confirmed_at=at,
                confirm_detail=_figures(rules, item.no), media=MediaHash("0" * 64),
            )  # fmt: skip
    return found


_FIGURES = {
    "lift.mass_confirmed": "12 20", "lift.tandem": "70 75", "power.buried": "0.8", "power.overhead": "5.5",
    "earth.spoil": "1.2 1.0", "road.lamps": "1.5 200", "blind.pressure_down": "0.01",
}  # fmt: skip
"""What people write when they confirm items whose figures have limits."""


def _figures(rules: PermitRules, number: str) -> str:
    gate = next(measure.gate for measure in rules.measures if measure.no == number)
    return _FIGURES.get(gate, "12 6 3 已到位")


def _signed(permit: Permit, rules: PermitRules) -> tuple[Signature, ...]:
    signers = {"site_unit": ZHOU, "safety_dept": SUN, "approver": QIAN}
    return tuple(
        Signature(
            node=node.key, person=signers.get(node.key, PersonId(f"<{node.key}>")), at=local("2026-11-24 09:00"),
            opinion="同意", content_hash=permit.content_hash, proof=None,
        )
        for node in rules.chain
    )  # fmt: skip


_STATUS = {
    Moment.REQUEST: Status.SUBMITTED,
    Moment.ACCEPT: Status.SUBMITTED,
    Moment.REVIEW: Status.PREPARING,
    Moment.APPROVE: Status.IN_REVIEW,
    Moment.START: Status.ISSUED,
    Moment.DURING: Status.ACTIVE,
    Moment.RESUME: Status.SUSPENDED,
    Moment.FINISH: Status.ACTIVE,
    Moment.CLOSE: Status.COMPLETED,
}
_CLOCK = {
    Moment.REQUEST: "08:00", Moment.ACCEPT: "08:20", Moment.REVIEW: "08:40", Moment.APPROVE: "09:00",
    Moment.START: "10:00", Moment.DURING: "10:10", Moment.RESUME: "11:10", Moment.FINISH: "12:00",
    Moment.CLOSE: "12:40",
}  # fmt: skip


def scene(work: WorkType, moment: Moment) -> Scene:
    """Everything in order at this moment."""
    at = local(f"2026-11-24 {_CLOCK[moment]}")
    what = asked_for(work)
    rules = chemical().rules_for(what, at=at, zone=ZONE)
    blank = Permit(
        id=NUMBER, site=SiteId("HC"), status=_STATUS[moment], revision=1, content=what,
        content_hash=content_hash(NUMBER, 1, what), rules=rules,
    )  # fmt: skip
    known = Facts(
        at=at,
        zone=ZONE,
        people=everybody(),
        holders={
            **POSTS,
            Role.SITE_UNIT: (ZHOU,),
            Role.SAFETY_DEPT: (SUN, *POSTS[Role.APPROVER]),
            Role.BASE_UNIT: (ZHOU, QIAN),
            Role.SHIFT_LEADER: (WU,),
        },
        area=area(fire_explosion=work is WorkType.HOT),
        equipment=equipment() if work is WorkType.CONFINED_SPACE else None,
        others=(),
        linked={},
        wind_ms=Decimal("2.0"),
        duty_leader=DUTY,
        weather=Weather(fog=False, dense_fog=False, rain=False, rainstorm=False, snow=False, heavy_snow=False),
    )  # fmt: skip
    return Scene(moment=moment, permit=_filled(blank, rules, moment, at), rules=rules, facts=known)


def _filled(blank: Permit, rules: PermitRules, moment: Moment, at: datetime) -> Permit:
    reached = list(Moment).index(moment)
    permit = blank
    if reached >= list(Moment).index(Moment.REVIEW):
        permit = replace(permit, jsa="已分析", measures=_measures(rules, at - 5 * MINUTE))
    if reached >= list(Moment).index(Moment.START):
        permit = replace(
            permit,
            signatures=_signed(permit, rules),
            issued_at=local("2026-11-24 09:00"),
            briefed=(WANG, LI, ZHAO, ZHOU),
            presence={who: Presence(at=at - 5 * MINUTE, way=CheckInWay.BOARD_CODE) for who in (ZHAO, WANG, WU, DUTY)},
            photos=tuple(
                Photo(purpose=need.key, media=MediaHash("1" * 64), by=ZHAO, at=at - 5 * MINUTE, camera=True)
                for need in rules.photos
            ),
            gas=good_air(rules.work, at - 5 * MINUTE),
            ventilation_running=True,
            ventilation_mechanical=True,
            mechanical_since=local("2026-11-24 09:30"),
        )  # fmt: skip
    if moment in {Moment.DURING, Moment.RESUME, Moment.FINISH, Moment.CLOSE}:
        permit = replace(permit, started_at=TEN)
    if moment is Moment.RESUME:
        stop = Suspension(
            since=at - 10 * MINUTE, reasons=(SuspendReason.STOP_WORK,), text="", by=Actor.person(LI)
        )  # fmt: skip
        permit = replace(permit, suspension=stop)
    if moment in {Moment.FINISH, Moment.CLOSE}:
        permit = replace(permit, people_inside=0, tools_inside=0)
    if moment is Moment.CLOSE:
        permit = replace(
            permit, finished_at=NOON, fire_watch_minutes_over=True, fire_watch_ended=True, end_note_at=NOON,
            closings=tuple(Confirmed(need=need.key, person=WANG, at=NOON) for need in rules.closing),
        )  # fmt: skip
    return permit


Change = Callable[[Scene], Scene]
