"""The entry log, and what is put right before a permit is closed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.works import (
    APPLICANT,
    CHIEF,
    GUARDIAN,
    LEADER,
    MINUTE,
    SAFETY,
    SECOND,
    SHIFT,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    permit_rules,
    photo,
)
from workflow.effects import ClearTimer, Notify, Purpose, SetTimer
from workflow.errors import ImpossibleEvent
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.effects_common import COUNT
from workflow.permit.evolve import evolve
from workflow.permit.state import Status
from workflow.rules.types import ClosingNeed, PermitRules, PhotoNeed, Role
from workflow.values import Actor, WorkType

CS, ROAD, BLIND = WorkType.CONFINED_SPACE, WorkType.ROAD, WorkType.BLIND


@pytest.fixture
def cs() -> Desk:
    """An entry at work."""
    return Desk(CS).reach(Status.ACTIVE)


def entry(desk: Desk, who: PersonId = WORKER, *, by: PersonId = GUARDIAN, tools: int = 0) -> c.LogEntry:
    return c.LogEntry(by=Actor.person(by), at=desk.now, person=who, tools=tools)


def way_out(desk: Desk, who: PersonId = WORKER, *, by: PersonId = GUARDIAN, tools: int = 0) -> c.LogExit:
    return c.LogExit(by=Actor.person(by), at=desk.now, person=who, tools=tools)


# --- who goes in ----------------------------------------------------------------------------------------------------


def test_people_and_tools_are_logged_in_and_out(cs: Desk) -> None:
    assert cs.kinds(entry(cs, WORKER, tools=3)) == ["PersonEntered"]
    assert cs.kinds(entry(cs, SECOND)) == ["PersonEntered"]
    assert [(one.person, one.tools) for one in cs.permit.inside] == [(WORKER, 3), (SECOND, 0)]
    assert (cs.permit.people_inside, cs.permit.tools_inside) == (2, 3)
    assert cs.kinds(way_out(cs, WORKER, tools=2)) == ["PersonCameOut"]
    assert (cs.permit.people_inside, cs.permit.tools_inside) == (1, 1)
    assert cs.kinds(way_out(cs, SECOND, tools=1)) == ["PersonCameOut"]
    assert (cs.permit.people_inside, cs.permit.tools_inside, cs.permit.inside) == (0, 0, ())


@pytest.mark.parametrize("by", [WORKER, LEADER, UNIT_HEAD, SAFETY, STRANGER, APPLICANT])
def test_only_the_guardian_lets_somebody_in(cs: Desk, by: PersonId) -> None:
    refusal = cs.refusal(entry(cs, by=by))
    assert [finding.gate for finding in refusal.findings] == ["who.role"]
    assert refusal.remember


@pytest.mark.parametrize(
    ("who", "gate"), [(GUARDIAN, "entry.guardian"), (STRANGER, "entry.listed"), (CHIEF, "entry.listed")]
)
def test_the_guardian_and_people_of_no_business_stay_out(cs: Desk, who: PersonId, gate: str) -> None:
    refusal = cs.refusal(entry(cs, who))
    assert [finding.gate for finding in refusal.findings] == [gate]
    assert refusal.remember
    assert "叫出来" in refusal.findings[0].cure


def test_the_leader_and_the_analyst_may_go_in(cs: Desk) -> None:
    assert cs.kinds(entry(cs, LEADER)) == ["PersonEntered"]
    assert cs.kinds(entry(cs, SHIFT)) == ["PersonEntered"]


def test_nobody_goes_in_twice_and_nobody_comes_out_who_is_not_in(cs: Desk) -> None:
    cs.ask(entry(cs))
    assert cs.refused(entry(cs)) == ["late.done"]
    assert cs.refused(way_out(cs, SECOND)) == ["late.done"]
    assert cs.refused(way_out(cs, tools=1)) == ["count.tools"]
    assert cs.refused(entry(cs, SECOND, tools=-1)) == ["count.number"]


@pytest.mark.parametrize("status", [Status.ISSUED, Status.SUSPENDED, Status.EXPIRED])
def test_nobody_goes_in_unless_work_goes_on(status: Status) -> None:
    desk = Desk(CS).reach(Status.ISSUED if status is Status.ISSUED else Status.ACTIVE)
    if status is Status.SUSPENDED:
        desk.ask(desk.by(STRANGER, c.StopWork, reason=SuspendReason.STOP_WORK))
    elif status is Status.EXPIRED:
        desk.to("15:00").ask(desk.tick(c.ValidityEnded))
    assert desk.permit.status is status
    refusal = desk.refusal(entry(desk))
    assert [finding.gate for finding in refusal.findings] == ["entry.stopped"]
    assert refusal.remember


def test_an_entry_asks_the_gates_and_a_failing_one_stops_the_work_in_the_same_breath(cs: Desk) -> None:
    """Three quarters of an hour without a gas record where one is due every quarter of an hour."""
    cs.later(45 * MINUTE)
    found = cs.ask(entry(cs))
    assert [type(event).__name__ for event in found] == ["AttemptRefused", "WorkSuspended"]
    assert cs.permit.inside == ()
    assert cs.permit.status is Status.SUSPENDED


def test_nobody_goes_in_after_the_last_minute(cs: Desk) -> None:
    cs.to("14:55").ask(cs.gas())
    cs.to("15:00")
    found = cs.ask(entry(cs))
    assert [type(event).__name__ for event in found] == ["AttemptRefused", "PermitExpired"]
    assert cs.permit.inside == ()


@pytest.mark.parametrize("by", [GUARDIAN, LEADER, UNIT_HEAD, SHIFT, SAFETY])
def test_who_answers_for_the_place_may_say_that_somebody_came_out(cs: Desk, by: PersonId) -> None:
    cs.ask(entry(cs))
    assert cs.kinds(way_out(cs, by=by)) == ["PersonCameOut"]


@pytest.mark.parametrize("by", [WORKER, SECOND, STRANGER])
def test_nobody_else_may(cs: Desk, by: PersonId) -> None:
    cs.ask(entry(cs))
    assert cs.refused(way_out(cs, by=by)) == ["who.role"]


# --- the count and the log ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [0, 2, 3])
def test_a_count_that_disagrees_with_the_log_stops_the_work(cs: Desk, people: int) -> None:
    cs.ask(entry(cs))
    assert cs.kinds(cs.by(GUARDIAN, c.CountPeople, people=people, tools=0)) == ["PeopleCounted", "WorkSuspended"]
    assert cs.permit.suspension is not None
    assert cs.permit.suspension.reasons == (SuspendReason.MISCOUNT,)
    assert cs.permit.suspension.text == f"清点{people}人，进出记录1人，对不上"


def test_a_count_that_agrees_does_not(cs: Desk) -> None:
    cs.ask(entry(cs))
    assert cs.kinds(cs.by(GUARDIAN, c.CountPeople, people=1, tools=0)) == ["PeopleCounted"]


def test_where_no_names_are_logged_a_count_is_a_count(cs: Desk) -> None:
    assert cs.kinds(cs.by(GUARDIAN, c.CountPeople, people=2, tools=0)) == ["PeopleCounted"]


def test_names_are_logged_from_an_empty_place_on(cs: Desk) -> None:
    cs.ask(cs.by(GUARDIAN, c.CountPeople, people=2, tools=0))
    assert cs.refused(entry(cs)) == ["count.disagrees"]
    cs.later(MINUTE).ask(cs.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert cs.kinds(entry(cs)) == ["PersonEntered"]


def recovered(desk: Desk) -> Desk:
    """After a stop: air tested anew, guardian and leader seen anew."""
    desk.later(2 * MINUTE)
    desk.ask(desk.gas())
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.check_in(who))
    return desk


def resume(desk: Desk) -> c.Resume:
    return c.Resume(by=Actor.person(LEADER), at=desk.now, role=Role.WORK_LEADER, cause_removed="已消除")


def test_work_does_not_go_on_while_somebody_ordered_out_is_inside(cs: Desk) -> None:
    cs.ask(entry(cs))
    cs.ask(cs.by(STRANGER, c.StopWork, reason=SuspendReason.STOP_WORK))
    refusal = recovered(cs).refusal(resume(cs))
    assert [(finding.gate, finding.fact) for finding in refusal.findings] == [
        ("count.inside", "停工要求撤离，里面还有李明")
    ]
    cs.ask(way_out(cs))
    assert cs.kinds(resume(cs)) == ["ResumeSigned"]


def test_work_does_not_go_on_while_count_and_log_disagree(cs: Desk) -> None:
    cs.ask(entry(cs))
    cs.ask(cs.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert "count.disagrees" in recovered(cs).refused(resume(cs))


def test_nobody_finishes_while_the_log_holds_a_name(cs: Desk) -> None:
    cs.ask(entry(cs, tools=2))
    cs.ask(cs.by(STRANGER, c.StopWork, reason=SuspendReason.STOP_WORK))
    cs.ask(cs.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    refusal = cs.refusal(cs.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert [finding.gate for finding in refusal.findings] == ["count.inside"]
    assert "李明" in refusal.findings[0].fact
    forged = e.WorkFinished(by=Actor.person(LEADER), at=cs.now, people_inside=0, tools_inside=0)
    with pytest.raises(ImpossibleEvent):
        evolve(cs.permit, forged)


def test_an_expired_permit_stays_live_until_the_last_name_is_out(cs: Desk) -> None:
    cs.to("14:50").ask(cs.gas())
    cs.ask(entry(cs))
    cs.to("15:00").ask(cs.tick(c.ValidityEnded))
    cs.ask(cs.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert cs.permit.live
    assert cs.refused(cs.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == ["count.inside"]
    cs.ask(way_out(cs, by=SHIFT))
    cs.ask(cs.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert not cs.permit.live


# --- put right at the end -------------------------------------------------------------------------------------------

REOPENED = ClosingNeed(
    key="road_open", label="道路已恢复通行", role=Role.SITE_UNIT, clause="GB 30871-2022 12.5", keeps_live=True
)
CLEARED = ClosingNeed(key="site_clear", label="现场已清理", role=Role.WORK_LEADER, clause="GB 30871-2022 12.5")
BY_CREW = ClosingNeed(key="blind_crew", label="盲板位置已核对", role=Role.WORK_LEADER, clause="GB 30871-2022 7.12")
BY_PLANT = ClosingNeed(key="blind_plant", label="盲板位置已核对", role=Role.SITE_UNIT, clause="GB 30871-2022 7.12")


def live(desk: Desk) -> bool:
    """Whether the place counts as taken."""
    return desk.permit.live


def ended(work: WorkType, *needs: ClosingNeed, **changes: Any) -> Desk:
    """Work of some kind, ended by its leader."""
    rules: PermitRules = permit_rules(work, gas=None, closing=needs, **changes)
    desk = Desk(work, rules=rules).reach(Status.ACTIVE).later(30 * MINUTE)
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    return desk


def accept(desk: Desk) -> None:
    for who, role in ((LEADER, Role.WORK_LEADER), (UNIT_HEAD, Role.SITE_UNIT)):
        desk.ask(desk.by(who, c.SignAcceptance, role=role))


def test_a_road_is_taken_until_it_is_open_again_and_is_not_forgotten() -> None:
    desk = ended(ROAD, REOPENED, CLEARED)
    assert desk.permit.status is Status.COMPLETED
    assert live(desk)
    timers = [effect for effect in desk.done if isinstance(effect, SetTimer) and effect.name == COUNT]
    assert [timer.due - desk.now for timer in timers] == [10 * MINUTE]
    desk.later(10 * MINUTE)
    assert desk.kinds(timers[0].command) == ["CountReminded"]
    assert desk.kinds(desk.by(UNIT_HEAD, c.ConfirmClosing, need="road_open")) == ["ClosingConfirmed"]
    assert not live(desk)
    assert ClearTimer(permit=desk.permit.id, name=COUNT) in desk.done
    assert desk.kinds(desk.tick(c.CountOverdue, number=2)) == []


def test_a_road_permit_that_expired_stays_live_until_the_road_is_open() -> None:
    desk = Desk(ROAD, rules=permit_rules(ROAD, gas=None, closing=(REOPENED,))).reach(Status.ACTIVE)
    desk.to("15:00").ask(desk.tick(c.ValidityEnded))
    assert desk.refused(desk.by(UNIT_HEAD, c.ConfirmClosing, need="road_open")) == ["closing.early"]
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert live(desk)
    desk.ask(desk.by(UNIT_HEAD, c.ConfirmClosing, need="road_open"))
    assert not live(desk)


def test_a_road_permit_that_never_started_is_clear_at_once() -> None:
    desk = Desk(ROAD, rules=permit_rules(ROAD, gas=None, closing=(REOPENED,))).reach(Status.ISSUED)
    desk.ask(desk.by(LEADER, c.Cancel, reason="不干了"))
    assert not live(desk)


def test_nobody_accepts_before_everything_is_put_right() -> None:
    desk = ended(ROAD, REOPENED, CLEARED)
    refusal = desk.refusal(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER))
    assert [(finding.gate, finding.fact, finding.clause) for finding in refusal.findings] == [
        ("closing_confirmed", "还没有确认：道路已恢复通行", "GB 30871-2022 12.5"),
        ("closing_confirmed", "还没有确认：现场已清理", "GB 30871-2022 12.5"),
    ]
    desk.ask(desk.by(UNIT_HEAD, c.ConfirmClosing, need="road_open"))
    desk.ask(desk.by(LEADER, c.ConfirmClosing, need="site_clear"))
    accept(desk)
    assert desk.permit.status is Status.CLOSED


def test_both_sides_confirm_a_blind_and_neither_for_the_other() -> None:
    desk = ended(BLIND, BY_CREW, BY_PLANT)
    assert desk.refused(desk.by(UNIT_HEAD, c.ConfirmClosing, need="blind_crew")) == ["who.role"]
    assert desk.refused(desk.by(LEADER, c.ConfirmClosing, need="blind_plant")) == ["who.role"]
    desk.ask(desk.by(LEADER, c.ConfirmClosing, need="blind_crew"))
    assert desk.refused(desk.by(LEADER, c.ConfirmClosing, need="blind_crew")) == ["late.done"]
    assert desk.refused(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER)) == ["closing_confirmed"]
    desk.ask(desk.by(UNIT_HEAD, c.ConfirmClosing, need="blind_plant"))
    accept(desk)
    assert desk.permit.status is Status.CLOSED


def test_a_need_the_rules_do_not_know_is_refused() -> None:
    desk = ended(BLIND, BY_CREW)
    assert desk.refused(desk.by(LEADER, c.ConfirmClosing, need="nonsense")) == ["closing.need"]


def test_a_need_that_the_present_rules_add_is_asked_of_an_older_permit() -> None:
    desk = ended(BLIND)
    desk.hand.page = replace(desk.hand.page, closing=(BY_PLANT,))
    assert desk.refused(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER)) == ["closing_confirmed"]
    desk.ask(desk.by(UNIT_HEAD, c.ConfirmClosing, need="blind_plant"))
    accept(desk)
    assert desk.permit.status is Status.CLOSED


def test_fire_that_breaks_out_anew_takes_back_what_was_put_right() -> None:
    desk = ended(WorkType.HOT, CLEARED)
    desk.ask(desk.by(LEADER, c.ConfirmClosing, need="site_clear"))
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY))
    assert desk.permit.closings == ()


def test_the_end_is_asked_of_those_who_must_confirm_before_those_who_accept() -> None:
    desk = ended(BLIND, BY_CREW, BY_PLANT)
    asked = [effect.purpose for effect in desk.done if isinstance(effect, Notify)]
    assert Purpose.ASK_CLOSING in asked
    assert Purpose.ASK_ACCEPTANCE not in asked
    desk.ask(desk.by(LEADER, c.ConfirmClosing, need="blind_crew"))
    desk.ask(desk.by(UNIT_HEAD, c.ConfirmClosing, need="blind_plant"))
    assert [effect.purpose for effect in desk.done if isinstance(effect, Notify)][-1] is Purpose.ASK_ACCEPTANCE


# --- 三拍一录 -------------------------------------------------------------------------------------------------------


def test_where_a_note_is_asked_nobody_accepts_without_one_given_after_the_work() -> None:
    rules = permit_rules(BLIND, gas=None, closing_note="本厂规定")
    desk = Desk(BLIND, rules=rules).reach(Status.ACTIVE).later(MINUTE)
    desk.ask(desk.by(WORKER, c.AddNote, text="干到一半"))
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    refusal = desk.refusal(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER))
    assert [finding.gate for finding in refusal.findings] == ["closing_confirmed"]
    desk.ask(desk.by(WORKER, c.AddNote, text="", media=photo("voice")))
    accept(desk)
    assert desk.permit.status is Status.CLOSED


def test_the_photo_of_the_work_going_on_is_asked_while_it_can_be_taken() -> None:
    needs = (PhotoNeed(key="scene", label="作业现场"), PhotoNeed(key="at_work", label="作业中", moment="during"))
    desk = Desk(BLIND, rules=permit_rules(BLIND, gas=None, photos=needs)).reach(Status.ACTIVE).later(MINUTE)
    finish = desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)
    refusal = desk.refusal(finish)
    assert [(finding.gate, finding.fact) for finding in refusal.findings] == [
        ("photo.during", "还缺作业中的照片：作业中")
    ]
    desk.ask(desk.by(WORKER, c.AddPhoto, purpose="at_work", media=photo("at_work"), camera=True))
    assert desk.kinds(finish) == ["WorkFinished"]


def test_work_that_was_stopped_ends_without_it() -> None:
    needs = (PhotoNeed(key="scene", label="作业现场"), PhotoNeed(key="at_work", label="作业中", moment="during"))
    desk = Desk(BLIND, rules=permit_rules(BLIND, gas=None, photos=needs)).reach(Status.ACTIVE)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    assert desk.kinds(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0)) == ["WorkFinished"]
