"""Leave in a register that is being loaded: from what stands in the file to what it comes to, faults at their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from storage.policy_yaml import Problem
from storage.register import RegisterError
from storage.register_at import At
from storage.register_models import LeaveEntry
from workflow.delegation import Absence, AbsenceEnded, Absences, Event
from workflow.findings import Finding
from workflow.ids import PersonId
from workflow.leave import Judged, Kept, Row, judge
from workflow.plant import Person
from workflow.values import Interval

_KEY: Final = {"away.deputy": "deputy", "away.chain": "deputy", "away.time": "until"}
"""The key a refusal is about; else the person's."""
_WHY: Final = {
    Kept.OWN_WORD: "said himself when he is away or who stands in; his word stands until it is over",
    Kept.ENDS_NOTHING: "is away by his own word or by another row; this row ends nothing",
    Kept.TAKEN_BACK: "took this leave back himself; it stays so",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """What the rows come to: events to write, and what is said of those that change nothing."""

    events: tuple[Event, ...] = ()
    notes: tuple[str, ...] = ()

    def told(self) -> Iterator[str]:
        """What loading it does."""
        ended = sum(isinstance(event, AbsenceEnded) for event in self.events)
        if self.events:
            yield f"leave: {len(self.events) - ended} noted, {ended} ended"
        yield from self.notes


def leave_in(
    entries: Sequence[At[LeaveEntry]], absences: Absences, people: Sequence[Person], *, zone: tzinfo, at: datetime
) -> Leave:
    """Hold the rows against what is known. Raise `RegisterError` with everything wrong with them."""
    rows, problems = [], []
    for entry in entries:
        start, end = _moment(entry.said.since, zone), _moment(entry.said.until, zone, whole=True)
        if end <= start:
            problems.append(entry.wrong("结束要晚于开始", "until"))
            end = start + timedelta(minutes=1)
        rows.append(
            Row(
                person=PersonId(entry.said.person), deputy=PersonId(entry.said.deputy),
                during=Interval(start=start, end=end), active=entry.said.active,
            )
        )  # fmt: skip
    found = judge(absences, rows, {one.id: one for one in people}, at=at)
    problems += [_problem(entries[index], finding) for index, finding in found.refused]
    if problems:
        raise RegisterError(problems)
    return Leave(events=found.events, notes=tuple(_notes(entries, found)))


def away_now(absences: Absences, *, zone: tzinfo, at: datetime) -> tuple[Absence, ...]:
    """All leave that is not over, whoever said it, by the clock of the site: what an export writes."""
    lasting = sorted((one for one in absences.known.values() if one.during.end > at), key=lambda one: one.person)
    return tuple(
        replace(
            one, during=Interval(start=one.during.start.astimezone(zone), end=one.during.end.astimezone(zone))
        )
        for one in lasting
    )  # fmt: skip


def _moment(said: tuple[date, time | None], zone: tzinfo, *, whole: bool = False) -> datetime:
    """A minute at the site; of a day its beginning, or with ``whole`` its end."""
    day, minute = said
    if minute is not None:
        return datetime.combine(day, minute, zone)
    return datetime.combine(day + timedelta(days=1) if whole else day, time(), zone)


def _problem(entry: At[LeaveEntry], finding: Finding) -> Problem:
    cure = f"；{finding.cure}" if finding.cure else ""
    return entry.wrong(f"{finding.fact}{cure}", _KEY.get(finding.gate, "person"))


def _notes(entries: Sequence[At[LeaveEntry]], found: Judged) -> Iterator[str]:
    for index, why in found.kept:
        entry = entries[index]
        line = entry.source.lines[entry.where]
        yield f"note: {entry.source.name}:{line}: {entry.said.person} {_WHY[why]}"
