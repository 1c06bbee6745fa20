"""Checklist items that a fact of the permit calls for, and the figures people write when they confirm an item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from workflow.permit.details import LiftDetails
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.permit.state import MeasureState, Permit
from workflow.rules.bounds import Bound
from workflow.rules.types import Measure, PermitRules

MASS = "lift.mass_confirmed"
"""The item by which the load is weighed on site; its figures are judged by `gates_lift`."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def items(asked: Asked, gate: str) -> tuple[tuple[Measure, MeasureState], ...]:
    """Every item of the list that answers this gate, with what was said of it."""
    known = asked.permit.measures
    return tuple((each, known.get(each.no, MeasureState())) for each in asked.rules.measures if each.gate == gate)


def must_apply(asked: Asked, gate: str, why: str, *, clause: str = "") -> Iterator[Answer]:
    """The permit itself calls for this item: it stands in the list and cannot be answered away. ``why`` is the fact."""
    found = items(asked, gate)
    said = [state.involved for _, state in found]
    if True in said:
        yield good(f"{why}，已列入措施", clause=clause)
    elif not found:
        cure = "请写进其他措施，并请安全管理部门把它补进措施清单"
        yield open_(f"{why}，措施清单里没有这一项", cure, "安全管理部门", clause=clause)
    elif None in said:
        number = "、".join(each.no for each, state in found if state.involved is None)
        yield open_(f"{why}，{number}还没有回答是否涉及", "请回答涉及", "作业负责人", button="measures", clause=clause)
    else:
        number = "、".join(each.no for each, _ in found)
        yield bad(f"{why}，{number}却选了不涉及", "请改为涉及并落实", "作业负责人", button="measures", clause=clause)


def confirmed_since(asked: Asked, gate: str, moment: datetime) -> bool:
    """Whether an item of this gate was confirmed on site after the moment."""
    return any(
        state.involved and state.confirmed_at is not None and state.confirmed_at > moment
        for _, state in items(asked, gate)
    )


def confirmed(asked: Asked, gate: str) -> bool:
    """Whether an item of this gate is confirmed on site."""
    return any(state.involved and state.confirmed_by is not None for _, state in items(asked, gate))


def numbers(state: MeasureState) -> tuple[Decimal, ...]:
    """The figures a person wrote when confirming, in his order."""
    return tuple(Decimal(number) for number in _NUMBER.findall(state.confirm_detail))


# --- figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the figures of one item are held against: in their order, or ``every`` figure against the first bound."""

    bounds: tuple[str, ...]
    called: tuple[str, ...]
    """What each figure is, in Chinese."""
    every: bool = False
    least: int = 1
    """At least so many figures."""


FIGURES: Mapping[str, Written] = {
    "lift.tandem": Written(bounds=("lift.tandem_pct",), called=("负荷率",), every=True, least=2),
    "power.buried": Written(bounds=("power.buried_m",), called=("埋深",)),
    "power.overhead": Written(bounds=("power.overhead_m", "power.overhead_road_m"), called=("现场架空", "跨路架空")),
    "earth.spoil": Written(
        bounds=("earth.spoil_distance_m", "earth.spoil_height_m"), called=("弃土距坑边", "堆土高度"), least=2
    ),
    "road.lamps": Written(bounds=("road.lamp_height_m", "road.lamp_visible_m"), called=("警示灯高度", "可见距离")),
}
"""Gates of checklist items whose figures have a limit of their own, strict or not as the text has it (domain 1.7)."""


def figures_kept(asked: Asked) -> Iterator[Answer]:
    """Figures written on site keep the limits; compared exactly, nothing rounded."""
    for gate, written in FIGURES.items():
        for measure, state in items(asked, gate):
            if state.involved and state.confirmed_by is not None:
                yield from _written(asked, gate, written, measure, numbers(state))


def miswritten(permit: Permit, rules: PermitRules) -> tuple[Measure, ...]:
    """Confirmed items whose figures do not keep the limits, or are too few: to be looked at and confirmed again."""
    found = []
    for measure in rules.measures:
        state = permit.measures.get(measure.no)
        if state is None or not state.involved or state.confirmed_by is None:
            continue
        given, written = numbers(state), FIGURES.get(measure.gate)
        heavy = measure.gate == MASS and not _lifts(permit, given)
        if heavy or (written is not None and not _kept(rules, written, given)):
            found.append(measure)
    return tuple(found)


def _kept(rules: PermitRules, written: Written, given: tuple[Decimal, ...]) -> bool:
    return len(given) >= written.least and all(bound.holds(value) for bound, _, value in _pairs(rules, written, given))


def _lifts(permit: Permit, given: tuple[Decimal, ...]) -> bool:
    """The load as weighed, then what may be lifted: both there, and each within the next."""
    said = (permit.what.details.lift or LiftDetails()).mass_t
    return len(given) > 1 and given[0] <= given[1] and (said is None or given[0] <= said)


def _written(
    asked: Asked, gate: str, written: Written, measure: Measure, given: tuple[Decimal, ...]
) -> Iterator[Answer]:
    if len(given) < written.least:
        what = "、".join(written.called)
        yield open_(f"{measure.no}没有写{what}", f"请按顺序填写{what}", "监护人", button="confirm", gate=gate)
        return
    pairs = [each for each in _pairs(asked.rules, written, given) if not each[0].holds(each[2])]
    for bound, name, value in pairs:
        fact = f"{measure.no} {name}{value}{bound.unit}，应{bound.spoken}"
        yield bad(fact, "请整改后重新确认", "作业负责人", button="confirm", gate=gate, clause=bound.clause)
    if not pairs:
        yield good(f"{measure.no} {'、'.join(map(str, given))} 符合要求", gate=gate)


def _pairs(rules: PermitRules, written: Written, given: tuple[Decimal, ...]) -> Iterator[tuple[Bound, str, Decimal]]:
    keys = written.bounds * len(given) if written.every else written.bounds
    called = written.called * len(given) if written.every else written.called
    for key, name, value in zip(keys, called, given, strict=False):
        bound = rules.bound(key)
        if bound is not None:
            yield bound, name, value
