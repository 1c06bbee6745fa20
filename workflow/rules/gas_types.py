"""What the rules say about gas for one permit, resolved: which gases, which limits, how fresh, how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """Units a gas value may carry. A value without one is refused."""

    VOL_PERCENT = "%vol"
    LEL_PERCENT = "%LEL"
    PPM = "ppm"
    MG_M3 = "mg/m3"


class GasKind(StrEnum):
    """What a gas reading is judged as."""

    OXYGEN = "oxygen"
    FLAMMABLE = "flammable"
    TOXIC = "toxic"


@dataclass(frozen=True, slots=True, kw_only=True)
class GasLimit:
    """One limit. Bounds are inclusive: ``low ≤ value ≤ high``; None = unbounded. Exact decimals in ``unit``."""

    gas: str
    """``o2``, ``flammable`` or a toxic gas code such as ``h2s``."""
    kind: GasKind
    unit: Unit
    low: Decimal | None
    high: Decimal | None
    clause: str
    lel_from: Decimal | None = None
    """Only for flammable gases with at least this lower explosive limit, % vol (GB 30871 5.3: LEL ≥4 %)."""
    lel_below: Decimal | None = None
    """Only for flammable gases with a lower explosive limit below this, % vol."""
    unknown_gas: bool = False
    """Only where the flammable gas is a mixture or not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasProperty:
    """What the gas table knows of one gas (domain 5.1, 5.2). Exact decimals; None = not in the table."""

    gas: str
    label: str
    lel: Decimal | None = None
    """Lower explosive limit, % vol."""
    molar_mass: Decimal | None = None
    """g/mol, to convert ppm and mg/m³."""
    limit: Decimal | None = None
    """Occupational limit that a test is held against: MAC or PC-STEL, else PC-TWA; mg/m³."""
    limit_kind: str = ""
    """``MAC``, ``STEL`` or ``TWA``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasRules:
    """Which gases, which limits, how fresh, how often."""

    required: tuple[str, ...]
    """Gas keys every pre-start sample must hold."""
    limits: tuple[GasLimit, ...]
    max_age: timedelta
    """Sample to start; equal passes (5.3.1, 6.3)."""
    retest_after_break: timedelta
    """A break strictly longer asks for a new test; zero = any interruption (1.6)."""
    record_every: timedelta | None
    """Cadence of records during work; None = none asked."""
    continuous: bool
    points: tuple[str, ...]
    """Sampling points that must be covered, e.g. upper/middle/lower; empty = one representative point."""
    ventilate_after_failure: bool
    """A failed first test asks for mechanical ventilation and a full new test (GB 46768 5.9.2, 5.11)."""
    ventilation_always: bool
    """Ventilation throughout every entry (GB 46768 6.2.4)."""
    clause: str
    mechanical: bool = False
    """Ventilation must be mechanical (GB 46768 6.2.4 a–d; GB 30871 6.3 d)."""
    daily: bool = False
    """A test of the same calendar day before work (5.3.1)."""
    point_labels: tuple[str, ...] = ()
    """Chinese names of ``points``, in the same order; a sample may name its point either way."""
    table: tuple[GasProperty, ...] = ()
    """The gas table in force, so that an old permit converts as it did when it was signed."""
    molar_volume: Decimal | None = None
    """Litres per mole to convert ppm and mg/m³; None: such a reading cannot be judged."""
    basis: str = ""
    """The conditions of ``molar_volume`` for people, e.g. ``20 ℃``."""
    oxygen_drift: tuple[Decimal, Decimal] | None = None
    """An O2 reading in this band that fails asks for a fresh-air zero and a new test (domain 1.6)."""
    limit_clause: str = ""
    """Where the toxic limits of ``table`` come from."""
    age_clause: str = ""
    retest_clause: str = ""
    record_clause: str = ""
    ventilation_clause: str = ""
    failure_clause: str = ""
