"""What the plant knows right now and a permit needs to decide. Gathered outside, judged inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal

from workflow.delegation import StandingIn
from workflow.emergency.state import InForce
from workflow.hazard.state import Hazard
from workflow.ids import IsolationId, PermitId, PersonId
from workflow.interlock import Interlock
from workflow.isolation.state import Energy, Method
from workflow.monitoring import Detector, Watch
from workflow.permit.content import Content
from workflow.permit.state import Status
from workflow.plant import Admission, Area, Equipment, Person
from workflow.rules.analysts import AnalystRule
from workflow.rules.types import Role
from workflow.simops.pairs import Meeting
from workflow.values import Interval, WorkType, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPermit:
    """Another live (or planned) permit that may conflict. Live past its end, its ``interval.end`` is stretched."""

    id: PermitId
    work: WorkType | None
    """None = not said (emergency work): it may be any of them."""
    status: Status
    live: bool
    area: str
    equipment: str | None
    interval: Interval
    leader: PersonId
    guardian: PersonId
    workers: tuple[PersonId, ...]
    place: str
    same_area: bool
    adjacent: bool
    distance_m: Decimal | None = None
    """Metres between the two places where both are on the map; None = not known, judged by area."""
    methods: tuple[str, ...] | None = None
    """What the other work does, e.g. ``painting``; None = not known."""
    what: Content | None = None
    """Everything it says; None = it could not be read."""
    meetings: tuple[Meeting, ...] = ()
    """How its places lie to ours, the works themselves first; empty: only areas and ``distance_m`` are known."""
    explosion: bool | None = None
    """What the register says of its place."""
    green: bool = False
    """Not a permit: emergency work of the green channel, going on without one. ``id`` is the deviation's number, and
    leader and guardian are who opened it."""
    same_pipe: bool | None = None
    """Whether both blinds are on one pipe (7.10); None = not told, or not two blinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherSaid:
    """Who says how hard it blows, or what the weather is. ``at``: when that was measured where it is told, else when it
    was heard; aware."""

    by: str
    """The name of the instrument or of the weather service."""
    feed: bool
    """Whether a service says it, of somewhere near the place."""
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What is known of the weather at the place besides the wind. None = nobody has said and nothing measures it."""

    fog: bool | None = None
    dense_fog: bool | None = None
    rain: bool | None = None
    rainstorm: bool | None = None
    snow: bool | None = None
    heavy_snow: bool | None = None


_UNKNOWN_WEATHER = Weather()


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated:
    """One isolation a permit stands on, as the register has it."""

    id: IsolationId
    what: str
    energy: Energy
    method: Method
    in_place: bool
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything `decide` may look at besides the permit, the command and the rules.

    ``others`` None means the overlap search could not be done: unknown, never "no conflict".
    """

    at: datetime
    """The moment for which rules and certificates are judged; aware."""
    zone: tzinfo
    """The site's time zone, for calendar days, nights and holidays."""
    people: Mapping[PersonId, Person]
    """Every person named by the permit or the command, and their superiors up to the top."""
    holders: Mapping[Role, tuple[PersonId, ...]]
    """Who holds the posts behind a role for this permit's place."""
    area: Area | None
    standing_in: StandingIn = field(default_factory=dict)
    """Of these the deputies, and for whom they stand in."""
    standby: Mapping[Role, tuple[PersonId, ...]] = field(default_factory=dict)
    """Of these whoever only stands by: asked when nobody else did in time."""
    asked: frozenset[PersonId] | None = None
    """Who of them was asked for the step that waits; None = nobody looked."""
    equipment: Equipment | None = None
    others: tuple[OtherPermit, ...] | None = None
    linked: Mapping[PermitId, Status] | None = None
    wind_ms: Decimal | None = None
    """Latest wind speed at the place, m/s; None = nothing measures it."""
    wind_doubted_ms: Decimal | None = None
    """The same, of anemometers whose word may be doubted, too (calibration, range): it may stop work and never lets any
    begin. What a weather service says of somewhere near counts here alone."""
    wind_said: WeatherSaid | None = None
    """Who says the first of these; None = not known."""
    wind_doubted_said: WeatherSaid | None = None
    on_fire_route: bool | None = None
    """Whether a fire engine's way leads over the place; None = no ways are on record."""
    cut_off: tuple[str, ...] = ()
    """Names of areas that no fire engine reaches while this place is closed, other closures counted."""
    duty_leader: PersonId | None = None
    """Plant duty leader: the last rung of every escalation."""
    weather: Weather = _UNKNOWN_WEATHER
    weather_said: Mapping[str, WeatherSaid] = field(default_factory=dict)
    """Who says so, by the fields of ``weather`` that are known; empty = not known."""
    weather_held: Mapping[str, WeatherSaid] = field(default_factory=dict)
    """Bad weather that was an instrument's last word before it fell silent, by kind; of several the latest. ``at``:
    when it was heard. It holds until somebody knows better who looked later."""
    wind_held: tuple[tuple[Decimal, WeatherSaid], ...] = ()
    """In the same way the last winds, m/s, of everything that measures it and is silent now."""
    admissions: Mapping[str, Admission] = field(default_factory=dict)
    """Contractors by the name `Person.employer` has; one that is not in it is not known to the plant."""
    isolations: tuple[Isolated, ...] | None = ()
    """What the permit stands on; empty = it cites none, None = the register could not be asked."""
    emergencies: tuple[InForce, ...] | None = ()
    """Emergencies in force whose zone holds the permit's place, or may hold it; None = they could not be asked for."""
    hazards: tuple[Hazard, ...] | None = ()
    """Open hazards that reach into the permit's place, or were reported at it; one that could not be read is blank.
    None = they could not be asked for."""
    elsewhere: tuple[str, ...] = ()
    """Names of places of the plant, ours or not: among which somebody must know his own."""
    interlock: Interlock | None = None
    """What the equipment system says of the place; None = the plant has none, and the register's value counts."""

    analysts: tuple[AnalystRule, ...] = ()
    """Works whose analyses before they begin the plant wants of an analyst or a detector."""
    monitoring: tuple[Watch, ...] = ()
    """What the plant asks of detectors, for all works."""
    detectors: tuple[Detector, ...] | None = None
    """Devices that would watch the permit; None = the register was not asked."""

    def __post_init__(self) -> None:
        aware(self.at)
