"""Numbers as people at a plant write them: 十五, 两, 俩, 廿三, 二十三, 半, 一个半, 1.5, １０."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "仨": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_TENS = {"廿": 20, "卅": 30}
_UNITS = {"十": 10, "百": 100, "千": 1000}

CN_INT = "[零〇一二两俩三仨四五六七八九十廿卅百千]+"
"""A pattern for what may be a Chinese whole number; `to_int` says whether it is one."""
NUMBER = rf"(?:[0-9]{{1,4}}(?:\.[0-9]{{1,3}})?|{CN_INT})"
"""A pattern for a plain number, Arabic or Chinese."""

_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ARABIC = re.compile(r"[0-9]{1,4}")
_DECIMAL = re.compile(r"[0-9]{1,4}\.[0-9]{1,3}")
_HALVED = re.compile(r"(?P<n>.+?)个?半")


def to_int(text: str) -> int | None:
    """A whole number below 10000, or None.

    ``二三`` and ``八九`` are "two or three", not 23 and 89: only a run with 零 in it or of three signs and more
    (``一零一``) is read digit by digit.
    """
    text = text.translate(_WIDE)
    if _ARABIC.fullmatch(text):
        return int(text)
    if not text or any(sign not in _DIGITS and sign not in _TENS and sign not in _UNITS for sign in text):
        return None
    if all(sign in _DIGITS for sign in text):
        return _digit_by_digit(text)
    return _by_place(text)


def _digit_by_digit(text: str) -> int | None:
    if len(text) == 1:
        return _DIGITS[text]
    if len(text) > 4 or (len(text) == 2 and not ({"零", "〇"} & set(text))) or {"两", "俩", "仨"} & set(text):
        return None
    return int("".join(str(_DIGITS[sign]) for sign in text))


def _by_place(text: str) -> int | None:
    total, digit, last_unit = 0, None, 10_000
    for sign in text:
        if sign in _TENS:
            if digit is not None or last_unit <= 10:
                return None
            total, last_unit = total + _TENS[sign], 10
        elif sign in _UNITS:
            unit = _UNITS[sign]
            if unit >= last_unit or (digit is None and unit != 10) or digit == 0:
                return None
            total, digit, last_unit = total + (1 if digit is None else digit) * unit, None, unit
        elif sign in {"零", "〇"}:
            if digit is not None or last_unit == 10_000:
                return None
        elif digit is not None:
            return None
        else:
            digit = _DIGITS[sign]
    if digit is None:
        return total
    # 一百二 is 120, 一百零二 is 102
    if last_unit >= 100 and text[-2] not in {"零", "〇"}:
        return total + digit * (last_unit // 10)
    return total + digit


def to_decimal(text: str) -> Decimal | None:
    """A number that may carry a half: ``1.5``, ``半``, ``一个半``, ``俩半``, ``3``; None when it is not one."""
    text = text.translate(_WIDE)
    if text in {"半", "半个"}:
        return Decimal("0.5")
    if _DECIMAL.fullmatch(text):
        return Decimal(text)
    if half := _HALVED.fullmatch(text):
        whole = to_int(half["n"])
        return None if whole is None else whole + Decimal("0.5")
    whole = to_int(text.removesuffix("个"))
    return None if whole is None else Decimal(whole)
