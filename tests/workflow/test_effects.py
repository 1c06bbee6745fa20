"""What the outside is asked to do: who is told and who is left in peace, and which timers run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.works import (
    APPLICANT,
    CHIEF,
    DIRECTOR,
    DUTY,
    GUARDIAN,
    HOUR,
    LEADER,
    MINUTE,
    SAFETY,
    SECOND,
    SHIFT,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    make_ready,
    permit_rules,
)
from workflow.effects import ClearTimer, Effect, Lane, Notify, Purpose, Refresh, SetTimer
from workflow.ids import NodeKey, PersonId
from workflow.permit import commands as c
from workflow.permit import effects as x
from workflow.permit import effects_common as pieces
from workflow.permit.commands import SuspendReason
from workflow.permit.decide import decide
from workflow.permit.events import AttemptRefused, PermitArchived, PermitIssued
from workflow.permit.life import Inside
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Actor, WorkType

CREW = {LEADER, WORKER, SECOND, GUARDIAN, APPLICANT}


class Watch:
    """The effects of what is done inside the block."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.from_ = len(desk.done)

    @property
    def effects(self) -> list[Effect]:
        return self.desk.done[self.from_ :]

    @property
    def told(self) -> list[Notify]:
        return [effect for effect in self.effects if isinstance(effect, Notify)]

    @property
    def purposes(self) -> list[Purpose]:
        return [effect.purpose for effect in self.told]

    @property
    def set_(self) -> dict[str, SetTimer]:
        return {effect.name: effect for effect in self.effects if isinstance(effect, SetTimer)}

    @property
    def cleared(self) -> set[str]:
        return {effect.name for effect in self.effects if isinstance(effect, ClearTimer)}


def after(desk: Desk, *commands: c.Command) -> Watch:
    watch = Watch(desk)
    for command in commands:
        desk.ask(command)
    return watch


def timers(effects: Iterable[Effect]) -> dict[str, SetTimer]:
    """The timers that run after these effects, as the agenda would keep them."""
    running: dict[str, SetTimer] = {}
    for effect in effects:
        if isinstance(effect, SetTimer):
            running[effect.name] = effect
        elif isinstance(effect, ClearTimer):
            running = {} if not effect.name else {n: t for n, t in running.items() if n != effect.name}
    return running


def pushes(effects: Iterable[Effect], desk: Desk, lanes: set[Lane]) -> Counter[str]:
    """How often each person and group is pushed."""
    found: Counter[str] = Counter()
    for effect in effects:
        if isinstance(effect, Notify) and effect.lane in lanes:
            holders = [who for role in effect.roles for who in desk.facts().holders[role]]
            found.update(set(effect.people) | set(holders))
            found.update(f"#{group}" for group in effect.groups)
    return found


ORDINARY = {Lane.ACTION, Lane.INFORMATION}


# --- budgets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("work", [WorkType.HOT, WorkType.CONFINED_SPACE])
def test_a_permit_that_goes_well_leaves_people_in_peace(work: WorkType) -> None:
    desk = Desk(work).reach(Status.ACTIVE)
    for left in (60 * MINUTE, 15 * MINUTE):
        end = desk.permit.valid_until
        assert end is not None
        desk.now = end - left
        if work is WorkType.CONFINED_SPACE:
            desk.ask(desk.gas())
        desk.ask(desk.tick(c.ValidityEnding, left=left))
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    if work is WorkType.HOT:
        desk.later(30 * MINUTE).ask(desk.tick(c.FireWatchElapsed))
        desk.ask(desk.by(GUARDIAN, c.EndFireWatch))
    desk.ask(desk.by(LEADER, c.SignAcceptance, role=Role.WORK_LEADER))
    desk.ask(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.SITE_UNIT))
    assert desk.permit.status is Status.CLOSED
    found = pushes(desk.done, desk, ORDINARY)
    assert found[LEADER] <= 4
    assert found[WORKER] <= 3
    assert found[APPLICANT] <= 2  # that it is issued, and that it is over
    assert found[CHIEF] == found[SAFETY] == 1
    assert found[GUARDIAN] <= 2
    assert found["#safety"] == 1
    assert found[UNIT_HEAD] <= 3
    assert timers(desk.done) == {}


def test_most_of_what_happens_on_site_is_only_seen_in_place() -> None:
    desk = Desk().reach(Status.ISSUED).to("08:00")
    quiet = after(
        desk,
        desk.by(WORKER, c.SignBriefing),
        desk.check_in(GUARDIAN),
        desk.by(GUARDIAN, c.ConfirmMeasure, no="H1", detail="合格"),
        desk.by(GUARDIAN, c.AddPhoto, purpose="scene", media="0" * 64, camera=True),
        desk.gas(),
        desk.by(GUARDIAN, c.CountPeople, people=0, tools=0),
        desk.by(WORKER, c.AddNote, text="x"),
        desk.by(GUARDIAN, c.LeaveSite, person=GUARDIAN),
    )
    assert set(quiet.effects) == {Refresh(permit=desk.permit.id)}


# --- the chain ------------------------------------------------------------------------------------------------------


def test_a_request_asks_the_owning_unit_and_begins_to_wait() -> None:
    desk = Desk()
    found = after(desk, desk.submit())
    assert found.told == [
        Notify(
            permit=desk.permit.id,
            purpose=Purpose.ASK_ACCEPT,
            lane=Lane.ACTION,
            roles=(Role.SITE_UNIT,),
            key="1:accept",
            step="1:accept",
        )
    ]
    half, node, end = (found.set_[name] for name in (pieces.REMIND, pieces.NODE, pieces.VALIDITY))
    assert (half.due, node.due, end.due) == (at("07:15"), at("07:30"), at("15:00"))
    assert isinstance(half.command, c.RemindNode)
    assert (half.command.revision, half.command.node) == (1, "accept")
    assert isinstance(node.command, c.NodeOverdue)
    assert (node.command.revision, node.command.node, node.command.level) == (1, "accept", 0)


def test_the_chain_asks_one_after_the_other() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    taken = after(desk, desk.by(UNIT_HEAD, c.AcceptRequest))
    assert (taken.purposes, taken.told[0].people, taken.cleared) == ([Purpose.ASK_PREPARE], (LEADER,), set(pieces.STEP))
    desk.reach(Status.PREPARING)
    watch = Watch(desk)
    desk.reach(Status.IN_REVIEW)
    assert [(told.purpose, told.roles, told.key) for told in watch.told] == [
        (Purpose.ASK_APPROVE, (Role.SITE_UNIT,), "1:site_unit")
    ]
    signed = after(desk, desk.check_in(UNIT_HEAD), desk.approve(UNIT_HEAD, "site_unit"))
    assert [(told.roles, told.key) for told in signed.told] == [((Role.SAFETY_DEPT,), "1:safety_dept")]
    assert pieces.NODE in signed.set_


@pytest.mark.parametrize(
    ("briefers", "asked"),
    [
        ((Role.SITE_UNIT, Role.BASE_UNIT), [(Role.SITE_UNIT,)]),
        ((Role.SHIFT_LEADER, Role.SITE_UNIT), []),  # has a card to start with, and the briefing is on it
        ((), []),
    ],
)
def test_an_issue_asks_the_first_who_briefs(briefers: tuple[Role, ...], asked: list[tuple[Role, ...]]) -> None:
    permit = Desk().reach(Status.ISSUED).permit
    permit = replace(permit, rules=replace(permit.law, briefers=briefers))
    issued = PermitIssued(by=Actor.clock(), at=at("06:00"))
    told = [one for one in x.effects(issued, permit, permit, issued.at) if isinstance(one, Notify)]
    assert [one.roles for one in told if one.purpose is Purpose.ASK_BRIEF] == asked


def test_an_issue_tells_the_crew_and_asks_who_starts() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    watch = Watch(desk)
    desk.reach(Status.ISSUED)
    told = {told.purpose: told for told in watch.told}
    assert set(told[Purpose.ISSUED].people) == CREW - {GUARDIAN}
    assert (told[Purpose.ASK_START].people, told[Purpose.ASK_START].roles) == ((GUARDIAN,), (Role.SHIFT_LEADER,))
    assert timers(desk.done).keys() == {pieces.START, pieces.VALIDITY}
    assert watch.set_[pieces.START].due == at("10:00")
    assert watch.set_[pieces.VALIDITY].due == at("15:00")


def test_a_return_tells_who_asked_but_not_who_returned() -> None:
    desk = Desk().reach(Status.IN_REVIEW)
    found = after(desk, desk.by(LEADER, c.ReturnForChange, node=None, reason="x"))
    assert [(told.purpose, told.people, told.key) for told in found.told] == [(Purpose.RETURNED, (APPLICANT,), "1")]
    assert timers(desk.done) == {}


@pytest.mark.parametrize(
    ("status", "command", "purpose", "people"),
    [
        (Status.SUBMITTED, (UNIT_HEAD, c.Reject, {"node": None}), Purpose.REJECTED, {LEADER, APPLICANT}),
        (Status.IN_REVIEW, (APPLICANT, c.Cancel, {}), Purpose.CANCELLED, {LEADER}),
        (Status.ISSUED, (APPLICANT, c.Cancel, {}), Purpose.CANCELLED, CREW - {APPLICANT}),
        (Status.ISSUED, (UNIT_HEAD, c.Void, {}), Purpose.VOIDED, CREW),
    ],
)
def test_an_end_before_work_clears_every_timer(
    status: Status, command: tuple[PersonId, type[c.Command], dict[str, Any]], purpose: Purpose, people: set[PersonId]
) -> None:
    desk = Desk().reach(status)
    who, kind, parts = command
    found = after(desk, desk.by(who, kind, reason="x", **parts))
    assert [(told.purpose, set(told.people), told.lane) for told in found.told] == [(purpose, people, Lane.ACTION)]
    assert timers(desk.done) == {}


def test_a_late_step_tells_the_superior_and_reminds_once() -> None:
    desk = Desk().reach(Status.IN_REVIEW)

    def overdue() -> c.Command:
        level = desk.permit.escalation_level
        return desk.tick(c.NodeOverdue, revision=1, node=NodeKey("site_unit"), level=level)  # type: ignore[no-any-return]

    desk.later(30 * MINUTE)
    first = after(desk, overdue())
    assert [(told.purpose, told.people, told.roles, told.key) for told in first.told] == [
        (Purpose.ESCALATED, (CHIEF,), (), "1:site_unit:1"),
        (Purpose.REMIND, (), (Role.SITE_UNIT,), "1:site_unit"),
    ]
    assert all(told.again for told in first.told)
    assert first.set_[pieces.NODE].due == desk.now + 30 * MINUTE
    assert [after(desk, overdue()).told[0].people for _ in range(2)] == [(DIRECTOR,), (DUTY,)]
    desk.changed["duty_leader"] = None
    nobody = after(desk, overdue())
    assert [(told.people, told.groups) for told in nobody.told] == [((), (pieces.MANAGEMENT_GROUP,))]
    assert after(desk, overdue()).told[0].key == nobody.told[0].key  # a group is told once
    stopped = after(desk, desk.by(CHIEF, c.AcknowledgeEscalation, node=NodeKey("site_unit")))
    assert (stopped.told, stopped.cleared) == ([], set(pieces.STEP))


def test_a_late_request_reminds_the_owning_unit() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    found = after(desk, desk.tick(c.NodeOverdue, revision=1, node=NodeKey("accept"), level=0))
    assert found.purposes == [Purpose.ESCALATED, Purpose.REMIND]


# --- work -----------------------------------------------------------------------------------------------------------


def test_a_start_sets_prompts_and_warnings_and_tells_the_group() -> None:
    desk = Desk().reach(Status.ISSUED)
    watch = Watch(desk)
    desk.reach(Status.ACTIVE)
    assert [(told.purpose, set(told.people), told.groups, told.lane) for told in watch.told] == [
        (Purpose.STARTED, {WORKER, SECOND}, (), Lane.ACTION),
        (Purpose.STARTED, set(), (pieces.SAFETY_GROUP,), Lane.INFORMATION),
    ]
    running = timers(desk.done)
    assert {name: timer.due for name, timer in running.items()} == {
        pieces.VALIDITY: at("15:00"),
        pieces.PROMPT: at("08:30"),
        "warn-60": at("14:00"),
        "warn-15": at("14:45"),
    }
    prompt = running[pieces.PROMPT].command
    assert isinstance(prompt, c.PromptDue)
    assert prompt.number == 1


def test_in_a_confined_space_the_prompts_keep_the_rhythm_of_the_gas_records() -> None:
    desk = Desk(WorkType.CONFINED_SPACE).reach(Status.ACTIVE)
    assert timers(desk.done)[pieces.PROMPT].due == at("08:15")


def test_without_gas_rules_the_prompts_keep_their_own_rhythm() -> None:
    desk = Desk(rules=permit_rules(gas=None)).reach(Status.ACTIVE)
    assert timers(desk.done)[pieces.PROMPT].due == at("08:30")


def test_a_prompt_asks_the_guardian_a_miss_his_neighbours_the_last_miss_everybody() -> None:
    desk = Desk().reach(Status.ACTIVE)
    first = after(desk, desk.later(30 * MINUTE).tick(c.PromptDue, number=1))
    assert [(told.purpose, told.people, told.lane, told.key) for told in first.told] == [
        (Purpose.PROMPT, (GUARDIAN,), Lane.SAFETY, "1")
    ]
    second = after(desk, desk.later(30 * MINUTE).tick(c.PromptDue, number=2))
    assert [(told.purpose, told.people, told.roles, told.key) for told in second.told] == [
        (Purpose.PROMPT, (LEADER,), (Role.SHIFT_LEADER,), "missed:1"),
        (Purpose.PROMPT, (GUARDIAN,), (), "2"),
    ]
    last = after(desk, desk.later(30 * MINUTE).tick(c.PromptDue, number=3))
    assert last.purposes == [Purpose.SUSPENDED]
    assert pieces.PROMPT not in timers(desk.done)


def test_a_stop_is_told_everybody_at_once_through_the_safety_lane() -> None:
    desk = Desk().reach(Status.ACTIVE)
    found = after(desk, desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY))
    (told,) = found.told
    assert (told.purpose, told.lane) == (Purpose.SUSPENDED, Lane.SAFETY)
    assert set(told.people) == CREW
    assert (told.roles, told.groups) == ((*pieces.KEEPERS, Role.SAFETY_DEPT), (pieces.SAFETY_GROUP,))
    assert pieces.PROMPT not in timers(desk.done)
    assert pieces.VALIDITY in timers(desk.done)


def test_a_stop_is_told_whoever_is_inside_by_the_log_too() -> None:
    desk = Desk().reach(Status.ACTIVE)
    before = desk.permit
    (stop,) = desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY))
    guest = Inside(person=PersonId("guest"), since=desk.now, tools=0)
    found = x.effects(stop, before, replace(desk.permit, inside=(guest,)), desk.now)
    (told,) = (one for one in found if isinstance(one, Notify))
    assert set(told.people) == {*CREW, guest.person}


def test_only_an_alarm_that_adds_to_a_known_stop_may_be_counted() -> None:
    """A first alarm, whoever's order to get out, and an emergency are told at once; the rest may be counted."""
    desk = Desk().reach(Status.ACTIVE)

    def stop(reason: SuspendReason) -> bool:
        (told,) = after(desk, desk.by(WORKER, c.StopWork, reason=reason)).told
        return told.again

    wanted = {
        SuspendReason.WIND: False,
        SuspendReason.GUARDIAN_LEFT: True,
        SuspendReason.GAS: False,
        SuspendReason.DEVICE_ALARM: True,
        SuspendReason.EMERGENCY: False,
    }
    assert {reason: stop(reason) for reason in wanted} == wanted


def test_another_reason_is_shouted_again_the_same_is_not() -> None:
    desk = Desk().reach(Status.ACTIVE)
    first = after(desk, desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND)).told[0]
    other = after(desk, desk.by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY)).told[0]
    assert first.key != other.key
    desk.later(MINUTE).ask(desk.gas())
    desk.ask(desk.check_in(GUARDIAN))
    desk.ask(desk.by(GUARDIAN, c.Resume, role=Role.GUARDIAN, cause_removed="x"))
    same = after(desk, desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    assert same.effects == [Refresh(permit=desk.permit.id)]


def test_a_resumption_sets_the_timers_again() -> None:
    desk = Desk().reach(Status.ACTIVE).to("14:10")
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    desk.later(MINUTE).ask(desk.gas())
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.check_in(who))
    watch = Watch(desk)
    for who, role in ((GUARDIAN, Role.GUARDIAN), (LEADER, Role.WORK_LEADER)):
        desk.ask(desk.by(who, c.Resume, role=role, cause_removed="x"))
    assert watch.purposes == [Purpose.RESUMED]
    assert LEADER not in watch.told[0].people
    assert watch.set_.keys() == {pieces.PROMPT, "warn-15"}
    assert watch.cleared == set()


def test_a_permit_first_started_by_a_resumption_has_no_start_window_any_more() -> None:
    desk = Desk().reach(Status.ISSUED).to("08:00")
    make_ready(desk)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    desk.later(MINUTE).ask(desk.gas())
    for who, role in ((GUARDIAN, Role.GUARDIAN), (LEADER, Role.WORK_LEADER), (SHIFT, Role.SHIFT_LEADER)):
        desk.ask(desk.check_in(who))
        desk.ask(desk.by(who, c.Resume, role=role, cause_removed="x"))
    assert timers(desk.done).keys() == {pieces.PROMPT, pieces.VALIDITY, "warn-60", "warn-15"}


def test_only_the_last_warning_is_pushed() -> None:
    desk = Desk().reach(Status.ACTIVE).to("14:00")
    early = after(desk, desk.tick(c.ValidityEnding, left=HOUR))
    assert early.effects == [Refresh(permit=desk.permit.id)]
    last = after(desk, desk.to("14:45").tick(c.ValidityEnding, left=15 * MINUTE))
    assert [(told.purpose, told.people, told.key) for told in last.told] == [
        (Purpose.ENDING, (LEADER, WORKER, SECOND), "warn-15")
    ]


def test_a_law_without_warnings_sets_none() -> None:
    desk = Desk(rules=permit_rules(warn_before_end=())).reach(Status.ACTIVE)
    assert timers(desk.done).keys() == {pieces.PROMPT, pieces.VALIDITY}


# --- the end --------------------------------------------------------------------------------------------------------


def test_an_expiry_with_people_inside_is_danger_and_is_repeated() -> None:
    desk = Desk().reach(Status.ACTIVE).to("15:00")
    found = after(desk, desk.tick(c.ValidityEnded))
    (told,) = found.told
    assert (told.purpose, told.lane, told.groups) == (Purpose.EXPIRED, Lane.SAFETY, (pieces.SAFETY_GROUP,))
    assert set(told.people) == CREW
    assert {name: timer.due for name, timer in timers(desk.done).items()} == {pieces.COUNT: at("15:10")}
    reminders = []
    for number in (1, 2, 3):
        (again,) = after(desk, desk.later(10 * MINUTE).tick(c.CountOverdue, number=number)).told
        reminders.append((again.purpose, again.lane, again.people, again.roles, again.groups, again.key))
    people = (LEADER, GUARDIAN)
    assert reminders == [
        (Purpose.COUNT_REMINDER, Lane.SAFETY, people, (), (), "1"),
        (Purpose.COUNT_REMINDER, Lane.SAFETY, people, pieces.KEEPERS, (), "2"),
        (Purpose.COUNT_REMINDER, Lane.SAFETY, people, pieces.KEEPERS, (pieces.SAFETY_GROUP,), "3"),
    ]
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    desk.later(30 * MINUTE).ask(desk.by(GUARDIAN, c.EndFireWatch))
    assert timers(desk.done) == {}


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.ISSUED])
def test_an_expiry_nobody_worked_under_is_told_quietly(status: Status) -> None:
    desk = Desk().reach(status).to("15:00")
    found = after(desk, desk.tick(c.ValidityEnded))
    (told,) = found.told
    assert told.lane is Lane.ACTION
    assert set(told.people) == (CREW if status is Status.ISSUED else {LEADER, APPLICANT})
    assert timers(desk.done) == {}


def test_a_void_during_a_stop_keeps_reminding() -> None:
    desk = Desk().reach(Status.ACTIVE)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.WIND))
    found = after(desk, desk.by(SAFETY, c.Void, reason="x"))
    assert found.told[0].lane is Lane.SAFETY
    assert timers(desk.done).keys() == {pieces.COUNT}
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=1, tools=0))
    assert timers(desk.done).keys() == {pieces.COUNT}


def test_people_counted_out_of_a_permit_that_never_started_end_the_reminders() -> None:
    desk = Desk().reach(Status.ISSUED)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=1, tools=0))
    desk.to("10:00").ask(desk.tick(c.StartWindowEnded, revision=1))
    assert timers(desk.done).keys() == {pieces.COUNT}
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    assert timers(desk.done) == {}


def test_the_end_of_hot_work_sets_the_watch_and_asks_nobody_yet() -> None:
    desk = Desk().reach(Status.ACTIVE).to("10:00")
    found = after(desk, desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert found.told == []
    assert {name: timer.due for name, timer in timers(desk.done).items()} == {pieces.WATCH: at("10:30")}
    over = after(desk, desk.to("10:30").tick(c.FireWatchElapsed))
    assert [(told.purpose, told.people) for told in over.told] == [(Purpose.FIRE_WATCH, (GUARDIAN,))]
    assert pieces.COUNT in over.set_
    ended = after(desk, desk.by(GUARDIAN, c.EndFireWatch))
    assert [(told.purpose, told.people, told.roles) for told in ended.told] == [
        (Purpose.ASK_ACCEPTANCE, (LEADER,), (Role.SITE_UNIT,))
    ]
    assert timers(desk.done) == {}


def test_a_stop_during_the_watch_sets_it_anew() -> None:
    desk = Desk().reach(Status.ACTIVE).to("10:00")
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    found = after(desk, desk.to("10:20").by(WORKER, c.StopWork, reason=SuspendReason.EMERGENCY))
    assert found.purposes == [Purpose.SUSPENDED]
    assert timers(desk.done)[pieces.WATCH].due == at("10:50")


def test_the_end_of_an_entry_asks_for_acceptance_at_once() -> None:
    desk = Desk(WorkType.CONFINED_SPACE).reach(Status.ACTIVE)
    found = after(desk, desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert found.purposes == [Purpose.ASK_ACCEPTANCE]
    assert timers(desk.done) == {}


def test_an_attempt_and_the_sealing_are_told_nobody() -> None:
    desk = Desk().reach(Status.ACTIVE)
    tried = AttemptRefused(by=Actor.person(WORKER), at=desk.now, command="Start", gates=(), text="")
    sealed = PermitArchived(by=Actor.clock(), at=desk.now)
    for event in (tried, sealed):
        assert x.effects(event, desk.permit, desk.permit, desk.now) == ()


def test_a_message_that_would_reach_nobody_is_not_sent() -> None:
    desk = Desk().reach(Status.SUBMITTED)
    alone = replace(desk.permit.what, applicant=LEADER)
    desk.permit = replace(desk.permit, content=alone)
    found = Watch(desk)
    events = decide(desk.permit, desk.by(LEADER, c.ReturnForChange, node=None, reason="x"), desk.book, desk.facts())
    told = x.effects(events[0], desk.permit, desk.permit, desk.now)
    assert not any(isinstance(effect, Notify) for effect in told)
    assert found.effects == []


def test_warning_timers_are_named_by_their_minutes() -> None:
    assert (pieces.warning(HOUR), pieces.warning(timedelta(minutes=15))) == ("warn-60", "warn-15")
