"""Work whose guardian must be seen at the place by a tag: the timer that stops it when he no longer is.

As with detectors (`handlers.monitoring`): the transaction that starts or resumes such work sets the timer, whoever
sees the tag inside the fence pushes it forward, the transaction that ends or stops the work takes it away. A dead tag,
a tag nobody can place, a bridge or a house that is down are all the same: the timer falls due.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from cards.words_devices import tag_silent
from handlers.encoding import pack_command
from storage.agenda import timer_key
from storage.tx import Tx
from workflow.ids import PermitId
from workflow.permit.commands import StopWork, SuspendReason
from workflow.permit.state import Permit, Status
from workflow.presence import TagRule, rule_for
from workflow.values import Actor

if TYPE_CHECKING:
    from handlers.arrivals import Due
    from handlers.desk import Desk
    from handlers.house import House

TAG = "guardian_tag"
"""The timer's name."""


def tag_rule(house: House, permit: Permit) -> TagRule | None:
    """What the plant asks of the guardian's tag for this permit; None: nothing."""
    return rule_for(house.book.plant.guardian_tag, permit.law.work, permit.law.grade)


def moved(desk: Desk, before: Permit, after: Permit) -> None:
    """After a change of a permit: work that begins has so long to see its guardian; what ends needs no timer."""
    if (before.status is Status.ACTIVE) is (after.status is Status.ACTIVE):
        return
    if after.status is not Status.ACTIVE:
        desk.tx.drop_timer(timer_key(after.id, TAG))
        return
    rule = tag_rule(desk.house, after)
    if rule is not None:
        _set(desk.tx, after, rule, desk.now + rule.silent_after, desk.now)


def seen(tx: Tx, house: House, ends: Mapping[PermitId, datetime], now: datetime) -> None:
    """The guardian was seen at the place: without another word work may go on until ``ends``."""
    for number, end in ends.items():
        permit = tx.load(house.permits, number)[0]
        rule = tag_rule(house, permit) if permit.status is Status.ACTIVE else None
        if rule is not None:
            # Never further ahead than from now: a clock that runs wild buys nobody time.
            _set(tx, permit, rule, min(end, now + rule.silent_after), now)


def unseen(tx: Tx, house: House, now: datetime) -> None:
    """Give work that must see its guardian a timer where it has none, as after the plant began to ask for it, or one
    that lies further ahead than it may, as after the clock was set back."""
    timers = tx.timers()
    for row in tx.permits_in(Status.ACTIVE.value):
        permit = tx.load(house.permits, row.permit)[0]
        rule = tag_rule(house, permit)
        if rule is None:
            continue
        due, last = timers.get(row.permit, {}).get(TAG), now + rule.silent_after
        if due is None or due > last:
            _set(tx, permit, rule, last, now)


def _set(tx: Tx, permit: Permit, rule: TagRule, due: datetime, now: datetime) -> None:
    text = tag_silent(rule.silent_after)
    command = StopWork(by=Actor.clock(), at=due, reason=SuspendReason.DEVICE_SILENT, text=text)
    tx.put_timer(timer_key(permit.id, TAG), due, TAG, permit.id, pack_command(command), at=now)


def outdated(desk: Desk, due: Due) -> bool:
    """Whether a timer that fell due speaks of work that no longer goes on."""
    return due.name == TAG and desk.permit(PermitId(due.permit)).status is not Status.ACTIVE
