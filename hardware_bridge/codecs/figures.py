"""Figures and times as devices spell them, read exactly or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
"""China has one zone and no summer time: GMT+8, as JT/T 808 and HJ 212 write their times."""

EXACT: Final = Context(prec=120, traps=[Inexact, InvalidOperation])
"""For products of what a device said and what a table says: never rounded. Both are short enough for it."""
_PLAIN: Final = re.compile(r"[+-]?[0-9]{1,18}(?:\.[0-9]{1,18})?")
_DIGITS: Final = re.compile(r"[0-9]+")


def plain(text: str) -> Decimal | None:
    """A figure in plain ASCII digits with at most one point and one sign, exactly; None for anything else.

    No exponent, no group marks, no NaN: nothing a device means needs them, and ``1e999999`` fits in eight bytes.
    """
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def compact_time(digits: str) -> datetime | None:
    """``yyyyMMddHHmmss`` with or without milliseconds, Beijing time; None where there is no such time."""
    if len(digits) not in (14, 17) or _DIGITS.fullmatch(digits) is None:
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:14])
    micro = int(digits[14:] or 0) * 1000
    try:
        found = datetime(year, month, day, hour, minute, second, micro, tzinfo=BEIJING)
        in_utc(found)
    except ValueError:
        return None
    return found


def in_utc(moment: datetime) -> datetime:
    """The same instant in UTC. Raise `ValueError` where UTC has none: a clock that lost its time says the first of
    January of the year 1, and what cannot be spelled in UTC cannot be stored."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time UTC does not know") from error


def code_name(kinds: Mapping[int, str], code: int) -> str:
    """The name of a code for a trouble's detail, or the code itself."""
    return f"{code} ({kinds[code]})" if code in kinds else str(code)
