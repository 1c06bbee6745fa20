"""One thing changed about a scene, and what a gate must say to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from tests.support import scenes as s
from tests.support.hazards import LAW as HAZARD_LAW
from tests.support.hazards import seen
from tests.support.rulebook import planned
from tests.support.scenes import LI, MINUTE, WANG, WU, ZHAO, Change, Scene, other
from workflow.emergency.state import InForce
from workflow.facts import Isolated
from workflow.findings import Verdict
from workflow.hazard.law import HazardLaw, Legal, Plant
from workflow.hazard.state import Grade, Hazard, Stage
from workflow.ids import DeviceId, HazardId, IsolationId, PermitId, PersonId, SiteId
from workflow.isolation.state import Energy, Method
from workflow.monitoring import Detector, Quality, Reading, Watch
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.gates import Moment
from workflow.permit.state import MeasureState, Presence, Status
from workflow.plant import Admission, Certificate
from workflow.rules.analysts import AnalystRule
from workflow.rules.types import Role
from workflow.values import Actor, WorkType

HOT, CS = WorkType.HOT, WorkType.CONFINED_SPACE
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
M = Moment


@dataclass(frozen=True)
class Case:
    gate: str
    verdict: Verdict
    work: WorkType
    moment: Moment
    change: Change
    says: str = ""

    def __str__(self) -> str:
        return f"{self.gate}-{self.verdict}-{self.work}-{self.moment}-{self.says}"


def same(here: Scene) -> Scene:
    return here


def certificate(**changes: object) -> Certificate:
    base = Certificate(kind="2.1", number="T1", valid_from=date(2024, 1, 1), valid_to=date(2029, 12, 31))
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names fields freely


def isolated(**changes: object) -> Change:
    """The permit stands on one isolation: a locked valve, proven, unless changed."""
    base = Isolated(
        id=IsolationId("GL-HC-20260318-001"),
        what="进料阀",
        energy=Energy.PROCESS,
        method=Method.VALVE_LOCK,
        in_place=True,
        proven=True,
    )
    one = replace(base, **changes)  # type: ignore[arg-type]  # a test names fields freely
    return lambda here: here.facts_with(isolations=(one,))


FOUR_GASES = {"o2": ("20.9", "%vol"), "flammable": ("0", "%LEL"), "h2s": ("0", "ppm"), "co": ("0", "ppm")}
WATCHED = Watch(works=frozenset({CS}))
"""What the plant asks: one detector of every gas the rules ask for, a minute of silence."""


def said(at: datetime, what: str, **changes: object) -> Reading:
    """A good reading of clean air, ten seconds old, unless changed."""
    value, unit = FOUR_GASES[what]
    base = Reading(
        device=DeviceId("A-103"), quantity=what, value=Decimal(value), unit=unit, quality=Quality.GOOD,
        received_at=at - timedelta(seconds=10),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]  # a test names fields freely


def watched(
    change: Callable[[dict[str, Reading], datetime], None] = lambda _newest, _at: None,
    *more: Detector,
    watch: Watch = WATCHED,
    **fields: object,
) -> Change:
    """The plant asks for detectors and a four-gas portable stands there; ``change`` alters what it said last."""

    def changed(here: Scene) -> Scene:
        newest = {what: said(here.facts.at, what) for what in FOUR_GASES}
        change(newest, here.facts.at)
        base = Detector(
            id=DeviceId("A-103"), name="四合一 A-103", where="2号罐", quantities=tuple(FOUR_GASES),
            calibration_due=date(2027, 1, 1), newest=newest,
        )  # fmt: skip
        one = replace(base, **fields)  # type: ignore[arg-type]  # a test names fields freely
        return here.facts_with(monitoring=(watch,), detectors=(one, *more))

    return changed


def word(what: str, **changes: object) -> Change:
    """One of its last words is another."""
    return watched(lambda newest, at: newest.update({what: said(at, what, **changes)}))


def cried(seconds: int) -> Change:
    """So long ago it said that there is too little oxygen, of which the plant asks nothing; nothing of oxygen since."""
    return watched(
        lambda newest, at: newest.update(
            o2=said(at, "o2", value=Decimal("18.0"), received_at=at - timedelta(seconds=seconds))
        ),
        watch=replace(WATCHED, quantities=("h2s",)),
    )


def cried_then(quality: Quality, *, before: Decimal | None = None, after: str = "21.1") -> Change:
    """There was too little oxygen, and the last word of this detector is not good; another one is well. ``before``: a
    good word of its own between the two."""

    def change(here: Scene) -> Scene:
        at = here.facts.at
        words = [said(at, "o2", value=Decimal("18.0"), received_at=at - timedelta(seconds=30))]
        if before is not None:
            words = [said(at, "o2", value=before, received_at=at - timedelta(seconds=20))]
        last = said(at, "o2", value=Decimal(after), quality=quality)
        newest = {what: said(at, what) for what in FOUR_GASES}
        ill = Detector(
            id=DeviceId("A-104"), name="四合一 A-104", where="2号罐", quantities=tuple(FOUR_GASES),
            calibration_due=date(2027, 1, 1), newest=newest | {"o2": last}, since_good={"o2": (*words, last)},
        )  # fmt: skip
        return watched(lambda _newest, _at: None, ill)(here)

    return change


def silent_for(seconds: int, *whats: str) -> Change:
    """Nothing was heard of it for so long, of these gases or of all."""

    def change(newest: dict[str, Reading], at: datetime) -> None:
        for what in whats or tuple(newest):
            newest[what] = said(at, what, received_at=at - timedelta(seconds=seconds))

    return watched(change)


def called(**changes: object) -> Change:
    """An emergency in force holds the place, called half an hour ago, unless changed."""

    def change(here: Scene) -> Scene:
        base = InForce(zone="TK2", where="二号罐区", by=WU, at=here.facts.at - 30 * MINUTE, lifters=(WANG,))
        return here.facts_with(emergencies=(replace(base, **changes),))  # type: ignore[arg-type]  # freely named

    return change


def hazardous(
    plant: Plant = Plant.MAJOR,
    *,
    legal: Legal = Legal.GENERAL,
    urgent: bool = False,
    law: HazardLaw = HAZARD_LAW,
    **changes: object,
) -> Change:
    """A major hazard of the place that Wang is to mend, unless changed; the plant's rule stops work for major ones."""
    base = Hazard(
        id=HazardId("YH-HC-20260115-009"), site=SiteId("hc"), stage=Stage.RECTIFYING, law=law,
        grade=Grade(plant=plant, legal=legal, urgent=urgent, reasons=()), sighting=seen("法兰大量泄漏"),
        responsible=WANG,
    )  # fmt: skip
    one = replace(base, **changes)  # type: ignore[arg-type]  # a test names fields freely
    return lambda here: here.facts_with(hazards=(one,))


def post_held_by(role: Role, *people: PersonId) -> Change:
    """Only these hold the post."""
    return lambda here: here.facts_with(holders={**here.facts.holders, role: people})


def post_empty(role: Role) -> Change:
    return post_held_by(role)


def away(who: str) -> Change:
    return lambda here: here.permit_with(presence={p: seen for p, seen in here.permit.presence.items() if p != who})


def long_ago(who: str) -> Change:
    def change(here: Scene) -> Scene:
        seen = Presence(at=here.facts.at - 16 * MINUTE, way=CheckInWay.POSITION)
        return here.permit_with(presence={**here.permit.presence, who: seen})

    return change


def hired(until: date | None, *, active: bool = True) -> Change:
    """The welder works for a contractor admitted until this day."""
    company = {"华建": Admission(until=until, active=active)}
    return lambda here: here.person_with(LI, employer="华建").facts_with(admissions=company)


def welder(**changes: object) -> Change:
    return lambda here: here.person_with(LI, certificates=(certificate(**changes),))


def near(**changes: object) -> Change:
    return lambda here: here.facts_with(others=(other(**changes),))


def linked(status: Status | None, **changes: object) -> Change:
    """One linked permit of this status in the books, and among the neighbours."""
    number = PermitId("SXKJ-HC-20261124-009")

    def change(here: Scene) -> Scene:
        what = here.asking(linked=(number,))
        neighbour = other(**{"id": number, "work": CS, "status": status or Status.ACTIVE, **changes})
        return what.facts_with(linked={} if status is None else {number: status}, others=(neighbour,))

    return change


def broken(minutes: int, *reasons: SuspendReason, since_test: bool = False) -> Change:
    """A break of this length; the samples are from before it unless ``since_test``."""

    def change(here: Scene) -> Scene:
        assert here.permit.suspension is not None
        start = here.facts.at - minutes * MINUTE
        stop = replace(here.permit.suspension, since=start, reasons=reasons or (SuspendReason.STOP_WORK,))
        drawn = here.facts.at - 5 * MINUTE if since_test else start - MINUTE
        return here.permit_with(suspension=stop, gas=s.good_air(here.rules.work, drawn))

    return change


def analysed(*, device: str | None = None, holders: tuple[PersonId, ...] = (WU,)) -> Change:
    """The plant wants analyses of an analyst or a detector; these hold the post."""

    def change(here: Scene) -> Scene:
        rule = AnalystRule(works=frozenset({here.rules.work}))
        gas = tuple(replace(one, sample=replace(one.sample, device=device)) for one in here.permit.gas)
        asking = here.facts_with(analysts=(rule,), holders={**here.facts.holders, Role.GAS_ANALYST: holders})
        return asking.permit_with(gas=gas)

    return change


def aged(minutes: int) -> Change:
    return lambda here: here.permit_with(gas=s.good_air(here.rules.work, here.facts.at - minutes * MINUTE))


def failing(here: Scene) -> Scene:
    first, *rest = here.permit.gas
    return here.permit_with(gas=(replace(first, passed=False, failures=("可燃气超限",)), *rest))


def no_air(here: Scene) -> Scene:
    return here.permit_with(gas=())


def photo_with(**changes: object) -> Change:
    def change(here: Scene) -> Scene:
        first, *rest = here.permit.photos
        return here.permit_with(photos=(replace(first, **changes), *rest))  # type: ignore[arg-type]  # free names

    return change


def closing_photo(**changes: object) -> Change:
    def change(here: Scene) -> Scene:
        *rest, last = here.permit.photos
        return here.permit_with(photos=(*rest, replace(last, **changes)))  # type: ignore[arg-type]  # free names

    return change


def no_photos(here: Scene) -> Scene:
    return here.permit_with(photos=())


def special(here: Scene) -> Scene:
    """特级 with its own items answered and confirmed."""
    here = here.saying(operating=True)
    done = MeasureState(
        involved=True,
        answered_by=Actor.person(WANG),
        confirmed_by=ZHAO,
        confirmed_at=here.facts.at,
        confirm_detail="FA-1",
    )
    return here.permit_with(measures={**here.permit.measures, **dict.fromkeys(("H13", "H14", "T1", "T2"), done)})


def by_night(here: Scene) -> Scene:
    """特級 in the evening: the duty leader is asked for."""
    return (
        special(here)
        .asking(planned=planned("2026-11-24 09:30", "2026-11-24 16:00"))
        .rules_with(duty_leader_on_site=True)
    )


def failed_before(**changes: object) -> Change:
    return lambda here: here.permit_with(gas_failed_once=True, **changes)
