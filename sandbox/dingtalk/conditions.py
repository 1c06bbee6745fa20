"""When a component of a template is shown: the builder's visibility conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

Json = dict[str, Any]


class TemplateBroken(Exception):
    """The file is no export of the builder, or says something the twin cannot show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One variable compared with a fixed value."""

    variable: str
    equal: bool
    value: str

    def holds(self, data: Mapping[str, str]) -> bool:
        """Whether it is so; a variable without a value is the empty text."""
        return (data.get(self.variable, "") == self.value) is self.equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """All (or any) of some comparisons; without any it is a plain yes or no."""

    fixed: bool = True
    every: bool = True
    comparisons: tuple[Comparison, ...] = ()

    def holds(self, data: Mapping[str, str]) -> bool:
        """Whether the component is shown."""
        if not self.comparisons:
            return self.fixed
        results = [each.holds(data) for each in self.comparisons]
        return all(results) if self.every else any(results)


def read_condition(visible: object) -> Condition:
    """A component's ``visible``; raises `TemplateBroken` for what the twin does not know."""
    if visible is None:
        return Condition()
    if not isinstance(visible, dict):
        raise TemplateBroken(f"visible is {visible!r}")
    kind = visible.get("valueType", "fixed")
    if kind == "fixed":
        return Condition(fixed=bool(visible.get("value", True)))
    if kind == "variable":
        return Condition(comparisons=(Comparison(variable=str(visible["variable"]), equal=True, value="true"),))
    if kind != "condition":
        raise TemplateBroken(f"visible depends on {kind!r}")
    condition = cast(Json, visible.get("condition") or {})
    joined = condition.get("op", "and")
    if joined not in ("and", "or"):
        raise TemplateBroken(f"conditions are joined by {joined!r}")
    comparisons = tuple(_comparison(each) for each in condition.get("conditions") or [])
    return Condition(every=joined == "and", comparisons=comparisons)


def _comparison(row: Json) -> Comparison:
    if row.get("op") not in ("equal", "notEqual") or row.get("valueType", "fixed") != "fixed":
        raise TemplateBroken(f"a condition compares with {row.get('op')!r}")
    value = row.get("value")
    return Comparison(
        variable=str(row["variable"]), equal=row["op"] == "equal", value="" if value is None else str(value)
    )
