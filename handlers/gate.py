"""What the gate is given: the pass of one permit, and the list of how all of them stand. Reads only."""

from __future__ import annotations

from datetime import datetime, timedelta

from cards.words import work_name
from handlers.house import House
from storage.tx import Tx
from workflow.gate_pass import HEAD_BYTES, STANDING, Pass, StatusList, entry_key
from workflow.ids import PermitId
from workflow.permit.state import Permit, Status

ON_PAPER = frozenset({Status.ISSUED, Status.ACTIVE, Status.SUSPENDED})
"""Permits whose code may be shown at a gate; any other has nothing to be let in for."""


def pass_of(permit: Permit, *, area_name: str, guardian: str, head: bytes, issued_at: datetime) -> Pass | None:
    """The pass of a permit as of its last record; None while there is nothing to be let in for."""
    if permit.status not in ON_PAPER or permit.content is None:
        return None
    content = permit.content
    place = content.place if area_name in content.place else f"{area_name} {content.place}".strip()
    crew = {permit.leader, permit.guardian, *content.workers}
    return Pass(
        site=permit.site,
        number=permit.id,
        work=work_name(content.work, permit.law.grade),
        place=place,
        guardian=guardian,
        people=len(crew),
        planned=content.planned,
        standing=STANDING[permit.status],
        version=permit.version,
        head=head[:HEAD_BYTES],
        issued_at=issued_at,
    )


def find_pass(tx: Tx, house: House, number: PermitId) -> Pass | None:
    """The pass of a permit by its number; None when there is none."""
    permit, version = tx.load(house.permits, number)
    if version == 0 or permit.content is None:
        return None
    directory, last = tx.directory, tx.records(house.permits, number)[-1]
    area, guardian = directory.areas.get(permit.what.area), directory.person(permit.guardian)
    return pass_of(
        permit,
        area_name=area.name if area is not None else str(permit.what.area),
        guardian=guardian.name if guardian is not None else str(permit.guardian),
        head=last.hash,
        issued_at=last.at,
    )


def status_list(tx: Tx, house: House, now: datetime, *, fresh_for: timedelta, early: timedelta) -> StatusList:
    """How every permit stands that is open or whose time is not over."""
    site = str(house.site)
    return StatusList(
        site=site,
        number=tx.last_record(),
        issued_at=now,
        expires_at=now + fresh_for,
        early=early,
        # An emergency suspends what is issued in its zone, so that it needs no word of its own here.
        entries={entry_key(site, number): STANDING[Status(status)] for number, status in tx.standing_permits(now)},
    )
