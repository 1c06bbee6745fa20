"""What the plant knew at a moment of the past, as far as it can still be told.

Other permits are taken from their own histories. People, certificates, posts and places are those of today: the
register keeps no history. Wind, weather, isolations and the fire engine's way are not known. Whoever compares two
answers asks both with the same hindsight.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from handlers.facts import Posts
from handlers.neighbours import Places
from storage.directory import Directory
from workflow.facts import Facts, OtherPermit
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.content import Content
from workflow.permit.evolve import evolve
from workflow.permit.state import Permit, Status
from workflow.replay import Past
from workflow.rules.book import RuleBook
from workflow.simops.meeting import meetings, same_pipe
from workflow.simops.pairs import Meeting
from workflow.simops.places import Between, Spot
from workflow.values import Interval

_OVER = frozenset({Status.DRAFT, Status.CLOSED, Status.ARCHIVED, Status.REJECTED, Status.CANCELLED})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """What a permit was from a moment on."""

    status: Status
    live: bool
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class _Met:
    """How two works lie to each other, asked once for both; kept with them, so that no others take their place."""

    both: tuple[Content, Content]
    between: Between
    meetings: tuple[Meeting, ...]
    same_pipe: bool | None


class _Life:
    """One permit, stage by stage."""

    def __init__(self, past: Past) -> None:
        self.id = past.id
        self.since: list[datetime] = []
        self.stages: list[_Stage] = []
        permit = Permit(id=past.id, site=past.site)
        for event in past.events:
            permit = evolve(permit, event)
            if permit.content is None:
                continue
            stage = _Stage(status=permit.status, live=permit.live, content=permit.content)
            if not self.stages or stage != self.stages[-1]:
                self.since.append(event.at)
                self.stages.append(stage)

    def at(self, moment: datetime) -> _Stage | None:
        """What it was; None before its first request."""
        place = bisect_right(self.since, moment)
        return self.stages[place - 1] if place else None

    def days(self, zone: tzinfo) -> Iterator[date]:
        """Every day it was planned for or went on."""
        planned = [stage.content.planned for stage in self.stages]
        if not planned:
            return
        first = min(one.start for one in planned).astimezone(zone).date()
        last = max(self.since[-1], *(one.end for one in planned)).astimezone(zone).date()
        while first <= last:
            yield first
            first += _DAY


class Hindsight:
    """The past of one site."""

    def __init__(self, pasts: Iterable[Past], directory: Directory, zone: tzinfo) -> None:
        self._directory = directory
        self._zone = zone
        self._lives = {past.id: _Life(past) for past in pasts}
        self._graph = Places().graph(directory)
        self._posts: dict[int, Posts] = {}
        self._met: dict[tuple[int, int], _Met] = {}
        self._of_place: dict[tuple[AreaId, date], dict[PermitId, _Life]] = {}
        self._of_person: dict[tuple[PersonId, date], dict[PermitId, _Life]] = {}
        for life in self._lives.values():
            self._enter(life)

    def facts(self, permit: PermitId, content: Content, at: datetime, book: RuleBook) -> Facts:
        """Everything that can be told of this content at this moment, with the posts as ``book`` gives them."""
        posts = self._posts.setdefault(id(book), Posts(book))
        area = self._directory.areas.get(content.area)
        equipment = None if content.equipment is None else self._directory.equipment.get(content.equipment)
        return Facts(
            at=at,
            zone=self._zone,
            people=self._directory.people,
            holders=posts.holders(self._directory, content.area),
            area=area,
            equipment=equipment,
            others=None if area is None else tuple(self._others(permit, content, at)),
            linked=self._linked(content, at),
            duty_leader=posts.duty_leader(self._directory),
        )

    def _enter(self, life: _Life) -> None:
        days = tuple(life.days(self._zone))
        areas = {stage.content.area for stage in life.stages}
        people = {who for stage in life.stages for who in _crew(stage.content)}
        for day in days:
            for area in areas:
                self._of_place.setdefault((area, day), {})[life.id] = life
            for person in people:
                self._of_person.setdefault((person, day), {})[life.id] = life

    def _others(self, permit: PermitId, content: Content, at: datetime) -> Iterator[OtherPermit]:
        """Near by the plant's relations of today, or with people in common; linked ones wherever they are."""
        found = {number: self._lives[number] for number in content.linked if number in self._lives}
        near = self._graph.codes_near(content.area)
        day = content.planned.start.astimezone(self._zone).date()
        while day <= content.planned.end.astimezone(self._zone).date():
            for place in near:
                found |= self._of_place.get((place, day), {})
            for person in _crew(content):
                found |= self._of_person.get((person, day), {})
            day += _DAY
        for number, life in found.items():
            stage = life.at(at)
            if number != permit and stage is not None and (stage.live or stage.status not in _OVER):
                yield self._other(number, stage, content, at)

    def _linked(self, content: Content, at: datetime) -> Mapping[PermitId, Status]:
        stages = ((number, life.at(at)) for number in content.linked if (life := self._lives.get(number)) is not None)
        return {number: stage.status for number, stage in stages if stage is not None}

    def _other(self, number: PermitId, stage: _Stage, ours: Content, at: datetime) -> OtherPermit:
        what = stage.content
        planned = what.planned
        if stage.live and planned.end <= at:
            planned = Interval(start=planned.start, end=at + _DAY * 3650)
        area = self._directory.areas.get(what.area)
        met = self._met.get((id(ours), id(what)))
        if met is None:
            met = self._met[id(ours), id(what)] = self._meet(ours, what)
        return OtherPermit(
            id=number,
            work=what.work,
            status=stage.status,
            live=stage.live,
            area=what.area,
            equipment=what.equipment,
            interval=planned,
            leader=what.leader,
            guardian=what.guardian,
            workers=what.workers,
            place=what.place,
            same_area=met.between.same_area is True,
            adjacent=met.between.adjacent is True,
            methods=what.method,
            what=what,
            meetings=met.meetings,
            explosion=None if area is None else area.fire_explosion,
            same_pipe=met.same_pipe,
        )

    def _meet(self, ours: Content, theirs: Content) -> _Met:
        between = self._graph.between(_spot(ours), _spot(theirs))
        seen = meetings(self._graph, ours, theirs) or (Meeting(between=between),)
        return _Met(both=(ours, theirs), between=between, meetings=seen, same_pipe=same_pipe(self._graph, ours, theirs))


def _spot(content: Content) -> Spot:
    return Spot(area=content.area, equipment=content.equipment)


def _crew(content: Content) -> tuple[PersonId, ...]:
    return content.leader, content.guardian, *content.workers
