"""Is the guardian awake, and at the place? Asked at moments nobody can foresee, with a task drawn as blindly.

The core draws nothing: a prompt comes with its draw, made outside from a secret of the site, and the event keeps it.
So the same history always gives the same tasks, and nothing of what is still to come stands in the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from workflow.errors import Refused
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.case import Case, demand, gas_due, gas_soon, no
from workflow.permit.conditions import Now, heads, task_shown
from workflow.permit.signing import CLOCKS_APART
from workflow.permit.tasks import TRIES, Asking, Task
from workflow.permit.who import only
from workflow.rules.tasks import CHOICES, TaskKind
from workflow.rules.types import Role
from workflow.values import Actor, WorkType

LONGEST_NAME = 10
"""Characters of a place that fit on a button; a longer name is not asked for, half a name is another place."""
_LONGEST_ANSWER = 20
_DECOYS = 2

# --- asking ---------------------------------------------------------------------------------------------------------


def prompt_due(case: Case, command: c.PromptDue) -> tuple[e.Event, ...]:
    """Ask the guardian. An unanswered prompt before this one is missed; the last allowed miss stops the work itself.

    The clock of the gas records asks only when a record is due and not asked for already.
    """
    permit = case.permit
    if command.number != permit.prompts_raised + 1:
        return ()
    if command.for_gas and (permit.prompt_wants_gas or not gas_due(case)):
        return ()
    missed: tuple[e.Event, ...] = ()
    if permit.prompt_open is not None:
        missed = (e.PromptMissed(by=command.by, at=command.at, number=permit.prompt_open),)
        if permit.prompts_missed + 1 >= case.rules_to_stop_by.misses_to_suspend:
            return missed
    due = gas_soon(case)
    task = None if due else drawn(case, command.draw)
    wants_gas = due or (task is not None and task.kind is TaskKind.GAS)
    raised = e.PromptRaised(
        by=command.by, at=command.at, number=command.number, wants_gas=wants_gas, task=task, draw=command.draw
    )
    return (*missed, raised)


def drawn(case: Case, draw: str, *, only_of: frozenset[TaskKind] = frozenset(TaskKind)) -> Task | None:
    """The task of a draw, among those that make sense here and now; None when there is none, or no draw."""
    weighed = [
        (each.kind, each.weight)
        for each in case.rules_to_stop_by.prompt_tasks
        if each.kind in only_of and _POSSIBLE[each.kind](case)
    ]
    total = sum(weight for _, weight in weighed)
    if not draw or not total:
        return None
    ticket = _below(draw, "kind", total)
    for kind, weight in weighed:
        if ticket < weight:
            return _task(case, kind, draw)
        ticket -= weight
    raise AssertionError("a ticket is below the sum of the weights")


def _below(draw: str, what: str, end: int) -> int:
    """A number from 0 to ``end`` - 1 out of the draw, another one for each ``what``."""
    return int.from_bytes(hashlib.sha256(f"{draw}/{what}".encode()).digest()[:8]) % end


def _task(case: Case, kind: TaskKind, draw: str) -> Task:
    if kind is TaskKind.PLACE:
        return _choice(kind, _place(case), _other_places(case), draw)
    if kind is TaskKind.WORK:
        mine = case.permit.what.work
        return _choice(kind, mine.value, tuple(work.value for work in WorkType if work is not mine), draw)
    return Task(kind=kind)


def _choice(kind: TaskKind, right: str, others: tuple[str, ...], draw: str) -> Task:
    decoys = sorted(others, key=lambda name: _below(draw, name, 1 << 60))[:_DECOYS]
    place = _below(draw, "order", _DECOYS + 1)
    return Task(kind=kind, choices=(*decoys[:place], right, *decoys[place:]), right=right)


def _place(case: Case) -> str:
    return case.facts.area.name if case.facts.area is not None else ""


def _other_places(case: Case) -> tuple[str, ...]:
    mine = _place(case)
    return tuple(dict.fromkeys(name for name in case.facts.elsewhere if 0 < len(name) <= LONGEST_NAME and name != mine))


_POSSIBLE: Mapping[TaskKind, Callable[[Case], bool]] = {
    TaskKind.TAP: lambda _: True,
    TaskKind.COUNT: lambda case: heads(case.permit) is not None,
    TaskKind.PHOTO: lambda _: True,
    TaskKind.BOARD: lambda case: case.facts.area is not None and case.facts.area.board_code is not None,
    TaskKind.GAS: lambda case: case.rules_to_stop_by.gas is not None,
    TaskKind.PLACE: lambda case: 0 < len(_place(case)) <= LONGEST_NAME and len(_other_places(case)) >= _DECOYS,
    TaskKind.WORK: lambda _: True,
}

# --- answering ------------------------------------------------------------------------------------------------------


def answer_prompt(case: Case, command: c.AnswerPrompt) -> tuple[e.Event, ...]:
    """The guardian: on post, all in order, and what was asked is done or told. A wrong answer is said, and one more
    try given; the last wrong one is a miss."""
    asking = _open(case, command)
    task = asking.task
    given = command.answer.strip()[:_LONGEST_ANSWER]
    if case.permit.prompt_wants_gas:
        wanted = task is not None or gas_soon(case)
        demand([no("prompt.gas", "这次提醒需要气体记录", cure="请录入气体分析", button="gas_help") if wanted else None])
    elif task is not None and task.kind is not TaskKind.TAP:
        right = _right(case, task, given)
        if right is None:
            fact = "这次提醒要在现场办一件事，只按按钮不算"
            raise Refused(findings=(no("prompt.task", fact, cure="请按卡片上写的办", button="refresh"),))
        if not right:
            return _wrong(command, asking, given)
    return (e.PromptAnswered(by=command.by, at=command.at, number=command.number, answer=given),)


def _open(case: Case, command: c.AnswerPrompt | c.ExcuseTask) -> Asking:
    """The open prompt, when it is the guardian who speaks and this one he speaks of."""
    only(case, command, Role.GUARDIAN)
    permit = case.permit
    if permit.prompt_open != command.number or permit.asking is None:
        fact = "这次提醒已应答或已过时" if permit.prompt_open is None else "已有新的提醒"
        raise Refused(findings=(no("late.done", fact, cure="请看最新卡片", button="refresh"),))
    return permit.asking


def _right(case: Case, task: Task, given: str) -> bool | None:
    """Whether an answer is right: what was asked is done, or told in words; None when it says nothing about it."""
    if task_shown(case.permit, Now(by=Actor.person(case.permit.guardian), at=case.at, rules=lambda: case.rules)):
        return True
    if not given or task.kind is TaskKind.PHOTO:
        return None
    if task.kind is TaskKind.COUNT:
        return given.isdecimal() and int(given) == heads(case.permit)
    if task.kind is TaskKind.BOARD:
        return case.facts.area is not None and given == case.facts.area.board_code
    return given == task.right


def _wrong(command: c.AnswerPrompt, asking: Asking, given: str) -> tuple[e.Event, ...]:
    told = e.PromptMisanswered(
        by=command.by, at=command.at, number=command.number, said=given, attempt=asking.tries + 1
    )
    if told.attempt < TRIES:
        return (told,)
    return (told, e.PromptMissed(by=Actor.clock(), at=command.at, number=command.number, wrong=True))


def excuse_task(case: Case, command: c.ExcuseTask) -> tuple[e.Event, ...]:
    """办不了: the camera is broken, the board is gone. Said under his name, told to others, and asked otherwise.

    Once for each prompt, and never the gas record that the law wants.
    """
    asking = _open(case, command)
    task = asking.task
    if task is None or task.kind in {*CHOICES, TaskKind.TAP} or (task.kind is TaskKind.GAS and gas_soon(case)):
        raise Refused(findings=(no("prompt.excuse", "这一项不能免", cure="请按卡片上写的办", button="refresh"),))
    instead = drawn(case, asking.draw, only_of=CHOICES)
    return (e.TaskExcused(by=command.by, at=command.at, number=command.number, task=task.kind, instead=instead),)


def gas_answers(case: Case, command: c.RecordGas) -> tuple[e.Event, ...]:
    """A guardian who records what a prompt asked for has answered the prompt: with values of now, where it was drawn
    to see him at the detector."""
    permit = case.permit
    asking = permit.asking
    if permit.prompt_open is None or not permit.prompt_wants_gas or command.by.as_person != permit.guardian:
        return ()
    old = asking is not None and command.sample.sampled_at + CLOCKS_APART < asking.at
    if old and asking is not None and asking.task is not None:
        return ()
    return (e.PromptAnswered(by=command.by, at=command.at, number=permit.prompt_open),)
