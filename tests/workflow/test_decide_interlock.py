"""已置换合格: the system unlocks, silence needs a named human, and a denial stops work that goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support import works
from tests.support.works import (
    APPLICANT,
    GUARDIAN,
    LEADER,
    SAFETY,
    SHIFT,
    TANK,
    UNIT_HEAD,
    WORKER,
    Desk,
    content,
    make_ready,
)  # fmt: skip
from workflow.errors import ImpossibleEvent
from workflow.ids import DeviceId, EquipmentId
from workflow.interlock import EquipmentState, EquipmentStateReported, Interlock, Reported, Word, evolve
from workflow.interlock import Event as SomeEvent
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.evolve import evolve as permit_evolve
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Actor

NEAR = EquipmentId("T-203")


def word(desk: Desk, state: EquipmentState, *, of: EquipmentId = NEAR, ago: timedelta = timedelta(0)) -> Word:
    at = desk.now - ago
    return Word(equipment=of, name="3号罐", state=state, at=at, received_at=at)


def hear(desk: Desk, *words: Word) -> None:
    desk.changed["interlock"] = Interlock(words=words)


def ready() -> Desk:
    """A hot work in order for the start, in an area with an equipment system that has said nothing."""
    desk = Desk(interlock=Interlock(words=())).reach(Status.ISSUED)
    make_ready(desk)
    return desk


def start(desk: Desk) -> list[str]:
    return desk.refused(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))


def begin(desk: Desk) -> None:
    desk.ask(desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN))
    desk.ask(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))
    assert desk.permit.status is Status.ACTIVE


def confirm(desk: Desk, who: str = UNIT_HEAD, how: str = "现场取样，测爆合格") -> c.ConfirmPurged:
    command: c.ConfirmPurged = desk.by(who, c.ConfirmPurged, how=how)  # type: ignore[arg-type]  # ids are strings
    return command


def silent() -> Desk:
    """Ready, but the last that was heard of a neighbouring vessel is a denial two days old."""
    desk = ready()
    hear(desk, word(desk, EquipmentState.NOT_PURGED, ago=timedelta(days=2)))
    return desk


def test_a_denial_keeps_hot_work_from_starting_until_purged_comes_back() -> None:
    desk = ready()
    hear(desk, word(desk, EquipmentState.NOT_PURGED))
    assert start(desk) == ["purged"]
    hear(desk, word(desk, EquipmentState.PURGED))
    begin(desk)


def test_silence_keeps_hot_work_from_starting_until_a_named_human_confirms() -> None:
    desk = silent()
    assert start(desk) == ["purged"]
    (event,) = desk.ask(confirm(desk))
    assert isinstance(event, e.PurgeConfirmedByHand)
    assert event.by == Actor.person(UNIT_HEAD)
    assert event.how == "现场取样，测爆合格"
    assert "没有报3号罐的状态" in event.why
    begin(desk)
    shown = evaluate(Moment.START, desk.permit, desk.permit.law, desk.facts())
    assert any("人工确认" in one.fact for one in shown if one.gate == "purged")


def test_the_shift_leader_may_confirm_as_well() -> None:
    desk = silent()
    assert desk.kinds(confirm(desk, SHIFT)) == ["PurgeConfirmedByHand"]


@pytest.mark.parametrize("who", [GUARDIAN, LEADER, WORKER, APPLICANT, SAFETY])
def test_nobody_else_confirms_and_the_attempt_is_kept(who: str) -> None:
    desk = silent()
    assert desk.refused(confirm(desk, who)) == ["who.role"]
    assert start(desk) == ["purged"]


def test_a_holder_who_belongs_to_the_team_does_not_confirm() -> None:
    desk = silent()
    holders = {**works.facts(desk.now).holders, Role.SITE_UNIT: (UNIT_HEAD, LEADER)}
    desk.changed["holders"] = holders
    assert desk.refused(confirm(desk, LEADER)) == ["who.independent"]


def test_how_it_was_made_sure_is_said() -> None:
    desk = silent()
    assert desk.refused(confirm(desk, how="  ")) == ["purged.how"]


def test_nobody_confirms_against_the_word_of_the_system() -> None:
    desk = ready()
    hear(desk, word(desk, EquipmentState.NOT_PURGED))
    refused = desk.refusal(confirm(desk))
    assert [finding.gate for finding in refused.findings] == ["purged"]
    assert refused.remember, "an attempt against the system's word is kept"
    assert desk.permit.purge_by_hand is None


def test_nothing_is_confirmed_that_the_system_has_not_left_open() -> None:
    desk = ready()
    assert desk.refused(confirm(desk)) == ["late.done"]
    hear(desk, word(desk, EquipmentState.PURGED, of=TANK))
    assert desk.refused(confirm(desk)) == ["late.done"]


def test_without_a_system_there_is_nothing_to_confirm() -> None:
    desk = Desk().reach(Status.ISSUED)
    assert desk.refused(confirm(desk)) == ["purged.no_system"]


def test_a_denial_stops_running_work_at_once_and_a_confirmation_before_it_counts_no_more() -> None:
    desk = silent()
    desk.ask(confirm(desk))
    begin(desk)
    desk.now += timedelta(minutes=5)
    hear(desk, word(desk, EquipmentState.NOT_PURGED))
    (stop,) = desk.ask(c.LookAround(by=Actor.clock(), at=desk.now))
    assert isinstance(stop, e.WorkSuspended)
    assert stop.reason is SuspendReason.CONDITIONS
    assert "3号罐未置换合格" in stop.text
    assert desk.permit.status is Status.SUSPENDED


def test_running_work_goes_on_while_the_system_says_purged() -> None:
    desk = ready()
    hear(desk, word(desk, EquipmentState.PURGED))
    begin(desk)
    assert desk.ask(c.LookAround(by=Actor.clock(), at=desk.now)) == ()


def test_silence_that_sets_in_during_work_stops_it() -> None:
    desk = Desk(interlock=Interlock(words=())).reach(Status.ACTIVE)
    hear(desk, word(desk, EquipmentState.NOT_PURGED, ago=timedelta(days=2)))
    assert desk.kinds(c.LookAround(by=Actor.clock(), at=desk.now)) == ["WorkSuspended"]


def test_another_place_takes_the_confirmation_away() -> None:
    desk = silent()
    desk.ask(confirm(desk))
    assert desk.permit.purge_by_hand is not None
    draft = replace(desk.permit, status=Status.DRAFT)
    again = desk.events[0]
    assert isinstance(again, e.PermitSubmitted)
    elsewhere = replace(again, revision=2, content=content(place="2号罐西侧"), at=desk.now)
    same = replace(again, revision=2, at=desk.now)
    assert permit_evolve(draft, elsewhere).purge_by_hand is None
    assert permit_evolve(draft, same).purge_by_hand == desk.permit.purge_by_hand


def test_the_journal_of_a_vessel_knows_its_own_events_only() -> None:
    desk = Desk()
    blank = Reported(id=TANK, site=works.SITE)
    with pytest.raises(ImpossibleEvent):
        evolve(blank, SomeEvent(by=Actor.device(DeviceId("x")), at=desk.now))
    since = desk.now - timedelta(hours=1)
    heard = EquipmentStateReported(
        by=Actor.device(DeviceId("x")), at=desk.now, state=EquipmentState.NOT_PURGED, since=since
    )
    assert evolve(blank, heard) == Reported(id=TANK, site=works.SITE, state=EquipmentState.NOT_PURGED, since=since)
