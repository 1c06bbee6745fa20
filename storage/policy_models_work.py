"""The shapes of what a pack says of one work: ``packs/<pack>/<work>.yaml``, or ``works.<work>`` in the pack itself.

An unknown key is an error; nothing is coerced silently.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from storage.policy_fields import Condition, Duration, Flag, Level, Mark, Number, Positive, Text
from workflow.rules.types import GasKind, Grade, Role, Unit
from workflow.values import WorkType


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
    moment: Literal["start", "during", "close"] = "start"


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


class Closing(Sourced):
    key: Text
    label: Text
    role: Role
    when: Condition = "always"
    keeps_live: Flag = False
    clause: Text | None = None


class Closings(Sourced):
    """What is put right at the end, and who confirms it."""

    clause: Text
    items: list[Closing]


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
    closing: Closings | None = None
    closing_note: Duty | None = None
