"""Conflicts: one request held against 1,000 open permits.

``[FULL=1] python benchmarks/conflicts.py`` prints one JSON line a figure:

- one request held against what is near it, over holding it against every open permit there is (goal: 0.6 or less; the
  milliseconds stand beside it);
- the next free slot of one request, over that check (goal: 3 or less);
- building the place graph of the plant anew, over that check (told, no goal: once for each change of the register).

A plant of 40 areas in a row, each with ten pieces of equipment and measured ways; 25 permits in each area, of which a
request meets those of its own area, its neighbours and the far-reaching works. FULL=1: 10,000 permits.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pairs import FULL, interleaved, middle, report
from storage.policies import load
from workflow.facts import OtherPermit
from workflow.ids import AreaId, EquipmentId, PermitId, PersonId, SiteId
from workflow.permit.content import Content, SiteFacts
from workflow.permit.details import BlindDetails, Details, HeightDetails, LiftDetails
from workflow.permit.state import Status
from workflow.plant import Area, Equipment, LinkKind, PlaceLink
from workflow.rules.situation import frozen
from workflow.rules.types import PermitRules
from workflow.simops.meeting import meetings, ours, pair_of, same_pipe
from workflow.simops.pairs import bites
from workflow.simops.places import PlaceGraph
from workflow.simops.slots import Hours, next_free_slot
from workflow.values import Interval, WorkType

SITE = SiteId("A")
AREAS, THINGS = 40, 10
OPEN = 10_000 if FULL else 1_000
PAIRS = 15 if FULL else 7
T0 = datetime(2026, 5, 4, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[1]
WORKS = (WorkType.HOT, WorkType.BLIND, WorkType.CONFINED_SPACE, WorkType.HEIGHT, WorkType.LIFT, WorkType.POWER)
_DETAILS = {
    WorkType.BLIND: Details(blind=BlindDetails(pipe="P-1203-80")),
    WorkType.HEIGHT: Details(height=HeightDetails(height_m=Decimal(8), layers=1)),
    WorkType.LIFT: Details(lift=LiftDetails(radius_m=Decimal(20))),
}


def plant() -> PlaceGraph:
    """Areas in a row; every piece of equipment measured against the next."""
    areas = {}
    for number in range(AREAS):
        near = tuple(AreaId(f"A{other}") for other in (number - 1, number + 1) if 0 <= other < AREAS)
        code = AreaId(f"A{number}")
        areas[code] = Area(id=code, site=SITE, name=f"{number}号装置", fire_explosion=True, neighbours=near)
    things = {
        EquipmentId(f"T{area}-{number}"): Equipment(
            id=EquipmentId(f"T{area}-{number}"), site=SITE, name=f"{number}号罐", area=AreaId(f"A{area}")
        )
        for area in range(AREAS)
        for number in range(THINGS)
    }
    links = [
        PlaceLink(
            id=f"w{area}-{number}", site=SITE, kind=LinkKind.DISTANCE, metres=Decimal(12 * (number + 1)),
            places=(f"T{area}-0", f"T{area}-{number + 1}"),
        )
        for area in range(AREAS)
        for number in range(THINGS - 1)
    ]  # fmt: skip
    return PlaceGraph(areas, things, links)


def content(number: int, work: WorkType) -> Content:
    """A permit somewhere, some time of the day."""
    start = T0 + timedelta(hours=number % 12)
    area = number % AREAS
    return Content(
        site=SITE,
        work=work,
        task="检修",
        area=AreaId(f"A{area}"),
        place="罐",
        equipment=EquipmentId(f"T{area}-{number % THINGS}"),
        method=(),
        planned=Interval(start=start, end=start + timedelta(hours=6)),
        applicant=PersonId(f"a{number}"),
        applicant_unit="",
        work_unit="",
        leader=PersonId(f"l{number}"),
        workers=(PersonId(f"w{number}"),),
        guardian=PersonId(f"g{number}"),
        facts=SiteFacts(fire_explosion=True, operating=False, major_hazard_dike=False, pipe_rack=False, outdoor=False),
        details=_DETAILS.get(work, Details()),
    )


def around(graph: PlaceGraph, mine: Content, held: list[Content], *, everywhere: bool = False) -> list[OtherPermit]:
    """What the facts say of all that may matter: near by, far-reaching, at whatever time."""
    near = set(graph.codes_near(mine.area))
    found = []
    for number, what in enumerate(held):
        if everywhere or what.area in near or what.work is WorkType.LIFT:
            seen = meetings(graph, mine, what)
            found.append(
                OtherPermit(
                    id=PermitId(f"P{number}"), work=what.work, status=Status.ACTIVE, live=True, area=what.area,
                    equipment=what.equipment, interval=what.planned, leader=what.leader, guardian=what.guardian,
                    workers=what.workers, place=what.place, same_area=bool(seen[0].between.same_area),
                    adjacent=bool(seen[0].between.adjacent), methods=what.method, what=what, meetings=seen,
                    explosion=True, same_pipe=same_pipe(graph, mine, what),
                )
            )  # fmt: skip
    return found


def judged(
    graph: PlaceGraph, mine: Content, rules: PermitRules, held: list[Content], *, everywhere: bool = False
) -> int:
    """Every rule against everything around; how many bite or cannot be told."""
    known, number = frozen(rules), PermitId("MINE")
    hits = 0
    for other in around(graph, mine, held, everywhere=everywhere):
        if other.interval.overlaps(mine.planned):
            pair = pair_of(ours(number, mine, known), mine, other)
            hits += sum(bites(rule, pair) is not False for rule in rules.conflicts)
    return hits


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    book = load(ROOT / "policies", plant=ROOT / "policies" / "plant.example.yaml")
    held = [content(number, WORKS[number % len(WORKS)]) for number in range(OPEN)]
    mine = replace(content(20, WorkType.HOT), method=("grinding",))
    rules = book.rules_for(mine, at=mine.planned.start, zone=UTC)
    graph, hours = plant(), Hours(zone=UTC)
    judged(graph, mine, rules, held)

    def slot() -> object:
        others = around(graph, mine, held)
        return next_free_slot(PermitId("MINE"), mine, rules, others, now=T0, hours=hours)

    rounds = interleaved(
        PAIRS,
        lambda: timed(lambda: judged(graph, mine, rules, held)),
        lambda: timed(lambda: judged(graph, mine, rules, held, everywhere=True)),
        lambda: timed(slot),
        lambda: timed(plant),
    )
    checks, every, slots, built = zip(*rounds, strict=True)
    named = {"check_ms": checks, "all_ms": every, "slot_ms": slots, "graph_ms": built}
    ms = {name: middle(figures, 1e3) for name, figures in named.items()}
    said = ("one request against what is near over all", "next free slot over one check", "graph over one check")
    for what, over, under in zip(said, (checks, slots, built), (every, checks, checks), strict=True):
        report("conflicts", what, [a / b for a, b in zip(over, under, strict=True)], open=OPEN, **ms)


if __name__ == "__main__":
    main()
