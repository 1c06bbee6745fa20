"""What of a permit's content the rules look at."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.permit.content import Content, SiteFacts
from workflow.permit.details import Details
from workflow.values import Interval, WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Rules are resolved from this and from nothing else of a content, so equal matters have equal rules.

    People, places and words do not change what the law asks; whoever wants a rule to look at them adds the field here
    first.
    """

    work: WorkType
    method: tuple[str, ...]
    planned: Interval
    facts: SiteFacts
    details: Details
    stated_grade: str | None
    linked: bool
    """Whether it names other permits."""

    @staticmethod
    def of(content: Content) -> Matter:
        """The part of a content that matters."""
        return Matter(
            work=content.work,
            method=content.method,
            planned=content.planned,
            facts=content.facts,
            details=content.details,
            stated_grade=content.stated_grade,
            linked=bool(content.linked),
        )
