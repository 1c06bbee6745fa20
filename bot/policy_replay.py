"""`permitbot policy replay`: the decisions of this site's journal, asked again under changed rules. Only reads."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from bot.evidence import ready_database
from bot.policy import book_of
from bot.settings import Settings
from handlers.hindsight import Hindsight
from handlers.house import permits_of
from storage.directory import Directory
from storage.history import histories
from storage.store import Store
from storage.tx import Tx
from workflow.ids import PermitId, PersonId, SiteId
from workflow.replay import Changed, No, Past, cost, replay, usual_waits
from workflow.rules.book import RuleBook
from workflow.rules.types import GRADE_WORDS, Role
from workflow.rules.validity import spoken
from workflow.values import ActorKind

Say = Callable[[str], None]

_LEAD = timedelta(days=31)
"""How much earlier than the first day permits are read, for those that were neighbours then."""
_MOST = 200
"""How many permits are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay found."""

    asked: int
    """Permits whose decisions were looked at."""
    changed: tuple[Changed, ...]
    waits: dict[Role, timedelta]


def main(*, settings: Settings, folder: Path, since: str, plant: str | None, say: Say) -> int:
    """Replay and tell; 0 when nothing would have been different, 1 otherwise, 2 for a day that cannot be read.

    Raise `storage.policies.PolicyError` or `storage.errors.StorageError`.
    """
    try:
        first = datetime.combine(datetime.fromisoformat(since).date(), time.min, settings.zone)
    except ValueError:
        say(f"{since!r} is no day, e.g. 2026-01-01")
        return 2
    before, after = book_of(settings, None, None), book_of(settings, folder, plant)
    pasts, directory = asyncio.run(_gather(settings, first))
    found = run(pasts, directory, before, after, settings, first)
    for line in _told(found, directory, settings):
        say(line)
    return 1 if found.changed else 0


async def _gather(settings: Settings, first: datetime) -> tuple[tuple[Past, ...], Directory]:
    site = SiteId(settings.site_id)
    permits = permits_of(site)

    def ask(tx: Tx) -> tuple[tuple[Past, ...], Directory]:
        found = histories(tx, permits, first - _LEAD)
        return tuple(Past(id=PermitId(name), site=site, events=events) for name, events in found), tx.directory

    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(ask)
    finally:
        await store.close()


def run(
    pasts: tuple[Past, ...],
    directory: Directory,
    before: RuleBook,
    after: RuleBook,
    settings: Settings,
    first: datetime,
    *,
    thorough: bool = False,
) -> Replayed:
    """Replay every permit with an event since the first day."""
    sight = Hindsight(pasts, directory, settings.zone)
    asked = [past for past in pasts if past.events[-1].at >= first]
    found = (
        replay(past, before, after, sight.facts, zone=settings.zone, since=first, thorough=thorough) for past in asked
    )
    changed = tuple(one for one in found if one is not None)
    return Replayed(asked=len(asked), changed=changed, waits=dict(usual_waits(asked)))


def _told(found: Replayed, directory: Directory, settings: Settings) -> Iterator[str]:
    for one in found.changed[:_MOST]:
        yield from _permit(one, found, directory, settings)
    if len(found.changed) > _MOST:
        yield f"… and {len(found.changed) - _MOST} more permits"
    asked = f"{found.asked} permit{'' if found.asked == 1 else 's'}"
    yield f"{asked} asked again, {len(found.changed)} would have gone differently."
    for title, pick in (("would have been refused", False), ("would have been stopped", True)):
        gates = Counter(no.gate for one in found.changed for no in one.refused if no.stops_work is pick)
        for gate, count in gates.most_common():
            yield f"  {title} by {gate}: {count} permit{'s' if count > 1 else ''}"
    let = Counter(no.gate for one in found.changed for no in one.let)
    for gate, count in let.most_common():
        yield f"  no longer refused by {gate}: {count} permit{'s' if count > 1 else ''}"
    minutes = sum((cost(one, found.waits) for one in found.changed), timedelta(0))
    if minutes:
        yield f"  added by new nodes and longer watches: {spoken(minutes)} in all"
    if found.changed:
        yield "People, certificates, posts and places were taken as they are today; wind and isolations as unknown."


def _permit(one: Changed, found: Replayed, directory: Directory, settings: Settings) -> Iterator[str]:
    before, after = (GRADE_WORDS[grade] if grade is not None else "" for grade in one.grades)
    grade = before if before == after else f"{before or 'none'} → {after or 'none'}"
    yield f"{one.permit} {one.work.value} {grade}".rstrip()
    for no in one.refused:
        yield f"  {_no(no, directory, settings)}"
    for no in one.let:
        yield f"  no longer: {_no(no, directory, settings)}"
    for node in one.nodes:
        usual = found.waits.get(node.role)
        length = f"usually {spoken(usual)}" if usual is not None else f"up to {spoken(node.wait)}"
        yield f"  new node {node.key} {node.label}: {length}  [{node.clause}]"
    for node in one.dropped:
        yield f"  node {node.key} {node.label} no longer asked"
    if one.watch:
        yield f"  fire watch {'+' if one.watch > timedelta(0) else '−'}{spoken(abs(one.watch))}"


def _no(no: No, directory: Directory, settings: Settings) -> str:
    who = no.by.id
    if no.by.kind is ActorKind.PERSON:
        person = directory.people.get(PersonId(no.by.id))
        who = person.name if person is not None else no.by.id
    when = no.at.astimezone(settings.zone).strftime("%Y-%m-%d %H:%M")
    what = "stops the work at" if no.stops_work else "refuses"
    again = f" (and {no.times - 1} more times)" if no.times > 1 else ""
    clause = f"  [{no.clause}]" if no.clause else ""
    return f"{when} {who}: {no.gate} {what} {no.command}: {no.fact}{clause}{again}"
