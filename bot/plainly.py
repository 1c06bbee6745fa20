"""A message whose card cannot be made, or is refused: how it is said instead, and when (docs/adr/0228).

Rule 1: only what surely did not go out is said in other words: nothing was sent yet, or the platform said no to it.
What nobody knows is tried again under its key, and in other words at its last try; an alarm does not wait for that.
Rule 2: a card the platform refuses is said as it would be where there are no cards: everything it tells, and numbers to
type for what could be pressed. One that cannot be made at all, and an alarm, come to one line.
Rule 3: what is said in other words stays so: the card is not tried again beside it.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.copies import Errand, Spelled
from bot.delivery import Delivery, Edit, Push
from bot.platform import Unacceptable, Undeliverable
from cards.card import Card
from workflow.effects import Lane


def reaches_nobody(trouble: Exception) -> bool:
    """Whether other words would not arrive either."""
    return isinstance(trouble, Undeliverable) and not isinstance(trouble, Unacceptable)


def plainer(errand: Errand, made: Iterable[Delivery] | None, trouble: Exception, *, last_try: bool) -> Spelled | None:
    """How it is spelled after ``trouble``; None: not otherwise. ``made``: what was to go out; None when that could not
    even be made."""
    if errand.spelled is Spelled.LINE or reaches_nobody(trouble):
        return None
    refused = isinstance(trouble, Unacceptable)
    if errand.lane is Lane.SAFETY or made is None:
        return Spelled.LINE
    if refused and errand.spelled is Spelled.CARD and any(_is_card(one) for one in made):
        return Spelled.NUMBERS
    return Spelled.LINE if refused or last_try else None


def _is_card(delivery: Delivery) -> bool:
    return isinstance(delivery, Edit) or (isinstance(delivery, Push) and isinstance(delivery.message, Card))
