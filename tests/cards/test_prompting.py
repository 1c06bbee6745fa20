"""What a prompt looks like: one question, one way to answer, and what those read who should look after the guardian."""

from __future__ import annotations

from typing import Any

import pytest

from cards.buttons import Action, unpack
from cards.card import Card
from cards.permit import permit_card
from cards.views import PermitView
from cards.words_ways import DINGTALK
from tests.support.permits import GUARD, NOW, SECRET, SHIFT, permit, view
from workflow.effects import Purpose
from workflow.permit.state import Permit, Status
from workflow.permit.tasks import Asking, Doubt, Task
from workflow.rules.tasks import CHOICES, TaskKind
from workflow.rules.types import Role


def shown(seen: PermitView) -> tuple[Card, list[Action]]:
    card = permit_card(seen)
    return card, [unpack(button.token, person=seen.viewer, secret=SECRET).action for button in card.buttons]


def prompted(kind: TaskKind, **changes: Any) -> Permit:
    choices = {TaskKind.PLACE: ("装卸站", "二号罐区", "锅炉房"), TaskKind.WORK: ("earth", "hot", "road")}.get(kind, ())
    task = Task(kind=kind, choices=choices, right=choices[1] if choices else "")
    asking = Asking(at=NOW, task=task, **changes)
    return permit(Status.ACTIVE, prompt_open=3, asking=asking, prompt_wants_gas=kind is TaskKind.GAS)


@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_task_is_one_question_with_its_own_way_to_answer(kind: TaskKind) -> None:
    card, seen = shown(view(prompted(kind), GUARD, {Role.GUARDIAN}))
    assert card.quote.endswith("不应答两次会自动停工。")
    assert len(card.quote) <= 60, "read in one breath, with gloves on"
    wanted = 3 if kind in CHOICES else 1
    assert seen[:wanted] == [Action.EXCUSE if kind not in {*CHOICES, TaskKind.TAP} else Action.PROMPT] * wanted
    assert seen[wanted] is Action.STOP
    assert len(seen) <= 6


def test_a_wrong_answer_is_said_before_the_question_comes_again() -> None:
    card, _ = shown(view(prompted(TaskKind.PLACE, tries=1), GUARD, {Role.GUARDIAN}))
    assert card.quote.startswith("答得不对。")
    assert [button.text for button in card.buttons[:3]] == ["装卸站", "二号罐区", "锅炉房"]


@pytest.mark.parametrize(("said", "words_"), [("5", "两次答错（数里面的人，答“5”）"), (None, "办不了：数里面的人")])
def test_whoever_is_told_reads_why(said: str | None, words_: str) -> None:
    doubted = permit(Status.ACTIVE, doubt=Doubt(kind=TaskKind.COUNT, said=said))
    card, _ = shown(view(doubted, SHIFT, {Role.SHIFT_LEADER}, purpose=Purpose.LOOK_AFTER))
    assert words_ in card.quote
    card, _ = shown(view(doubted, SHIFT, {Role.SHIFT_LEADER}))
    assert "监护人" not in card.quote


def test_each_platform_says_how_it_is_done_there() -> None:
    for kind, words_ in ((TaskKind.PHOTO, "验证码一起入镜"), (TaskKind.BOARD, "发「签到」加牌上的码")):
        card, _ = shown(view(prompted(kind), GUARD, {Role.GUARDIAN}, ways=DINGTALK))
        assert words_ in card.quote
        assert "菜单" not in card.quote
