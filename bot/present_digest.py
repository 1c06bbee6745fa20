"""Digests for the relay: who gets them is asked of the writer, what is in them beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol, TypeVar, assert_never

from bot.delivery import Delivery, GroupPost, Push
from cards.card import Bubble, File
from cards.digest import Item, digest, news
from cards.pictures.asked import overview
from cards.words_digest import PICTURE_FILE
from handlers.digests import TOO_LATE, view_of
from handlers.figured import morning, period
from handlers.house import House
from handlers.outgoing import Digest, Morning, Period, RiskMap
from handlers.overviews import gather
from handlers.reach import Reached
from handlers.windows import Window
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import GroupId, PersonId

T = TypeVar("T")


class Read(Protocol):
    """Runs a read function: beside the writer in the service, for a day's figures take longer than a turn of it."""

    def __call__(self, work: Callable[[Tx], T], /) -> Awaitable[T]:
        """Its value."""
        ...


class DigestPresenter:
    """Renders digests for one site.

    ``base``: where pages are served, None while none are; ``pages_on``: platforms whose people can sign in to them. On
    the others no line is a door: it would not open.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        house: House,
        base: str | None,
        pages_on: frozenset[str],
        read: Read,
        account: Callable[[Tx, PersonId], Reached | None],
        chats: Callable[[Tx, GroupId], tuple[tuple[str, str], ...]],
    ) -> None:
        self._writer = writer
        self._house = house
        self._base = base
        self._pages_on = pages_on
        self._read = read
        self._account = account
        self._chats = chats

    async def __call__(self, intent: Digest | Morning | Period | RiskMap, now: datetime) -> tuple[Delivery, ...]:
        """What it comes to now."""
        match intent:
            case Digest():
                return await self._digest(intent, now)
            case Morning():
                return await self._morning(intent, now)
            case Period():
                return await self._period(intent)
            case RiskMap():
                return await self._map(intent, now)
            case _:
                assert_never(intent)

    async def _digest(self, intent: Digest, now: datetime) -> tuple[Delivery, ...]:
        """A text to every chat of the group, or to the person; nothing when there is nothing to say to anybody."""
        account, chats = await self._writer.submit(
            lambda tx: (
                None if intent.person is None else self._account(tx, intent.person),
                () if intent.group is None else self._chats(tx, intent.group),
            )
        )
        view = await self._read(lambda tx: view_of(tx, self._house, intent, now=now, base=self._base))
        said = None if view is None else digest(view)
        if said is None:
            return ()
        if account is not None and intent.person is not None:
            return (
                Push(
                    platform=account.platform, user=account.userid, person=intent.person, seen_at=now,
                    message=self._doors(said, account.platform),
                    elsewhere=account.elsewhere,
                ),
            )  # fmt: skip
        return self._posts(said, chats)

    async def _morning(self, intent: Morning, now: datetime) -> tuple[Delivery, ...]:
        """The figures of a day to every chat of the group; nothing when nothing happened, or too late."""
        if now - intent.as_of > TOO_LATE:
            return ()
        lines = await self._read(lambda tx: morning(tx, self._house, intent.day, as_of=intent.as_of, base=self._base))
        return await self._told(intent.group, lines)

    async def _period(self, intent: Period) -> tuple[Delivery, ...]:
        """The figures of a week or a month to every chat of the group, however late; nothing when nothing happened."""
        window = Window(since=intent.since, until=intent.until)
        lines = await self._read(lambda tx: period(tx, self._house, window, as_of=intent.as_of, base=self._base))
        return await self._told(intent.group, lines)

    async def _told(self, group: GroupId, lines: tuple[Item, ...]) -> tuple[Delivery, ...]:
        chats = await self._writer.submit(lambda tx: self._chats(tx, group)) if lines else ()
        return self._posts(news(lines), chats) if chats else ()

    def _posts(self, said: Bubble, chats: tuple[tuple[str, str], ...]) -> tuple[Delivery, ...]:
        return tuple(
            GroupPost(platform=platform, chat=chat, text=said.text, links=self._doors(said, platform).links)
            for platform, chat in chats
        )

    def _doors(self, said: Bubble, platform: str) -> Bubble:
        return said if platform in self._pages_on else Bubble(text=said.text)

    async def _map(self, intent: RiskMap, now: datetime) -> tuple[Delivery, ...]:
        """The picture of this moment to every chat of the group; nothing when there is nothing on it, or too late."""
        if now - intent.shift > TOO_LATE:
            return ()
        chats = await self._writer.submit(lambda tx: self._chats(tx, intent.group))
        told = await self._read(lambda tx: gather(tx, self._house, now)) if chats else None
        if told is None:
            return ()
        name = PICTURE_FILE.format(day=now.astimezone(self._house.zone).date().isoformat())
        page = File(name=name, mime="image/png", data=await asyncio.to_thread(overview, told))
        return tuple(GroupPost(platform=platform, chat=chat, text="", file=page) for platform, chat in chats)
