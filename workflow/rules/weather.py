"""Fog, rain and snow as instruments tell of them, and what several of them say together. Pure.

1. Danger is believed from anybody: fog one of them sees is fog, whoever else sees none.
2. That there is none is believed only from an instrument at the place that may be trusted. Nobody says: nobody knows.
3. A heavy kind is its light kind as well; where there is none of the light kind there is none of the heavy.

The bound of sight is the widely published one of GB/T 27964 (雾 and 大雾 below 1 km, 浓雾 below 500 m), not read in its
text. The packs have one word for the 浓雾 of 8.2.6 and the 大雾 of 9.2.4, so the wider of the two counts. A station
that draws the line elsewhere says ``fog`` and ``dense_fog`` itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from workflow.facts import Weather, WeatherSaid

FOG_BELOW_M: Final = Decimal(1000)
LIGHT_OF: Final[Mapping[str, str]] = {"dense_fog": "fog", "rainstorm": "rain", "heavy_snow": "snow"}
"""Heavy kinds and what each of them is besides."""
KINDS: Final = (*LIGHT_OF.values(), *LIGHT_OF)
"""The fields of `workflow.facts.Weather`."""
WIND, SIGHT = "wind_speed", "visibility"
QUANTITIES: Final = frozenset({WIND, SIGHT, *KINDS})
"""What is measured of the sky, and judged from what is stored: every reading of these is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One word about one kind. ``sure``: of an instrument at the place that may be trusted, so that its *no* counts."""

    kind: str
    there: bool
    sure: bool
    said: WeatherSaid


def by_sight(metres: Decimal) -> dict[str, bool]:
    """What a visibility says of fog."""
    return dict.fromkeys(("fog", "dense_fog"), metres < FOG_BELOW_M)


def together(words: Iterable[Told]) -> tuple[Weather, dict[str, WeatherSaid]]:
    """What is known of the weather, and who says so of each kind that is known; the first of several."""
    every = [one for word in words for one in _meant(word)]
    found: dict[str, bool] = {}
    by: dict[str, WeatherSaid] = {}
    for kind in KINDS:
        of_it = [one for one in every if one.kind == kind]
        counts = [one for one in of_it if one.there] or [one for one in of_it if one.sure]
        if counts:
            found[kind], by[kind] = counts[0].there, counts[0].said
    return replace(Weather(), **found), by


def _meant(word: Told) -> Iterator[Told]:
    """The word, and what follows from it of another kind."""
    yield word
    for heavy, light in LIGHT_OF.items():
        if word.there and word.kind == heavy:
            yield replace(word, kind=light)
        elif not word.there and word.kind == light:
            yield replace(word, kind=heavy)
