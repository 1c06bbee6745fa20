"""What one row of the outbox comes to, once it is rendered: to whom, on which platform, and what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cards.card import Message
from storage.agenda import Claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A new message to one person; a card replaces the one they held about the same subject."""

    platform: str
    user: str
    person: str
    message: Message
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The cards the person holds about this subject shall show this; nobody is disturbed.

    ``must``: the shown copy would mislead (its buttons no longer stand), so the right kept for that is spent.
    ``handle``:
    the right the person's own tap just brought; a tap is always answered, so when the copy cannot be changed any more a
    new card is sent.
    """

    platform: str
    user: str
    person: str
    message: Message
    version: int = 0
    must: bool = False
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPost:
    """One text to one group."""

    platform: str
    chat: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something else that was to be done after the commit, and has been (a photo copied, say)."""


Delivery = Push | Edit | GroupPost | Done
Present = Callable[[Claimed], Awaitable[tuple[Delivery, ...]]]
"""Renders a row from the state of this moment. An empty answer: nothing is left to be said."""
