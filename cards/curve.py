"""Gas curves to be drawn: one per device and gas, with holes where nothing was heard, no line across silence. Pure.

Values stay the exact decimals they were stored as; only who draws turns them into numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Final

from workflow.monitoring import MEANINGFUL, Quality
from workflow.rules.gas_types import GasLimit
from workflow.values import aware

MOST: Final = 1200
"""Points of one curve: a screen has no more columns. Of the rest the lowest and the highest of each stretch stay."""
SILENCE: Final = timedelta(seconds=60)
HOLES: Final = 3
"""A pause longer than this many usual ones, and than `SILENCE`, is a hole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One stored value of a curve."""

    at: datetime
    value: Decimal
    quality: Quality

    def __post_init__(self) -> None:
        aware(self.at)


Point = tuple[datetime, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """``points`` by time, None = hole. ``odd``: values that mean nothing and are not drawn. ``low``/``high``: the
    limit in the unit of the curve; ``limited`` False: there is a limit, but in another unit."""

    points: tuple[Point, ...]
    low: Decimal | None = None
    high: Decimal | None = None
    limited: bool = True
    odd: int = 0
    newest: Said | None = None
    least: Decimal | None = None
    most: Decimal | None = None


def curve(said: Sequence[Said], limits: Iterable[GasLimit], unit: str) -> Curve:
    """The curve of one gas at one device."""
    said = sorted(said, key=lambda one: one.at)
    plain = [one for one in said if one.quality in MEANINGFUL]
    values = [one.value for one in plain]
    limits = tuple(limits)
    same = [one for one in limits if one.unit.value == unit]
    lows, highs = [one.low for one in same if one.low is not None], [one.high for one in same if one.high is not None]
    return Curve(
        points=tuple(_thinned(list(_with_holes(said)))),
        # Where several limits may count, the stricter line is drawn.
        low=max(lows, default=None),
        high=min(highs, default=None),
        limited=bool(same) or not limits,
        odd=sum(one.quality not in MEANINGFUL and one.quality is not Quality.GAP for one in said),
        newest=plain[-1] if plain else None,
        least=min(values, default=None),
        most=max(values, default=None),
    )


def _with_holes(said: Sequence[Said]) -> Iterator[Point]:
    pauses = [(after.at - before.at).total_seconds() for before, after in pairwise(said)]
    usual = timedelta(seconds=median(pauses)) if pauses else timedelta(0)
    before: datetime | None = None
    for one in said:
        if before is not None and one.at - before > max(SILENCE, HOLES * usual):
            yield before + (one.at - before) / 2, None
        yield one.at, one.value if one.quality in MEANINGFUL else None
        before = one.at


def _thinned(points: list[Point]) -> Iterator[Point]:
    """At most about `MOST` points; holes, and the lowest and highest of every stretch, are kept."""
    if len(points) <= MOST:
        yield from points
        return
    size = -(-len(points) * 3 // MOST)
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        known = [one for one in stretch if one[1] is not None]
        kept = {min(known, key=_value), max(known, key=_value)} if known else set()
        hole = next((one for one in stretch if one[1] is None), None)
        yield from sorted(kept | ({hole} if hole is not None else set()), key=lambda one: one[0])


def _value(point: Point) -> Decimal:
    return point[1] if point[1] is not None else Decimal(0)
