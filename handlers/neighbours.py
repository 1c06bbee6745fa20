"""The other permits that may matter to one: who is near, who is in the way of its people, who serves it (domain 4.3).

Near is what the place graph cannot rule out: an area without fence, neighbours or relations is near to everything, and
a code that may be another name of the place is looked at like the place itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from storage.board import BoardRow
from storage.directory import Directory
from workflow.deviation.state import Deviation, Stage
from workflow.facts import OtherPermit
from workflow.ids import AreaId, EquipmentId, PermitId, PersonId
from workflow.permit.content import Content
from workflow.permit.details import EarthDetails, LiftDetails, RoadDetails
from workflow.permit.state import Status
from workflow.plant import Area
from workflow.remembered import Remembered
from workflow.rules.types import Role
from workflow.simops.meeting import meetings, same_pipe
from workflow.simops.pairs import Meeting, spots
from workflow.simops.places import REACH_M, Between, PlaceGraph, Spot
from workflow.values import Interval, WorkType

if TYPE_CHECKING:
    from handlers.facts import Ground

Suspicions = Callable[[Directory], Iterable[tuple[str, str]]]
"""Which codes of the register may be two names of one place, nobody having said so or not."""

_OPEN_END = timedelta(days=3650)
_LEADER, _GUARDIAN, _WORKER = Role.WORK_LEADER.value, Role.GUARDIAN.value, Role.WORKER.value
_SERVED = {
    WorkType.POWER: (WorkType.HOT, WorkType.CONFINED_SPACE),
    WorkType.HOT: (WorkType.POWER,),
    WorkType.CONFINED_SPACE: (WorkType.POWER,),
}
_ANYWHERE = {WorkType.BLIND: (WorkType.BLIND,)}
"""Works that are looked for wherever they are; lifts always: their loads travel."""
_CLOSING = (WorkType.ROAD, WorkType.EARTH)
_KEPT = 2048
"""Of how many pairs of permits it is remembered what one is to the other: more than meet in a plant at once."""


def nothing_suspected(_directory: Directory) -> Iterable[tuple[str, str]]:
    """Nobody looks for codes of one place."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Another permit as it stands to one. ``far``: nothing of its place alone makes it matter."""

    other: OtherPermit
    far: bool


@dataclass(slots=True)
class Places:
    """The place graph, built once for each version of the directory."""

    suspicions: Suspicions = nothing_suspected
    seen: Remembered[Sighting] = field(default_factory=lambda: Remembered(_KEPT))
    """What another permit is to one: the same object until something of either changes, and so for the gates, too."""
    codes: Remembered[tuple[AreaId, ...]] = field(default_factory=lambda: Remembered(_KEPT))
    """Codes of the areas whose permits may matter to a content."""
    _version: int = -1
    _graph: PlaceGraph = field(default_factory=lambda: PlaceGraph({}, {}, ()))

    def graph(self, directory: Directory) -> PlaceGraph:
        """How the places of this register lie to each other."""
        if directory.version != self._version:
            links = directory.register.links
            self._graph = PlaceGraph(directory.areas, directory.equipment, links, self.suspicions(directory))
            self._version = directory.version
        return self._graph


def effective(row: BoardRow, now: datetime) -> Interval:
    """A permit live past its end has an open end (domain 4.3)."""
    if row.live and row.planned.end <= now:
        return Interval(start=row.planned.start, end=now + _OPEN_END)
    return row.planned


@dataclass(frozen=True, slots=True)
class Around:
    """One permit, or one that may become one, and everything open around it."""

    ground: Ground
    number: PermitId
    content: Content
    also: tuple[PersonId, ...] = ()
    """People whose work elsewhere matters too, besides those the content names and who relieved them."""

    @property
    def graph(self) -> PlaceGraph:
        """How places lie to each other."""
        return self.ground.places.graph(self.ground.tx.directory)

    def others(self, *, ever: bool = False) -> tuple[OtherPermit, ...] | None:
        """Permits that may matter: near, of the same people, linked, on the same pipe, open at the planned time; with
        ``ever`` at any time. None when the place is unknown.
        """
        if self.content.area not in self.ground.tx.directory.areas:
            return None
        people = self._people()
        rows = {row.permit: row for row in self._rows(people, ever=ever)}
        rows.pop(self.number, None)
        ours, kept = frozenset(people), self._kept()
        found = (self._other(row, ours, kept=row.permit in kept) for row in rows.values())
        return (*(other for other in found if other is not None), *self._green())

    def _green(self) -> Iterator[OtherPermit]:
        """Emergency work near by that goes on without a permit: live until its end is told, and open-ended."""
        tx = self.ground.tx
        rows = tx.deviations_at(Stage.OPEN.value)
        here = spots(self.content) if rows else ()
        for row in rows:
            state, _ = tx.load(self.ground.deviations, row.id)
            if state.what is None or state.opened_by is None or state.opened_at is None or state.ended_at is not None:
                continue
            there = Spot(area=state.what.area)
            seen = [Meeting(mine=point, between=self.graph.between(spot, there)) for point, spot in here]
            if all(one.between.near is False and not _reaches(one.between) for one in seen) and not self._far(state):
                continue
            area = tx.directory.areas.get(state.what.area)
            yield OtherPermit(
                id=PermitId(row.id),
                work=state.what.work,
                status=Status.ACTIVE,
                live=True,
                area=state.what.area,
                equipment=None,
                interval=Interval(start=state.opened_at, end=max(self.ground.now, state.opened_at) + _OPEN_END),
                leader=state.opened_by,
                guardian=state.opened_by,
                workers=(),
                place=state.what.place,
                same_area=seen[0].between.same_area is True,
                adjacent=seen[0].between.adjacent is True,
                meetings=tuple(seen),
                explosion=None if area is None else area.fire_explosion,
                green=True,
            )

    def _far(self, deviation: Deviation) -> bool:
        """Whether it may reach here from afar, or our load is carried over it."""
        what = deviation.what
        if what is None:
            return False
        return self._over(Spot(area=what.area)) or what.work is None or what.work.value in _FAR_REACHING

    def _people(self) -> tuple[PersonId, ...]:
        """Those the content names, and who relieved them since."""
        content, permit = self.content, self.ground.tx.load(self.ground.permits, self.number)[0]
        relief = tuple(person for person in (permit.leading, permit.guarding) if person is not None)
        return tuple(dict.fromkeys((content.leader, content.guardian, *content.workers, *relief, *self.also)))

    def _kept(self) -> frozenset[str]:
        return frozenset(self.content.linked)

    def _rows(self, people: Iterable[PersonId], *, ever: bool) -> Iterator[BoardRow]:
        tx, content, now = self.ground.tx, self.content, self.ground.now
        near = self._codes()
        yield from tx.open_in(near) if ever else tx.overlapping(near, content.planned, now)
        for work in (*_ANYWHERE.get(content.work, ()), WorkType.LIFT):
            for row in tx.open_of_work(work.value):
                if ever or effective(row, now).overlaps(content.planned):
                    yield row
        for person in people:
            for row in tx.open_permits_of(person):
                if row.permit == self.number:
                    continue  # on the lists of all of them, and no other permit
                if (ever or effective(row, now).overlaps(content.planned)) and _names(row, person):
                    yield row
        for number in content.linked:
            linked = tx.on_board(number)
            if linked is not None:
                yield linked
        for work in _SERVED.get(content.work, ()):
            served = work.value
            yield from (row for row in tx.open_in(near) if row.work == served and self._names_us(row))

    def _codes(self) -> tuple[AreaId, ...]:
        graph = self.graph
        return self.ground.places.codes.of((graph, self.content), lambda: self._look_up_codes(graph))

    def _look_up_codes(self, graph: PlaceGraph) -> tuple[AreaId, ...]:
        areas = [spot.area for _, spot in spots(self.content)]
        found = (code for area in areas if area is not None for code in graph.codes_near(area))
        return tuple(dict.fromkeys(found))

    def _names_us(self, row: BoardRow) -> bool:
        what = self.ground.content(PermitId(row.permit))
        return what is not None and self.number in what.linked

    # --- one of them

    def _other(self, row: BoardRow, people: frozenset[PersonId], *, kept: bool) -> OtherPermit | None:
        crew, graph = _Crew.of(row), self.graph
        what = self.ground.content(PermitId(row.permit))
        area = self.ground.tx.directory.areas.get(AreaId(row.area))
        interval = effective(row, self.ground.now)
        # Everything `_sight` looks at: what is remembered is what it would say now.
        about = (
            graph, self.content, what, area, interval, row.permit, row.work, row.status, row.live, row.area,
            row.equipment, row.place, crew.leaders[0], crew.guardians[0], *crew.workers,
        )  # fmt: skip
        seen = self.ground.places.seen.of(about, lambda: self._sight(graph, row, crew, interval, what, area))
        here = kept or not seen.far or crew.any_of(people) or row.work in _FAR_REACHING or self._names_us_at_all(row)
        return seen.other if here else None

    def _sight(
        self, graph: PlaceGraph, row: BoardRow, crew: _Crew, interval: Interval, what: Content | None, area: Area | None
    ) -> Sighting:
        """What the permit of a row is to one that says our content."""
        there = _spot(row)
        main = graph.between(Spot(area=self.content.area, equipment=self.content.equipment), there)
        met = () if what is None else meetings(graph, self.content, what)
        other = OtherPermit(
            id=PermitId(row.permit),
            work=WorkType(row.work),
            status=Status(row.status),
            live=row.live,
            area=row.area,
            equipment=row.equipment,
            interval=interval,
            leader=crew.leaders[0],
            guardian=crew.guardians[0],
            workers=crew.workers,
            place=row.place,
            same_area=main.same_area is True,
            adjacent=main.adjacent is True,
            methods=None if what is None else what.method,
            what=what,
            meetings=met or (Meeting(between=main),),
            explosion=None if area is None else area.fire_explosion,
            same_pipe=None if what is None else same_pipe(graph, self.content, what),
        )
        return Sighting(other=other, far=main.near is False and not _reaches(main) and not self._over(there))

    def _names_us_at_all(self, row: BoardRow) -> bool:
        return row.work in {work.value for work in _SERVED.get(self.content.work, ())} and self._names_us(row)

    def _over(self, there: Spot) -> bool:
        """Whether our load is carried over the other's area, or over what may be the same one."""
        lift = self.content.details.lift or LiftDetails()
        return any(self.graph.between(Spot(area=area), there).same_area is not False for area in lift.path)

    def _here(self) -> Spot:
        return Spot(area=self.content.area, equipment=self.content.equipment)

    # --- the fire engine's way

    def fire_routes(self) -> tuple[bool | None, tuple[str, ...]]:
        """Whether a fire engine's way leads over the place, and which areas lose their last one."""
        if self.content.work not in _CLOSING:
            return None, ()
        tx, now = self.ground.tx, self.ground.now
        closed = []
        for work in _CLOSING:
            for row in tx.open_of_work(work.value):
                counts = row.live and row.permit != self.number and effective(row, now).overlaps(self.content.planned)
                if counts and not _keeps_route(self.ground.content(PermitId(row.permit))):
                    closed.append(_spot(row))
        here = self._here()
        return self.graph.on_fire_route(here), self.graph.cut_off(here, closed)


@dataclass(frozen=True, slots=True)
class _Crew:
    """Whom another permit needs on site; being asked to sign something is not being there."""

    leaders: tuple[PersonId, ...]
    guardians: tuple[PersonId, ...]
    workers: tuple[PersonId, ...]

    @classmethod
    def of(cls, row: BoardRow) -> _Crew:
        """Those a row of the board names."""
        leaders, guardians, workers = list[PersonId](), list[PersonId](), list[PersonId]()
        for role, person in row.people:
            if role == _WORKER:
                workers.append(PersonId(person))
            elif role == _GUARDIAN:
                guardians.append(PersonId(person))
            elif role == _LEADER:
                leaders.append(PersonId(person))
        return cls(leaders=tuple(leaders), guardians=tuple(guardians), workers=tuple(workers))

    def any_of(self, people: frozenset[PersonId]) -> bool:
        """Whether it needs one of these."""
        return not people.isdisjoint((*self.leaders, *self.guardians, *self.workers))


_FAR_REACHING = frozenset({WorkType.BLIND.value, WorkType.HOT.value, WorkType.LIFT.value})
"""Works that may reach farther than their area says: along a pipe, to a welding machine, under a load."""


def _keeps_route(what: Content | None) -> bool:
    if what is None:
        return False
    road, earth = what.details.road or RoadDetails(), what.details.earth or EarthDetails()
    if what.work is WorkType.EARTH:
        return earth.fire_route_kept is not False
    return bool(road.fire_route_kept)


def _reaches(between: Between) -> bool:
    said = (between.fall_line, between.same_dike, between.same_drain, between.same_system, between.same_line)
    return any(said) or (between.low_m is not None and between.low_m <= REACH_M)


def _spot(row: BoardRow) -> Spot:
    return Spot(area=AreaId(row.area), equipment=None if row.equipment is None else EquipmentId(row.equipment))


def _names(row: BoardRow, person: PersonId) -> bool:
    """Whether the permit needs the person on site."""
    people = row.people
    return (_WORKER, person) in people or (_GUARDIAN, person) in people or (_LEADER, person) in people
