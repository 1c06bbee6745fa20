"""The tables of the law, held against grids written out by hand: every pair is classified, and exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit import words
from workflow.permit.changes import Changes
from workflow.permit.decide import DECISIONS, GATED
from workflow.permit.effects import _TABLE as EFFECTS
from workflow.permit.evolve import _APPLY
from workflow.permit.state import Permit, Status
from workflow.permit.transitions import BY_PEOPLE_ONLY, FOLLOWS, LISTENS, MAY_ASK, MOVES, STAYS
from workflow.values import ActorKind

STATUSES = list(Status)

# x: heard · . : a person is refused with an answer, a timer is stale
HEARD = """
                       dr su pr in is ac su co fi cl ar re ca ex vo
Submit                 x  .  .  .  .  .  .  .  .  .  .  .  .  .  .
AcceptRequest          .  x  .  .  .  .  .  .  .  .  .  .  .  .  .
AttachJsa              .  .  x  .  .  .  .  .  .  .  .  .  .  .  .
AnswerMeasure          .  .  x  .  .  .  .  .  .  .  .  .  .  .  .
RequestReview          .  .  x  .  .  .  .  .  .  .  .  .  .  .  .
Approve                .  .  .  x  .  .  .  .  .  .  .  .  .  .  .
ReturnForChange        .  x  x  x  .  .  .  .  .  .  .  .  .  .  .
Reject                 .  x  .  x  .  .  .  .  .  .  .  .  .  .  .
Cancel                 x  x  x  x  x  .  .  .  .  .  .  .  .  .  .
Void                   .  .  .  .  x  .  x  .  .  .  .  .  .  .  .
AcknowledgeEscalation  .  x  .  x  .  .  .  .  .  .  .  .  .  .  .
SignBriefing           .  .  x  x  x  x  x  .  .  .  .  .  .  .  .
CheckIn                .  .  x  x  x  x  x  .  x  .  .  .  .  x  x
LeaveSite              .  .  x  x  x  x  x  .  x  .  .  .  .  x  x
ConfirmMeasure         .  .  x  x  x  x  x  .  .  .  .  .  .  .  .
AddPhoto               .  .  x  x  x  x  x  x  x  .  .  .  .  x  x
AcceptPhoto            .  .  x  x  x  x  x  x  x  .  .  .  .  x  x
ConfirmPurged          .  .  x  x  x  x  x  .  .  .  .  .  .  .  .
RecordGas              .  .  x  x  x  x  x  .  .  .  .  .  .  .  .
ReportVentilation      .  .  x  x  x  x  x  .  .  .  .  .  .  .  .
CountPeople            .  .  .  .  x  x  x  .  .  .  .  .  .  x  x
Start                  .  .  .  .  x  .  .  .  .  .  .  .  .  .  .
AnswerPrompt           .  .  .  .  .  x  .  .  .  .  .  .  .  .  .
ExcuseTask             .  .  .  .  .  x  .  .  .  .  .  .  .  .  .
StopWork               .  .  .  .  x  x  x  .  x  .  .  .  .  x  x
Resume                 .  .  .  .  .  .  x  .  .  .  .  .  .  .  .
Finish                 .  .  .  .  .  x  x  .  .  .  .  .  .  x  x
EndFireWatch           .  .  .  .  .  .  .  .  x  .  .  .  .  x  x
SignAcceptance         .  .  .  .  .  .  .  x  x  .  .  .  .  x  x
AddNote                .  x  x  x  x  x  x  x  x  x  .  .  .  x  x
RemindNode             .  x  .  x  .  .  .  .  .  .  .  .  .  .  .
NodeOverdue            .  x  .  x  .  .  .  .  .  .  .  .  .  .  .
StartWindowEnded       .  .  .  .  x  .  x  .  .  .  .  .  .  .  .
ValidityEnding         .  .  .  .  .  x  x  .  .  .  .  .  .  .  .
ValidityEnded          .  x  x  x  x  x  x  .  .  .  .  .  .  .  .
PromptDue              .  .  .  .  .  x  .  .  .  .  .  .  .  .  .
FireWatchElapsed       .  .  .  .  .  .  .  .  x  .  .  .  .  x  x
CountOverdue           .  .  .  .  .  .  .  x  x  .  .  .  .  x  x
LookAround             .  .  .  .  .  x  .  .  .  .  .  .  .  .  .
Archive                .  .  .  .  .  .  .  .  .  x  .  .  .  .  .
LogEntry               .  .  .  .  x  x  x  .  .  .  .  .  .  x  x
LogExit                .  .  .  .  .  x  x  .  .  .  .  .  .  x  x
OpenHandover           .  .  .  .  .  .  x  .  .  .  .  .  .  .  .
SignHandover           .  .  .  .  .  .  x  .  .  .  .  .  .  .  .
ConfirmClosing         .  .  .  .  .  .  .  x  x  .  .  .  .  x  x
ShiftChangeDue         .  .  .  .  .  x  x  .  .  .  .  .  .  .  .
NoteLink               x  x  x  x  x  x  x  x  x  .  .  .  .  .  .
LinkedChanged          .  x  x  x  x  x  x  .  .  .  .  .  .  .  .
RecordStill            .  .  .  .  .  x  x  x  x  x  .  .  .  x  x
"""

# M: moves · s: stays · . : impossible
POSSIBLE = """
                       dr su pr in is ac su co fi cl ar re ca ex vo
PermitSubmitted        M  .  .  .  .  .  .  .  .  .  .  .  .  .  .
RequestAccepted        .  M  .  .  .  .  .  .  .  .  .  .  .  .  .
JsaAttached            .  .  s  .  .  .  .  .  .  .  .  .  .  .  .
MeasureAnswered        .  .  s  .  .  .  .  .  .  .  .  .  .  .  .
ReviewRequested        .  .  M  .  .  .  .  .  .  .  .  .  .  .  .
StepApproved           .  .  .  s  .  .  .  .  .  .  .  .  .  .  .
PermitIssued           .  .  .  M  .  .  .  .  .  .  .  .  .  .  .
ReturnedForChange      .  M  M  M  .  .  .  .  .  .  .  .  .  .  .
PermitRejected         .  M  .  M  .  .  .  .  .  .  .  .  .  .  .
PermitCancelled        M  M  M  M  M  .  .  .  .  .  .  .  .  .  .
PermitVoided           .  .  .  .  M  .  M  .  .  .  .  .  .  .  .
PermitExpired          .  M  M  M  M  M  M  .  .  .  .  .  .  .  .
NodeReminded           .  s  .  s  .  .  .  .  .  .  .  .  .  .  .
NodeEscalated          .  s  .  s  .  .  .  .  .  .  .  .  .  .  .
EscalationAcknowledged .  s  .  s  .  .  .  .  .  .  .  .  .  .  .
BriefingSigned         .  .  s  s  s  s  s  .  .  .  .  .  .  .  .
ArrivedOnSite          .  .  s  s  s  s  s  .  s  .  .  .  .  s  s
LeftSite               .  .  s  s  s  s  s  .  s  .  .  .  .  s  s
MeasureConfirmed       .  .  s  s  s  s  s  .  .  .  .  .  .  .  .
PhotoAdded             .  .  s  s  s  s  s  s  s  .  .  .  .  s  s
PhotoAccepted          .  .  s  s  s  s  s  s  s  .  .  .  .  s  s
PurgeConfirmedByHand   .  .  s  s  s  s  s  .  .  .  .  .  .  .  .
GasRecorded            .  .  s  s  s  s  s  .  .  .  .  .  .  .  .
VentilationReported    .  .  s  s  s  s  s  .  .  .  .  .  .  .  .
PeopleCounted          .  .  .  .  s  s  s  .  .  .  .  .  .  s  s
StartSigned            .  .  .  .  s  .  .  .  .  .  .  .  .  .  .
WorkStarted            .  .  .  .  M  .  .  .  .  .  .  .  .  .  .
PromptRaised           .  .  .  .  .  s  .  .  .  .  .  .  .  .  .
PromptAnswered         .  .  .  .  .  s  .  .  .  .  .  .  .  .  .
PromptMissed           .  .  .  .  .  s  .  .  .  .  .  .  .  .  .
PromptMisanswered      .  .  .  .  .  s  .  .  .  .  .  .  .  .  .
TaskExcused            .  .  .  .  .  s  .  .  .  .  .  .  .  .  .
WorkSuspended          .  .  .  .  M  M  s  .  s  .  .  .  .  s  s
ResumeSigned           .  .  .  .  .  .  s  .  .  .  .  .  .  .  .
WorkResumed            .  .  .  .  .  .  M  .  .  .  .  .  .  .  .
ValidityWarned         .  .  .  .  .  s  s  .  .  .  .  .  .  .  .
WorkFinished           .  .  .  .  .  M  M  .  .  .  .  .  .  s  s
FireWatchStarted       .  .  .  .  .  .  .  M  s  .  .  .  .  s  s
FireWatchMinutesOver   .  .  .  .  .  .  .  .  s  .  .  .  .  s  s
FireWatchEnded         .  .  .  .  .  .  .  .  s  .  .  .  .  s  s
AcceptanceSigned       .  .  .  .  .  .  .  s  s  .  .  .  .  s  s
PermitClosed           .  .  .  .  .  .  .  M  M  .  .  .  .  .  .
PermitArchived         .  .  .  .  .  .  .  .  .  M  .  .  .  .  .
NoteAdded              .  s  s  s  s  s  s  s  s  s  .  .  .  s  s
CountReminded          .  .  .  .  .  .  .  s  s  .  .  .  .  s  s
AttemptRefused         s  s  s  s  s  s  s  s  s  s  s  s  s  s  s
PersonEntered          .  .  .  .  .  s  .  .  .  .  .  .  .  .  .
PersonCameOut          .  .  .  .  .  s  s  .  .  .  .  .  .  s  s
HandoverOpened         .  .  .  .  .  .  s  .  .  .  .  .  .  .  .
HandoverSigned         .  .  .  .  .  .  s  .  .  .  .  .  .  .  .
ShiftHandedOver        .  .  .  .  .  .  s  .  .  .  .  .  .  .  .
ClosingConfirmed       .  .  .  .  .  .  .  s  s  .  .  .  .  s  s
LinkNoted              s  s  s  s  s  s  s  s  s  .  .  .  .  .  .
LinkedPermitChanged    .  s  s  s  s  s  s  .  .  .  .  .  .  .  .
StillTaken             .  .  .  .  .  s  s  s  s  s  .  .  .  s  s
CameraSilent           .  .  .  .  .  s  s  s  s  s  .  .  .  s  s
"""

# p: people · d: devices · c: the clock
ASKS = """
LeaveSite RecordGas ReportVentilation: pd
StopWork: pdc
RecordStill: dc
NodeOverdue StartWindowEnded ValidityEnding ValidityEnded PromptDue FireWatchElapsed CountOverdue LookAround Archive: c
RemindNode ShiftChangeDue NoteLink LinkedChanged: c
"""


def _grid(text: str) -> Iterator[tuple[str, dict[Status, str]]]:
    head, *rows = text.strip("\n").splitlines()
    assert head.split() == [status.value[:2] for status in STATUSES]
    for row in rows:
        name, *marks = row.split()
        yield name, dict(zip(STATUSES, marks, strict=True))


COMMANDS = {kind.__name__: kind for kind in c.ALL}
EVENTS = {kind.__name__: kind for kind in e.ALL}


@pytest.mark.parametrize(("name", "marks"), list(_grid(HEARD)))
def test_every_status_hears_exactly_these_commands(name: str, marks: dict[Status, str]) -> None:
    assert {status: COMMANDS[name] in LISTENS[status] for status in Status} == {s: m == "x" for s, m in marks.items()}


@pytest.mark.parametrize(("name", "marks"), list(_grid(POSSIBLE)))
def test_every_event_moves_stays_or_is_impossible(name: str, marks: dict[Status, str]) -> None:
    for status, mark in marks.items():
        moves, stays = (status, EVENTS[name]) in MOVES, EVENTS[name] in STAYS[status]
        assert (moves, stays) == (mark == "M", mark == "s"), status


def test_the_grids_name_every_command_and_every_event() -> None:
    assert {name for name, _ in _grid(HEARD)} == set(COMMANDS)
    assert {name for name, _ in _grid(POSSIBLE)} == set(EVENTS)


def test_where_the_moves_lead() -> None:
    goals = {
        e.PermitSubmitted: {Status.SUBMITTED},
        e.RequestAccepted: {Status.PREPARING},
        e.ReviewRequested: {Status.IN_REVIEW},
        e.PermitIssued: {Status.ISSUED},
        e.ReturnedForChange: {Status.DRAFT},
        e.PermitRejected: {Status.REJECTED},
        e.PermitCancelled: {Status.CANCELLED},
        e.PermitVoided: {Status.VOIDED},
        e.PermitExpired: {Status.EXPIRED},
        e.WorkStarted: {Status.ACTIVE},
        e.WorkResumed: {Status.ACTIVE},
        e.WorkSuspended: {Status.SUSPENDED},
        e.WorkFinished: {Status.COMPLETED},
        e.FireWatchStarted: {Status.FIRE_WATCH},
        e.PermitClosed: {Status.CLOSED},
        e.PermitArchived: {Status.ARCHIVED},
    }
    found: dict[type[e.Event], set[Status]] = {}
    for (_, event), goal in MOVES.items():
        found.setdefault(event, set()).add(goal)
    assert found == goals


def test_only_a_start_or_a_resume_leads_to_live_work() -> None:
    into = {(start, event) for (start, event), goal in MOVES.items() if goal is Status.ACTIVE}
    assert into == {(Status.ISSUED, e.WorkStarted), (Status.SUSPENDED, e.WorkResumed)}
    assert {event for _, event in into} <= BY_PEOPLE_ONLY
    assert {event for _, event in into} <= set(GATED)


def test_what_has_ended_stays_ended() -> None:
    ended = {Status.REJECTED, Status.CANCELLED, Status.EXPIRED, Status.VOIDED, Status.ARCHIVED}
    assert not {start for start, _ in MOVES} & ended
    assert {goal for (start, _), goal in MOVES.items() if start is Status.CLOSED} == {Status.ARCHIVED}


def test_stop_work_is_heard_wherever_something_may_be_going_on() -> None:
    live = {Status.ISSUED, Status.ACTIVE, Status.SUSPENDED, Status.FIRE_WATCH, Status.EXPIRED, Status.VOIDED}
    assert {status for status in Status if c.StopWork in LISTENS[status]} == live


def test_who_may_ask_what() -> None:
    letters = {ActorKind.PERSON: "p", ActorKind.DEVICE: "d", ActorKind.CLOCK: "c"}
    expected = dict.fromkeys(COMMANDS, "p")
    for line in ASKS.strip().splitlines():
        names, kinds = line.split(": ")
        expected.update(dict.fromkeys(names.split(), kinds))
    found = {kind.__name__: "".join(letters[k] for k in ActorKind if k in allowed) for kind, allowed in MAY_ASK.items()}
    assert found == expected


def test_every_table_is_complete() -> None:
    assert set(LISTENS) == set(STAYS) == set(FOLLOWS) == set(words.STATUS) == set(Status)
    assert set(DECISIONS) == set(MAY_ASK) == set(words.COMMAND) == set(c.ALL)
    assert set(_APPLY) == set(EFFECTS) == set(e.ALL)


def test_the_lists_of_commands_and_events_hold_every_class() -> None:
    for module, base, listed in ((c, c.Command, c.ALL), (e, e.Event, e.ALL)):
        here = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, base)]
        assert {one for one in here if one is not base and one.__module__.startswith(module.__name__)} == set(listed)


def test_what_follows_is_possible_where_it_follows() -> None:
    for status, follows in FOLLOWS.items():
        for follow in follows:
            assert (status, follow.event) in MOVES or follow.event in STAYS[status], (status, follow.because)


def test_changes_names_every_field_of_the_permit_but_its_identity() -> None:
    assert set(Changes.__annotations__) == {field.name for field in fields(Permit)} - {"id", "site"}
