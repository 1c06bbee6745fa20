"""The shape of the plant's own file, ``plant*.yaml``; for the others see `storage.policy_models`."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from storage.policy_fields import (
    Clock,
    Condition,
    Count,
    Duration,
    Flag,
    Level,
    Number,
    Positive,
    Text,
    Weekday,
)
from storage.policy_models import Tasks
from storage.policy_models_people import CameraAlarmSaid, OccupancySaid, Stills
from storage.policy_models_work import Measure, Model, Photo
from workflow.interlock import MAX_AGE
from workflow.manners import LONGEST_STORM
from workflow.monitoring import ALONE_FOR, SILENT_AFTER
from workflow.presence import OUTSIDE_READINGS
from workflow.presence import SILENT_AFTER as TAG_SILENT_AFTER
from workflow.rules.types import LATE, Grade, Role, Unit
from workflow.values import STRENGTH, ProofMethod, WorkType

LONGEST_WORD = timedelta(days=7)
"""What the equipment system once said says nothing of a vessel a week later, whatever a plant would like."""
LONGEST_SILENCE = timedelta(minutes=5)
SOONEST = timedelta(minutes=5)
"""Whoever has not answered by the next prompt has missed one: so much time everybody must have."""


def _at_most(most: timedelta, said: str) -> AfterValidator:
    """A bound no plant may stretch; ``said`` is what it reads when it tries."""

    def bounded(asked: timedelta) -> timedelta:
        if asked > most:
            raise ValueError(said)
        return asked

    return AfterValidator(bounded)


_DETECTOR_SILENCE = _at_most(LONGEST_SILENCE, "检测设备最长只能沉默 5 min")


class Night(Model):
    from_: Clock = Field(alias="from")
    to: Clock


class WhenTold(Model):
    """How often people are written to, and when not (docs/adr/0172)."""

    gap: Duration = timedelta(minutes=15)
    quiet: Night = Night.model_validate({"from": "22:00", "to": "06:00"})
    """Equal times: no quiet hours."""
    storm: Annotated[Duration, _at_most(LONGEST_STORM, "报警最多合并 2 分钟：再久就有人等着报警")] = timedelta(
        minutes=1
    )


_RUNGS = 4


class Nodes(Model):
    wait: Positive
    wait_near_start: Positive
    near_start: Duration
    ladder: list[Count] = [50, 100, 150, 200]
    """In hundredths of the wait: remind, ask who stands by, tell the superior, tell the next (`_RUNGS`)."""

    @field_validator("ladder")
    @classmethod
    def _climbs(cls, ladder: list[int]) -> list[int]:
        if len(ladder) != _RUNGS or any(one >= two for one, two in pairwise(ladder)):
            raise ValueError("催办阶梯是四个递增的正数（时限的百分之几），如 [50, 100, 150, 200]")
        if ladder[1] != LATE:
            raise ValueError("催办阶梯的第二级是时限本身，只能写 100：要快就改 wait")
        return ladder


class Prompts(Model):
    every: Positive
    at_least: Positive | None = None
    misses_to_suspend: Count
    tasks: dict[WorkType, Tasks] = {}
    taps_only: list[WorkType] = []

    @model_validator(mode="after")
    def _unforeseeable(self) -> Self:
        if self.at_least is not None and self.at_least >= self.every:
            raise ValueError("at_least 要短于 every，否则什么时候问人人都知道")
        if self.at_least is not None and self.at_least < SOONEST:
            raise ValueError("at_least 不能短于 5 min，否则来不及应答")
        twice = [work.value for work in self.taps_only if work in self.tasks]
        if twice:
            raise ValueError(f"{'、'.join(twice)} 同时写在 tasks 和 taps_only 里")
        return self


class EquipmentSystem(Model):
    max_age: Annotated[Positive, _at_most(LONGEST_WORD, "设备系统的话最长只能算 7 d")] = MAX_AGE


class Monitoring(Model):
    """Detectors that some work must have while it goes on (docs/hardware.md)."""

    works: list[WorkType] = Field(min_length=1)
    grades: list[Grade] = []
    quantities: list[Text] = []
    detectors: int = Field(default=1, ge=1, le=20)
    votes: int = Field(default=1, ge=1, le=2)
    silent_after: Annotated[Positive, _DETECTOR_SILENCE] = SILENT_AFTER
    alone_for: Annotated[Positive, _DETECTOR_SILENCE] = ALONE_FOR


class GuardianTag(Model):
    """Work whose guardian must be seen at the place by a tag while it goes on (docs/presence.md)."""

    works: list[WorkType] = Field(min_length=1)
    grades: list[Grade] = []
    outside_readings: int = Field(default=OUTSIDE_READINGS, ge=2, le=5)
    silent_after: Annotated[Positive, _at_most(LONGEST_SILENCE, "监护人定位最长只能中断 5 min")] = TAG_SILENT_AFTER
    accuracy_m: int | None = Field(default=None, ge=1, le=100)


class GasBy(Model):
    """Work whose gas analyses before it begins are those of an analyst or a detector."""

    works: list[WorkType] = Field(min_length=1)
    grades: list[Grade] = []


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
    photos: list[Photo] = []
    closing_note: Flag = False


Proofs = ProofMethod | dict[Level, ProofMethod]
"""The weakest proof accepted, for all grades or by grade."""


def methods(proofs: Proofs) -> tuple[ProofMethod, ...]:
    """Every proof that is named, whatever the grade."""
    return (proofs,) if isinstance(proofs, ProofMethod) else tuple(proofs.values())


class Vouching(Model):
    """``vouching`` of a plant's file: links for people without an account. Left out, it is as `plant_rules.Vouching`
    says."""

    briefing_proof: ProofMethod = ProofMethod.VOUCHED_LINK
    link_lives: Positive = timedelta(minutes=10)
    code_tries: int = Field(default=5, ge=1, le=5)
    people_a_minute: int = Field(default=3, ge=1, le=10)
    foreman_posts: list[Text] = []

    @field_validator("briefing_proof")
    @classmethod
    def _no_pin(cls, proof: ProofMethod) -> ProofMethod:
        if proof is ProofMethod.OFFLINE_PIN:
            raise ValueError("交底签字不能用离线码")
        return proof

    @field_validator("link_lives")
    @classmethod
    def _short(cls, lives: timedelta) -> timedelta:
        if lives > timedelta(minutes=30):
            raise ValueError("链接最多 30 min")
        return lives


class Offline(Model):
    """``offline`` of a plant's file: a PIN and a second person while the chat is down. Left out, there is none."""

    replaces: ProofMethod
    after: Positive = timedelta(minutes=10)
    tries: int = Field(default=5, ge=3, le=5)

    @field_validator("after")
    @classmethod
    def _really_down(cls, after: timedelta) -> timedelta:
        if after < timedelta(minutes=5):
            raise ValueError("聊天平台至少中断 5 min 才能离线确认")
        return after

    @field_validator("replaces")
    @classmethod
    def _is_a_rung(cls, replaces: ProofMethod) -> ProofMethod:
        if STRENGTH[replaces] < STRENGTH[ProofMethod.PLATFORM_SESSION]:
            raise ValueError("要写离线确认最高能替代的强度，从 platform_session 起")
        return replaces


class Plant(Model):
    """``plant*.yaml``."""

    plant: Text
    name: Text
    industry: Text
    borrow: dict[WorkType, list[Text]] = {}
    roles: dict[Role, list[Text]]
    standby: dict[Role, list[Text]] = {}
    """Of a role's posts those that only stand by."""
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
    shifts: list[Clock] = []
    warn_before_end: list[Positive]
    count_reminder: Positive
    green_channel: int = Field(default=3, ge=0, le=30)
    vouching: Vouching = Vouching()
    manners: WhenTold = WhenTold()
    overseers: list[Role] | None = None
    """None: those of `workflow.rules.roles.OVERSEERS`."""
    offline: Offline | None = None
    interlock: EquipmentSystem | None = None
    retention: dict[Text, Text] = {}
    """Read and judged by `storage.policy_retention`."""
    hazards: dict[Text, Any] = {}
    """Read and judged by `storage.policy_hazards`."""
    monitoring: list[Monitoring] = []
    analysts: list[GasBy] = []
    guardian_tag: list[GuardianTag] = []
    stills: list[Stills] = []
    seen: list[CameraAlarmSaid] = []
    crowd: list[OccupancySaid] = []
    fire_watch: dict[WorkType, Positive] = {}
    extra_nodes: list[ExtraNode] = []
    drop_nodes: dict[WorkType, list[Text]] = {}
    drop_measures: dict[WorkType, list[Text]] = {}
    raise_level: dict[WorkType, dict[Text, dict[Grade, Role]]] = {}
    tighten: dict[WorkType, Tight] = {}

    @field_validator("standby")
    @classmethod
    def _stand_by(cls, standby: dict[Role, list[str]], seen: ValidationInfo) -> dict[Role, list[str]]:
        for role, posts in standby.items():
            held = seen.data.get("roles", {}).get(role, [])
            if not posts or not set(posts) < set(held):
                raise ValueError(f"{role} 的 standby 只能是 roles 里这个角色的一部分岗位，不能是全部")
        return standby

    @field_validator("proofs")
    @classmethod
    def _proves(cls, proofs: dict[str, Proofs]) -> dict[str, Proofs]:
        missing = [key for key in ("default", "site") if not isinstance(proofs.get(key), ProofMethod)]
        if missing:
            raise ValueError(f"要写 {'、'.join(missing)} 的最低强度")
        named = [key for key, proof in proofs.items() if ProofMethod.VOUCHED_LINK in methods(proof)]
        if named:
            raise ValueError(f"{'、'.join(named)} 不能用带班人担保的链接：审批、开工、复工要用本人账号")
        named = [key for key, proof in proofs.items() if ProofMethod.OFFLINE_PIN in methods(proof)]
        if named:
            raise ValueError(f"{'、'.join(named)} 不能以离线码为最低强度：它只在平台中断时替代别的方式，见 offline")
        return proofs
