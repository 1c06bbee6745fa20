"""A small plant whose places lie to each other in every way a conflict rule asks for, and permits at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.support.rulebook import ZONE, chemical, content, facts, local, rules
from workflow.facts import Facts, OtherPermit
from workflow.findings import Finding
from workflow.ids import AreaId, EquipmentId, PermitId, PersonId, SiteId
from workflow.permit.content import Content
from workflow.permit.details import (
    BlindDetails,
    Details,
    EarthDetails,
    HeightDetails,
    HotDetails,
    LiftDetails,
    RoadDetails,
)
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Permit, Status
from workflow.plant import Area, Equipment, LinkKind, PlaceLink
from workflow.rules.situation import CONTENT_FACTS
from workflow.rules.types import Grade, PermitRules
from workflow.simops.meeting import meetings, same_pipe
from workflow.simops.pairs import MACHINE_FAR
from workflow.simops.places import PlaceGraph
from workflow.values import Datum, Interval, Position, WorkType

SITE = SiteId("HC")
NOW = local("2026-11-24 09:30")
MINE, THEIRS = PermitId("ZY-HC-20261124-001"), PermitId("ZY-HC-20261124-002")

_METRES = {
    "E9": "9.99", "E10": "10", "E11": "10.01", "E15": "15", "E16": "15.01", "E25": "25", "E30": "30", "E31": "30.01",
    "E50": "50", "E60": "60", "T2": "10", "T3": "20",
}  # fmt: skip
_HOME = {"C1": "C", "W1": "W", "W2": "W", "V1": "B", "V2": "B", "K1": "B"}
_THINGS = (*_METRES, "T1", "UP", "LOW", "APA", "APB", *_HOME)
_NEXT = {"A": ("B", "W"), "B": ("A",), "W": ("A",), "C": ("D",), "D": ("C", "DR"), "DR": ("D",), "S": ("D",)}


def _square(east_m: int) -> tuple[Position, ...]:
    """100 m by 100 m on the equator, where a degree is a degree; so many metres east of the first."""
    metre = Decimal("0.00000899322")
    west, side = east_m * metre, 100 * metre
    corners = ((0, west), (0, west + side), (side, west + side), (side, west))
    return tuple(Position(latitude=Decimal(lat), longitude=lng, datum=Datum.WGS84) for lat, lng in corners)


_FENCES = {"A": 0, "F": 140, "G": -120}
_FIRE: Mapping[str, bool | None] = {"W": None, "N": None, "S": None}

AREAS = {
    AreaId(code): Area(
        id=AreaId(code), site=SITE, name=f"{code}区", fire_explosion=_FIRE.get(code, True),
        neighbours=tuple(map(AreaId, _NEXT.get(code, ()))), confined_space=code == "S",
        fence=_square(_FENCES[code]) if code in _FENCES else (),
    )
    for code in ("A", "B", "C", "D", "W", "N", "F", "G", "S", "DR", "OLD1", "OLD2")
}  # fmt: skip
EQUIPMENT = {
    EquipmentId(code): Equipment(
        id=EquipmentId(code), site=SITE, name=f"{code}号", area=AreaId(_HOME.get(code, "A")),
        confined_space=code in {"V1", "V2"},
    )
    for code in _THINGS
}  # fmt: skip


def link(kind: LinkKind, *places: str, name: str = "", aliases: tuple[str, ...] = (), metres: str = "") -> PlaceLink:
    return PlaceLink(
        id=f"{kind.value}:{'-'.join(places)}{name}", site=SITE, kind=kind, places=places, name=name, aliases=aliases,
        metres=Decimal(metres) if metres else None,
    )  # fmt: skip


LINKS = (
    *(link(LinkKind.DISTANCE, "T1", code, metres=metres) for code, metres in _METRES.items()),
    link(LinkKind.DISTANCE, "UP", "LOW", metres="12"),
    link(LinkKind.DISTANCE, "W1", "W2", metres="25"),
    link(LinkKind.DISTANCE, "V1", "V2", metres="40"),
    link(LinkKind.DIKE, "T1", "T2", name="东堤"),
    link(LinkKind.DIKE, "T3", name="西堤"),
    link(LinkKind.DRAIN, "A", "DR", name="含油污水"),
    link(LinkKind.ABOVE, "UP", "LOW"),
    link(LinkKind.INSIDE, "K1", "V1"),
    link(LinkKind.APART, "APA", "APB"),
    link(LinkKind.SAME, "A", "OLD1"),
    link(LinkKind.LINE, "T1", name="P-1203-80", aliases=("苯出料线", "BZ-1203")),
)
SUSPECTED = (("A", "OLD2"),)


def graph(*more: PlaceLink) -> PlaceGraph:
    return PlaceGraph(AREAS, EQUIPMENT, (*LINKS, *more), SUSPECTED)


# --- permits


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A permit as the board and its content show it."""

    id: PermitId
    content: Content
    status: Status = Status.ACTIVE
    live: bool = True

    def interval(self, now: datetime) -> Interval:
        planned = self.content.planned
        if self.live and planned.end <= now:
            return Interval(start=planned.start, end=now + timedelta(days=3650))
        return planned


_STATES = {
    "expired_inside": (Status.EXPIRED, True),
    "voided_inside": (Status.VOIDED, True),
    "expired_clear": (Status.EXPIRED, False),
    "voided_clear": (Status.VOIDED, False),
    "completed_clear": (Status.COMPLETED, False),
}
_LIVE = {Status.ISSUED, Status.ACTIVE, Status.SUSPENDED, Status.FIRE_WATCH}
_YES_NO = {"yes": True, "no": False, "unknown": None}
_METHOD = {WorkType.HOT: ("grinding",), WorkType.CONFINED_SPACE: ("inspection",)}


def held(number: PermitId, said: Mapping[str, str], *, crew: str, linked: tuple[PermitId, ...] = ()) -> Held:
    """A permit from one side of a labelled pair."""
    work = WorkType(said["work"])
    area, equipment = _place(said["at"])
    does = (said["does"],) if "does" in said else _METHOD.get(work, ())
    fire = _YES_NO[said.get("fire", "yes" if AREAS[area].fire_explosion else "unknown")]
    where = replace(facts(fire_explosion=fire), triggers=(MACHINE_FAR,) if "machine" in said else ())
    status, live = _state(said.get("state", "active"))
    what = content(
        work, area=area, equipment=equipment, place=said["at"], method=does, facts=where, planned=_time(said),
        linked=linked, details=_details(work, said), leader=PersonId(f"l-{crew}"), workers=(PersonId(f"w-{crew}"),),
        guardian=PersonId(f"g-{number}"),
    )  # fmt: skip
    return Held(id=number, content=what, status=status, live=live)


def _place(code: str) -> tuple[AreaId, EquipmentId | None]:
    if AreaId(code) in AREAS:
        return AreaId(code), None
    return EQUIPMENT[EquipmentId(code)].area, EquipmentId(code)


def _state(name: str) -> tuple[Status, bool]:
    if name in _STATES:
        return _STATES[name]
    status = Status(name)
    return status, status in _LIVE


def _time(said: Mapping[str, str]) -> Interval:
    start, end = said.get("time", "10-16").split("-")
    return Interval(start=_clock(start), end=_clock(end))


def _clock(text: str) -> datetime:
    hour, _, minute = text.partition(".")
    return local(f"2026-11-24 {hour}:{minute or '00'}")


def _number(said: Mapping[str, str], key: str) -> Decimal | None:
    return Decimal(said[key]) if key in said else None


def _details(work: WorkType, said: Mapping[str, str]) -> Details:
    match work:
        case WorkType.HOT if said.get("machine") not in (None, "unknown"):
            area, thing = _place(said["machine"])
            return Details(hot=HotDetails(machine_area=area, machine_equipment=thing))
        case WorkType.BLIND:
            return Details(blind=BlindDetails(pipe=said.get("pipe", f"Z-{said['at']}-9")))
        case WorkType.HEIGHT:
            layers = int(said["layers"]) if "layers" in said else None
            return Details(height=HeightDetails(height_m=_number(said, "height"), layers=layers))
        case WorkType.LIFT:
            path = (AreaId(said["path"]),) if "path" in said else ()
            return Details(lift=LiftDetails(radius_m=_number(said, "radius"), path=path))
        case WorkType.EARTH:
            return Details(earth=EarthDetails(depth_m=Decimal(1), buried_media=False, fire_route_kept=True))
        case WorkType.ROAD:
            return Details(road=RoadDetails(fire_route_kept=True))
        case _:
            return Details()


# --- asking


def other_permit(
    mine: Content, theirs: Held, map_: PlaceGraph, now: datetime = NOW, areas: Mapping[AreaId, Area] = AREAS
) -> OtherPermit:
    """What the facts would say of the other permit."""
    what, seen = theirs.content, meetings(map_, mine, theirs.content)
    return OtherPermit(
        id=theirs.id, work=what.work, status=theirs.status, live=theirs.live, area=what.area, equipment=what.equipment,
        interval=theirs.interval(now), leader=what.leader, guardian=what.guardian, workers=what.workers,
        place=what.place, same_area=seen[0].between.same_area is True, adjacent=seen[0].between.adjacent is True,
        methods=what.method, what=what, meetings=seen, explosion=areas[what.area].fire_explosion,
        same_pipe=same_pipe(map_, mine, what),
    )  # fmt: skip


def rules_of(what: Content) -> PermitRules:
    """The rules of conflicts of the real packs, whatever else the packs say of this work."""
    hot = rules(content())
    said = what.facts
    holding = {*said.triggers, *what.method, *(name for name in CONTENT_FACTS if getattr(said, name) is True)}
    excluded = {name for name in CONTENT_FACTS if getattr(said, name) is False}
    packs = chemical().packs
    return replace(
        hot, work=what.work, grade=Grade.NONE, conflicts=tuple(one for pack in packs for one in pack.conflicts),
        crossings=tuple(one for pack in packs for one in pack.crossings if what.work in one.works),
        holds=tuple(sorted(holding)), excluded=tuple(sorted(excluded - holding)), measures=(),
    )  # fmt: skip


def conflicts(
    mine: Held, others: tuple[OtherPermit, ...], *, moment: Moment = Moment.APPROVE, now: datetime = NOW
) -> tuple[Finding, ...]:
    """What the gates of the neighbours say, everything else left aside."""
    law = rules_of(mine.content)
    permit = Permit(id=mine.id, site=SITE, status=mine.status, revision=1, content=mine.content, rules=law)
    known = Facts(
        at=now, zone=ZONE, people={}, holders={}, area=AREAS[mine.content.area], others=others, linked={},
        on_fire_route=None,
    )  # fmt: skip
    found = evaluate(moment, permit, law, known)
    return tuple(one for one in found if one.gate.partition(".")[0] in {"conflict", "crossing"})
