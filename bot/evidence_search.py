"""`permitbot evidence search`: records by time, person, device, place, word. Only reads; numbers of people are hidden.

Permits are told in sentences, other streams by kind and words. What is said here proves nothing: export what was found.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from bot.evidence import Names, ready_database, told
from bot.export import PERMIT
from bot.log import Redactor
from bot.looked import looked, named
from bot.settings import Settings
from handlers.house import Permits, permits_of
from storage.errors import UnknownEvent
from storage.store import Store
from storage.tx import Tx
from workflow.ids import SiteId
from workflow.journal import Record
from workflow.privacy.looks import LookKind

Say = Callable[[str], None]
MOST = 1000
"""Lines told at most: whoever wants more narrows the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for; nothing said: everything. ``since`` and ``until`` are days at the site, both included."""

    since: date
    until: date
    person: str = ""
    """An id or a whole name."""
    device: str = ""
    place: str = ""
    """Of a permit: a piece of its place, the code of its area or equipment."""
    word: str = ""
    viewer: str = ""
    """Who asks; empty: the server's own user."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One record and what it says."""

    stream: str
    record: Record
    sentence: str


def search(*, settings: Settings, question: Question, say: Say) -> int:
    """Tell every record that answers; 1 when there is none. Raise `storage.errors.StorageError`."""
    found = lines(settings, question)
    for line in found[:MOST]:
        say(line)
    if len(found) > MOST:
        say(f"… and {len(found) - MOST} more; narrow the question.")
    if not found:
        say("Nothing was found.")
    return 0 if found else 1


def lines(settings: Settings, question: Question) -> list[str]:
    """Every record that answers, as a line without numbers of people, once it is written down who looked.

    Blocks: in a service run it in a thread. Raise `storage.errors.StorageError`.
    """
    redactor = Redactor(settings.secrets())
    found, people = asyncio.run(_ask(settings, permits_of(SiteId(settings.site_id)), question))
    seen = named((one.record for one in found[:MOST]), people)
    what = f"{question.since}..{question.until} {question.person or question.word or question.place or question.device}"
    looked(settings, seen, LookKind.SEARCH, what=redactor.text(what.strip()), why=question.why, viewer=question.viewer)
    return [redactor.text(f"{one.stream}  {one.sentence}") for one in found]


async def _ask(settings: Settings, permits: Permits, question: Question) -> tuple[list[Found], tuple[str, ...]]:
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(
            lambda tx: (list(answers(tx, permits, question, settings.zone)), tuple(map(str, tx.directory.people)))
        )
    finally:
        await store.close()


def answers(tx: Tx, permits: Permits, question: Question, zone: tzinfo) -> Iterator[Found]:
    """The records that answer, by stream and version."""
    start, end = (datetime.combine(day, time(), zone) for day in (question.since, question.until + timedelta(days=1)))
    names: Names = {one.id: one.name for one in tx.directory.register.people}
    persons = {question.person, *(str(one) for one, name in names.items() if name == question.person)}
    for stream in tx.streams_between(start, end):
        records = tx.stream_records(stream)
        if question.place and not _at(records, question.place):
            continue
        for record, sentence in zip(records, _sentences(stream, records, permits, names, zone), strict=True):
            if start <= record.at < end and _answers(record, sentence, question, persons):
                yield Found(stream=stream, record=record, sentence=sentence)


def _sentences(stream: str, records: tuple[Record, ...], permits: Permits, names: Names, zone: tzinfo) -> Iterator[str]:
    if stream.startswith(PERMIT):
        try:
            yield from list(told(records, permits, names, zone))
        except UnknownEvent:  # written by another version, or damaged: shown as it lies there
            pass
        else:
            return
    for record in records:
        at = record.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        yield f"{record.version:4d}  {at}  {record.kind} {record.body.decode(errors='replace')}"


def _answers(record: Record, sentence: str, question: Question, persons: set[str]) -> bool:
    said = record.body.decode(errors="replace")
    if question.word and question.word not in said and question.word not in sentence:
        return False
    if not question.person and not question.device:
        return True
    strings = set(_strings(_json(said)))
    return (not question.person or bool(strings & persons)) and (not question.device or question.device in strings)


def _at(records: tuple[Record, ...], place: str) -> bool:
    """Whether a permit was ever asked for at this place."""
    contents = [_json(one.body.decode(errors="replace")) for one in records if one.kind == "PermitSubmitted"]
    for content in (one.get("content") or {} for one in contents if isinstance(one, dict)):
        if place in str(content.get("place")) or place in (content.get("area"), content.get("equipment")):
            return True
    return False


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
