"""Which emergencies in force hold the places of a permit. What may lie inside a zone lies inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cards import words
from storage.directory import Directory
from workflow.emergency.decide import may_lift
from workflow.emergency.state import PLANT, InForce
from workflow.ids import AreaId, PersonId
from workflow.permit.content import Content
from workflow.simops.pairs import spots
from workflow.simops.places import PlaceGraph, Spot
from workflow.simops.threefold import any_of

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
    """Whether the zone holds a place of this content: where the work is, a machine far away, under a load's path."""
    if zone == PLANT:
        return True
    lift = content.details.lift
    places = [spot for _, spot in spots(content)]
    places += [Spot(area=area) for area in (lift.path if lift is not None else ())]
    return any_of(graph.holds(AreaId(zone), spot) for spot in places)


def zone_name(directory: Directory, zone: str) -> str:
    """What people call it."""
    if zone == PLANT:
        return words.WHOLE_PLANT
    area = directory.areas.get(AreaId(zone))
    return area.name if area is not None else zone
