"""The law of a hazard's life.

In prose, after domain 3.1 (Order 16 of 2007, Work Safety Law Art 41) and what plants ask for:

1.  Anybody, and any camera, may report; a report is never refused for want of form. It is graded at once, by rules
    that say why, and goes to whoever answers for such things at that place.
2.  An open hazard owes exactly one thing at a time, and somebody owes it: to be assigned, taken on, held off (a major
    one), put right, accepted. The clock looks after each, and what does not come climbs (督办) until it does.
3.  A major one climbs to the leadership in the moment it is reported. Until it is put right the danger is held off by
    measures; before the law it wants the head's plan, too.
4.  Whoever ever said it was put right never accepts it. Closing takes pictures of before and after.
5.  More time is asked for before it is over, answered by somebody else, a counted number of times. No date moves
    otherwise, but forward.
6.  What is on file may be taken up again, under its number, for a while; what was dismissed, too. Live work of
    its place hears of it as of a new one, and a major one wants new measures. A double goes on
    under one that is open and held for no milder; the law's grade is dismissed by the leadership alone.
7.  Where special work goes on, a hazard asks the guardian or stops the work, as the plant's rules say. It never starts
    or resumes any.

``MAY_ASK``  which kind of actor may ask which command.
``LISTENS``  which stage hears which command. A person is refused with an answer; a timer is stale and decides nothing.
``MOVES``    which event leads where; an event that is in no row is impossible there.

A missing key is an error; there is no default branch.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.hazard.state import Stage
from workflow.values import ActorKind

_PERSON = frozenset({ActorKind.PERSON})
_PERSON_OR_DEVICE = frozenset({ActorKind.PERSON, ActorKind.DEVICE})
_CLOCK = frozenset({ActorKind.CLOCK})

MAY_ASK: Mapping[type[c.Command], frozenset[ActorKind]] = {
    c.Report: _PERSON_OR_DEVICE,
    c.SeeAgain: _PERSON_OR_DEVICE,
    c.Merge: _PERSON,
    c.Dismiss: _PERSON,
    c.Regrade: _PERSON,
    c.Assign: _PERSON,
    c.Take: _PERSON,
    c.PutInterim: _PERSON,
    c.AdoptPlan: _PERSON,
    c.AskExtension: _PERSON,
    c.AnswerExtension: _PERSON,
    c.Rectify: _PERSON,
    c.Accept: _PERSON,
    c.SendBack: _PERSON,
    c.Reopen: _PERSON,
    c.AddNote: _PERSON_OR_DEVICE,
    c.TakeCharge: _PERSON,
    c.DebtOverdue: _CLOCK,
}

_OPEN = {c.SeeAgain, c.Regrade, c.AddNote, c.TakeCharge, c.DebtOverdue}
_NOT_PUT_RIGHT = {*_OPEN, c.Merge, c.Dismiss, c.Assign, c.PutInterim, c.AdoptPlan}

LISTENS: Mapping[Stage, frozenset[type[c.Command]]] = {
    Stage.BLANK: frozenset({c.Report}),
    Stage.REPORTED: frozenset(_NOT_PUT_RIGHT),
    Stage.RECTIFYING: frozenset({*_NOT_PUT_RIGHT, c.Take, c.AskExtension, c.AnswerExtension, c.Rectify}),
    Stage.TO_ACCEPT: frozenset({*_OPEN, c.Accept, c.SendBack}),
    Stage.ARCHIVED: frozenset({c.Reopen, c.AddNote}),
    Stage.DISMISSED: frozenset({c.Reopen, c.AddNote}),
    Stage.MERGED: frozenset(),
}

_HERE: Mapping[Stage, tuple[type[e.Event], ...]] = {
    Stage.REPORTED: (
        e.SeenAgain, e.HazardRegraded, e.NoteAdded, e.ChargeTaken, e.SupervisionRaised, e.InterimPut, e.PlanAdopted,
    ),
    Stage.RECTIFYING: (
        e.SeenAgain, e.HazardRegraded, e.NoteAdded, e.ChargeTaken, e.SupervisionRaised, e.InterimPut, e.PlanAdopted,
        e.HazardAssigned, e.HazardTaken, e.ExtensionAsked, e.ExtensionGranted, e.ExtensionRefused,
    ),
    Stage.TO_ACCEPT: (e.SeenAgain, e.HazardRegraded, e.NoteAdded, e.ChargeTaken, e.SupervisionRaised),
    Stage.ARCHIVED: (e.NoteAdded, e.PointsEarned),
    Stage.DISMISSED: (e.NoteAdded,),
}  # fmt: skip
"""What happens without leading anywhere."""

MOVES: Mapping[tuple[Stage, type[e.Event]], Stage] = {
    (Stage.BLANK, e.HazardReported): Stage.REPORTED,
    (Stage.REPORTED, e.HazardAssigned): Stage.RECTIFYING,
    (Stage.REPORTED, e.HazardMerged): Stage.MERGED,
    (Stage.REPORTED, e.HazardDismissed): Stage.DISMISSED,
    (Stage.RECTIFYING, e.HazardMerged): Stage.MERGED,
    (Stage.RECTIFYING, e.HazardDismissed): Stage.DISMISSED,
    (Stage.RECTIFYING, e.HazardRectified): Stage.TO_ACCEPT,
    (Stage.TO_ACCEPT, e.HazardAccepted): Stage.ARCHIVED,
    (Stage.TO_ACCEPT, e.HazardSentBack): Stage.RECTIFYING,
    (Stage.ARCHIVED, e.HazardReopened): Stage.REPORTED,
    (Stage.DISMISSED, e.HazardReopened): Stage.REPORTED,
    **{(stage, kind): stage for stage, kinds in _HERE.items() for kind in kinds},
}
