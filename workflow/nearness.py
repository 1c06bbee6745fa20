"""Is a tag near a beacon? From how strongly one of the two hears the other, again and again. Pure.

1. A beacon stands at a place; what is worn hears it, or is heard by it. Which of the two speaks makes no difference.
2. Near begins when the smoothed strength reaches the beacon's own threshold, and ends when it is weaker by ``drop_db``
   or was not heard for ``heard_for``. The figures are the plant's: they depend on walls and steel and on the beacon.
3. Of several beacons that are near the strongest says where the tag is.
4. Hearing nothing says nothing. A tag is elsewhere only when it is near a beacon of another place and hears none of
   this one, however weakly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from workflow.ids import AreaId, DeviceId
from workflow.values import aware

DROP_DB = 6
"""How much weaker than its threshold a beacon may become before the tag is no longer near. Not from any standard."""
HEARD_FOR = timedelta(seconds=15)
"""How long a hearing counts (domain 5.5: hold 10-20 s)."""
MOST_DROP_DB, MOST_HEARD_S = 40, 300
"""What a plant may ask for; a place heard five minutes ago is no place."""
WEAKEST_DBM, STRONGEST_DBM = -120, 0
_MAC = re.compile(r"[0-9A-F]{2}(?:[:-]?[0-9A-F]{2}){5}", re.IGNORECASE | re.ASCII)
_ADVERTISED = re.compile(
    r"(?P<uuid>[0-9a-f-]{32,36})/(?P<major>[0-9]{1,5})/(?P<minor>[0-9]{1,5})", re.IGNORECASE | re.ASCII
)
_MOST, _UUID_DIGITS = 0xFFFF, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """A beacon, or a gateway that hears them, at its place. Strengths in dBm, ``drop_db`` in dB."""

    id: DeviceId
    name: str
    area: AreaId
    near_dbm: int
    drop_db: int = DROP_DB
    heard_for: timedelta = HEARD_FOR

    def __post_init__(self) -> None:
        if not WEAKEST_DBM < self.near_dbm < STRONGEST_DBM or self.drop_db < 1 or self.heard_for <= timedelta(0):
            raise ValueError("a strength below nought, a drop of one or more, a bound longer than none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What is remembered of one tag and one beacon: when it was heard last, how strongly (smoothed), whether near."""

    at: datetime
    dbm: float
    near: bool

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Where a tag is by its beacons at one moment. ``beacon`` None: near none. ``heard``: places it hears at all."""

    at: datetime
    beacon: Beacon | None
    heard: frozenset[AreaId]

    def here(self, area: AreaId) -> bool | None:
        """Whether the tag is at this place; None: it cannot be told."""
        if self.beacon is None:
            return None
        if self.beacon.area == area:
            return True
        return None if area in self.heard else False


def spelt(name: str) -> str | None:
    """One spelling of how a beacon is called on the wire: its MAC, or ``uuid/major/minor``. None: it is neither."""
    if _MAC.fullmatch(name) is not None:
        return name.replace(":", "").replace("-", "").upper()
    found = _ADVERTISED.fullmatch(name)
    if found is None or max(int(found["major"]), int(found["minor"])) > _MOST:
        return None
    digits = found["uuid"].replace("-", "")
    return advertised(digits, int(found["major"]), int(found["minor"])) if len(digits) == _UUID_DIGITS else None


def advertised(digits: str, major: int, minor: int) -> str:
    """How a beacon is called by what it advertises; ``digits``: the 32 hexadecimal ones of its UUID."""
    parts = (digits[start:end] for start, end in pairwise((0, 8, 12, 16, 20, _UUID_DIGITS)))
    return f"{'-'.join(parts).lower()}/{major}/{minor}"


def hear(before: Hearing | None, beacon: Beacon, dbm: float, at: datetime) -> Hearing:
    """What is known after one more hearing: half of it new, half of it what was known. One that is no newer than the
    last changes nothing; after a silence everything begins anew."""
    if before is not None and timedelta(0) <= before.at - at <= beacon.heard_for:
        return before
    if before is None or not timedelta(0) < at - before.at <= beacon.heard_for:
        return Hearing(at=at, dbm=dbm, near=dbm >= beacon.near_dbm)
    level = (before.dbm + dbm) / 2
    return Hearing(at=at, dbm=level, near=level >= beacon.near_dbm - (beacon.drop_db if before.near else 0))


def near(hearings: Mapping[DeviceId, Hearing], beacons: Mapping[DeviceId, Beacon], at: datetime) -> Near:
    """Where a tag is by all it has heard. Gateways' clocks differ: a little later counts as much as a little ago."""
    fresh = [
        (one, beacons[device])
        for device, one in hearings.items()
        if device in beacons and abs(at - one.at) <= beacons[device].heard_for
    ]
    close = max((each for each in fresh if each[0].near), default=None, key=lambda each: (each[0].dbm, each[1].id))
    return Near(at=at, beacon=None if close is None else close[1], heard=frozenset(beacon.area for _, beacon in fresh))
