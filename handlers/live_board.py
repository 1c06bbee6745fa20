"""The board people look at: every open permit with what it waits for and what blocks it, hazards by place. Reads only.

A picture is taken whole and holds for everybody who looks; who may see what of it is a `Scope`, asked for each of them.
It is taken in a thread of its own with furniture of its own (`apart`), so that nobody who stops work waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.aliases import suspicions
from handlers.asked import asked, board_people
from handlers.emergencies import zone_name
from handlers.facts import Posts
from handlers.house import House, permits_of
from handlers.last_positions import LastPositions
from handlers.names import Names
from handlers.neighbours import Places
from handlers.views import Viewer
from storage.back import as_it_stood, hazards_at, permits_at
from storage.board import BoardRow
from storage.directory import Directory
from storage.tx import Tx
from workflow.deviation.state import Stage
from workflow.emergency.state import PLANT
from workflow.escalation import waiting
from workflow.findings import Finding, Verdict
from workflow.hazard.owed import due
from workflow.hazard.state import Hazard
from workflow.ids import AreaId, EquipmentId, PermitId, PersonId
from workflow.overdue import Overdue, overdue
from workflow.permit.state import Permit, Status, Suspension
from workflow.plant import Area
from workflow.rules.types import Grade, Role
from workflow.screens import STREAM, Screens
from workflow.values import Interval, WorkType, aware

OFFICERS = frozenset({Role.SAFETY_DEPT})
"""Who makes and ends wall screens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What somebody may see of a picture: whole plant, some places, and whatever names or waits for the person."""

    person: PersonId | None
    """None: a wall screen, before which anybody may stand."""
    whole: bool = False
    areas: frozenset[AreaId] = frozenset()
    officer: bool = False

    def covers(self, area: AreaId) -> bool:
        """Whether everything at a place may be seen."""
        return self.whole or area in self.areas

    def sees(self, permit: LivePermit) -> bool:
        """Whether one permit may be seen."""
        return self.covers(permit.area) or self.person in permit.people


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePermit:
    """One permit on the board. ``findings`` are what does not pass of the gates before its next step."""

    id: PermitId
    version: int
    status: Status
    live: bool
    work: WorkType
    grade: Grade
    area: AreaId
    equipment: EquipmentId | None
    place: str
    task: str
    planned: Interval
    until: datetime
    step: str
    """What the plant is asked for, by its label; empty outside a chain."""
    since: datetime | None
    """Since when it waits for that."""
    asked: tuple[PersonId, ...]
    guardian: PersonId
    leader: PersonId
    overdue: tuple[Overdue, ...]
    stopped: Suspension | None
    findings: tuple[Finding, ...]
    people: frozenset[PersonId]

    @property
    def blocked(self) -> tuple[Finding, ...]:
        """What stops its next step."""
        return tuple(one for one in self.findings if one.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Open hazards of one place. ``late``: past the time for what is owed; ``climbed``: under 督办."""

    area: AreaId | None
    open: int = 0
    late: int = 0
    climbed: int = 0


Warmth = tuple[str, datetime | None, int]
"""Of one hazard: the area or nothing, until when something is owed, how high it has climbed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """An emergency in force. ``area`` None: the whole plant."""

    area: AreaId | None
    name: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The board at one moment. ``past``: folded from the journal; people, posts and places are those of today then."""

    at: datetime
    permits: tuple[LivePermit, ...]
    heat: tuple[Heat, ...]
    zones: tuple[Zone, ...]
    green: tuple[Zone, ...]
    """Emergency work that goes on without a permit (绿色通道), by place; none is told of the past."""
    directory: Directory = field(repr=False)
    """The register it was taken with: whoever looks is held against this one, and nobody asks memory again."""
    screens: Screens | None = field(default=None, repr=False)
    """The wall screens that may show it; none may show the past."""
    past: bool = False
    whole: bool = True
    """False: there was more than one look back may cost."""

    def __post_init__(self) -> None:
        aware(self.at)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The places of the plant."""
        return tuple(self.directory.areas.values())

    def name(self, person: PersonId) -> str:
        """What a person is called."""
        known = self.directory.people.get(person)
        return person if known is None else known.name


def apart(house: House) -> House:
    """The same house with working memory of its own, for reading beside the writer in another thread: what it works
    out once for each version of the register is worked out for two threads that may see two versions."""
    return replace(
        house,
        permits=permits_of(house.site),
        posts=Posts(house.book),
        places=Places(suspicions=suspicions),
        names=Names(),
        last_positions=LastPositions(),
    )


def scope_of(directory: Directory, house: House, person: PersonId) -> Scope | None:
    """What a person may see; None for whoever is not, or no longer, on the register."""
    plant = house.book.plant
    known = directory.person(person)
    if known is None or not known.active:
        return None
    looking, officers = _posts(house, plant.overseers) | {*plant.duty_posts}, _posts(house, OFFICERS)
    held = [post for post in known.posts if post.key in looking]
    return Scope(
        person=person,
        whole=any(not post.areas for post in held),
        areas=frozenset(area for post in held for area in post.areas),
        officer=any(post.key in officers and not post.areas for post in known.posts),
    )


def _posts(house: House, roles: Iterable[Role]) -> set[str]:
    return {post for role in roles for post in house.book.posts_for(role)}


# --- now


def picture(tx: Tx, house: House, now: datetime, known: Picture | None = None) -> Picture:
    """The board as it stands.

    With a picture taken a moment ago only what moved since, and what shares a place with that, is looked at anew.
    """
    viewer, rows = Viewer(house=house), tx.open_permits()
    before = {} if known is None else {one.id: one for one in known.permits}
    moved = _moved(rows, before)
    permits = []
    for row in rows:
        kept = before.get(PermitId(row.permit))
        if kept is not None and kept.area not in moved:
            permits.append(kept)
            continue
        permit = tx.load(house.permits, row.permit)[0]
        open_ = tuple(one for one in viewer.findings(tx, permit, now) if one.verdict is not Verdict.PASS)
        permits.append(_shown(tx, house, permit, now, open_))
    return Picture(
        at=now,
        permits=tuple(permits),
        heat=_heat(((row.area, row.due_at, row.supervision) for row in tx.open_hazards()), now),
        zones=tuple(_zone(tx, row.zone, row.called_at) for row in tx.emergencies()),
        green=tuple(_green(tx, house)),
        directory=tx.directory,
        screens=tx.load(house.screens, STREAM)[0],
    )


def _moved(rows: Iterable[BoardRow], before: Mapping[PermitId, LivePermit]) -> set[AreaId]:
    """The places where a permit came, moved or went."""
    stand = {PermitId(row.permit): row for row in rows}
    gone = {one.area for one in before.values() if one.id not in stand}
    new = {AreaId(row.area) for key, row in stand.items() if key not in before or before[key].version != row.version}
    return gone | new | {before[key].area for key, row in stand.items() if key in before and row.area in new}


# --- then


def picture_then(tx: Tx, house: House, moment: datetime) -> Picture:
    """The board as it stood, folded from the journal.

    What was not written down then is not told: the gates of that moment asked for weather, devices and a register
    nobody kept the past of. People, posts and places are those of today.
    """
    permits, hazards = permits_at(tx, house.permits, moment), hazards_at(tx, house.hazards, moment)
    stood = [one.state for one in permits.found if one.state.content is not None and not one.state.over]
    open_ = [one.state for one in hazards.found if one.state.open]
    zones = [as_it_stood(tx, house.zones, zone, moment) for zone in (PLANT, *tx.directory.areas)]
    return Picture(
        at=moment,
        permits=tuple(_shown(tx, house, permit, moment, ()) for permit in stood),
        heat=_heat((_warmth(hazard) for hazard in open_), moment),
        zones=tuple(
            _zone(tx, zone.name, zone.state.called_at)
            for zone in zones
            if zone is not None and zone.state.in_force and zone.state.called_at is not None
        ),
        green=(),
        directory=tx.directory,
        past=True,
        whole=permits.whole and hazards.whole,
    )


def _warmth(hazard: Hazard) -> Warmth:
    area = None if hazard.sighting is None else hazard.sighting.area
    return area or "", due(hazard), int(hazard.supervision)


# --- one of each


def _zone(tx: Tx, zone: str, since: datetime) -> Zone:
    directory = tx.directory
    known = AreaId(zone) in directory.areas
    return Zone(area=AreaId(zone) if known else None, name=zone_name(directory, zone), since=since)


def _green(tx: Tx, house: House) -> Iterator[Zone]:
    for row in tx.deviations_at(Stage.OPEN.value):
        state, _ = tx.load(house.deviations, row.id)
        if state.what is not None and state.opened_at is not None and state.ended_at is None:
            yield _zone(tx, state.what.area, state.opened_at)


def _heat(hazards: Iterable[Warmth], now: datetime) -> tuple[Heat, ...]:
    found: dict[str, Heat] = {}
    for area, until, supervision in hazards:
        heat = found.get(area, Heat(area=AreaId(area) if area else None))
        found[area] = replace(
            heat,
            open=heat.open + 1,
            late=heat.late + (until is not None and until <= now),
            climbed=heat.climbed + (supervision > 0),
        )
    return tuple(found[area] for area in sorted(found))


def _shown(tx: Tx, house: House, permit: Permit, now: datetime, open_: tuple[Finding, ...]) -> LivePermit:
    what, holders = permit.what, house.posts.holders(tx.directory, permit.what.area)
    step = waiting(permit, now)
    return LivePermit(
        id=permit.id,
        version=permit.version,
        status=permit.status,
        live=permit.live,
        work=what.work,
        grade=permit.law.grade,
        area=what.area,
        equipment=what.equipment,
        place=what.place,
        task=what.task,
        planned=what.planned,
        until=permit.valid_until or what.planned.end,
        step="" if step is None else next((one.label for one in permit.law.chain if one.key == step.key), ""),
        since=None if step is None else permit.waiting_since,
        asked=asked(permit, holders, now),
        guardian=permit.guardian,
        leader=permit.leader,
        overdue=overdue(permit, now),
        stopped=permit.suspension if permit.status is Status.SUSPENDED else None,
        findings=open_,
        people=frozenset(PersonId(person) for _, person in board_people(permit, holders, now)),
    )
