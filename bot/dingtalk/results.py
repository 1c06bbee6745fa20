"""What calls of DingTalk answer, as values of ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.members import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a send. HTTP 200 with somebody in these lists means: not to *them*."""

    key: str
    """``processQueryKey``, for a recall or the read status within 24 hours."""
    invalid: frozenset[str]
    """Not there, or outside the app's visible range."""
    held_back: frozenset[str]
    """Too much for this member at the moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What became of one card. ``carrier``: the key of the message that carries it, None where none is told."""

    ok: bool
    carrier: str | None
    said: str = field(repr=False)
    """The platform's own words; never shown to people and never logged whole."""


class ReadStatus(StrEnum):
    """Whether a message was read."""

    READ = "READ"
    UNREAD = "UNREAD"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dinged:
    """A DING that was taken. ``failed``: whom it does not reach."""

    ding: str
    failed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who opened a page inside DingTalk."""

    userid: UserId
    unionid: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsSignature:
    """What the page hands to ``dd.config``."""

    nonce: str
    timestamp: int
    """Unix seconds."""
    signature: str
