"""What a plant's own file settles: who holds which role, its times, its proofs, and what it tightens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from types import MappingProxyType

from workflow.camera_alarms import CameraAlarmRule
from workflow.ids import NodeKey
from workflow.manners import Manners
from workflow.monitoring import Watch
from workflow.occupancy import OccupancyRule
from workflow.presence import TagRule
from workflow.rules.analysts import AnalystRule
from workflow.rules.law import Span, WorkLaw
from workflow.rules.roles import OVERSEERS
from workflow.rules.tasks import TaskWeight
from workflow.rules.types import Grade, Ladder, PackRef, Role
from workflow.stills import StillRule
from workflow.values import ProofMethod, WorkType


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """How people without an account act: by a link a foreman vouches for (docs/adr/0114)."""

    briefing_proof: ProofMethod = ProofMethod.VOUCHED_LINK
    """The weakest proof accepted for the signature of somebody who was briefed."""
    link_lives: timedelta = timedelta(minutes=10)
    """Until when the code may be typed in, and how long the phone may be used after that."""
    code_tries: int = 5
    people_a_minute: int = 3
    """For how many people one foreman may vouch within a minute; more looks like signing for others."""
    foreman_posts: tuple[str, ...] = ()
    """Posts whose holders vouch for the people of their own company besides the work leader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """What a PIN and a second person may stand in for while the chat is down (docs/adr/0190)."""

    replaces: ProofMethod
    """The strongest minimum it may stand in for."""
    after: timedelta = timedelta(minutes=10)
    """How long the chat must have been down."""
    tries: int = 5
    """So many wrong PINs lock the person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantRules:
    """The plant's own settings: who holds which role, its nights, its waiting times, and what it tightens."""

    id: str
    name: str
    industry: str
    ref: PackRef
    roles: Mapping[Role, tuple[str, ...]]
    borrows: Mapping[WorkType, tuple[str, ...]]
    """Packs of other industries the plant applies of its own will."""
    night_from: time
    night_to: time
    rest_days: frozenset[int]
    """Weekdays that are 公休日, Monday = 0."""
    node_wait: timedelta
    node_wait_near_start: timedelta
    near_start: timedelta
    start_within: Mapping[WorkType, timedelta]
    prompt_every: timedelta
    misses_to_suspend: int
    presence_valid: timedelta
    warn_before_end: tuple[timedelta, ...]
    count_reminder: timedelta
    duty_posts: tuple[str, ...]
    at_site: tuple[NodeKey, ...]
    signatures_within: timedelta
    site_proof: ProofMethod
    proofs: Mapping[tuple[str, Grade | None], ProofMethod]
    """Weakest proof by (node key, ``start``, ``resume``, ``acceptance`` or ``default``; grade, None = every grade)."""
    tighten: Mapping[WorkType, WorkLaw]
    validity: Mapping[WorkType, Span] = field(default_factory=dict)
    """How long a permit lasts where no instrument says it (domain 8, O5)."""
    interlock: timedelta | None = None
    """How long a word of the equipment system counts; None = the plant's file names no such system."""
    monitoring: tuple[Watch, ...] = ()
    """Detectors that work must have while it goes on."""
    analysts: tuple[AnalystRule, ...] = ()
    """Work whose gas analyses before it begins are an analyst's or a detector's."""
    guardian_tag: tuple[TagRule, ...] = ()
    """Work whose guardian must be seen at the place by a tag while it goes on."""
    stills: tuple[StillRule, ...] = ()
    """Work the plant's cameras are asked to show."""
    seen: tuple[CameraAlarmRule, ...] = ()
    """What follows from what cameras' boxes say they see."""
    crowd: tuple[OccupancyRule, ...] = ()
    """What follows from strangers, too many people, and people who stay too long."""
    green_channel: int = 3
    """How often a month emergency work may begin without a permit before only the leadership may open the channel."""
    shifts: tuple[time, ...] = ()
    """When the shifts change, site time; empty = nobody is relieved by the clock."""
    prompt_earliest: timedelta | None = None
    """The soonest a guardian is asked again; None = always exactly at the rhythm."""
    prompt_tasks: Mapping[WorkType, tuple[TaskWeight, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """What the plant has guardians asked for instead of what the packs propose; an empty tuple = taps only."""
    vouching: Vouching = Vouching()
    manners: Manners = field(default_factory=Manners)
    """When its people may be disturbed."""
    overseers: frozenset[Role] = OVERSEERS
    """Whoever holds a post behind one of these sees everything at the places the post covers."""
    ladder: Ladder = field(default_factory=Ladder)
    """When a node that waits is said again and climbs."""
    standby: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    """Of a role's posts those that only stand by: they may act at any time, and are asked when nobody else did."""
    offline: Offline | None = None
    """Confirming without the chat; None = not at this plant."""
