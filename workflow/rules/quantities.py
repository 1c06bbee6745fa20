"""Figures of a permit that conditions compare with: ``height_m>15``, ``mass_t>=40``, ``planned_h>360``.

A figure nobody has said is unknown, and so is every comparison with it. Units are in the names; values are exact.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache

from workflow.rules.matter import Matter

_TERM = re.compile(r"([a-z0-9_]+)(>=|<=|>|<)(\d+(?:\.\d+)?)")
_MICROSECONDS_PER_HOUR = Decimal(3_600_000_000)
_OPERATORS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``name`` stands to ``value`` as ``compare`` says: ``>``, ``>=``, ``<`` or ``<=``."""

    name: str
    compare: str
    value: Decimal

    def holds(self, figure: Decimal) -> bool:
        """Whether a figure does. Exact."""
        return _OPERATORS[self.compare](figure, self.value)


@cache
def comparison(term: str) -> Comparison | None:
    """A term of a condition as a comparison; None when it is a plain name."""
    found = _TERM.fullmatch(term)
    if found is None:
        return None
    return Comparison(name=found[1], compare=found[2], value=Decimal(found[3]))


def of(matter: Matter) -> dict[str, Decimal]:
    """Every figure the content gives."""
    found = ((name, figure(matter)) for name, figure in QUANTITIES.items())
    return {name: value for name, value in found if value is not None}


def _height(matter: Matter) -> Decimal | None:
    return None if matter.details.height is None else matter.details.height.height_m


def _mass(matter: Matter) -> Decimal | None:
    return None if matter.details.lift is None else matter.details.lift.mass_t


def _depth(matter: Matter) -> Decimal | None:
    return None if matter.details.earth is None else matter.details.earth.depth_m


def _voltage(matter: Matter) -> Decimal | None:
    return None if matter.details.power is None else matter.details.power.voltage_v


def _load(matter: Matter) -> Decimal | None:
    """All consumers together; one whose power nobody has said leaves the sum unknown."""
    power = matter.details.power
    if power is None or not power.devices:
        return None
    each = [device.kw for device in power.devices]
    return None if None in each else sum((kw for kw in each if kw is not None), Decimal(0))


def _permitted(matter: Matter) -> Decimal | None:
    return None if matter.details.power is None else matter.details.power.permitted_kw


def _planned(matter: Matter) -> Decimal:
    return Decimal(matter.hours.length // timedelta(microseconds=1)) / _MICROSECONDS_PER_HOUR


QUANTITIES: Mapping[str, Callable[[Matter], Decimal | None]] = {
    "height_m": _height,
    "mass_t": _mass,
    "depth_m": _depth,
    "voltage_v": _voltage,
    "load_kw": _load,
    "permitted_kw": _permitted,
    "planned_h": _planned,
}
"""Every figure a condition may name. ``planned_h`` is the planned time, in hours; it is always known."""

PASSING = frozenset({"planned_h"})
"""Figures asked only while rules are resolved (reminders), not frozen into them: permits that differ in nothing else
share their rules."""
