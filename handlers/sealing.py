"""Once a night the journal is sealed, and the fingerprint leaves the building: one line to the management's group.

A copy on many phones is what makes the seal worth something (docs/adr/0011). Where the management has no group, the
safety groups hear it. A past that is not as it was sealed is told to both, once a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby

from cards.words_evidence import sealed
from handlers.answers import Say
from handlers.desk import Desk
from handlers.due import CLOCK
from handlers.groups import meeting
from handlers.house import House
from handlers.outgoing import GroupWords
from handlers.streams import sealed_readings
from storage.checkpoints import PastChanged
from storage.times import read_optional, spell
from storage.tx import Tx
from workflow.checkpoint import Checkpoint
from workflow.effects import Lane
from workflow.ids import GroupId
from workflow.permit.effects_common import MANAGEMENT_GROUP, SAFETY_GROUP
from workflow.readings_sealed import untold

LATE = timedelta(days=3)
"""How much later than its hour a segment may be sealed and still be written down with the next checkpoint."""
SEAL_AFTER = timedelta(minutes=10)
"""How long after its end an hour of readings is sealed: what came in then has long been written."""
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_AGAIN = "readings.sealed_again_from"
"""From which hour on the clock goes through hours that are sealed already; empty: it does not."""


def seal(tx: Tx, house: House, now: datetime, *, since: datetime) -> Checkpoint | None:
    """Take this night's checkpoint and tell it, unless one was taken ``since``; None when nothing was taken."""
    last = tx.newest_checkpoint()
    # A time ahead of now was written under a clock that was wrong.
    if last is not None and since <= last.taken_at <= now:
        return None
    management, safety = (meeting(tx, purpose) for purpose in (MANAGEMENT_GROUP, SAFETY_GROUP))
    day = since.astimezone(house.zone).date()
    try:
        taken = seal_now(tx, now)
    except PastChanged:
        desk = Desk(tx, house, now=now, cause=f"unsealed:{day}", sender=CLOCK, actor=None)
        _tell(desk, (*management, *safety), Say.UNSEALED, Lane.ACTION)
        return None
    desk = Desk(tx, house, now=now, cause=f"seal:{taken.number}", sender=CLOCK, actor=None)
    _tell(desk, management or safety, Say.SEALED, Lane.INFORMATION, **sealed(taken, house.zone))
    return taken


def seal_now(tx: Tx, now: datetime) -> Checkpoint:
    """Take a checkpoint that covers the sealed hours of readings, too. Raise `storage.checkpoints.PastChanged`."""
    seal_hours(tx, now)
    seal_readings(tx, now)
    return tx.take_checkpoint(now)


def seal_hours(tx: Tx, now: datetime) -> None:
    """Hash the hours of readings that are over and that nobody hashed yet: on a site without a bridge, what people
    typed. With a bridge there is little left of them; sealed twice is sealed once."""
    since, until = tx.sealed_to(), sealed_until(now)
    for subject, hour in sealed_again(tx, now):
        tx.seal_added(subject, hour)
    end_again(tx, now)
    if since is not None:
        for subject, hour in tx.unsealed(since, until):
            tx.seal(subject, hour)


def sealed_until(now: datetime) -> datetime:
    """The end of the last hour that may be sealed."""
    return _hour(now - SEAL_AFTER)


def sealed_again(tx: Tx, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Hours a clock that was set back has gone through once more: what came in then is to be added to the sealed ones,
    and whoever had not spoken in them before is to be sealed at all.

    Asked every few minutes, it notices that the clock was set back, and remembers it over a restart.
    """
    end, noted = tx.sealed_end(), _noted(tx)
    if end is not None and _hour(now) < end:
        begins = _hour(now) if noted is None else min(noted, _hour(now))
        if begins != noted:
            tx.put_setting(_AGAIN, spell(begins))
        noted = begins
    if noted is None:
        return ()
    until = sealed_until(now)
    return (*tx.sealed_before(noted, until), *tx.unsealed(noted, until))


def end_again(tx: Tx, now: datetime) -> None:
    """What `sealed_again` named is done."""
    end, noted, until = tx.sealed_end(), _noted(tx), sealed_until(now)
    if end is not None and noted is not None and noted < until:
        tx.put_setting(_AGAIN, "" if until >= end else spell(until))


def _noted(tx: Tx) -> datetime | None:
    return read_optional(tx.setting(_AGAIN) or None)


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def seal_readings(tx: Tx, now: datetime) -> None:
    """Write down the hash of every hour of readings that was sealed since the last checkpoint, or late before it."""
    last, fold = tx.newest_checkpoint(), sealed_readings()
    since = last.taken_at - LATE if last is not None else _FIRST
    for subject, segments in groupby(tx.segments_between(since, now), key=lambda one: one.subject):
        told, version = tx.load(fold, subject)
        if fresh := untold(told, tuple(segments), at=now):
            tx.append(fold, subject, version, fresh, now, "seal")


def _tell(desk: Desk, groups: Iterable[GroupId], key: Say, lane: Lane, **args: str) -> None:
    for group in groups:
        words = GroupWords(group=group, key=key.value, args=args)
        desk.post_to(str(group), words, purpose=key.value, lane=lane)
