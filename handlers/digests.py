"""Digests: at the start of every shift each group and each manager is told once what matters now, or nothing.

One timer of the agenda carries it from shift to shift. When it fires, a row for everybody is posted; each is rendered
when it is sent, from the state of that moment. A shift that began long ago (the service was down) is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from cards import words
from cards import words_digest as say
from cards.digest import Block, DigestView, Item
from cards.fit import cut
from handlers.asked import ASKED
from handlers.desk import Desk
from handlers.digest_due import ShiftBegins
from handlers.encoding import pack_command
from handlers.groups import meeting
from handlers.house import House
from handlers.outgoing import Digest, Morning, RiskMap
from storage.board import BoardRow
from storage.hazards import HazardRow
from storage.times import read_optional, spell
from storage.tx import Tx
from workflow.deviation.state import Stage
from workflow.effects import Lane
from workflow.figures import day_of
from workflow.ids import AreaId, PersonId
from workflow.permit.effects_common import MANAGEMENT_GROUP, SAFETY_GROUP
from workflow.permit.state import Status
from workflow.plant import Person
from workflow.rules.types import Grade, Role
from workflow.shifts import first_of_day, next_begin
from workflow.values import WorkType

TOO_LATE = timedelta(hours=2)
"""After so long a digest of the start of a shift says nothing worth a push."""
MANAGERS = (Role.SITE_UNIT, Role.SHIFT_LEADER, Role.SAFETY_DEPT, Role.CHIEF, Role.PRINCIPAL)
"""Roles whose holders are told in person, each of the places of their post."""
_SAID = 15
"""Characters of what somebody said: a line of a digest is read in passing."""
_TIMER = "digest"
_ARMED = "digest.armed_for"
_BEFORE = frozenset({Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED})


# --- when -----------------------------------------------------------------------------------------------------------


def arm(tx: Tx, house: House, now: datetime) -> None:
    """See to it that the next shift is told. One that fell due while nobody was here still fires, and judges itself."""
    armed = read_optional(tx.setting(_ARMED))
    coming = next_begin(house.book.plant.shifts, now, house.zone)
    if armed is None or not now - TOO_LATE <= armed <= coming or (armed > now and armed != coming):
        _arm(tx, coming, now)


def _arm(tx: Tx, coming: datetime, now: datetime) -> None:
    tx.put_timer(_TIMER, coming, _TIMER, None, pack_command(ShiftBegins(at=coming)), at=now)
    tx.put_setting(_ARMED, spell(coming))


def shift_begins(desk: Desk, due: ShiftBegins) -> None:
    """Post a row for every group and manager, unless it is too late; then wait for the next shift.

    With the first shift of a day the management's group reads the figures of the day before, and it and the safety
    groups see the map.
    """
    _arm(desk.tx, next_begin(desk.house.book.plant.shifts, desk.now, desk.house.zone), desk.now)
    if desk.now - due.at > TOO_LATE:
        return
    directory = desk.tx.directory
    for group in directory.register.groups:
        if directory.chats_of(group.id):
            _post(desk, str(group.id), Digest(shift=due.at, group=group.id))
    for person in managers(desk.tx, desk.house):
        _post(desk, person, Digest(shift=due.at, person=person))
    if first_of_day(desk.house.book.plant.shifts, due.at, desk.house.zone):
        yesterday = due.at.astimezone(desk.house.zone).date() - timedelta(days=1)
        for to in meeting(desk.tx, MANAGEMENT_GROUP) or meeting(desk.tx, SAFETY_GROUP):
            _post(desk, str(to), Morning(group=to, day=yesterday, as_of=due.at))
        for to in (*meeting(desk.tx, MANAGEMENT_GROUP), *meeting(desk.tx, SAFETY_GROUP)):
            _post(desk, str(to), RiskMap(group=to, shift=due.at))


def _post(desk: Desk, to: str, intent: Digest | Morning | RiskMap) -> None:
    desk.post_to(to, intent, purpose=_TIMER, lane=Lane.INFORMATION)


def managers(tx: Tx, house: House) -> tuple[PersonId, ...]:
    """Everybody who holds a post behind one of the managing roles."""
    holders = house.posts.holders(tx.directory, None)
    return tuple(dict.fromkeys(person for role in MANAGERS for person in holders.get(role, ())))


# --- what -----------------------------------------------------------------------------------------------------------


def view_of(tx: Tx, house: House, intent: Digest, *, now: datetime, base: str | None) -> DigestView | None:
    """What this one is told now; None when it is too late, or they are gone, or a person has nothing to do."""
    if now - intent.shift > TOO_LATE:
        return None
    told = _Told(tx, house, now, base)
    head = _head(house, intent.shift)
    if intent.group is not None:
        group = next((one for one in tx.directory.register.groups if one.id == intent.group), None)
        if group is None:
            return None
        tail = tuple(_root(tx)) if group.purpose == MANAGEMENT_GROUP else ()
        return DigestView(head=head, blocks=told.blocks(group.areas, None), own=False, tail=tail)
    person = None if intent.person is None else tx.directory.person(intent.person)
    if person is None or not person.active:
        return None
    blocks = told.blocks(_areas(house, person), person.id)
    if not (blocks[Block.MINE] or blocks[Block.UNUSUAL]):
        return None  # what merely runs is on the group's digest already
    return DigestView(head=head, blocks=blocks, own=True)


def _head(house: House, shift: datetime) -> str:
    day = shift.astimezone(house.zone).date()
    kind = house.book.calendar.kind(day, house.book.plant.rest_days)
    return say.HEAD.format(
        day=words.day(shift, house.zone), clock=words.clock(shift, house.zone), off=say.OFF[kind.value]
    )


def _root(tx: Tx) -> Iterator[Item]:
    taken = tx.newest_checkpoint()
    if taken is not None:
        yield Item(text=say.ROOT.format(number=taken.number, hash=taken.hash.hex()[:16]))


def _areas(house: House, person: Person) -> tuple[AreaId, ...]:
    """The places of the managing posts somebody holds; none named: the whole plant."""
    keys = {key for role in MANAGERS for key in house.book.posts_for(role)}
    held = [post for post in person.posts if post.key in keys]
    if any(not post.areas for post in held):
        return ()
    return tuple(dict.fromkeys(area for post in held for area in post.areas))


class _Told:
    """The blocks of one reader, from the boards."""

    def __init__(self, tx: Tx, house: House, now: datetime, base: str | None) -> None:
        self._tx = tx
        self._house = house
        self._now = now
        self._base = base

    def blocks(self, areas: tuple[AreaId, ...], person: PersonId | None) -> dict[Block, tuple[Item, ...]]:
        """``areas`` empty: the whole plant. ``person`` None: a group, told what waits for anybody."""
        tx = self._tx
        rows = tx.open_in(areas) if areas else tx.open_permits()
        rows = tuple(sorted(rows, key=lambda row: (row.planned.start, row.permit)))
        hazards = [one for one in tx.open_hazards() if not areas or one.area in areas]
        waiting = tx.open_permits_of(person) if person is not None else rows
        return {
            Block.MINE: (*self._waiting(waiting, person), *self._hazards_of(hazards, person)),
            Block.RUNNING: tuple(self._running(rows)),
            Block.UNUSUAL: (*self._wrong(rows), *self._late_hazards(hazards), *self._emergencies(areas)),
            Block.TOMORROW: tuple(self._coming(rows)),
        }

    # --- permits

    def _waiting(self, rows: Iterable[BoardRow], person: PersonId | None) -> Iterator[Item]:
        for row in rows:
            asked = [who for role, who in row.people if role == ASKED]
            if (person is None and Status(row.status) in _BEFORE) or person in asked:
                who = "" if person is not None else self._somebody(asked)
                form = say.WAITS_FOR if person is None else say.WAITS
                yield self._permit(row, form, status=words.STATUS_SHORT[Status(row.status)], who=who)

    def _running(self, rows: Iterable[BoardRow]) -> Iterator[Item]:
        for row in rows:
            if row.status == Status.ACTIVE:
                form = say.RUNS_LATE if row.planned.end <= self._now else say.RUNS
                yield self._permit(row, form, until=words.clock(row.planned.end, self._house.zone))

    def _wrong(self, rows: Iterable[BoardRow]) -> Iterator[Item]:
        for row in rows:
            if row.status == Status.SUSPENDED:
                yield self._permit(row, say.STOPPED)
            elif row.live and row.status in (Status.EXPIRED, Status.VOIDED):
                yield self._permit(row, say.NOT_COUNTED, status=words.STATUS_SHORT[Status(row.status)])

    def _coming(self, rows: Iterable[BoardRow]) -> Iterator[Item]:
        zone = self._house.zone
        tomorrow = day_of(self._now.astimezone(zone).date() + timedelta(days=1), zone)
        for row in rows:
            if tomorrow.start <= row.planned.start < tomorrow.end and Status(row.status) in _BEFORE:
                status = words.STATUS_SHORT[Status(row.status)]
                yield self._permit(row, say.COMES, at=words.clock(row.planned.start, zone), status=status)

    def _permit(self, row: BoardRow, form: str, **more: str) -> Item:
        area = self._tx.directory.areas.get(AreaId(row.area))
        name = area.name if area is not None else row.area
        place = row.place if name in row.place else f"{name} {row.place}".strip()
        guardian = next((self._name(who) for role, who in row.people if role == Role.GUARDIAN), "")
        work = words.work_name(WorkType(row.work), Grade(row.grade))
        text = form.format(place=place, work=work, guardian=guardian, **more)
        return Item(text=text, link=self._address("p", row.permit))

    # --- hazards and emergencies

    def _hazards_of(self, hazards: Iterable[HazardRow], person: PersonId | None) -> Iterator[Item]:
        for one in hazards:
            if person is not None and one.responsible == person:
                yield self._hazard(one, say.HAZARD_MINE)

    def _late_hazards(self, hazards: Iterable[HazardRow]) -> Iterator[Item]:
        for one in hazards:
            if one.due_at is not None and one.due_at < self._now:
                yield self._hazard(one, say.HAZARD_LATE)
            elif one.supervision:
                yield self._hazard(one, say.HAZARD_WATCHED)

    def _hazard(self, one: HazardRow, form: str) -> Item:
        who = self._name(one.responsible) if one.responsible else ""
        return Item(text=form.format(said=cut(one.said, _SAID), who=who).strip(), link=self._address("h", one.id))

    def _emergencies(self, areas: tuple[AreaId, ...]) -> Iterator[Item]:
        for one in self._tx.deviations_at(Stage.OPEN.value):
            if not areas or one.area in areas:
                yield Item(text=say.EMERGENCY.format(place=one.place))

    # --- words

    def _somebody(self, people: list[str]) -> str:
        if not people:
            return say.NOBODY
        first = self._name(people[0])
        return first if len(people) == 1 else say.AND_OTHERS.format(name=first, count=len(people))

    def _name(self, person: str) -> str:
        known = self._tx.directory.people.get(PersonId(person))
        return known.name if known is not None else person

    def _address(self, kind: str, number: str) -> str:
        return "" if self._base is None else f"{self._base}/{kind}/{number}"
