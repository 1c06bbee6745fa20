"""Roles that one work's own form names, besides applicant, leader, workers and guardian of every form (domain 1.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflow.ids import PersonId
from workflow.permit.content import Content
from workflow.rules.roles import Role


def _commander(content: Content) -> tuple[PersonId, ...]:
    lift = content.details.lift
    return () if lift is None or lift.commander is None else (lift.commander,)


def _operators(content: Content) -> tuple[PersonId, ...]:
    return () if content.details.lift is None else content.details.lift.operators


def _slingers(content: Content) -> tuple[PersonId, ...]:
    return () if content.details.lift is None else content.details.lift.slingers


ON_FORM: Mapping[Role, Callable[[Content], tuple[PersonId, ...]]] = {
    Role.LIFT_COMMANDER: _commander,
    Role.LIFT_OPERATOR: _operators,
    Role.SLINGER: _slingers,
}
"""Who fills such a role; nobody named yet, or another work: an empty tuple."""


def on_form(content: Content) -> tuple[PersonId, ...]:
    """Everybody such a role names, each once. They belong to the team: none of them signs for the plant."""
    return tuple(dict.fromkeys(person for people in ON_FORM.values() for person in people(content)))
