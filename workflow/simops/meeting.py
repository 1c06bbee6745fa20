"""From what the facts say of another permit to the pair a rule is asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workflow.ids import PermitId
from workflow.permit.content import Content
from workflow.permit.details import Details
from workflow.rules.situation import Known
from workflow.simops.pairs import Meeting, Pair, Party, Point, machine_lost, party, pipes, spots
from workflow.simops.places import NOTHING_FALLS_BEYOND_M, Between, PlaceGraph
from workflow.values import WorkType

if TYPE_CHECKING:
    from workflow.facts import OtherPermit

_NOTHING_KNOWN = Known(holds=frozenset(), excluded=frozenset())


def ours(number: PermitId, content: Content, known: Known) -> Party:
    """Our permit; ``known`` is what our rules were resolved with."""
    return Party(
        id=number,
        work=content.work,
        methods=tuple(dict.fromkeys((*content.method, *content.facts.triggers))),
        known=known,
        details=content.details,
        area=content.area,
        linked=frozenset(content.linked),
        crew=frozenset((content.leader, *content.workers)),
        machine_lost=machine_lost(content),
    )


def pair_of(mine: Party, content: Content, other: OtherPermit) -> Pair:
    """Our permit, which says ``content``, and the other one."""
    meetings = other.meetings or (Meeting(between=plain(content, other)),)
    return Pair(mine=mine, theirs=_theirs(mine.known, other), meetings=meetings, same_pipe=_pipe(content, other))


def meetings(graph: PlaceGraph, mine: Content, theirs: Content) -> tuple[Meeting, ...]:
    """How every place of one permit lies to every place of another, the works themselves first."""
    return tuple(
        Meeting(mine=one, theirs=other, between=graph.between(here, there))
        for one, here in spots(mine)
        for other, there in spots(theirs)
    )


def same_pipe(graph: PlaceGraph, mine: Content, theirs: Content) -> bool | None:
    """Whether two blinds are on one pipe (7.10). Two named pipes far from each other are two; a pipe nobody named may
    lead anywhere."""
    if mine.work is not WorkType.BLIND or theirs.work is not WorkType.BLIND:
        return None
    here, there = pipes(mine.details, theirs.details)
    told = graph.same_pipe(here, there)
    between = graph.between(spots(mine)[0][1], spots(theirs)[0][1])
    apart = between.near is False and not between.same_line and bool(here.strip() and there.strip())
    return False if told is None and apart else told


def _theirs(known: Known, other: OtherPermit) -> Party:
    if other.what is not None:
        return party(other.id, other.what, explosion=other.explosion)
    # What cannot be read is at least at our own place when it is in our area.
    return Party(
        id=other.id,
        work=other.work,
        methods=other.methods,
        details=Details(),
        known=known if other.same_area else _NOTHING_KNOWN,
        crew=frozenset((other.leader, *other.workers)),
    )


def _pipe(content: Content, other: OtherPermit) -> bool | None:
    """Two blinds of which nobody says that they are on two pipes may be on one, wherever they are."""
    if content.work is not WorkType.BLIND or other.work not in {WorkType.BLIND, None}:
        return False
    return other.same_pipe


def plain(content: Content, other: OtherPermit) -> Between:
    """What areas and a bare distance tell, where the place graph was not asked."""
    there, here = other.equipment, content.equipment
    same_spot = None if there is None or here is None else there == here and other.same_area
    falls = other.distance_m is None or other.distance_m <= NOTHING_FALLS_BEYOND_M
    near = other.same_area or other.adjacent
    return Between(
        same_area=other.same_area,
        adjacent=other.adjacent,
        same_spot=same_spot,
        same_space=same_spot if other.same_area else False,
        same_dike=True if other.same_area else None if other.adjacent else False,
        fall_line=True if same_spot else None if near and falls else False,
        low_m=other.distance_m,
        high_m=other.distance_m,
    )


def meets(other: OtherPermit) -> bool:
    """Whether both works go on in one area or in areas that touch, as far as anybody knows (4.7)."""
    if not other.meetings:
        return other.same_area or other.adjacent
    return any(_close(meeting) for meeting in other.meetings)


def _close(meeting: Meeting) -> bool:
    between = meeting.between
    if Point.PATH in (meeting.mine, meeting.theirs):
        return between.same_area is not False  # beside the path nothing hangs overhead
    return between.near is not False or bool(between.fall_line or between.same_line or between.same_system)
