"""What the core wants done outside, turned into rows: messages, timers, jobs. The words and the sending come later.

People behind roles are those of this moment. Who has just pressed is not told by a push what the answer to the press
shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cards.steps_review import written_out
from handlers import manners
from handlers.answers import Say
from handlers.asked import Holders, who
from handlers.encoding import pack_command, pack_outgoing
from handlers.luck import drawn
from handlers.outgoing import Answer, GroupNote, HoldersRefresh, Outgoing, PermitCard, PermitRefresh
from handlers.outputs import ordered
from handlers.stills import wanted
from handlers.told import notices
from storage.agenda import NewMessage, timer_key
from workflow.delegation import StandingIn, spent
from workflow.effects import (
    AskPermit,
    ClearTimer,
    Drive,
    Effect,
    FetchMedia,
    Lane,
    Notify,
    Purpose,
    Refresh,
    SetTimer,
    TakeStill,
)
from workflow.escalation import asked_first
from workflow.ids import PermitId, PersonId
from workflow.permit.effects_common import STEP
from workflow.permit.guards import ASKED
from workflow.permit.state import Permit
from workflow.permit.who import team
from workflow.rules.types import Role

if TYPE_CHECKING:
    from handlers.desk import Desk

_INVITATIONS = frozenset(
    {
        Purpose.ASK_ACCEPT,
        Purpose.ASK_PREPARE,
        Purpose.ASK_APPROVE,
        Purpose.DEPUTISE,
        Purpose.ASK_START,
        Purpose.ASK_BRIEF,
        Purpose.ASK_ACCEPTANCE,
        Purpose.ASK_HANDOVER,
        Purpose.ASK_CLOSING,
    }
)
"""Purposes that ask for something: they reach even the one whose typed word brought them about."""

_BY_WHO_HAS_NOT_SIGNED = frozenset({Purpose.ASK_APPROVE, Purpose.REMIND})
"""One person signs one node: whoever has is not asked for another."""


class UnfetchableMedia(Exception):
    """The core asked for media by a platform handle; none ever reaches it, events carry our own hashes only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Around which an effect is applied: the permit as it now is, and who holds which post at its place."""

    permit: Permit
    holders: Holders
    standing_in: StandingIn = field(default_factory=dict)
    """Of these the deputies, and for whom they stand in: those are away, and are left in peace."""
    standby: Holders = field(default_factory=dict)
    """Of these whoever only stands by."""


def apply(desk: Desk, effect: Effect, situation: Situation) -> None:
    """Write the rows of one effect."""
    match effect:
        case Notify():
            _notify(desk, effect, situation)
        case Refresh():
            desk.refresh_later(effect.permit)
        case SetTimer():
            key = timer_key(effect.permit, effect.name)
            due, command = drawn(effect, desk.house.secret, desk.now)
            if effect.name in STEP:
                due = manners.climbs_by_day(desk, situation.permit, due)
            desk.tx.put_timer(key, due, effect.name, effect.permit, pack_command(command), at=desk.now)
        case ClearTimer(name=""):
            desk.tx.drop_timers(effect.permit)
        case ClearTimer():
            desk.tx.drop_timer(timer_key(effect.permit, effect.name))
        case AskPermit():
            # Due at once, under a key of its own: an ended permit clears its timers, not what others ask of it.
            payload = pack_command(effect.command)
            key = f"ask/{effect.key}/{effect.permit}"
            desk.tx.put_timer(key, desk.now, ASKED, effect.permit, payload, at=desk.now)
        case Drive():
            ordered(desk, effect)
        case TakeStill():
            wanted(desk, effect, situation.permit)
        case FetchMedia():
            raise UnfetchableMedia(effect.permit)


def _notify(desk: Desk, effect: Notify, situation: Situation) -> None:
    for person in dict.fromkeys(_people(effect, situation)):
        if effect.purpose is Purpose.ASK_PREPARE:
            _checklist(desk, effect, situation.permit, person)
        if not _knows(desk, effect, person):
            card = PermitCard(person=person, permit=effect.permit, purpose=effect.purpose, step=effect.step)
            manners.post(desk, effect, situation.permit, _message(desk, effect, card, str(person)))
    area = situation.permit.what.area
    for purpose in effect.groups:
        for group in desk.tx.directory.groups_for(purpose, area):
            note = GroupNote(group=group.id, permit=effect.permit, purpose=effect.purpose)
            manners.post(desk, effect, situation.permit, _message(desk, effect, note, str(group.id)))


def _checklist(desk: Desk, effect: Notify, permit: Permit, person: PersonId) -> None:
    """Before the card with the ticks: its items, as far as a tick cannot show them whole."""
    rows = written_out(permit)
    if rows:
        args = {"number": str(permit.id), "lines": "\n".join(rows)}
        message = NewMessage(
            key=f"{permit.id}:checklist:{effect.key}:{person}",
            lane=effect.lane,
            recipient=person,
            purpose="checklist",
            payload=pack_outgoing(Answer(person=person, key=Say.CHECKLIST.value, args=args)),
            at=desk.now,
            permit=permit.id,
        )
        desk.tx.post(manners.by_day(desk, permit, message))


def _people(effect: Notify, situation: Situation) -> Iterator[PersonId]:
    yield from effect.people
    spent = {signature.person for signature in situation.permit.signatures}
    for role in effect.roles:
        unspent = effect.purpose not in _BY_WHO_HAS_NOT_SIGNED
        people = [one for one in _here(effect, situation, role) if unspent or one not in spent]
        yield from asked_first(people, situation.standby.get(role, ())) if effect.first else people


def _here(effect: Notify, situation: Situation, role: Role) -> tuple[PersonId, ...]:
    """Whom a role's message goes to: for those who are away, who stands in for them, where he may."""
    permit, deputies = situation.permit, situation.standing_in.get(role, {})
    people = who(permit, role, situation.holders)
    signed = permit.signatures if effect.purpose in _BY_WHO_HAS_NOT_SIGNED else ()
    barred = team(permit) | {one.person for one in signed} | {one.instead_of for one in signed if one.instead_of}
    useless = {deputy for deputy, principals in deputies.items() if spent(principals, barred)}
    away = {one for deputy in people if deputy not in useless for one in deputies.get(deputy, ())}
    return tuple(person for person in people if person not in useless | away)


def _knows(desk: Desk, effect: Notify, person: PersonId) -> bool:
    """Whether this person has just caused it and sees it in the answer."""
    return person == desk.actor and (desk.tapped or effect.purpose not in _INVITATIONS)


def _message(desk: Desk, effect: Notify, outgoing: Outgoing, recipient: str) -> NewMessage:
    return NewMessage(
        key=f"{notices(effect.permit, effect.purpose, effect.key)}{recipient}",
        lane=effect.lane,
        recipient=recipient,
        purpose=effect.purpose.value,
        payload=pack_outgoing(outgoing),
        at=desk.now,
        permit=effect.permit,
    )


def refresh_holders(desk: Desk, permit: PermitId, *, but: PersonId | None = None) -> None:
    """Edit the copies of everybody who holds a card of this permit, except ``but``.

    One row for all of them: who they are is looked up when it is rendered, not while others wait for the writer.
    """
    _refresh(desk, permit, HoldersRefresh(permit=permit, but=but), "holders")


def refresh_one(desk: Desk, person: PersonId, permit: PermitId, handle: str | None = None) -> None:
    """Edit the copies one person holds."""
    _refresh(desk, permit, PermitRefresh(person=person, permit=permit, handle=handle), person)


def _refresh(desk: Desk, permit: PermitId, refresh: Outgoing, recipient: str) -> None:
    """Of several refreshes for the same that wait, only the newest is done."""
    desk.tx.post(
        NewMessage(
            key=f"{permit}:refresh:{recipient}:{desk.cause}",
            lane=Lane.ACTION,
            recipient=recipient,
            purpose=manners.REFRESH,
            payload=pack_outgoing(refresh),
            at=desk.now,
            permit=permit,
            coalesce_key=f"{permit}:refresh:{recipient}",
        )
    )
