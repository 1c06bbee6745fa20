"""How messages about permits wait their turn in the outbox, so that people go on reading them (docs/adr/0172).

Three rules, all about rows with a time before which they do not leave:

- *again*: what only repeats keeps a distance from the last push to the same person about the same permit. Of several
  that wait, the newest is said;
- *night*: in the plant's quiet hours, whatever can wait for the morning waits, and all of it is one message. Work that
  goes on, or begins before the morning, has people who are awake;
- *storm*: an alarm that adds to a stop somebody has just been told of is told with whatever else comes within moments.

The safety lane knows only the last of them, and only for who has been told of the same stop: a first alarm, and one
that orders people out, never wait. Nothing here decides whether something is still worth saying: that is asked when it
leaves (`bot.standing`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.encoding import pack_outgoing, unpack_outgoing
from handlers.outgoing import Overnight, PermitCard
from storage.agenda import NewMessage
from workflow.effects import Lane, Notify, Purpose
from workflow.escalation import counts_from, late_from, waiting
from workflow.manners import Manners
from workflow.permit.state import Permit

if TYPE_CHECKING:
    from handlers.desk import Desk
    from handlers.house import House

REFRESH = "refresh"
"""The purpose of rows that push nothing."""
SETTLED = timedelta(minutes=1)
"""How long after the quiet hours the night is told: by then every act of the night is written."""


def post(desk: Desk, effect: Notify, permit: Permit, message: NewMessage) -> None:
    """Put one message of a notice into the outbox, to leave when manners allow."""
    wake = None if effect.lane is Lane.SAFETY else _morning(desk, permit)
    if wake is not None:
        message = _overnight(desk, message, wake)
    elif effect.again:
        message = _after_the_last(desk, effect, message)
    desk.tx.post(message)


def by_day(desk: Desk, permit: Permit, message: NewMessage) -> NewMessage:
    """The message, after the quiet hours if it can wait so long."""
    wake = _morning(desk, permit)
    return message if wake is None else replace(message, not_before=wake + SETTLED)


def climbs_by_day(desk: Desk, permit: Permit, due: datetime) -> datetime:
    """When a step that can wait for the morning is late, or climbs on: in quiet hours its time stands still.

    Only in those of its time: the nights before the last signature can be given at all are none of it.
    """
    since = desk.now if permit.escalation_level else counts_from(permit, desk.now)
    return _standing_still(desk.house, permit, since, due)


def late_at(house: House, permit: Permit) -> datetime | None:
    """When the step the plant is asked for now is late; None when nothing is waited for, or it has climbed."""
    since = permit.waiting_since
    step = None if since is None or permit.escalation_level else waiting(permit, since)
    if since is None or step is None:
        return None
    return _standing_still(house, permit, counts_from(permit, since), late_from(permit, step, since))


def _standing_still(house: House, permit: Permit, since: datetime, due: datetime) -> datetime:
    later = house.book.plant.manners.by_day(since, due, house.zone)
    return later if _can_wait(permit, later) else due


def _morning(desk: Desk, permit: Permit) -> datetime | None:
    """When the quiet hours of this moment end; None by day, and for what cannot wait so long."""
    wake = _rules(desk).wake(desk.now, desk.house.zone)
    return wake if wake is not None and _can_wait(permit, wake) else None


def _can_wait(permit: Permit, until: datetime) -> bool:
    """Whether nobody works under this permit, or is about to, before ``until``."""
    return permit.over or (permit.started_at is None and permit.what.planned.start >= until)


def _rules(desk: Desk) -> Manners:
    return desk.house.book.plant.manners


def _overnight(desk: Desk, message: NewMessage, wake: datetime) -> NewMessage:
    """The message as a part of the night's one; a line to a group only waits."""
    held = replace(message, not_before=wake + SETTLED)
    card = unpack_outgoing(message.payload)
    if not isinstance(card, PermitCard) or card.purpose is None:
        return held
    night = nights(message.recipient, f"{wake.astimezone(desk.house.zone):%Y-%m-%d}")
    told = Overnight(person=card.person, permit=card.permit, purpose=card.purpose, night=night, step=card.step)
    return replace(held, key=f"{night}{message.key}", lane=Lane.ACTION, payload=pack_outgoing(told))


def nights(person: str, day: str = "") -> str:
    """How the keys of what one person is told of their nights begin; with a day, of the one that ends on it."""
    return f"night:{person}:{day}:" if day else f"night:{person}:"


def _after_the_last(desk: Desk, effect: Notify, message: NewMessage) -> NewMessage:
    """The message, at its distance from the last one to this person about this permit."""
    if effect.lane is Lane.SAFETY:
        last = _last(desk, f"{effect.permit}:{Purpose.SUSPENDED.value}:", message.recipient)
        kind, distance = "storm", _rules(desk).storm
    else:
        earlier = (
            _last(desk, before, message.recipient) for before in (f"{effect.permit}:", nights(message.recipient))
        )
        last = max((one for one in earlier if one is not None), default=None)
        kind, distance = "again", _rules(desk).gap
    if last is None or last + distance <= desk.now:
        return message
    # Of one step: what takes the place of a row that waits leaves no later than that one would have.
    one = f"{effect.permit}:{kind}:{effect.step}:{message.recipient}"
    return replace(message, not_before=last + distance, coalesce_key=one)


def _last(desk: Desk, prefix: str, recipient: str) -> datetime | None:
    return desk.tx.last_push(prefix, recipient, now=desk.now, but=REFRESH)
