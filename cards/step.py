"""One step of one viewer: a hint, an alarm, and what may be pressed."""

from __future__ import annotations

from dataclasses import dataclass

from cards import words
from cards.buttons import Action, Press
from cards.card import Button, Choice, Style
from cards.views import PermitView

_STYLE: dict[Action, Style] = {
    Action.APPROVE: Style.PRIMARY,
    Action.ACCEPT: Style.PRIMARY,
    Action.REVIEW: Style.PRIMARY,
    Action.MEASURES: Style.PRIMARY,
    Action.CONFIRM: Style.PRIMARY,
    Action.START: Style.PRIMARY,
    Action.RESUME: Style.PRIMARY,
    Action.PROMPT: Style.PRIMARY,
    Action.END_WATCH: Style.PRIMARY,
    Action.ACCEPTANCE: Style.PRIMARY,
    Action.HANDOVER: Style.PRIMARY,
    Action.CLOSING: Style.PRIMARY,
    Action.STOP: Style.DANGER,
    Action.REJECT: Style.DANGER,
    Action.VOID: Style.DANGER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is due for this viewer."""

    hint: str = ""
    alarm: str = ""
    buttons: tuple[Button, ...] = ()
    choices: tuple[Choice, ...] = ()
    submit: Button | None = None


def button(view: PermitView, action: Action, arg: str = "", text: str | None = None) -> Button:
    """One button of this permit for this viewer."""
    press = Press(action=action, subject=view.permit.id, revision=view.permit.revision, arg=arg)
    return Button(text=text or words.BUTTON[action], token=view.seal(press), style=_STYLE.get(action, Style.NORMAL))
