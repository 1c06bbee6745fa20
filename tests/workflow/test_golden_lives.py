"""Golden cases of the domain that need a whole life: T10, T11, T12, T24, and what they leave open around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.works import (
    GAS_HEAD,
    GUARDIAN,
    HOUR,
    LEADER,
    MINUTE,
    WORKER,
    Desk,
    at,
    gas_rules,
    make_ready,
    permit_rules,
    starter,
)
from workflow.findings import Severity
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.content import SiteFacts
from workflow.permit.decide import REASONS
from workflow.permit.gates import TABLE, Moment
from workflow.permit.state import Status
from workflow.plant import Certificate
from workflow.rules.types import CertificateNeed, GasRules, Role
from workflow.values import Interval, WorkType

CONFINED = WorkType.CONFINED_SPACE


def ready_at(clock: str, work: WorkType = WorkType.HOT, gas: GasRules | None = None) -> Desk:
    rules = permit_rules(work, start_within=8 * HOUR, presence_valid=8 * HOUR, gas=gas or gas_rules(work))
    desk = Desk(work, rules=rules).reach(Status.ISSUED)
    make_ready(desk)
    return desk.to(clock)


@pytest.mark.parametrize(("clock", "passes"), [("09:30", True), ("09:31", False), ("09:30:01", False)])
def test_t10_gas_at_nine_is_good_for_thirty_minutes(clock: str, passes: bool) -> None:
    desk = ready_at("09:00")
    desk.ask(desk.gas())
    start = desk.to(clock).by(GUARDIAN, c.Start, role=Role.GUARDIAN)
    assert (desk.kinds(start) == ["StartSigned"]) if passes else ("gas_fresh" in desk.refused(start))


@pytest.mark.parametrize(
    ("limit", "pause", "retest"),
    [
        (30, timedelta(minutes=30), False),  # 特级, 一级
        (30, timedelta(minutes=31), True),
        (60, timedelta(minutes=60), False),  # 二级
        (60, timedelta(minutes=61), True),
    ],
)
def test_t11_a_break_longer_than_the_grade_allows_tests_again(limit: int, pause: timedelta, retest: bool) -> None:
    gas = gas_rules(WorkType.HOT, retest_after_break=limit * MINUTE)
    desk = ready_at("08:00", gas=gas)
    for who, role in ((GUARDIAN, Role.GUARDIAN), starter(desk)):
        desk.ask(desk.by(who, c.Start, role=role))
    desk.to("09:00").ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    desk.later(pause)
    resume = desk.by(GUARDIAN, c.Resume, role=Role.GUARDIAN, cause_removed="休息结束")
    if not retest:
        assert desk.kinds(resume) == ["ResumeSigned"]
        return
    assert "gas_fresh" in desk.refused(resume)
    desk.ask(desk.gas())
    assert desk.kinds(resume) == ["ResumeSigned"]


@pytest.mark.parametrize(
    ("any_break", "pause", "retest"),
    [
        (False, timedelta(minutes=5), False),  # hazchem until 2026-04-30
        (True, timedelta(minutes=5), True),  # everyone from 2026-05-01, 工贸 since 2024-01-01
        (False, timedelta(minutes=61), True),
    ],
)
def test_t12_a_break_in_a_confined_space(any_break: bool, pause: timedelta, retest: bool) -> None:
    gas = gas_rules(CONFINED, retest_after_break=timedelta(0) if any_break else HOUR)
    desk = ready_at("08:00", CONFINED, gas)
    for who, role in ((GUARDIAN, Role.GUARDIAN), starter(desk)):
        desk.ask(desk.by(who, c.Start, role=role))
    desk.later(10 * MINUTE).ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    desk.later(pause)
    resume = desk.by(GUARDIAN, c.Resume, role=Role.GUARDIAN, cause_removed="休息结束")
    assert ("gas_fresh" in desk.refused(resume)) if retest else (desk.kinds(resume) == ["ResumeSigned"])


def test_t12_the_law_of_the_moment_counts_not_that_of_the_paper() -> None:
    """Requested under the sixty minutes, interrupted after midnight, when any interruption asks for a test."""
    old = gas_rules(CONFINED, retest_after_break=HOUR)
    desk = ready_at("08:00", CONFINED, old)
    for who, role in ((GUARDIAN, Role.GUARDIAN), starter(desk)):
        desk.ask(desk.by(who, c.Start, role=role))
    desk.later(10 * MINUTE).ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    desk.hand.page = replace(desk.hand.page, gas=gas_rules(CONFINED))
    resume = desk.later(5 * MINUTE).by(GUARDIAN, c.Resume, role=Role.GUARDIAN, cause_removed="休息结束")
    assert "gas_fresh" in desk.refused(resume)


@pytest.mark.parametrize("work", [WorkType.HOT, CONFINED])
def test_t24_the_guardian_leaving_the_fence_stops_the_work_and_orders_an_entry_out(work: WorkType) -> None:
    desk = Desk(work).reach(Status.ACTIVE).later(MINUTE)
    left, stop = desk.ask(c.LeaveSite(by=GAS_HEAD, at=desk.now, person=GUARDIAN))
    assert isinstance(left, e.LeftSite)
    assert isinstance(stop, e.WorkSuspended)
    assert (stop.reason, stop.evacuate) == (SuspendReason.GUARDIAN_LEFT, work is CONFINED)
    desk.later(2 * MINUTE)
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.check_in(who))
    resume = desk.by(GUARDIAN, c.Resume, role=Role.GUARDIAN, cause_removed="监护人已回岗")
    if work is CONFINED:
        assert "gas_fresh" in desk.refused(resume)
        desk.ask(desk.gas())
    assert desk.kinds(resume) == ["ResumeSigned"]


# --- running work under gates ---------------------------------------------------------------------------------------


def test_every_gate_that_may_stop_running_work_has_a_reason_in_the_journal() -> None:
    stops = {gate.key for gate in TABLE if gate.at.get(Moment.DURING) is Severity.BLOCK}
    assert stops == set(REASONS)


def test_a_certificate_that_runs_out_at_midnight_stops_the_work() -> None:
    need = CertificateNeed(role=Role.WORKER, kinds=("2.1",), when=(), blocks=True, clause="4.9", label="焊接")
    rules = permit_rules(certificates=(need,), prompt_every=HOUR, max_validity=24 * HOUR, start_within=8 * HOUR)
    desk = Desk(rules=rules)
    desk.now = at("20:00")
    known = desk.facts().people
    last: list[Certificate] = [
        replace(one, valid_to=at("20:00").date(), review_due=None) for one in known[WORKER].certificates
    ]
    desk.changed["people"] = {**known, WORKER: replace(known[WORKER], certificates=tuple(last))}
    desk.ask(desk.submit(planned=Interval(start=at("22:00"), end=at("04:00", "2025-06-12"))))
    desk.reach(Status.ISSUED)
    make_ready(desk, at("22:00"))
    for who, role in ((GUARDIAN, Role.GUARDIAN), starter(desk)):
        desk.ask(desk.by(who, c.Start, role=role))
    assert desk.permit.status is Status.ACTIVE
    (asked,) = desk.to("23:59:59").ask(desk.tick(c.PromptDue, number=1))
    assert isinstance(asked, e.PromptRaised)
    *_, stop = desk.to("00:00", "2025-06-12").ask(desk.by(WORKER, c.AddNote, text="x"))
    assert isinstance(stop, e.WorkSuspended)
    assert stop.reason is SuspendReason.CERTIFICATE


def test_wind_stops_open_air_work_at_the_next_sign_of_life() -> None:  # T20
    desk = Desk()
    open_air = SiteFacts(fire_explosion=True, operating=False, outdoor=True, flammable_gas="methane")
    desk.ask(desk.submit(facts=open_air))
    desk.reach(Status.ACTIVE)
    desk.changed["wind_ms"] = Decimal("7.9")
    assert desk.kinds(desk.by(WORKER, c.AddNote, text="起风")) == ["NoteAdded"]
    desk.changed["wind_ms"] = Decimal("8.0")
    *_, stop = desk.ask(desk.by(WORKER, c.AddNote, text="大风"))
    assert isinstance(stop, e.WorkSuspended)
    assert stop.reason is SuspendReason.WIND


def test_not_knowing_the_neighbours_stops_running_work() -> None:
    desk = Desk().reach(Status.ACTIVE)
    desk.changed["others"] = None
    *_, stop = desk.ask(desk.by(WORKER, c.AddNote, text="x"))
    assert isinstance(stop, e.WorkSuspended)
    assert stop.reason is SuspendReason.CONFLICT
