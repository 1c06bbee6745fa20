"""The copies people hold: how a card is shown, changed and replaced (docs/adr/0012).

One person, one subject, one card:

- a push sends a new card, and takes the older copies back; what is too old for that says that a newer one is there;
- nothing takes the place of what shows a later moment: a card that was overtaken on the way is taken back itself, a
  change that was overtaken is left out;
- a tap brings a fresh right to change the card it was on, and its answer spends that right at once;
- the right that came with the send is kept for the moment the shown copy misleads: another status, or a button that no
  longer stands. Mere progress does not spend it;
- a tap is always answered: on the copy that was tapped, and where that cannot be changed any more, by a new card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import msgspec
import structlog

from bot.clock import Clock
from bot.delivery import Edit, Push
from bot.pace import Pace
from bot.platform import AlreadySent, HandleSpent, Platform, PlatformTrouble, Pushed, TryLater, Undeliverable
from bot.turns import Turns
from cards.card import Card
from cards.replaced import replaced_card
from storage.agenda import Claimed
from storage.cards_sent import CardSent
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.effects import Lane

_log = structlog.get_logger()


def shown(card: Card) -> str:
    """What a person sees, for the ledger: the phase, the names of what can be pressed, a hash of the whole.

    Whose token is behind a button is part of the hash; `Card.key` is ours and is not.
    """
    pressed = (*card.buttons, *card.menu, *((card.submit,) if card.submit else ()))
    names = sorted({hashlib.sha256(button.text.encode()).hexdigest()[:8] for button in pressed})
    whole = hashlib.sha256(msgspec.json.encode(replace(card, key=""))).hexdigest()
    return f"{card.phase}|{'.'.join(names)}|{whole}"


def misleads(before: str, now: str) -> bool:
    """Whether a copy that shows ``before`` is of another phase than ``now``, or offers what now does not."""
    old_phase, old_names, _ = before.split("|")
    phase, names, _ = now.split("|")
    return old_phase != phase or not set(old_names.split(".")) - {""} <= set(names.split("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that left, to be recorded together with the mark of its row."""

    push: Push
    pushed: Pushed


@dataclass(slots=True, kw_only=True)
class Errand:
    """One row on its way, and what this process has already done for it."""

    row: Claimed
    lane: Lane
    sent: dict[str, Sent | None] = field(default_factory=dict)
    """What was delivered, by part: a row that must be worked off again does not say it twice."""
    tried: dict[str, str] = field(default_factory=dict)
    """Rights whose answer was lost, and what they were to show."""
    bugs: int = 0
    marked: Claimed | None = None
    """The claim under which the outcome was written down; a newer one still stands open."""

    @property
    def again(self) -> bool:
        """Whether an earlier try may have got through, also one of a process that was killed."""
        return self.row.attempts > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A copy that shows something else, what it shall show, and the rights that may be spent on it, in that order."""

    card: CardSent
    wanted: Card
    codes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    stale: tuple[_Copy, ...]
    tapped: CardSent | None
    """The copy the tap was on, when it is of this subject."""
    fresh: bool
    """Whether the person holds a copy that already shows what it shall."""


class Copies:
    """Sends, changes and takes back cards for the relay."""

    def __init__(self, *, writer: Writer, platforms: Mapping[str, Platform], pace: Pace, clock: Clock) -> None:
        self._writer = writer
        self._platforms = platforms
        self._pace = pace
        self._clock = clock
        self._turns = Turns()

    async def push(self, errand: Errand, push: Push) -> Sent:
        """Send a new message; `settle` records it. Raise `TryLater`, `Undeliverable`."""
        platform = self._platforms[push.platform]
        self._pace.take(self._clock.now(), push.user, errand.lane, count=platform.parts(push.message))
        key = f"{errand.row.key}/{push.person}"
        try:
            pushed = await platform.push(
                push.user, push.message, key=key, again=errand.again, urgent=errand.lane is Lane.SAFETY
            )
        except AlreadySent as before:
            pushed = Pushed(task=before.task, msgid=None, handle=None)
        return Sent(push=push, pushed=pushed)

    # --- in the transaction that marks the row

    def settle(self, tx: Tx, sent: Sent, now: datetime) -> tuple[CardSent, ...]:
        """Record a sent card and close the copies it replaces; those are to be taken back with `retire`."""
        push, pushed, card = sent.push, sent.pushed, sent.push.message
        if not isinstance(card, Card):
            return ()
        others = [
            held for held in tx.live_cards(subject=card.subject, person=push.person) if held.task_id != pushed.task
        ]
        mine = CardSent(
            platform=push.platform,
            task_id=pushed.task,
            subject=card.subject,
            person=push.person,
            shown_version=push.version,
            content_hash=shown(card),
            sent_at=push.seen_at,
            updated_at=push.seen_at,
            msgid=pushed.msgid,
        )
        if tx.card(push.platform, pushed.task) is None:
            tx.record_card(mine, pushed.handle)
        overtaken = any(held.sent_at > push.seen_at for held in others)
        old = (mine,) if overtaken else tuple(others)
        for held in old:
            tx.close_card(held.platform, held.task_id, now)
        return old

    # --- afterwards

    async def retire(self, cards: Sequence[CardSent], user: str) -> None:
        """Take replaced copies back. Best effort: a copy that stays is closed for us, and a tap on it is answered."""
        for card in cards:
            try:
                if not await self._recalled(card):
                    await self._say_replaced(card, user)
            except (PlatformTrouble, StorageError) as trouble:
                _log.info("old card stays", action="recall", task=card.task_id, why=str(trouble))
            except Exception as bug:
                _log.exception("old card stays", action="recall", task=card.task_id, error=type(bug).__name__)

    async def _recalled(self, card: CardSent) -> bool:
        if card.msgid is None:
            return False
        self._pace.take(self._clock.now(), None, Lane.ACTION)
        return await self._platforms[card.platform].recall(card.msgid)

    async def _say_replaced(self, card: CardSent, user: str) -> None:
        now = self._clock.now()
        codes = await self._writer.submit(lambda tx: tx.living_codes(card, now))
        for code in codes:
            self._pace.take(now, None, Lane.ACTION)
            try:
                await self._platforms[card.platform].edit(
                    user, replaced_card(card.subject), task=card.task_id, handle=code
                )
            except HandleSpent:
                continue
            finally:
                await self._writer.submit(partial(_spent, card=card, code=code, now=now))
            return

    # --- changing in place

    async def edit(self, errand: Errand, edit: Edit) -> Sent | None:
        """Change the copies that show something else. Raise `TryLater`, `Undeliverable`.

        What answers a tap that no copy could show is sent as a new card, to be recorded by `settle`.
        """
        async with self._turns.of((edit.person, edit.card.subject)):
            held = await self._writer.submit(lambda tx: self._look(tx, edit))
            changed = {copy.card.task_id for copy in held.stale if await self._change(errand, edit, copy)}
        if edit.handle is None:
            return None
        if held.tapped is not None:
            stale = {copy.card.task_id for copy in held.stale}
            answered = held.tapped.task_id in changed or held.tapped.task_id not in stale
        else:
            answered = held.fresh or bool(changed)
        if answered:
            return None
        push = Push(
            platform=edit.platform,
            user=edit.user,
            person=edit.person,
            message=edit.card,
            seen_at=edit.seen_at,
            version=edit.version,
        )
        return await self.push(errand, push)

    def _look(self, tx: Tx, edit: Edit) -> _Held:
        now, wanted = self._clock.now(), shown(edit.card)
        live = tx.live_cards(subject=edit.card.subject, person=edit.person)
        tapped = tx.card_of_code(edit.platform, edit.handle) if edit.handle is not None else None
        if tapped is not None and (tapped.subject, tapped.person) != (edit.card.subject, edit.person):
            tapped = None
        cards = {card.task_id: card for card in (*live, *((tapped,) if tapped is not None else ()))}
        stale: list[_Copy] = []
        for card in cards.values():
            is_tapped = tapped is not None and card.task_id == tapped.task_id
            target = edit.answer if is_tapped and edit.answer is not None else edit.card
            if card.content_hash == shown(target) or card.updated_at > edit.seen_at:
                continue
            codes = tx.living_codes(card, now)
            if is_tapped:
                codes = (*(code for code in codes if code == edit.handle), *(c for c in codes if c != edit.handle))
            elif not misleads(card.content_hash, wanted):
                codes = tuple(reversed(codes))[:-1]
            stale.append(_Copy(card=card, wanted=target, codes=codes))
        fresh = any(not misleads(card.content_hash, wanted) for card in live)
        return _Held(stale=tuple(stale), tapped=tapped, fresh=fresh)

    async def _change(self, errand: Errand, edit: Edit, copy: _Copy) -> bool:
        """Spend rights until one works. The mark follows the change.

        A right that turns out spent was either used by a try of ours whose answer was lost, then the copy shows what
        that try said, or by a process that was killed before it could mark it: then nobody knows what the copy shows,
        and the next right says it again.
        """
        for code in copy.codes:
            changed = await self._spend(errand, edit, copy, code)
            now = self._clock.now()
            if changed:
                await self._writer.submit(partial(_changed, copy=copy, code=code, edit=edit, now=now))
                return True
            await self._writer.submit(partial(_spent, card=copy.card, code=code, now=now))
        return False

    async def _spend(self, errand: Errand, edit: Edit, copy: _Copy, code: str) -> bool:
        wanted = shown(copy.wanted)
        self._pace.take(self._clock.now(), None, errand.lane)
        try:
            await self._platforms[copy.card.platform].edit(edit.user, copy.wanted, task=copy.card.task_id, handle=code)
        except HandleSpent:
            return errand.tried.pop(code, None) == wanted
        except TryLater:
            errand.tried[code] = wanted
            raise
        except Undeliverable as never:
            _log.warning("card cannot be changed", action="edit", task=copy.card.task_id, why=str(never))
            return False
        return True


def _spent(tx: Tx, *, card: CardSent, code: str, now: datetime) -> None:
    tx.spend_code(card.platform, code, now)


def _changed(tx: Tx, *, copy: _Copy, code: str, edit: Edit, now: datetime) -> None:
    platform, task = copy.card.platform, copy.card.task_id
    tx.spend_code(platform, code, now)
    tx.card_shown(platform, task, edit.version, shown(copy.wanted), edit.seen_at)
    if copy.wanted.done:
        tx.close_card(platform, task, now)
