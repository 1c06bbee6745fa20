"""The figures a plant steers by (KPIs): what each of them counts, and what it does not. Pure; nothing is read here.

``DEFINITIONS``            every figure with its numerator, its denominator and where the definition comes from, in the
                           words people read.
`Share`, `Spread`          the value of a figure. A share of nothing has no value: it is not 0 % and not 100 %.
`Case`                     one permit or hazard behind a figure: a figure is nothing but its cases, counted.
`Cut`                      what a figure may be divided by.
`day_of`, `week_of`, `month_of`   the stretches of time reports speak of, in the plant's own time.

`storage.figures` computes them from the journal.

Figures describe; they decide nothing. A name of a person is in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from workflow.values import Interval

LOOK_BACK = timedelta(days=90)
"""How long before a stretch of time an equal hazard must have been put on file to make one a repetition."""
OWN = ""
"""The group of the plant's own crews, where a figure is cut by contractor."""
OF = "|"
"""Between the step and its place, work or company, where a figure is cut by both; no key of a step holds it."""
UNKNOWN = "?"
"""The group of what nobody has recorded."""


class Key(StrEnum):
    """The figures."""

    APPROVAL_TIME = "approval_time"
    NODE_TIME = "node_time"
    CLOSED_LOOP = "closed_loop"
    CERTIFIED = "certified"
    COOPERATION = "cooperation"
    VIOLATIONS = "violations"
    RECTIFICATION_TIME = "rectification_time"
    RECTIFIED = "rectified"
    REPEATED = "repeated"


class Cut(StrEnum):
    """What a figure is divided by."""

    WHOLE = "whole"
    """Not at all: one group, named by the empty text."""
    AREA = "area"
    WORK = "work"
    GRADE = "grade"
    """Work and grade, with a slash between them."""
    CONTRACTOR = "contractor"
    """The company of the work leader; `OWN` for the plant's own."""
    NODE = "node"
    """The step of the chain; ``accept`` is 受理 and ``prepare`` is 准备."""
    NODE_AREA = "node_area"
    """Step and place, with `OF` between them, as in the next two."""
    NODE_WORK = "node_work"
    NODE_CONTRACTOR = "node_contractor"
    DEPARTMENT = "department"
    """Of whoever signed."""
    KIND = "kind"
    """What sort of violation, or of hazard."""


OF_NODES: Mapping[Cut, Cut] = {
    Cut.NODE_AREA: Cut.AREA, Cut.NODE_WORK: Cut.WORK, Cut.NODE_CONTRACTOR: Cut.CONTRACTOR,
}  # fmt: skip
"""What each step is divided by once more."""


class Unit(StrEnum):
    """What the value of a figure is."""

    SPREAD = "spread"
    """Durations: `Spread`."""
    SHARE = "share"
    """A part of a whole: `Share`."""
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise ValueError(f"{self.part} is no part of {self.whole}")

    @property
    def percent(self) -> Decimal | None:
        """To one place, rounded half up; None where there is no whole. Only all of it is 100, only nothing is 0."""
        if not self.whole:
            return None
        exact = Decimal(100 * self.part) / self.whole
        rounded = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
        if rounded == 100 and self.part < self.whole:
            return Decimal("99.9")
        return Decimal("0.1") if rounded == 0 and self.part else rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Durations of several cases. Said by their middle, for one that lay over a weekend moves every mean."""

    count: int
    total: timedelta
    middle: timedelta | None
    """The median (the lower of two); None without a case."""
    longest: timedelta | None

    @property
    def mean(self) -> timedelta | None:
        """To the second; None without a case."""
        return timedelta(seconds=round(self.total / timedelta(seconds=self.count))) if self.count else None


NO_SPREAD = Spread(count=0, total=timedelta(0), middle=None, longest=None)
NO_SHARE = Share(part=0, whole=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One permit, step or hazard behind a figure."""

    subject: str
    """The number of the permit or hazard."""
    group: str
    value: int
    """Seconds where the figure is a `Spread`; else 1 when it counts among the part, 0 when it is only of the whole."""
    remark: str
    """What the value alone does not say: the node, the outcome, the sort of violation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a figure means, in the words a manager reads beside it."""

    key: Key
    name: str
    unit: Unit
    part: str
    whole: str
    """Of what; for durations, between which two moments."""
    leaves_out: str
    """What is not counted, and what the figure cannot know. Empty: nothing."""
    source: str
    """Whose definition it is."""
    cuts: frozenset[Cut]
    of_hazards: bool = False
    """Its cases are hazards; else permits."""


class Outcome(StrEnum):
    """How an issued permit stands, for `Key.CLOSED_LOOP`."""

    CLOSED = "closed"
    CANCELLED = "cancelled"
    VOIDED = "voided"
    EXPIRED = "expired"
    LATE = "late"
    """Its planned end is past, and nothing of the above happened."""


class Violation(StrEnum):
    """What is counted as one, for `Key.VIOLATIONS`; the last ones are reasons work was stopped for."""

    REFUSED = "refused"
    """Somebody tried what he may not, or tried to start or resume before everything was in order."""
    VOIDED = "voided"
    OVERRUN = "overrun"
    """The permit ended while people may still have been at the place."""
    NO_PERMIT = "no_permit"
    """Emergency work without a permit (绿色通道), recorded as a deviation."""
    GUARDIAN_LEFT = "guardian_left"
    GUARDIAN_SILENT = "guardian_silent"
    MISCOUNT = "miscount"
    CERTIFICATE = "certificate"
    VENTILATION = "ventilation"
    GAS = "gas"


STOPPED_FOR = (
    Violation.GUARDIAN_LEFT, Violation.GUARDIAN_SILENT, Violation.MISCOUNT, Violation.CERTIFICATE,
    Violation.VENTILATION, Violation.GAS,
)  # fmt: skip
"""Reasons of a stop that are counted as violations. Wind, an alarm of the plant, a change of shift and the like are
nobody's."""

_PLACES = frozenset({Cut.WHOLE, Cut.AREA, Cut.WORK, Cut.GRADE, Cut.CONTRACTOR})
_HAZARDS = frozenset({Cut.WHOLE, Cut.AREA, Cut.KIND})
_OURS = "本系统定义"

DEFINITIONS: Mapping[Key, Definition] = {
    one.key: one
    for one in (
        Definition(
            key=Key.APPROVAL_TIME,
            name="审批时效",
            unit=Unit.SPREAD,
            part="本期签发的作业票",
            whole="从第一次提交到签发，退回修改的时间也算",
            leaves_out="被拒绝、取消的和还没签发的票不算",
            source="申请到签发的时长；以中位数为主，是本系统的取法",
            cuts=_PLACES,
        ),
        Definition(
            key=Key.NODE_TIME,
            name="各环节用时",
            unit=Unit.SPREAD,
            part="本期签完的环节",
            whole="从轮到这个环节到它签完；受理从提交起算，准备从受理起算",
            leaves_out="还没签的、退回和拒绝的不算",
            source=_OURS,
            cuts=_PLACES | {Cut.NODE, Cut.DEPARTMENT, *OF_NODES},
        ),
        Definition(
            key=Key.CLOSED_LOOP,
            name="许可闭环率",
            unit=Unit.SHARE,
            part="走完申请、审批、执行、关闭的票",
            whole="本期签发的票",
            leaves_out="还在计划时间内的不算；签发后取消、作废、过期的算没有闭环",
            source="申请－审批－执行－关闭 ÷ 签发",
            cuts=_PLACES,
        ),
        Definition(
            key=Key.CERTIFIED,
            name="人证动态合规率",
            unit=Unit.SHARE,
            part="当天要求的证件都有效的",
            whole="当天有作业的票上，规则要求持证的作业人员，每人每票每天算一次",
            leaves_out="监护、审批、负责人不算；按次日凌晨的台账核对，没有核对的日子不在内",
            source="在岗持有效证人数 ÷ 在岗特种作业人数，按日",
            cuts=_PLACES,
        ),
        Definition(
            key=Key.COOPERATION,
            name="部门协同指数",
            unit=Unit.SHARE,
            part="没等到上报上级就签完的",
            whole="别的部门的票，本期由本部门签完的环节",
            leaves_out="签本部门自己的票不算；至今没签的不算",
            source=_OURS + "：没有通行的定义",
            cuts=frozenset({Cut.WHOLE, Cut.DEPARTMENT, Cut.NODE, Cut.AREA, Cut.WORK}),
        ),
        Definition(
            key=Key.VIOLATIONS,
            name="违章与异常",
            unit=Unit.COUNT,
            part="被拒的操作、作废、超时未完工、无票抢险，以及因人或气体、通风停的工",
            whole="按次数",
            leaves_out="大风、全厂紧急情况、交接班等停工不算",
            source=_OURS,
            cuts=_PLACES | {Cut.KIND},
        ),
        Definition(
            key=Key.RECTIFICATION_TIME,
            name="整改周期",
            unit=Unit.SPREAD,
            part="本期验收归档的隐患",
            whole="从上报到最后一次验收通过",
            leaves_out="不算隐患的、并入别的隐患的不算",
            source="上报到归档的时长；以中位数为主，是本系统的取法",
            cuts=_HAZARDS,
            of_hazards=True,
        ),
        Definition(
            key=Key.RECTIFIED,
            name="隐患整改率",
            unit=Unit.SHARE,
            part="已经验收归档的",
            whole="本期上报的隐患",
            leaves_out="期限未到、还在整改的不算；不算隐患的、并入别的隐患的不算",
            source="已归档 ÷ 上报",
            cuts=_HAZARDS,
            of_hazards=True,
        ),
        Definition(
            key=Key.REPEATED,
            name="重复发生率",
            unit=Unit.SHARE,
            part="同一区域、同一类别，此前不久刚归档过的",
            whole="本期上报的隐患",
            leaves_out=f"只看本期和之前{LOOK_BACK.days}天归档的；没有写明区域的不算",
            source=_OURS + "：同区域同类别",
            cuts=_HAZARDS,
            of_hazards=True,
        ),
    )
}  # fmt: skip


def day_of(day: date, zone: tzinfo) -> Interval:
    """One calendar day at the site."""
    return _from_to(day, day + timedelta(days=1), zone)


def week_of(day: date, zone: tzinfo) -> Interval:
    """The week from Monday to Sunday that holds this day, at the site."""
    monday = day - timedelta(days=day.weekday())
    return _from_to(monday, monday + timedelta(days=7), zone)


def month_of(day: date, zone: tzinfo) -> Interval:
    """The calendar month that holds this day, at the site."""
    first = day.replace(day=1)
    return _from_to(first, (first + timedelta(days=31)).replace(day=1), zone)


def _from_to(first: date, after: date, zone: tzinfo) -> Interval:
    return Interval(
        start=datetime.combine(first, time(0), zone),
        end=datetime.combine(after, time(0), zone),
    )
