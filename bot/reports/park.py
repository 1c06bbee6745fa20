"""Files for a park's platform by the dictionary of `policies/park.yaml`, with a manifest that says how sure each field
is. Nothing is sent anywhere: somebody looks at the files and hands them over.

Off until the plant switches it on. Everybody named in the files can see in 谁看过我 that they were made, and what for.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from bot.clock import Clock, SystemClock
from bot.evidence import Say, ready_database
from bot.export import archive
from bot.forms import gather
from bot.looked import looked
from bot.new_file import written
from bot.reports.dictionary import park_of
from bot.reports.ledger import MOST, TooMany
from bot.settings import Settings
from cards import words_reports as words
from cards.forms.paper import Paper
from cards.reports import park as facts
from cards.reports.park import Raw, Row, Rows
from handlers.house import permits_of
from handlers.streams import hazards_of
from handlers.windows import Window
from storage import policies
from storage.planned import planned_between, reported_between
from storage.policy_park import Park, ParkField
from storage.store import Store
from storage.tx import Tx
from workflow.ids import PermitId, SiteId
from workflow.journal import BrokenChain
from workflow.privacy.looks import LookKind, named_in
from workflow.rules.book import RuleBook

FORMAT: Final = "permitbot.park.v1"


@dataclass(slots=True, kw_only=True)
class Found:
    """Our rows of a window, whom they name, and what had to be left out."""

    rows: dict[Rows, list[Row]] = field(default_factory=lambda: {one: [] for one in Rows})
    people: set[str] = field(default_factory=set)
    left_out: list[dict[str, str]] = field(default_factory=list)


def gathered(tx: Tx, settings: Settings, window: Window, book: RuleBook) -> Found:
    """Permits planned for the window with all that belongs to them, and the hazards reported in it. Raise `TooMany`."""
    since, until = window.moments(settings.zone)
    found = Found()
    for number in _few(planned_between(tx, since, until, most=MOST + 1)):
        _permit(tx, settings, PermitId(number), book, found)
    fold, names = hazards_of(SiteId(settings.site_id)), {one.id: one.name for one in tx.directory.register.people}
    for number in _few(reported_between(tx, since, until, most=MOST + 1)):
        hazard, _ = tx.load(fold, number)
        row = facts.hazard_row(hazard, names)
        if row is None:
            found.left_out.append({"number": number, "why": words.PARK_NO_HAZARD})
            continue
        found.rows[Rows.HAZARDS].append(row)
        found.people.update(str(one) for one in facts.named_in_row(hazard) if one is not None)
    return found


def _few(numbers: tuple[str, ...]) -> tuple[str, ...]:
    if len(numbers) > MOST:
        raise TooMany(f"more than {MOST}; ask for fewer days")
    return numbers


def _permit(tx: Tx, settings: Settings, number: PermitId, book: RuleBook, found: Found) -> None:
    try:
        paper = gather(tx, permits_of(SiteId(settings.site_id)), number, zone=settings.zone, book=book)
    except BrokenChain:
        found.left_out.append({"number": number, "why": words.BROKEN})
        return
    if paper is None or facts.phase(paper) is None:
        found.left_out.append({"number": number, "why": words.PARK_NO_WORK})
        return
    found.people.update(map(str, named_in(paper.permit)))
    found.rows[Rows.PERMITS].append(facts.permit_row(paper, contractor=_contractor(tx, paper)))
    found.rows[Rows.GAS] += facts.gas_rows(paper)
    found.rows[Rows.APPROVALS] += facts.approval_rows(paper)
    found.rows[Rows.MEASURES] += facts.measure_rows(paper)


def _contractor(tx: Tx, paper: Paper) -> bool | None:
    leader = tx.directory.people.get(paper.permit.leader)
    return None if leader is None else leader.employer is not None


# --- into their words ---------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Told:
    """What became of one field: how often it was filled, and how often a value of ours has no code of theirs."""

    filled: int = 0
    without_code: int = 0


def table(
    rows: Iterable[Row], fields: tuple[ParkField, ...], park: Park, settings: Settings
) -> tuple[list[dict[str, str | None]], dict[str, Told]]:
    """The rows in their words, and what became of each field."""
    told = {one.name: Told() for one in fields}
    whole = {"company_code": park.company_code, "credit_code": park.credit_code}
    made = []
    for row in rows:
        own = {**whole, **row}
        line = {
            one.name: _value(own.get(one.source) if one.source else None, one, park, settings, told[one.name])
            for one in fields
            if not one.works or row.get("work") in one.works
        }
        for one in fields:
            if one.beside and line.get(one.beside) is None and one.name in line:
                line[one.name] = None
        for name, value in line.items():
            told[name].filled += value is not None
        made.append(line)
    return made, told


def _value(value: Raw, one: ParkField, park: Park, settings: Settings, told: Told) -> str | None:
    match value:
        case None | "":
            return None
        case datetime():
            return value.astimezone(settings.zone).strftime(park.times)
        case Decimal():
            return format(value, "f")
        case str() if one.codes:
            code = one.codes.get(value)
            told.without_code += code is None
            return code
        case str():
            return value


def files_of(found: Found, park: Park, settings: Settings, window: Window, now: datetime) -> dict[str, bytes]:
    """The files and their manifest."""
    files: dict[str, bytes] = {}
    listed: dict[str, Any] = {}
    for name, file in park.files.items():
        rows, told = table(found.rows[Rows(file.rows)], file.fields, park, settings)
        data = _json(rows)
        files[f"{name}.json"] = data
        listed[f"{name}.json"] = {
            "rows": len(rows),
            "sha256": hashlib.sha256(data).hexdigest(),
            "fields": [_sure(one, told[one.name]) for one in file.fields],
        }
    fields = [one for file in park.files.values() for one in file.fields]
    manifest = {
        "format": FORMAT,
        "site": settings.site_id,
        "days": [str(window.since), str(window.until)],
        "made": now.astimezone(settings.zone).strftime(park.times),
        "zone": settings.timezone,
        "source": park.source,
        "fields": len(fields),
        "confirmed": sum(one.confirmed for one in fields),
        "notes": list(words.PARK_NOTES),
        "left_out": found.left_out,
        "files": listed,
    }
    return files | {"manifest.json": _json(manifest)}


def _sure(one: ParkField, told: Told) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "status": "confirmed" if one.confirmed else "unconfirmed",
        "by": one.by,
        "mark": one.mark,
        "note": one.note,
        "held": bool(one.source),
        "filled": told.filled,
        "without_code": told.without_code,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def main(
    *, settings: Settings, window: Window, path: Path | None, why: str, say: Say, clock: Clock | None = None
) -> int:
    """Write the files as one archive that only its owner can read; 1 when that cannot be done.

    Raise `storage.policies.PolicyError`, `storage.errors.StorageError`.
    """
    park = park_of(settings.policies)
    if not park.enabled:
        say("The park export is off. policies/park.yaml says what to do first; docs/operations/reports.md tells how.")
        return 1
    clock = clock or SystemClock()
    book, now = policies.load(settings.policies, plant=settings.plant_file), clock.now()
    try:
        found = asyncio.run(_read(settings, window, book))
    except TooMany as many:
        say(f"Not written: {many}.")
        return 1
    data = archive(files_of(found, park, settings, window, now))
    looked(
        settings, found.people, LookKind.EXPORT, what=words.PARK_WHAT.format(since=window.since, until=window.until),
        why=why, clock=clock,
    )  # fmt: skip
    target = path or Path(words.PARK_NAME.format(since=window.since, until=window.until))
    if not written(target, data, say):
        return 1
    fields = [one for file in park.files.values() for one in file.fields]
    sure = sum(one.confirmed for one in fields)
    counted = ", ".join(f"{len(rows)} {kind.value}" for kind, rows in found.rows.items())
    say(f"{target}: {counted}; {len(found.left_out)} left out.")
    say(f"{sure} of {len(fields)} fields are confirmed by a document of the park; the manifest lists the others.")
    return 0


async def _read(settings: Settings, window: Window, book: RuleBook) -> Found:
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(lambda tx: gathered(tx, settings, window, book))
    finally:
        await store.close()
