"""The summary of a week or a month on one page: the figures of `workflow.figures`, said with what they count.

A share is never said without its part and its whole, a stretch of time never without how many cases it is the middle
of, and what has no value is a dash: not 0 %, not 100 %. No name of a person is in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from cards import words
from cards import words_reports as say
from cards.forms.table import Table
from workflow.figures import DEFINITIONS, UNKNOWN, Definition, Key, Share, Spread, Violation
from workflow.values import WorkType

Value = Spread | Share | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What was counted over one stretch of time."""

    whole: Mapping[Key, Value]
    """Every figure, undivided."""
    tally: Mapping[str, int]
    """How often each milestone event happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The figures of one kind of work, or of one area."""

    name: str
    approval: Spread
    closed: Share
    violations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Everything the page says."""

    kind: str
    """``month`` · ``week`` · ``days``."""
    site: str
    days: str
    before_days: str
    as_of: datetime
    zone: tzinfo
    now: Stretch
    before: Stretch
    """The stretch of the same length before: figures are read beside it or not at all."""
    works: tuple[Group, ...]
    areas: tuple[Group, ...]
    violations: Mapping[str, int]
    """By what sort of violation."""


def page(summary: Summary) -> bytes:
    """The page as data for the template."""
    at = summary.as_of.astimezone(summary.zone)
    told: dict[str, Any] = {
        "title": say.SUMMARY_TITLE[summary.kind],
        "days": summary.days,
        "site": summary.site,
        "made": say.SUMMARY_MADE.format(at=at.strftime("%Y-%m-%d %H:%M"), zone=str(summary.zone)),
        "tables": [_plain(one) for one in _tables(summary)],
        "notes": list(say.SUMMARY_NOTES),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def said(value: Value) -> str:
    """A figure in words, always with what it is counted from."""
    match value:
        case Spread():
            if value.middle is None or value.longest is None:
                return say.NOTHING
            middle, longest = words.span(value.middle), words.span(value.longest)
            return say.SPREAD.format(middle=middle, longest=longest, count=value.count)
        case Share():
            percent = value.percent
            if percent is None:
                return say.NOTHING
            return say.SHARE.format(percent=percent, part=value.part, whole=value.whole)
        case int():
            return say.TIMES.format(count=value)


def _tables(summary: Summary) -> Iterator[Table]:
    yield Table(
        title=say.KPI,
        columns=((say.FIGURE, 2.2), (summary.days, 4.2), (say.BEFORE.format(days=summary.before_days), 4.2)),
        rows=tuple(
            (one.name, said(summary.now.whole[key]), said(summary.before.whole[key]))
            for key, one in DEFINITIONS.items()
        ),
    )
    yield Table(
        title=say.HAPPENED,
        columns=((say.WHAT, 3.0), (summary.days, 2.0), (summary.before_days, 2.0)),
        rows=tuple(
            (label, str(summary.now.tally.get(kind, 0)), str(summary.before.tally.get(kind, 0)))
            for kind, label in say.TALLY.items()
        ),
    )
    if summary.violations:
        yield Table(
            title=DEFINITIONS[Key.VIOLATIONS].name,
            columns=((say.WHAT, 4.0), (summary.days, 2.0)),
            rows=tuple(
                (say.VIOLATION[Violation(kind)], say.TIMES.format(count=many))
                for kind, many in sorted(summary.violations.items(), key=lambda one: (-one[1], one[0]))
            ),
        )
    for title, groups in ((say.BY_WORK, summary.works), (say.BY_AREA, summary.areas)):
        if groups:
            yield _grouped(title, groups)
    yield Table(
        title=say.MEANINGS,
        columns=((say.FIGURE, 2.2), (say.MEANING, 6.0), (say.LEAVES_OUT, 5.0), (say.SOURCE, 3.0)),
        rows=tuple(map(_meaning, DEFINITIONS.values())),
    )


def _grouped(title: str, groups: tuple[Group, ...]) -> Table:
    names = (DEFINITIONS[key].name for key in (Key.APPROVAL_TIME, Key.CLOSED_LOOP, Key.VIOLATIONS))
    approval, closed, violations = names
    return Table(
        title=title,
        columns=((say.WHERE, 2.4), (approval, 4.4), (closed, 2.6), (violations, 1.6)),
        rows=tuple(
            (one.name, said(one.approval), said(one.closed), say.TIMES.format(count=one.violations)) for one in groups
        ),
    )


def _meaning(one: Definition) -> tuple[str, ...]:
    return one.name, say.PART_OF.format(part=one.part, whole=one.whole), one.leaves_out, one.source


def work_label(group: str) -> str:
    """What a group of `workflow.figures.Cut.WORK` is called."""
    return words.WORK[WorkType(group)] if group != UNKNOWN else say.UNKNOWN_GROUP


def _plain(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [{"label": label, "share": share} for label, share in table.columns],
        "rows": [list(row) for row in table.rows],
    }
