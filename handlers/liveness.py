"""The guardian's answers to a prompt: a tap, one of three, a number, the code of the board. Photos and gas values come
their own ways; that he cannot do it is said with a tap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cards.buttons import Action, Press
from handlers.answers import Say
from handlers.approvals import show_card
from handlers.asked import ASKED
from handlers.desk import Desk
from handlers.request.folding import fold
from handlers.request.numerals import to_int
from workflow.ids import PermitId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.state import Permit, Status
from workflow.permit.tasks import Task
from workflow.rules.tasks import TaskKind

_HEADS = re.compile(r"(?:里面|现场)?(?:共|有)?\s*(?P<n>[0-9]{1,3}|[零一二两三四五六七八九十]{1,3})\s*个?人?[.。!！]?")

# --- taps -----------------------------------------------------------------------------------------------------------


def answered(desk: Desk, permit: Permit, press: Press) -> None:
    """在岗·正常, or one of three."""
    number, _, choice = press.arg.partition(":")
    answer = ""
    if choice:
        task = permit.asking.task if permit.asking is not None and str(permit.prompt_open) == number else None
        if task is not None and int(choice) < len(task.choices):
            answer = task.choices[int(choice)]
    _answer(desk, permit, int(number), answer)


def excused(desk: Desk, permit: Permit, press: Press) -> None:
    """办不了: the card that answers the tap asks for something else."""
    desk.attempt(permit.id, c.ExcuseTask(by=desk.by, at=desk.now, number=int(press.arg)), press.action)


def _answer(desk: Desk, permit: Permit, number: int, answer: str) -> tuple[e.Event, ...]:
    """Answer. What is wrong stands on the card; that it counted as silence is said."""
    command = c.AnswerPrompt(by=desk.by, at=desk.now, number=number, answer=answer)
    found = desk.attempt(permit.id, command, Action.PROMPT) or ()
    if any(isinstance(event, e.PromptMissed) for event in found):
        desk.say(Say.PROMPT_FAILED, number=permit.id)
    return found


# --- words and boards ------------------------------------------------------------------------------------------------


def said(desk: Desk, text: str) -> bool:
    """A bare number, typed or spoken, by the guardian who was asked how many are inside. False: it was not for us."""
    match = _HEADS.fullmatch(fold(text).strip())
    heads = to_int(match["n"]) if match else None
    asking = list(asked(desk, TaskKind.COUNT)) if heads is not None else []
    if len(asking) != 1:
        return False
    permit, number = asking[0]
    found = _answer(desk, permit, number, str(heads))
    right = any(isinstance(event, e.PromptAnswered) for event in found)
    show_card(desk, permit.id, *((Say.PROMPT_TAKEN,) if right else ()))
    return True


def wrong_board(desk: Desk, code: str) -> bool:
    """A board where none of his permits is, read by a guardian who was asked for his own. False: nobody asked."""
    asking = list(asked(desk, TaskKind.BOARD))
    for permit, number in asking:
        _answer(desk, permit, number, code)
        show_card(desk, permit.id)
    return bool(asking)


def asked(desk: Desk, *kinds: TaskKind) -> Iterator[tuple[Permit, int]]:
    """Running permits whose open prompt asks the person who came for such a task, with the prompt's number."""
    for row in desk.mine():
        if row.status == Status.ACTIVE.value and (ASKED, str(desk.me)) in row.people:
            permit = desk.permit(PermitId(row.permit))
            if permit.prompt_open is not None and permit.guardian == desk.me and _is(permit, kinds):
                yield permit, permit.prompt_open


def _is(permit: Permit, kinds: Iterable[TaskKind]) -> bool:
    task: Task | None = permit.asking.task if permit.asking is not None else None
    return task is not None and task.kind in kinds
