"""Pictures that are wanted of the plant's cameras: orders become rows, answers become lines of the permit's journal.

Every wish writes two rows with the event that caused it: the order, carried out after the commit (`bot.stills`), and
the end of its patience, at which the agenda answers in the camera's place that there is none. So a camera, whoever
asks it, or this house may be down: the wish is answered all the same, once. What a plant wants of silence follows in
the transaction that records it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import TYPE_CHECKING

from cards.words_devices import CAMERA, SILENCE, camera_silent
from handlers.answers import Say
from handlers.encoding import pack_command, pack_outgoing
from handlers.held import StillDue
from handlers.luck import moment
from handlers.outgoing import PermitCard, StillOrder
from storage.agenda import NewMessage, timer_key
from storage.tx import Tx
from workflow.effects import Lane, TakeStill
from workflow.ids import DeviceId, PermitId
from workflow.permit.commands import RecordStill, StopWork, SuspendReason
from workflow.permit.events import CameraSilent, Event, StillTaken
from workflow.permit.state import Permit, Status
from workflow.stills import ANSWER_WITHIN, Camera, Occasion, OnSilence, Silence, StillRule, rule_for
from workflow.values import Actor, aware

if TYPE_CHECKING:
    from handlers.arrivals import Due
    from handlers.desk import Desk
    from handlers.house import House

STILL = "still"
"""The timer of the next picture by chance, and what orders and pictures are called."""
PATIENCE = "still_patience"
STOP = "still_stop"
"""Rows of the agenda that answer in a camera's place, and that stop work for want of a picture."""


def still_rule(house: House, permit: Permit) -> StillRule | None:
    """What the plant asks of its cameras for this permit; None: nothing."""
    return rule_for(house.book.plant.stills, permit.law.work, permit.law.grade)


# --- wanting --------------------------------------------------------------------------------------------------------


def wanted(desk: Desk, effect: TakeStill, permit: Permit) -> None:
    """Something happened that a picture should show."""
    if desk.house.cameras.there and still_rule(desk.house, permit) is not None:
        _order(desk, permit, effect.occasion, effect.key)


def moved(desk: Desk, before: Permit, after: Permit) -> None:
    """After a change of a permit: work that begins will be looked at by chance, work that stops no longer."""
    if (before.status is Status.ACTIVE) is (after.status is Status.ACTIVE):
        return
    if after.status is Status.ACTIVE:
        _draw(desk.tx, desk.house, after, desk.now)
    else:
        desk.tx.drop_timer(timer_key(after.id, STILL))


def fell_due(desk: Desk, number: PermitId) -> None:
    """The moment that was drawn has come: take a picture, and draw the next. Work that is stopped is not looked at."""
    permit = desk.known(number)
    if permit is None or permit.status is not Status.ACTIVE or still_rule(desk.house, permit) is None:
        return
    _order(desk, permit, Occasion.RANDOM, f"{desk.now.isoformat(timespec='seconds')}")
    _draw(desk.tx, desk.house, permit, desk.now)


def outdated(desk: Desk, due: Due) -> bool:
    """Whether a stop for want of a picture speaks of work that no longer goes on."""
    return due.name == STOP and desk.permit(PermitId(due.permit)).status is not Status.ACTIVE


def unlooked(tx: Tx, house: House, now: datetime) -> None:
    """Give work that must be looked at by chance its moment where it has none, as after the plant began to ask for it,
    or one that lies further ahead than it may, as after the plant began to ask more often."""
    timers = tx.timers()
    for row in tx.permits_in(Status.ACTIVE.value):
        permit = tx.load(house.permits, row.permit)[0]
        rule, due = still_rule(house, permit), timers.get(row.permit, {}).get(STILL)
        if rule is not None and rule.every is not None and (due is None or due > now + rule.every):
            _draw(tx, house, permit, now)


def _draw(tx: Tx, house: House, permit: Permit, now: datetime) -> None:
    """Set the moment of the next picture by chance. Only who holds the site's secret could foresee it."""
    rule = still_rule(house, permit)
    if rule is None or rule.every is None or not house.cameras.there:
        return
    due = moment(now + rule.soonest, now + rule.every, luck(house.secret, permit.id, now))
    tx.put_timer(timer_key(permit.id, STILL), due, STILL, permit.id, pack_command(StillDue(at=due)), at=now)


def luck(secret: bytes, permit: str, at: datetime) -> bytes:
    """32 bytes for one picture by chance, whose moment is drawn at ``at``."""
    said = f"still\n{permit}\n{int(aware(at).timestamp() * 1_000_000)}"
    return hmac.new(secret, said.encode(), hashlib.sha256).digest()


def _order(desk: Desk, permit: Permit, occasion: Occasion, which: str) -> None:
    cameras = desk.house.cameras.at(permit.what.area)
    for camera in cameras:
        _ask(desk, permit, occasion, f"{occasion.value}:{which}:{camera.id}", camera)
    if not cameras and occasion is Occasion.BEGIN:
        # Once is enough: that no camera stands there does not change while people work.
        nobody = Camera(id=DeviceId(""), name="", areas=frozenset())
        _answer_at(desk, permit, desk.now, _unanswered(desk, nobody, f"{occasion.value}:{which}", Silence.NO_CAMERA))


def _ask(desk: Desk, permit: Permit, occasion: Occasion, key: str, camera: Camera) -> None:
    order = StillOrder(permit=permit.id, camera=camera.id, key=key, occasion=occasion, at=desk.now)
    desk.tx.post(
        NewMessage(
            key=f"{permit.id}:still:{key}",
            # A picture takes seconds, and nobody may wait for it.
            lane=Lane.INFORMATION,
            recipient=f"camera:{camera.id}",
            purpose=STILL,
            payload=pack_outgoing(order),
            at=desk.now,
            permit=permit.id,
        )
    )
    command = _unanswered(desk, camera, key, Silence.UNANSWERED, occasion)
    _answer_at(desk, permit, desk.now + ANSWER_WITHIN, command)


def _unanswered(desk: Desk, camera: Camera, key: str, why: Silence, occasion: Occasion = Occasion.BEGIN) -> RecordStill:
    return RecordStill(
        by=Actor.clock(), at=desk.now, key=key, occasion=occasion, camera=camera.id, name=camera.name,
        asked_at=desk.now, silence=why,
    )  # fmt: skip


def _answer_at(desk: Desk, permit: Permit, due: datetime, command: RecordStill) -> None:
    # Under a key of its own: a permit that ends clears its timers, not what was wanted to be seen of its end.
    desk.tx.put_timer(_patience(permit.id, command.key), due, PATIENCE, permit.id, pack_command(command), at=desk.now)


def _patience(permit: PermitId, key: str) -> str:
    return f"still/{permit}/{key}"


# --- what came of it ------------------------------------------------------------------------------------------------


def noted(desk: Desk, event: Event, after: Permit) -> None:
    """A wish was answered: nobody need answer it any more; of silence hears whom the plant wants to hear of it."""
    if not isinstance(event, StillTaken | CameraSilent):
        return
    desk.tx.drop_timer(_patience(after.id, event.key))
    rule = still_rule(desk.house, after)
    if isinstance(event, StillTaken) or rule is None or after.status is not Status.ACTIVE:
        return
    if rule.silent is OnSilence.SUSPEND:
        _suspend(desk, event, after)
    if rule.silent is OnSilence.TELL:
        args = {"name": event.name or CAMERA, "why": SILENCE[event.why]}
        card = PermitCard(person=after.guardian, permit=after.id, purpose=None, note=Say.CAMERA_SILENT.value, args=args)
        desk.post_to(str(after.guardian), card, purpose=STILL, lane=Lane.ACTION, permit=after.id)


def _suspend(desk: Desk, event: CameraSilent, after: Permit) -> None:
    """By a row that is due at once, as one permit asks another: the stop is a decision of its own, with its facts."""
    text = camera_silent(event.name, event.why)
    command = StopWork(by=Actor.clock(), at=desk.now, reason=SuspendReason.DEVICE_SILENT, text=text)
    key = f"ask/still/{after.id}/{event.key}"
    desk.tx.put_timer(key, desk.now, STOP, after.id, pack_command(command), at=desk.now)
