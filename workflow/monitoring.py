"""What running work needs of its detectors, and what their readings mean to it. Pure: the bridge asks, this answers.

1. Danger is taken from any reading that means something, whatever else is wrong with its device; only a reading that is
   good in every respect shows that all is well.
2. Work that must be watched is watched as long as enough detectors of every quantity are heard and good. From the
   moment that was so last, silence may last as long as the plant says, and not a second longer.
3. A vote of two spares nobody who is alone: it counts only while more detectors than votes are there, and one that
   stays beyond its limit by itself stops the work a little later.
4. Values that are good again say so; they never resume anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from workflow.ids import DeviceId, PersonId
from workflow.permit.content import Content, GasReading, GasSample
from workflow.rules.gas import OXYGEN, GasVerdict, UnknownReading, judge
from workflow.rules.gas_types import GasRules, Unit
from workflow.rules.types import Grade
from workflow.values import WorkType, aware

SILENT_AFTER = timedelta(seconds=60)
"""Longest silence where the plant says none (domain 5.1: suspended after 60 s)."""
ALONE_FOR = timedelta(seconds=30)
"""How long one detector of several may be beyond its limit before it is believed alone."""
OXYGEN_MARGIN = Decimal("0.1")
"""Percent by volume within its limits before oxygen that was out of them counts as good again."""
MARGIN = Decimal("1.1")
"""A value that was beyond its limit counts as good again once it times this keeps the limit."""


class Quality(StrEnum):
    """What a reading is worth. The values are stored with it; ``good`` is the only one that shows that all is well."""

    GOOD = "good"
    MANUAL = "manual"
    """Typed by a person, who answers for it."""
    OUT_OF_RANGE = "out_of_range"
    STALE = "stale"
    """Measured too long before it came in, or older than what is known already."""
    CLOCK_DRIFT = "clock_drift"
    """The device's clock is ahead of ours by more than it may."""
    STUCK = "stuck"
    """The same value, or the same message, for longer than this sensor may stand still."""
    ZERO_DRIFT = "zero_drift"
    """Below nought: to be zeroed in fresh air."""
    CALIBRATION_EXPIRED = "calibration_expired"
    BUMP_MISSING = "bump_missing"
    FAULTY = "faulty"
    """The device itself says so, or that it warms up, is being calibrated or worked on."""
    WRONG_UNIT = "wrong_unit"
    UNKNOWN_DEVICE = "unknown_device"
    """Not in the register, switched off there, or a quantity the register does not give it."""
    GAP = "gap"
    """No reading: this many were lost. ``value`` counts them."""


MEANINGFUL = frozenset(
    {
        Quality.GOOD,
        Quality.MANUAL,
        Quality.OUT_OF_RANGE,
        Quality.CLOCK_DRIFT,
        Quality.STUCK,
        Quality.CALIBRATION_EXPIRED,
        Quality.BUMP_MISSING,
    }
)
"""Qualities whose value may say danger: the number is one of this gas, in its unit, and of now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One judged value. ``measured_at`` is the device's own time, None without a clock; ``received_at`` ours."""

    device: DeviceId
    quantity: str
    """A gas's key, or another kind of measurement."""
    value: Decimal
    unit: str
    quality: Quality
    received_at: datetime
    measured_at: datetime | None = None
    alarm: bool = False
    """The device itself raises an alarm, whatever the value."""

    def __post_init__(self) -> None:
        aware(self.received_at)
        if self.measured_at is not None:
            aware(self.measured_at)

    @property
    def age(self) -> timedelta | None:
        """How old it was when it came in, by the device's clock; None without one."""
        return None if self.measured_at is None else self.received_at - self.measured_at

    @property
    def of(self) -> datetime:
        """The moment it speaks of: never later than it came in."""
        return self.received_at if self.measured_at is None else min(self.measured_at, self.received_at)


# --- what the plant asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Detectors that work of these kinds must have while it goes on. No grades: all of them."""

    works: frozenset[WorkType]
    grades: frozenset[Grade] = frozenset()
    quantities: tuple[str, ...] = ()
    """Gas keys; empty: those every sample of the permit must hold."""
    detectors: int = 1
    """Of each quantity, at the least."""
    votes: int = 1
    """How many must be beyond the limit at once, where there are more than that."""
    silent_after: timedelta = SILENT_AFTER
    alone_for: timedelta = ALONE_FOR

    def __post_init__(self) -> None:
        if not 1 <= self.votes <= 2 or self.detectors < 1:
            raise ValueError("one vote or two, one detector or more")
        if self.silent_after <= timedelta(0) or self.alone_for < timedelta(0):
            raise ValueError("a bound is longer than none")


def watch_over(watches: Iterable[Watch], work: WorkType, grade: Grade, gas: GasRules | None) -> Watch | None:
    """What one permit needs: everything that is asked of its work and grade, the stricter of each. None: nothing is.

    Its quantities are named in the answer. Work whose rules know no gas and that names none cannot be watched.
    """
    asked = [one for one in watches if work in one.works and (not one.grades or grade in one.grades)]
    if not asked:
        return None
    own = gas.required if gas is not None else ()
    named = dict.fromkeys(name for one in asked for name in (one.quantities or own))
    if not named:
        return None
    return Watch(
        works=frozenset({work}),
        grades=frozenset({grade}),
        quantities=tuple(named),
        detectors=max(one.detectors for one in asked),
        votes=min(one.votes for one in asked),
        silent_after=min(one.silent_after for one in asked),
        alone_for=min(one.alone_for for one in asked),
    )


# --- what is known of them before work begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A device of the register that would watch a permit: lent to it, worn by its people, or standing at its place."""

    id: DeviceId
    name: str
    where: str
    """For people: its area, its wearer, or nothing."""
    quantities: tuple[str, ...]
    """What the register says it measures; empty where that cannot be read."""
    calibration_due: date | None
    """The last day it may serve; None: nobody knows, so never."""
    newest: Mapping[str, Reading] | None = field(default=None, hash=False)
    """What it said last of each quantity, of the last `LOOK_BACK`; None: memory was not asked."""
    since_good: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict, hash=False)
    """Of quantities whose last word is not good: its last good word of them and all it said since, the newest in the
    end. A fault after a cry takes nothing back: only a good word does."""

    @property
    def called(self) -> str:
        """「2号罐的四合一 A-103」."""
        return f"{self.where}的{self.name}" if self.where else self.name

    def fit(self, day: date) -> bool:
        """Whether its calibration holds on that day of the site."""
        return self.calibration_due is not None and day <= self.calibration_due


LOOK_BACK = timedelta(hours=1)
"""How far memory is asked for a device's last word: older is as good as never."""


def last_heard(detectors: Iterable[Detector]) -> tuple[Heard, ...]:
    """Every sensor that was good when it spoke last."""
    newest = ((one.id, what, said) for one in detectors for what, said in (one.newest or {}).items())
    return tuple(
        Heard(device=device, quantity=what, band=Band.UNTOLD, since=said.of, good_at=said.of)
        for device, what, said in newest
        if said.quality is Quality.GOOD
    )


# --- what a value means


class Band(StrEnum):
    """Where a value lies."""

    WITHIN = "within"
    BEYOND = "beyond"
    UNTOLD = "untold"
    """The rules cannot judge it: no word of danger, and none that all is well."""


def band(reading: Reading, gas: GasRules, content: Content, held: Band | None = None) -> Band:
    """Where a value lies under the rules of one permit. ``held``: where the same sensor lay before.

    The limit is the limit: the first value beyond it is beyond. Coming back takes a little more (`MARGIN`), so that a
    value that trembles around its limit is one alarm and not hundreds.
    """
    if reading.quality not in MEANINGFUL:
        return Band.UNTOLD
    try:
        here = GasReading(gas=reading.quantity, value=reading.value, unit=Unit(reading.unit))
    except ValueError:
        return Band.UNTOLD
    found = _judged(here, gas, content, reading.received_at)
    if found is Band.WITHIN and held is Band.BEYOND:
        worse = (_judged(one, gas, content, reading.received_at) for one in _worse(here))
        return Band.WITHIN if all(one is Band.WITHIN for one in worse) else Band.BEYOND
    return found


def failures(reading: Reading, gas: GasRules, content: Content) -> tuple[str, ...]:
    """Which limits a value that is beyond them does not keep, in plain Chinese."""
    here = GasReading(gas=reading.quantity, value=reading.value, unit=Unit(reading.unit))
    return _verdict(here, gas, content, reading.of).failures


def _judged(here: GasReading, gas: GasRules, content: Content, at: datetime) -> Band:
    try:
        return Band.WITHIN if _verdict(here, gas, content, at).passed else Band.BEYOND
    except UnknownReading:
        return Band.UNTOLD


def _verdict(here: GasReading, gas: GasRules, content: Content, at: datetime) -> GasVerdict:
    return judge(GasSample(sampled_at=at, point="", readings=(here,), analyst=PersonId("")), gas, content)


def _worse(here: GasReading) -> tuple[GasReading, ...]:
    """The same value a little worse, in every direction in which it can be."""
    if here.gas == OXYGEN:
        return (
            replace(here, value=here.value - OXYGEN_MARGIN),
            replace(here, value=here.value + OXYGEN_MARGIN),
        )
    return (replace(here, value=here.value * MARGIN),)


# --- several together


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of one sensor that watches a permit."""

    device: DeviceId
    quantity: str
    band: Band
    since: datetime
    """Since when it lies there."""
    good_at: datetime | None
    """When its last good reading came in; None: never."""


def present(heard: Sequence[Heard], watch: Watch, quantity: str, now: datetime) -> int:
    """How many detectors of a quantity are heard and good now."""
    return sum(_present(one, watch, now) for one in heard if one.quantity == quantity)


def _present(one: Heard, watch: Watch, now: datetime) -> bool:
    return one.good_at is not None and timedelta(0) <= now - one.good_at <= watch.silent_after


def beyond(heard: Sequence[Heard], watch: Watch, now: datetime) -> tuple[Heard, ...]:
    """The sensors that stop the work now, by the vote of the plant; empty: none do."""
    found: list[Heard] = []
    for quantity in dict.fromkeys(one.quantity for one in heard if one.band is Band.BEYOND):
        alarmed = [one for one in heard if one.quantity == quantity and one.band is Band.BEYOND]
        enough = len(alarmed) >= watch.votes
        spared = present(heard, watch, quantity, now) > watch.votes
        # A moment that lies ahead is of a clock that was set back since: nobody is spared by it.
        if enough or not spared or any(not timedelta(0) <= now - one.since < watch.alone_for for one in alarmed):
            found += alarmed
    return tuple(found)


def watched_until(heard: Sequence[Heard], watch: Watch) -> tuple[datetime | None, Mapping[str, int]]:
    """Until when the work may go on unless somebody is heard again, and how many detectors each quantity lacks.

    For each quantity the last moment enough of them were good, plus the silence allowed; of all quantities the first.
    None where a quantity never had enough.
    """
    until: datetime | None = None
    lacking: dict[str, int] = {}
    for quantity in watch.quantities:
        last = sorted((one.good_at for one in heard if one.quantity == quantity and one.good_at), reverse=True)
        if len(last) < watch.detectors:
            lacking[quantity] = watch.detectors - len(last)
            continue
        end = last[watch.detectors - 1] + watch.silent_after
        until = end if until is None else min(until, end)
    return (None if lacking else until), lacking
