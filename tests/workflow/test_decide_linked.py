"""Permits of one job: stops and ends reach the others, a start never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.works import (
    CHIEF,
    CLOCK,
    DUTY,
    GUARDIAN,
    LEADER,
    MINUTE,
    PERMIT,
    STRANGER,
    WORKER,
    Desk,
    at,
    permit_rules,
)
from workflow.effects import AskPermit, Notify, Purpose
from workflow.errors import Refused
from workflow.facts import OtherPermit
from workflow.ids import PermitId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.decide import decide
from workflow.permit.effects import effects
from workflow.permit.evolve import evolve
from workflow.permit.life import LinkChange, LinkedWork
from workflow.permit.state import Status
from workflow.rules.types import Role
from workflow.values import Interval, WorkType

HOT, CS, POWER, HEIGHT = WorkType.HOT, WorkType.CONFINED_SPACE, WorkType.POWER, WorkType.HEIGHT
SPACE, SERVED, OTHER = PermitId("SXKJ-HC-20250611-001"), PermitId("DHZY-HC-20250611-009"), PermitId("GCZY-HC-1")


KINDS = {SPACE: CS, SERVED: HOT, OTHER: HEIGHT}


def job(work: WorkType, status: Status = Status.ACTIVE, *, cites: tuple[PermitId, ...] = (SPACE,)) -> Desk:
    """A permit that cites others, all of them well."""
    rules = permit_rules(work) if work in {HOT, CS} else permit_rules(work, gas=None)
    desk = Desk(work, rules=rules, linked=dict.fromkeys(cites, Status.ACTIVE))
    desk.ask(desk.submit(linked=cites))
    for number in cites:
        desk.ask(c.NoteLink(by=CLOCK, at=desk.now, number=number, work=KINDS[number]))
    return desk.reach(status)


def changed(desk: Desk, number: PermitId, work: WorkType, change: LinkChange, **parts: Any) -> c.LinkedChanged:
    base = c.LinkedChanged(by=CLOCK, at=desk.now, number=number, work=work, change=change, text=f"关联票{number}变化")
    return replace(base, **parts)


def asked(desk: Desk, kind: type[c.Command]) -> list[AskPermit]:
    return [one for one in desk.done if isinstance(one, AskPermit) and type(one.command) is kind]


# --- who knows whom -------------------------------------------------------------------------------------------------


def test_a_permit_that_cites_another_makes_itself_known_there() -> None:
    desk = job(HOT, Status.SUBMITTED)
    note = asked(desk, c.NoteLink)[0]
    assert (note.permit, note.command) == (SPACE, c.NoteLink(by=CLOCK, at=desk.now, number=PERMIT, work=HOT))


def test_the_cited_permit_notes_it_once() -> None:
    desk = Desk(CS).reach(Status.ACTIVE)
    note = c.NoteLink(by=CLOCK, at=desk.now, number=SERVED, work=HOT)
    assert desk.kinds(note) == ["LinkNoted"]
    assert desk.permit.job == (LinkedWork(number=SERVED, work=HOT),)
    assert desk.kinds(note) == []


def test_the_cited_permit_answers_and_that_comes_to_rest() -> None:
    cited = Desk(CS).reach(Status.ISSUED)
    cited.ask(c.NoteLink(by=CLOCK, at=cited.now, number=SERVED, work=HOT))
    (answer,) = asked(cited, c.NoteLink)
    assert answer.permit == SERVED
    assert cited.kinds(c.NoteLink(by=CLOCK, at=cited.now, number=SERVED, work=HOT)) == []


def test_permits_that_name_each_other_before_they_exist_come_to_know_each_other() -> None:
    """The first one's word to the second is lost; the second one's word is answered."""
    first = job(HOT, Status.SUBMITTED, cites=())
    first.permit = replace(first.permit, content=replace(first.permit.what, linked=(SPACE,)))
    found = decide(first.permit, c.NoteLink(by=CLOCK, at=first.now, number=SPACE, work=CS), first.book, first.facts())
    (answer,) = effects(found[0], first.permit, evolve(first.permit, found[0]), first.now)
    assert isinstance(answer, AskPermit)
    assert (answer.permit, answer.command) == (SPACE, c.NoteLink(by=CLOCK, at=first.now, number=PERMIT, work=HOT))


def test_a_paper_number_has_nobody_to_tell() -> None:
    desk = Desk(CS)
    assert desk.kinds(c.NoteLink(by=CLOCK, at=desk.now, number=SERVED, work=HOT)) == []


def test_no_person_and_no_device_speaks_for_another_permit() -> None:
    desk = job(HOT)
    command = changed(desk, SPACE, CS, LinkChange.SUSPENDED)
    for by in (desk.by(WORKER, c.AddNote, text="x").by,):
        with pytest.raises(Refused):
            desk.ask(replace(command, by=by))


def test_a_permit_of_another_job_is_not_listened_to() -> None:
    desk = job(HOT)
    assert desk.kinds(changed(desk, OTHER, CS, LinkChange.SUSPENDED)) == []


# --- the space ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", list(LinkChange))
def test_work_in_a_space_stops_with_the_permit_of_the_space(change: LinkChange) -> None:
    desk = job(HOT)
    assert desk.kinds(changed(desk, SPACE, CS, change)) == ["LinkedPermitChanged", "WorkSuspended"]
    assert desk.permit.suspension is not None
    assert desk.permit.suspension.reasons == (SuspendReason.LINKED,)
    assert desk.kinds(changed(desk, SPACE, CS, change)) == []


def test_work_that_is_stopped_anyway_learns_the_further_reason() -> None:
    desk = job(HOT)
    desk.ask(desk.by(STRANGER, c.StopWork, reason=SuspendReason.WIND))
    assert desk.kinds(changed(desk, SPACE, CS, LinkChange.SUSPENDED)) == ["LinkedPermitChanged", "WorkSuspended"]
    assert desk.permit.suspension is not None
    assert desk.permit.suspension.reasons == (SuspendReason.WIND, SuspendReason.LINKED)
    assert desk.permit.suspension.text == f"关联票{SPACE}变化", "the newest reason is the one that is read"


def test_an_issued_permit_is_told_and_asks_its_gates_at_the_start() -> None:
    desk = job(HOT, Status.ISSUED)
    assert desk.kinds(changed(desk, SPACE, CS, LinkChange.SUSPENDED)) == ["LinkedPermitChanged"]
    assert desk.permit.status is Status.ISSUED


def test_danger_in_the_work_inside_stops_the_space() -> None:
    desk = Desk(CS).reach(Status.ACTIVE)
    desk.ask(c.NoteLink(by=CLOCK, at=desk.now, number=SERVED, work=HOT))
    assert desk.kinds(changed(desk, SERVED, HOT, LinkChange.SUSPENDED)) == ["LinkedPermitChanged"]
    danger = changed(desk, SERVED, HOT, LinkChange.SUSPENDED, evacuate=True)
    assert desk.kinds(danger) == ["LinkedPermitChanged", "WorkSuspended"]
    (_, stop) = desk.events[-2:]
    assert isinstance(stop, e.WorkSuspended)
    assert stop.evacuate


@pytest.mark.parametrize(
    ("reason", "evacuate"), [(SuspendReason.GAS, True), (SuspendReason.STOP_WORK, False), (SuspendReason.LINKED, False)]
)
def test_a_stop_tells_the_others_and_says_whether_it_is_danger(reason: SuspendReason, evacuate: bool) -> None:
    desk = job(HOT)
    desk.ask(c.NoteLink(by=CLOCK, at=desk.now, number=OTHER, work=HEIGHT))
    desk.ask(desk.by(STRANGER, c.StopWork, reason=reason))
    found = asked(desk, c.LinkedChanged)
    assert [one.permit for one in found] == [SPACE, OTHER]
    for one in found:
        assert isinstance(one.command, c.LinkedChanged)
        assert (one.command.change, one.command.evacuate) == (LinkChange.SUSPENDED, evacuate)
        assert PERMIT in one.command.text


def test_a_stop_passed_on_comes_to_rest() -> None:
    """The space stops the work in it, that tells the space, and there it ends."""
    space = Desk(CS).reach(Status.ACTIVE)
    space.ask(c.NoteLink(by=CLOCK, at=space.now, number=SERVED, work=HOT))
    space.ask(space.by(STRANGER, c.StopWork, reason=SuspendReason.STOP_WORK))
    (to_hot,) = asked(space, c.LinkedChanged)
    hot = job(HOT)
    assert isinstance(to_hot.command, c.LinkedChanged)
    hot.ask(replace(to_hot.command, number=SPACE, at=hot.now))
    (back,) = asked(hot, c.LinkedChanged)
    assert isinstance(back.command, c.LinkedChanged)
    answer = replace(back.command, number=SERVED, at=space.now)
    assert space.kinds(answer) == ["LinkedPermitChanged"]
    assert len(asked(space, c.LinkedChanged)) == 1


# --- ends -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.ISSUED])
def test_a_permit_taken_back_tells_the_others(status: Status) -> None:
    desk = job(HOT, status)
    desk.ask(desk.by(desk.permit.what.applicant, c.Cancel, reason="x"))
    assert changes(desk) == [LinkChange.DEAD]


def test_work_that_ended_by_name_tells_the_others() -> None:
    desk = job(HOT)
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    assert changes(desk) == [LinkChange.FINISHED]


def changes(desk: Desk) -> list[LinkChange]:
    """What the others were told, in order."""
    return [
        one.command.change
        for one in desk.done
        if isinstance(one, AskPermit) and isinstance(one.command, c.LinkedChanged)
    ]


def test_an_expiry_with_people_at_work_tells_the_others() -> None:
    desk = job(HOT).to("15:00")
    desk.ask(desk.tick(c.ValidityEnded))
    assert changes(desk) == [LinkChange.DEAD]


def test_a_death_is_told_to_whoever_leads_and_asked() -> None:
    desk = Desk(HEIGHT, rules=permit_rules(HEIGHT, gas=None)).reach(Status.ISSUED)
    desk.ask(c.NoteLink(by=CLOCK, at=desk.now, number=OTHER, work=HOT))
    desk.ask(changed(desk, OTHER, HOT, LinkChange.DEAD))
    told = [one for one in desk.done if isinstance(one, Notify) and one.purpose is Purpose.LINKED]
    assert [one.people for one in told] == [(LEADER, desk.permit.what.applicant)]


def test_a_death_before_the_work_is_told_although_the_gates_will_ask() -> None:
    desk = job(HEIGHT, Status.ISSUED)
    desk.ask(changed(desk, SPACE, CS, LinkChange.DEAD))
    told = [one for one in desk.done if isinstance(one, Notify) and one.purpose is Purpose.LINKED]
    assert [(one.people, one.key) for one in told] == [((LEADER, desk.permit.what.applicant), f"{SPACE}:dead")]


@pytest.mark.parametrize(
    ("status", "change", "kept"),
    [
        (Status.SUBMITTED, LinkChange.SUSPENDED, False),  # nobody works yet
        (Status.ISSUED, LinkChange.SUSPENDED, True),
        (Status.ISSUED, LinkChange.FINISHED, False),  # a scaffold does not end with the space
        (Status.SUBMITTED, LinkChange.DEAD, True),
    ],
)
def test_what_another_permit_does_is_written_down_where_it_is_news(
    status: Status, change: LinkChange, kept: bool
) -> None:
    desk = job(HEIGHT, status)
    assert ("LinkedPermitChanged" in desk.kinds(changed(desk, SPACE, CS, change))) is kept


# --- power ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [LinkChange.FINISHED, LinkChange.DEAD])
@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED])
def test_power_that_never_flowed_ends_with_what_it_was_for(status: Status, change: LinkChange) -> None:
    desk = job(POWER, status, cites=(SERVED,))
    assert desk.kinds(changed(desk, SERVED, HOT, change)) == ["LinkedPermitChanged", "PermitExpired"]
    assert not desk.permit.live


def test_power_stops_with_what_it_serves_and_never_flows_again() -> None:
    desk = job(POWER, cites=(SERVED,))
    found = desk.kinds(changed(desk, SERVED, HOT, LinkChange.FINISHED))
    assert found == ["LinkedPermitChanged", "WorkSuspended"]
    desk.later(MINUTE)
    for who in (GUARDIAN, LEADER):
        desk.ask(desk.check_in(who))
    assert "linked.over" in desk.refused(desk.by(LEADER, c.Resume, role=Role.WORK_LEADER, cause_removed="x"))
    assert desk.kinds(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))[0] == "WorkFinished"


def test_power_for_two_works_ends_with_the_second() -> None:
    desk = job(POWER, cites=(SERVED, SPACE))
    assert desk.kinds(changed(desk, SERVED, HOT, LinkChange.FINISHED)) == ["LinkedPermitChanged"]
    assert desk.kinds(changed(desk, SPACE, CS, LinkChange.FINISHED)) == ["LinkedPermitChanged", "WorkSuspended"]


def test_power_does_not_care_for_a_scaffold() -> None:
    desk = job(POWER, cites=(OTHER,))
    assert desk.kinds(changed(desk, OTHER, HEIGHT, LinkChange.FINISHED)) == ["LinkedPermitChanged"]
    assert desk.permit.status is Status.ACTIVE
    assert not desk.permit.served_over


def test_a_stop_of_what_it_serves_does_not_cut_the_light() -> None:
    desk = job(POWER, cites=(SERVED,))
    assert desk.kinds(changed(desk, SERVED, HOT, LinkChange.SUSPENDED)) == ["LinkedPermitChanged"]
    assert desk.permit.status is Status.ACTIVE


@pytest.mark.parametrize("end", ["15:00", "16:00"])
def test_power_for_hot_work_is_asked_for_at_the_same_times_or_refused_at_once(end: str) -> None:
    planned = Interval(start=at("08:00"), end=at(end))
    hot = OtherPermit(
        id=SERVED, work=HOT, status=Status.SUBMITTED, live=False, area="TK2", equipment=None, interval=planned,
        leader=CHIEF, guardian=DUTY, workers=(), place="2号罐", same_area=True, adjacent=False,
    )  # fmt: skip
    desk = Desk(POWER, rules=permit_rules(POWER, gas=None), linked={SERVED: Status.SUBMITTED}, others=(hot,))
    command = desk.submit(linked=(SERVED,))
    if end == "15:00":
        assert desk.kinds(command) == ["PermitSubmitted"]
    else:
        assert desk.refused(command) == ["linked_power"]
