"""Gas values typed in chat: ``可燃 0.2%vol 氧 20.8% H2S 3ppm CO 5mg/m3``.

A value without gas or without unit is refused with a reason, never completed. ``%`` alone is a volume for oxygen, but
not for flammable gas: there it may be %LEL, another thing by a factor of twenty, so it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from handlers.request.folding import MAX_TEXT, fold
from workflow.permit.content import GasReading
from workflow.rules.types import Unit


class GasWhy(StrEnum):
    """Why a typed value was not taken."""

    NO_UNIT = "no_unit"
    NO_GAS = "no_gas"
    AMBIGUOUS_PERCENT = "ambiguous_percent"
    """% by volume or % of the lower explosive limit: nobody can tell."""
    WRONG_UNIT = "wrong_unit"
    """A unit this gas is never measured in (``氧 20.8ppm``)."""
    NOT_EXACT = "not_exact"
    """``<1``, ``0~2``, ``约3``, ``未检出``: a limit is held against a number."""
    OUT_OF_RANGE = "out_of_range"
    """Below zero, or more than the whole."""
    NO_VALUE = "no_value"
    TWICE = "twice"
    """The same gas with two values: one point, one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasRefused:
    """One value that was not taken. ``units`` are the units to offer, where the unit was the trouble."""

    why: GasWhy
    said: str
    gas: str = ""
    value: Decimal | None = None
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GasValues:
    """What a text says about gas: values with gas and unit, and what was refused."""

    readings: tuple[GasReading, ...]
    refused: tuple[GasRefused, ...]


_GASES: tuple[tuple[str, str], ...] = (
    ("o2", "氧含量|含氧量|氧气|氧(?!化|炔|割)|O2"),
    ("flammable", "可燃性?(?:气体?|物)?|LEL|EX(?![A-Z])"),
    ("h2s", "硫化氢|H2S"),
    ("co", "一氧化碳|CO(?![A-Z])(?!2(?![0-9.]))"),
    ("nh3", "氨气?|NH3"),
    ("cl2", "氯气|CL2|氯(?!化|乙)"),
    ("so2", "二氧化硫|SO2"),
    ("no2", "二氧化氮|NO2"),
    ("hcn", "氰化氢|HCN"),
    ("hcl", "氯化氢|HCL"),
    ("hf", "氟化氢|HF"),
    ("o3", "臭氧|O3"),
    ("methane", "甲烷|CH4|天然气"),
    ("hydrogen", "氢气|H2(?![A-Z0-9])"),
    ("acetylene", "乙炔|C2H2"),
    ("ethylene", "乙烯|C2H4"),
    ("propane", "丙烷|C3H8"),
    ("butane", "丁烷|C4H10"),
    ("styrene", "苯乙烯"),
    ("xylene", "二甲苯"),
    ("toluene", "甲苯"),
    ("benzene", "苯"),
    ("methanol", "甲醇"),
    ("ethanol", "乙醇"),
    ("acetone", "丙酮"),
    ("vinyl_chloride", "氯乙烯|VCM"),
    ("ethylene_oxide", "环氧乙烷"),
    ("phosgene", "光气"),
    ("acrylonitrile", "丙烯腈"),
)
"""Keys of the gas table; longer names before the names inside them."""
_TOXIC_ONLY = {"cl2", "so2", "no2", "hcn", "hcl", "hf", "o3", "phosgene"}
_UNITS: tuple[tuple[str, str], ...] = (
    ("lel", "[%％]\\s?LEL|LEL\\s?[%％]|LEL"),
    ("vol", "[%％]\\s?(?:VOL|V/V|\\(V/V\\)|体积)|VOL\\s?[%％]?"),
    ("ppm", "PPM|[µμU]MOL/MOL"),
    ("mgm3", "MG/(?:M3|M³|立方米?|立方)|毫克(?:每|/)立方米?|MG/NM3"),
    ("percent", "[%％]"),
)
_UNIT = {"lel": Unit.LEL_PERCENT, "vol": Unit.VOL_PERCENT, "ppm": Unit.PPM, "mgm3": Unit.MG_M3}
_NAMES = "|".join(f"(?P<{gas}>{names})" for gas, names in _GASES)
_TOKEN = re.compile(
    f"(?P<clock>[0-9]{{1,2}}:[0-9]{{2}}|20[0-9]{{2}}[-/.年])|{_NAMES}|(?P<word>[A-Z][A-Z0-9]*)"
    "|(?P<value>(?P<vague>[<>≤≥~-]|小于|大于|低于|高于|不到|大?约)?\\s?(?P<number>[0-9]{1,7}(?:\\.[0-9]{1,4})?)(?![0-9.])"
    f"(?P<range>\\s?[~到至-]\\s?[0-9.]+)?\\s?(?:{'|'.join(f'(?P<u_{name}>{unit})' for name, unit in _UNITS)})?)"
    "|(?P<nothing>未检出|没有?检出|检不出|正常|合格)"
)
GASES = tuple(gas for gas, _ in _GASES)
"""Every gas key a reading may carry: `o2`, `flammable`, or a key of the gas table."""
_MOST = {Unit.VOL_PERCENT: Decimal(100), Unit.LEL_PERCENT: Decimal(100), Unit.PPM: Decimal(1_000_000)}


def parse_gas(text: str) -> GasValues:
    """Read typed gas values, as exact decimals; of an over-long text only the first `MAX_TEXT` characters.

    Take the readings only when nothing was refused: a refusal may concern the value beside them.
    """
    readings: dict[str, GasReading] = {}
    refused: list[GasRefused] = []
    for found in _values(fold(text[:MAX_TEXT])):
        if isinstance(found, GasRefused):
            refused.append(found)
        elif found.gas in readings:
            refused.append(GasRefused(why=GasWhy.TWICE, said=str(found.value), gas=found.gas, value=found.value))
        else:
            readings[found.gas] = found
    # two values for one gas: neither is the value
    twice = {one.gas for one in refused if one.why is GasWhy.TWICE}
    return GasValues(readings=tuple(one for gas, one in readings.items() if gas not in twice), refused=tuple(refused))


def _values(folded: str) -> Iterator[GasReading | GasRefused]:
    gas, said, last = "", "", ""
    for match in _TOKEN.finditer(folded):
        if name := next((key for key in GASES if match[key]), ""):
            if gas:
                yield GasRefused(why=GasWhy.NO_VALUE, said=said, gas=gas)
            gas, said = name, match.group()
        elif match["word"] or match["clock"]:
            gas, said = ("", "") if match["word"] and gas == "" else (gas, said)
        elif match["nothing"]:
            if gas:
                yield GasRefused(why=GasWhy.NOT_EXACT, said=f"{said}{match.group()}", gas=gas)
            gas, said = "", ""
        elif not gas and last and _unit_of(match):
            yield GasRefused(why=GasWhy.TWICE, said=match.group().strip(), gas=last)
        elif gas or _unit_of(match) or not _counts_something(folded, match.end()):
            yield _value(gas, said, match)
            gas, said, last = "", "", gas
    if gas:
        yield GasRefused(why=GasWhy.NO_VALUE, said=said, gas=gas)


def _unit_of(match: re.Match[str]) -> str:
    return next((name for name, _ in _UNITS if match[f"u_{name}"]), "")


def _counts_something(folded: str, end: int) -> bool:
    """``2号罐``: a number that belongs to the word after it."""
    return end < len(folded) and folded[end] >= "\u4e00"


def _value(gas: str, label: str, match: re.Match[str]) -> GasReading | GasRefused:
    value, unit, said = Decimal(match["number"]), _unit_of(match), f"{label}{match.group()}".strip()
    if match["vague"] or match["range"]:
        return GasRefused(why=GasWhy.NOT_EXACT, said=said, gas=gas, value=None)
    if not gas:
        return GasRefused(why=GasWhy.NO_GAS, said=said, value=value)
    if not unit:
        return GasRefused(why=GasWhy.NO_UNIT, said=said, gas=gas, value=value, units=_allowed(gas))
    if unit == "percent":
        sure = Unit.VOL_PERCENT if gas == "o2" else Unit.LEL_PERCENT if label == "LEL" else None
        if sure is None:
            return _doubtful_percent(gas, said, value)
    else:
        sure = _UNIT[unit]
    if sure not in _allowed(gas):
        return GasRefused(why=GasWhy.WRONG_UNIT, said=said, gas=gas, value=value, units=_allowed(gas))
    if sure in _MOST and value > _MOST[sure]:
        return GasRefused(why=GasWhy.OUT_OF_RANGE, said=said, gas=gas, value=value)
    return GasReading(gas=gas, value=value, unit=sure)


def _doubtful_percent(gas: str, said: str, value: Decimal) -> GasRefused:
    if gas in _TOXIC_ONLY:
        return GasRefused(why=GasWhy.WRONG_UNIT, said=said, gas=gas, value=value, units=_allowed(gas))
    units = (Unit.VOL_PERCENT, Unit.LEL_PERCENT)
    return GasRefused(why=GasWhy.AMBIGUOUS_PERCENT, said=said, gas=gas, value=value, units=units)


def _allowed(gas: str) -> tuple[Unit, ...]:
    if gas == "o2":
        return (Unit.VOL_PERCENT,)
    if gas == "flammable":
        return (Unit.VOL_PERCENT, Unit.LEL_PERCENT)
    if gas in _TOXIC_ONLY:
        return (Unit.PPM, Unit.MG_M3)
    return (Unit.PPM, Unit.MG_M3, Unit.VOL_PERCENT, Unit.LEL_PERCENT)
