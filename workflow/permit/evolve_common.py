"""What the events of one phase may not contradict, shared by all phases."""

from __future__ import annotations

from types import MappingProxyType
from typing import NoReturn

from workflow.errors import ImpossibleEvent
from workflow.ids import PersonId
from workflow.permit.changes import Changes
from workflow.permit.events import AcceptanceSigned, Event, ResumeSigned, StartSigned
from workflow.permit.state import MeasureState, Permit, RoleSignature
from workflow.rules.types import Role


def impossible(permit: Permit, event: Event, why: str) -> NoReturn:
    """The event contradicts the state it meets."""
    raise ImpossibleEvent(f"{permit.id} v{permit.version}: {type(event).__name__} {why}")


def who(permit: Permit, event: Event) -> PersonId:
    """The person behind the event; without one it is impossible."""
    person = event.by.as_person
    if person is None:
        impossible(permit, event, "needs a person")
    return person


def signed_all(signatures: tuple[RoleSignature, ...], roles: tuple[Role, ...]) -> bool:
    """Whether every role has signed; nobody asked is nobody signed."""
    return bool(roles) and {signature.role for signature in signatures}.issuperset(roles)


def with_signature(
    signatures: tuple[RoleSignature, ...], person: PersonId, event: StartSigned | ResumeSigned | AcceptanceSigned
) -> tuple[RoleSignature, ...]:
    """The signatures with this one added; a role's newer signature takes the place of its older one."""
    others = tuple(signature for signature in signatures if signature.role is not event.role)
    return (*others, RoleSignature(role=event.role, person=person, at=event.at, proof=event.proof))


def measured(permit: Permit, no: str, state: MeasureState) -> Changes:
    """The checklist with one item in a new state."""
    return {"measures": MappingProxyType({**permit.measures, no: state})}


def over() -> Changes:
    """Nobody is asked anything any more."""
    return {"waiting_since": None, **not_asked(), "doubt": None}


def not_asked() -> Changes:
    """No prompt is open."""
    return {"prompt_open": None, "prompt_wants_gas": False, "asking": None}
