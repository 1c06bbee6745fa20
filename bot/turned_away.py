"""Why a signed report or push is turned away, and what its sender is answered. For every address machines post to.

How each is signed differs, and so do its own reasons; what all of them refuse, and how that is answered, does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from aiohttp import web

from bot.body import TooLarge, TooSlow, bounded


class No(StrEnum):
    """Why it is turned away."""

    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    HEADERS = "bad_headers"
    SIGNATURE = "bad_signature"
    STALE = "stale_timestamp"
    REPLAYED = "replayed"
    # Of the equipment system.
    DOCUMENT = "bad_document"
    FUTURE = "state_in_the_future"
    EQUIPMENT = "unknown_equipment"
    ORDER = "unknown_order"
    # Of devices.
    CLOSED = "not_ready"
    NOTHING = "nothing_understood"


STATUS: Final[Mapping[No, int]] = {
    No.TOO_LARGE: 413,
    No.TOO_SLOW: 408,
    No.HEADERS: 400,
    No.SIGNATURE: 403,
    No.STALE: 403,
    No.REPLAYED: 409,
    No.DOCUMENT: 400,
    No.FUTURE: 422,
    No.EQUIPMENT: 404,
    No.ORDER: 404,
    No.CLOSED: 503,
    No.NOTHING: 422,
}
"""What it is answered."""


class TurnedAway(Exception):
    """What is not taken; nothing was changed. Theirs, never ours."""

    def __init__(self, why: No) -> None:
        super().__init__(why.value)
        self.why = why


async def body_of(request: web.Request, *, most: int, patience: float) -> bytes:
    """All of the body, of at most so many bytes, within so many seconds. Raise `TurnedAway`."""
    try:
        return await bounded(request.content, most=most, patience=patience)
    except TooLarge:
        raise TurnedAway(No.TOO_LARGE) from None
    except TooSlow:
        raise TurnedAway(No.TOO_SLOW) from None
