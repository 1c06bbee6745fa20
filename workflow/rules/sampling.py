"""Where to sample, by the shape of the space or vessel: how many points, where they lie, and how they are called.

GB 46768-2025 5 for confined spaces, GB 30871-2022 5.3 for hot work on a large vessel. The register says the shape and
the size; a pack gives the figures. A shape nobody recorded may be either: then the points of both are asked for.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import assert_never

from workflow.plant import Equipment, Shape
from workflow.rules.types import PermitRules
from workflow.values import WorkType

Point = tuple[str, str]
"""Key and Chinese name."""

UPPER, MIDDLE, LOWER = ("upper", "上部"), ("middle", "中部"), ("lower", "下部")
NEAR, FAR = ("near", "近端"), ("far", "远端")
LEFT, RIGHT = ("left", "左端"), ("right", "右端")
_LEVELS = (UPPER, MIDDLE, LOWER)
_ENDS = 2


def points(rules: PermitRules, equipment: Equipment | None) -> tuple[Point, ...]:
    """Every point that a test of this permit must cover; empty = one representative point."""
    gas = rules.gas
    if gas is None:
        return ()
    printed = tuple(zip(gas.points, gas.point_labels or gas.points, strict=True))
    if rules.work is WorkType.HOT:
        return _lying(printed, equipment)
    shaped = _shaped(rules, equipment)
    if not shaped:
        return printed
    levels = rules.bound("cs.levels")
    # The levels of the defaults pack stand in for a silent law; once the law speaks of the shape they are spent.
    kept = printed if levels is not None else tuple(one for one in printed if one not in _LEVELS)
    return tuple(dict.fromkeys((*kept, *shaped)))


_NAMES = dict((*_LEVELS, NEAR, FAR, LEFT, RIGHT))


def called(point: str) -> str:
    """What people call a point that the shape calls for; any other word stays as it was said."""
    kind, _, number = point.partition("_")
    return f"{_NAMES[kind]}{number}" if kind in _NAMES and (not number or number.isdigit()) else point


def place(rules: PermitRules, equipment: Equipment | None, point: str) -> str:
    """Where the point lies, in the figures of the law; empty where no pack gives one (GB 46768-2025 5)."""
    edge, near, far = rules.bound("cs.edge_m"), rules.bound("cs.near_m"), rules.bound("cs.far_m")
    if rules.work is not WorkType.CONFINED_SPACE or edge is None or near is None or far is None:
        return ""
    shallow = equipment is not None and equipment.depth_m is not None and equipment.depth_m < far.value
    said = {
        UPPER[0]: f"距顶不超过{edge.value} m",
        LOWER[0]: f"距底不超过{edge.value} m",
        NEAR[0]: f"距开口不小于{near.value} m",
        FAR[0]: "最深处" if shallow else f"距开口不小于{far.value} m",
    }
    return said.get(point, "")


def unsaid(rules: PermitRules, equipment: Equipment | None) -> str:
    """What the register does not say of the space although the points hang on it; empty when it says all."""
    spacing, least, edge = rules.bound("cs.spacing_m"), rules.bound("cs.vertical_points"), rules.bound("cs.edge_m")
    if rules.work is not WorkType.CONFINED_SPACE or spacing is None or least is None or edge is None:
        return ""
    if equipment is None or equipment.shape is None:
        return "空间是立式还是卧式没有登记，按两种从严布点"
    if equipment.shape is Shape.VERTICAL and equipment.height_m is None:
        covered = _ENDS * edge.value + (least.value - 1) * spacing.value
        return f"内高没有登记：{least.value}个点只够{covered} m，再高要加点"
    return ""


def _lying(printed: tuple[Point, ...], equipment: Equipment | None) -> tuple[Point, ...]:
    """A large vessel is sampled above, in the middle and below; one that lies left, in the middle and right (5.3)."""
    if not set(_LEVELS) <= set(printed):
        return printed
    shape = None if equipment is None else equipment.shape
    match shape:
        case Shape.VERTICAL:
            return printed
        case Shape.HORIZONTAL:
            instead = {UPPER: LEFT, LOWER: RIGHT}
            return tuple(instead.get(one, one) for one in printed)
        case None:
            return (*printed, LEFT, RIGHT)
        case _:
            assert_never(shape)


def _shaped(rules: PermitRules, equipment: Equipment | None) -> tuple[Point, ...]:
    shape = None if equipment is None else equipment.shape
    height = None if equipment is None else equipment.height_m
    depth = None if equipment is None else equipment.depth_m
    match shape:
        case None:
            return (*_vertical(rules, height), *_horizontal(rules, depth))
        case Shape.VERTICAL:
            return _vertical(rules, height)
        case Shape.HORIZONTAL:
            return _horizontal(rules, depth)
        case _:
            assert_never(shape)


def _horizontal(rules: PermitRules, depth: Decimal | None) -> tuple[Point, ...]:
    """Two points at least, near and far from the opening; less deep than the far one must lie: the farthest alone."""
    far = rules.bound("cs.far_m")
    if far is None:
        return ()
    return (FAR,) if depth is not None and depth < far.value else (NEAR, FAR)


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
