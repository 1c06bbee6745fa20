"""A badge for one door and two minutes: what a phone shows to the reader beside a door, a turnstile or an ignition.

It names one person, one output and one short span of time, and is signed for exactly that (HMAC-SHA256), so a picture
of it opens no other door and nothing tomorrow. It shows who stands there; whether anything opens is said by
`workflow.permit.release`. Whoever takes it lets each badge count once. Pure: times and the number that tells two badges
apart are handed in.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from workflow.ids import PersonId
from workflow.values import aware

PREFIX: Final = "PTD1:"
CONTEXT: Final = b"permitbot.badge.v1\n"
"""Stands before everything that is signed here: no signature made for anything else fits."""
LASTS: Final = timedelta(minutes=2)
"""How long a badge can be shown after it was made."""
SKEW: Final = timedelta(seconds=5)
"""How far ahead of ours the maker's clock may be; it is the same house's."""
NONCE_BYTES: Final = 8
_TAG_BYTES: Final = 16
_LONGEST: Final = 64
LONGEST_BADGE: Final = 400
"""Characters of a badge; what is longer is not looked into."""
_HEAD: Final = struct.Struct(">I8s")


class NotABadge(ValueError):
    """These characters are no badge of ours, or not one for this door and this moment; theirs, whoever showed them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """Who may be standing at which output. ``made_at`` is kept to the second."""

    site: str
    output: str
    person: PersonId
    made_at: datetime
    nonce: bytes

    def __post_init__(self) -> None:
        aware(self.made_at)
        if len(self.nonce) != NONCE_BYTES:
            raise ValueError(f"a badge has a number of {NONCE_BYTES} bytes")
        if not all(0 < len(text.encode()) <= _LONGEST for text in (self.site, self.output, self.person)):
            raise ValueError(f"site, output and person of a badge have 1 to {_LONGEST} bytes")


def spelled(badge: Badge, secret: bytes) -> str:
    """The badge as text for a code: capital letters and digits only."""
    texts = (badge.site, badge.output, str(badge.person))
    body = _HEAD.pack(int(badge.made_at.timestamp()), badge.nonce)
    body += b"".join(bytes((len(raw),)) + raw for raw in (text.encode() for text in texts))
    return PREFIX + base64.b32encode(body + _tag(body, secret)).decode().rstrip("=")


def opened(text: str, secret: bytes, *, site: str, output: str, now: datetime) -> Badge:
    """The badge, where it is ours, for this output, and of this moment. Raise `NotABadge` for anything else."""
    aware(now)
    badge = _read(_signed(text, secret))
    if (badge.site, badge.output) != (site, output):
        raise NotABadge("it is for another door")
    if not -SKEW <= now - badge.made_at <= LASTS:
        raise NotABadge("it is not of this moment")
    return badge


def _signed(text: str, secret: bytes) -> bytes:
    """What stands in it, once its signature is good: nothing of it is read before."""
    prefix, letters = text[: len(PREFIX)], text[len(PREFIX) :].strip()
    if prefix != PREFIX or len(text) > LONGEST_BADGE:
        raise NotABadge("it is no badge")
    try:
        raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError) as odd:
        raise NotABadge("these are no letters of a badge") from odd
    body, tag = raw[:-_TAG_BYTES], raw[-_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(body, secret)):
        raise NotABadge("its signature is wrong")
    return body


def _read(body: bytes) -> Badge:
    seconds, nonce = _HEAD.unpack_from(body)
    texts, place = [], _HEAD.size
    while place < len(body):
        end = place + 1 + body[place]
        texts.append(body[place + 1 : end].decode())
        place = end
    site, output, person = texts
    made_at = datetime.fromtimestamp(seconds, tz=UTC)
    return Badge(site=site, output=output, person=PersonId(person), made_at=made_at, nonce=nonce)


def _tag(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, CONTEXT + body, hashlib.sha256).digest()[:_TAG_BYTES]
