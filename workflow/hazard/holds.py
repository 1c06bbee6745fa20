"""Which places a hazard reaches into, and whether it keeps special work there from going on.

Asked when it is reported, held for graver or comes back, for the work that is under way; and by the gates, for work
that is about to begin or to go on.
"""

from __future__ import annotations

from workflow.hazard.law import HazardLaw, Inside
from workflow.hazard.state import Grade, Hazard, Sighting
from workflow.ids import PermitId


def reaches(what: Sighting, permit: PermitId | str, area: str) -> bool:
    """Whether a permit at that place lies in it: each place that was named, and the permit the reporter named."""
    return permit == what.permit or area in what.areas


def asked_by(grade: Grade, law: HazardLaw) -> Inside:
    """What a grade asks for the work in its place; whatever is urgent stops it."""
    return Inside.STOP if grade.urgent else law.inside[grade.plant]


def stops(hazard: Hazard) -> bool:
    """Whether work in its place has to wait: it asks for a stop, is not accepted yet, and nothing holds it off.

    By the law frozen into it. Raise ValueError for one that was never reported.
    """
    law, grade = hazard.ruling
    return hazard.open and not hazard.interim and asked_by(grade, law) is Inside.STOP
