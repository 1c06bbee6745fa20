"""What a person may see, gathered from memory for the renderers. Reads only; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cards.views import DraftView, PermitView, Seal, TaskLine, TaskListView
from cards.words import work_name
from cards.words_ways import WECOM, Ways
from handlers.asked import ASKED, Holders, asked, roles_of
from handlers.asked import who as people_behind
from handlers.checkins import still_wanted
from handlers.facts import Ground, holders_now, look
from handlers.house import House
from handlers.manners import late_at
from handlers.request.drafts import draft_view
from handlers.talk import Expect, unpack_talk
from handlers.why import moment_of
from storage.board import BoardRow
from storage.tx import Tx
from workflow.effects import Purpose
from workflow.errors import Refused
from workflow.findings import Finding
from workflow.ids import PermitId, PersonId
from workflow.permit.gates import evaluate
from workflow.permit.state import Permit, Status
from workflow.rules.types import Grade
from workflow.values import WorkType

NOBODY = PersonId("")
"""The viewer of a group's line: has no role and no button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """What everybody who looks at a permit at one moment sees alike. Good for one transaction."""

    permit: Permit
    holders: Holders
    names: Mapping[PersonId, str]
    area_name: str
    asked: tuple[PersonId, ...]
    findings: tuple[Finding, ...]
    now: datetime
    late_at: datetime | None
    briefers: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Gathers views for one site."""

    house: House

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
        note: str = "",
    ) -> PermitView | None:
        """One permit as ``person`` may see it now; None when there is no such permit. ``person`` None: a group."""
        alike = self.alike(tx, permit_id, now=now, gates=person is not None)
        if alike is None:
            return None
        return self.seen_by(tx, alike, person, purpose=purpose, seal=seal, page=page, note=note)

    def alike(self, tx: Tx, permit_id: PermitId, *, now: datetime, gates: bool = True) -> Alike | None:
        """What everybody sees alike of a permit now; None when there is no such permit."""
        permit, version = tx.load(self.house.permits, permit_id)
        if version == 0 or permit.content is None:
            return None
        directory = tx.directory
        holders, _ = holders_now(tx, self.house.posts, permit.what.area, now)
        area = directory.areas.get(permit.what.area)
        return Alike(
            permit=permit,
            holders=holders,
            names=directory.names,
            area_name=area.name if area is not None else str(permit.what.area),
            asked=asked(permit, holders, now),
            findings=self.findings(tx, permit, now) if gates else (),
            now=now,
            late_at=late_at(self.house, permit),
            briefers=tuple(who for role in permit.law.briefers for who in people_behind(permit, role, holders)),
        )

    def seen_by(
        self,
        tx: Tx,
        alike: Alike,
        person: PersonId | None,
        *,
        purpose: Purpose | None,
        seal: Seal,
        page: str | None,
        note: str = "",
        ways: Ways = WECOM,
    ) -> PermitView:
        """The same permit as ``person`` may see it, in the same transaction. ``person`` None: a group."""
        permit = alike.permit
        return PermitView(
            permit=permit,
            viewer=NOBODY if person is None else person,
            roles=frozenset() if person is None else roles_of(permit, person, alike.holders),
            names=alike.names,
            area_name=alike.area_name,
            asked=alike.asked,
            findings=() if person is None else alike.findings,
            now=alike.now,
            zone=self.house.zone,
            seal=seal,
            purpose=purpose,
            page_url=page,
            note=note,
            expecting=None if person is None else _expecting(tx, permit, person, alike.now),
            ways=ways,
            late_at=alike.late_at,
            briefers=alike.briefers,
        )

    def findings(self, tx: Tx, permit: Permit, now: datetime) -> tuple[Finding, ...]:
        """The gates of the permit's next step, evaluated now."""
        moment = moment_of(permit)
        if moment is None:
            return ()
        facts = look(
            Ground(
                tx=tx,
                permits=self.house.permits,
                deviations=self.house.deviations,
                hazards=self.house.hazards,
                posts=self.house.posts,
                now=now,
                zone=self.house.zone,
                places=self.house.places,
                monitoring=self.house.book.plant.monitoring,
                interlock=self.house.interlock,
            ),
            permit.id,
            permit.what,
        )
        book = self.house.book
        try:
            current = book.stricter(permit.law, book.rules_for(permit.what, at=now, zone=self.house.zone))
        except Refused as refused:
            return refused.findings
        return evaluate(moment, permit, current, facts)

    def draft(self, tx: Tx, person: PersonId, *, now: datetime, seal: Seal) -> DraftView | None:
        """The person's open request as it stands; None when there is none."""
        del now  # a draft shows the words of its last change
        row = tx.draft(person)
        if row is None:
            return None
        draft = unpack_talk(row.body).draft
        return None if draft is None else draft_view(draft, person, seal)

    def tasks(self, tx: Tx, person: PersonId, *, now: datetime, seal: Seal) -> TaskListView:
        """The open permits of a person, and which of them wait for them."""
        del now  # the board is kept up to date by every commit
        rows = tx.open_permits_of(person)
        return TaskListView(person=person, tasks=tuple(_task(row, person) for row in rows), seal=seal)


def _expecting(tx: Tx, permit: Permit, person: PersonId, now: datetime) -> tuple[str, str] | None:
    """The measure of this permit the person has tapped, and what it still wants."""
    row = tx.draft(person)
    awaiting = None if row is None else unpack_talk(row.body).open_question(now)
    if awaiting is None or awaiting.what is not Expect.MEASURE or awaiting.permit != permit.id:
        return None
    measure = next((one for one in permit.law.measures if one.no == awaiting.step), None)
    return None if measure is None else (measure.no, still_wanted(measure, awaiting.detail))


def _task(row: BoardRow, person: PersonId) -> TaskLine:
    return TaskLine(
        permit=PermitId(row.permit),
        status=Status(row.status),
        headline=work_name(WorkType(row.work), Grade(row.grade)),
        place=row.place,
        waiting_for_you=any(role == ASKED and who == person for role, who in row.people),
    )
