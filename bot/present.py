"""From an intent in the outbox to what goes out: who has which account, what the card says now.

The state is read inside the writer's turn (a few cache look-ups), the card is rendered outside of it. A message may
have waited: what no longer stands is not said any more, and an alarm that is over is told as the state of now. Whoever
cannot be reached at all is no silence when it is about safety: that is `NoAddress`, and the relay tells others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import assert_never

import structlog

from bot.clock import Clock
from bot.delivery import Delivery, Done, Edit, GroupPost, Push
from bot.fetcher import Fetcher
from bot.platform import Undeliverable
from bot.present_digest import DigestPresenter, Read
from bot.present_hazard import HazardPresenter
from bot.present_overnight import of_the_night, still_to_say
from bot.present_permit import PermitViews, ways_to
from bot.present_plain import Line, group_line_of, line_of, night_line
from bot.present_ports import (
    Compared,
    Drive,
    Files,
    HandOver,
    Picture,
    Voice,
    no_camera,
    nobody_takes_orders,
    nothing_to_drive,
    uncompared,
)
from bot.present_words import answer_words, link_text, plain_no
from bot.standing import INVITATIONS, stands
from cards import words
from cards.answers import STRANGER, answer_text
from cards.ask import ask_card, settled_card
from cards.buttons import Press, pack
from cards.card import Bubble, Card, Message
from cards.draft import draft_card
from cards.group import group_line
from cards.lists import overnight, task_list
from cards.permit import permit_card
from cards.views import PermitView, Seal
from cards.words_privacy import behind_glass
from cards.words_ways import Ways
from handlers import outgoing as out
from handlers.encoding import unpack_outgoing
from handlers.reach import Reached, reached_by
from handlers.views import Viewer
from storage.agenda import Claimed
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.effects import Lane, Purpose
from workflow.ids import GroupId, PersonId

_log = structlog.get_logger()
_Words = (
    out.DraftCard
    | out.Answer
    | out.Ask
    | out.Settled
    | out.Refusal
    | out.TaskList
    | out.Stranger
    | out.VouchedLink
    | out.BehindGlass
    | out.HazardCard
    | out.HazardRefresh
)


class NoAddress(Undeliverable):
    """The register names no account of this person, or no chat of this group, on a platform we speak."""


class Presenter:
    """Renders outbox rows for one site. A `bot.delivery.Present`."""

    def __init__(
        self,
        *,
        writer: Writer,
        viewer: Viewer,
        fetchers: Mapping[str, Fetcher],
        clock: Clock,
        voice: Voice,
        drive: Drive = nothing_to_drive,
        files: Files | None = None,
        picture: Picture = no_camera,
        hand_over: HandOver = nobody_takes_orders,
        read: Read | None = None,
        compared: Compared = uncompared,
    ) -> None:
        """``read``: for what takes longer than a turn of the writer; ``compared``: how a permit stands, in one line."""
        self._files = files
        self._picture = picture
        self._hand_over = hand_over
        self._drive = drive
        self._writer = writer
        self._viewer = viewer
        self._fetchers = fetchers
        self._clock = clock
        self._voice = voice
        self._permits = PermitViews(
            writer=writer, viewer=viewer, account=self._account, seal=self._seal, page=voice.page,
            pages_on=voice.pages_on, compared=compared,
        )  # fmt: skip
        self._hazards = HazardPresenter(
            writer=writer, house=viewer.house, account=self._account, seal=self._seal, pages=voice.links,
            pages_on=voice.pages_on,
        )  # fmt: skip

        self._digests = DigestPresenter(
            writer=writer, house=viewer.house, base=voice.links, pages_on=voice.pages_on, read=read or writer.submit,
            account=self._account, chats=self._chats,
        )  # fmt: skip

    async def __call__(self, row: Claimed) -> tuple[Delivery, ...]:
        """The deliveries of one row; empty when nothing is left to be said.

        Raise what a fetch raises, and `NoAddress` for a safety message nobody can be reached with.
        """
        lane, intent = Lane(row.lane), unpack_outgoing(row.payload)
        match intent:
            case out.PermitCard():
                return await self._permit(lane, intent)
            case out.Overnight():
                return await self._overnight(lane, intent, row.key)
            case out.GroupNote():
                return await self._group(lane, intent)
            case out.GroupWords():
                chats = await self._writer.submit(lambda tx: self._chats(tx, intent.group))
                text = answer_text(intent.key, intent.args)
                return tuple(GroupPost(platform=platform, chat=chat, text=text) for platform, chat in chats)
            case out.PermitRefresh():
                return await self._refresh(intent)
            case out.HoldersRefresh():
                return await self._refresh_holders(intent)
            case out.Fetch() | out.OutputOrder() | out.StillOrder() | out.WorkOrder():
                await self._errand(intent)
                return (Done(),)
            case out.Digest() | out.Morning() | out.Period() | out.RiskMap():
                return await self._digests(intent, self._clock.now())
            case out.RegisterFile() | out.WatchFile():
                makers = self._makers()
                made = await (makers.watch(intent) if isinstance(intent, out.WatchFile) else makers.register(intent))
                return await self._say(lane, intent.person, lambda _: made)
            case out.SummaryFile():
                chats = await self._writer.submit(lambda tx: self._chats(tx, intent.group))
                page = await self._makers().summary(intent) if chats else None
                return tuple(GroupPost(platform=platform, chat=chat, text="", file=page) for platform, chat in chats)
            case _:
                return await self._words(lane, intent)

    async def _errand(self, intent: out.Fetch | out.OutputOrder | out.StillOrder | out.WorkOrder) -> None:
        """What is done and said to nobody."""
        match intent:
            case out.Fetch():
                await self._fetchers[intent.platform].fetch(intent)
            case out.OutputOrder():
                await self._drive(intent)
            case out.StillOrder():
                await self._picture(intent)
            case out.WorkOrder():
                await self._hand_over(intent)

    async def _words(self, lane: Lane, intent: _Words) -> tuple[Delivery, ...]:
        """Answers, questions, drafts and lists: what belongs to one person's conversation; and cards of hazards."""
        now = self._clock.now()
        match intent:
            case out.DraftCard():
                return await self._draft(intent)
            case out.Answer():
                return await self._say(lane, intent.person, partial(answer_words, intent))
            case out.Ask():
                return await self._say(lane, intent.person, partial(self._question, intent))
            case out.Settled():
                return await self._settled(intent)
            case out.Refusal():
                return await self._say(lane, intent.person, partial(plain_no, intent))
            case out.VouchedLink():
                return await self._link(lane, intent)
            case out.BehindGlass():
                return await self._behind(lane, intent)
            case out.HazardCard():
                account, card, version = await self._hazards.seen(intent.hazard, intent.person, now, intent.about)
                return () if card is None else _push(lane, account, intent.person, card, now, version)
            case out.HazardRefresh():
                return await self._hazards_again(intent, now)
            case out.TaskList():
                return await self._tasks(lane, intent.person)
            case out.Stranger():
                text = Bubble(text=STRANGER)
                return (Push(platform=intent.platform, user=intent.user, person="", message=text, seen_at=now),)
            case _:
                assert_never(intent)

    async def plain(self, row: Claimed) -> tuple[Delivery, ...] | None:
        """See `bot.delivery.Present.plain`. An alarm asks nothing first; anything else whether it still stands."""
        lane, intent = Lane(row.lane), unpack_outgoing(row.payload)
        match intent:
            case out.GroupNote():
                text = group_line_of(intent, lane)
                chats = await self._writer.submit(lambda tx: self._chats(tx, intent.group))
                return _posts(lane, intent, chats, text)
            case out.Overnight():
                told = await self._writer.submit(lambda tx: of_the_night(tx, intent, row.key))
                left = dict.fromkeys([one.permit for one in told if not await self._over(one)])
                line = Line(person=intent.person, text=night_line("、".join(left)))
                return await self._line(lane, line) if left else ()
            case out.PermitCard(purpose=Purpose()) if lane is not Lane.SAFETY and await self._over(intent):
                return ()
        said = line_of(intent, lane)
        return None if said is None else await self._line(lane, said)

    async def _over(self, told: out.PermitCard | out.Overnight) -> bool:
        """Whether an invitation no longer stands; where even that cannot be seen, it is said."""
        asked = out.PermitCard(person=told.person, permit=told.permit, purpose=told.purpose)
        try:
            _, view = await self._permits.of(asked, self._clock.now())
        except StorageError:
            raise
        except Exception as bug:
            _log.exception("not even seen", action="relay", permit=told.permit, error=type(bug).__name__)
            return False
        asks = told.purpose if told.purpose in INVITATIONS else None
        return view is None or (asks is not None and not stands(view, asks, told.step))

    async def _line(self, lane: Lane, line: Line) -> tuple[Delivery, ...]:
        now = self._clock.now()
        account = await self._writer.submit(lambda tx: self._account(tx, line.person))
        opens = account is not None and account.platform in self._voice.pages_on
        page = self._voice.page(line.permit, line.person) if opens and line.permit is not None else None
        text = line.text if page is None else f"{line.text}\n{page}"
        return _push(lane, account, line.person, Bubble(text=text), now)

    def _makers(self) -> Files:
        if self._files is None:
            raise TypeError("nobody makes files here")
        return self._files

    # --- permits

    async def _permit(self, lane: Lane, intent: out.PermitCard) -> tuple[Delivery, ...]:
        now = self._clock.now()
        account, view = await self._permits.of(intent, now)
        if view is None:
            return ()
        if intent.purpose is not None and not stands(view, intent.purpose, intent.step):
            if intent.purpose in INVITATIONS:
                return ()
            view = replace(view, purpose=None)
        return _push(lane, account, intent.person, permit_card(view), now, view.permit.version)

    async def _overnight(self, lane: Lane, intent: out.Overnight, key: str) -> tuple[Delivery, ...]:
        now = self._clock.now()
        told = await self._writer.submit(lambda tx: of_the_night(tx, intent, key))
        account, views = await still_to_say(told, lambda card: self._permits.of(card, now))
        if not views:
            return ()
        if len(views) == 1:
            return _push(lane, account, intent.person, permit_card(views[0]), now, views[0].permit.version)
        return _push(lane, account, intent.person, overnight(intent.person, views), now)

    async def _refresh(self, intent: out.PermitRefresh) -> tuple[Delivery, ...]:
        now = self._clock.now()
        account, view = await self._permits.of(intent, now)
        if account is None or view is None:
            return ()
        return (self._edit(account, intent.person, permit_card(view), now, view.permit.version, intent.handle),)

    async def _refresh_holders(self, intent: out.HoldersRefresh) -> tuple[Delivery, ...]:
        """Everybody who holds a card now. Whose card cannot be rendered does not keep the others from theirs."""
        now = self._clock.now()
        held, hidden = await self._permits.of_holders(intent.permit, intent.but, now)
        failed = list(hidden)
        found: list[Delivery] = []
        for person, account, view in held:
            if account is not None:
                try:
                    found.append(self._edit(account, person, permit_card(view), now, view.permit.version, None))
                except Exception as bug:
                    failed.append((person, bug))
        for person, cause in failed:
            _log.error(
                "card not rendered", action="relay", permit=intent.permit, person=person, error=type(cause).__name__,
                exc_info=cause,
            )  # fmt: skip
        return tuple(found)

    async def _hazards_again(self, intent: out.HazardRefresh, now: datetime) -> tuple[Delivery, ...]:
        found: list[Delivery] = []

        async def edit(person: PersonId, handle: str | None) -> None:
            account, card, version = await self._hazards.seen(intent.hazard, person, now)
            if account is not None and card is not None:
                found.append(self._edit(account, person, card, now, version, handle))

        await self._hazards.holders(intent, edit)
        return tuple(found)

    async def _group(self, lane: Lane, intent: out.GroupNote) -> tuple[Delivery, ...]:
        now = self._clock.now()

        def gather(tx: Tx) -> tuple[tuple[tuple[str, str], ...], PermitView | None]:
            view = self._viewer.permit(
                tx, intent.permit, None, purpose=intent.purpose, now=now, seal=_no_seal, page=None
            )
            return self._chats(tx, intent.group), view

        chats, view = await self._writer.submit(gather)
        if view is None:
            return ()
        if not stands(view, intent.purpose):
            if lane is not Lane.SAFETY:
                return ()
            view = replace(view, purpose=None)
        text = group_line(view)
        if intent.note:
            text = f"{answer_text(intent.note, intent.args)}\n{text}"
        return _posts(lane, intent, chats, text)

    # --- everything else

    async def _draft(self, intent: out.DraftCard) -> tuple[Delivery, ...]:
        now, seal, person = self._clock.now(), self._seal(intent.person), intent.person
        account, view = await self._writer.submit(
            lambda tx: (self._account(tx, person), self._viewer.draft(tx, person, now=now, seal=seal))
        )
        if account is None or view is None:
            return ()
        card = draft_card(view)
        if intent.handle is None:
            return _push(Lane.ACTION, account, person, card, now, view.version)
        return (self._edit(account, person, card, now, view.version, intent.handle),)

    async def _tasks(self, lane: Lane, person: PersonId) -> tuple[Delivery, ...]:
        now, seal = self._clock.now(), self._seal(person)
        account, view = await self._writer.submit(
            lambda tx: (self._account(tx, person), self._viewer.tasks(tx, person, now=now, seal=seal))
        )
        return _push(lane, account, person, task_list(view), now)

    def _question(self, intent: out.Ask, ways: Ways) -> Card:
        offers = [(offer.press, offer.label) for offer in intent.offers]
        return ask_card(intent.subject, intent.key, dict(intent.args), offers, self._seal(intent.person), ways)

    async def _say(self, lane: Lane, person: PersonId, spell: Callable[[Ways], Message]) -> tuple[Delivery, ...]:
        now = self._clock.now()
        account = await self._writer.submit(lambda tx: self._account(tx, person))
        return _push(lane, account, person, spell(ways_to(account)), now)

    async def _link(self, lane: Lane, intent: out.VouchedLink) -> tuple[Delivery, ...]:
        """A one-time link or its code; nothing once it is over, and no code where no link can be opened."""
        if self._clock.now() >= intent.ends:
            return ()
        whom = await self._writer.submit(lambda tx: tx.directory.person(intent.whom))
        text = link_text(
            intent, name=whom.name if whom is not None else str(intent.whom), base=self._voice.links,
            zone=self._voice.zone, secret=self._voice.button_key,
        )  # fmt: skip
        return await self._say(lane, intent.person, lambda _: Bubble(text=text))

    async def _behind(self, lane: Lane, intent: out.BehindGlass) -> tuple[Delivery, ...]:
        """What may save a life; nothing once the moment is over."""
        if self._clock.now() >= intent.ends:
            return ()
        person, hidden = await self._writer.submit(
            lambda tx: (tx.directory.person(intent.subject), tx.hidden(intent.subject))
        )
        name, phone = (person.name, person.phone or "") if person is not None else (str(intent.subject), "")
        text = behind_glass(name, phone, {one.kind: one.value for one in hidden})
        return await self._say(lane, intent.person, lambda _: Bubble(text=text))

    async def _settled(self, intent: out.Settled) -> tuple[Delivery, ...]:
        now, person = self._clock.now(), intent.person
        account = await self._writer.submit(lambda tx: self._account(tx, person))
        if account is None:
            return ()
        card = settled_card(intent.subject, intent.key, dict(intent.args), ways_to(account))
        return (self._edit(account, person, card, now, 0, None),)

    def _edit(
        self, account: Reached, person: PersonId, card: Card, now: datetime, version: int, handle: str | None
    ) -> Edit:
        """The copy that was tapped also says when: so every tap is seen to have had its effect."""
        at = now.astimezone(self._voice.zone).strftime("%H:%M:%S")
        return Edit(
            platform=account.platform,
            user=account.userid,
            person=person,
            card=card,
            seen_at=now,
            version=version,
            handle=handle,
            answer=replace(card, source=words.REFRESHED.format(what=card.source, at=at)),
            elsewhere=account.elsewhere,
        )

    # --- who and where

    def _account(self, tx: Tx, person: PersonId) -> Reached | None:
        """The account a person is reached by, on a platform we speak."""
        return reached_by(tx, person, self._voice.reach)

    def _chats(self, tx: Tx, group: GroupId) -> tuple[tuple[str, str], ...]:
        return tuple(
            (chat.platform, chat.chat)
            for chat in tx.directory.chats_of(group)
            if (chat.platform, chat.corp) in self._voice.reach
        )

    def _seal(self, person: PersonId) -> Seal:
        def seal(press: Press) -> str:
            return pack(press, person=person, secret=self._voice.button_key)

        return seal


def _no_seal(_: Press) -> str:
    raise TypeError("a group has no buttons")


def _push(
    lane: Lane, account: Reached | None, person: PersonId, message: Message, now: datetime, version: int = 0
) -> tuple[Delivery, ...]:
    """A push; nothing for somebody without an account, unless it is about safety."""
    if account is not None:
        return (
            Push(
                platform=account.platform,
                user=account.userid,
                person=person,
                message=message,
                seen_at=now,
                version=version,
                elsewhere=account.elsewhere,
            ),
        )
    if lane is Lane.SAFETY:
        raise NoAddress(f"{person} has no account we can reach")
    return ()


def _posts(lane: Lane, intent: out.GroupNote, chats: tuple[tuple[str, str], ...], text: str) -> tuple[Delivery, ...]:
    """One post in each chat of the group; nothing for a group without any, unless it is about safety."""
    if not chats and lane is Lane.SAFETY:
        raise NoAddress(f"no chat of the group {intent.group} can be reached")
    return tuple(GroupPost(platform=platform, chat=chat, text=text) for platform, chat in chats)
