"""What one row of the outbox comes to, once it is rendered: to whom, on which platform, and what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cards.card import Card, Message
from storage.agenda import Claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A new message to one person; a card replaces the one they held about the same subject.

    ``seen_at``: the moment whose state it shows. A card never takes the place of one that shows a later moment.
    """

    platform: str
    user: str
    person: str
    message: Message
    seen_at: datetime
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The copies the person holds of this card's subject shall show this; nobody is disturbed.

    ``handle``: the right the person's own tap just brought. A tap is always answered: on the copy that was tapped,
    and when that cannot be changed any more, by a new card. ``answer``: what the tapped copy itself shows, when that is
    not quite the same.
    """

    platform: str
    user: str
    person: str
    card: Card
    seen_at: datetime
    version: int = 0
    handle: str | None = None
    answer: Card | None = None


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


class Present(Protocol):
    """Renders rows from the state of this moment."""

    async def __call__(self, row: Claimed) -> tuple[Delivery, ...]:
        """What the row comes to now; empty when nothing is left to be said.

        Raise `bot.platform.TryLater`, and `bot.platform.Undeliverable` when there is nobody to say it to.
        """
        ...

    async def plain(self, row: Claimed) -> tuple[Delivery, ...]:
        """The same in the plainest words there are, for a safety message whose card cannot be made or is refused."""
        ...
