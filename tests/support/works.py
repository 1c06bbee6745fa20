"""A small plant for the tests of the core: twelve people, one tank area, rules written out by hand, and a desk.

Nothing here is computed by the code under test. The desk asks `decide`, folds what comes back with `evolve`, and holds
the two together after every step.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from tests.support.details import LEAST
from workflow.effects import Effect
from workflow.errors import Refused
from workflow.facts import Facts
from workflow.findings import Finding
from workflow.ids import AreaId, DeviceId, EquipmentId, MediaHash, NodeKey, PermitId, PersonId, SiteId
from workflow.permit import commands as c
from workflow.permit.commands import CheckInWay, Command
from workflow.permit.content import Content, GasReading, GasSample, SiteFacts
from workflow.permit.decide import decide
from workflow.permit.effects import effects
from workflow.permit.events import Event
from workflow.permit.evolve import evolve, fold
from workflow.permit.state import Permit, Status
from workflow.plant import Area, Certificate, Equipment, Person, Post
from workflow.rules.book import RuleBook
from workflow.rules.stricter import stricter
from workflow.rules.types import (
    GasKind,
    GasLimit,
    GasProperty,
    GasRules,
    Grade,
    Measure,
    Node,
    PackRef,
    PermitRules,
    PhotoNeed,
    Role,
    Unit,
)
from workflow.values import Actor, Datum, Interval, Position, WorkType

ZONE = ZoneInfo("Asia/Shanghai")
SITE = SiteId("HC")
PERMIT = PermitId("DHZY-HC-20250611-001")
AREA = AreaId("TK2")
TANK = EquipmentId("T-202")
BOARD = "BOARD-TK2"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def at(clock: str, day: str = "2025-06-11") -> datetime:
    """A time of day at the site, e.g. ``at("08:00")``; 2025-06-11 is a Wednesday and no holiday."""
    hours, minutes = clock.split(":")[:2]
    seconds = clock.split(":")[2] if clock.count(":") == 2 else "0"
    year, month, date_ = (int(part) for part in day.split("-"))
    return datetime(year, month, date_, int(hours), int(minutes), int(seconds), tzinfo=ZONE)


APPLICANT, LEADER, WORKER, SECOND, GUARDIAN = (PersonId(name) for name in ("chen", "wang", "li", "zhou", "zhao"))
UNIT_HEAD, SAFETY, CHIEF, SHIFT = (PersonId(name) for name in ("qian", "sun", "zheng", "wu"))
DIRECTOR, DUTY, STRANGER = (PersonId(name) for name in ("feng", "jiang", "shen"))
GAS_HEAD = Actor.device(DeviceId("gas-1"))
CLOCK = Actor.clock()

_NAMES = {
    APPLICANT: "陈立", LEADER: "王强", WORKER: "李明", SECOND: "周平", GUARDIAN: "赵敏", UNIT_HEAD: "钱进",
    SAFETY: "孙丽", CHIEF: "郑国", SHIFT: "吴刚", DIRECTOR: "冯源", DUTY: "蒋值班", STRANGER: "沈路",
}  # fmt: skip
_SUPERIOR = {
    WORKER: LEADER, SECOND: LEADER, LEADER: UNIT_HEAD, APPLICANT: UNIT_HEAD, GUARDIAN: UNIT_HEAD, SHIFT: UNIT_HEAD,
    UNIT_HEAD: CHIEF, SAFETY: CHIEF, CHIEF: DIRECTOR,
}  # fmt: skip
_LABELS = {
    Role.APPLICANT: "申请人", Role.WORK_LEADER: "作业负责人", Role.WORKER: "作业人", Role.GUARDIAN: "监护人",
    Role.GAS_ANALYST: "分析人", Role.SITE_UNIT: "所在单位", Role.SAFETY_DEPT: "安全管理部门", Role.APPROVER: "审批人",
    Role.SHIFT_LEADER: "当班班长", Role.ACCEPTOR: "验收人",
}  # fmt: skip


def _certificates(person: PersonId) -> tuple[Certificate, ...]:
    kinds = {GUARDIAN: ("guardian", "cs_training"), WORKER: ("2.1", "cs_training"), SECOND: ("2.1", "cs_training")}
    return tuple(
        Certificate(
            kind=kind,
            number=f"{kind}-{person}",
            valid_from=date(2025, 1, 1),
            valid_to=date(2027, 12, 31),
            review_due=date(2027, 12, 31),
        )
        for kind in kinds.get(person, ("cs_training",))
    )


def people() -> dict[PersonId, Person]:
    """Everybody the permit may meet, with superiors up to the director."""
    return dict(_everybody())


@cache
def _everybody() -> dict[PersonId, Person]:
    return {
        who: Person(
            id=who,
            site=SITE,
            name=name,
            department="储运车间",
            posts=(Post(key="any"),),
            superior=_SUPERIOR.get(who),
            experience_years=Decimal(5),
            certificates=_certificates(who),
        )
        for who, name in _NAMES.items()
    }


def fence() -> tuple[Position, ...]:
    """A square of some 200 m around 31.2304, 121.4737."""
    corners = (("31.2295", "121.4727"), ("31.2295", "121.4747"), ("31.2313", "121.4747"), ("31.2313", "121.4727"))
    return tuple(Position(latitude=Decimal(a), longitude=Decimal(b), datum=Datum.WGS84) for a, b in corners)


@cache
def area() -> Area:
    return Area(
        id=AREA, site=SITE, name="2号罐区", fire_explosion=True, fence=fence(), board_code=BOARD, department="储运车间"
    )  # fmt: skip


def facts(moment: datetime, **changes: Any) -> Facts:
    """What the plant knows: everybody well, nobody else at work, a light breeze."""
    base = Facts(
        at=moment,
        zone=ZONE,
        people=people(),
        holders={
            Role.SITE_UNIT: (UNIT_HEAD,),
            Role.SAFETY_DEPT: (SAFETY,),
            Role.APPROVER: (CHIEF,),
            Role.SHIFT_LEADER: (SHIFT,),
            Role.ACCEPTOR: (UNIT_HEAD,),
            Role.GAS_ANALYST: (SHIFT,),
        },
        area=area(),
        equipment=Equipment(
            id=TANK, site=SITE, name="2号罐", area=AREA, operating=False, held_toxic_or_flammable=False, purged=True
        ),
        others=(),
        linked={},
        wind_ms=Decimal("2.0"),
        duty_leader=DUTY,
    )
    return replace(base, **changes)


def content(work: WorkType = WorkType.HOT, **changes: Any) -> Content:
    """Welding on tank 2, 08:00 to 15:00; or an entry into it."""
    base = Content(
        site=SITE,
        work=work,
        task="换法兰" if work is WorkType.HOT else "清罐检查",
        area=AREA,
        place="2号罐东侧",
        equipment=None if work is WorkType.HOT else TANK,
        method=("electric_welding",) if work is WorkType.HOT else (),
        planned=Interval(start=at("08:00"), end=at("15:00")),
        applicant=APPLICANT,
        applicant_unit="储运车间",
        work_unit="检修班",
        leader=LEADER,
        workers=(WORKER, SECOND),
        guardian=GUARDIAN,
        facts=SiteFacts(fire_explosion=True, operating=False, outdoor=False, flammable_gas="methane"),
        details=LEAST[work],
    )
    return replace(base, **changes)


def node(key: str, role: Role, **changes: Any) -> Node:
    base = Node(key=NodeKey(key), label=_LABELS[role], role=role, wait=30 * MINUTE, clause="4.6")
    return replace(base, **changes)


METHANE = GasProperty(
    gas="methane", label="甲烷", lel=Decimal("5.0"), molar_mass=Decimal("16.04"), limit=None
)  # fmt: skip
H2S = GasProperty(
    gas="h2s", label="硫化氢", lel=Decimal("4.0"), molar_mass=Decimal("34.08"), limit=Decimal(10),
    limit_kind="MAC",
)  # fmt: skip


def gas_rules(work: WorkType, **changes: Any) -> GasRules:
    """Hot: methane ≤0.5 %vol, 30 min, a break over 30 min tests again. Confined space: O2 and H2S too, any break."""
    confined = work is WorkType.CONFINED_SPACE
    flammable = GasLimit(
        gas="flammable", kind=GasKind.FLAMMABLE, unit=Unit.VOL_PERCENT, low=None, high=Decimal("0.5"), clause="5.3.2"
    )  # fmt: skip
    oxygen = GasLimit(
        gas="o2", kind=GasKind.OXYGEN, unit=Unit.VOL_PERCENT, low=Decimal("19.5"), high=Decimal("21"), clause="6.4"
    )  # fmt: skip
    base = GasRules(
        required=("o2", "flammable", "h2s") if confined else ("flammable",),
        limits=(flammable, oxygen) if confined else (flammable,),
        max_age=30 * MINUTE,
        retest_after_break=timedelta(0) if confined else 30 * MINUTE,
        record_every=15 * MINUTE if confined else None,
        continuous=confined,
        points=(),
        ventilate_after_failure=confined,
        ventilation_always=confined,
        clause="5.3.1" if not confined else "6.3",
        table=(METHANE, H2S),
        molar_volume=Decimal("24.055"),
        basis="20 ℃",
    )
    return replace(base, **changes)


def permit_rules(work: WorkType = WorkType.HOT, **changes: Any) -> PermitRules:
    """First-grade hot work, or an entry; chain of three, a start by guardian and shift leader (entry: work leader)."""
    hot = work is WorkType.HOT
    base = PermitRules(
        packs=(PackRef(id="test.pack", hash="0" * 64),),
        work=work,
        grade=Grade.FIRST if hot else Grade.NONE,
        base_grade=Grade.FIRST if hot else Grade.NONE,
        grade_why="火灾爆炸危险场所",
        grade_clause="5.1",
        max_validity=8 * HOUR if hot else 24 * HOUR,
        validity_clause="5.1.3",
        chain=(
            node("site_unit", Role.SITE_UNIT, at_site=True),
            node("safety_dept", Role.SAFETY_DEPT),
            node("approver", Role.APPROVER, at_site=True, wait_near_start=10 * MINUTE),
        ),
        start_roles=(Role.GUARDIAN, Role.SHIFT_LEADER if hot else Role.WORK_LEADER),
        resume_roles=(Role.GUARDIAN, Role.WORK_LEADER),
        acceptance_roles=(Role.WORK_LEADER, Role.SITE_UNIT),
        measures=(
            Measure(no="H1", label="内件清洗置换合格", trigger="internal_work", evidence="text"),
            Measure(no="H7", label="瓶距火源__米，两瓶__米", trigger="gas_welding", evidence="numbers",
                    at_least=(Decimal(10), Decimal(5))),
            Measure(no="H8", label="灭火器材到位", trigger="always", evidence="photo"),
        ),
        photos=(PhotoNeed(key="scene", label="作业现场"),),
        gas=gas_rules(work),
        certificates=(),
        guardian_may_leave=hot,
        prompt_every=30 * MINUTE,
        misses_to_suspend=2,
        fire_watch=30 * MINUTE if hot else None,
        start_within=2 * HOUR,
        warn_before_end=(60 * MINUTE, 15 * MINUTE),
        count_reminder=10 * MINUTE,
        wind_stop_ms=Decimal("8.0"),
        presence_valid=60 * MINUTE,
        near_start=2 * HOUR,
        holds=("always",),
        excluded=("held_toxic_or_flammable", "operating", "electric_welding"),
    )  # fmt: skip
    return replace(base, **changes)


class HandBook:
    """A rule book of one page, which a test may rewrite at any time. ``speechless``: nothing can be graded any more."""

    def __init__(self, rules: PermitRules) -> None:
        self.page = rules
        self.speechless: tuple[Finding, ...] = ()

    def rules_for(self, content: Content, *, at: datetime, zone: tzinfo) -> PermitRules:
        if self.speechless:
            raise Refused(findings=self.speechless)
        return self.page

    def stricter(self, frozen: PermitRules, now: PermitRules) -> PermitRules:
        return stricter(frozen, now)

    def role_label(self, role: Role) -> str:
        return _LABELS.get(role, role.value)


_UNITS = {"methane": Unit.LEL_PERCENT, "o2": Unit.VOL_PERCENT, "h2s": Unit.PPM}


def sample(moment: datetime, values: dict[str, str], *, point: str = "东侧", analyst: PersonId = SHIFT) -> GasSample:
    """Values by gas: methane in %LEL (2 unless said), o2 in %vol, h2s in ppm; ``point`` may stand among them."""
    values = {"methane": "2", **values}
    point = values.pop("point", point)
    readings = tuple(GasReading(gas=gas, value=Decimal(value), unit=_UNITS[gas]) for gas, value in values.items())
    return GasSample(sampled_at=moment, point=point, readings=readings, analyst=analyst)


def photo(name: str = "photo") -> MediaHash:
    return MediaHash(name.encode().hex().ljust(64, "0"))


class Desk:
    """Asks, folds and remembers. ``now`` moves only when a test moves it."""

    def __init__(self, work: WorkType = WorkType.HOT, *, rules: PermitRules | None = None, **changed: Any) -> None:
        self.hand = HandBook(rules or permit_rules(work))
        self.work = work
        self.changed = changed
        self.now = at("07:00")
        self.permit = Permit(id=PERMIT, site=SITE)
        self.events: list[Event] = []
        self.done: list[Effect] = []
        self._folded = 0
        """How many events the last fold of the whole history had."""

    @property
    def book(self) -> RuleBook:
        return cast(RuleBook, self.hand)

    def facts(self) -> Facts:
        return facts(self.now, **self.changed)

    def ask(self, command: Command) -> tuple[Event, ...]:
        """Decide, fold, and check time and again that a whole fold of the history says the same as the steps."""
        found = decide(self.permit, command, self.book, self.facts())
        for event in found:
            before, self.permit = self.permit, evolve(self.permit, event)
            self.done += effects(event, before, self.permit, event.at)
        self.events += found
        # Folding all of a long life at every step makes a life of n steps cost n² (four fifths of a long random run).
        # Nothing is left unfolded: whoever lives long enough asks for the last stretch with `whole`.
        if found and len(self.events) >= self._folded + max(1, self._folded // 8):
            self.whole()
        return found

    def whole(self) -> None:
        """A fold of the whole history says the same as all the steps."""
        self._folded = len(self.events)
        assert fold(PERMIT, SITE, self.events) == self.permit

    def again(self) -> Desk:
        """Another desk that stands where this one does, and goes its own way from here."""
        other = copy(self)
        other.hand, other.changed = copy(self.hand), dict(self.changed)
        other.events, other.done = list(self.events), list(self.done)
        return other

    def kinds(self, command: Command) -> list[str]:
        """The names of the events that follow."""
        return [type(event).__name__ for event in self.ask(command)]

    def refused(self, command: Command) -> list[str]:
        """The gates that refuse it; red when it is not refused, or when the refusal changed anything."""
        return [finding.gate for finding in self.refusal(command).findings]

    def refusal(self, command: Command) -> Refused:
        before = self.permit
        try:
            found = decide(self.permit, command, self.book, self.facts())
        except Refused as refused:
            assert self.permit == before
            return refused
        raise AssertionError(f"{type(command).__name__} was not refused: {[type(event).__name__ for event in found]}")

    def to(self, clock: str, day: str = "2025-06-11") -> Desk:
        """Move the clock."""
        self.now = at(clock, day)
        return self

    def later(self, by: timedelta) -> Desk:
        self.now += by
        return self

    # --- commands, as of now ---

    def submit(self, **changes: Any) -> c.Submit:
        asked = content(self.work, **changes)
        return c.Submit(by=Actor.person(asked.applicant), at=self.now, content=asked)

    def approve(self, who: PersonId, key: str, **changes: Any) -> c.Approve:
        base = c.Approve(
            by=Actor.person(who), at=self.now, node=NodeKey(key), content_hash=self.permit.content_hash
        )  # fmt: skip
        return replace(base, **changes)

    def by(self, who: PersonId, kind: type[Any], **parts: Any) -> Any:
        return kind(by=Actor.person(who), at=self.now, **parts)

    def tick(self, kind: type[Any], **parts: Any) -> Any:
        return kind(by=CLOCK, at=self.now, **parts)

    def check_in(self, who: PersonId) -> c.CheckIn:
        return c.CheckIn(by=Actor.person(who), at=self.now, way=CheckInWay.BOARD_CODE, code=BOARD)

    def gas(self, who: PersonId = SHIFT, **values: str) -> c.RecordGas:
        if self.work is WorkType.CONFINED_SPACE:
            values = {"o2": "20.9", "h2s": "1", **values}
        return c.RecordGas(by=Actor.person(who), at=self.now, sample=sample(self.now, values))

    # --- the way to a state ---

    def reach(self, status: Status) -> Desk:
        """Go the lawful way to a status, step by step, with everything in order."""
        goals = [goal for _, goal in _WAY]
        done = goals.index(self.permit.status) + 1 if self.permit.status in goals else 0
        for step, goal in _WAY[done:]:
            if self.permit.status is status:
                break
            step(self)
            assert self.permit.status is goal, (self.permit.status, goal)
        assert self.permit.status is status
        return self


def _submit(desk: Desk) -> None:
    desk.ask(desk.submit())


def _accept(desk: Desk) -> None:
    desk.ask(desk.by(UNIT_HEAD, c.AcceptRequest))


def _prepare(desk: Desk) -> None:
    desk.ask(desk.by(LEADER, c.AttachJsa, text="JSA：高温、飞溅、残气"))
    for measure, involved in (("H1", True), ("H7", False), ("H8", True)):
        desk.ask(desk.by(LEADER, c.AnswerMeasure, no=measure, involved=involved))
    desk.ask(desk.by(LEADER, c.RequestReview))


def _review(desk: Desk) -> None:
    desk.later(5 * MINUTE)
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept"), (CHIEF, "approver")):
        desk.ask(desk.check_in(who))
        desk.ask(desk.approve(who, key))


def make_ready(desk: Desk, moment: datetime | None = None) -> None:
    """On site at 08:00 (or later): briefed, measures in place, photo, air moved and tested."""
    desk.now = moment or at("08:00")
    for who in (LEADER, WORKER, SECOND, GUARDIAN, UNIT_HEAD):
        desk.ask(desk.by(who, c.SignBriefing))
    for who in (GUARDIAN, SHIFT, LEADER):
        desk.ask(desk.check_in(who))
    desk.ask(desk.by(GUARDIAN, c.ConfirmMeasure, no="H1", detail="置换合格"))
    desk.ask(desk.by(GUARDIAN, c.ConfirmMeasure, no="H8", media=photo("h8")))
    desk.ask(desk.by(GUARDIAN, c.AddPhoto, purpose="scene", media=photo("scene"), camera=True))
    if desk.work is WorkType.CONFINED_SPACE:
        desk.ask(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True))
    if desk.hand.page.gas is not None:
        desk.ask(desk.gas())


def _start(desk: Desk) -> None:
    make_ready(desk)
    for who, role in ((GUARDIAN, Role.GUARDIAN), starter(desk)):
        desk.ask(desk.by(who, c.Start, role=role))


def starter(desk: Desk) -> tuple[PersonId, Role]:
    """Who starts besides the guardian."""
    hot = desk.work is WorkType.HOT
    return (SHIFT, Role.SHIFT_LEADER) if hot else (LEADER, Role.WORK_LEADER)


_WAY = (
    (_submit, Status.SUBMITTED),
    (_accept, Status.PREPARING),
    (_prepare, Status.IN_REVIEW),
    (_review, Status.ISSUED),
    (_start, Status.ACTIVE),
)
