"""Who asks for what in the simulated month, and what the pushes of it come to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from sandbox.plant import everybody
from tests.support.dice import Dice
from tests.support.month import Pushed
from tests.support.month_lives import PLACES, Job
from tests.support.office import TODAY, ZONE
from workflow.effects import Lane, Purpose
from workflow.permit.state import Permit
from workflow.plant import Person

_HOURS = (8, 10, 12, 14, 16, 18, 20)
_REMINDERS = {Purpose.REMIND.value, Purpose.ESCALATED.value}


def _on(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def jobs(count: int, days: int, seed: int) -> list[Job]:
    """So many permits, spread over so many days; no two at a time, and nobody in two of them."""
    dice = Dice(seed)
    welders, guardians = _pool("2.1"), _pool("guardian")
    guardians = [one for one in guardians if one not in welders]
    slots = [(day, hour) for day in range(1, days + 1) for hour in _HOURS]
    found = []
    for number, (day, hour) in enumerate(sorted(dice.some(slots, count))):
        on = TODAY + timedelta(days=day)
        evening = dice.share() < 0.5 or hour < 13
        asked = _on(on - timedelta(days=1), dice.between(15, 23), dice.between(0, 59)) if evening else _on(on, 8)
        asker, worker = welders[2 * number % len(welders)], welders[(2 * number + 1) % len(welders)]
        found.append(
            Job(
                asked=asked + dice.between(0, 59) * timedelta(seconds=1),
                start=_on(on, hour),
                hours=2,
                place=PLACES[number % len(PLACES)],
                asker=asker.id,
                worker=worker.name,
                guardian=guardians[number % len(guardians)].name,
                seed=dice.between(0, 2**31),
            )
        )
    return found


def _pool(kind: str) -> list[Person]:
    """People of the background with this certificate, good for the month, whose name nobody else has."""
    people = everybody(TODAY)
    names = Counter(one.name for one in people)
    good = TODAY + timedelta(days=60)
    return [
        one
        for one in people
        if one.id.startswith("hc0") and names[one.name] == 1 and not one.posts and one.experience_years
        if any(c.kind == kind and c.valid_to > good and (c.review_due or good) >= good for c in one.certificates)
    ]


# --- what came of it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How many pushes one of a role got about one permit: the usual, the unlucky, the worst."""

    role: str
    heads: int
    median: float
    p95: int
    worst: int


def roles(permit: Permit, pushed: Iterable[Pushed]) -> Iterator[tuple[str, str]]:
    """(person or group, role) of everybody who heard of the permit; each in his first role."""
    content = permit.what
    named = {permit.leader: "作业负责人", permit.guardian: "监护人", content.applicant: "申请人"}
    named = {**dict.fromkeys(content.workers, "作业人"), **named}
    for to, group in dict.fromkeys((one.to, one.group) for one in pushed):
        yield to, "群" if group else named.get(to, "审批、值班、管理")  # type: ignore[call-overload]  # an id is a str


def table(permits: Mapping[str, Permit], pushed: list[Pushed]) -> list[Row]:
    """Pushes about a permit by role, without prompts to the guardian and without answers to one's own acts."""
    counted: dict[str, list[int]] = defaultdict(list)
    for number, permit in permits.items():
        mine = [one for one in pushed if about(one) == number]
        told = Counter(one.to for one in mine if wanted(one))
        for to, role in roles(permit, mine):
            counted[role].append(told[to])
    return [
        Row(role=role, heads=len(each), median=median(each), p95=sorted(each)[int(len(each) * 0.95)], worst=max(each))
        for role, each in sorted(counted.items())
    ]


def about(one: Pushed) -> str:
    """The permit a push is about."""
    return one.permit


def wanted(one: Pushed) -> bool:
    """Whether a push counts against the budget: not the answer to one's own act, and nothing of the safety lane."""
    return bool(one.purpose) and one.lane is not Lane.SAFETY


def printed(rows: list[Row]) -> str:
    """The table as it stands in docs/attention.md."""
    head = "| 角色 | 人次 | 中位数 | 95% | 最多 |\n|---|---|---|---|---|"
    return "\n".join([head, *(f"| {r.role} | {r.heads} | {r.median:g} | {r.p95} | {r.worst} |" for r in rows)])


# --- what must hold -------------------------------------------------------------------------------------------------


def too_soon(pushed: list[Pushed], gap: timedelta) -> list[Pushed]:
    """Reminders that came sooner after another push about the same permit than manners allow."""
    last: dict[tuple[str, str], datetime] = {}
    found = []
    for one in pushed:
        if not one.purpose:
            continue
        before = last.get((one.to, about(one)))
        if one.purpose in _REMINDERS and before is not None and one.at - before < gap:
            found.append(one)
        last[one.to, about(one)] = one.at
    return found


def most_in(pushed: list[Pushed], window: timedelta) -> int:
    """The most messages one person ever got within such a time, answers and alarms included."""
    by: dict[str, list[datetime]] = defaultdict(list)
    for one in pushed:
        if not one.group:
            by[one.to].append(one.at)
    return max(sum(1 for other in times if at <= other < at + window) for times in by.values() for at in times)
