"""我的任务: what waits for a person, in one card."""

from __future__ import annotations

from collections.abc import Sequence

from cards import words
from cards.buttons import Action, Press
from cards.card import Bubble, Button, Card, Line, Message
from cards.views import PermitView, Seal, TaskListView
from workflow.ids import PermitId

_SHOWN = 6


def overnight(person: str, views: Sequence[PermitView]) -> Card:
    """What waited for the morning, in one card that counts; the first few can be opened from it."""
    shown = views[:_SHOWN]
    left = len(views) - len(shown)
    lines = tuple(Line(label=words.STATUS_SHORT[one.permit.status], value=_overnight_line(one)) for one in shown)
    return Card(
        subject=f"tasks:{person}",
        key=f"tasks:{person}:night:" + ",".join(f"{one.permit.id}={one.permit.version}" for one in shown),
        title=words.NIGHT_TITLE.format(count=len(views)),
        body=words.NIGHT_MORE.format(left=left) if left else "",
        lines=lines,
        buttons=tuple(_show(one.permit.id, one.seal) for one in shown),
    )


def _overnight_line(view: PermitView) -> str:
    permit = view.permit
    why = words.PURPOSE[view.purpose] if view.purpose is not None else words.STATUS[permit.status]
    return f"{why} {permit.id[-12:]} {permit.what.place}"


def _show(permit: PermitId, seal: Seal) -> Button:
    return Button(
        text=f"看{permit.rpartition('-')[2]}号",
        token=seal(Press(action=Action.SHOW, subject=permit, revision=0)),
    )


def task_list(view: TaskListView) -> Message:
    """The list, things that wait for the viewer first. Nothing waiting is said in one plain line."""
    if not view.tasks:
        return Bubble(text=words.NO_TASKS)
    tasks = sorted(view.tasks, key=lambda task: not task.waiting_for_you)[:_SHOWN]
    waiting = sum(task.waiting_for_you for task in view.tasks)
    lines = tuple(
        Line(label=words.STATUS_SHORT[task.status], value=f"{task.permit[-12:]} {task.headline} {task.place}")
        for task in tasks
    )
    buttons = tuple(_show(task.permit, view.seal) for task in tasks)
    return Card(
        subject=f"tasks:{view.person}",
        key=f"tasks:{view.person}:" + ",".join(f"{task.permit}={task.status}" for task in tasks),
        title=words.TASKS_TITLE.format(waiting=waiting, total=len(view.tasks) + view.more),
        lines=lines,
        buttons=buttons,
    )
