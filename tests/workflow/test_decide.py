"""The frame around every decision: attempts worth remembering, coming to rest, late answers, canonical content."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.works import (
    GUARDIAN,
    LEADER,
    PERMIT,
    SHIFT,
    STRANGER,
    WORKER,
    Desk,
    at,
    content,
    sample,
)
from workflow.errors import ImpossibleEvent, NaiveTime
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.case import Case, no
from workflow.permit.content import canonical, content_hash
from workflow.permit.decide import attempt, decide, settle
from workflow.permit.state import Status
from workflow.values import Actor, Interval, WorkType


def test_an_attempt_worth_remembering_becomes_an_event_with_every_gate_once() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    command = desk.approve(STRANGER, "site_unit")
    refused = desk.refusal(command)
    tried = attempt(command, refused)
    assert tried == e.AttemptRefused(
        by=Actor.person(STRANGER), at=desk.now, command="Approve", gates=("who.role",), text="沈路不是所在单位"
    )
    assert desk.permit.status is Status.IN_REVIEW


def test_a_polite_refusal_is_not_remembered() -> None:
    desk = Desk().reach(Status.PREPARING)
    command = desk.by(LEADER, c.AttachJsa, text="")
    assert attempt(command, desk.refusal(command)) is None


def test_the_law_that_never_comes_to_rest_is_our_bug() -> None:
    desk = Desk().reach(Status.ACTIVE)
    command = desk.by(WORKER, c.LeaveSite, person=GUARDIAN)
    case = Case(permit=desk.permit, book=desk.book, facts=desk.facts(), at=desk.now)
    left = e.LeftSite(by=command.by, at=desk.now, person=GUARDIAN)
    assert [type(event).__name__ for event in settle(case, command, (left,), most=1)] == ["LeftSite", "WorkSuspended"]
    with pytest.raises(ImpossibleEvent, match="never comes to rest"):
        settle(case, command, (left,), most=0)


@pytest.mark.parametrize("work", [WorkType.HOT, WorkType.CONFINED_SPACE])
def test_deciding_is_pure(work: WorkType) -> None:
    desk = Desk(work).reach(Status.ACTIVE)
    command = desk.gas(WORKER, methane="30")
    once = decide(desk.permit, command, desk.book, desk.facts())
    assert decide(desk.permit, command, desk.book, desk.facts()) == once


def test_a_review_asked_for_twice_is_answered() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    assert desk.refusal(desk.by(LEADER, c.RequestReview)).findings[0].fact == "提交审批已由您于07:00办理"


def test_a_finding_says_its_fact_when_there_is_no_other_rule() -> None:
    assert no("x", "事实").rule == "事实"
    assert no("x", "事实", rule="规则").rule == "规则"
    assert no("x", "事实").stops


# --- content --------------------------------------------------------------------------------------------------------


def test_canonical_content_is_plain_sorted_and_in_utc() -> None:
    body = json.loads(canonical(content()))
    assert list(body) == sorted(body)
    assert body["planned"] == {"start": "2025-06-11T00:00:00.000000Z", "end": "2025-06-11T07:00:00.000000Z"}
    assert body["work"] == "hot"
    assert body["equipment"] is None
    same = replace(content(), planned=Interval(start=at("08:00").astimezone(UTC), end=at("15:00").astimezone(UTC)))
    assert canonical(same) == canonical(content())


def test_canonical_decimals_are_exact_text() -> None:
    body = json.loads(canonical(sample(at("08:00"), {"methane": "0.50"})))
    assert body["readings"] == [{"gas": "methane", "unit": "%LEL", "value": "0.50"}]
    assert Decimal(body["readings"][0]["value"]) == Decimal("0.5")


def test_what_has_no_canonical_form_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: Any

    with pytest.raises(TypeError, match="no canonical form for float"):
        canonical(Odd(value=0.5))


@pytest.mark.parametrize(
    "changes",
    [
        {"task": "换垫片"},
        {"place": "2号罐西侧"},
        {"workers": (WORKER,)},
        {"guardian": SHIFT},
        {"method": ("grinding",)},
        {"stated_grade": "二级动火"},
        {"planned": Interval(start=at("08:00"), end=at("14:59"))},
    ],
)
def test_any_change_of_content_is_another_hash(changes: dict[str, Any]) -> None:
    assert content_hash(PERMIT, 1, replace(content(), **changes)) != content_hash(PERMIT, 1, content())


def test_the_hash_binds_permit_and_revision() -> None:
    from workflow.ids import PermitId

    hashes = {content_hash(PermitId(name), revision, content()) for name in ("A", "B") for revision in (1, 2)}
    assert len(hashes) == 4


@pytest.mark.parametrize("kind", [c.AcceptRequest, c.RequestReview, c.SignBriefing])
def test_a_command_without_a_zone_is_refused_at_the_door(kind: type[Any]) -> None:
    with pytest.raises(NaiveTime):
        kind(by=Actor.person(WORKER), at=datetime(2025, 6, 11, 8, 0))  # noqa: DTZ001 -- that is the point
