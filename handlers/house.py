"""What the office of one site has at hand from one arrival to the next: its rules, its streams, what it remembers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo

from handlers import streams
from handlers.aliases import suspicions
from handlers.facts import Posts
from handlers.last_positions import LastPositions
from handlers.names import Names
from handlers.neighbours import Places
from handlers.rungs import Rung
from storage.codec import Codec
from storage.fold import Fold
from storage.policy_hazards import HazardRules
from workflow.attention.radar import Weights
from workflow.ids import PermitId, SiteId
from workflow.interlock import MAX_AGE
from workflow.permit import events
from workflow.permit.events import Event
from workflow.permit.evolve import evolve
from workflow.permit.state import Permit
from workflow.rules.book import RuleBook
from workflow.rules.types import PermitRules
from workflow.stills import NO_CAMERAS, Cameras

Permits = Fold[Permit, Event]

_LAWS = 512
"""How many different frozen rules are shared; when full, sharing begins anew."""


def permits_of(site: SiteId) -> Permits:
    """How the permits of a site are folded and stored.

    Permits frozen under equal rules share them: rules are the largest part of a permit, and few of them differ.
    """
    laws: dict[PermitRules, PermitRules] = {}
    # The rules in ``laws`` by who they are: a request that was just taken mostly holds one of them already, and telling
    # whether two rules are equal takes longer than folding the request.
    shared: dict[int, PermitRules] = {}

    def share(rules: PermitRules) -> PermitRules:
        if id(rules) in shared:  # held there, so no other object has its id
            return rules
        if len(laws) >= _LAWS:
            laws.clear()
            shared.clear()
        known = laws.setdefault(rules, rules)
        shared[id(known)] = known
        return known

    def fold(permit: Permit, event: Event) -> Permit:
        if isinstance(event, events.PermitSubmitted) and (known := share(event.rules)) is not event.rules:
            event = replace(event, rules=known)
        return evolve(permit, event)

    return Fold(
        kind="permit",
        initial=lambda stream: Permit(id=PermitId(stream), site=site),
        evolve=fold,
        codec=Codec(events.ALL),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What stays the same from one arrival to the next."""

    site: SiteId
    zone: tzinfo
    book: RuleBook
    secret: bytes
    """Signs and opens buttons."""
    permits: Permits
    posts: Posts
    names: Names
    isolations: streams.Isolations
    lock_boxes: streams.LockBoxes
    deviations: streams.Deviations
    equipment: streams.Reports
    zones: streams.Zones
    keys: streams.KeyRings
    links: streams.LinkBooks
    gate_keys: streams.GateKeyBooks
    pins: streams.PinBooks
    outages: streams.Outages
    keeping: streams.Keepings
    glasses: streams.Glasses
    hazards: streams.Hazards
    points: streams.PointBooks
    screens: streams.Screens
    hazard_rules: HazardRules | None = None
    """The law of hazards; None = none are taken here."""
    work_orders: bool = False
    """Whether the equipment system takes work orders of hazards."""
    interlock: timedelta | None = None
    """How long a word of the equipment system counts; None = the plant has none."""
    places: Places = field(default_factory=Places)
    """How the plant's places lie to each other."""
    radar: Weights | None = None
    """How attentive approving is told from stamping; None = nobody is judged or asked."""
    key_pages: str | None = None
    """The address of the pages for keys, without a slash at the end; None = none are served."""
    rungs: tuple[Rung, ...] = ()
    """Ways of confirming beside a tap and a key that this site has set up."""
    outputs: bool = False
    """Whether there are doors, ignitions or sirens that hear orders."""
    last_positions: LastPositions = field(default_factory=LastPositions)
    """Where worn tags were last."""
    cameras: Cameras = NO_CAMERAS
    """Which cameras look at which place."""


def house(
    *,
    site: SiteId,
    zone: tzinfo,
    book: RuleBook,
    secret: bytes,
    equipment_system: bool = False,
    key_pages: str | None = None,
    rungs: tuple[Rung, ...] = (),
    radar: Weights | None = None,
    outputs: bool = False,
    hazard_rules: HazardRules | None = None,
    work_orders: bool = False,
    cameras: Cameras = NO_CAMERAS,
) -> House:
    """The office's furniture for one site.

    The plant has an equipment system when its file says so, or when one may report (``equipment_system``).
    """
    max_age = book.plant.interlock
    return House(
        site=site,
        zone=zone,
        book=book,
        secret=secret,
        permits=permits_of(site),
        posts=Posts(book),
        names=Names(),
        places=Places(suspicions=suspicions),
        isolations=streams.isolations_of(site),
        lock_boxes=streams.lock_boxes_of(site),
        deviations=streams.deviations_of(site),
        equipment=streams.reports_of(site),
        zones=streams.zones_of(site),
        keys=streams.key_rings_of(site),
        links=streams.links_of(site),
        gate_keys=streams.gate_keys_of(site),
        pins=streams.pin_books_of(site),
        outages=streams.outages_of(site),
        keeping=streams.keepings_of(site),
        glasses=streams.glasses_of(site),
        hazards=streams.hazards_of(site),
        points=streams.points_of(site),
        screens=streams.screens_of(site),
        hazard_rules=hazard_rules,
        work_orders=work_orders,
        key_pages=key_pages,
        radar=radar,
        rungs=rungs,
        outputs=outputs,
        cameras=cameras,
        interlock=MAX_AGE if max_age is None and equipment_system else max_age,
    )
