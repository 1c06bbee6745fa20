"""Timers that fell due: the command they carry, asked as of now. A stale one decides nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import guardian_tag, monitoring, occupancy, stills
from handlers.arrivals import Due, Sender
from handlers.desk import Desk
from handlers.digest_due import ShiftBegins
from handlers.digests import shift_begins
from handlers.encoding import unpack_command
from handlers.hazard_steps import held_too_long
from handlers.hazards import overdue
from handlers.held import HeldReport, StayEnds, StillDue
from storage.agenda import Claimed
from workflow.hazard.commands import DebtOverdue
from workflow.ids import HazardId, PermitId, SiteId

CLOCK = Sender(platform="", corp="", user="clock")


def due_of(row: Claimed, *, site: SiteId, now: datetime) -> Due:
    """The arrival of a claimed timer row. The same claim is the same arrival; a timer armed again is another one."""
    return Due(
        site=site,
        sender=CLOCK,
        dedup_key=f"due:{row.key}@{row.due_at.isoformat()}",
        received_at=now,
        permit=row.permit or "",
        name=row.purpose,
        command=unpack_command(row.payload),
    )


def fell_due(desk: Desk, due: Due) -> None:
    """Ask the permit, or the hazard, what the timer was set to ask, now."""
    if isinstance(due.command, DebtOverdue):
        overdue(desk, HazardId(due.permit), due.command)
    elif isinstance(due.command, HeldReport):
        held_too_long(desk, due.command)
    elif isinstance(due.command, ShiftBegins):
        shift_begins(desk, due.command)
    elif isinstance(due.command, StillDue):
        stills.fell_due(desk, PermitId(due.permit))
    elif isinstance(due.command, StayEnds):
        occupancy.fell_due(desk, PermitId(due.permit))
    elif not any(each.outdated(desk, due) for each in (monitoring, guardian_tag, stills)):
        desk.ask(PermitId(due.permit), replace(due.command, at=desk.now))
