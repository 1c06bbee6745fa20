"""A platform's month runs down: the safety department and the operator are told, once at each mark (docs/adr/0086).

Whoever answers for safety must know it before approvals wait and long before a stop might not leave: from then on the
voice and the telephone are the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from cards import words
from handlers.answers import Say
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.house import House
from handlers.menus import OPERATOR_POST
from handlers.outgoing import Answer
from storage.tx import Tx
from workflow.effects import Lane
from workflow.rules.types import Role

CALLS, PUSHES = "calls", "pushes"
_OF_CALLS: Final[Mapping[int, Say]] = {
    50: Say.QUOTA_HALF,
    80: Say.QUOTA_LOW,
    95: Say.QUOTA_LAST,
    100: Say.QUOTA_OVER,
}
_SERIOUS: Final = 95
"""From here on what people are to do waits as well, so the telling itself must not."""


def running_down(
    tx: Tx, house: House, *, platform: str, what: str, percent: int, used: int, limit: int, month: str, now: datetime
) -> None:
    """Tell of one mark. ``what``: ``calls`` we made or ``pushes`` that came in; ``percent``: 50, 80, 95 or 100.

    A mark of another height is a `KeyError`.
    """
    cause = f"quota:{platform}:{month}:{what}:{percent}"
    desk = Desk(tx, house, now=now, cause=cause, sender=CLOCK, actor=None)
    key = _OF_CALLS[percent] if what == CALLS else Say.QUOTA_DEAF if percent >= _SERIOUS else Say.QUOTA_HEARING
    args = {"platform": words.PLATFORM[platform], "percent": str(percent), "used": str(used), "limit": str(limit)}
    keepers = desk.holders(None)[Role.SAFETY_DEPT]
    operators = tuple(person.id for person in tx.directory.holders(OPERATOR_POST))
    lane = Lane.SAFETY if percent >= _SERIOUS else Lane.ACTION
    for person in dict.fromkeys((*keepers, *operators)):
        desk.post_to(person, Answer(person=person, key=key.value, args=args), purpose="quota", lane=lane)
