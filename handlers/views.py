"""What a person may see, gathered from memory for the renderers. Reads only; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from cards.views import PermitView, Seal, TaskLine, TaskListView
from cards.words import work_name
from handlers.asked import asked, roles_of
from handlers.facts import Ground, Posts, look
from storage.board import BoardRow
from storage.fold import Fold
from storage.tx import Tx
from workflow.effects import Purpose
from workflow.findings import Finding
from workflow.ids import PermitId, PersonId
from workflow.permit.events import Event
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Permit, Status
from workflow.rules.book import RuleBook
from workflow.rules.types import Grade, Role
from workflow.values import WorkType

NOBODY = PersonId("")
"""The viewer of a group's line: has no role and no button."""

MOMENT: Mapping[Status, Moment | None] = {
    Status.DRAFT: Moment.REQUEST,
    Status.SUBMITTED: Moment.ACCEPT,
    Status.PREPARING: Moment.REVIEW,
    Status.IN_REVIEW: Moment.APPROVE,
    Status.ISSUED: Moment.START,
    Status.ACTIVE: Moment.DURING,
    Status.SUSPENDED: Moment.RESUME,
    Status.COMPLETED: Moment.CLOSE,
    Status.FIRE_WATCH: Moment.CLOSE,
    Status.CLOSED: None,
    Status.ARCHIVED: None,
    Status.REJECTED: None,
    Status.CANCELLED: None,
    Status.EXPIRED: None,
    Status.VOIDED: None,
}
"""The gates a card shows: those of the next step."""

_WAITS = frozenset({"asked"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Gathers views for one site."""

    fold: Fold[Permit, Event]
    book: RuleBook
    posts: Posts
    zone: tzinfo

    def permit(
        self,
        tx: Tx,
        permit_id: PermitId,
        person: PersonId | None,
        *,
        purpose: Purpose | None,
        now: datetime,
        seal: Seal,
        page: str | None,
    ) -> PermitView | None:
        """One permit as ``person`` may see it now; None when there is no such permit. ``person`` None: a group."""
        permit, version = tx.load(self.fold, permit_id)
        if version == 0 or permit.content is None:
            return None
        directory = tx.directory
        holders = self.posts.holders(directory, permit.what.area)
        area = directory.areas.get(permit.what.area)
        viewer = NOBODY if person is None else person
        return PermitView(
            permit=permit,
            viewer=viewer,
            roles=frozenset() if person is None else roles_of(permit, person, holders),
            names={one.id: one.name for one in directory.register.people},
            area_name=area.name if area is not None else str(permit.what.area),
            asked=asked(permit, holders, now),
            findings=() if person is None else self.findings(tx, permit, now),
            now=now,
            zone=self.zone,
            seal=seal,
            purpose=purpose,
            page_url=page,
        )

    def findings(self, tx: Tx, permit: Permit, now: datetime) -> tuple[Finding, ...]:
        """The gates of the permit's next step, evaluated now."""
        moment = MOMENT[permit.status]
        if moment is None:
            return ()
        facts = look(Ground(tx=tx, posts=self.posts, now=now, zone=self.zone), permit.id, permit.what)
        current = self.book.stricter(permit.law, self.book.rules_for(permit.what, at=now, zone=self.zone))
        return evaluate(moment, permit, current, facts)

    def tasks(self, tx: Tx, person: PersonId, *, now: datetime, seal: Seal) -> TaskListView:
        """The open permits of a person, and which of them wait for them."""
        del now  # the board is kept up to date by every commit
        rows = tx.open_permits_of(person)
        return TaskListView(person=person, tasks=tuple(_task(row, person) for row in rows), seal=seal)


def _task(row: BoardRow, person: PersonId) -> TaskLine:
    return TaskLine(
        permit=PermitId(row.permit),
        status=Status(row.status),
        headline=work_name(WorkType(row.work), Grade(row.grade)),
        place=row.place,
        waiting_for_you=any(role in _WAITS and who == person for role, who in row.people),
    )


__all__ = ["MOMENT", "NOBODY", "Role", "Viewer"]
