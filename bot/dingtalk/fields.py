"""Reading fields of JSON that others wrote: a value of the right kind, or a rejection without content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.dingtalk.rejection import RejectedFrame, Rejection

Json = Mapping[str, Any]

MAX_ID: Final = 512
"""Characters of an id or a code; real ones stay below 200."""


def text(raw: Json, name: str, *, limit: int = MAX_ID) -> str:
    """A field that must be there and must not be empty."""
    value = optional(raw, name, limit=limit)
    if not value:
        raise RejectedFrame(Rejection.MISSING_FIELD)
    return value


def optional(raw: Json, name: str, *, limit: int = MAX_ID) -> str:
    """A field that may be missing; then empty."""
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limit:
        raise RejectedFrame(Rejection.BAD_FIELD)
    return value


def part(raw: Json, name: str) -> Json:
    """A field that holds an object."""
    value = raw.get(name)
    if value is None:
        raise RejectedFrame(Rejection.MISSING_FIELD)
    if not isinstance(value, dict):
        raise RejectedFrame(Rejection.BAD_FIELD)
    return value


def unfolded(value: object) -> Json:
    """An object, or the JSON text of one: the platform writes either."""
    if isinstance(value, str):
        value = parsed(value)
    if not isinstance(value, dict):
        raise RejectedFrame(Rejection.BAD_DATA)
    return value


def parsed(said: str | bytes) -> object:
    """JSON text as a value. Raise `RejectedFrame` for what is none, however deep it goes."""
    try:
        value: object = json.loads(said)
    except (ValueError, RecursionError):
        raise RejectedFrame(Rejection.BAD_DATA) from None
    return value


def moment(value: object) -> datetime | None:
    """Milliseconds since 1970, as a number or as digits; None for anything else, for it is nothing to refuse words
    over."""
    digits = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(digits, str) or not (digits.isascii() and digits.isdigit() and len(digits) <= 14):
        return None
    seconds, millis = divmod(int(digits), 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=millis * 1000)
