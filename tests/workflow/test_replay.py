"""The decisions of a history under another book: the corners that no policy file of a plant leads to easily."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support.works import PERMIT, SITE, ZONE, Desk, HandBook, at, facts, node, permit_rules
from workflow.facts import Facts
from workflow.permit import events as e
from workflow.permit.case import no
from workflow.permit.state import Status
from workflow.replay import Changed, Past, replay, usual_waits
from workflow.rules.book import RuleBook
from workflow.rules.types import PermitRules, Role


class Book(HandBook):
    """A book of one page, with a plant whose posts are nobody's."""

    def __init__(self, rules: PermitRules) -> None:
        super().__init__(rules)
        self.plant = SimpleNamespace(roles={}, duty_posts=())


@pytest.fixture(scope="module")
def past() -> Past:
    """A hot work at work."""
    return Past(id=PERMIT, site=SITE, events=tuple(Desk().reach(Status.ACTIVE).events))


def known(_permit: Any, _content: Any, moment: datetime, _book: RuleBook) -> Facts:
    return facts(moment)


def asked(past: Past, after: Book, *, thorough: bool = False) -> Changed | None:
    before = cast(RuleBook, Book(permit_rules()))
    return replay(
        past, before, cast(RuleBook, after), known, zone=ZONE, since=at("00:00"), thorough=thorough
    )  # fmt: skip


@pytest.mark.parametrize("thorough", [False, True])
def test_the_same_page_changes_nothing(past: Past, thorough: bool) -> None:
    assert asked(past, Book(permit_rules()), thorough=thorough) is None


def test_a_book_that_cannot_grade_refuses_the_request_and_nothing_after_it(past: Past) -> None:
    book = Book(permit_rules())
    book.speechless = (no("grade.outdoor", "还没有回答：是露天作业吗？"),)
    found = asked(past, book)
    assert found is not None
    assert [(one.command, one.gate) for one in found.refused] == [("Submit", "grade.outdoor")]


def test_a_dropped_node_is_told_and_its_signature_passed_over(past: Past) -> None:
    rules = permit_rules()
    fewer = replace(rules, chain=tuple(one for one in rules.chain if one.key != "safety_dept"))
    found = asked(past, Book(fewer))
    assert found is not None
    assert [one.key for one in found.dropped] == ["safety_dept"]
    assert "Start" not in {one.command for one in found.refused}


def test_a_new_node_that_nobody_can_sign_would_not_even_be_asked_for(past: Past) -> None:
    rules, last = permit_rules(), replace(node("last", Role.SITE_UNIT), role=Role.PRINCIPAL)
    found = asked(past, Book(replace(rules, chain=(*rules.chain, last))))
    assert found is not None
    assert [(one.command, one.gate) for one in found.refused] == [("Submit", "chain_signable")]


def test_gas_that_is_asked_no_more_is_not_judged(past: Past) -> None:
    found = asked(past, Book(replace(permit_rules(), gas=None)))
    assert found is not None
    assert [(one.command, one.gate) for one in found.refused] == [("RecordGas", "gas.not_asked")]


def test_a_history_without_a_request_says_nothing() -> None:
    book = Book(permit_rules())
    assert asked(Past(id=PERMIT, site=SITE, events=()), book, thorough=True) is None


def test_waits_are_counted_from_the_asking(past: Past) -> None:
    waits = usual_waits([past])
    assert waits[Role.SITE_UNIT] == timedelta(minutes=5)
    signed = tuple(one for one in past.events if isinstance(one, e.StepApproved | e.PermitSubmitted))
    assert Role.SITE_UNIT not in usual_waits([replace(past, events=signed)])
