"""What counts as looking at somebody's data."""

from __future__ import annotations

from enum import StrEnum

from workflow.ids import PersonId
from workflow.permit.state import Permit


class LookKind(StrEnum):
    """Where somebody looked."""

    PERMIT = "permit"
    """A page of a permit that names the person."""
    SEARCH = "search"
    EXPORT = "export"
    CONTACT = "contact"
    """The telephone number, to call him."""
    GLASS = "glass"
    """What lies behind the glass."""


def named_in(permit: Permit) -> tuple[PersonId, ...]:
    """Everybody whose data a permit shows: the team of now and before, and all who signed."""
    what = permit.what
    team = (what.applicant, what.leader, *what.workers, what.guardian, permit.leader, permit.guardian)
    signed = (*(one.person for one in permit.signatures), *(one.person for one in permit.start_signatures))
    return tuple(dict.fromkeys((*team, *permit.relieved, *signed)))
