"""What a prompt looks like: to the guardian the one thing to do, to others why they should look after him."""

from __future__ import annotations

from cards import words, words_steps
from cards import words_prompts as say
from cards.buttons import Action
from cards.card import Button
from cards.step import button
from cards.views import PermitView
from workflow.effects import Purpose
from workflow.permit.tasks import Task
from workflow.rules.tasks import CHOICES, TaskKind
from workflow.values import WorkType


def asked(view: PermitView) -> tuple[str, tuple[Button, ...]]:
    """The guardian's alarm and the buttons that answer; nothing when no prompt is open."""
    permit = view.permit
    if permit.prompt_open is None:
        return "", ()
    task = permit.asking.task if permit.asking is not None else None
    if task is None and permit.prompt_wants_gas:
        return words_steps.ALARM_PROMPT_GAS, ()
    if task is None:
        return words_steps.ALARM_PROMPT, (button(view, Action.PROMPT, str(permit.prompt_open)),)
    again = permit.asking is not None and permit.asking.tries > 0
    question = _question(view, task)
    return f"{say.WRONG}{question}" if again else f"{question}{say.TWICE_STOPS}", _answers(view, task)


def _question(view: PermitView, task: Task) -> str:
    if task.kind is TaskKind.PHOTO:
        return view.ways.prompt_photo
    return view.ways.prompt_board if task.kind is TaskKind.BOARD else say.ASK[task.kind]


def _answers(view: PermitView, task: Task) -> tuple[Button, ...]:
    number = str(view.permit.prompt_open)
    if task.kind is TaskKind.TAP:
        return (button(view, Action.PROMPT, number),)
    if task.kind in CHOICES:
        labels = (words.WORK[WorkType(one)] if task.kind is TaskKind.WORK else one for one in task.choices)
        return tuple(button(view, Action.PROMPT, f"{number}:{at}", label) for at, label in enumerate(labels))
    return (button(view, Action.EXCUSE, number),)


def look_after(view: PermitView) -> str:
    """Why whoever is told should see how the guardian is."""
    doubt = view.permit.doubt
    if doubt is None or view.purpose is not Purpose.LOOK_AFTER:
        return ""
    name, task = view.name(view.permit.guardian), say.TASK[doubt.kind]
    if doubt.said is None:
        return say.EXCUSED_TOLD.format(name=name, task=task)
    return say.WRONG_TOLD.format(name=name, task=task, said=doubt.said)
