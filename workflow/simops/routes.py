"""Ways of the fire engines, and what a closure takes from whom (GB 30871-2022 12.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from workflow.plant import PlaceLink


class FireRoutes:
    """The ways on record: over the first place of a link the others are reached."""

    __slots__ = ("_ways",)

    def __init__(self, links: Iterable[PlaceLink], key: Callable[[str], str]) -> None:
        self._ways: defaultdict[str, set[str]] = defaultdict(set)
        for link in links:
            for served in link.places[1:]:
                self._ways[key(served)].add(key(link.places[0]))

    def over(self, place: frozenset[str]) -> bool | None:
        """Whether a way leads over the place; None where no ways are on record."""
        return any(over & place for over in self._ways.values()) if self._ways else None

    def lost(self, place: frozenset[str], closed: Iterable[frozenset[str]]) -> tuple[str, ...]:
        """Whom nothing reaches any more once this place is closed besides the others."""
        shut = place.union(*closed)
        return tuple(sorted(key for key, over in self._ways.items() if over & place and over <= shut))
