"""The signatures that began, resumed and accepted work, told from the history: a stop takes them out of the state."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.permit import events as e
from workflow.permit.signing import ACCEPT, RESUME, START
from workflow.permit.state import Permit, RoleSignature
from workflow.rules.types import Role

Given = tuple[str, RoleSignature]
"""What was signed (`START`, `RESUME` or `ACCEPT`), and by whom."""


def given(permit: Permit, events: Iterable[e.Event]) -> tuple[Given, ...]:
    """Every signature work began or went on by, oldest first, then those that stand and wait for the others.

    One that was taken back before anything began by it (bad air, the signer left) is not among them.
    """
    counted: list[Given] = []
    pending: dict[tuple[str, Role], RoleSignature] = {}
    for event in events:
        match event:
            case e.StartSigned() | e.ResumeSigned():
                step = START if isinstance(event, e.StartSigned) else RESUME
                person = event.by.as_person
                if person is not None:
                    signed = RoleSignature(role=event.role, person=person, at=event.at, proof=event.proof)
                    pending.pop((step, event.role), None)  # the newer one stands last, as it does in the state
                    pending[step, event.role] = signed
            case e.WorkStarted() | e.WorkResumed():
                step = START if isinstance(event, e.WorkStarted) else RESUME
                counted += [(kind, one) for (kind, _), one in pending.items() if kind == step]
                pending.clear()
            case e.WorkSuspended() | e.GasRecorded(passed=False):
                pending.clear()
    standing = (
        *((START, one) for one in permit.start_signatures),
        *((RESUME, one) for one in permit.resume_signatures),
        *((ACCEPT, one) for one in permit.acceptance),
    )
    return (*counted, *(one for one in standing if one not in counted))
