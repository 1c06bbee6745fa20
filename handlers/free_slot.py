"""The button under a conflict: when the same work could be done without one."""

from __future__ import annotations

from handlers.desk import Desk
from workflow.findings import Finding, Verdict
from workflow.ids import PermitId
from workflow.permit.content import Content
from workflow.rules.book import RuleBook
from workflow.rules.types import PermitRules
from workflow.simops.slots import Hours, next_free_slot
from workflow.values import Interval


def hours_of(book: RuleBook, desk: Desk) -> Hours:
    """The plant's working hours: what is not its night."""
    return Hours(zone=desk.house.zone, start=book.plant.night_to, end=book.plant.night_from)


def free_slot(desk: Desk, number: PermitId, content: Content, rules: PermitRules) -> Interval | None:
    """The earliest stretch in which nothing hard bites; None when there is none within a week, or the place is unknown.

    Work that was planned into the night on purpose may stay there: then the whole day is offered.
    """
    others = desk.around(number, content).others(ever=True)
    if others is None:
        return None
    hours = hours_of(desk.house.book, desk)
    if not _inside(hours, content.planned):
        hours = Hours(zone=desk.house.zone)
    return next_free_slot(number, content, rules, others, now=desk.now, hours=hours)


def in_conflict(findings: tuple[Finding, ...]) -> bool:
    """Whether one of these is a hard rule that another time would cure."""
    return any(one.other is not None and one.gate.startswith("conflict.") for one in findings if _bad(one))


def _bad(finding: Finding) -> bool:
    return finding.verdict is not Verdict.PASS


def _inside(hours: Hours, planned: Interval) -> bool:
    return any(
        one.start <= planned.start and planned.end <= one.end for one in hours.windows(planned.start, planned.end)
    )
