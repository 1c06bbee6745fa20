"""The kinds of streams beside the permits', and how each folds and is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


def _fold(kind: str, initial: Callable[[str], S], evolve: Callable[[S, E], S], stored: Iterable[type[E]]) -> Fold[S, E]:
    return Fold(kind=kind, initial=initial, evolve=evolve, codec=Codec(stored))


def isolations_of(site: SiteId) -> Isolations:
    """Isolations of one site."""
    return _fold("isolation", lambda stream: Isolation(id=IsolationId(stream), site=site), evolve, events.ALL)


def sealed_readings() -> SealedReadings:
    """The sealed hours of readings, by subject."""
    return _fold("readings", lambda _: readings_sealed.Told(), readings_sealed.evolve, [readings_sealed.SegmentSealed])


def lock_boxes_of(site: SiteId) -> LockBoxes:
    """Lock boxes of one site."""
    return _fold("lockbox", lambda stream: LockBox(id=LockBoxId(stream), site=site), boxed, boxing.ALL)


def deviations_of(site: SiteId) -> Deviations:
    """Green-channel deviations of one site."""
    return _fold("deviation", lambda stream: Deviation(id=DeviationId(stream), site=site), deviated, deviating.ALL)


def hazards_of(site: SiteId) -> Hazards:
    """Hazards of one site."""
    return _fold("hazard", lambda stream: Hazard(id=HazardId(stream), site=site), lived, hazard.ALL)


def reports_of(site: SiteId) -> Reports:
    """What the equipment system of one site says, by piece of equipment."""
    return _fold(
        "equipment",
        lambda stream: interlock.Reported(id=EquipmentId(stream), site=site),
        interlock.evolve,
        interlock.ALL,
    )


def zones_of(site: SiteId) -> Zones:
    """Emergencies of one site, by zone."""
    return _fold("zone", lambda stream: Zone(id=stream, site=site), called, emergency.ALL)


def key_rings_of(site: SiteId) -> KeyRings:
    """The keys of the people of one site, by person."""
    return _fold("keys", lambda stream: keys.KeyRing(id=PersonId(stream), site=site), keys.evolve, keys.ALL)


def links_of(site: SiteId) -> LinkBooks:
    """One-time links of one site, by the foreman who opened them."""
    return _fold("links", lambda stream: vouching.Links(id=PersonId(stream), site=site), vouching.evolve, vouching.ALL)


def points_of(site: SiteId) -> PointBooks:
    """The points of the people of one site, by person."""
    return _fold("points", lambda stream: points.Account(id=PersonId(stream), site=site), points.evolve, points.ALL)


def gate_keys_of(site: SiteId) -> GateKeyBooks:
    """The keys that sign for the gate of one site."""
    return _fold("gate", lambda stream: gate_keys.GateKeys(id=stream, site=site), gate_keys.evolve, gate_keys.ALL)


def pin_books_of(site: SiteId) -> PinBooks:
    """The offline PINs of the people of one site, by person."""
    return _fold("pins", lambda stream: pins.PinBook(id=PersonId(stream), site=site), pins.evolve, pins.ALL)


def outages_of(site: SiteId) -> Outages:
    """When the chat platforms of one site were down, by platform."""
    return _fold("outage", lambda stream: outage.Outage(id=stream, site=site), outage.evolve, outage.ALL)


def keepings_of(site: SiteId) -> Keepings:
    """What was forgotten at one site, and what must be kept."""
    return _fold("retention", lambda stream: keeping.Keeping(id=stream, site=site), keeping.evolve, keeping.ALL)


@cache
def absences_of(site: SiteId) -> Absences:
    """Who is away at one site, and who stands in; one stream for all."""
    return _fold(
        "absences",
        lambda stream: delegation.Absences(id=stream, site=site, known={}),
        delegation.evolve,
        delegation.ALL,
    )


def glasses_of(site: SiteId) -> Glasses:
    """Who broke whose glass at one site, by person."""
    return _fold("glass", lambda stream: glass.Glass(id=PersonId(stream), site=site), glass.evolve, glass.ALL)


def screens_of(site: SiteId) -> Screens:
    """The wall screens of one site."""
    return _fold("screens", lambda stream: screens.Screens(id=stream, site=site), screens.evolve, screens.ALL)


def keep(tx: Tx, fold: Fold[S, E], stream: str, events: tuple[E, ...], *, at: datetime, cause: str) -> S:
    """Append what happened to a stream, whatever it holds already; the state after it."""
    _, version = tx.load(fold, stream)
    return tx.append(fold, stream, version, events, at, cause)[0]
