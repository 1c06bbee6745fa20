"""Is this air good enough? Values with units against limits with units, exactly.

Nothing is rounded before it is compared: readings and limits are exact decimals, conversions are exact fractions.
Rounded figures appear only in the sentences for people.

- Flammable gas is compared in % vol through the gas's own lower explosive limit (LEL), and against the 10 %LEL cap of
  GB 46768-2025 directly in %LEL.
- Toxic gas is compared in mg/m³; ppm is converted with the molar mass and the molar volume of the table (20 ℃).
- A mixture or an unknown flammable gas is held against the limit of the rules for unknown gases.
- What cannot be compared does not pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NoReturn

from workflow.errors import Refused
from workflow.findings import Finding, Severity, Verdict
from workflow.permit.content import Content, GasReading, GasSample
from workflow.rules.types import GasKind, GasLimit, GasProperty, GasRules, Unit

OXYGEN = "o2"
FLAMMABLE = "flammable"

_PPM_PER_PERCENT = 10_000
_PERCENT = (Unit.VOL_PERCENT, Unit.LEL_PERCENT)
_SPOKEN = {Unit.VOL_PERCENT: "%vol", Unit.LEL_PERCENT: "%LEL", Unit.PPM: "ppm", Unit.MG_M3: "mg/m³"}


class UnknownReading(Refused):
    """The value cannot be judged: its gas, its unit or the number itself makes no sense under the rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasVerdict:
    """Whether every value of a sample keeps its limits. Texts are plain Chinese."""

    passed: bool
    failures: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """What was converted how, for the record."""


def judge(sample: GasSample, gas: GasRules, content: Content) -> GasVerdict:
    """Hold every reading of one sample against the limits (GB 30871-2022 5.3, 6; GB 46768-2025; GBZ 2.1).

    Missing gases are not judged here: `missing` names them. Raise `UnknownReading` for a value without a known gas, in
    a unit that says nothing about it, negative, not finite or above 100 %.
    """
    if not sample.readings:
        _refuse("没有气体读数", "请填写气体名称、数值和单位，例如：可燃气 3%LEL")
    failures: list[str] = []
    notes: list[str] = []
    for reading in sample.readings:
        _sane(reading)
        found = _judge_one(reading, gas, content.facts.flammable_gas)
        failures += found.failures
        notes += found.notes
    return GasVerdict(passed=not failures, failures=tuple(failures), notes=tuple(notes))


def missing(sample: GasSample, gas: GasRules, content: Content) -> tuple[str, ...]:
    """Required gases that the sample does not hold. The representative gas by name counts as the flammable one."""
    held = {reading.gas for reading in sample.readings}
    if held & _flammable_names(gas, content.facts.flammable_gas, sample):
        held.add(FLAMMABLE)
    return tuple(name for name in gas.required if name not in held)


def label(gas: GasRules, name: str) -> str:
    """The gas's Chinese name."""
    if name == OXYGEN:
        return "氧气"
    if name == FLAMMABLE:
        return "可燃气"
    known = property_of(gas, name)
    return known.label if known else name


def property_of(gas: GasRules, name: str) -> GasProperty | None:
    """The gas's row of the table in force."""
    return next((row for row in gas.table if row.gas == name), None)


def drifted(reading: GasReading, gas: GasRules) -> bool:
    """An oxygen reading that a drifted sensor gives and fresh air does not: zero it, then test again (domain 1.6)."""
    band = gas.oxygen_drift
    return reading.gas == OXYGEN and band is not None and band[0] <= reading.value <= band[1]


# --- units ----------------------------------------------------------------------------------------------------------


def lel_to_vol(percent_lel: Decimal, lel: Decimal) -> Fraction:
    """%LEL → % vol, exactly: ``%LEL x LEL / 100`` (domain 5.2)."""
    return Fraction(percent_lel) * Fraction(lel) / 100


def vol_to_lel(percent_vol: Fraction, lel: Decimal) -> Fraction:
    """% vol → %LEL, exactly."""
    return percent_vol * 100 / Fraction(lel)


def ppm_to_mg_m3(ppm: Fraction, molar_mass: Decimal, molar_volume: Decimal) -> Fraction:
    """ppm → mg/m³, exactly: ``ppm x M / Vm`` (domain 5.2)."""
    return ppm * Fraction(molar_mass) / Fraction(molar_volume)


def mg_m3_to_ppm(mg_m3: Fraction, molar_mass: Decimal, molar_volume: Decimal) -> Fraction:
    """mg/m³ → ppm, exactly."""
    return mg_m3 * Fraction(molar_volume) / Fraction(molar_mass)


# --- one reading ----------------------------------------------------------------------------------------------------


def _judge_one(reading: GasReading, gas: GasRules, representative: str | None) -> GasVerdict:
    if reading.gas == OXYGEN:
        return _oxygen(reading, gas)
    if reading.gas == FLAMMABLE:
        return _flammable(reading, gas, property_of(gas, representative) if representative else None)
    known = property_of(gas, reading.gas)
    if known is None:
        _refuse(f"气体表里没有「{reading.gas}」", "请从气体表中选择气体，或填“可燃气”")
    found: list[GasVerdict] = []
    if _as_flammable(reading, gas, known):
        found.append(_flammable(reading, gas, known))
    if not found or (_has_toxic_limit(gas, known) and reading.unit is not Unit.LEL_PERCENT):
        found.append(_toxic(reading, gas, known))
    failures = tuple(text for one in found for text in one.failures)
    return GasVerdict(passed=not failures, failures=failures, notes=tuple(text for one in found for text in one.notes))


def _has_toxic_limit(gas: GasRules, known: GasProperty) -> bool:
    return any(limit.gas == known.gas and limit.kind is GasKind.TOXIC for limit in gas.limits)


def _as_flammable(reading: GasReading, gas: GasRules, known: GasProperty) -> bool:
    """Percentages speak of the flammable gas; ppm and mg/m³ only where no toxic limit holds them."""
    if known.lel is None:
        return False
    return reading.unit in _PERCENT or (known.limit is None and not _has_toxic_limit(gas, known))


def _oxygen(reading: GasReading, gas: GasRules) -> GasVerdict:
    if reading.unit is not Unit.VOL_PERCENT:
        _refuse(f"氧含量的单位应为 %vol，收到 {_SPOKEN[reading.unit]}", "请按 %vol 重填，例如：氧气 20.9%")
    failures = []
    hint = "；可能是仪器漂移，请在新鲜空气校零后复测" if drifted(reading, gas) else ""
    for limit in gas.limits:
        if limit.kind is GasKind.OXYGEN and not _within(Fraction(reading.value), limit):
            text = f"氧气 {reading.value}%vol，合格范围 {_range(limit)}（{limit.clause}）"
            failures.append(text + hint)
    notes = (f"氧气 {reading.value}%vol{hint}",) if hint and not failures else ()
    return GasVerdict(passed=not failures, failures=tuple(failures), notes=notes)


def _flammable(reading: GasReading, gas: GasRules, known: GasProperty | None) -> GasVerdict:
    lel = known.lel if known else None
    name = known.label if known else "可燃气(种类未知)"
    volume = _volume(reading, gas, known)
    share = Fraction(reading.value) if reading.unit is Unit.LEL_PERCENT else None
    if lel is not None and share is None and volume is not None:
        share = vol_to_lel(volume, lel)
    spoken = f"{name} {reading.value}{_SPOKEN[reading.unit]}"
    failures: list[str] = []
    open_units: set[Unit] = set()
    stood_in = False
    for limit in (each for each in gas.limits if each.kind is GasKind.FLAMMABLE and _meant_for(each, lel)):
        value = share if limit.unit is Unit.LEL_PERCENT else volume
        if value is None:
            open_units |= set() if limit.unknown_gas else {limit.unit}
            continue
        stood_in = stood_in or limit.unknown_gas
        if not _within(value, limit):
            failures.append(_too_much(spoken, reading, value, limit, ""))
    if Unit.VOL_PERCENT in open_units and stood_in:
        open_units.discard(Unit.VOL_PERCENT)
    failures += [f"{spoken}：不知道是哪种气体，不能与 {_SPOKEN[unit]} 限值比较" for unit in sorted(open_units)]
    notes: tuple[str, ...] = ()
    if volume is not None and reading.unit is not Unit.VOL_PERCENT:
        notes = (f"{spoken} = {_figure(volume)}%vol（LEL {lel}%vol）",)
    return GasVerdict(passed=not failures, failures=tuple(failures), notes=notes)


def _toxic(reading: GasReading, gas: GasRules, known: GasProperty) -> GasVerdict:
    value = _mass(reading, gas, known)
    spoken = f"{known.label} {reading.value}{_SPOKEN[reading.unit]}"
    notes: tuple[str, ...] = ()
    if reading.unit is not Unit.MG_M3:
        notes = (f"{spoken} = {_figure(value)} mg/m³（{gas.basis}）",)
    limits = [limit for limit in gas.limits if limit.kind is GasKind.TOXIC and limit.gas == known.gas]
    if not limits and known.limit is not None:
        clause = f"{gas.limit_clause} {known.limit_kind}".strip()
        limits = [
            GasLimit(
                gas=known.gas, kind=GasKind.TOXIC, unit=Unit.MG_M3, low=None, high=known.limit, clause=clause
            )
        ]  # fmt: skip
    if not limits:
        return GasVerdict(passed=False, failures=(f"{spoken}：气体表里没有它的限值，请专业人员判定",), notes=notes)
    basis = f"（{gas.basis}）" if reading.unit is not Unit.MG_M3 else ""
    failures = tuple(_too_much(spoken, reading, value, each, basis) for each in limits if not _within(value, each))
    return GasVerdict(passed=not failures, failures=failures, notes=notes)


def _volume(reading: GasReading, gas: GasRules, known: GasProperty | None) -> Fraction | None:
    """The reading in % vol; None where that needs a gas nobody named."""
    if reading.unit is Unit.VOL_PERCENT:
        return Fraction(reading.value)
    if reading.unit is Unit.PPM:
        return Fraction(reading.value) / _PPM_PER_PERCENT
    if reading.unit is Unit.LEL_PERCENT:
        return lel_to_vol(reading.value, known.lel) if known and known.lel is not None else None
    if known is None or known.molar_mass is None or gas.molar_volume is None:
        _refuse("不能把 mg/m³ 换算成 %vol：不知道是哪种气体", "请用 %LEL 或 %vol 重填")
    return mg_m3_to_ppm(Fraction(reading.value), known.molar_mass, gas.molar_volume) / _PPM_PER_PERCENT


def _mass(reading: GasReading, gas: GasRules, known: GasProperty) -> Fraction:
    """The reading in mg/m³."""
    if reading.unit is Unit.MG_M3:
        return Fraction(reading.value)
    if reading.unit is Unit.LEL_PERCENT:
        _refuse(f"{known.label}没有爆炸下限，不能用 %LEL 表示", "请用 ppm 或 mg/m³ 重填")
    if known.molar_mass is None or gas.molar_volume is None:
        _refuse(f"{known.label}没有摩尔质量，不能换算成 mg/m³", "请用 mg/m³ 重填")
    ppm = Fraction(reading.value) * (_PPM_PER_PERCENT if reading.unit is Unit.VOL_PERCENT else 1)
    return ppm_to_mg_m3(ppm, known.molar_mass, gas.molar_volume)


def _meant_for(limit: GasLimit, lel: Decimal | None) -> bool:
    """Whether a flammable limit applies to a gas with this LEL; an unknown gas may be any, so all of them apply."""
    if lel is None:
        return True
    if limit.unknown_gas:
        return False
    return (limit.lel_from is None or lel >= limit.lel_from) and (limit.lel_below is None or lel < limit.lel_below)


def _within(value: Fraction, limit: GasLimit) -> bool:
    if limit.low is not None and value < Fraction(limit.low):
        return False
    return limit.high is None or value <= Fraction(limit.high)


def _flammable_names(gas: GasRules, representative: str | None, sample: GasSample) -> set[str]:
    names: set[str] = {representative} if representative else set()
    for reading in sample.readings:
        known = property_of(gas, reading.gas)
        if known is not None and _as_flammable(reading, gas, known):
            names.add(reading.gas)
    return names


# --- words ----------------------------------------------------------------------------------------------------------


def _too_much(spoken: str, reading: GasReading, value: Fraction, limit: GasLimit, basis: str) -> str:
    unit = _SPOKEN[limit.unit]
    converted = "" if reading.unit is limit.unit else f" = {_figure(value, limit.high)}{unit}{basis}"
    return f"{spoken}{converted}，限值 {_range(limit)}（{limit.clause}）"


def _range(limit: GasLimit) -> str:
    unit = _SPOKEN[limit.unit]
    if limit.low is None:
        return f"≤{limit.high}{unit}"
    return f"≥{limit.low}{unit}" if limit.high is None else f"{limit.low}～{limit.high}{unit}"


def _figure(value: Fraction, against: Decimal | None = None) -> str:
    """Three digits for people; more when three would hide the difference to the limit."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    steps = (Decimal(1).scaleb(exact.adjusted() - digits + 1) for digits in range(3, 12))
    rounded = (exact.quantize(step, rounding=ROUND_HALF_UP) for step in steps)
    shown = next((each for each in rounded if each != against), exact)
    plain = format(shown, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _sane(reading: GasReading) -> None:
    if not reading.value.is_finite():
        _refuse("读数不是数字", "请重新填写数值")
    if reading.value < 0:
        _refuse(f"读数 {reading.value} 为负，仪器零点不准", "请在新鲜空气校零后复测")
    if reading.unit in _PERCENT and reading.value > 100:
        _refuse(f"读数 {reading.value}{_SPOKEN[reading.unit]} 超过 100%", "请核对数值和单位")


def _refuse(fact: str, cure: str) -> NoReturn:
    raise UnknownReading(
        (
            Finding(
                gate="gas_reading",
                verdict=Verdict.UNKNOWN,
                severity=Severity.BLOCK,
                rule="气体读数必须带气体名称和单位，才能与限值比较",
                clause="GB 30871-2022 5.3、第6章",
                fact=fact,
                cure=cure,
                who="分析人",
            ),
        )
    )
