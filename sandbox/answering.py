"""How a guardian reads his card when he is asked: the one act it wants, found by its words alone."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

ON_POST = "在岗·正常"
ASKS, AGAIN = "两次会自动停工", "再答一次"
"""Words on every card that asks its guardian something: the first time, and after a wrong answer."""


class Act(StrEnum):
    """What a guardian does about a prompt."""

    PRESS = "press"
    PHOTO = "photo"
    BOARD = "board"
    GAS = "gas"
    COUNT = "count"


_WORDS = (
    ("拍一张", Act.PHOTO),
    ("现场牌", Act.BOARD),
    ("检测仪", Act.GAS),
    ("测气", Act.GAS),
    ("几个人", Act.COUNT),
)


class NotAsked(LookupError):
    """The card asks for nothing."""


def act(shown: str, buttons: Iterable[str]) -> tuple[Act, str]:
    """What a card wants done, and the button to press when it is a press. Raise `NotAsked` when it wants nothing.

    Of three names the right one stands elsewhere on the card, too.
    """
    for words, wanted in _WORDS:
        if words in shown:
            return wanted, ""
    texts = list(buttons)
    if ON_POST in texts:
        return Act.PRESS, ON_POST
    if "请按一个" in shown:
        return Act.PRESS, max(texts, key=shown.count)
    raise NotAsked(shown)
