"""The scalars of the policy files: text in, exact values out, or one Chinese sentence about what was expected."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints

_DURATION = re.compile(r"(\d+)(?: ?(s|min|h|d))?")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_DAYS = {name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}


def _duration(text: object) -> timedelta:
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if found is None or (found[2] is None and found[1] != "0"):
        raise ValueError("应为时长，例如 30 min、8 h、7 d 或 0")
    return timedelta(**{_UNITS[found[2] or "min"]: int(found[1])})


def _positive(text: object) -> timedelta:
    length = _duration(text)
    if not length:
        raise ValueError("应大于 0")
    return length


def _number(text: object) -> Decimal:
    if not isinstance(text, str) or _NUMBER.fullmatch(text) is None:
        raise ValueError("应为不带单位的数，例如 0.5")
    return Decimal(text)


def _flag(text: object) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("应为 yes 或 no")
    return text == "yes"


def _day(text: object) -> date | None:
    if text == "":
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError("应为日期，例如 2026-05-01") from None


def _whole_day(text: object) -> date:
    day = _day(text)
    if day is None:
        raise ValueError("应为日期，例如 2026-05-01")
    return day


def _clock(text: object) -> time:
    try:
        return time.fromisoformat(str(text))
    except ValueError:
        raise ValueError('应为时刻，例如 "20:00"') from None


def _count(text: object) -> int:
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or text == "0":
        raise ValueError("应为正整数")
    return int(text)


def _weekday(text: object) -> int:
    if not isinstance(text, str) or text not in _DAYS:
        raise ValueError("应为 mon、tue、wed、thu、fri、sat、sun 之一")
    return _DAYS[text]


Text = Annotated[str, StringConstraints(min_length=1)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Positive = Annotated[timedelta, BeforeValidator(_positive)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Day = Annotated[date | None, BeforeValidator(_day)]
WholeDay = Annotated[date, BeforeValidator(_whole_day)]
Clock = Annotated[time, BeforeValidator(_clock)]
Count = Annotated[int, BeforeValidator(_count)]
Weekday = Annotated[int, BeforeValidator(_weekday)]
_TERM = r"!?[a-z0-9_:=]+((>=|<=|>|<)\d+(\.\d+)?)?"
Condition = Annotated[str, StringConstraints(pattern=rf"^{_TERM}([+|]{_TERM})*$")]
"""Names and comparisons joined by ``+`` and ``|``, e.g. ``height_m>15+poor_light``."""
Mark = Literal["T", "S", "D", "U"]
"""T read in the text · S secondary · D design default · U unconfirmed."""
Level = Literal["special", "first", "second", "third", "i", "ii", "iii", "iv", "all"]
"""A grade, or all of them; which grades a work has is looked at across files."""
