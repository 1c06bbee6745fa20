"""Cards of hazards from their intents: pushed to one person, or edited in the hands of all who hold one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from cards.card import Card
from cards.hazard import hazard_card, subject_of
from cards.views import Seal
from handlers import outgoing as out
from handlers.hazard_views import hazard_view
from handlers.house import House
from handlers.reach import Reached
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import HazardId, PersonId

_log = structlog.get_logger()


class HazardPresenter:
    """Renders hazards for one site. ``account`` tells where a person is reached, ``seal`` signs his buttons."""

    def __init__(
        self,
        *,
        writer: Writer,
        house: House,
        account: Callable[[Tx, PersonId], Reached | None],
        seal: Callable[[PersonId], Seal],
        pages: str | None,
        pages_on: frozenset[str],
    ) -> None:
        """``pages``: the public address; None while no page is served. ``pages_on``: where people can sign in."""
        self._writer = writer
        self._house = house
        self._account = account
        self._seal = seal
        self._pages = pages
        self._pages_on = pages_on

    async def seen(
        self, number: HazardId, person: PersonId, now: datetime, about: str = ""
    ) -> tuple[Reached | None, Card | None, int]:
        """Where the person is reached, his card as of now, and the version it shows; no card of what never was."""
        seal = self._seal(person)

        def gather(tx: Tx) -> tuple[Reached | None, Card | None, int]:
            account = self._account(tx, person)
            page = self._page(number) if account is not None and account.platform in self._pages_on else None
            view = hazard_view(tx, self._house, number, person, about=about, now=now, seal=seal, page=page)
            return (account, None, 0) if view is None else (account, hazard_card(view), view.hazard.version)

        return await self._writer.submit(gather)

    def _page(self, number: HazardId) -> str | None:
        return None if self._pages is None else f"{self._pages}/h/{number}"

    async def holders(self, intent: out.HazardRefresh, edit: Callable[[PersonId, str | None], Awaitable[None]]) -> None:
        """Have the copies edited that the intent names. Whose card cannot be rendered keeps nobody from his."""
        if intent.person is not None:
            await edit(intent.person, intent.handle)
            return
        about = subject_of(intent.hazard)
        cards = await self._writer.submit(lambda tx: tx.live_cards(subject=about))
        for person in dict.fromkeys(PersonId(card.person) for card in cards if card.person != intent.but):
            try:
                await edit(person, None)
            except StorageError:
                raise
            except Exception as bug:
                _log.exception(
                    "card not rendered", action="relay", hazard=intent.hazard, person=person, error=type(bug).__name__
                )
