"""Who may open a permit's page: whoever has to do with it, by name, by post, or because it waits for them."""

from __future__ import annotations

from cards.views import PermitView
from workflow.rules.types import Role


def concerned(view: PermitView) -> bool:
    """Whether the viewer has a role on the permit, is asked now, or was told that it waits too long."""
    return bool(view.roles) or view.viewer in view.asked or view.viewer in view.permit.escalated_to


_CREW = frozenset({Role.APPLICANT, Role.WORK_LEADER, Role.WORKER})


def copy_for(view: PermitView) -> int:
    """Which copy of the printed form is the viewer's: 1 the guardian's, 2 the work unit's, 3 the archive's."""
    if Role.GUARDIAN in view.roles:
        return 1
    return 2 if view.roles & _CREW else 3
