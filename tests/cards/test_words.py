"""Every key has words; every event has a sentence; no word is missing for anything a card may name."""

from __future__ import annotations

import string

from cards import words
from cards.answers import ANSWERS, answer_text
from cards.buttons import Action
from cards.history import _LINES
from handlers import airs, evidence, presence
from handlers.answers import ARGS, Say
from workflow.effects import Purpose
from workflow.permit import events
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.rules.types import Grade, Role
from workflow.values import WorkType


def test_every_answer_key_has_words_that_name_only_its_arguments() -> None:
    assert set(ANSWERS) == {key.value for key in Say}
    for key in Say:
        named = {name for _, name, _, _ in string.Formatter().parse(ANSWERS[key.value]) if name}
        assert named <= set(ARGS[key]), key
        answer_text(key.value, dict.fromkeys(ARGS[key], "x"))


def test_every_event_has_a_sentence() -> None:
    assert set(_LINES) == set(events.ALL)


def test_nothing_a_card_may_name_is_without_a_word() -> None:
    assert set(words.STATUS) == set(words.STATUS_SHORT) == set(Status)
    assert set(words.ROLE) == set(Role)
    assert set(words.GRADE) == set(Grade)
    assert set(words.WORK) == set(WorkType)
    assert set(words.BUTTON) == set(Action)
    assert set(words.PURPOSE) == set(Purpose)
    assert set(words.SUSPENDED) == set(SuspendReason)
    assert all(len(word) <= 10 for word in words.BUTTON.values())
    assert all(len(word) <= 5 for word in words.STATUS_SHORT.values())


def test_what_was_asked_without_a_button_has_a_name() -> None:
    asked = (presence.ASKED_CHECK_IN, airs.ASKED_GAS, evidence.ASKED_PHOTO, evidence.ASKED_NOTE)
    assert all(words.ASKED[one] for one in asked)
