"""The relay: what was committed to the outbox goes out to the platforms.

One loop per lane, so that an alarm never waits behind a digest. A row is claimed for a lease, rendered from the state
of
that moment, sent, and marked in the same transaction that records the card. A crash in between sends again under the
same
key.

How a card lives (one person, one subject, one card):

- a push sends a new card and takes the older copy back;
- a tap brings a fresh right to change the card, which its answer spends at once;
- the right that came with the send is kept for the moment the card's buttons no longer stand: it is spent then, on a
  copy
  that says who decided and when. Mere progress does not spend it: 刷新 buys a fresh one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
import structlog

from bot.clock import Clock
from bot.delivery import Delivery, Done, Edit, GroupPost, Present, Push
from bot.pace import Pace
from bot.platform import AlreadySent, HandleSpent, Platform, Pushed, TryLater, Undeliverable
from cards.card import Card, Message
from storage.agenda import AgendaKind, Claimed
from storage.cards_sent import CardSent
from storage.tx import Tx
from storage.writer import Committed, Writer
from workflow.effects import Lane

_log = structlog.get_logger()

LEASE = timedelta(seconds=60)
AT_ONCE = {Lane.SAFETY: 8, Lane.ACTION: 6, Lane.INFORMATION: 2}
GIVE_UP_AFTER = {Lane.SAFETY: 40, Lane.ACTION: 20, Lane.INFORMATION: 8}
_IDLE = 5.0


def shown_hash(message: Message) -> str:
    """What a person sees, as its phase and a hash: the same need not be shown twice. Who holds which token is part of
    it."""
    plain = replace(message, key="") if isinstance(message, Card) else message
    phase = message.phase if isinstance(message, Card) else ""
    return f"{phase}:{hashlib.sha256(msgspec.json.encode(plain)).hexdigest()}"


def misleads(shown: str, now: str) -> bool:
    """Whether a copy that shows ``shown`` is of another phase than ``now`` (both by `shown_hash`)."""
    return shown.partition(":")[0] != now.partition(":")[0]


def backoff(attempts: int) -> timedelta:
    """2, 4, 8 … seconds, at most two minutes."""
    return timedelta(seconds=min(120, 2 ** min(attempts, 7)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A delivered card, to be recorded together with the mark."""

    push: Push
    pushed: Pushed


class Relay:
    """Sends what waits in the outbox of one site."""

    def __init__(
        self,
        *,
        writer: Writer,
        present: Present,
        platforms: Mapping[str, Platform],
        pace: Pace,
        clock: Clock,
        name: str,
    ) -> None:
        self._writer = writer
        self._present = present
        self._platforms = platforms
        self._pace = pace
        self._clock = clock
        self._name = name
        self._wake = {lane: asyncio.Event() for lane in Lane}

    def committed(self, news: Committed) -> None:
        """Something was put on the agenda: look at once."""
        for lane in Lane:
            if lane.value in news.wakes:
                self._wake[lane].set()

    def look(self) -> None:
        """Look at every lane now (a clock was pushed forward)."""
        for event in self._wake.values():
            event.set()

    async def run(self) -> None:
        """Work until cancelled. A lane that breaks stops the relay loudly; the supervisor restarts it."""
        self._writer.watch(self.committed)
        async with asyncio.TaskGroup() as lanes:
            for lane in Lane:
                lanes.create_task(self._lane(lane), name=f"relay-{lane.value}")

    async def drain(self) -> int:
        """Send everything that is due now, once, lane by lane; how many rows were worked off. For tests and
        shutdown."""
        count = 0
        for lane in Lane:
            while rows := await self._claim(lane, 32):
                for row in rows:
                    await self._work_off(lane, row)
                count += len(rows)
        return count

    async def _lane(self, lane: Lane) -> None:
        busy: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._wake[lane].clear()
                free = AT_ONCE[lane] - len(busy)
                rows = await self._claim(lane, free) if free else ()
                for row in rows:
                    task = asyncio.create_task(self._work_off(lane, row))
                    busy.add(task)
                    task.add_done_callback(busy.discard)
                    task.add_done_callback(lambda _: self._wake[lane].set())
                if not rows:
                    await self._sleep(lane)
        finally:
            for task in busy:
                task.cancel()

    async def _sleep(self, lane: Lane) -> None:
        try:
            async with asyncio.timeout(_IDLE):
                await self._wake[lane].wait()
        except TimeoutError:
            return

    async def _claim(self, lane: Lane, limit: int) -> tuple[Claimed, ...]:
        now = self._clock.now()

        def claim(tx: Tx) -> tuple[Claimed, ...]:
            return tx.claim_due(AgendaKind.MESSAGE, now=now, limit=limit, lease=LEASE, worker=self._name, lanes=(lane,))

        return await self._writer.submit(claim)

    async def _work_off(self, lane: Lane, row: Claimed) -> None:
        log = _log.bind(action="relay", key=row.key, lane=lane.value, permit=row.permit, attempts=row.attempts)
        try:
            deliveries = await self._present(row)
            sent = [done for each in deliveries if (done := await self._deliver(lane, row, each))]
        except TryLater as later:
            await self._retry(row, max(later.wait, timedelta(milliseconds=50)), str(later))
        except Undeliverable as never:
            log.warning("undeliverable", why=str(never))
            await self._bury(row, str(never))
        except Exception as bug:  # ours: kept, told, tried again; never lost
            log.exception("send failed", error=type(bug).__name__)
            if row.attempts >= GIVE_UP_AFTER[lane]:
                await self._bury(row, repr(bug))
            else:
                await self._retry(row, backoff(row.attempts), repr(bug))
        else:
            await self._finish(row, sent)

    async def _deliver(self, lane: Lane, row: Claimed, delivery: Delivery) -> Sent | None:
        match delivery:
            case Push():
                return await self._push(lane, row, delivery)
            case Edit():
                return await self._edit(lane, row, delivery)
            case GroupPost():
                platform = self._platforms[delivery.platform]
                self._pace.take(self._clock.now(), None, lane)
                await platform.say_to_group(delivery.chat, delivery.text, key=row.key, again=row.attempts > 1)
            case Done():
                pass
        return None

    async def _push(self, lane: Lane, row: Claimed, push: Push) -> Sent:
        self._pace.take(self._clock.now(), push.user, lane)
        key = f"{row.key}/{push.person}"
        try:
            pushed = await self._platforms[push.platform].push(
                push.user, push.message, key=key, again=row.attempts > 1, urgent=lane is Lane.SAFETY
            )
        except AlreadySent as before:
            pushed = Pushed(task=str(before), msgid=None, handle=None)
        return Sent(push=push, pushed=pushed)

    async def _finish(self, row: Claimed, sent: list[Sent]) -> None:
        """Mark the row, record the new cards and close the older copies in one transaction; then take those back."""
        now = self._clock.now()

        def finish(tx: Tx) -> list[tuple[str, str]]:
            old: list[tuple[str, str]] = []
            for each in sent:
                card, push = each.push.message, each.push
                if not isinstance(card, Card):
                    continue
                for held in tx.live_cards(subject=card.subject, person=push.person):
                    if held.task_id == each.pushed.task:
                        continue
                    tx.close_card(held.platform, held.task_id, now)
                    if held.msgid is not None:
                        old.append((held.platform, held.msgid))
                if tx.card(push.platform, each.pushed.task) is None:
                    tx.record_card(
                        CardSent(
                            platform=push.platform,
                            task_id=each.pushed.task,
                            subject=card.subject,
                            person=push.person,
                            shown_version=push.version,
                            content_hash=shown_hash(card),
                            sent_at=now,
                            updated_at=now,
                            msgid=each.pushed.msgid,
                        ),
                        each.pushed.handle,
                    )
            tx.mark_done(row, now)
            return old

        for platform, msgid in await self._writer.submit(finish):
            await self._take_back(platform, msgid)

    async def _take_back(self, platform: str, msgid: str) -> None:
        """Best effort: an old copy that stays is closed in our ledger, and a tap on it is answered."""
        try:
            await self._platforms[platform].recall(msgid)
        except (TryLater, Undeliverable) as trouble:
            _log.info("old card stays", action="recall", why=str(trouble))

    async def _edit(self, lane: Lane, row: Claimed, edit: Edit) -> Sent | None:
        """Change the copies that show something else. A tap is answered by a new card when none could be changed."""
        card = edit.message
        if not isinstance(card, Card):
            return None
        now, seen = self._clock.now(), shown_hash(card)

        def held(tx: Tx) -> tuple[bool, list[tuple[CardSent, str | None]]]:
            cards = tx.live_cards(subject=card.subject, person=edit.person)
            stale = [each for each in cards if each.content_hash != seen]
            codes = [
                (each, tx.newest_code(each, now, spare=not (edit.must or misleads(each.content_hash, seen))))
                for each in stale
            ]
            return len(stale) < len(cards), codes

        already, rights = await self._writer.submit(held)
        changed = [await self._change(row, edit, card, each, code) for each, code in rights if code is not None]
        if edit.handle is None or already or any(changed):
            return None
        push = Push(platform=edit.platform, user=edit.user, person=edit.person, message=card, version=edit.version)
        return await self._push(lane, row, push)

    async def _change(self, row: Claimed, edit: Edit, card: Card, held: CardSent, code: str) -> bool:
        """Spend a code on a card. The mark follows the change: after a crash the same code answers "spent"."""
        platform = self._platforms[held.platform]
        self._pace.take(self._clock.now(), None, Lane.ACTION)
        try:
            await platform.edit(edit.user, card, task=held.task_id, handle=code)
            changed = True
        except HandleSpent:
            changed = row.attempts > 1
        now = self._clock.now()

        def mark(tx: Tx) -> None:
            tx.spend_code(held.platform, code, now)
            if changed:
                tx.card_shown(held.platform, held.task_id, edit.version, shown_hash(card), now)
            if card.done:
                tx.close_card(held.platform, held.task_id, now)

        await self._writer.submit(mark)
        return changed

    async def _retry(self, row: Claimed, wait: timedelta, why: str) -> None:
        at = self._clock.now() + wait
        await self._writer.submit(lambda tx: tx.mark_retry(row, at, why[:300]))

    async def _bury(self, row: Claimed, why: str) -> None:
        now = self._clock.now()
        await self._writer.submit(lambda tx: tx.mark_dead(row, now, why[:300]))
