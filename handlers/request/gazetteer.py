"""The people and places of one plant: an immutable snapshot with indexes, built when the master data change."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from handlers.request.folding import fold, key
from handlers.request.fuzzy import Names


class PlaceKind(StrEnum):
    """An area of the plant, or a piece of equipment in one."""

    AREA = "area"
    EQUIPMENT = "equipment"


class Via(StrEnum):
    """By which of its names a place was recognised."""

    CODE = "code"
    NAME = "name"
    ALIAS = "alias"
    OLD_CODE = "old_code"
    ALIKE = "alike"
    """Misspelt, above the floor and with a clear lead."""
    CHOSEN = "chosen"
    """The person tapped it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceEntry:
    """An area or a piece of equipment. ``area`` is the id of the area an equipment stands in (empty for areas)."""

    kind: PlaceKind
    id: str
    code: str
    name: str
    area: str = ""
    aliases: tuple[str, ...] = ()
    old_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEntry:
    """A person who may be named in a request. ``employer`` is empty for the plant's own people."""

    id: str
    name: str
    department: str
    employer: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place under one of its keys."""

    entry: PlaceEntry
    via: Via


_NOT_A_KEY = {"CO", "O2", "H2", "N2", "H2S", "CO2", "NH3", "CL2", "SO2", "NO2", "LEL", "PPM", "OK", "JSA"}
_DIGITS_ONLY = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Everything names are looked up in. Make it with `of`; nothing in it changes afterwards."""

    people: tuple[PersonEntry, ...]
    places: tuple[PlaceEntry, ...]
    place_keys: Mapping[str, tuple[Named, ...]]
    place_starts: Mapping[str, tuple[int, ...]]
    """First character → lengths of the keys that begin with it, longest first."""
    person_keys: Mapping[str, tuple[PersonEntry, ...]]
    person_starts: Mapping[str, tuple[int, ...]]
    place_names: Names[PlaceEntry]
    place_codes: Names[PlaceEntry]
    person_names: Names[PersonEntry]
    employers: Mapping[str, str]
    """Folded name → the name as the plant writes it."""
    units: frozenset[str]
    """Departments and employers, folded."""
    by_place_id: Mapping[tuple[PlaceKind, str], PlaceEntry]
    by_person_id: Mapping[str, PersonEntry]

    @staticmethod
    def of(
        *, people: Iterable[PersonEntry] = (), areas: Iterable[PlaceEntry] = (), equipment: Iterable[PlaceEntry] = ()
    ) -> Gazetteer:
        """Build the snapshot and its indexes; some tens of milliseconds for a plant of 480 people and 460 places."""
        folk, places = tuple(people), (*areas, *equipment)
        place_keys = _place_keys(places)
        person_keys = _person_keys(folk)
        return Gazetteer(
            people=folk,
            places=places,
            place_keys=MappingProxyType(place_keys),
            place_starts=_starts(name for name in place_keys if scannable(name)),
            person_keys=MappingProxyType(person_keys),
            person_starts=_starts(name for name in person_keys if len(name) > 1),
            place_names=Names((key(name), entry) for entry in places for name in (entry.name, *entry.aliases)),
            place_codes=Names((key(code), entry) for entry in places for code in (entry.code, *entry.old_codes)),
            person_names=Names((fold(name), person) for person in folk for name in (person.name, *person.aliases)),
            employers=MappingProxyType({fold(person.employer): person.employer for person in folk if person.employer}),
            units=frozenset(fold(unit) for person in folk for unit in (person.department, person.employer) if unit),
            by_place_id=MappingProxyType({(entry.kind, entry.id): entry for entry in places}),
            by_person_id=MappingProxyType({person.id: person for person in folk}),
        )

    def area_of(self, entry: PlaceEntry) -> PlaceEntry | None:
        """The area a place lies in; an area is its own; None when the master data does not say."""
        if entry.kind is PlaceKind.AREA:
            return entry
        return self.by_place_id.get((PlaceKind.AREA, entry.area))


def scannable(name: str) -> bool:
    """Whether a key may be looked for inside running text: a bare number or a gas may not."""
    return len(name) > 1 and not _DIGITS_ONLY.fullmatch(name) and name not in _NOT_A_KEY


def _place_keys(places: Iterable[PlaceEntry]) -> dict[str, tuple[Named, ...]]:
    keys: dict[str, list[Named]] = defaultdict(list)
    for entry in places:
        names = [(entry.code, Via.CODE), (entry.name, Via.NAME)]
        names += [(alias, Via.ALIAS) for alias in entry.aliases] + [(code, Via.OLD_CODE) for code in entry.old_codes]
        for name, via in names:
            known = keys[key(name)]
            if name and all(other.entry is not entry for other in known):
                known.append(Named(entry=entry, via=via))
    return {name: tuple(found) for name, found in keys.items() if name and found}


def _person_keys(people: Iterable[PersonEntry]) -> dict[str, tuple[PersonEntry, ...]]:
    keys: dict[str, list[PersonEntry]] = defaultdict(list)
    for person in people:
        for name in dict.fromkeys((person.name, *person.aliases)):
            if name:
                keys[fold(name)].append(person)
    return {name: tuple(found) for name, found in keys.items()}


def _starts(keys: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in keys:
        lengths[name[0]].add(len(name))
    return MappingProxyType({first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()})
