"""The plant's names for the readers of sentences, made from the directory once for each of its versions."""

from __future__ import annotations

import threading

from handlers.request.gazetteer import Gazetteer, PersonEntry, PlaceEntry, PlaceKind
from storage.directory import Directory
from workflow.plant import Area, Equipment, Person


class Names:
    """Keeps the newest gazetteer. Building one takes some tens of milliseconds: the office does it outside of the
    writer."""

    def __init__(self) -> None:
        self._known: tuple[int, Gazetteer] | None = None
        self._building = threading.Lock()

    def of(self, directory: Directory) -> Gazetteer:
        """The gazetteer of this version of the directory."""
        known = self._known
        if known is not None and known[0] == directory.version:
            return known[1]
        with self._building:
            if self._known is None or self._known[0] != directory.version:
                self._known = (directory.version, gazetteer_of(directory))
            return self._known[1]

    @property
    def cold(self) -> bool:
        """Whether nothing was built yet."""
        return self._known is None


def gazetteer_of(directory: Directory) -> Gazetteer:
    """Everybody active, every area and piece of equipment, under all their names."""
    register = directory.register
    return Gazetteer.of(
        people=(_person(one) for one in register.people if one.active),
        areas=(_area(one) for one in register.areas),
        equipment=(_equipment(one) for one in register.equipment),
    )


def _person(person: Person) -> PersonEntry:
    return PersonEntry(id=person.id, name=person.name, department=person.department, employer=person.employer or "")


def _area(area: Area) -> PlaceEntry:
    return PlaceEntry(kind=PlaceKind.AREA, id=area.id, code=area.id, name=area.name, aliases=area.aliases)


def _equipment(thing: Equipment) -> PlaceEntry:
    return PlaceEntry(
        kind=PlaceKind.EQUIPMENT, id=thing.id, code=thing.id, name=thing.name, area=thing.area, aliases=thing.aliases
    )
