"""Permits of one job: what a change of one means to another (4.6, 10.8). Only stops and ends ever travel this way."""

from __future__ import annotations

from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.case import Case
from workflow.permit.commands import SuspendReason
from workflow.permit.conditions import evacuates
from workflow.permit.life import LinkChange
from workflow.permit.state import SERVED, Permit, Status
from workflow.values import WorkType

_AT_WORK = frozenset({Status.ACTIVE, Status.SUSPENDED})
_OVER = frozenset({LinkChange.FINISHED, LinkChange.DEAD})


def note_link(case: Case, command: c.NoteLink) -> tuple[e.Event, ...]:
    """A permit of the same job makes itself known. A number nobody ever asked a permit for is a paper one: nothing."""
    known = any((each.number, each.work) == (command.number, command.work) for each in case.permit.job)
    if case.permit.content is None or known or command.number == case.permit.id:
        return ()
    return (e.LinkNoted(by=command.by, at=command.at, number=command.number, work=command.work),)


def linked_changed(case: Case, command: c.LinkedChanged) -> tuple[e.Event, ...]:
    """A permit of the same job stopped or ended: this one stops, ends, is told, or does not care."""
    permit = case.permit
    if command.number not in {*permit.what.linked, *(each.number for each in permit.job)}:
        return ()
    told = e.LinkedPermitChanged(
        by=command.by, at=command.at, number=command.number, work=command.work, change=command.change, text=command.text
    )  # fmt: skip
    if permit.started_at is None and _serves(permit, command):
        return (told, e.PermitExpired(by=command.by, at=command.at, why=command.text, was_live=not permit.counted_out))
    if permit.status in _AT_WORK and permit.started_at is not None and _depends(permit, command):
        stop = permit.suspension
        if stop is not None and SuspendReason.LINKED in stop.reasons:
            return ()
        evacuate = command.evacuate or evacuates(permit.what.work, SuspendReason.LINKED)
        return (
            told,
            e.WorkSuspended(
                by=command.by, at=command.at, reason=SuspendReason.LINKED, text=command.text, evacuate=evacuate
            ),
        )
    return (told,) if _worth_telling(permit, command) else ()


def _depends(permit: Permit, command: c.LinkedChanged) -> bool:
    """Whether this work may not go on after that."""
    cited = command.number in permit.what.linked
    inside_of_it = cited and command.work is WorkType.CONFINED_SPACE
    danger_inside = permit.what.work is WorkType.CONFINED_SPACE and command.evacuate
    died = cited and command.change is LinkChange.DEAD
    return inside_of_it or danger_inside or died or _serves(permit, command)


def _serves(permit: Permit, command: c.LinkedChanged) -> bool:
    """Temporary power ends with the hot work or entry it serves (10.8)."""
    if permit.what.work is not WorkType.POWER or command.work not in SERVED or command.change not in _OVER:
        return False
    return not permit.still_served(command.number)


def _worth_telling(permit: Permit, command: c.LinkedChanged) -> bool:
    """An end by name is news for the power that served it only; a stop for those who work or are about to."""
    if command.change is LinkChange.DEAD or permit.what.work is WorkType.POWER:
        return True
    return command.change is LinkChange.SUSPENDED and permit.status in {Status.ISSUED, *_AT_WORK}
