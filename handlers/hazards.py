"""Hazards at a desk: the facts a decision looks at, and what follows from it as rows.

One stream for each hazard, written with its row on the board, its one timer, the cards it wants pushed and the stops
it asks of live permits. The words people use are in `handlers.hazard_said`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from handlers.desk import Desk
from handlers.encoding import pack_command, pack_outgoing
from handlers.outgoing import HazardCard, HazardRefresh, Outgoing
from handlers.points import settle
from handlers.work_orders import hand_over
from storage.agenda import NewMessage, timer_key
from storage.hazards import HazardRow
from storage.policy_hazards import HazardRules
from workflow.effects import Lane
from workflow.errors import Refused
from workflow.hazard import commands as c
from workflow.hazard import effects as wanted
from workflow.hazard import events as e
from workflow.hazard.decide import decide
from workflow.hazard.effects import About
from workflow.hazard.facts import Facts
from workflow.hazard.guards import DEBT
from workflow.hazard.holds import reaches
from workflow.hazard.likeness import Alike, Known, alike
from workflow.hazard.owed import due
from workflow.hazard.shown import originals
from workflow.hazard.state import Hazard, Kind, Sighting
from workflow.ids import AreaId, HazardId, MediaHash, PermitId, PersonId
from workflow.permit import commands as permit
from workflow.permit.guards import ASKED as STOP
from workflow.permit.state import Status
from workflow.permit.transitions import LISTENS
from workflow.plant import Person
from workflow.privacy.retention import HAZARD
from workflow.rules.types import Role
from workflow.values import Actor

SERIES = "YH"
"""隐患: numbers are ``YH-<site>-<day>-<running>``."""
ASKED = HAZARD
"""What a refusal calls the thing asked, and the purpose of media and messages."""
REPRESENTATIVES = "staff_representative"
"""The post that hears of every major hazard (Work Safety Law Art 41); held by nobody, the safety department does."""
_HEADS = (Role.CHIEF, Role.PRINCIPAL)
_LOOKED_BACK = 50
"""How many of a person's own reports are compared with a new one of his."""
_SAID = 200
"""Characters of a report that the board keeps; all of it is in the journal."""


class NoHazardRules(Exception):
    """A hazard was asked for in a house without the law of hazards; its words are not answered there. Ours."""


def rules_of(desk: Desk) -> HazardRules:
    """The law of today. Raise `NoHazardRules`."""
    if desk.house.hazard_rules is None:
        raise NoHazardRules(desk.house.site)
    return desk.house.hazard_rules


def load(desk: Desk, number: HazardId) -> Hazard:
    """The hazard as it stands; blank when nobody ever reported it."""
    return desk.tx.load(desk.house.hazards, number)[0]


# --- asking the core ------------------------------------------------------------------------------------------------


def report(desk: Desk, what: Sighting, *, by: Actor | None = None) -> HazardId | None:
    """Register what was seen under the next number of the day; None when it is refused, and then none is spent.

    ``by``: the device that saw it, when nobody came.
    """
    series = f"{SERIES}-{desk.house.site.upper()}-{desk.today:%Y%m%d}"
    blank = desk.house.hazards.initial(series)
    found = _decided(desk, blank, c.Report(by=by or desk.by, at=desk.now, what=what))
    if not found:
        return None
    number = HazardId(f"{series}-{desk.tx.next_number(series):03d}")
    _write(desk, replace(blank, id=number), found)
    return number


def ask(desk: Desk, number: HazardId, command: c.Command) -> Hazard | None:
    """Decide and write; the state after it, or None when it was refused, which is said."""
    before = load(desk, number)
    found = _decided(desk, before, command)
    return None if found is None else _write(desk, before, found)


def overdue(desk: Desk, number: HazardId, command: c.DebtOverdue) -> None:
    """The clock: what was owed until now, asked as of now. A stale one decides nothing."""
    before = load(desk, number)
    _write(desk, before, decide(before, replace(command, at=desk.now), facts_of(desk, before, command)))


def watch_again(desk: Desk, number: HazardId) -> None:
    """Its timer was lost: set it anew, and tell the duty leader and the safety department, who may have missed it."""
    now = load(desk, number)
    clock = wanted.clock_of(now)
    if clock is None:
        return
    _apply(desk, clock, now)
    duty = desk.house.posts.duty_leader(desk.tx.directory)
    key = f"{now.round}.{now.version}"
    told = wanted.Tell(
        hazard=number, about=About.UNWATCHED, lane=Lane.SAFETY, people=() if duty is None else (duty,),
        roles=(Role.SAFETY_DEPT,), key=key,
    )  # fmt: skip
    tell(desk, told, now)


def _decided(desk: Desk, state: Hazard, command: c.Command) -> tuple[e.Event, ...] | None:
    try:
        return decide(state, command, facts_of(desk, state, command))
    except Refused as refused:
        if desk.actor is not None:
            desk.refuse(None, ASKED, refused.findings)
        return None


def _write(desk: Desk, before: Hazard, found: tuple[e.Event, ...]) -> Hazard:
    fold, state = desk.house.hazards, before
    for event in found:
        version = desk.tx.load(fold, before.id)[1]
        after = desk.tx.append(fold, before.id, version, (event,), desk.now, desk.cause)[0]
        for effect in wanted.effects(event, state, after):
            _apply(desk, effect, after)
        settle(desk, event, after)
        hand_over(desk, event, after)
        _keep(desk, after.id, originals(event))
        if isinstance(event, e.HazardMerged):
            # They show the one that goes on, too, and are kept as long as that is.
            _keep(desk, event.into, (*after.before, *after.videos))
        state = after
    if found:
        _project(desk, state)
    return state


def _project(desk: Desk, now: Hazard) -> None:
    if now.sighting is None or now.reported_at is None:
        return
    reporter = None if now.reporter is None else now.reporter.as_person
    desk.tx.put_hazard(
        HazardRow(
            id=now.id,
            is_open=now.open,
            stage=now.stage.value,
            area=now.sighting.area or "",
            kind=now.sighting.kind.value,
            place=now.sighting.place,
            said=now.sighting.text[:_SAID],
            reporter=reporter or "",
            responsible=now.responsible or "",
            supervision=int(now.supervision),
            reported_at=now.reported_at,
            reported_on=now.reported_at.astimezone(desk.house.zone).date(),
            due_at=due(now),
            earned=now.earned,
            ended_at=now.ended_at,
        )
    )


def _keep(desk: Desk, number: HazardId, shown: Iterable[MediaHash]) -> None:
    """What a hazard shows serves it from now on: media without a use is forgotten as nobody's."""
    for media in shown:
        for row in desk.tx.media_called(media)[:1]:
            desk.tx.add_media(replace(row, permit=number, purpose=ASKED))


# --- what the core knows --------------------------------------------------------------------------------------------


def facts_of(desk: Desk, state: Hazard, command: c.Command) -> Facts:
    """What the plant knows around this hazard now."""
    rules = rules_of(desk)
    what = command.what if isinstance(command, c.Report) else state.sighting
    area = None if what is None else what.area
    holders = desk.holders(area)
    people = desk.tx.directory.people
    safety = holders.get(Role.SAFETY_DEPT, ())
    photos = command.photos if isinstance(command, c.Rectify) else ()
    return Facts(
        people=people,
        law=rules.law,
        grading=rules.grading(desk.today),
        safety=safety,
        safety_head=safety_heads(safety, people),
        leadership=_leadership(desk, holders),
        owners=() if area is None else holders.get(Role.SITE_UNIT, ()),
        registered=None if what is None or area is None else _registered(rules, what.kind, holders),
        permits=() if what is None else _live_there(desk, what),
        used_photos=frozenset(one for one in photos if _used(desk, state.id, one)),
        other=load(desk, command.into) if isinstance(command, c.Merge) else None,
        earned_today=_earned(desk, state),
        earned_before=isinstance(command, c.Accept) and _earned_before(desk, state),
    )


def safety_heads(safety: Iterable[PersonId], people: Mapping[PersonId, Person]) -> tuple[PersonId, ...]:
    """Those of the safety department who are the superior of another of it; else whoever it is under."""
    members = tuple(safety)
    above = tuple(dict.fromkeys(people[one].superior for one in members if one in people))
    heads = tuple(one for one in above if one is not None and one in members)
    return heads or tuple(one for one in above if one is not None)


def _leadership(desk: Desk, holders: Mapping[Role, tuple[PersonId, ...]]) -> tuple[PersonId, ...]:
    heads = tuple(dict.fromkeys(person for role in _HEADS for person in holders.get(role, ())))
    duty = desk.house.posts.duty_leader(desk.tx.directory)
    return heads or (() if duty is None else (duty,))


def _registered(rules: HazardRules, kind: Kind, holders: Mapping[Role, tuple[PersonId, ...]]) -> PersonId | None:
    return next((person for role in rules.responsible(kind) for person in holders.get(role, ())), None)


def _live_there(desk: Desk, what: Sighting) -> tuple[PermitId, ...]:
    """Live permits at each place that was named, and the one the reporter named: those a stop would reach."""
    return tuple(
        PermitId(row.permit)
        for row in desk.tx.open_permits()
        if row.live and reaches(what, row.permit, row.area) and permit.StopWork in LISTENS[Status(row.status)]
    )


def _used(desk: Desk, number: HazardId, media: MediaHash) -> bool:
    """Whether the plant has seen this picture before, elsewhere or as the model of this one."""
    return any(row.permit not in {None, number} or row.copies is not None for row in desk.tx.media_called(media))


def _earned(desk: Desk, state: Hazard) -> int:
    reporter = None if state.reporter is None else state.reporter.as_person
    if reporter is None or state.reported_at is None:
        return 0
    return desk.tx.hazard_points(reporter, state.reported_at.astimezone(desk.house.zone).date())


def _earned_before(desk: Desk, state: Hazard) -> bool:
    """Whether the same person got points for the like of it lately: who reports one bolt twice earns once."""
    reporter = None if state.reporter is None else state.reporter.as_person
    if reporter is None or state.reported_at is None or state.sighting is None:
        return False
    mine = (row for row in desk.tx.hazards_by(reporter, _LOOKED_BACK) if row.earned and row.id != state.id)
    return bool(alike(state.sighting, state.reported_at, map(_known, mine)))


def likely(desk: Desk, what: Sighting) -> tuple[Alike, ...]:
    """Open hazards this report may be, by place, words and picture; the likeliest first."""
    shown = {one for media in what.photos for one in _same_as(desk, media)}
    known = (
        _known(row, same_picture=bool(shown) and not shown.isdisjoint(load(desk, HazardId(row.id)).before))
        for row in desk.tx.open_hazards()
    )
    return alike(what, desk.now, known)


def _known(row: HazardRow, *, same_picture: bool = False) -> Known:
    return Known(
        id=HazardId(row.id), area=AreaId(row.area) if row.area else None, kind=Kind(row.kind), text=row.said,
        at=row.reported_at, same_picture=same_picture,
    )  # fmt: skip


def _same_as(desk: Desk, media: MediaHash) -> tuple[MediaHash, ...]:
    copied = (row.copies for row in desk.tx.media_called(media))
    return (media, *(one for one in copied if one is not None))


# --- what follows ---------------------------------------------------------------------------------------------------


def _apply(desk: Desk, effect: wanted.Effect, now: Hazard) -> None:
    match effect:
        case wanted.Tell():
            tell(desk, effect, now)
        case wanted.Refresh():
            refresh(desk, now.id, HazardRefresh(hazard=now.id, but=desk.actor if desk.tapped else None))
        case wanted.SetClock():
            key = timer_key(now.id, DEBT)
            desk.tx.put_timer(key, effect.due, DEBT, now.id, pack_command(effect.command), at=desk.now)
        case wanted.ClearClock():
            desk.tx.drop_timer(timer_key(now.id, DEBT))
        case wanted.StopPermit():
            # As one permit asks another: a row of its own, so that a kill between the two loses nothing.
            key = f"ask/{now.id}.{now.version}/{effect.permit}"
            payload = pack_command(effect.command)
            desk.tx.put_timer(key, desk.now, STOP, effect.permit, payload, at=desk.now)
        case never:
            assert_never(never)


def tell(desk: Desk, effect: wanted.Tell, now: Hazard) -> None:
    """Push people their card of a hazard, with why."""
    for person in dict.fromkeys(_people(desk, effect, now)):
        if person == desk.actor and desk.tapped and effect.about is not About.REGISTERED:
            continue  # the card he pressed shows it
        card = HazardCard(person=person, hazard=now.id, about=effect.about.value)
        desk.tx.post(
            NewMessage(
                key=f"{now.id}:{effect.about.value}:{effect.key}:{person}",
                lane=effect.lane,
                recipient=person,
                purpose=ASKED,
                payload=pack_outgoing(card),
                at=desk.now,
            )
        )


def _people(desk: Desk, effect: wanted.Tell, now: Hazard) -> Iterable[PersonId]:
    yield from effect.people
    holders = desk.holders(None if now.sighting is None else now.sighting.area)
    for role in effect.roles:
        yield from holders.get(role, ())
    for number in effect.guardians_of:
        yield desk.permit(number).guardian
    if effect.about is About.REPRESENTATIVES:
        elected = tuple(one.id for one in desk.tx.directory.holders(REPRESENTATIVES))
        yield from elected or holders.get(Role.SAFETY_DEPT, ())


def refresh(desk: Desk, number: HazardId, what: HazardRefresh) -> None:
    """Edit copies of a hazard's card. Of several refreshes for the same that wait, only the newest is done."""
    whose = what.person or "holders"
    outgoing: Outgoing = what
    desk.tx.post(
        NewMessage(
            key=f"{number}:refresh:{whose}:{desk.cause}",
            lane=Lane.ACTION,
            recipient=whose,
            purpose="refresh",
            payload=pack_outgoing(outgoing),
            at=desk.now,
            coalesce_key=f"{number}:refresh:{whose}",
        )
    )
