"""The work box: when a door, a turnstile or an ignition may be released for a permit. Pure.

1. Only work under way is served, and only while its paper is valid.
2. Three things must be shown, each by itself and each freshly: **who** stands there (one who works or leads), **where**
   the guardian is (at the place), and that the **air** is good, where the rules of the permit ask for air at all.
3. What was shown before the work began or was taken up again, or before this service started, shows nothing: a stop or
   a restart leaves nothing released, and everything is shown again.
4. A release always ends by itself. It lasts as long as what was shown lasts, never longer than the permit; silence
   ends it without anybody doing anything.
5. This is about the way in and about power. The way out is never asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from workflow.ids import PersonId
from workflow.permit.state import Permit, Status
from workflow.values import aware

IDENTITY_FOR: Final = timedelta(minutes=5)
"""How long a badge at the box stands for the person."""
POSITION_FOR: Final = timedelta(minutes=15)
"""How long the guardian's last sign from the place counts; the longest a plant may say is an hour."""
AIR_FOR: Final = timedelta(seconds=60)
"""How long air that was good counts as good: the silence that stops the work (domain 5.1)."""
LONGEST: Final = timedelta(hours=1)
"""No plant may let anything stand longer than this."""


class Lack(StrEnum):
    """Why nothing is released."""

    NOT_AT_WORK = "not_at_work"
    IDENTITY = "identity"
    POSITION = "position"
    AIR = "air"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How long each thing counts after it was shown. Raise `ValueError` for none at all, or more than `LONGEST`."""

    identity: timedelta = IDENTITY_FOR
    position: timedelta = POSITION_FOR
    air: timedelta = AIR_FOR

    def __post_init__(self) -> None:
        if not all(timedelta(0) < one <= LONGEST for one in (self.identity, self.position, self.air)):
            raise ValueError(f"what is shown counts for a while, and for {LONGEST} at the most")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAt:
    """A person was shown to be somewhere."""

    person: PersonId
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is known now around one output and one permit. None: it was never shown, or the opposite was."""

    badge: SeenAt | None = None
    """Who last identified himself at this very output."""
    guardian: SeenAt | None = None
    """Who was last shown to be at the permit's place, guarding."""
    air_good_at: datetime | None = None
    """The last moment every gas the permit asks for was measured and within its limits, and none beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The answer for this moment. ``until``: when it ends by itself; None exactly when something lacks."""

    until: datetime | None
    lacks: tuple[Lack, ...] = ()


def release(permit: Permit, shown: Shown, *, bounds: Bounds, since: datetime, now: datetime) -> Release:
    """Whether, and until when, an output is released for a permit. ``since``: when this service began to listen."""
    aware(since)
    aware(now)
    end = permit.valid_until
    if permit.status is not Status.ACTIVE or end is None or end <= now:
        return Release(until=None, lacks=(Lack.NOT_AT_WORK,))
    began = permit.resumed_at or permit.started_at
    floor = since if began is None else max(since, began)
    ends = [end]
    lacks: list[Lack] = []
    for lack, at, lasts in _asked(permit, shown, bounds):
        # What comes out of the future is a clock that runs wild, not proof.
        if at is None or not floor < at <= now or at + lasts <= now:
            lacks.append(lack)
        else:
            ends.append(at + lasts)
    return Release(until=None if lacks else min(ends), lacks=tuple(lacks))


def _asked(permit: Permit, shown: Shown, bounds: Bounds) -> Iterator[tuple[Lack, datetime | None, timedelta]]:
    """What must be shown, when it was, and how long that counts."""
    works = (permit.leader, *permit.what.workers)
    badge, guardian = shown.badge, shown.guardian
    yield Lack.IDENTITY, badge.at if badge is not None and badge.person in works else None, bounds.identity
    here = guardian is not None and guardian.person == permit.guardian
    yield Lack.POSITION, guardian.at if guardian is not None and here else None, bounds.position
    if permit.law.gas is not None:
        yield Lack.AIR, shown.air_good_at, bounds.air
