"""When would nothing bite? The earliest stretch of the same length, inside validity and the plant's hours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from workflow.facts import OtherPermit
from workflow.ids import PermitId
from workflow.permit.content import Content
from workflow.permit.state import Status
from workflow.rules.situation import frozen
from workflow.rules.types import PermitRules
from workflow.simops.meeting import ours, pair_of
from workflow.simops.pairs import bites, concerning
from workflow.values import Interval

HORIZON = timedelta(days=7)
"""Farther ahead nothing is proposed: too much moves until then."""
_PLANNED = frozenset({Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The plant's hours of a day, at the site; ``start == end``: all day."""

    zone: tzinfo
    start: time = time(0)
    end: time = time(0)

    def windows(self, first: datetime, last: datetime) -> Iterator[Interval]:
        """The plant's hours from ``first`` on, one stretch a day; one stretch altogether when they are all day."""
        if self.start == self.end:
            yield Interval(start=first, end=last)
            return
        day = first.astimezone(self.zone).date() - timedelta(days=1)
        while (opens := datetime.combine(day, self.start, self.zone)) < last:
            closing = day if self.start < self.end else day + timedelta(days=1)
            closes = datetime.combine(closing, self.end, self.zone)
            if closes > first:
                yield Interval(start=max(opens, first), end=closes)
            day += timedelta(days=1)


def next_free_slot(
    number: PermitId,
    content: Content,
    rules: PermitRules,
    others: Iterable[OtherPermit],
    *,
    now: datetime,
    hours: Hours,
    horizon: timedelta = HORIZON,
) -> Interval | None:
    """The earliest stretch as long as the planned one, not before the planned start and not before ``now``, in which no
    hard rule bites and nobody guards or works elsewhere; what cannot be told bites where the rule stops for it.

    ``others`` are all that may matter at whatever time, planned ones too: whoever comes first was there first. None
    when the work is longer than a permit may be, or nothing is free within ``horizon``. Pure; all times aware.
    """
    length = content.planned.length
    if length > rules.max_validity:
        return None
    first = max(now, content.planned.start)
    busy = sorted(
        (other.interval for other in others if in_the_way(number, content, rules, other)), key=lambda one: one.start
    )
    for window in hours.windows(first, first + horizon):
        start = window.start
        for taken in busy:
            if taken.start < start + length and start < taken.end:
                start = taken.end
        if start + length <= window.end and start < first + horizon:
            return Interval(start=start, end=start + length)
    return None


def in_the_way(number: PermitId, content: Content, rules: PermitRules, other: OtherPermit) -> bool:
    """Whether the two may not go on at once, whenever that is."""
    if other.id == number or not (other.live or other.status in _PLANNED):
        return False
    return _one_crew(content, other) or _hard(number, content, rules, other)


def _hard(number: PermitId, content: Content, rules: PermitRules, other: OtherPermit) -> bool:
    pair = pair_of(ours(number, content, frozen(rules)), content, other)
    answers = ((rule, bites(rule, pair)) for rule in concerning(rules.conflicts, content.work, pair.theirs.work))
    return any(answer is True or (answer is None and rule.blocks_unknown) for rule, answer in answers)


def _one_crew(content: Content, other: OtherPermit) -> bool:
    """Somebody is needed in both places (4.10); linked permits of one job are one place."""
    if other.id in content.linked:
        return False
    here, there = {content.leader, *content.workers}, {other.leader, *other.workers}
    guards = content.guardian in there | {other.guardian} or other.guardian in here
    return guards or bool(here & there)
