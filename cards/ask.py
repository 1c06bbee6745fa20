"""A question with a few taps outside of a permit's own card, and its copy once it is answered."""

from __future__ import annotations

from collections.abc import Sequence

from cards import words
from cards.answers import answer_text
from cards.buttons import Action, Press
from cards.card import Button, Card, Choice, Line, Option, Style
from cards.views import Seal
from cards.words_ways import WECOM, Ways

_MOST_BUTTONS = 6
_LONGEST_BUTTON = 10


def label_of(press: Press) -> str:
    """The words on a tap whose handler left them to us."""
    if press.action is Action.REASON:
        return words.REASONS.get(press.arg.rpartition(":")[2], words.BUTTON[press.action])
    return words.TAP.get((press.action, press.arg), words.BUTTON[press.action])


def ask_card(
    subject: str,
    key: str,
    args: dict[str, str],
    offers: Sequence[tuple[Press, str]],
    seal: Seal,
    ways: Ways = WECOM,
) -> Card:
    """The question as a card: up to six short taps as buttons, otherwise a list to choose from."""
    named = [(press, label or label_of(press)) for press, label in offers]
    text = answer_text(key, args, ways)
    lines = _facts(args.get(ROWS, ""))
    title = words.ASK_TITLE
    if len(named) <= _MOST_BUTTONS and all(len(label) <= _LONGEST_BUTTON for _, label in named):
        buttons = tuple(Button(text=label, token=seal(press), style=Style.NORMAL) for press, label in named)
        return Card(subject=subject, key=f"{subject}:{key}", title=title, body=text, lines=lines, buttons=buttons)
    options = tuple(Option(id=seal(press), text=label[:16]) for press, label in named[:10])
    return Card(
        subject=subject,
        key=f"{subject}:{key}",
        title=title,
        body=text,
        lines=lines,
        choices=(Choice(key="pick", title="", options=options),),
        submit=Button(text=words.BUTTON[Action.ANSWER], token="pick", style=Style.PRIMARY),
    )


ROWS = "rows"
"""The argument of a question that holds its facts: one ``label：value`` a line."""


def _facts(rows: str) -> tuple[Line, ...]:
    pairs = (row.partition("：") for row in rows.splitlines())
    return tuple(Line(label=label, value=value) for label, _, value in pairs if value)


def settled_card(subject: str, key: str, args: dict[str, str], ways: Ways = WECOM) -> Card:
    """The same card once answered: no taps, the answer in words."""
    text = answer_text(key, args, ways)
    return Card(subject=subject, key=f"{subject}:{key}", title=words.ASK_TITLE, body=text, done=words.SETTLED)
