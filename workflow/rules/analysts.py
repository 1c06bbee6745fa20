"""Whose gas analysis lets work begin, where the plant says more than the law: that of an analyst, or of a detector.

The law asks for an analysis and leaves the hand to the plant. What the plant wants is not frozen into permits, as with
detectors: it limits nothing the law limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.rules.levels import Grade
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalystRule:
    """Works whose analyses before they begin are an analyst's or a detector's. No grades: all of them."""

    works: frozenset[WorkType]
    grades: frozenset[Grade] = frozenset()


def by_analyst(rules: Iterable[AnalystRule], work: WorkType, grade: Grade) -> bool:
    """Whether the plant asks it of such work."""
    return any(work in one.works and (not one.grades or grade in one.grades) for one in rules)
