"""Permits of all eight works with everything a form can hold: long texts, many people, gas without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cards.forms.paper import Paper
from tests.support.rulebook import chemical
from tests.support.works import (
    CHIEF,
    GUARDIAN,
    LEADER,
    MINUTE,
    PERMIT,
    SAFETY,
    SHIFT,
    SITE,
    UNIT_HEAD,
    WORKER,
    ZONE,
    at,
    content,
    permit_rules,
    photo,
)
from workflow.ids import NodeKey, PermitId, PersonId
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.content import Content, GasReading, GasSample, content_hash
from workflow.permit.details import (
    BlindAction,
    BlindDetails,
    Details,
    EarthDetails,
    HeightDetails,
    LiftDetails,
    PowerDetails,
    PowerDevice,
    RoadDetails,
)
from workflow.permit.evolve import fold
from workflow.plant import Certificate
from workflow.rules.explain import imagine
from workflow.rules.types import Grade, Measure, PermitRules, Role, Unit
from workflow.values import Actor, Interval, Proof, ProofMethod, WorkType

LONG = "更换E-203换热器管程进口法兰垫片并打磨密封面，" * 12
MANY = tuple(PersonId(f"w{number}") for number in range(18))
NAMES = {
    **{who: f"作业员{number:02d}" for number, who in enumerate(MANY)},
    LEADER: "王强", WORKER: "李明", GUARDIAN: "赵敏", UNIT_HEAD: "钱进", SAFETY: "孙丽", CHIEF: "郑国", SHIFT: "吴刚",
    PersonId("chen"): "陈立",
}  # fmt: skip
NUMBER_OF_CARD = "T320102199003071234"
GRADES = {
    WorkType.HOT: Grade.FIRST, WorkType.HEIGHT: Grade.LEVEL_IV, WorkType.LIFT: Grade.SECOND,
}  # fmt: skip

DETAILS = {
    WorkType.HOT: Details(),
    WorkType.CONFINED_SPACE: Details(),
    WorkType.BLIND: Details(
        blind=BlindDetails(
            action=BlindAction.INSERT, pipe="P-1203 轻石脑油出装置线", medium="轻石脑油", temperature_c=Decimal("42.5"),
            pressure_mpa=Decimal("0.62"), material="20#", spec="DN150 PN2.5 δ=16", number="MB-0117",
            drawing_no="TZ-2026-031", drawing_author=UNIT_HEAD,
        )
    ),
    WorkType.HEIGHT: Details(height=HeightDetails(height_m=Decimal("31.5"))),
    WorkType.LIFT: Details(
        lift=LiftDetails(
            mass_t=Decimal("62.4"), load="换热器管束一台，外形6.2m×1.4m×1.5m", rigging="四腿钢丝绳吊索 φ32 及卸扣",
            commander=LEADER, operators=MANY[:2], slingers=MANY[2:4],
        )
    ),
    WorkType.POWER: Details(
        power=PowerDetails(
            source_point="2#配电室 AA5-3 抽屉", permitted_kw=Decimal("45"), voltage_v=Decimal("380"),
            devices=(PowerDevice(name="电焊机 ZX7-400", kw=Decimal("18.5")), PowerDevice(name="角磨机")),
            user=WORKER, special_reason="大修跨两个周期",
        )
    ),
    WorkType.EARTH: Details(
        earth=EarthDetails(depth_m=Decimal("1.8"), area_m2=Decimal("42"), scope="沿管廊南侧挖沟敷设电缆，人工开挖")
    ),
    WorkType.ROAD: Details(
        road=RoadDetails(reason="横穿3#路敷设临时管线", units_concerned=("消防队", "储运车间", "物流部"))
    ),
}  # fmt: skip


def rules(work: WorkType) -> PermitRules:
    """Twenty items, the last one free; gas for every work that has a table."""
    base = permit_rules(work)
    measures = (
        *(
            Measure(
                no=f"M{number}",
                label="设备、管线相连处已断开或加盲板，未以水封、关阀代替；现场已逐项核对",
                trigger="always",
            )
            for number in range(1, 20)
        ),
        Measure(no="M20", label="其他措施", trigger="free"),
    )
    air = work in (WorkType.HOT, WorkType.CONFINED_SPACE, WorkType.POWER)
    return replace(
        base, work=work, grade=GRADES.get(work, Grade.NONE), measures=measures, gas=base.gas if air else None
    )


def asked(work: WorkType, task: str = LONG) -> Content:
    """The content of a permit of this work."""
    return replace(
        content(WorkType.HOT if work is WorkType.HOT else WorkType.CONFINED_SPACE),
        work=work, task=task, workers=MANY, details=DETAILS[work], method=("electric_welding", "grinding"),
        linked=(PermitId("LSYD-HC-20250611-004"), PermitId("GCZY-HC-20250611-002")),
    )  # fmt: skip


def events(work: WorkType, *, task: str = LONG, samples: int = 60, closed: bool = True) -> Iterator[e.Event]:
    """A life with a stop in it."""
    what, law = asked(work, task), rules(work)
    proof = Proof(method=ProofMethod.PASSKEY, subject=CHIEF, decision_hash="0" * 64, at=at("07:20"), at_site=True)
    tap = replace(proof, method=ProofMethod.PLATFORM_SESSION, at_site=None)

    def by(who: PersonId) -> Actor:
        return Actor.person(who)

    hashed = content_hash(PERMIT, 1, what)
    yield e.PermitSubmitted(
        by=by(what.applicant), at=at("06:40"), revision=1, content=what, content_hash=hashed, rules=law
    )
    yield e.RequestAccepted(by=by(UNIT_HEAD), at=at("06:45"))
    yield e.JsaAttached(
        by=by(LEADER), at=at("06:50"), text="火花飞溅引燃；残余可燃气；高处坠落。" * 8, media=photo("jsa")
    )
    for number in range(1, 21):
        said = "增设防风挡板一组" if number == 20 else ""
        yield e.MeasureAnswered(
            by=by(LEADER), at=at("06:55"), no=f"M{number}", involved=number % 5 != 0 or number == 20, detail=said
        )
    yield e.ReviewRequested(by=by(LEADER), at=at("07:00"), content_hash=hashed, proof=tap)
    for key, who, method in (("site_unit", UNIT_HEAD, tap), ("safety_dept", SAFETY, None), ("approver", CHIEF, proof)):
        yield e.StepApproved(
            by=by(who), at=at("07:20"), node=NodeKey(key), content_hash=hashed, opinion="同意，注意风向", proof=method
        )
    yield e.PermitIssued(by=by(CHIEF), at=at("07:21"))
    for who in (UNIT_HEAD, LEADER, GUARDIAN, *MANY):
        yield e.BriefingSigned(by=by(who), at=at("07:40"))
    for number in range(1, 21):
        if number % 5 != 0:
            yield e.MeasureConfirmed(
                by=by(GUARDIAN),
                at=at("07:50"),
                no=f"M{number}",
                detail="",
                media=photo(f"m{number}") if number < 4 else None,
            )
    for number in range(samples):
        values = (
            GasReading(gas="flammable", value=Decimal("0.1"), unit=Unit.VOL_PERCENT),
            GasReading(gas="o2", value=Decimal("20.9"), unit=Unit.VOL_PERCENT),
            GasReading(gas="h2s", value=Decimal(number), unit=Unit.PPM),
        )
        sample = GasSample(
            sampled_at=at("07:55") + number * MINUTE,
            point=("上部", "中部", "下部")[number % 3],
            readings=values,
            analyst=SHIFT,
            device="C-01",
        )
        yield e.GasRecorded(
            by=by(SHIFT),
            at=at("07:56") + number * MINUTE,
            sample=sample,
            passed=number != 30,
            failures=() if number != 30 else ("硫化氢 30ppm 超过 10mg/m3",),
        )
    yield e.StartSigned(by=by(GUARDIAN), at=at("09:00"), role=Role.GUARDIAN, proof=tap)
    other = law.start_roles[1]
    yield e.StartSigned(by=by(SHIFT if other is Role.SHIFT_LEADER else LEADER), at=at("09:01"), role=other, proof=None)
    yield e.WorkStarted(by=by(SHIFT), at=at("09:01"))
    yield e.WorkSuspended(
        by=Actor.clock(),
        at=at("10:00"),
        reason=SuspendReason.GUARDIAN_SILENT,
        text="监护人连续2次未应答",
        evacuate=False,
    )
    for role, who in ((Role.GUARDIAN, GUARDIAN), (Role.WORK_LEADER, LEADER)):
        yield e.ResumeSigned(by=by(who), at=at("10:20"), role=role, cause_removed="原因已消除，现场复查正常", proof=tap)
    yield e.WorkResumed(by=by(LEADER), at=at("10:20"))
    if closed:
        yield e.WorkFinished(by=by(LEADER), at=at("12:00"), people_inside=0, tools_inside=0)
        if law.fire_watch is not None:
            yield e.FireWatchStarted(by=by(LEADER), at=at("12:00"), until=at("12:30"))
            yield e.FireWatchMinutesOver(by=Actor.clock(), at=at("12:30"))
            yield e.FireWatchEnded(by=by(GUARDIAN), at=at("12:30"), media=photo("watch"))
        for role, who in ((Role.WORK_LEADER, LEADER), (Role.SITE_UNIT, UNIT_HEAD)):
            yield e.AcceptanceSigned(by=by(who), at=at("12:30"), role=role)
        yield e.PermitClosed(by=by(UNIT_HEAD), at=at("12:31"))


def paper(work: WorkType, *, ends: tuple[e.Event, ...] = (), **changes: object) -> Paper:
    """The whole permit on paper."""
    told = (*events(work, **changes), *ends)  # type: ignore[arg-type]  # the arguments of `events`
    return paper_of(told)


def paper_of(told: tuple[e.Event, ...]) -> Paper:
    """What has happened so far, on paper."""
    held = Certificate(kind="2.1", number=NUMBER_OF_CARD, valid_from=date(2024, 1, 1), valid_to=date(2030, 1, 1))
    electrician = replace(held, kind="1.1")
    return Paper(
        permit=fold(PERMIT, SITE, told),
        events=told,
        head=bytes(range(32)),
        names=NAMES,
        area_name="2号罐区",
        zone=ZONE,
        certificates={MANY[0]: (held, electrician), LEADER: (electrician,)},
        labels={
            "electric_welding": "电焊",
            "grinding": "打磨",
            "methane": "甲烷",
            "T-202": "2号罐 T-202",
            "medium:T-202": "石脑油",
        },
    )


def blank(work: WorkType) -> Paper:
    """Just asked for: nothing said that need not be."""
    what = replace(asked(work, "换垫片"), details=Details(), workers=(WORKER,), linked=())
    hashed = content_hash(PERMIT, 1, what)
    first = e.PermitSubmitted(
        by=Actor.person(what.applicant),
        at=at("06:40"),
        revision=1,
        content=what,
        content_hash=hashed,
        rules=rules(work),
    )
    return paper_of((first,))


SAID: dict[WorkType, dict[str, str]] = {
    WorkType.HOT: {
        "fire_explosion": "yes", "operating": "no", "major_hazard_dike": "no", "pipe_rack": "no", "method": "电焊",
        "gas": "甲烷", "outdoor": "yes",
    },
    WorkType.CONFINED_SPACE: {"held_toxic_or_flammable": "yes", "method": "清罐"},
    WorkType.BLIND: {},
    WorkType.HEIGHT: {"height_m": "31.5"},
    WorkType.LIFT: {"mass_t": "62.4"},
    WorkType.POWER: {},
    WorkType.EARTH: {"depth_m": "1.8"},
    WorkType.ROAD: {},
}  # fmt: skip


def under_the_packs(work: WorkType) -> Paper:
    """Just asked for, under the rules that are shipped."""
    start, end = at("08:00", "2026-06-10"), at("12:00", "2026-06-10")
    told = imagine(chemical(), work, SAID[work], site=SITE, at=start, zone=ZONE)
    planned = Interval(start=start, end=end)
    what = replace(asked(work, "换垫片"), planned=planned, facts=told.facts, method=told.method)
    law = chemical().rules_for(what, at=start, zone=ZONE)
    hashed = content_hash(PERMIT, 1, what)
    first = e.PermitSubmitted(
        by=Actor.person(what.applicant), at=at("06:40", "2026-06-10"), revision=1, content=what, content_hash=hashed,
        rules=law,
    )  # fmt: skip
    return paper_of((first,))
