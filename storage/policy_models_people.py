"""The shape of what a plant asks of its cameras and of the tags people wear (docs/cameras.md, docs/presence.md)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from storage.policy_fields import Count, Positive
from storage.policy_models_work import Model
from workflow.camera_alarms import CameraAlarm, Then
from workflow.occupancy import OccupancyBreach
from workflow.occupancy import Then as OccupancyThen
from workflow.rules.types import Grade
from workflow.stills import SHORTEST_BETWEEN, OnSilence
from workflow.values import WorkType


class RandomStills(Model):
    every: Positive
    at_least: Positive | None = None


class Stills(Model):
    """Work the plant's cameras are asked to show (docs/cameras.md)."""

    works: list[WorkType] = Field(min_length=1)
    grades: list[Grade] = []
    random: RandomStills | None = None
    silent: OnSilence = OnSilence.RECORD

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        chance = self.random
        if chance is not None:
            soonest = chance.at_least or chance.every / 3
            if not SHORTEST_BETWEEN <= soonest < chance.every:
                raise ValueError("random 的 at_least（不写则为 every 的三分之一）不能短于 5 min，且要短于 every")
        return self


class CameraAlarmSaid(Model):
    """What follows from what cameras' boxes say they see (docs/cameras.md)."""

    kinds: list[CameraAlarm] = Field(min_length=1)
    works: list[WorkType] = []
    grades: list[Grade] = []
    then: Then


class OccupancySaid(Model):
    """Strangers, too many people, people who stay too long (docs/presence.md)."""

    kind: OccupancyBreach
    works: list[WorkType] = Field(min_length=1)
    grades: list[Grade] = []
    then: OccupancyThen
    after: Positive | None = None
    most: Count | None = None

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if (self.kind is OccupancyBreach.OVERTIME) is not (self.after is not None):
            raise ValueError("overtime 要写 after（多久算超时），其他种类不写")
        if self.most is not None and self.kind is not OccupancyBreach.TOO_MANY:
            raise ValueError("most 只用在 too_many")
        return self
