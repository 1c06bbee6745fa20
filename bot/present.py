"""From an intent in the outbox to what goes out: who has which account, what the card says now.

The state is read inside the writer's turn (a few cache look-ups), the card is rendered outside of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import assert_never

from bot.clock import Clock
from bot.delivery import Delivery, Done, Edit, GroupPost, Push
from bot.fetcher import Fetcher
from cards import words
from cards.answers import STRANGER, answer_text
from cards.ask import ask_card, settled_card
from cards.buttons import Action, Press, pack
from cards.card import Bubble, Card, Message
from cards.draft import draft_card
from cards.group import group_line
from cards.lists import task_list
from cards.permit import permit_card, subject
from cards.refusal import refusal, why
from cards.views import DraftView, PermitView, Seal, TaskListView
from handlers import outgoing as out
from handlers.encoding import unpack_outgoing
from handlers.views import Viewer
from storage.agenda import Claimed
from storage.directory import Account
from storage.tx import Tx
from storage.writer import Writer
from workflow.effects import Purpose
from workflow.ids import GroupId, PermitId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What the presenter speaks with."""

    zone: tzinfo
    button_key: bytes
    page: Callable[[PermitId, PersonId], str | None]
    """Address of the permit's page for a person; None while no page is served."""


class Presenter:
    """Renders outbox rows for one site."""

    def __init__(
        self,
        *,
        writer: Writer,
        viewer: Viewer,
        fetchers: Mapping[str, Fetcher],
        clock: Clock,
        voice: Voice,
    ) -> None:
        self._writer = writer
        self._viewer = viewer
        self._fetchers = fetchers
        self._clock = clock
        self._voice = voice

    async def __call__(self, row: Claimed) -> tuple[Delivery, ...]:
        """The deliveries of one row; empty when nothing is left to be said. Raises what a fetch raises."""
        intent = unpack_outgoing(row.payload)
        match intent:
            case out.PermitCard():
                note = answer_text(intent.note, intent.args) if intent.note else ""
                return await self._permit(intent.person, intent.permit, intent.purpose, note)
            case out.PermitRefresh() | out.HoldersRefresh():
                return await self._refresh(intent)
            case out.DraftCard():
                return await self._draft(intent)
            case out.Answer():
                return await self._say(intent.person, Bubble(text=answer_text(intent.key, intent.args)))
            case out.Ask():
                return await self._ask(intent)
            case out.Settled():
                card = settled_card(intent.subject, intent.key, dict(intent.args))
                return await self._edit(intent.person, card, must=True)
            case out.Refusal():
                return await self._say(intent.person, _no(intent))
            case out.TaskList():
                return await self._tasks(intent.person)
            case out.GroupNote():
                return await self._group(intent.group, intent.permit, intent.purpose)
            case out.Stranger():
                push = Push(platform=intent.platform, user=intent.user, person="", message=Bubble(text=STRANGER))
                return (push,)
            case out.Fetch():
                await self._fetchers[intent.platform].fetch(intent)
                return (Done(),)
            case _:
                assert_never(intent)

    def _seal(self, person: PersonId) -> Seal:
        def seal(press: Press) -> str:
            return pack(press, person=person, secret=self._voice.button_key)

        return seal

    async def _permit(
        self, person: PersonId, permit: PermitId, purpose: Purpose | None, note: str
    ) -> tuple[Delivery, ...]:
        account, view = await self._seen(person, permit, purpose, note)
        if account is None or view is None:
            return ()
        return (_push(account, person, permit_card(view), view.permit.version),)

    async def _refresh(self, intent: out.PermitRefresh | out.HoldersRefresh) -> tuple[Delivery, ...]:
        if isinstance(intent, out.HoldersRefresh):
            return await self._refresh_holders(intent)
        account, view = await self._seen(intent.person, intent.permit, None, "")
        if account is None or view is None:
            return ()
        card = permit_card(view)
        must = not card.buttons and card.submit is None
        return (_edit(account, intent.person, card, view.permit.version, must=must, handle=intent.handle),)

    async def _refresh_holders(self, intent: out.HoldersRefresh) -> tuple[Delivery, ...]:
        """Everybody who holds a card now. A copy that already shows this is left alone by the relay."""
        about = subject(intent.permit)
        cards = await self._writer.submit(lambda tx: tx.live_cards(subject=about))
        people = dict.fromkeys(PersonId(card.person) for card in cards if card.person != intent.but)
        each = [await self._refresh(out.PermitRefresh(person=person, permit=intent.permit)) for person in people]
        return tuple(delivery for deliveries in each for delivery in deliveries)

    async def _seen(
        self, person: PersonId, permit: PermitId, purpose: Purpose | None, note: str
    ) -> tuple[Account | None, PermitView | None]:
        now, seal, page = self._clock.now(), self._seal(person), self._voice.page(permit, person)

        def gather(tx: Tx) -> tuple[Account | None, PermitView | None]:
            view = self._viewer.permit(tx, permit, person, purpose=purpose, now=now, seal=seal, page=page, note=note)
            return _account(tx, person), view

        return await self._writer.submit(gather)

    async def _draft(self, intent: out.DraftCard) -> tuple[Delivery, ...]:
        now, seal, person = self._clock.now(), self._seal(intent.person), intent.person

        def gather(tx: Tx) -> tuple[Account | None, DraftView | None]:
            return _account(tx, person), self._viewer.draft(tx, person, now=now, seal=seal)

        account, view = await self._writer.submit(gather)
        if account is None or view is None:
            return ()
        card = draft_card(view)
        if intent.handle is None:
            return (_push(account, person, card, view.version),)
        return (_edit(account, person, card, view.version, must=False, handle=intent.handle),)

    async def _tasks(self, person: PersonId) -> tuple[Delivery, ...]:
        now, seal = self._clock.now(), self._seal(person)

        def gather(tx: Tx) -> tuple[Account | None, TaskListView]:
            return _account(tx, person), self._viewer.tasks(tx, person, now=now, seal=seal)

        account, view = await self._writer.submit(gather)
        return () if account is None else (_push(account, person, task_list(view), 0),)

    async def _ask(self, intent: out.Ask) -> tuple[Delivery, ...]:
        offers = [(offer.press, offer.label) for offer in intent.offers]
        card = ask_card(intent.subject, intent.key, dict(intent.args), offers, self._seal(intent.person))
        return await self._say(intent.person, card)

    async def _say(self, person: PersonId, message: Message) -> tuple[Delivery, ...]:
        account = await self._writer.submit(lambda tx: _account(tx, person))
        return () if account is None else (_push(account, person, message, 0),)

    async def _edit(self, person: PersonId, card: Card, *, must: bool) -> tuple[Delivery, ...]:
        account = await self._writer.submit(lambda tx: _account(tx, person))
        return () if account is None else (_edit(account, person, card, 0, must=must, handle=None),)

    async def _group(self, group: GroupId, permit: PermitId, purpose: Purpose) -> tuple[Delivery, ...]:
        now = self._clock.now()

        def gather(tx: Tx) -> tuple[tuple[tuple[str, str], ...], PermitView | None]:
            chats = tuple((chat.platform, chat.chat) for chat in tx.directory.chats_of(group))
            return chats, self._viewer.permit(tx, permit, None, purpose=purpose, now=now, seal=_no_seal, page=None)

        chats, view = await self._writer.submit(gather)
        if view is None:
            return ()
        text = group_line(view)
        return tuple(GroupPost(platform=platform, chat=chat, text=text) for platform, chat in chats)


def _no_seal(_: Press) -> str:
    raise TypeError("a group has no buttons")


def _account(tx: Tx, person: PersonId) -> Account | None:
    """The account a person is reached by: the first one of the register."""
    return next(iter(tx.directory.accounts_of(person)), None)


def _push(account: Account, person: PersonId, message: Message, version: int) -> Push:
    return Push(platform=account.platform, user=account.userid, person=person, message=message, version=version)


def _edit(account: Account, person: PersonId, card: Card, version: int, *, must: bool, handle: str | None) -> Edit:
    return Edit(
        platform=account.platform,
        user=account.userid,
        person=person,
        message=card,
        version=version,
        must=must,
        handle=handle,
    )


def _no(intent: out.Refusal) -> Bubble:
    if intent.asked == Action.WHY.value and intent.permit is not None:
        return why(intent.findings, permit=intent.permit)
    asked = words.BUTTON.get(Action(intent.asked), intent.asked) if intent.asked in _ACTIONS else intent.asked
    return refusal(asked, intent.findings, permit=intent.permit)


_ACTIONS = frozenset(action.value for action in Action)
