"""How two places lie to each other, from what the register holds. What nobody recorded is None, never "no".

The graph is built once for each version of the register and asked for every pair of permits. Codes that a person
confirmed to be one place are one place; codes that only look alike leave the question open until somebody answers it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from workflow.ids import AreaId, EquipmentId
from workflow.plant import Area, Equipment, LinkKind, PlaceLink
from workflow.simops.between import UNKNOWN, Between, Spot
from workflow.simops.lines import Lines
from workflow.simops.metres import Circle, Span, around, between_fences, between_points, from_point, surely_apart
from workflow.simops.routes import FireRoutes
from workflow.simops.threefold import any_of
from workflow.values import Position

__all__ = ["REACH_M", "Between", "PlaceGraph", "Spot"]

NOTHING_FALLS_BEYOND_M = Decimal(10)
"""Design value: farther to the side than this nothing that falls from a scaffold lands; no standard names it."""
REACH_M = Decimal(50)
"""Permits within this of a place are looked at: the widest radius of the matrix (a lift)."""
_TOUCHING = frozenset({LinkKind.ABOVE, LinkKind.INSIDE, LinkKind.DIKE, LinkKind.SYSTEM})
"""Relations that make neighbours of two areas."""
_SEEN_TOGETHER = _TOUCHING | {LinkKind.DISTANCE, LinkKind.DRAIN}
"""Relations that make two areas worth looking at together. A pipe may cross the whole plant."""
_SETS = (LinkKind.DIKE, LinkKind.DRAIN, LinkKind.SYSTEM, LinkKind.LINE)


class PlaceGraph:
    """The relations of one version of the register. Immutable from outside; answers are remembered."""

    __slots__ = (
        "_above", "_areas", "_between", "_canon", "_circles", "_codes_of", "_equipment", "_inside", "_joined", "_lines",
        "_linked", "_members", "_metres", "_near", "_pairs", "_routes", "_suspected", "_told_apart", "_touching",
    )  # fmt: skip

    def __init__(
        self,
        areas: Mapping[AreaId, Area],
        equipment: Mapping[EquipmentId, Equipment],
        links: Iterable[PlaceLink],
        suspected: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._areas: dict[str, Area] = {str(key): area for key, area in areas.items()}
        self._equipment: dict[str, Equipment] = {str(key): thing for key, thing in equipment.items()}
        alive = [link for link in links if link.active]
        self._canon = _one_place(link for link in alive if link.kind is LinkKind.SAME)
        self._inside: defaultdict[str, set[str]] = defaultdict(set)
        self._above: defaultdict[str, set[str]] = defaultdict(set)
        self._members: dict[LinkKind, defaultdict[str, set[str]]] = {kind: defaultdict(set) for kind in _SETS}
        self._lines = Lines(link for link in alive if link.kind is LinkKind.LINE)
        self._metres: dict[frozenset[str], Decimal] = {}
        self._told_apart: set[frozenset[str]] = set()
        self._linked: defaultdict[str, set[str]] = defaultdict(set)
        self._joined: defaultdict[str, set[str]] = defaultdict(set)
        self._routes = FireRoutes((link for link in alive if link.kind is LinkKind.FIRE_ROUTE), self._key)
        self._codes_of: defaultdict[str, list[str]] = defaultdict(list)
        for code in self._areas:
            self._codes_of[self._key(code)].append(code)
        for link in alive:
            self._take(link)
        self._suspected = {frozenset(map(self._key, pair)) for pair in suspected} - self._told_apart
        self._touching = self._neighbours()
        self._near: dict[AreaId, tuple[AreaId, ...]] = {}
        self._pairs: dict[tuple[str, str], Span] = {}
        self._circles: dict[str, Circle | None] = {}
        self._between: dict[tuple[Spot, Spot], Between] = {}

    def _take(self, link: PlaceLink) -> None:
        keys = [self._key(place) for place in link.places]
        match link.kind:
            case LinkKind.ABOVE:
                self._above[keys[0]].update(keys[1:])
            case LinkKind.INSIDE:
                self._inside[keys[0]].update(keys[1:])
            case LinkKind.DISTANCE:
                self._metres[frozenset(keys[:2])] = link.metres or Decimal(0)
            case LinkKind.APART:
                self._told_apart.add(frozenset(keys[:2]))
            case LinkKind.DIKE | LinkKind.DRAIN | LinkKind.SYSTEM | LinkKind.LINE:
                for key in keys:
                    self._members[link.kind][key].add(link.id)
            case LinkKind.SAME | LinkKind.FIRE_ROUTE:
                pass  # read before, as a whole
            case _:
                assert_never(link.kind)
        homes = {self._home(place) for place in link.places}
        for home in homes if link.kind in _SEEN_TOGETHER else ():
            self._linked[home] |= homes - {home}
        for home in homes if link.kind in _TOUCHING else ():
            self._joined[home] |= homes - {home}

    def _key(self, code: str) -> str:
        return self._canon.get(code, code)

    def _home(self, code: str) -> str:
        """The area a code means or stands in."""
        thing = self._equipment.get(code)
        return self._key(thing.area if thing is not None else code)

    def _neighbours(self) -> dict[str, set[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for code, area in self._areas.items():
            for other in area.neighbours:
                found[self._key(code)].add(self._key(other))
                found[self._key(other)].add(self._key(code))
        return found

    # --- what is near

    def codes_near(self, area: AreaId) -> tuple[AreaId, ...]:
        """Codes of every area whose permits may matter here: one place, touching, linked, near by its fence, or not
        known to be far because nothing says where it lies.
        """
        found = self._near.get(area)
        if found is None:
            found = self._near[area] = self._look_around(area)
        return found

    def _look_around(self, area: AreaId) -> tuple[AreaId, ...]:
        here = self._key(area)
        wanted = {here, *self._touching.get(here, ()), *self._linked.get(here, ())}
        return tuple(
            AreaId(code)
            for code in self._areas
            if self._key(code) in wanted or self._apart_by_map(here, self._key(code)) is not True
        )

    def _apart_by_map(self, here: str, there: str) -> bool | None:
        """Farther than `REACH_M` by their fences; None when the map does not say where one of them lies."""
        pair = frozenset((here, there))
        if pair in self._suspected:
            return None
        if pair not in self._metres and self._surely_apart(here, there):
            return True
        low = self._areas_span(here, there)[0]
        if low is not None:
            return low > REACH_M
        return None if self._lost(here) or self._lost(there) else True

    def _surely_apart(self, here: str, there: str) -> bool:
        """A quick yes for nearly every pair of a plant: measuring two fences costs 50 us, and an area asks for all."""
        one, other = self._circle(here), self._circle(there)
        return one is not None and other is not None and surely_apart(one, other, REACH_M)

    def _circle(self, key: str) -> Circle | None:
        if key not in self._circles:
            fences = self._fences(key)
            self._circles[key] = around(fences) if fences else None
        return self._circles[key]

    def _lost(self, key: str) -> bool:
        """Nothing on record says where this area lies: no fence, no neighbour, no relation."""
        fenced = any(self._areas[code].fence for code in self._codes_of.get(key, ()))
        return not (fenced or self._touching.get(key) or self._linked.get(key))

    # --- two spots

    def between(self, one: Spot, other: Spot) -> Between:
        """How two spots lie to each other."""
        found = self._between.get((one, other))
        if found is None:
            found = self._between[(one, other)] = self._measure(one, other)
        return found

    def _measure(self, one: Spot, other: Spot) -> Between:
        if one.area is None or other.area is None:
            return UNKNOWN
        here, there = self._key(one.area), self._key(other.area)
        same_area = self._same(here, there)
        same_spot = self._same_thing(one, other)
        low, high = self._distance(one, other, same_area=same_area)
        adjacent: bool | None = there in self._touching.get(here, ()) or there in self._joined.get(here, ())
        if not adjacent and same_area is False and low is None and (self._lost(here) or self._lost(there)):
            adjacent = None
        plain = Between(same_area=same_area, adjacent=adjacent, same_spot=same_spot, low_m=low, high_m=high)
        mine, theirs = self._levels(one), self._levels(other)
        dike = self._together(LinkKind.DIKE, mine, theirs, plain)
        return replace(
            plain,
            same_space=self._same_space(one, other, plain),
            # What stands in one area and in no recorded dike counts as standing in one: the stricter reading.
            same_dike=True if dike is None and same_area else dike,
            same_drain=self._together(LinkKind.DRAIN, mine, theirs, plain),
            same_system=self._together(LinkKind.SYSTEM, mine, theirs, plain),
            same_line=self._together(LinkKind.LINE, mine, theirs, plain),
            fall_line=self._falls(mine, theirs, plain),
        )

    def _same(self, here: str, there: str) -> bool | None:
        if here == there:
            return True
        return None if frozenset((here, there)) in self._suspected else False

    def _same_thing(self, one: Spot, other: Spot) -> bool | None:
        if one.equipment is None or other.equipment is None:
            return None
        return self._same(self._key(one.equipment), self._key(other.equipment))

    def holds(self, area: AreaId, spot: Spot) -> bool | None:
        """Whether the spot lies in the area, or in what stands in it; None when nobody can tell."""
        here = self._key(area)
        if here not in map(self._key, self._areas) or spot.area not in self._areas:
            return None
        if here in self._keys(spot) | self._keys(Spot(area=spot.area)):
            return True
        thing = self._point(spot)
        homes = {self._key(spot.area), *(() if thing is None else (self._key(thing.area),))}
        return any_of(self._same(here, home) for home in homes)

    def reaches(self, spot: Spot, area: AreaId, metres: Decimal) -> bool | None:
        """Whether a boom of so many metres at the spot comes over the area; None when no position tells.

        Where the spot's equipment has a position and the area a fence, the nearest edge counts. Fences alone tell only
        what is too far: somewhere in its area the crane stands.
        """
        low, high = self.between(spot, Spot(area=area)).low_m, self.between(spot, Spot(area=area)).high_m
        thing = self._point(spot)
        fences = self._fences(self._key(area))
        if thing is not None and thing.position is not None and fences:
            return min(from_point(thing.position, fence) for fence in fences) <= metres
        if low is not None and low > metres:
            return False
        return True if high is not None and high <= metres else None

    def _levels(self, spot: Spot) -> tuple[frozenset[str], ...]:
        """The spot's own code, then what holds it, the area last: what is said of the nearest counts."""
        levels: list[frozenset[str]] = []
        if spot.equipment is not None:
            levels.append(frozenset({self._key(spot.equipment)}))
        if spot.area is not None:
            levels.append(frozenset({self._key(spot.area)}))
        held = self._holders(levels[0]) if levels else frozenset()
        return (levels[0], held, *levels[1:]) if held else tuple(levels)

    def _holders(self, keys: frozenset[str]) -> frozenset[str]:
        """Everything these are inside of, however deep."""
        found: set[str] = set()
        rest = set(keys)
        while rest:
            rest = {holder for key in rest for holder in self._inside.get(key, ())} - found - keys
            found |= rest
        return frozenset(found)

    def _together(
        self, kind: LinkKind, mine: tuple[frozenset[str], ...], theirs: tuple[frozenset[str], ...], plain: Between
    ) -> bool | None:
        here, there = self._sets(kind, mine), self._sets(kind, theirs)
        if here and there:
            return bool(here & there)
        if plain.same_spot:
            return True
        return None if plain.near is not False else False

    def _sets(self, kind: LinkKind, levels: tuple[frozenset[str], ...]) -> frozenset[str]:
        members = self._members[kind]
        for keys in levels:
            found = frozenset(link for key in keys for link in members.get(key, ()))
            if found:
                return found
        return frozenset()

    def _same_space(self, one: Spot, other: Spot, plain: Between) -> bool | None:
        """One vessel or room. Two vessels of one area are two spaces; no vessel named, in one area, is not told."""
        if plain.same_area is False or plain.same_spot:
            return bool(plain.same_spot) and plain.same_area is not False
        if one.equipment is None or other.equipment is None:
            area = self._areas.get(one.area or "")
            whole = area is not None and area.confined_space and one.equipment is None and other.equipment is None
            return True if whole and plain.same_area else None
        here, there = self._key(one.equipment), self._key(other.equipment)
        mine = {here, *self._holders(frozenset({here}))}
        theirs = {there, *self._holders(frozenset({there}))}
        shared = {key for key in mine & theirs if key in self._equipment}
        if shared:
            return True
        return None if plain.same_spot is None else False

    def _falls(
        self, mine: tuple[frozenset[str], ...], theirs: tuple[frozenset[str], ...], plain: Between
    ) -> bool | None:
        here, there = frozenset().union(*mine), frozenset().union(*theirs)
        if self._over(here, there) or self._over(there, here) or plain.same_spot:
            return True
        if any(frozenset((a, b)) in self._told_apart for a in mine[0] for b in theirs[0]):
            return False
        if plain.low_m is not None and plain.low_m > NOTHING_FALLS_BEYOND_M:
            return False
        return None if plain.near is not False or plain.low_m is not None else False

    def _over(self, upper: frozenset[str], lower: frozenset[str]) -> bool:
        below: set[str] = set()
        rest = set(upper)
        while rest:
            rest = {key for high in rest for key in self._above.get(high, ())} - below
            below |= rest
        return bool(below & lower)

    # --- metres

    def _distance(self, one: Spot, other: Spot, *, same_area: bool | None) -> Span:
        if self._same_thing(one, other):
            return Decimal(0), Decimal(0)
        measured = self._measured(one, other)
        if measured is not None:
            return measured
        mine, theirs = self._point(one), self._point(other)
        if mine is not None and theirs is not None and mine.position is not None and theirs.position is not None:
            return between_points(mine.position, theirs.position)
        if same_area or one.area is None or other.area is None:
            return None, None
        return self._areas_span(self._key(one.area), self._key(other.area))

    def _measured(self, one: Spot, other: Spot) -> Span | None:
        """What somebody measured. Between two things it is exact, from an area on it is the least there can be."""
        if one.equipment is not None and other.equipment is not None:
            exact = self._metres.get(frozenset((self._key(one.equipment), self._key(other.equipment))))
            if exact is not None:
                return exact, exact
        found = [
            metres
            for a in self._codes(one)
            for b in self._codes(other)
            if (metres := self._metres.get(frozenset((a, b)))) is not None
        ]
        return (max(found), None) if found else None

    def _codes(self, spot: Spot) -> tuple[str, ...]:
        codes = (spot.equipment, spot.area)
        return tuple(self._key(code) for code in codes if code is not None)

    def _point(self, spot: Spot) -> Equipment | None:
        return None if spot.equipment is None else self._equipment.get(spot.equipment)

    def _areas_span(self, here: str, there: str) -> Span:
        """Between two areas, by their fences; nothing for one of them without."""
        key = (here, there) if here < there else (there, here)
        found = self._pairs.get(key)
        if found is None:
            found = self._pairs[key] = self._by_fences(here, there)
        return found

    def _by_fences(self, here: str, there: str) -> Span:
        measured = self._metres.get(frozenset((here, there)))
        if measured is not None:
            return measured, None
        mine, theirs = self._fences(here), self._fences(there)
        if not mine or not theirs:
            return None, None
        spans = [between_fences(a, b) for a in mine for b in theirs]
        lows = [low for low, _ in spans if low is not None]
        highs = [high for _, high in spans if high is not None]
        return min(lows, default=None), max(highs, default=None)

    def _fences(self, key: str) -> list[tuple[Position, ...]]:
        return [fence for code in self._codes_of.get(key, ()) if (fence := self._areas[code].fence)]

    def on_fire_route(self, spot: Spot) -> bool | None:
        """Whether a way of the fire engines leads over the spot; None where no ways are on record."""
        return self._routes.over(self._keys(spot))

    def cut_off(self, spot: Spot, closed: Iterable[Spot]) -> tuple[str, ...]:
        """Names of the areas that no fire engine reaches while this spot and the others are closed."""
        lost = self._routes.lost(self._keys(spot), map(self._keys, closed))
        return tuple(self._areas[key].name if key in self._areas else key for key in lost)

    def _keys(self, spot: Spot) -> frozenset[str]:
        return frozenset().union(*self._levels(spot))

    def same_pipe(self, one: str, other: str) -> bool | None:
        """Whether two names mean one pipe, registered lines with all their codes included (7.10)."""
        return self._lines.same(one, other)


def _one_place(links: Iterable[PlaceLink]) -> dict[str, str]:
    """Every code that is one place with others → the first of them in order."""
    groups: list[set[str]] = []
    for link in links:
        group = set(link.places)
        apart = []
        for other in groups:
            if other & group:
                group |= other
            else:
                apart.append(other)
        groups = [*apart, group]
    return {code: min(group) for group in groups for code in group}
