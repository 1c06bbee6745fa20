"""我的任务: what waits for a person, in one card."""

from __future__ import annotations

from cards import words
from cards.buttons import Action, Press
from cards.card import Bubble, Button, Card, Line, Message
from cards.views import TaskListView


def task_list(view: TaskListView) -> Message:
    """The list, things that wait for the viewer first. Nothing waiting is said in one plain line."""
    if not view.tasks:
        return Bubble(text=words.NO_TASKS)
    tasks = sorted(view.tasks, key=lambda task: not task.waiting_for_you)[:6]
    waiting = sum(task.waiting_for_you for task in view.tasks)
    lines = tuple(
        Line(label=words.STATUS_SHORT[task.status], value=f"{task.permit[-12:]} {task.headline} {task.place}")
        for task in tasks
    )
    buttons = tuple(
        Button(
            text=f"看{task.permit.rpartition('-')[2]}号",
            token=view.seal(Press(action=Action.SHOW, subject=task.permit, revision=0)),
        )
        for task in tasks
    )
    return Card(
        subject=f"tasks:{view.person}",
        key=f"tasks:{view.person}:" + ",".join(f"{task.permit}={task.status}" for task in tasks),
        title=words.TASKS_TITLE.format(waiting=waiting, total=len(view.tasks) + view.more),
        lines=lines,
        buttons=buttons,
    )
