"""The shapes of the policy files. An unknown key is an error; nothing is coerced silently.

These models only say what may be written. `storage.policy_build` turns them into the core's records and
`storage.policy_checks` looks across files.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from storage.policy_fields import (
    Clock,
    Condition,
    Count,
    Day,
    Duration,
    Flag,
    Level,
    Mark,
    Number,
    Positive,
    Text,
    Weekday,
    WholeDay,
)
from workflow.rules.bounds import BoundKind, Compare
from workflow.rules.types import GasKind, Grade, Reach, Role, Unit
from workflow.values import ProofMethod, WorkType


class Model(BaseModel):
    """Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Model):
    """May say where it differs from its pack: how sure, from where, why."""

    mark: Mark | None = None
    source: str | None = None
    note: str | None = None


class Span(Sourced):
    value: Duration
    clause: Text


class Figure(Sourced):
    value: Number
    clause: Text
    text: str = ""


class Longer(Sourced):
    """A longer validity that a fact opens."""

    value: Positive
    needs: Text
    clause: Text


class Duty(Sourced):
    when: Condition
    clause: Text


class GradeRow(Sourced):
    when: Condition
    grade: Grade
    why: Text
    clause: Text | None = None


class Relief(Sourced):
    when: Condition
    from_: Grade = Field(alias="from")
    to: Grade
    why: Text
    clause: Text | None = None


class Upgrade(Sourced):
    when: Condition
    why: Text
    clause: Text | None = None


class PermitFree(Sourced):
    """Where no permit of this work is made."""

    key: Text
    when: Condition
    why: Text
    rule: Text
    cure: Text
    clause: Text


class Grading(Sourced):
    clause: Text
    rule: Text = "级别按规则确定，缺一项就定不了级"
    permit_free: PermitFree | None = None
    rows: list[GradeRow]
    floors: list[GradeRow] = []
    relief: Relief | None = None
    upgrades: list[Upgrade] = []
    duty_leader: str = ""

    @model_validator(mode="after")
    def _ends(self) -> Grading:
        if not self.rows or self.rows[-1].when != "always":
            raise ValueError("最后一行应为 when: always，否则有的作业定不了级")
        return self


class Node(Sourced):
    key: Text
    label: Text
    role: Role | dict[Grade, Role]
    when: Condition = "always"
    at_site: Flag = False
    after: str = ""
    clause: Text | None = None


class Chain(Sourced):
    clause: Text
    nodes: list[Node]


class Measure(Sourced):
    no: Text
    label: Text
    trigger: Condition
    evidence: str = ""
    gate: Text = "measures_confirmed"
    at_least: list[Number] = []
    only_when: Condition = "always"
    clause: Text | None = None


class Measures(Sourced):
    clause: Text | None = None
    items: list[Measure] = []
    like: str | None = None
    """Take the list of this pack."""


class Photo(Sourced):
    key: Text
    label: Text
    moment: Literal["start", "close"] = "start"


class Photos(Sourced):
    clause: Text
    items: list[Photo]


class RequiredGas(Sourced):
    gas: Text
    when: Condition


class Limit(Sourced):
    gas: Text
    kind: GasKind | None = None
    unit: Unit
    low: Number | None = None
    high: Number | None = None
    when: Condition = "always"
    lel_from: Number | None = None
    lel_below: Number | None = None
    unknown_gas: Flag = False
    clause: Text

    @model_validator(mode="after")
    def _bounded(self) -> Limit:
        if self.low is None and self.high is None:
            raise ValueError("low 和 high 至少写一个")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low 大于 high")
        return self


class Point(Sourced):
    key: Text
    label: Text
    when: Condition


class Gas(Sourced):
    clause: Text
    when: Condition = "always"
    required: list[RequiredGas] = []
    declared_toxics: Flag = False
    toxic_limits: Flag = False
    limits: list[Limit] = []
    points: list[Point] = []
    max_age: Span | None = None
    retest_after_break: dict[Level, Span] = {}
    record_every: Span | None = None
    continuous: Duty | None = None
    daily: Duty | None = None
    ventilate_after_failure: Duty | None = None
    ventilation_always: Duty | None = None
    mechanical: Duty | None = None


class Need(Sourced):
    role: Role
    kinds: list[Text]
    when: list[Condition] = []
    blocks: Flag
    max_age: Positive | None = None
    label: Text
    clause: Text


class Link(Sourced):
    when: Condition
    work: WorkType


class Links(Sourced):
    clause: Text
    items: list[Link]


class Reminder(Sourced):
    when: Condition
    text: Text
    clause: Text


class Work(Sourced):
    label: Text
    grading: Grading | None = None
    grading_also: Text | None = None
    validity: dict[Level, Span] = {}
    longer: Longer | None = None
    chain: Chain | None = None
    start_roles: list[Role] = []
    resume_roles: list[Role] = []
    acceptance_roles: list[Role] = []
    briefers: list[Role] = []
    measures: Measures | None = None
    photos: Photos | None = None
    gas: Gas | None = None
    certificates: list[Need] = []
    guardian_stays: Duty | None = None
    leader_on_site: Duty | None = None
    reconfirm: Duty | None = None
    wind_stop: Figure | None = None
    fire_watch: Span | None = None
    link_needs: Links | None = None
    reminders: list[Reminder] = []


class Conflict(Sourced):
    key: Text
    works: list[WorkType] = []
    others: list[WorkType] = []
    methods: list[Text] = []
    other_methods: list[Text] = []
    reach: Reach = Reach.METRES
    within_m: Number | None = None
    vertical: Flag = False
    drains: Flag = False
    above_m: Number | None = None
    always_methods: list[Text] = []
    when: Condition
    unknown: Literal["block", "warn"]
    text: Text
    clause: Text

    @model_validator(mode="after")
    def _reaches(self) -> Conflict:
        if self.reach is not Reach.BOOM and (self.reach is Reach.METRES) != (self.within_m is not None):
            raise ValueError("写 within_m（米），或写 reach: area、space、dike、line、fall_line、boom、alone")
        return self


class Crossing(Sourced):
    works: list[WorkType] = Field(min_length=2, max_length=2)
    level: Literal["低", "中", "高", "极高", "未给出"]
    clause: Text


class Review(Sourced):
    due_from: Day = None
    due_to: Day = None
    effect: Literal["block", "warn"]
    clause: Text


class Certificates(Sourced):
    clause: Text
    review: list[Review]
    review_window: Duration
    remind: list[Positive]
    names: dict[Text, Text]


class Bound(Sourced):
    compare: Compare
    value: Number
    unit: Text
    kind: BoundKind = BoundKind.LIMIT
    clause: Text


class WeatherStop(Sourced):
    works: list[WorkType]
    kinds: list[Text]
    clause: Text


class Pack(Model):
    """``packs/<pack>.yaml``."""

    pack: Text
    title: Text
    cite: str
    source: Text
    mark: Mark
    note: str | None = None
    industries: list[Text]
    effective_from: Day
    effective_to: Day
    fills_gaps: Flag = False
    citations: dict[Text, Text] = {}
    conflicts: list[Conflict] = []
    crossings: list[Crossing] = []
    certificates: Certificates | None = None
    bounds: dict[Text, Bound] = {}
    weather: list[WeatherStop] = []
    works: dict[WorkType, Work] = {}


class GasRow(Sourced):
    label: Text
    lel: Number | None = None
    molar_mass: Number | None = None
    mac: Number | None = None
    stel: Number | None = None
    twa: Number | None = None
    aliases: list[Text] = []


class Drift(Sourced):
    from_: Number = Field(alias="from")
    to: Number


class Gases(Sourced):
    """``gases.yaml``."""

    molar_volume: Number
    basis: Text
    oxygen_drift: Drift
    toxic_clause: Text
    gases: dict[Text, GasRow]


class Year(Sourced):
    """``calendar/<country>-<year>.yaml``."""

    year: Count
    holidays: dict[Text, list[WholeDay]]
    workdays: list[WholeDay]


class Method(Model):
    label: Text
    implies: list[Text] = []
    aliases: list[Text] = []


class Words(Model):
    """``vocabulary.yaml``."""

    roles: dict[Role, Text]
    industries: dict[Text, Text]
    methods: dict[WorkType, dict[Text, Method]]
    activities: dict[Text, Text]
    """What other works may do nearby, besides the methods."""
    derived: dict[Text, list[Text]]
    any_of: dict[Text, list[Text]] = {}
    figures: dict[Text, Text] = {}
    questions: dict[Text, Text]


class Night(Model):
    from_: Clock = Field(alias="from")
    to: Clock


class Nodes(Model):
    wait: Positive
    wait_near_start: Positive
    near_start: Duration


class Prompts(Model):
    every: Positive
    misses_to_suspend: Count


class ExtraNode(Model):
    work: WorkType
    grades: list[Grade] = []
    key: Text
    label: Text
    role: Role
    after: str = ""
    at_site: Flag = False


class TightLimit(Model):
    gas: Text
    unit: Unit
    low: Number | None = None
    high: Number | None = None
    when: Condition = "always"


class TightGas(Model):
    max_age: Positive | None = None
    retest_after_break: dict[Level, Duration] = {}
    record_every: Positive | None = None
    limits: list[TightLimit] = []


class Tight(Model):
    validity: dict[Level, Positive] = {}
    gas: TightGas | None = None
    wind_stop: Number | None = None
    measures: list[Measure] = []


Proofs = ProofMethod | dict[Level, ProofMethod]
"""The weakest proof accepted, for all grades or by grade."""


class Plant(Model):
    """``plant*.yaml``."""

    plant: Text
    name: Text
    industry: Text
    borrow: dict[WorkType, list[Text]] = {}
    roles: dict[Role, list[Text]]
    duty_leader: list[Text]
    night: Night
    rest_days: list[Weekday]
    nodes: Nodes
    at_site: list[Text] = []
    proofs: dict[Text, Proofs]
    start_within: dict[WorkType, Positive]
    validity: dict[WorkType, Positive] = {}
    """Only for works whose instruments give none."""
    prompts: Prompts
    presence_valid: Positive
    signatures_within: Positive
    warn_before_end: list[Positive]
    count_reminder: Positive
    fire_watch: dict[WorkType, Positive] = {}
    extra_nodes: list[ExtraNode] = []
    drop_nodes: dict[WorkType, list[Text]] = {}
    drop_measures: dict[WorkType, list[Text]] = {}
    raise_level: dict[WorkType, dict[Text, dict[Grade, Role]]] = {}
    tighten: dict[WorkType, Tight] = {}

    @field_validator("proofs")
    @classmethod
    def _proves(cls, proofs: dict[str, Proofs]) -> dict[str, Proofs]:
        missing = [key for key in ("default", "site") if not isinstance(proofs.get(key), ProofMethod)]
        if missing:
            raise ValueError(f"要写 {'、'.join(missing)} 的最低强度")
        return proofs
