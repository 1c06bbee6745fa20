"""Tables that must agree with each other across rooms: keys and words, actions and handlers, kinds of arrivals."""

from __future__ import annotations

import ast
import string
from pathlib import Path

from cards import words, words_draft
from cards.answers import ANSWERS
from cards.buttons import Action
from handlers import arrivals, route
from handlers.answers import ARGS, BUDGETED, URGENT, Say
from handlers.approvals import CHIPS
from handlers.arrivals import (
    Arrival,
    DeviceAsks,
    Due,
    InsideNow,
    OutputAstray,
    PlatformNotice,
    SeenThere,
    Text,
    Undelivered,
    Unguarded,
)
from handlers.request.conversation import SERIES
from handlers.request.details import OF_WORK, OPTIONAL, DetailKey
from handlers.request.gasvalues import GasWhy
from handlers.request.questions import QuestionKind
from handlers.request.situations import COMMON, OF_CS, OF_HOT, OF_OTHERS, WITH_ROOM
from handlers.taps import DRAFT_TAPS, PERMIT_TAPS, TICKED_TAPS
from handlers.why import MOMENTS
from workflow.permit.guards import ASKED, GUARDS
from workflow.permit.state import Status
from workflow.values import WorkType

HANDLERS = Path(route.__file__).parent


def test_every_answer_has_words_and_says_which_arguments_they_use() -> None:
    assert set(ARGS) == set(Say)
    assert set(ANSWERS) == {key.value for key in Say}
    for key, text in ANSWERS.items():
        used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        assert used <= set(ARGS[Say(key)]), key


def test_every_answer_is_said_somewhere() -> None:
    said: set[str] = set()
    for file in HANDLERS.rglob("*.py"):
        if file.name != "answers.py":
            said |= {
                node.attr
                for node in ast.walk(ast.parse(file.read_text()))
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Say"
            }
    assert {key.name for key in Say} - said == set()


def test_the_budget_and_the_urgent_are_answers() -> None:
    assert set(Say) >= BUDGETED
    assert set(Say) >= URGENT
    assert not BUDGETED & URGENT


def test_every_action_does_something() -> None:
    assert set(PERMIT_TAPS) | set(TICKED_TAPS) | set(DRAFT_TAPS) | {Action.CONFIRM_ALL} == set(Action)
    assert not set(PERMIT_TAPS) & set(TICKED_TAPS)


def test_every_kind_of_arrival_has_a_way() -> None:
    classes = [one for one in vars(arrivals).values() if isinstance(one, type)]
    kinds = {one for one in classes if issubclass(one, Arrival) and one is not Arrival}
    by_nobody = {Due, DeviceAsks, SeenThere, InsideNow, OutputAstray, PlatformNotice, Undelivered, Unguarded}
    assert set(route.HANDLERS) | {Text} | by_nobody == kinds


def test_every_guard_that_may_be_missing_has_words() -> None:
    names = {min(either) for guards in GUARDS.values() for either in guards} | {"acceptance", ASKED}
    assert names <= set(words.UNGUARDED)


def test_every_status_has_the_moment_its_card_explains() -> None:
    assert set(MOMENTS) == set(Status)


def test_reasons_to_tap_have_words() -> None:
    assert {key for keys in CHIPS.values() for key in keys} <= set(words.REASONS)


def test_every_question_has_words() -> None:
    assert set(words_draft.QUESTIONS) == {kind.value for kind in QuestionKind}
    assert set(words.GAS_WHY) == {why.value for why in GasWhy}


def test_every_situation_has_words_that_fit_a_tick() -> None:
    listed = {*COMMON, *OF_HOT, *OF_CS, "pressure_part", "welder_machine_over_10m"}
    listed |= {name for lists in (OF_OTHERS, WITH_ROOM) for names in lists.values() for name in names}
    assert listed <= set(words_draft.SITUATION)
    assert all(len(text) <= 16 for text in words_draft.SITUATION.values())


def test_every_cell_of_a_form_has_a_name_and_every_asked_one_an_example() -> None:
    assert set(words_draft.DETAIL) == {key.value for key in DetailKey}
    asked = {key.value for keys in OF_WORK.values() for key in keys if key not in OPTIONAL}
    assert asked <= set(words_draft.EXAMPLE) <= set(words_draft.DETAIL)


def test_every_work_has_its_series() -> None:
    assert set(SERIES) == set(WorkType)
    assert len(set(SERIES.values())) == len(SERIES)
