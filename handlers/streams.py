"""The kinds of streams beside the permits', and how each folds and is stored."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TypeVar

from storage.codec import Codec
from storage.fold import Fold
from storage.tx import Tx
from workflow import delegation, gate_keys, interlock, keys, outage, pins, points, readings_sealed, screens, vouching
from workflow.deviation import events as deviating
from workflow.deviation.evolve import evolve as deviated
from workflow.deviation.state import Deviation
from workflow.emergency import events as emergency
from workflow.emergency.evolve import evolve as called
from workflow.emergency.state import Zone
from workflow.hazard import events as hazard
from workflow.hazard.evolve import evolve as lived
from workflow.hazard.state import Hazard
from workflow.ids import DeviationId, EquipmentId, HazardId, IsolationId, LockBoxId, PersonId, SiteId
from workflow.isolation import events
from workflow.isolation.evolve import evolve
from workflow.isolation.state import Isolation
from workflow.lockbox import events as boxing
from workflow.lockbox.evolve import evolve as boxed
from workflow.lockbox.state import LockBox
from workflow.privacy import glass, keeping

S = TypeVar("S")
E = TypeVar("E")

Isolations = Fold[Isolation, events.Event]
LockBoxes = Fold[LockBox, boxing.Event]
Deviations = Fold[Deviation, deviating.Event]
Reports = Fold[interlock.Reported, interlock.Event]
Zones = Fold[Zone, emergency.Event]
KeyRings = Fold[keys.KeyRing, keys.Event]
LinkBooks = Fold[vouching.Links, vouching.Event]
GateKeyBooks = Fold[gate_keys.GateKeys, gate_keys.Event]
PinBooks = Fold[pins.PinBook, pins.Event]
Outages = Fold[outage.Outage, outage.Event]
Keepings = Fold[keeping.Keeping, keeping.Event]
PointBooks = Fold[points.Account, points.Event]
Hazards = Fold[Hazard, hazard.Event]
Absences = Fold[delegation.Absences, delegation.Event]
Glasses = Fold[glass.Glass, glass.Event]
Screens = Fold[screens.Screens, screens.Event]
SealedReadings = Fold[readings_sealed.Told, readings_sealed.SegmentSealed]


def isolations_of(site: SiteId) -> Isolations:
    """Isolations of one site."""
    return Fold(
        kind="isolation",
        initial=lambda stream: Isolation(id=IsolationId(stream), site=site),
        evolve=evolve,
        codec=Codec(events.ALL),
    )


def sealed_readings() -> SealedReadings:
    """The sealed hours of readings, by subject."""
    return Fold(
        kind="readings",
        initial=lambda _: readings_sealed.Told(),
        evolve=readings_sealed.evolve,
        codec=Codec([readings_sealed.SegmentSealed]),
    )


def lock_boxes_of(site: SiteId) -> LockBoxes:
    """Lock boxes of one site."""
    return Fold(
        kind="lockbox",
        initial=lambda stream: LockBox(id=LockBoxId(stream), site=site),
        evolve=boxed,
        codec=Codec(boxing.ALL),
    )


def deviations_of(site: SiteId) -> Deviations:
    """Green-channel deviations of one site."""
    return Fold(
        kind="deviation",
        initial=lambda stream: Deviation(id=DeviationId(stream), site=site),
        evolve=deviated,
        codec=Codec(deviating.ALL),
    )


def hazards_of(site: SiteId) -> Hazards:
    """Hazards of one site."""
    return Fold(
        kind="hazard",
        initial=lambda stream: Hazard(id=HazardId(stream), site=site),
        evolve=lived,
        codec=Codec(hazard.ALL),
    )


def reports_of(site: SiteId) -> Reports:
    """What the equipment system of one site says, by piece of equipment."""
    return Fold(
        kind="equipment",
        initial=lambda stream: interlock.Reported(id=EquipmentId(stream), site=site),
        evolve=interlock.evolve,
        codec=Codec(interlock.ALL),
    )


def zones_of(site: SiteId) -> Zones:
    """Emergencies of one site, by zone."""
    return Fold(
        kind="zone",
        initial=lambda stream: Zone(id=stream, site=site),
        evolve=called,
        codec=Codec(emergency.ALL),
    )


def key_rings_of(site: SiteId) -> KeyRings:
    """The keys of the people of one site, by person."""
    return Fold(
        kind="keys",
        initial=lambda stream: keys.KeyRing(id=PersonId(stream), site=site),
        evolve=keys.evolve,
        codec=Codec(keys.ALL),
    )


def links_of(site: SiteId) -> LinkBooks:
    """One-time links of one site, by the foreman who opened them."""
    return Fold(
        kind="links",
        initial=lambda stream: vouching.Links(id=PersonId(stream), site=site),
        evolve=vouching.evolve,
        codec=Codec(vouching.ALL),
    )


def points_of(site: SiteId) -> PointBooks:
    """The points of the people of one site, by person."""
    return Fold(
        kind="points",
        initial=lambda stream: points.Account(id=PersonId(stream), site=site),
        evolve=points.evolve,
        codec=Codec(points.ALL),
    )


def gate_keys_of(site: SiteId) -> GateKeyBooks:
    """The keys that sign for the gate of one site."""
    return Fold(
        kind="gate",
        initial=lambda stream: gate_keys.GateKeys(id=stream, site=site),
        evolve=gate_keys.evolve,
        codec=Codec(gate_keys.ALL),
    )


def pin_books_of(site: SiteId) -> PinBooks:
    """The offline PINs of the people of one site, by person."""
    return Fold(
        kind="pins",
        initial=lambda stream: pins.PinBook(id=PersonId(stream), site=site),
        evolve=pins.evolve,
        codec=Codec(pins.ALL),
    )


def outages_of(site: SiteId) -> Outages:
    """When the chat platforms of one site were down, by platform."""
    return Fold(
        kind="outage",
        initial=lambda stream: outage.Outage(id=stream, site=site),
        evolve=outage.evolve,
        codec=Codec(outage.ALL),
    )


def keepings_of(site: SiteId) -> Keepings:
    """What was forgotten at one site, and what must be kept."""
    return Fold(
        kind="retention",
        initial=lambda stream: keeping.Keeping(id=stream, site=site),
        evolve=keeping.evolve,
        codec=Codec(keeping.ALL),
    )


@cache
def absences_of(site: SiteId) -> Absences:
    """Who is away at one site, and who stands in; one stream for all."""
    return Fold(
        kind="absences",
        initial=lambda stream: delegation.Absences(id=stream, site=site, known={}),
        evolve=delegation.evolve,
        codec=Codec(delegation.ALL),
    )


def glasses_of(site: SiteId) -> Glasses:
    """Who broke whose glass at one site, by person."""
    return Fold(
        kind="glass",
        initial=lambda stream: glass.Glass(id=PersonId(stream), site=site),
        evolve=glass.evolve,
        codec=Codec(glass.ALL),
    )


def screens_of(site: SiteId) -> Screens:
    """The wall screens of one site."""
    return Fold(
        kind="screens",
        initial=lambda stream: screens.Screens(id=stream, site=site),
        evolve=screens.evolve,
        codec=Codec(screens.ALL),
    )


def keep(tx: Tx, fold: Fold[S, E], stream: str, events: tuple[E, ...], *, at: datetime, cause: str) -> S:
    """Append what happened to a stream, whatever it holds already; the state after it."""
    _, version = tx.load(fold, stream)
    return tx.append(fold, stream, version, events, at, cause)[0]
