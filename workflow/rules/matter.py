"""What of a permit's content the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from workflow.permit.content import Content, SiteFacts
from workflow.permit.details import Details
from workflow.rules.calendars import Situations
from workflow.rules.types import PackRef, RuleChange
from workflow.values import WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """All that the rules see in a planned time: most hours of most days are alike to them."""

    length: timedelta
    meets: Situations
    years: tuple[PackRef, ...]
    """Where the days off of the years it touches are from."""
    changes: tuple[RuleChange, ...]
    """Packs that begin or end while it lasts."""
    shift_changes: tuple[timedelta, ...]
    """The plant's changes of shift on its first day, since midnight UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Rules are resolved from this and from nothing else of a content, so equal matters have equal rules.

    People, places and words do not change what the law asks; whoever wants a rule to look at them adds the field here
    first.
    """

    work: WorkType
    method: tuple[str, ...]
    hours: Hours
    facts: SiteFacts
    details: Details
    stated_grade: str | None
    linked: bool
    """Whether it names other permits."""

    @staticmethod
    def of(content: Content, hours: Hours) -> Matter:
        """The part of a content that matters, with what its planned time is to the rules."""
        return Matter(
            work=content.work,
            method=content.method,
            hours=hours,
            facts=content.facts,
            details=content.details,
            stated_grade=content.stated_grade,
            linked=bool(content.linked),
        )
