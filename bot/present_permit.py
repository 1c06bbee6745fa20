"""What a permit's cards are rendered from: where each person is reached, and what they may see there now.

Everything is read in one turn of the writer, however many people hold a card: what all of them see alike, the gates
above all, is worked out once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.web.access import concerned
from cards.answers import answer_text
from cards.permit import subject
from cards.views import PermitView, Seal
from cards.words_ways import WECOM, Ways, ways_of
from handlers import outgoing as out
from handlers.reach import Reached
from handlers.views import Alike, Viewer
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.effects import Purpose
from workflow.ids import PermitId, PersonId

Held = tuple[PersonId, Reached | None, PermitView]


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitViews:
    """Reads them. ``page``: the address of a permit's page for a person; ``pages_on``: where it would open."""

    writer: Writer
    viewer: Viewer
    account: Callable[[Tx, PersonId], Reached | None]
    seal: Callable[[PersonId], Seal]
    page: Callable[[PermitId, PersonId], str | None]
    pages_on: frozenset[str]
    compared: Callable[[PermitView], Awaitable[str]]
    """How a permit stands, in one line, for whoever has to decide."""

    async def of(
        self, intent: out.PermitCard | out.PermitRefresh, now: datetime
    ) -> tuple[Reached | None, PermitView | None]:
        """Where the person is reached, and the permit as they may see it there now."""
        pushed = intent if isinstance(intent, out.PermitCard) else None

        def gather(tx: Tx) -> tuple[Reached | None, PermitView | None]:
            alike = self.viewer.alike(tx, intent.permit, now=now)
            if alike is None:
                return self.account(tx, intent.person), None
            return self._one(tx, alike, intent.person, pushed)

        account, view = await self.writer.submit(gather)
        return account, None if view is None else await self._with_comparison(intent.person, view)

    async def of_holders(
        self, permit: PermitId, but: PersonId | None, now: datetime
    ) -> tuple[tuple[Held, ...], tuple[tuple[PersonId, Exception], ...]]:
        """Everybody who holds a card, except ``but``; and whose view cannot be had, with the bug that hides it."""

        def gather(tx: Tx) -> tuple[list[Held], list[tuple[PersonId, Exception]]]:
            found: list[Held] = []
            hidden: list[tuple[PersonId, Exception]] = []
            cards = tx.live_cards(subject=subject(permit))
            people = dict.fromkeys(PersonId(card.person) for card in cards if card.person != but)
            alike = self.viewer.alike(tx, permit, now=now) if people else None
            if alike is None:
                return found, hidden
            for person in people:
                try:
                    found.append((person, *self._one(tx, alike, person, None)))
                except StorageError:
                    raise
                except Exception as bug:
                    hidden.append((person, bug))
            return found, hidden

        held, hidden = await self.writer.submit(gather)
        told: list[Held] = []
        for person, account, view in held:
            try:
                told.append((person, account, await self._with_comparison(person, view)))
            except StorageError:
                raise
            except Exception as bug:
                hidden.append((person, bug))
        return tuple(told), tuple(hidden)

    def _one(
        self, tx: Tx, alike: Alike, person: PersonId, pushed: out.PermitCard | None
    ) -> tuple[Reached | None, PermitView]:
        account = self.account(tx, person)
        ways = ways_to(account)
        purpose: Purpose | None = None if pushed is None else pushed.purpose
        note = answer_text(pushed.note, pushed.args, ways) if pushed is not None and pushed.note else ""
        seal, page = self.seal(person), self.page(alike.permit.id, person)
        view = self.viewer.seen_by(tx, alike, person, purpose=purpose, seal=seal, page=page, note=note, ways=ways)
        opens = account is not None and account.platform in self.pages_on
        if view.page_url is not None and not (opens and concerned(view)):
            view = replace(view, page_url=None)  # no door is shown that would not open
        return account, view

    async def _with_comparison(self, person: PersonId, view: PermitView) -> PermitView:
        if view.permit.node is not None and person in view.asked:
            return replace(view, unlike=await self.compared(view))
        return view


def ways_to(account: Reached | None) -> Ways:
    """How things are done where somebody is reached."""
    return WECOM if account is None else ways_of(account.platform)
