"""Single figures of the law that a gate compares with: distances, depths, shares, days (domain 1.7).

A figure either limits (``at most 80 % of the rating``) or calls a duty into being (``from 30 m on: radio``). Of two
packs that give one figure the stricter counts: the narrower limit, the earlier duty. Nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from workflow.values import WorkType


class Compare(StrEnum):
    """How a value stands to the figure."""

    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


class BoundKind(StrEnum):
    """What the figure is for."""

    LIMIT = "limit"
    """Every value must keep it."""
    TRIGGER = "trigger"
    """A value that reaches it calls a duty into being."""


_SPOKEN = {Compare.LESS: "小于", Compare.AT_MOST: "不大于", Compare.MORE: "大于", Compare.AT_LEAST: "不小于"}
_UPPER = frozenset({Compare.LESS, Compare.AT_MOST})
_STRICT = frozenset({Compare.LESS, Compare.MORE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One figure with its clause. ``key`` begins with the work's code: ``height.comms_m``."""

    key: str
    compare: Compare
    value: Decimal
    unit: str
    clause: str
    kind: BoundKind = BoundKind.LIMIT

    def holds(self, value: Decimal) -> bool:
        """Whether the value keeps the limit, or reaches the trigger. Exact."""
        match self.compare:
            case Compare.LESS:
                return value < self.value
            case Compare.AT_MOST:
                return value <= self.value
            case Compare.MORE:
                return value > self.value
            case Compare.AT_LEAST:
                return value >= self.value
            case _:
                assert_never(self.compare)

    @property
    def spoken(self) -> str:
        """「不大于80%」."""
        return f"{_SPOKEN[self.compare]}{self.value}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherStop:
    """Weather in which a work must not go on in the open, by names of `workflow.facts.Weather`."""

    works: tuple[WorkType, ...]
    kinds: tuple[str, ...]
    clause: str


def strictest(bounds: Iterable[Bound]) -> tuple[Bound, ...]:
    """One figure per key. Raise `ValueError` where two packs look at one figure from opposite sides."""
    found: dict[str, Bound] = {}
    for bound in bounds:
        held = found.get(bound.key)
        found[bound.key] = bound if held is None else _stricter(held, bound)
    return tuple(found.values())


def of_work(bounds: Iterable[Bound], work: WorkType) -> tuple[Bound, ...]:
    """The figures of one work."""
    return strictest(bound for bound in bounds if bound.key.partition(".")[0] == work.value)


def _stricter(one: Bound, other: Bound) -> Bound:
    if one.kind is not other.kind or (one.compare in _UPPER) is not (other.compare in _UPPER):
        raise ValueError(f"{one.key}: {one.spoken} and {other.spoken} cannot both be held")
    narrow, wide = (one, other) if _narrower(one, other) else (other, one)
    return narrow if one.kind is BoundKind.LIMIT else wide


def _narrower(one: Bound, other: Bound) -> bool:
    """Whether fewer values hold under ``one``; of two equal ones the first."""
    if one.value == other.value:
        return one.compare in _STRICT or other.compare not in _STRICT
    return (one.value < other.value) is (one.compare in _UPPER)
