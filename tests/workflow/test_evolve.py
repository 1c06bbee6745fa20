"""What no lawful history can hold is refused when it is folded; what can, folds to the state it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.codec import Codec
from tests.support.works import (
    CHIEF,
    CLOCK,
    GAS_HEAD,
    GUARDIAN,
    HOUR,
    LEADER,
    MINUTE,
    PERMIT,
    SAFETY,
    SHIFT,
    SITE,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    content,
    make_ready,
    permit_rules,
)
from workflow.errors import ImpossibleEvent
from workflow.ids import NodeKey
from workflow.journal import GENESIS, Record, instant, link, verify
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.evolve import evolve, fold
from workflow.permit.state import BlankPermit, Permit, Status
from workflow.rules.types import Role
from workflow.values import Actor, WorkType

HAND = Actor.person(UNIT_HEAD)


def blank() -> Permit:
    return Permit(id=PERMIT, site=SITE)


def reached(status: Status) -> Desk:
    return Desk().reach(status).to("08:00") if status is not Status.ACTIVE else Desk().reach(status)


def watched() -> Desk:
    desk = reached(Status.ACTIVE)
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    return desk


def stopped() -> Desk:
    desk = reached(Status.ACTIVE)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    return desk


def never_started() -> Desk:
    desk = reached(Status.ISSUED)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    return desk


def expired() -> Desk:
    desk = reached(Status.ISSUED)
    desk.ask(replace(desk.tick(c.StartWindowEnded, revision=1), at=at("10:00")))
    return desk


def prompted() -> Desk:
    desk = reached(Status.ACTIVE)
    desk.ask(desk.tick(c.PromptDue, number=1))
    return desk


def event(kind: type[e.Event], by: Actor = HAND, **parts: Any) -> e.Event:
    made: e.Event = kind(by=by, at=at("08:00"), **parts)
    return made


WRONG = "0" * 64
IMPOSSIBLE: list[tuple[str, Any, Any]] = [
    ("a status that never hears it", reached(Status.ISSUED), event(e.WorkFinished, people_inside=0, tools_inside=0)),
    (
        "a revision that skips",
        Desk(),
        event(e.PermitSubmitted, revision=2, content=content(), content_hash=WRONG, rules=permit_rules()),
    ),
    ("an end of what was never asked", Desk(), event(e.PermitCancelled, reason="x")),
    ("an acceptance by a device", reached(Status.SUBMITTED), event(e.RequestAccepted, GAS_HEAD)),
    (
        "an answer to an item that is not listed",
        reached(Status.PREPARING),
        event(e.MeasureAnswered, no="X9", involved=True, detail=""),
    ),
    (
        "a review of another content",
        reached(Status.PREPARING),
        event(e.ReviewRequested, content_hash=WRONG, proof=None),
    ),
    (
        "a signature on another content",
        reached(Status.IN_REVIEW),
        event(e.StepApproved, node=NodeKey("site_unit"), content_hash=WRONG, opinion="", proof=None),
    ),
    (
        "a signature for the wrong node",
        reached(Status.IN_REVIEW),
        lambda desk: event(
            e.StepApproved,
            node=NodeKey("approver"),
            content_hash=desk.permit.content_hash,
            opinion="",
            proof=None,
        ),
    ),
    (
        "a signature by the clock",
        reached(Status.IN_REVIEW),
        lambda desk: event(
            e.StepApproved,
            CLOCK,
            node=NodeKey("site_unit"),
            content_hash=desk.permit.content_hash,
            opinion="",
            proof=None,
        ),
    ),
    ("an issue before every node has signed", reached(Status.IN_REVIEW), event(e.PermitIssued)),
    ("a climb that skips a rung", reached(Status.IN_REVIEW), event(e.NodeEscalated, CLOCK, node="x", level=2, to=None)),
    (
        "a second acknowledgement",
        lambda: _acknowledged(),
        event(e.EscalationAcknowledged, node=NodeKey("site_unit")),
    ),
    ("a second briefing signature", lambda: _briefed(), event(e.BriefingSigned)),
    (
        "a confirmation of what does not apply",
        reached(Status.ISSUED),
        event(e.MeasureConfirmed, no="H7", detail="", media=None),
    ),
    (
        "a confirmation of what is not listed",
        reached(Status.ISSUED),
        event(e.MeasureConfirmed, no="X9", detail="", media=None),
    ),
    (
        "a photo by a device",
        reached(Status.ISSUED),
        event(e.PhotoAdded, GAS_HEAD, purpose="x", media="0", camera=True, taken_at=None),
    ),
    ("a start by a device", reached(Status.ISSUED), event(e.StartSigned, GAS_HEAD, role=Role.GUARDIAN, proof=None)),
    ("a start without signatures", reached(Status.ISSUED), event(e.WorkStarted)),
    ("a start by the clock with every signature in place", lambda: _signed(), event(e.WorkStarted, CLOCK)),
    ("a start by a device with every signature in place", lambda: _signed(), event(e.WorkStarted, GAS_HEAD)),
    ("a resumption without signatures", stopped(), event(e.WorkResumed)),
    ("a resumption by the clock", stopped(), event(e.WorkResumed, CLOCK)),
    ("a first start with the resume signatures alone", lambda: _half_resumed(), event(e.WorkResumed)),
    ("a prompt that skips", reached(Status.ACTIVE), event(e.PromptRaised, CLOCK, number=2, wants_gas=False)),
    ("an answer to a prompt that is not open", prompted(), event(e.PromptAnswered, number=2)),
    ("a miss of a prompt that is not open", reached(Status.ACTIVE), event(e.PromptMissed, CLOCK, number=1)),
    ("an end with people inside", reached(Status.ACTIVE), event(e.WorkFinished, people_inside=1, tools_inside=0)),
    ("an end with tools inside", reached(Status.ACTIVE), event(e.WorkFinished, people_inside=0, tools_inside=1)),
    ("an end of what never began", never_started(), event(e.WorkFinished, people_inside=0, tools_inside=0)),
    ("a second end", lambda: _ended_twice(), event(e.WorkFinished, people_inside=0, tools_inside=0)),
    ("a stop of what is over", expired(), event(e.WorkSuspended, reason=SuspendReason.WIND, text="", evacuate=False)),
    ("a watch over nothing", expired(), event(e.FireWatchStarted, until=at("09:00"))),
    ("a watch that ends before it begins", watched(), event(e.FireWatchStarted, until=at("08:00"))),
    ("minutes over too early", watched(), event(e.FireWatchMinutesOver, CLOCK)),
    ("minutes over without a watch", expired(), event(e.FireWatchMinutesOver, CLOCK)),
    (
        "minutes over twice",
        lambda: _minutes_over(),
        replace(event(e.FireWatchMinutesOver), at=at("09:00")),
    ),
    ("a watch ended before its minutes", watched(), event(e.FireWatchEnded, media=None)),
    ("a watch ended twice", lambda: _watch_ended(), event(e.FireWatchEnded, media=None)),
    ("a watch ended by the clock", lambda: _minutes_over(), event(e.FireWatchEnded, CLOCK, media=None)),
    ("an acceptance during the watch", watched(), event(e.AcceptanceSigned, role=Role.SITE_UNIT)),
    ("a second acceptance in one role", lambda: _accepted(), event(e.AcceptanceSigned, role=Role.SITE_UNIT)),
    ("a closing before acceptance", lambda: _watch_ended(), event(e.PermitClosed)),
    ("a reminder that skips", watched(), event(e.CountReminded, CLOCK, number=2)),
    ("life after the end", expired(), event(e.WorkStarted)),
]


def _acknowledged() -> Desk:
    desk = reached(Status.IN_REVIEW)
    desk.ask(desk.tick(c.NodeOverdue, revision=1, node=NodeKey("site_unit"), level=0))
    desk.ask(desk.by(CHIEF, c.AcknowledgeEscalation, node=NodeKey("site_unit")))
    return desk


def _briefed() -> Desk:
    desk = reached(Status.ISSUED)
    desk.ask(desk.by(UNIT_HEAD, c.SignBriefing))
    return desk


def _signed() -> Desk:
    """Both start signatures stand, the move itself is still to come."""
    desk = reached(Status.ISSUED)
    for role, who in ((Role.GUARDIAN, GUARDIAN), (Role.SHIFT_LEADER, SHIFT)):
        desk.permit = evolve(desk.permit, event(e.StartSigned, Actor.person(who), role=role, proof=None))
    assert evolve(desk.permit, event(e.WorkStarted)).status is Status.ACTIVE
    return desk


def _half_resumed() -> Desk:
    desk = Desk().reach(Status.ISSUED)
    make_ready(desk)
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    desk.later(MINUTE).ask(desk.gas())
    for who, role in ((GUARDIAN, Role.GUARDIAN), (LEADER, Role.WORK_LEADER)):
        desk.ask(desk.check_in(who))
        desk.ask(desk.by(who, c.Resume, role=role, cause_removed="x"))
    return desk


def _ended_twice() -> Desk:
    desk = reached(Status.ACTIVE).to("15:00")
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    return desk


def _minutes_over() -> Desk:
    desk = watched()
    desk.ask(replace(desk.tick(c.FireWatchElapsed), at=at("08:30")))
    return desk


def _watch_ended() -> Desk:
    desk = watched().to("08:30")
    desk.ask(desk.by(GUARDIAN, c.EndFireWatch))
    return desk


def _accepted() -> Desk:
    desk = _watch_ended()
    desk.ask(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.SITE_UNIT))
    return desk


@pytest.mark.parametrize(("what", "start", "planted"), IMPOSSIBLE, ids=[what for what, _, _ in IMPOSSIBLE])
def test_a_history_with(what: str, start: Any, planted: Any) -> None:
    desk = start() if callable(start) else start
    bad = planted(desk) if callable(planted) else planted
    with pytest.raises(ImpossibleEvent):
        evolve(desk.permit, bad)


def test_every_status_refuses_every_event_of_its_grid() -> None:
    from workflow.permit.transitions import MOVES, STAYS

    permit = reached(Status.ACTIVE).permit
    some = {type(one): one for one in _a_long_life().events}
    for status in Status:
        for kind, one in some.items():
            if (status, kind) not in MOVES and kind not in STAYS[status]:
                with pytest.raises(ImpossibleEvent):
                    evolve(replace(permit, status=status), one)


def test_a_blank_permit_has_neither_content_nor_rules() -> None:
    for part in ("what", "law"):
        with pytest.raises(BlankPermit):
            getattr(blank(), part)
    assert (blank().valid_until, blank().start_until, blank().node) == (None, None, None)
    assert not blank().live


def test_an_attempt_leaves_only_its_trace() -> None:
    desk = reached(Status.IN_REVIEW)
    tried = event(e.AttemptRefused, command="Approve", gates=("who.role",), text="x")
    after = evolve(desk.permit, tried)
    assert after == replace(desk.permit, version=desk.permit.version + 1, last_event_at=at("08:00"))


def test_a_second_climb_to_the_same_person_tells_him_once() -> None:
    desk = reached(Status.IN_REVIEW)
    first = evolve(desk.permit, event(e.NodeEscalated, CLOCK, node=NodeKey("site_unit"), level=1, to=CHIEF))
    second = evolve(first, event(e.NodeEscalated, CLOCK, node=NodeKey("site_unit"), level=2, to=CHIEF))
    third = evolve(second, event(e.NodeEscalated, CLOCK, node=NodeKey("site_unit"), level=3, to=None))
    assert (third.escalated_to, third.escalation_level) == ((CHIEF,), 3)


# --- the journal ----------------------------------------------------------------------------------------------------


def _a_long_life() -> Desk:
    """A request returned once, started, stopped, resumed, prompted, warned, ended late, watched over, reminded of."""
    desk = Desk().reach(Status.IN_REVIEW)
    desk.ask(desk.check_in(UNIT_HEAD))
    desk.ask(desk.approve(UNIT_HEAD, "site_unit"))
    desk.ask(desk.by(SAFETY, c.ReturnForChange, node=NodeKey("safety_dept"), reason="时间不妥"))
    desk.reach(Status.SUBMITTED)
    desk.ask(desk.tick(c.NodeOverdue, revision=2, node="accept", level=0))
    desk.ask(desk.by(CHIEF, c.AcknowledgeEscalation, node="accept"))
    desk.ask(desk.by(UNIT_HEAD, c.AcceptRequest))
    desk.ask(desk.by(LEADER, c.RequestReview))
    desk.reach(Status.ACTIVE)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=2, tools=3))
    desk.ask(desk.by(WORKER, c.ReportVentilation, running=False, mechanical=False))
    for number in (1, 2):
        desk.later(30 * MINUTE).ask(desk.tick(c.PromptDue, number=number))
    desk.ask(desk.by(GUARDIAN, c.AnswerPrompt, number=2))
    desk.ask(desk.by(WORKER, c.LeaveSite, person=GUARDIAN))
    desk.later(2 * MINUTE).ask(desk.gas())
    for who, role in ((GUARDIAN, Role.GUARDIAN), (LEADER, Role.WORK_LEADER)):
        desk.ask(desk.check_in(who))
        desk.ask(desk.by(who, c.Resume, role=role, cause_removed="监护人已回岗"))
    desk.to("14:00").ask(desk.tick(c.ValidityEnding, left=HOUR))
    desk.ask(desk.by(WORKER, c.AddNote, text="收尾"))
    desk.ask(e_attempt(desk))
    desk.to("15:00").ask(desk.tick(c.ValidityEnded))
    desk.to("15:10").ask(desk.tick(c.CountOverdue, number=1))
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=0, tools=0))
    desk.ask(desk.by(LEADER, c.Finish, people_inside=0, tools_inside=0))
    desk.to("15:40").ask(desk.by(GUARDIAN, c.EndFireWatch))
    desk.ask(desk.by(UNIT_HEAD, c.SignAcceptance, role=Role.SITE_UNIT))
    return desk


def e_attempt(desk: Desk) -> c.Command:
    return desk.by(LEADER, c.AddPhoto, purpose="H8", media="1" * 64, camera=True)  # type: ignore[no-any-return]


def test_a_life_goes_through_the_journal_and_comes_back_the_same() -> None:
    desk = _a_long_life()
    codec: Codec[e.Event] = Codec(e.ALL)
    prev, records = GENESIS, []
    for version, one in enumerate(desk.events, start=1):
        kind, body = codec.encode(one)
        parts = {"site": SITE, "stream": PERMIT, "version": version, "cause": f"inbox:{version}", "kind": kind}
        this = link(prev=prev, at=instant(one.at), body=body, **parts)  # type: ignore[arg-type]  # one dict for both
        records.append(Record(at=one.at, body=body, prev=prev, hash=this, **parts))  # type: ignore[arg-type]  # same
        prev = this
    assert verify(records) == prev
    back = [codec.decode(record.kind, record.body) for record in records]
    assert fold(PERMIT, SITE, back) == desk.permit
    assert len({type(one) for one in desk.events}) >= 30


def test_every_kind_of_event_keeps_its_times_aware() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        e.WorkStarted(by=HAND, at=at("08:00").replace(tzinfo=None))


def test_an_entry_folds_as_well() -> None:
    desk = Desk(WorkType.CONFINED_SPACE).reach(Status.ACTIVE)
    assert fold(PERMIT, SITE, desk.events) == desk.permit
    assert timedelta(0) == desk.now - at("08:00")
