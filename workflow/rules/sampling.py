"""Where to sample in a space, by its shape (GB 46768-2025 5): how many points, and how they are called.

The register says the shape; a pack gives the figures. What the register does not say adds no point: then the points of
the other packs stand alone.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import assert_never

from workflow.plant import Equipment, Shape
from workflow.rules.types import PermitRules

Point = tuple[str, str]
"""Key and Chinese name."""

UPPER, MIDDLE, LOWER = ("upper", "上部"), ("middle", "中部"), ("lower", "下部")
NEAR, FAR = ("near", "近端"), ("far", "远端")
_ENDS = 2


def points(rules: PermitRules, equipment: Equipment | None) -> tuple[Point, ...]:
    """Every point that a test of this permit must cover; empty = one representative point."""
    gas = rules.gas
    if gas is None:
        return ()
    printed = tuple(zip(gas.points, gas.point_labels or gas.points, strict=True))
    shaped = () if equipment is None else _shaped(rules, equipment)
    if not shaped:
        return printed
    levels = rules.bound("cs.levels")
    # The levels of the defaults pack stand in for a silent law; once the law speaks of the shape they are spent.
    kept = printed if levels is not None else tuple(one for one in printed if one not in (UPPER, MIDDLE, LOWER))
    return tuple(dict.fromkeys((*kept, *shaped)))


def _shaped(rules: PermitRules, equipment: Equipment) -> tuple[Point, ...]:
    match equipment.shape:
        case None:
            return ()
        case Shape.VERTICAL:
            return _vertical(rules, equipment.height_m)
        case Shape.HORIZONTAL:
            return (NEAR, FAR) if rules.bound("cs.far_m") is not None else ()
        case _:
            assert_never(equipment.shape)


def _vertical(rules: PermitRules, height: Decimal | None) -> tuple[Point, ...]:
    """Three points at least; the first and the last within a metre of top and bottom, 8 m apart at most.

    Lower than 2 m: two.
    """
    low, least = rules.bound("cs.low_m"), rules.bound("cs.vertical_points")
    spacing, edge = rules.bound("cs.spacing_m"), rules.bound("cs.edge_m")
    if low is None or least is None or spacing is None or edge is None:
        return ()
    if height is not None and low.holds(height):
        return (UPPER, LOWER)
    between = Decimal(0) if height is None else (height - _ENDS * edge.value) / spacing.value
    count = max(int(least.value), int(between.to_integral_value(ROUND_CEILING)) + 1)
    more = (("middle" if n == 1 else f"middle_{n}", f"中部{'' if n == 1 else n}") for n in range(1, count - 1))
    return (UPPER, *more, LOWER)
