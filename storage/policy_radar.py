"""``radar.yaml``: the figures of the rubber-stamp radar, or every fault with file, line and key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import model_validator

from storage.policy_fields import Count, Mark, Positive
from storage.policy_models_work import Model
from storage.policy_shape import shaped
from storage.policy_yaml import PolicyError, Problem
from workflow.attention.radar import Sign, Weights

FILE = "radar.yaml"
THOUSAND = 1000
LEAST_TOLD = timedelta(days=7)
"""Nobody is told more often, whatever a plant would like."""
LEAST_ASKED = 3
"""Nor asked more often than at one approval in three."""


class Burst(Model):
    count: Count
    within: Positive


class Radar(Model):
    """``radar.yaml``."""

    mark: Mark
    window: Positive
    least: Count
    start: Count
    per_line: Count
    easy_lines: Count
    burst: Burst
    prior: Count
    usual: Count
    signs: dict[Sign, Count]
    tell_from: Count
    ask_from: Count
    tell_every: Positive
    ask_one_in: Count

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        missing = [sign.value for sign in Sign if sign not in self.signs]
        if missing:
            raise ValueError(f"signs 缺少 {'、'.join(missing)}")
        if not self.usual < self.tell_from <= self.ask_from <= THOUSAND:
            raise ValueError("应为 usual < tell_from <= ask_from <= 1000：先提醒本人，再加问一句")
        if self.tell_every < LEAST_TOLD:
            raise ValueError("tell_every 不能短于 7 d")
        if self.ask_one_in < LEAST_ASKED:
            raise ValueError("ask_one_in 不能小于 3")
        return self


def load_radar(directory: Path) -> Weights:
    """The radar's figures. Raise `PolicyError` with all problems found."""
    problems: list[Problem] = []
    found = shaped(directory / FILE, directory, Radar, problems)
    if found is None:
        raise PolicyError(problems)
    model = found[0]
    return Weights(
        window=model.window,
        least=model.least,
        start=timedelta(milliseconds=model.start),
        per_line=timedelta(milliseconds=model.per_line),
        easy_lines=model.easy_lines,
        burst_count=model.burst.count,
        burst_within=model.burst.within,
        prior=model.prior,
        usual=model.usual,
        signs=dict(model.signs),
        tell_from=model.tell_from,
        ask_from=model.ask_from,
        tell_every=model.tell_every,
        ask_one_in=model.ask_one_in,
    )
