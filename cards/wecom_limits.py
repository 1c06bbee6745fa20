"""WeCom's figures for template cards: [D90236] an app's messages, [D101032] the chat robot, [D99110] a group's webhook.

Three doors, two families of lengths: a card that one door takes is refused by the next, so they are never mixed.
Lengths are characters where the pages say 字, bytes for keys and ids. The pages call the lengths advice; whether longer
text is cut or refused is not documented, so nothing longer is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_KEY_BYTES: Final = 1024
MAX_ID_BYTES: Final = 128
MAX_LINES: Final = 6
MAX_BUTTONS: Final = 6
MAX_MENU: Final = 3
MAX_SELECTS: Final = 3
MAX_OPTIONS: Final = 10
MAX_TICKS: Final = 20


class CardType(StrEnum):
    """The five kinds of template card."""

    TEXT = "text_notice"
    NEWS = "news_notice"
    BUTTONS = "button_interaction"
    VOTE = "vote_interaction"
    SELECTS = "multiple_interaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """How many characters fit."""

    source: int
    title: int
    vote_title: int
    desc: int
    long_desc: int
    """``main_title.desc`` of vote and select cards."""
    emphasis_title: int
    emphasis_desc: int
    sub_title: int
    keyname: int
    value: int
    jump_title: int
    vertical_title: int
    vertical_desc: int
    button: int
    option: int
    tick: int
    select_title: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way a card can be sent."""

    lengths: Lengths
    types: frozenset[CardType]
    line_types: frozenset[int]
    """Allowed ``horizontal_content_list[].type``: 0 plain, 1 link, 2 attachment, 3 member."""
    jump_types: frozenset[int]
    answers: bool
    """Whether presses come back, so that task ids and a corner menu make sense."""
    link_buttons: bool
    news_needs_image: bool


_APP_LENGTHS: Final = Lengths(
    source=20,
    title=36,
    vote_title=16,
    desc=44,
    long_desc=160,
    emphasis_title=14,
    emphasis_desc=22,
    sub_title=160,
    keyname=5,
    value=30,
    jump_title=18,
    vertical_title=38,
    vertical_desc=160,
    button=10,
    option=16,
    tick=17,
    select_title=13,  # the app's page gives none; the robot's is taken
)
_ROBOT_LENGTHS: Final = Lengths(
    source=13,
    title=26,
    vote_title=26,
    desc=30,
    long_desc=30,
    emphasis_title=10,
    emphasis_desc=15,
    sub_title=112,
    keyname=5,
    value=26,
    jump_title=13,
    vertical_title=26,
    vertical_desc=112,
    button=10,
    option=10,
    tick=11,
    select_title=13,
)

APP: Final = Door(
    lengths=_APP_LENGTHS,
    types=frozenset(CardType),
    line_types=frozenset({0, 1, 2, 3}),
    jump_types=frozenset({0, 1, 2}),
    answers=True,
    link_buttons=True,
    news_needs_image=False,
)
"""Messages of a self-built app."""
AIBOT: Final = Door(
    lengths=_ROBOT_LENGTHS,
    types=frozenset(CardType),
    line_types=frozenset({0, 1, 3}),
    jump_types=frozenset({0, 1, 2, 3}),
    answers=True,
    link_buttons=False,
    news_needs_image=False,
)
"""The chat robot (智能机器人)."""
WEBHOOK: Final = Door(
    lengths=_ROBOT_LENGTHS,
    types=frozenset({CardType.TEXT, CardType.NEWS}),
    line_types=frozenset({0, 1, 2, 3}),
    jump_types=frozenset({0, 1, 2}),
    answers=False,
    link_buttons=False,
    news_needs_image=True,
)
"""A group's message push: notices only, nobody hears a press."""
