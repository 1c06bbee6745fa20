"""The copies people hold: how a card is shown, changed and replaced (docs/adr/0012).

One person, one subject, one card:

- a push sends a new card, and takes the older copies back; what is too old for that says that a newer one is there;
- nothing takes the place of what shows a later moment: a card that was overtaken on the way is taken back itself, a
  change that was overtaken is left out;
- a tap brings a fresh right to change the card it was on, and its answer spends that right at once;
- the right that came with the send is kept for the moment the shown copy misleads: another status, or a button that no
  longer stands. Mere progress does not spend it;
- a tap is always answered: on the copy that was tapped, and where that cannot be changed any more, by a new card.

Where a platform changes cards freely (docs/adr/0090) there are no rights to keep: every copy with something to press is
brought up to date, at most every `GAP`, and of what came in between only the last is shown. A copy nobody will press is
changed only when it misleads: each change costs a call of a monthly quota. Where there are no cards at all a copy is a
text (docs/adr/0091): it cannot be changed, and what has changed is said anew when the person answers it.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import assert_never

import msgspec
import structlog

from bot.clock import Clock
from bot.delivery import Edit, Push, user_on
from bot.pace import NotYet, Pace, Saved
from bot.platform import (
    AlreadySent,
    Cards,
    HandleSpent,
    Platform,
    PlatformTrouble,
    Pushed,
    TryLater,
    Undeliverable,
    made,
)
from bot.turns import Turns
from cards.card import Bubble, Card, Message, Tone
from cards.replaced import over, replaced_card
from cards.typed import as_text_message, offer_of, pressable, typed_text
from cards.words_plain import TYPED
from handlers.typed import put_offer
from storage.agenda import Claimed
from storage.cards_sent import CardSent, CardState
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.effects import Lane

_log = structlog.get_logger()

GAP = timedelta(milliseconds=800)
"""Between two changes of one freely changed card: faster ones are said to overtake each other on their way."""
_REMEMBERED = 2000
Right = str | None
"""A right to change a card; None where none is needed."""


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


class Spelled(Enum):
    """How a row is said (`bot.plainly`)."""

    CARD = "card"
    """As it is meant."""
    NUMBERS = "numbers"
    """Its card as a text with numbers to type, as where there are no cards."""
    LINE = "line"
    """One line, made without card and view."""


@dataclass(slots=True, kw_only=True)
class Errand:
    """One row on its way, and what this process has already done for it."""

    row: Claimed
    lane: Lane
    sent: dict[str, Sent | None] = field(default_factory=dict)
    """What was delivered, by part: a row that must be worked off again does not say it twice."""
    posted: set[str] = field(default_factory=set)
    """Parts handed to a group that may stand there."""
    elsewhere: bool = field(init=False)
    """Whether there were tries this process knows nothing of."""
    tried: dict[str, str] = field(default_factory=dict)
    """Rights whose answer was lost, and what they were to show."""
    bugs: int = 0
    spelled: Spelled = Spelled.CARD
    instead_of: str | None = None
    """Why it is not said as it was meant."""
    marked: Claimed | None = None
    """The claim under which the outcome was written down; a newer one still stands open."""

    over: bool = False
    """Whether all of it was sent and marked, under whatever claim."""

    def __post_init__(self) -> None:
        self.elsewhere = self.again

    @property
    def again(self) -> bool:
        """Whether an earlier try may have got through, also one of a process that was killed."""
        return self.row.attempts > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A copy that shows something else, what it shall show, and the rights that may be spent on it, in that order."""

    card: CardSent
    wanted: Card
    codes: Sequence[Right]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    stale: tuple[_Copy, ...]
    tapped: CardSent | None
    """The copy the tap was on, when it is of this subject."""
    fresh: bool
    """Whether the person holds a copy that already shows what it shall."""


class Copies:
    """Sends, changes and takes back cards for the relay."""

    def __init__(
        self, *, writer: Writer, platforms: Mapping[str, Platform], pace: Mapping[str, Pace], clock: Clock
    ) -> None:
        self._writer = writer
        self._platforms = platforms
        self._pace = pace
        self._clock = clock
        self._turns = Turns()
        self._changed_at: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        """When a freely changed card was sent or changed last."""

    async def push(self, errand: Errand, push: Push) -> Sent:
        """Send a new message; `settle` records it. Raise `TryLater`, `Undeliverable`."""
        platform = self._platforms[push.platform]
        key = f"{errand.row.key}/{push.person}"
        message, task = await self._spelled(errand, push, key)
        self._pace[platform.name].take(self._clock.now(), push.user, errand.lane, count=platform.parts(message))
        try:
            pushed = await platform.push(
                push.user, message, key=key, again=errand.again, urgent=errand.lane is Lane.SAFETY
            )
        except AlreadySent as before:
            pushed = Pushed(task=before.task, msgid=None, handle=None)
        if platform.cards_are is Cards.FREE:
            self._touched(push.platform, pushed.task)
        return Sent(push=push, pushed=pushed if task is None else replace(pushed, task=task, handle=None))

    async def _spelled(self, errand: Errand, push: Push, key: str) -> tuple[Message, str | None]:
        """A card for a platform without cards, or that refuses this one, becomes a text, and what it offers is kept
        under a key of its own."""
        card = push.message
        typed = errand.spelled is Spelled.NUMBERS or self._platforms[push.platform].cards_are is Cards.TYPED
        if not isinstance(card, Card) or not typed:
            return card, None
        if not pressable(card):
            return as_text_message(card), key
        now = self._clock.now()
        made(lambda: offer_of(card, platform=push.platform, task=key))  # before anything is written
        number = await self._writer.submit(
            lambda tx: put_offer(tx, card, task=key, platform=push.platform, person=push.person, now=now)
        )
        text = made(lambda: typed_text(card, number))
        return (Bubble(text=f"{text.text}\n{TYPED}") if errand.spelled is Spelled.NUMBERS else text), key

    def _touched(self, platform: str, task: str) -> None:
        self._changed_at[platform, task] = self._clock.now()
        self._changed_at.move_to_end((platform, task))
        while len(self._changed_at) > _REMEMBERED:
            self._changed_at.popitem(last=False)

    # --- in the transaction that marks the row

    def settle(self, tx: Tx, sent: Sent, now: datetime) -> tuple[CardSent, ...]:
        """Record a sent card and close the copies it replaces; those are to be taken back with `retire`.

        A card that went out before, under the same key, is as old as then: it takes no newer one's place.
        """
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
        known = tx.card(push.platform, pushed.task)
        if known is None:
            tx.record_card(mine, pushed.handle)
        seen_at = push.seen_at if known is None else known.sent_at
        overtaken = any(held.sent_at > seen_at for held in others)
        old = (mine,) if overtaken else tuple(others)
        for held in old:
            tx.close_card(held.platform, held.task_id, now)
        return old

    # --- afterwards

    async def retire(self, cards: Sequence[CardSent], push: Push) -> None:
        """Take replaced copies back. Best effort: a copy that stays is closed for us, and a tap on it is answered."""
        for card in cards:
            user = user_on(push, card.platform)
            if user is None:
                continue
            try:
                if not await self._recalled(card):
                    await self._say_replaced(card, user)
            except (PlatformTrouble, StorageError) as trouble:
                _log.info("old card stays", action="recall", task=card.task_id, why=str(trouble))
            except Exception as bug:
                _log.exception("old card stays", action="recall", task=card.task_id, error=type(bug).__name__)

    async def _recalled(self, card: CardSent) -> bool:
        if card.msgid is None or self._platforms[card.platform].cards_are is not Cards.ONE_USE:
            return False  # where a card is changed at will, one call that surely helps is better than one that may
        self._pace[card.platform].take(self._clock.now(), None, Lane.ACTION)
        return await self._platforms[card.platform].recall(card.msgid)

    async def _say_replaced(self, card: CardSent, user: str) -> None:
        now = self._clock.now()
        codes = await self._writer.submit(lambda tx: self._rights(tx, card, now))
        for code in codes:
            self._pace[card.platform].take(now, None, Lane.ACTION)
            try:
                await self._platforms[card.platform].edit(
                    user, replaced_card(card.subject), task=card.task_id, handle=code
                )
            except HandleSpent:
                continue
            finally:
                await self._writer.submit(partial(_spent, card=card, code=code, now=now))
            return

    def _rights(self, tx: Tx, card: CardSent, now: datetime) -> Sequence[Right]:
        """What a copy may be changed with, in the order it is to be tried."""
        kind = self._platforms[card.platform].cards_are
        match kind:
            case Cards.ONE_USE:
                return tx.living_codes(card, now)
            case Cards.FREE:
                return (None,)
            case Cards.TYPED:
                return ()
            case _:
                assert_never(kind)

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
            elsewhere=edit.elsewhere,
        )
        return await self.push(errand, push)

    def _look(self, tx: Tx, edit: Edit) -> _Held:
        now, wanted = self._clock.now(), shown(edit.card)
        live = tx.live_cards(subject=edit.card.subject, person=edit.person)
        tapped = self._tapped(tx, edit)
        cards = {card.task_id: card for card in (*live, *((tapped,) if tapped is not None else ()))}
        stale: list[_Copy] = []
        for card in cards.values():
            is_tapped = tapped is not None and card.task_id == tapped.task_id
            target = self._target(edit, card) if is_tapped else edit.card
            if card.content_hash == shown(target) or card.updated_at > edit.seen_at:
                continue
            codes = self._rights(tx, card, now)
            if is_tapped:
                codes = (*(code for code in codes if code == edit.handle), *(c for c in codes if c != edit.handle))
            elif not misleads(card.content_hash, wanted) and not _worth_a_call(self._platforms[card.platform], target):
                codes = tuple(reversed(codes))[:-1]
            stale.append(_Copy(card=card, wanted=target, codes=codes))
        fresh = any(not misleads(card.content_hash, wanted) for card in live)
        return _Held(stale=tuple(stale), tapped=tapped, fresh=fresh)

    def _tapped(self, tx: Tx, edit: Edit) -> CardSent | None:
        """The copy a tap was on, when it is of this subject and person."""
        if edit.handle is None:
            return None
        if self._platforms[edit.platform].cards_are is Cards.ONE_USE:
            card = tx.card_of_code(edit.platform, edit.handle)
        else:
            card = tx.card(edit.platform, edit.handle)
        mine = card is not None and (card.subject, card.person) == (edit.card.subject, edit.person)
        return card if mine else None

    def _target(self, edit: Edit, tapped: CardSent) -> Card:
        """What the tapped copy shall show. One that a newer copy has replaced tells the state, and offers nothing."""
        answer = edit.answer if edit.answer is not None else edit.card
        kind = self._platforms[tapped.platform].cards_are
        match kind:
            case Cards.ONE_USE:
                return answer
            case Cards.FREE:
                return over(answer) if tapped.state is CardState.CLOSED and not answer.done else answer
            case Cards.TYPED:
                return edit.card  # the moment of the answer alone is no reason to send everything again
            case _:
                assert_never(kind)

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

    async def _spend(self, errand: Errand, edit: Edit, copy: _Copy, code: Right) -> bool:
        wanted, user = shown(copy.wanted), user_on(edit, copy.card.platform)
        if user is None:
            return False
        if code is None and errand.lane is not Lane.SAFETY and copy.wanted.tone is not Tone.DANGER:
            self._not_too_fast(copy.card)
        if not self._affordable(errand, edit, copy):
            return False
        try:
            await self._platforms[copy.card.platform].edit(user, copy.wanted, task=copy.card.task_id, handle=code)
        except HandleSpent:
            return code is not None and errand.tried.pop(code, None) == wanted
        except TryLater:
            if code is not None:
                errand.tried[code] = wanted
            raise
        except Undeliverable as never:
            _log.warning("card cannot be changed", action="edit", task=copy.card.task_id, why=str(never))
            return False
        if code is None:
            self._touched(copy.card.platform, copy.card.task_id)
        return True

    def _affordable(self, errand: Errand, edit: Edit, copy: _Copy) -> bool:
        """Take the call. Progress nobody asked to see is news, and left out while a month's budget runs short."""
        awaited = edit.handle is not None or errand.lane is Lane.SAFETY
        free = self._platforms[copy.card.platform].cards_are is Cards.FREE
        progress = free and not awaited and not misleads(copy.card.content_hash, shown(copy.wanted))
        try:
            self._pace[copy.card.platform].take(self._clock.now(), None, Lane.INFORMATION if progress else errand.lane)
        except Saved as saved:
            if not progress:
                raise
            _log.debug("progress not drawn", action="edit", task=copy.card.task_id, why=str(saved))
            return False
        return True

    def _not_too_fast(self, card: CardSent) -> None:
        """Raise `NotYet` within the gap: the row waits and is rendered anew, so what came meanwhile is one change."""
        last = self._changed_at.get((card.platform, card.task_id))
        wait = GAP - (self._clock.now() - last) if last is not None else timedelta(0)
        if wait > timedelta(0):
            raise NotYet(f"{card.task_id} was just changed", wait)


def _worth_a_call(platform: Platform, card: Card) -> bool:
    """Whether mere progress is drawn on a copy: where it costs no right, and somebody has something to press on it."""
    return platform.cards_are is Cards.FREE and bool(card.buttons or card.choices or card.submit)


def _spent(tx: Tx, *, card: CardSent, code: Right, now: datetime) -> None:
    if code is not None:
        tx.spend_code(card.platform, code, now)


def _changed(tx: Tx, *, copy: _Copy, code: Right, edit: Edit, now: datetime) -> None:
    platform, task = copy.card.platform, copy.card.task_id
    _spent(tx, card=copy.card, code=code, now=now)
    tx.card_shown(platform, task, edit.version, shown(copy.wanted), edit.seen_at)
    if copy.wanted.done:
        tx.close_card(platform, task, now)
