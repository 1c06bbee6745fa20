"""A permit or a hazard that nothing watches: whoever answers for safety is told, once (docs/adr/0076).

Nobody on site did anything wrong, and the work need not be unsafe: but from now on silence would not be noticed. So
people look, until the operator has found out why.
"""

from __future__ import annotations

from datetime import datetime

from cards import words
from handlers.answers import Say
from handlers.arrivals import Unguarded
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.hazards import watch_again
from handlers.outgoing import GroupNote, PermitCard
from workflow.effects import Lane, Purpose
from workflow.hazard.guards import DEBT
from workflow.ids import AreaId, HazardId, PermitId, PersonId, SiteId
from workflow.permit.effects_common import SAFETY_GROUP
from workflow.rules.types import Role


def arrival_of(permit: str, version: int, what: str, *, site: SiteId, now: datetime) -> Unguarded:
    """The arrival of a finding; the same finding about the same state of a permit is the same arrival."""
    return Unguarded(
        site=site,
        sender=CLOCK,
        dedup_key=f"unguarded:{permit}@{version}:{what}",
        received_at=now,
        permit=permit,
        what=what,
    )


def unguarded(desk: Desk, arrival: Unguarded) -> None:
    """Tell the duty leader and the safety department; where nobody holds either post, the safety groups."""
    if arrival.what == DEBT:
        watch_again(desk, HazardId(arrival.permit))
        return
    permit = desk.known(PermitId(arrival.permit))
    if permit is None:
        return
    args = {"what": words.UNGUARDED[arrival.what]}
    told = tuple(dict.fromkeys(_people(desk, permit.what.area)))
    for person in told:
        card = PermitCard(
            person=person, permit=permit.id, purpose=Purpose.UNGUARDED, note=Say.UNGUARDED.value, args=args
        )
        desk.post_to(str(person), card, purpose="unguarded", lane=Lane.SAFETY, permit=permit.id)
    for group in () if told else desk.tx.directory.groups_for(SAFETY_GROUP, permit.what.area):
        note = GroupNote(
            group=group.id, permit=permit.id, purpose=Purpose.UNGUARDED, note=Say.UNGUARDED.value, args=args
        )
        desk.post_to(str(group.id), note, purpose="unguarded", lane=Lane.SAFETY, permit=permit.id)


def _people(desk: Desk, area: AreaId) -> tuple[PersonId, ...]:
    directory = desk.tx.directory
    duty = desk.house.posts.duty_leader(directory)
    keepers = desk.house.posts.holders(directory, area)[Role.SAFETY_DEPT]
    return (*((duty,) if duty is not None else ()), *keepers)
