"""Everything that can be told about a typed line before its transaction: pure, and done outside of the writer.

Which of the readings counts is decided by `handlers.route`, inside the transaction, from the state of the conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.house import House
from handlers.request.commands import NOT_A_COMMAND, Recognised, recognise
from handlers.request.composing import required_of
from handlers.request.counts import Counts, parse_counts
from handlers.request.drafts import RequestDraft
from handlers.request.folding import MAX_TEXT, fold
from handlers.request.gasvalues import GasValues, parse_gas
from handlers.request.gazetteer import Gazetteer, PersonEntry, PlaceKind
from handlers.request.linking import take_links
from handlers.request.merge import read_further
from handlers.request.places import find_exact
from handlers.request.reading import Setting
from handlers.request.understand import Said, TextRefused, judge, longest_of, read_first
from handlers.talk import unpack_talk
from storage.directory import Directory
from workflow.ids import AreaId, EquipmentId, PermitId
from workflow.plant import Person

NO_GAS = GasValues(readings=(), refused=())
NO_COUNT = Counts(people=None, tools=None, refused=())
_STOP_TEXT = 200
"""Characters of a long text that are searched for places, when it is a cry to stop."""


_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), " ")


def clean(text: str) -> str:
    """The text without control characters: no keyboard types them, and not every database keeps them."""
    return text.translate(_CONTROL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """Who writes and what is open with them, as of a moment before the transaction."""

    person: Person
    directory: Directory
    body: bytes | None
    """The stored conversation; the transaction checks that it is still this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A typed line with every reading of it."""

    text: str
    sent_at: datetime
    too_long: bool = False
    word: Recognised = NOT_A_COMMAND
    areas: tuple[AreaId, ...] = ()
    """Places it surely names, as areas; a piece of equipment stands for the area it is in."""
    things: tuple[EquipmentId, ...] = ()
    fresh: Said | TextRefused | None = None
    """As a request of its own."""
    merged: Said | TextRefused | None = None
    """As a further line on the open draft."""
    links: tuple[PermitId, ...] = ()
    """Other permits of the same job that it names."""
    gas: GasValues = NO_GAS
    count: Counts = NO_COUNT


def read_line(text: str, glimpse: Glimpse, house: House, now: datetime, sent_at: datetime) -> Line:
    """Read a line in every way there is. Never raises on any text."""
    names = house.names.of(glimpse.directory)
    too_long, text = len(text) > MAX_TEXT, clean(text[:MAX_TEXT])
    word = recognise(text)
    areas, things = places_in(text, names)
    if too_long:
        return Line(text=text, sent_at=sent_at, too_long=True, word=word, areas=areas, things=things)
    person = glimpse.person
    sender = names.by_person_id.get(person.id) or PersonEntry(
        id=person.id, name=person.name, department=person.department
    )
    links, request = take_links(text)
    setting = Setting(now=now, tz=house.zone, gazetteer=names, sender=sender)
    fresh = read_first(request, setting)
    draft = unpack_talk(glimpse.body).draft
    merged = _merged(request, draft, setting) if draft is not None else None
    return Line(
        text=text,
        sent_at=sent_at,
        word=word,
        areas=areas,
        things=things,
        fresh=fresh,
        merged=merged,
        links=links,
        gas=parse_gas(text),
        count=parse_counts(text),
    )


def _merged(text: str, draft: RequestDraft, setting: Setting) -> Said | TextRefused:
    required = required_of(draft.said, setting.sender)
    longest = longest_of(draft.said)
    before = judge(
        draft.said, now=setting.now, tz=setting.tz, sender=setting.sender, longest=longest, required=required
    )
    shown = draft.shown.question
    asked = before.questions[0] if before.questions and (shown is None or shown.key == "said") else None
    return read_further(before, text, setting, asked=asked, longest=longest, required=required)


def places_in(text: str, names: Gazetteer) -> tuple[tuple[AreaId, ...], tuple[EquipmentId, ...]]:
    """The places a text surely names, as areas and, where it is so exact, as pieces of equipment."""
    found = [place.place.entry for place in find_exact(fold(text[:_STOP_TEXT]), names) if place.place.entry is not None]
    things = [entry for entry in found if entry.kind is PlaceKind.EQUIPMENT]
    areas: Sequence[str] = [entry.id for entry in found if entry.kind is PlaceKind.AREA]
    areas = [*areas, *(entry.area for entry in things)]
    return tuple(dict.fromkeys(map(AreaId, areas))), tuple(EquipmentId(entry.id) for entry in things)
