"""What every chat platform must be able to do for us, and how it may fail. Each platform room has one class for it.

::

    PlatformTrouble
    ├── TryLater          not now (rate, outage, lost answer): the same thing again after ``wait``
    ├── HandleSpent       the right to change this card is gone; a new card or nothing
    ├── AlreadySent       a message with this key is there already (we were killed between send and mark)
    └── Undeliverable     never: the person is gone or invisible, the group has thrown us out
        ├── Unacceptable  these words, to nobody: other words may still reach the person
        ├── Gone          what was to be fetched is past its time
        └── TooLarge      what was to be fetched is larger than we take
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Protocol, TypeVar

from cards.card import Card, File, Message

T = TypeVar("T")


class PlatformTrouble(Exception):
    """The platform did not do what was asked."""


class TryLater(PlatformTrouble):
    """Not now: too fast, out of order, or no answer came. The same request may be made again after ``wait``.

    Zero: the platform named no time, and whoever asks again chooses one. ``sure``: the platform said itself that it did
    nothing; otherwise nobody knows. ``answered``: it was there, and said so itself.
    """

    def __init__(self, why: str, wait: timedelta = timedelta(0), *, sure: bool = False, answered: bool = True) -> None:
        super().__init__(why)
        self.wait = wait
        self.sure = sure
        self.answered = answered


class HandleSpent(PlatformTrouble):
    """The one-use right to change a card was used or has run out."""


class AlreadySent(PlatformTrouble):
    """A message with this idempotency key was sent before; ``task`` is our key of its card."""

    def __init__(self, task: str) -> None:
        super().__init__(task)
        self.task = task


class Undeliverable(PlatformTrouble):
    """The platform will never take this: recipient gone or not visible, or the content refused."""


class Unacceptable(Undeliverable):
    """The platform refuses these words or this card, whoever it is for."""


def made(encode: Callable[[], T]) -> T:
    """What an encoder makes of a card. Raise `Unacceptable` for whatever goes wrong in it: nothing has been sent."""
    try:
        return encode()
    except Exception as bug:
        raise Unacceptable(f"the card cannot be made: {bug!r}") from bug


class Gone(Undeliverable):
    """What was to be fetched is past its time."""


class TooLarge(Undeliverable):
    """What was to be fetched is larger than we take."""


class Cards(Enum):
    """How a platform's cards can be changed after they were sent (docs/adr/0090)."""

    ONE_USE = "one_use"
    """With a right that came with the send or with a press, and works once."""
    FREE = "free"
    """As often as wanted, under our own key of the card."""
    TYPED = "typed"
    """There are no cards: what could be pressed stands as numbers in a text, and is answered by typing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A message that left.

    ``task`` is our own key of the card, ``msgid`` the platform's name for a recall, ``handle`` the one-use right to
    change it (None where the platform needs none, for plain text, and where the platform only said that it has it
    already).
    """

    task: str
    msgid: str | None
    handle: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """Bytes copied out of the platform."""

    data: bytes
    mime: str


class Platform(Protocol):
    """One chat platform, for one corp."""

    @property
    def name(self) -> str:
        """Its key in accounts and ledgers, e.g. ``wecom``."""
        ...

    @property
    def cards_are(self) -> Cards:
        """What becomes of its cards. With `Cards.TYPED` it is given texts only."""
        ...

    def parts(self, message: Message) -> int:
        """How many messages this becomes on the platform, for the budget: long words are cut into several."""
        ...

    async def push(self, user: str, message: Message, *, key: str, again: bool, urgent: bool = False) -> Pushed:
        """Send a new message to one member.

        ``key`` is its idempotency key; ``again``: an earlier try may have got through; ``urgent``: it must not queue
        behind messages that are not.

        Raise `TryLater`, `AlreadySent`, `Undeliverable`.
        """
        ...

    async def edit(self, user: str, card: Card, *, task: str, handle: str | None) -> None:
        """Change the card ``task`` in the member's chat, spending ``handle`` (None with `Cards.FREE`).

        Raise `TryLater`, `HandleSpent`, `Undeliverable`.
        """
        ...

    async def recall(self, msgid: str) -> bool:
        """Take a message back; False when that is not possible any more. Raise `TryLater`."""
        ...

    async def say_to_group(
        self, chat: str, text: str, *, key: str, again: bool, urgent: bool = False, links: Sequence[str] = ()
    ) -> None:
        """Post to a group; ``urgent`` as in `push`, ``links`` as in `Bubble`. Raise `TryLater`, `Undeliverable`."""
        ...

    async def file_to_group(self, chat: str, file: File) -> None:
        """Put a file into a group. It knows no key: sent again it stands there again. Raise as `say_to_group`."""
        ...

    async def fetch(self, handle: str) -> Fetched:
        """Copy a photo, voice or video out of the platform. Raise `TryLater`, `Gone`, `TooLarge`, `Undeliverable`."""
        ...
