"""Quantities as people write and say them: 12米, 两米五, 三吨半, 800公斤, 7.5kW, 三百八十伏. Exact decimals.

A number without a unit is no quantity here. What is said loosely (约8米, 七八米, 8到10米, 20多吨) carries no value,
only the readings worth offering. 三点五吨 behind a word of time may be an hour and a load: then both are offered, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from handlers.request.folding import Span
from handlers.request.numerals import to_int


class Measure(StrEnum):
    """What is measured, and in which unit `Quantity.value` is."""

    LENGTH = "length"
    """Metres."""
    MASS = "mass"
    """Tonnes."""
    VOLTAGE = "voltage"
    """Volts."""
    POWER = "power"
    """Kilowatts."""
    PRESSURE = "pressure"
    """Megapascals."""
    TEMPERATURE = "temperature"
    """Degrees Celsius."""
    AREA = "area"
    """Square metres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number with its unit. ``value`` is None when it was not said exactly; ``readings`` are what it may be."""

    measure: Measure
    span: Span
    said: str
    value: Decimal | None
    readings: tuple[Decimal, ...] = ()


_UNITS: tuple[tuple[str, Measure, Decimal], ...] = (
    ("平方米|平方|平米|㎡|M2|M²", Measure.AREA, Decimal(1)),
    ("公分|厘米|CM(?![A-Z0-9])", Measure.LENGTH, Decimal("0.01")),
    ("毫米|MM(?![A-Z0-9])", Measure.LENGTH, Decimal("0.001")),
    ("公尺|米(?!线|兰)|M(?![A-Z0-9²/])", Measure.LENGTH, Decimal(1)),
    ("公吨|吨|T(?![A-Z0-9-])", Measure.MASS, Decimal(1)),
    ("公斤|千克|KG(?![A-Z0-9/])", Measure.MASS, Decimal("0.001")),
    ("斤", Measure.MASS, Decimal("0.0005")),
    ("千伏|KV(?![A-Z0-9])", Measure.VOLTAGE, Decimal(1000)),
    ("伏特?|V(?![A-Z0-9-])", Measure.VOLTAGE, Decimal(1)),
    ("千瓦|KW(?![A-Z0-9])", Measure.POWER, Decimal(1)),
    ("瓦特?|W(?![A-Z0-9-])", Measure.POWER, Decimal("0.001")),
    ("兆帕|MPA(?![A-Z])", Measure.PRESSURE, Decimal(1)),
    ("千帕|KPA(?![A-Z])", Measure.PRESSURE, Decimal("0.001")),
    ("摄氏度|℃|°C|度(?!数)", Measure.TEMPERATURE, Decimal(1)),
)
_UNIT = "|".join(f"(?P<u{at}>{words})" for at, (words, _, _) in enumerate(_UNITS))
_CN = "[零一二两三四五六七八九十廿百千]"
_CN_DIGIT = "[零一二三四五六七八九]"
_ARABIC = r"[0-9]+(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+)?"
_NUMBER = rf"(?:{_ARABIC}|{_CN}+)"
_QUANTITY = re.compile(
    rf"(?<![0-9A-Z.])(?<![A-Z]-)(?P<n>(?:零下|负|(?<![0-9A-Z点时半分到至])-(?=[0-9]))?{_NUMBER}(?:点"
    rf"(?:{_CN_DIGIT}+|[0-9]+))?)"
    rf"\s?(?P<more>[多来几余]个?)?(?P<half>个?半)?\s?(?:{_UNIT})"
    rf"(?P<tail>半|(?:[0-9]{{1,2}}|{_CN_DIGIT})(?=[ ,。;:!?)高深宽长处的]|$))?"
    "(?P<about>\\s?(?:多|左右|以上|以下|上下|以内|来))?"
)
_BEFORE = re.compile(
    "(?:大约|大概|约莫|差不多|约|将近|接近|近|至少|最多|最少|最高|最深|顶多|不超过|超过|不到|不足|可能|估计|"
    "十?几|几|第)\\s?$"
)
_RANGE = re.compile(
    rf"(?<![0-9A-Z.点-])(?P<first>{_NUMBER})(?:米|M|吨|T|公斤|KG|千瓦|KW|伏|V|度|℃|瓦|W|厘米|CM|MPA|"
    rf"兆帕)?\s?[-~到至或、/]+\s?$"
)
_BELOW_ZERO = frozenset({Measure.TEMPERATURE, Measure.PRESSURE})
"""What may be negative; a sign before anything else is no sign."""
_HOUR_RANGE = re.compile(r"(?:[点时半分]|[0-9]:[0-9]{2})\s?[-~到至]+\s?$")
_TIMELY = re.compile("[今明后天早晚午夜晨号日周一二三四五六月到至起始从]\\s?$")
_ORDINAL = re.compile("[0-9零一二三四五六七八九十]$")
_TORN = re.compile(r"(?<![0-9A-Z.号点#:-])[0-9]{1,3}[ .。·,]{1,2}$")
"""Another bare number right before it: ``1。5米``, ``1 2米``: perhaps one number, torn apart."""


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of a folded text, left to right; nothing overlaps."""
    found: list[Quantity] = []
    at = 0
    while match := _QUANTITY.search(text, at):
        at = match.end()
        one = _quantity(text, match)
        if found and one.span.start < found[-1].span.end:
            found[-1] = one  # 8米到10米 is one range
        elif found and _continues(found[-1], one, match):
            found[-1] = _sum(found[-1], one, text)
        else:
            found.append(one)
    return tuple(found)


def _unit(match: re.Match[str]) -> tuple[Measure, Decimal, str]:
    for at, (_, measure, factor) in enumerate(_UNITS):
        if match[f"u{at}"]:
            return measure, factor, match[f"u{at}"]
    raise LookupError("a quantity always has a unit")


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    measure, factor, unit = _unit(match)
    said, start = match["n"], match.start("n")
    if said.endswith("千") and len(said) > 1 and unit[0] in "瓦伏克" and to_int(said) is None:
        said, factor = said[:-1], factor * 1000  # 十五千瓦
    whole, dot, part = said.partition("点")
    values: tuple[Decimal, ...]
    if dot and _HOUR_RANGE.search(text, 0, start):
        start += len(whole) + 1  # 8点到11点8米: the hour ends the range
        values = _decimals(part)
    elif dot and (whole.isdigit() and part.isdigit() and len(part) > 1 and _TIMELY.search(text, 0, start)):
        start += len(whole) + 1  # 明天8点40吨
        values = _decimals(part)
    elif dot and (_TIMELY.search(text, 0, start) or whole.isdigit()):
        values = (*_decimals(said), *_decimals(part))  # 下午三点五吨
    else:
        values = _decimals(said)
    ranged = _RANGE.search(text, 0, start)
    if ranged is not None and not _HOUR_RANGE.search(text, 0, start):
        first = _decimals(ranged["first"])
        values, start = (*first, *values), ranged.start("first")
    torn = _TORN.search(text, 0, start)
    before = _BEFORE.search(text, 0, start)
    if before is not None:
        start = before.start()
    signed = measure not in _BELOW_ZERO and any(value < 0 for value in values)
    loose = signed or bool(
        match["more"] or match["about"] or before or torn or (_ORDINAL.search(text, 0, start) and not ranged)
    )
    if torn is not None:
        start = torn.start()
    values = tuple(dict.fromkeys(_scaled(abs(value) if signed else value, match, factor) for value in values))
    span = Span(start, match.end())
    exact = values[0] if len(values) == 1 and not loose else None
    # what is torn apart may be any number: nothing of it is offered
    return Quantity(measure=measure, span=span, said=span.of(text), value=exact, readings=() if torn else values)


def _scaled(value: Decimal, match: re.Match[str], factor: Decimal) -> Decimal:
    if match["half"] or match["tail"] == "半":
        value += Decimal("0.5")
    elif match["tail"]:
        digits = match["tail"] if match["tail"].isascii() else str(to_int(match["tail"]) or 0)
        value += Decimal(f"0.{digits}")
    return plain(value * factor)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros or exponent: ``0.8``, ``40``."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _decimals(said: str) -> tuple[Decimal, ...]:
    """What a number may be: usually one value; none for what is no single number (``七八``)."""
    sign = 1
    if said[:1] in {"-", "负"} or said.startswith("零下"):
        said, sign = said.removeprefix("零下").lstrip("-负"), -1
    said = said.replace(",", "")
    whole, dot, part = said.partition("点")
    if said and said.isascii() and not dot:
        return (sign * Decimal(said),)
    units = _integer(whole)
    if units is None:
        return _either(said)
    if not dot:
        return (sign * Decimal(units),)
    digits = part if part.isascii() else "".join(str(to_int(sign_)) for sign_ in part)
    return (sign * Decimal(f"{units}.{digits}"),) if digits.isdigit() else ()


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else to_int(text)


def _either(said: str) -> tuple[Decimal, ...]:
    """``七八`` and ``十七八``: both readings."""
    if len(said) < 2:
        return ()
    both = (to_int(said[:-1]), to_int(said[:-2] + said[-1]))
    return tuple(Decimal(one) for one in both if one is not None)


def _continues(before: Quantity, now: Quantity, match: re.Match[str]) -> bool:
    """``1吨200公斤``: the smaller unit goes on where the larger one ended."""
    if before.measure is not now.measure or before.span.end != match.start() or before.value is None:
        return False
    return now.value is not None and now.value < 1 <= before.value


def _sum(before: Quantity, now: Quantity, text: str) -> Quantity:
    if before.value is None or now.value is None:
        raise TypeError("only exact quantities are put together")
    span, total = Span(before.span.start, now.span.end), plain(before.value + now.value)
    return replace(before, span=span, said=span.of(text), value=total, readings=(total,))


def of_kind(found: tuple[Quantity, ...], measure: Measure) -> Iterator[Quantity]:
    """Those that measure one thing."""
    return (one for one in found if one.measure is measure)
