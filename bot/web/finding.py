"""The page where a safety officer looks records up: by day, person, device, place and word. Reads only.

The search reads with connections and a thread of its own: whoever looks something up lets nobody wait who stops work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock
from bot.evidence_search import Question
from bot.export import PERMIT
from bot.log import get_logger
from bot.web.pages import HEADERS, Pages
from bot.web.session import NoSession
from cards import words_finding as say
from handlers.finding import PATH
from handlers.house import House
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId
from workflow.rules.types import Role

LONGEST: Final = timedelta(days=92)
MOST: Final = 300
FORM_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace("form-action 'none'", "form-action 'self'")
}
_NAMES: Final = tuple(name for name, _ in say.FIELDS)

log = get_logger("finding")


class FindPage:
    """The route for one site. ``search`` blocks and is run in a thread."""

    def __init__(
        self, *, pages: Pages, writer: Writer, house: House, clock: Clock, search: Callable[[Question], list[str]]
    ) -> None:
        self._pages = pages
        self._writer = writer
        self._house = house
        self._clock = clock
        self._search = search
        self._one_at_a_time = asyncio.Semaphore(1)

    def install(self, app: web.Application) -> None:
        """Add the route; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(PATH, self._find)])

    async def _find(self, request: web.Request) -> web.Response:
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, request.path_qs)
        if not await self._writer.submit(lambda tx: self._may(tx, person)):
            return _page(request, "sorry.html", {"text": say.NOBODY}, 403)
        asked = {name: request.query.get(name, "").strip() for name in _NAMES}
        today = self._clock.now().astimezone(self._house.zone).date().isoformat()
        if not any(asked.values()):
            return _shown(request, asked | {"since": today, "until": today}, "", [])
        try:
            question = _question(asked, person)
        except ValueError:
            return _shown(request, asked, say.ODD, [])
        if question.until - question.since > LONGEST:
            return _shown(request, asked, say.TOO_LONG.format(days=LONGEST.days), [])
        # Those he finds can see that he looked (docs/adr/0147); the log says no words: they may be about a person.
        log.info("finding.asked", person=person, since=asked["since"], until=asked["until"])
        try:
            async with self._one_at_a_time:
                found = await asyncio.to_thread(self._search, question)
        except StorageError as failure:
            log.warning("finding.failed", error=type(failure).__name__)
            return _shown(request, asked, say.BUSY, [])
        words = say.NONE if not found else say.COUNT if len(found) <= MOST else say.MORE
        return _shown(
            request,
            asked,
            words.format(count=len(found), most=MOST),
            [line.removeprefix(PERMIT) for line in found[:MOST]],
        )

    def _may(self, tx: Tx, person: PersonId) -> bool:
        """Safety officers of the whole plant, as long as they are on the register."""
        known = tx.directory.person(person)
        officers = self._house.posts.holders(tx.directory, None).get(Role.SAFETY_DEPT, ())
        return known is not None and known.active and person in officers


def _question(asked: dict[str, str], viewer: PersonId) -> Question:
    since, until = date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"])
    if until < since:
        raise ValueError("it ends before it begins")
    return Question(
        since=since,
        until=until,
        person=asked["person"],
        device=asked["device"],
        place=asked["place"],
        word=asked["word"],
        viewer=viewer,
    )


def _shown(request: web.Request, asked: dict[str, str], told: str, lines: list[str]) -> web.Response:
    return _page(request, "finding.html", {"say": say, "asked": asked, "told": told, "lines": lines})


def _page(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told, status=status)
    page.headers.update(FORM_HEADERS)
    return page
