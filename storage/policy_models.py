"""The shapes of the policy files. An unknown key is an error; nothing is coerced silently.

These models only say what may be written. `storage.policy_build` turns them into the core's records and
`storage.policy_checks` looks across files. The plant's own file is in `storage.policy_models_plant`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from storage.policy_fields import (
    Condition,
    Count,
    Day,
    Duration,
    Flag,
    Mark,
    Number,
    Positive,
    Text,
    WholeDay,
)
from storage.policy_models_work import Model, Sourced, Work
from workflow.rules.bounds import BoundKind, Compare
from workflow.rules.tasks import TaskKind
from workflow.rules.types import Reach, Role
from workflow.values import WorkType

Tasks = dict[TaskKind, Count]
"""How often each kind is drawn, compared with the others."""


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
    tasks: dict[WorkType, Tasks] = {}
    """What guardians may be asked to do, besides being there."""
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
