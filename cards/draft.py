"""The card of a request in the making: what was understood, the one thing asked next, and 提交 once complete."""

from __future__ import annotations

import re
from typing import Final

from cards import words
from cards.buttons import Action, Press
from cards.card import Button, Card, Choice, Line, Option, Style, Tone
from cards.views import DraftView, Question

_MOST_BUTTONS = 4
_MOST_CHOICES = 10
"""A drop-down list holds no more."""


def subject(person: str) -> str:
    """The key under which a person holds at most one draft card."""
    return f"draft:{person}"


def draft_card(view: DraftView) -> Card:
    """Render a draft. A draft never submits itself: only the author's press of 提交申请 does."""
    question = view.question
    state = words.DRAFT_COMPLETE if view.complete else words.DRAFT_OPEN
    choices, submit, buttons = _controls(view, question)
    return Card(
        subject=subject(view.person),
        key=f"{view.draft}@{view.version}",
        title=f"{state}｜{view.heading}",
        subtitle=question.text if question is not None else words.DRAFT_CHECK,
        tone=Tone.WARN if view.warnings and question is None else Tone.NEUTRAL,
        quote="；".join(view.warnings) if question is None else _more(question),
        body="\n".join(
            filter(None, (question.hint if question is not None else "", view.details, view.why, _left(view)))
        ),
        lines=tuple(Line(label=label, value=value) for label, value in view.lines[:6]),
        choices=choices,
        submit=submit,
        buttons=buttons,
    )


def _left(view: DraftView) -> str:
    return words.DRAFT_LEFTOVERS.format(words="、".join(view.leftovers)) if view.leftovers else ""


def _more(question: Question) -> str:
    """What does not fit on the card is counted and said, never left out in silence."""
    if question.many or len(question.options) <= _MOST_CHOICES:
        return ""
    return words.DRAFT_MORE.format(shown=_MOST_CHOICES, count=len(question.options))


def _button(view: DraftView, action: Action, arg: str = "", text: str | None = None) -> Button:
    press = Press(action=action, subject=view.draft, revision=view.version, arg=arg)
    style = Style.PRIMARY if action is Action.SUBMIT else Style.NORMAL
    return Button(text=text or words.BUTTON[action], token=view.seal(press), style=style)


def _controls(
    view: DraftView, question: Question | None
) -> tuple[tuple[Choice, ...], Button | None, tuple[Button, ...]]:
    drop = _button(view, Action.DROP_DRAFT)
    if question is None:
        send = (_button(view, Action.SUBMIT),) if view.complete else ()
        return (), None, (*send, _button(view, Action.EDIT), drop)
    if not question.options:
        return (), None, (drop,)
    if question.many:
        ticks = tuple(Option(id=key, text=text, chosen=key in question.ticked) for key, text in question.options)
        choice = Choice(key=question.key, title=question.text, options=ticks, many=True)
        return (choice,), _button(view, Action.ANSWER, question.key, words.TICKED), ()
    short = all(len(text) <= 10 for _, text in question.options)
    if short and len(question.options) <= _MOST_BUTTONS:
        taps = tuple(_button(view, Action.ANSWER, f"{question.key}={key}", text) for key, text in question.options)
        return (), None, (*taps, drop)
    options = tuple(Option(id=key, text=_narrow(text)) for key, text in question.options[:_MOST_CHOICES])
    choice = Choice(key=question.key, title=question.text, options=options)
    return (choice,), _button(view, Action.ANSWER, question.key), ()


_LONG: Final = 16
"""Letters of an option a list shows in WeCom; what differs behind them nobody could tell apart."""
_DAY: Final = re.compile(r"\d{1,2}月(\d{1,2}日) 周. ")


def _narrow(text: str) -> str:
    """「11月26日 周四 08:00–11:30」 → 「26日 08:00–11:30」: the hours are what is chosen."""
    return _DAY.sub(r"\1 ", text) if len(text) > _LONG else text
