"""The one-time code that shows where and when a photo was taken, for photos no camera vouches for.

It stands as a QR on the permit's page, which only those see who have to do with the permit, and changes every ten
minutes. Whoever photographs the place with that page in the picture shows that the photo is of now, and of this permit.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

PREFIX = "PTC1:"
"""A text in a picture starting so is a one-time code of ours."""
CHANGES_EVERY = 600
"""Seconds."""


def photo_code(permit: str, at: datetime, *, secret: bytes) -> str:
    """The text of the QR for one permit, at this moment."""
    return _code(permit, int(at.timestamp()) // CHANGES_EVERY, secret)


def changes_at(at: datetime) -> datetime:
    """When the code of this moment gives way to the next; it is accepted for ten minutes more."""
    return datetime.fromtimestamp((int(at.timestamp()) // CHANGES_EVERY + 1) * CHANGES_EVERY, UTC)


def shows_code(codes: tuple[str, ...], permit: str, received_at: datetime, *, secret: bytes) -> bool:
    """Whether one of the texts is the permit's code of the moment a photo came in, or of the ten minutes before."""
    slot = int(received_at.timestamp()) // CHANGES_EVERY
    valid = (_code(permit, slot, secret), _code(permit, slot - 1, secret))
    return any(hmac.compare_digest(code.encode(), one.encode()) for code in codes for one in valid)


def _code(permit: str, slot: int, secret: bytes) -> str:
    digest = hmac.new(secret, f"photo code\n{permit}\n{slot}".encode(), hashlib.sha256).digest()
    return PREFIX + base64.b32encode(digest[:10]).decode()
