"""JSON from devices, read exactly and without trust: numbers stay decimals, nothing costs more than its size.

Refused as a whole: more than 64 KiB, more than 32 levels, a name given twice in one object (which of the two counts
would be a guess), NaN and Infinity, numbers longer than 40 characters or beyond 10^±18, bytes that are not UTF-8.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn

from hardware_bridge.sample import Why

MOST_BYTES: Final = 64 * 1024
MOST_LEVELS: Final = 32
MOST_DIGITS: Final = 40
"""Characters of a number."""
MOST_EXPONENT: Final = 18
_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""Strings as a whole (one without an end runs to the end, so that the search stays linear), and what opens or closes
a level."""

Json = None | bool | Decimal | str | list["Json"] | dict[str, "Json"]
"""What a document holds; numbers are `Decimal`."""


class NotRead(Exception):
    """The document is not one we read; ``why`` and ``detail`` go into a `hardware_bridge.sample.Trouble`."""

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why
        self.detail = detail


def parse(body: bytes) -> Json:
    """The document. Raise `NotRead`, and nothing else, where it is none or none that we read."""
    if len(body) > MOST_BYTES:
        raise NotRead(Why.TOO_LONG, f"{len(body)} bytes of JSON")
    if _levels(body) > MOST_LEVELS:
        raise NotRead(Why.SHAPE, f"more than {MOST_LEVELS} levels of JSON")
    try:
        found: Json = _DECODER.decode(body.decode("utf-8"))
    except ValueError as error:
        raise NotRead(Why.SHAPE, "no JSON document") from error
    return found


def _levels(body: bytes) -> int:
    deepest = level = 0
    for found in _STRUCTURE.finditer(body):
        if found[0] in (b"[", b"{"):
            level += 1
            deepest = max(deepest, level)
        elif found[0] in (b"]", b"}"):
            level -= 1
    return deepest


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text) if len(text) <= MOST_DIGITS else None
    except InvalidOperation:  # an exponent no decimal has
        value = None
    if value is None or not value.is_finite() or abs(value.adjusted()) > MOST_EXPONENT:
        raise NotRead(Why.NOT_A_NUMBER, "a number too long or too large")
    return value


def _constant(text: str) -> NoReturn:
    raise NotRead(Why.NOT_A_NUMBER, f"{text} is no number")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotRead(Why.SHAPE, "a name that comes twice in one object")
    return found


_DECODER: Final = json.JSONDecoder(
    parse_int=_number, parse_float=_number, parse_constant=_constant, object_pairs_hook=_object
)  # fmt: skip
