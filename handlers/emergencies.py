"""Which emergencies in force hold the places of a permit. What may lie inside a zone lies inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cards import words
from storage.directory import Directory
from workflow.emergency.decide import may_lift
from workflow.emergency.state import PLANT, InForce
from workflow.ids import AreaId, PersonId
from workflow.permit.content import Content
from workflow.permit.details import LiftDetails
from workflow.simops.pairs import spots
from workflow.simops.places import REACH_M, PlaceGraph, Spot
from workflow.simops.threefold import any_of
from workflow.values import WorkType

if TYPE_CHECKING:
    from handlers.facts import Ground


def emergencies(ground: Ground, content: Content) -> tuple[InForce, ...]:
    """Those whose zone holds one of the permit's places, or may hold it, oldest first."""
    rows = ground.tx.emergencies()
    if not rows:
        return ()
    directory = ground.tx.directory
    graph, duty = ground.places.graph(directory), ground.posts.duty_leader(directory)
    found = []
    for row in rows:
        inside = holds(graph, row.zone, content)
        if inside is False:
            continue
        holders = ground.posts.holders(directory, None if row.zone == PLANT else AreaId(row.zone))
        found.append(
            InForce(
                zone=row.zone,
                where=zone_name(directory, row.zone),
                by=PersonId(row.called_by),
                at=row.called_at,
                lifters=may_lift(row.zone, holders, duty),
                sure=inside is True,
            )
        )
    return tuple(found)


def holds(graph: PlaceGraph, zone: str, content: Content) -> bool | None:
    """Whether the zone holds a place of this content: where the work is, a machine far away, what a load is carried
    over, what a boom comes over."""
    if zone == PLANT:
        return True
    inside = any_of(graph.holds(AreaId(zone), spot) for _, spot in spots(content))
    if inside or content.work is not WorkType.LIFT:
        return inside
    return any_of((inside, _over(graph, AreaId(zone), content)))


def _over(graph: PlaceGraph, zone: AreaId, content: Content) -> bool | None:
    """Whether the boom or the load comes over the zone. A radius or a path nobody told may be as wide as any."""
    lift = content.details.lift or LiftDetails()
    here = Spot(area=content.area, equipment=content.equipment)
    reached = False if lift.radius_m is None else graph.reaches(here, zone, lift.radius_m)
    if lift.radius_m is not None and lift.path:
        return reached
    return any_of((reached, False if graph.reaches(here, zone, REACH_M) is False else None))


def zone_name(directory: Directory, zone: str) -> str:
    """What people call it."""
    if zone == PLANT:
        return words.WHOLE_PLANT
    area = directory.areas.get(AreaId(zone))
    return area.name if area is not None else zone
