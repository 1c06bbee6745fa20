"""What an open hazard owes, until when, and when the clock looks next. Pure arithmetic over the folded state.

In every open stage exactly one thing is owed and the clock has a next look: a hazard is never forgotten.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from workflow.hazard.law import Legal, Terms
from workflow.hazard.state import Hazard, Owed, Stage


def owed(hazard: Hazard) -> Owed | None:
    """What it waits for; None once it has ended."""
    match hazard.stage:
        case Stage.BLANK | Stage.ARCHIVED | Stage.DISMISSED | Stage.MERGED:
            return None
        case Stage.REPORTED:
            return Owed.ASSIGNMENT
        case Stage.TO_ACCEPT:
            return Owed.ACCEPTANCE
        case Stage.RECTIFYING:
            if hazard.taken_at is None:
                return Owed.RESPONSE
            return Owed.INTERIM if wants_interim(hazard) else Owed.RECTIFICATION
        case never:
            assert_never(never)


def wants_interim(hazard: Hazard) -> bool:
    """Whether the danger of a major one is not held off yet (domain 3.1)."""
    return hazard.grade is not None and hazard.grade.major and not hazard.interim


def wants_plan(hazard: Hazard) -> bool:
    """Whether the law wants the head's plan and there is none (Order 16 of 2007)."""
    return hazard.grade is not None and hazard.grade.legal is Legal.MAJOR and hazard.plan is None


def terms(hazard: Hazard) -> Terms:
    """The times of its grade. Only of a hazard that was reported."""
    law, grade = hazard.ruling
    return law.terms[grade.plant]


def due(hazard: Hazard) -> datetime | None:
    """Until when what is owed must be there; None when nothing is."""
    match owed(hazard):
        case None:
            return None
        case Owed.ASSIGNMENT:
            return _since(hazard, hazard.assigned_at or hazard.reported_at) + hazard.ruling[0].assign
        case Owed.RESPONSE:
            return _since(hazard, hazard.assigned_at) + terms(hazard).respond
        case Owed.INTERIM:
            return _since(hazard, hazard.taken_at) + terms(hazard).interim
        case Owed.RECTIFICATION:
            return rectify_by(hazard)
        case Owed.ACCEPTANCE:
            return _since(hazard, hazard.rectified_at) + terms(hazard).accept
        case never:
            assert_never(never)


def rectify_by(hazard: Hazard) -> datetime:
    """The day of the work order. Only of a hazard somebody is responsible for."""
    return _since(hazard, hazard.rectify_by)


def next_look(hazard: Hazard) -> datetime | None:
    """When the clock asks: when it is due, then once every `Terms.climb`, later when a superior just took charge."""
    until = due(hazard)
    if until is None:
        return None
    pause = terms(hazard).climb
    regular = until + hazard.rung * pause
    return regular if hazard.charged_at is None else max(regular, hazard.charged_at + pause)


def overdue(hazard: Hazard, at: datetime) -> bool:
    """Whether what is owed did not come in time."""
    until = due(hazard)
    return until is not None and at >= until


def _since(hazard: Hazard, moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError(f"{hazard.id} is {hazard.stage} without the moment that made it so")
    return moment
