"""Who may open a permit's page: whoever has to do with it, by name, by post, or because it waits for them."""

from __future__ import annotations

from cards.views import PermitView


def concerned(view: PermitView) -> bool:
    """Whether the viewer has a role on the permit, is asked now, or was told that it waits too long."""
    return bool(view.roles) or view.viewer in view.asked or view.viewer in view.permit.escalated_to
