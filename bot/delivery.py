"""What one row of the outbox comes to, once it is rendered: to whom, on which platform, and what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cards.card import Card, File, Message
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
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """The person's accounts on the other platforms, by platform: copies may be held there, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The copies the person holds of this card's subject shall show this; nobody is disturbed.

    ``handle``: what the person's own tap just brought: a right, or where the platform gives none the key of the tapped
    card. A tap is always answered: on the copy that was tapped, and when that cannot be changed any more, by a new
    card. ``answer``: what the tapped copy itself shows, when that is not quite the same.
    """

    platform: str
    user: str
    person: str
    card: Card
    seen_at: datetime
    version: int = 0
    handle: str | None = None
    answer: Card | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """As in `Push`."""


def user_on(told: Push | Edit, platform: str) -> str | None:
    """The person's account on a platform; None when there is none."""
    return told.user if platform == told.platform else told.elsewhere.get(platform)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPost:
    """One text to one group; or a ``file``, and the text stands for it in our own log."""

    platform: str
    chat: str
    text: str
    file: File | None = None
    links: tuple[str, ...] = ()
    """As in `cards.card.Bubble`."""


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

    async def plain(self, row: Claimed) -> tuple[Delivery, ...] | None:
        """The same in one line, for a message whose card cannot be made or is refused; empty when nothing is left to be
        said, None where there is no such line."""
        ...
