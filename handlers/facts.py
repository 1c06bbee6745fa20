"""What the plant knows right now, gathered for one decision about one permit.

People, places and posts come from the directory snapshot, other permits from the board. What cannot be told stays None:
unknown, never "nothing there".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from handlers.detectors import bound_to
from handlers.emergencies import emergencies
from handlers.hazards_near import hazards_near
from handlers.neighbours import Around, Places
from handlers.streams import Deviations, Hazards, absences_of
from handlers.told import asked_for_step
from handlers.weather import PlaceWeather, weather_at
from storage.directory import Directory
from storage.fold import Fold
from storage.tx import Tx
from workflow.delegation import STREAM, Absence, Absences, StandingIn, standing_in, with_deputies
from workflow.escalation import waiting
from workflow.facts import Facts, Isolated
from workflow.ids import AreaId, EquipmentId, IsolationId, PermitId, PersonId, SiteId
from workflow.interlock import EquipmentState, Interlock, Word
from workflow.isolation.state import Energy, Method
from workflow.monitoring import Detector, Watch
from workflow.permit import commands as c
from workflow.permit.commands import Command
from workflow.permit.content import Content
from workflow.permit.events import Event
from workflow.permit.named import ON_FORM
from workflow.permit.state import Permit, Status
from workflow.plant import Equipment
from workflow.remembered import Remembered
from workflow.rules.analysts import AnalystRule
from workflow.rules.book import RuleBook
from workflow.rules.types import Role

if TYPE_CHECKING:
    from handlers.house import House

GATED: frozenset[type[Command]] = frozenset(
    {
        c.Submit,
        c.AcceptRequest,
        c.RequestReview,
        c.Approve,
        c.Start,
        c.Resume,
        c.Finish,
        c.SignAcceptance,
        c.OpenHandover,
        c.SignHandover,
        c.ConfirmPurged,
    }
)
"""Commands that ask gates whatever the status. Of a running permit every command does: it stops when one no longer
holds."""

_BEFORE_WORK = (Status.ISSUED, Status.SUSPENDED)
"""From these work begins: what its detectors say now counts."""


@dataclass(slots=True)
class Posts:
    """Who holds the posts behind each role at a place, worked out once for each version of the directory."""

    book: RuleBook
    _version: int = -1
    _known: dict[AreaId | None, Mapping[Role, tuple[PersonId, ...]]] = field(default_factory=dict)
    _duty: Remembered[PersonId | None] = field(default_factory=lambda: Remembered(2))

    def holders(self, directory: Directory, area: AreaId | None) -> Mapping[Role, tuple[PersonId, ...]]:
        """Active holders by role; a role nobody holds is an empty tuple."""
        if directory.version != self._version:
            self._known.clear()
            self._version = directory.version
        found = self._known.get(area)
        if found is None:
            found = self._known[area] = {role: self._of(role, directory, area) for role in Role}
        return found

    def standby(
        self, directory: Directory, area: AreaId | None, away: tuple[Absence, ...]
    ) -> Mapping[Role, tuple[PersonId, ...]]:
        """Of the holders by role those who only stand by: they hold none of its other posts there, and nobody who is
        away has named them."""
        acting = {one.deputy for one in away}
        found = {}
        for role, posts in self.book.plant.standby.items():
            others = acting | {
                one.id
                for post in self.book.posts_for(role)
                if post not in posts
                for one in directory.holders(post, area)
            }
            found[role] = tuple(one for one in self.holders(directory, area)[role] if one not in others)
        return found

    def duty_leader(self, directory: Directory) -> PersonId | None:
        """The plant's duty leader: the first holder of a duty post."""
        return self._duty.of((directory,), lambda: self._first_on_duty(directory))

    def _first_on_duty(self, directory: Directory) -> PersonId | None:
        for post in self.book.plant.duty_posts:
            for person in directory.holders(post):
                return person.id
        return None

    def _of(self, role: Role, directory: Directory, area: AreaId | None) -> tuple[PersonId, ...]:
        people = (one.id for post in self.book.posts_for(role) for one in directory.holders(post, area))
        return tuple(dict.fromkeys(people))


def absences(tx: Tx) -> Absences:
    """Everybody's absences."""
    return tx.load(absences_of(SiteId(tx.site)), STREAM)[0]


def holders_now(
    tx: Tx, posts: Posts, area: AreaId | None, now: datetime
) -> tuple[Mapping[Role, tuple[PersonId, ...]], StandingIn]:
    """Who holds which role at a place at this moment, deputies included; and for whom these stand in."""
    directory = tx.directory
    here, away = posts.holders(directory, area), absences(tx).at(now)
    if not away:
        return here, {}
    deputies = standing_in(away, here, posts.holders(directory, None), directory.people)
    return with_deputies(here, deputies), deputies


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What facts are gathered from."""

    tx: Tx
    permits: Fold[Permit, Event]
    deviations: Deviations
    hazards: Hazards
    posts: Posts
    now: datetime
    zone: tzinfo
    places: Places = field(default_factory=Places)
    analysts: tuple[AnalystRule, ...] = ()
    """Of which works it wants the analyses of an analyst or a detector."""
    monitoring: tuple[Watch, ...] = ()
    """What the plant asks of detectors."""
    interlock: timedelta | None = None
    """How long a word of the equipment system counts; None = the plant has none."""

    @classmethod
    def of(cls, tx: Tx, house: House, now: datetime) -> Ground:
        """The ground of one arrival, or of one look."""
        return cls(
            tx=tx,
            permits=house.permits,
            deviations=house.deviations,
            hazards=house.hazards,
            posts=house.posts,
            now=now,
            zone=house.zone,
            places=house.places,
            monitoring=house.book.plant.monitoring,
            analysts=house.book.plant.analysts,
            interlock=house.interlock,
        )

    def content(self, permit: PermitId) -> Content | None:
        """What another permit says; None when it says nothing."""
        return self.tx.load(self.permits, permit)[0].content


def gather(ground: Ground, permit: Permit, command: Command) -> Facts:
    """The facts for deciding ``command`` on ``permit`` now."""
    content = command.content if isinstance(command, c.Submit) else permit.content
    search = permit.status is Status.ACTIVE or type(command) in GATED
    incoming: tuple[PersonId, ...] = ()
    if isinstance(command, c.OpenHandover):
        incoming = (command.guardian, command.leader)
    elif permit.handover is not None:
        incoming = (permit.handover.record.guardian, permit.handover.record.leader)
    found = _facts(ground, permit.id, content, search=search, also=incoming)
    if isinstance(command, c.NodeOverdue):
        step = waiting(permit, ground.now)
        holders = () if step is None else found.holders[step.role]
        return replace(found, asked=asked_for_step(ground.tx, permit, holders, ground.now))
    if isinstance(command, c.PromptDue | c.ExcuseTask):
        return replace(found, elsewhere=tuple(area.name for area in ground.tx.directory.areas.values()))
    return found


def look(ground: Ground, permit_id: PermitId, content: Content) -> Facts:
    """The facts for looking at a permit, or at a draft that may become one: everything is asked."""
    return _facts(ground, permit_id, content, search=True)


def _facts(
    ground: Ground, permit_id: PermitId, content: Content | None, *, search: bool, also: tuple[PersonId, ...] = ()
) -> Facts:
    directory = ground.tx.directory
    area = directory.areas.get(content.area) if content is not None else None
    equipment = None
    if content is not None and content.equipment is not None:
        equipment = directory.equipment.get(content.equipment)
    around = Around(ground, permit_id, content, also) if search and content is not None else None
    on_route, cut_off = around.fire_routes() if around is not None else (None, ())
    holders, deputies = holders_now(ground.tx, ground.posts, content.area if content is not None else None, ground.now)
    above = weather_at(ground.tx, area.id, ground.now) if search and area is not None else PlaceWeather()
    return Facts(
        at=ground.now,
        zone=ground.zone,
        people=directory.people,
        holders=holders,
        standing_in=deputies,
        standby=ground.posts.standby(
            directory, content.area if content is not None else None, absences(ground.tx).at(ground.now)
        ),
        area=area,
        equipment=equipment,
        others=around.others() if around is not None else None,
        linked=_linked(ground, content) if search and content is not None else None,
        wind_ms=above.wind[0] if above.wind else None,
        wind_said=above.wind[1] if above.wind else None,
        wind_doubted_ms=above.doubted[0] if above.doubted else None,
        wind_doubted_said=above.doubted[1] if above.doubted else None,
        weather=above.weather,
        weather_said=above.said,
        wind_held=above.wind_held,
        weather_held=above.weather_held,
        on_fire_route=on_route,
        cut_off=cut_off,
        duty_leader=ground.posts.duty_leader(directory),
        admissions=directory.admissions,
        isolations=_isolations(ground, permit_id) if search else (),
        emergencies=emergencies(ground, content) if search and content is not None else (),
        hazards=hazards_near(ground, permit_id, content.area) if search and content is not None else (),
        interlock=_interlock(ground, content),
        monitoring=ground.monitoring,
        analysts=ground.analysts,
        detectors=_detectors(ground, permit_id, content) if search and content is not None else None,
    )


def _detectors(ground: Ground, permit_id: PermitId, content: Content) -> tuple[Detector, ...] | None:
    """The permit's detectors, where the plant asks for any in such work; with their last words before it begins."""
    if all(content.work not in one.works for one in ground.monitoring):
        return None
    permit = ground.tx.load(ground.permits, permit_id)[0]
    now = (permit.guardian, permit.leader) if permit.content is not None else (content.guardian, content.leader)
    return bound_to(
        ground.tx,
        permit_id,
        content.area,
        {*now, *content.workers},
        ground.now,
        live=permit.status in _BEFORE_WORK,
    )


def _isolations(ground: Ground, permit: PermitId) -> tuple[Isolated, ...]:
    return tuple(
        Isolated(
            id=IsolationId(row.id),
            what=row.what,
            energy=Energy(row.energy),
            method=Method(row.method),
            in_place=row.in_place,
            proven=row.proven,
        )
        for row in ground.tx.isolations_of(permit)
    )


def _interlock(ground: Ground, content: Content | None) -> Interlock | None:
    """What the equipment system says of the permit's equipment and of everything else in its area."""
    if ground.interlock is None:
        return None
    if content is None:
        return Interlock(words=(), max_age=ground.interlock)
    things = [
        one for one in ground.tx.directory.equipment.values() if one.area == content.area or one.id == content.equipment
    ]
    return Interlock(words=words_of(ground.tx, things), max_age=ground.interlock)


def words_of(tx: Tx, things: Iterable[Equipment]) -> tuple[Word, ...]:
    """The newest words of the equipment system about these, however old."""
    named = {one.id: one.name for one in things}
    return tuple(
        Word(
            equipment=EquipmentId(row.equipment),
            name=named[EquipmentId(row.equipment)],
            state=EquipmentState(row.state),
            at=row.at,
            received_at=row.received_at,
            by=row.said_by,
        )
        for row in tx.equipment_states(sorted(named))
    )


def word_of(tx: Tx, thing: Equipment) -> Word | None:
    """The newest word about one piece of equipment; None when it was never spoken of."""
    return next(iter(words_of(tx, (thing,))), None)


def _linked(ground: Ground, content: Content) -> Mapping[PermitId, Status]:
    """Statuses of linked permits; one that is not on the board is left out: unknown."""
    rows = ((number, ground.tx.on_board(number)) for number in content.linked)
    return {number: Status(row.status) for number, row in rows if row is not None}


def people_of(permit: Permit) -> Iterable[tuple[Role, PersonId]]:
    """Everybody the permit names, with the role it names them in; after a relief, those who lead and guard now."""
    content = permit.what
    yield Role.APPLICANT, content.applicant
    yield Role.WORK_LEADER, permit.leader
    for worker in content.workers:
        yield Role.WORKER, worker
    yield Role.GUARDIAN, permit.guardian
    for role, named in ON_FORM.items():
        for person in named(content):
            yield role, person
