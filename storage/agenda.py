"""The agenda: timers that fall due and messages that go out. One mechanism.

A row is *pending* until it is *done*, *dead* (given up, stays visible) or *superseded* (a newer message says it
better). Claiming a row pushes its wake-up to the end of the lease; whoever claimed it and died simply lets the lease
run out. Every claim and every re-arming moves the row's token, so a late claimer can neither close nor delay what is
no longer his: a timer armed again while it fires fires again.

Messages with a coalesce key: at most one waits (a newer one replaces its content and keeps the earlier due time,
within its lane, so a digest never replaces an alarm), at most one is in flight, and an older one is never sent after
a newer one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from storage.agenda_sql import (
    AGENDA_CHANNELS,
    ARMED,
    CLAIM,
    CLOSE,
    COUNT,
    DEAD,
    DROP_TIMER,
    DROP_TIMERS,
    LAST_PUSH,
    LATE,
    NEXT,
    OVERTAKEN,
    POST,
    POST_COALESCED,
    POSTED,
    PUT_TIMER,
    RELEASE,
    RETRY,
    REVIVE,
    SUPERSEDE_OLDER,
    TIMERS,
    WAIT,
)
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.effects import Lane
from workflow.values import aware

TIMER_LANE = "timer"
PLAIN = "plain"
"""What `AgendaTx.agenda_counts` calls messages that are done, but not as they were meant: with a reason kept."""


class AgendaKind(StrEnum):
    """What a row of the agenda is."""

    TIMER = "timer"
    MESSAGE = "message"


class AgendaState(StrEnum):
    """Where a row of the agenda stands."""

    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"
    SUPERSEDED = "superseded"


def timer_key(permit: str, name: str) -> str:
    """The key of a permit's own timer; `AgendaTx.drop_timers` finds it by the permit."""
    return f"{permit}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to post. ``key`` is its idempotency key: a second post with the same key changes nothing."""

    key: str
    lane: Lane
    recipient: str
    """A person's or a group's id; what it means is the relay's business."""
    purpose: str
    payload: bytes
    at: datetime
    permit: str | None = None
    not_before: datetime | None = None
    coalesce_key: str | None = None
    """A newer message with the same coalesce key replaces the content of an unsent older one of its lane."""

    def __post_init__(self) -> None:
        aware(self.at)
        if self.not_before is not None:
            aware(self.not_before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row of the agenda that is yours until the lease ends."""

    id: int
    token: int
    kind: AgendaKind
    key: str
    lane: str
    due_at: datetime
    attempts: int
    """How often it was claimed, this time included."""
    permit: str | None
    recipient: str | None
    purpose: str
    coalesce_key: str | None
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadRow:
    """A row that was given up, and why."""

    row: Claimed
    last_error: str
    closed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message as it lies in the outbox, sent or not."""

    key: str
    recipient: str
    lane: Lane
    state: AgendaState
    payload: bytes


class AgendaTx(TxBase):
    """Timers and messages."""

    __slots__ = ()

    def put_timer(
        self, key: str, due_at: datetime, kind: str, permit: str | None, payload: bytes, *, at: datetime | None = None
    ) -> None:
        """Arm the timer ``key``; one of the same key is replaced, even while it is firing."""
        due = spell(due_at)
        created = due if at is None else spell(at)
        self._wake(TIMER_LANE, due)
        self.write(PUT_TIMER, (self.site, key, due, created, permit, kind, payload))

    def drop_timer(self, key: str) -> None:
        """Disarm the timer ``key``, if there is one."""
        self.write(DROP_TIMER, (self.site, key))

    def drop_timers(self, permit: str) -> None:
        """Disarm every timer whose key is a `timer_key` of this permit."""
        self.write(DROP_TIMERS, (self.site, f"{permit}/", f"{permit}0"))  # "0" follows "/" in every encoding

    def post(self, message: NewMessage) -> None:
        """Put a message into the outbox; it leaves after the commit."""
        created, lane = spell(message.at), message.lane.value
        due = created if message.not_before is None else max(created, spell(message.not_before))
        self._wake(lane, due)
        row = (
            self.site, message.key, lane, due, created, message.permit, message.recipient,
            message.purpose, message.coalesce_key, message.payload,
        )  # fmt: skip
        self.write(POST if message.coalesce_key is None else POST_COALESCED, row)

    def posted(self, prefix: str) -> tuple[Posted, ...]:
        """The messages whose keys begin so, in the order they were posted, until they are purged.

        One with a coalesce key that replaced an earlier one goes by the earlier one's key, and is not among them.
        """
        rows = self.read(POSTED, (self.site, prefix, _after(prefix)), *AGENDA_CHANNELS)
        return tuple(
            Posted(key=key, recipient=recipient or "", lane=Lane(lane), state=AgendaState(state), payload=payload)
            for key, recipient, lane, state, payload in rows
        )

    def last_push(self, prefix: str, recipient: str, *, now: datetime, but: str) -> datetime | None:
        """When somebody was last sent a message whose key begins so, or will be within moments; None = never.

        ``but``: a purpose that does not count. What is held back for later than ``now`` does not count either.
        """
        asked = (self.site, recipient, prefix, _after(prefix), but, spell(now))
        found = self.read(LAST_PUSH, asked, *AGENDA_CHANNELS)[0][0]
        return None if found is None else read(found)

    def claim_due(
        self,
        kind: AgendaKind,
        *,
        now: datetime,
        limit: int,
        lease: timedelta,
        worker: str,
        lanes: Sequence[Lane] = tuple(Lane),
    ) -> tuple[Claimed, ...]:
        """Claim up to ``limit`` rows that are due, for ``lease``; safety before action before information.

        ``lanes`` narrows messages; timers have one lane.
        """
        wanted = _lanes(kind, lanes)
        present, until = spell(now), spell(now + lease)
        claimed: list[Claimed] = []
        for lane in wanted:
            if len(claimed) < limit:
                rows = self.ask(CLAIM, (self.site, lane, present, until, worker, limit - len(claimed)))
                claimed += sorted(map(_claimed, rows), key=lambda row: (row.due_at, row.id))
        for lane in {row.lane for row in claimed}:
            self._wake(lane, until)
        return tuple(claimed)

    def mark_done(self, row: Claimed, at: datetime, *, instead_of: str | None = None) -> None:
        """It fired, or it was sent. No effect when the row was re-armed or claimed by somebody else meanwhile.

        ``instead_of``: it was sent in plain words, and why; `agenda_counts` counts it apart.
        """
        self.write(CLOSE, (self.site, row.id, row.token, AgendaState.DONE.value, spell(at), instead_of))
        if row.coalesce_key is not None:
            self.write(SUPERSEDE_OLDER, (self.site, row.lane, row.coalesce_key, row.id, spell(at)))

    def mark_retry(self, row: Claimed, at: datetime, error: str, *, tried: bool = True) -> None:
        """It failed; look again at ``at``. A message that a newer one has overtaken is dropped instead.

        ``tried`` False: nothing was attempted under this claim, so it does not count among the attempts.
        """
        if row.coalesce_key is not None:
            self.write(OVERTAKEN, (self.site, row.id, row.token, spell(at)))
        self._wake(row.lane, spell(at))
        self.write(RETRY if tried else WAIT, (self.site, row.id, row.token, spell(at), error))

    def mark_dead(self, row: Claimed, at: datetime, error: str) -> None:
        """Give up; the row stays visible with its last error."""
        self.write(CLOSE, (self.site, row.id, row.token, AgendaState.DEAD.value, spell(at), error))

    def dead_rows(self) -> tuple[DeadRow, ...]:
        """What was given up, latest first, for the operator."""
        return tuple(
            DeadRow(row=_claimed(row), last_error=error or "", closed_at=read(closed_at))
            for *row, error, closed_at in self.read(DEAD, (self.site,), *AGENDA_CHANNELS)
        )

    def release_claims(self, now: datetime) -> None:
        """Nobody who claimed a row is alive any more: every claimed row may be claimed again now.

        Only for who knows that: the one process of a SQLite database, before it claims anything itself.
        """
        self.write(RELEASE, (self.site, spell(now)))

    def revive(self, row_id: int, at: datetime) -> None:
        """An operator wants a dead row tried again."""
        self.write(REVIVE, (self.site, row_id, spell(at)))

    def next_due(self, kind: AgendaKind, lanes: Sequence[Lane] = tuple(Lane)) -> datetime | None:
        """When the next pending row wants a look; None when nothing waits. ``lanes`` narrows messages.

        It may lie in the past without a row that can be claimed: sleep a little anyway.
        """
        wanted = _lanes(kind, lanes)
        found = [self.read(NEXT, (self.site, lane), *AGENDA_CHANNELS)[0][0] for lane in wanted]
        waiting = [text for text in found if text is not None]
        return read(min(waiting)) if waiting else None

    def late(
        self, kind: AgendaKind, *, before: datetime, lanes: Sequence[Lane] = tuple(Lane), limit: int = 20
    ) -> tuple[Claimed, ...]:
        """Pending rows that were due before ``before``, the longest waiting first, whatever is being tried with them.

        ``lanes`` narrows messages; at most ``limit`` of each lane.
        """
        return tuple(
            _claimed(row)
            for lane in _lanes(kind, lanes)
            for row in self.read(LATE, (self.site, lane, spell(before), limit), *AGENDA_CHANNELS)
        )

    def armed(self) -> dict[str, datetime]:
        """The permits that have a pending timer, and when their first one is due."""
        return {permit: read(due) for permit, due in self.read(ARMED, (self.site,))}

    def timers(self) -> dict[str, dict[str, datetime]]:
        """The pending timers of every permit that has one: by permit, then by name, when each was promised for; of
        several with one name the earliest."""
        found: dict[str, dict[str, datetime]] = {}
        for permit, name, due in self.read(TIMERS, (self.site,)):
            mine, promised = found.setdefault(permit, {}), read(due)
            mine[name] = min(promised, mine.get(name, promised))
        return found

    def agenda_counts(self) -> dict[tuple[str, str], int]:
        """How many rows by (lane, state); of those done, the ones said in plain words as `PLAIN`."""
        return {(lane, state): count for lane, state, count in self.read(COUNT, (self.site,), *AGENDA_CHANNELS)}

    def _wake(self, lane: str, at: str) -> None:
        wakes = self._session.wakes
        before = wakes.get(lane)
        if before is None or at < before:
            self.remember(wakes, lane, at)


def _after(prefix: str) -> str:
    """The first key behind all that begin so."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _lanes(kind: AgendaKind, lanes: Sequence[Lane]) -> list[str]:
    return [TIMER_LANE] if kind is AgendaKind.TIMER else [lane.value for lane in Lane if lane in lanes]


def _claimed(row: Sequence[Any]) -> Claimed:
    row_id, token, kind, key, lane, due_at, attempts, permit, recipient, purpose, coalesce_key, payload = row
    return Claimed(
        id=row_id, token=token, kind=AgendaKind(kind), key=key, lane=lane, due_at=read(due_at), attempts=attempts,
        permit=permit, recipient=recipient, purpose=purpose, coalesce_key=coalesce_key, payload=payload,
    )  # fmt: skip
