"""Digests for the relay: gathered in the writer's turn, put into words outside of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.delivery import Delivery, GroupPost, Push
from cards.digest import digest
from handlers.desk import House
from handlers.digests import view_of
from handlers.outgoing import Digest
from handlers.reach import Reached
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import GroupId, PersonId


class DigestPresenter:
    """Renders digests for one site. ``base``: where pages are served; None while none are."""

    def __init__(
        self,
        *,
        writer: Writer,
        house: House,
        base: str | None,
        account: Callable[[Tx, PersonId], Reached | None],
        chats: Callable[[Tx, GroupId], tuple[tuple[str, str], ...]],
    ) -> None:
        self._writer = writer
        self._house = house
        self._base = base
        self._account = account
        self._chats = chats

    async def __call__(self, intent: Digest, now: datetime) -> tuple[Delivery, ...]:
        """A text to every chat of the group, or to the person; nothing when there is nothing to say to anybody."""
        view, account, chats = await self._writer.submit(
            lambda tx: (
                view_of(tx, self._house, intent, now=now, base=self._base),
                None if intent.person is None else self._account(tx, intent.person),
                () if intent.group is None else self._chats(tx, intent.group),
            )
        )
        said = None if view is None else digest(view)
        if said is None:
            return ()
        if account is not None and intent.person is not None:
            return (
                Push(
                    platform=account.platform, user=account.userid, person=intent.person, message=said, seen_at=now,
                    elsewhere=account.elsewhere,
                ),
            )  # fmt: skip
        return tuple(
            GroupPost(platform=platform, chat=chat, text=said.text, links=said.links) for platform, chat in chats
        )
