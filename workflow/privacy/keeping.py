"""The two streams about forgetting: what went when (counts, never contents), and which permits must not be touched.

A legal hold (封存) keeps everything of a permit, whatever the table says, until it is lifted by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from workflow.errors import ImpossibleEvent, Refused
from workflow.findings import no
from workflow.ids import PermitId, PersonId, SiteId
from workflow.values import Actor, Stamped

FORGOTTEN, HOLDS = "forgotten", "holds"
"""The ids of the two streams: who reads of one permit's forgotten photos need not read why another is held."""


def _nothing() -> Mapping[PermitId, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What is held, and how many batches were forgotten."""

    id: str
    site: SiteId
    held: Mapping[PermitId, str] = field(default_factory=_nothing)
    """Permits under hold, and why."""
    batches: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten(Event):
    """Things whose time was over were forgotten."""

    counts: Mapping[str, int]
    """How many of each thing, by its name in the table."""
    originals: int = 0
    digest: str = ""
    """`digest_of` the hashes of the originals; empty without any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPlaced(Event):
    """A permit and all of its originals must be kept."""

    permit: PermitId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldLifted(Event):
    """The table counts again."""

    permit: PermitId
    why: str


ALL: tuple[type[Event], ...] = (Forgotten, HoldPlaced, HoldLifted)


def digest_of(hashes: Iterable[str]) -> str:
    """One hash for a batch: SHA-256 (hex) of its hashes in order, each with a line feed."""
    return hashlib.sha256("".join(f"{one}\n" for one in sorted(hashes)).encode()).hexdigest()


def evolve(keeping: Keeping, event: Event) -> Keeping:
    """The state after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    match event:
        case Forgotten():
            return replace(keeping, batches=keeping.batches + 1)
        case HoldPlaced(permit=permit) if permit not in keeping.held:
            return replace(keeping, held={**keeping.held, permit: event.why})
        case HoldLifted(permit=permit) if permit in keeping.held:
            return replace(keeping, held={one: why for one, why in keeping.held.items() if one != permit})
        case _:
            raise ImpossibleEvent(f"{keeping.id}: {type(event).__name__} cannot follow")


_CLAUSE = "GB 30871-2022 4.18"
_OFFICERS = "请安全管理部门办理"


def hold(
    keeping: Keeping, *, permit: PermitId, why: str, by: PersonId, safety: tuple[PersonId, ...], at: datetime
) -> tuple[Event, ...]:
    """The safety department keeps a permit from being forgotten. Raise `Refused`."""
    _allowed(by, safety, why)
    if permit in keeping.held:
        raise Refused((no("hold.again", f"{permit}已经封存", clause=_CLAUSE, cure="不用再办"),))
    return (HoldPlaced(by=Actor.person(by), at=at, permit=permit, why=why),)


def lift(
    keeping: Keeping, *, permit: PermitId, why: str, by: PersonId, safety: tuple[PersonId, ...], at: datetime
) -> tuple[Event, ...]:
    """The safety department lets the table count again. Raise `Refused`."""
    _allowed(by, safety, why)
    if permit not in keeping.held:
        raise Refused((no("hold.none", f"{permit}没有封存", clause=_CLAUSE, cure="发「封存清单」看有哪些"),))
    return (HoldLifted(by=Actor.person(by), at=at, permit=permit, why=why),)


class Decide(Protocol):
    """`hold` or `lift`."""

    def __call__(
        self, keeping: Keeping, *, permit: PermitId, why: str, by: PersonId, safety: tuple[PersonId, ...], at: datetime
    ) -> tuple[Event, ...]: ...


def _allowed(by: PersonId, safety: tuple[PersonId, ...], why: str) -> None:
    if by not in safety:
        raise Refused((no("hold.officer", "只有安全管理部门能封存和解封", clause=_CLAUSE, cure=_OFFICERS),))
    if not why:
        raise Refused((no("hold.reason", "没有写原因", clause=_CLAUSE, cure="在票号后面写明原因"),))
