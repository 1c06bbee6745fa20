"""督办 in the browser: what the chat's word answers, whole, each line leading to its permit or hazard; and as a file.

Read beside the writer; whoever only looks keeps nobody from stopping work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock
from bot.log import get_logger
from bot.reports.by_chat import FilesByChat
from bot.web.board import PATH as BOARD
from bot.web.board_feed import AsideReader
from bot.web.pages import HEADERS, Pages
from bot.web.session import NoSession
from cards import words, words_hazards
from cards import words_supervision as say
from cards.card import File
from cards.watch import HazardLine, StepLine, WatchView
from handlers.live_board import Scope, scope_of
from handlers.outgoing import WatchFile
from handlers.supervision import PAGE, desk_of, watch_view, watched
from storage.errors import StorageError
from storage.tx import Tx
from workflow.ids import PersonId
from workflow.supervision import Share

MOST: Final = 200
"""Lines of one list; the workbook has all of them."""

log = get_logger("watch")


class WatchPage:
    """The routes for one site."""

    def __init__(self, *, pages: Pages, reader: AsideReader, files: FilesByChat, clock: Clock) -> None:
        self._pages = pages
        self._reader = reader
        self._files = files
        self._clock = clock

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(PAGE, self._show), web.get(f"{PAGE}/file", self._file)])

    async def _show(self, request: web.Request) -> web.Response:
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, PAGE)
        now = self._clock.now()
        try:
            found = await self._reader.read(lambda tx: self._seen(tx, person, now))
        except StorageError as failure:
            return _failed(request, failure)
        if found is None:
            return _page(request, "sorry.html", {"text": words.PAGE_STRANGER}, 403)
        view, scope = found
        return _page(request, "watch.html", {"say": say, "view": view, **_told(view, scope)})

    def _seen(self, tx: Tx, person: PersonId, now: datetime) -> tuple[WatchView, Scope] | None:
        house = self._reader.house
        desk, scope = desk_of(tx, house, person, now), scope_of(tx.directory, house, person)
        return None if desk is None or scope is None else (watch_view(desk, watched(desk)), scope)

    async def _file(self, request: web.Request) -> web.Response:
        """The same as a download; where there is nothing, the words that say so."""
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, PAGE)
        try:
            made = await self._files.watch(WatchFile(person=person))
        except StorageError as failure:
            return _failed(request, failure)
        if not isinstance(made, File):
            return _page(request, "sorry.html", {"text": made.text}, 403 if made.text == words.PAGE_STRANGER else 200)
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(made.name)}"}
        return web.Response(body=made.data, content_type=made.mime, headers=HEADERS | named)


def _told(view: WatchView, scope: Scope) -> dict[str, Any]:
    late, early = view.late, tuple(one for one in view.steps if not one.late)
    local = view.at.astimezone(view.zone)
    return {
        "at": say.AT.format(at=f"{words.day(local, view.zone)} {words.clock(local, view.zone)}"),
        "counts": say.COUNTS.format(waiting=len(view.steps), late=len(late), hazards=len(view.hazards)),
        "late": list(_steps(late, view, scope)),
        "early": list(_steps(early, view, scope)),
        "hazards": list(_hazards(view)),
        "more": {name: _more(lines) for name, lines in (("late", late), ("early", early), ("hazards", view.hazards))},
        "step_rates": list(_rates(view.rates, say.NO_DEPARTMENT)),
        "hazard_rates": list(_rates(view.hazard_rates, say.NOT_ASSIGNED)),
    }


def _steps(lines: Iterable[StepLine], view: WatchView, scope: Scope) -> Iterator[dict[str, str]]:
    for one in tuple(lines)[:MOST]:
        opens = one.mine or scope.covers(one.area)
        yield {
            "number": one.permit,
            "door": f"{BOARD}/permit/{quote(one.permit)}" if opens else "",  # no door is shown that would not open
            "what": f"{one.place} {one.label}",
            "who": say.WAITS.format(asked=one.asked),
            "since": _since(one.since, view),
            "climbed": one.climbed,
        }


def _since(moment: datetime | None, view: WatchView) -> str:
    if moment is None:
        return say.SINCE_UNKNOWN
    day, clock = words.day(moment, view.zone), words.clock(moment, view.zone)
    return say.SINCE.format(day=day, clock=clock, span=words.span(view.at - moment))


def _hazards(view: WatchView) -> Iterator[dict[str, Any]]:
    for one in view.hazards[:MOST]:
        yield {
            "number": one.hazard,
            "door": f"/h/{quote(one.hazard)}",
            "what": f"{one.place or words_hazards.NO_PLACE} {one.said or words_hazards.ONLY_PHOTO}",
            "stage": words_hazards.STAGE[one.stage],
            "who": say.WAITS.format(asked=one.responsible or say.NOT_ASSIGNED),
            "due": _due(one, view),
            "late": one.late,
            "climbed": say.CLIMBED.format(level=say.LEVEL[one.climbed]),
        }


def _due(one: HazardLine, view: WatchView) -> str:
    return "" if one.due is None else words_hazards.left(one.due, view.at, view.zone)


def _more(lines: tuple[object, ...]) -> str:
    return say.MORE.format(more=len(lines) - MOST) if len(lines) > MOST else ""


def _rates(rates: Iterable[Share], nobody: str) -> Iterator[tuple[str, int, int, int]]:
    for one in rates:
        yield one.department or nobody, one.waiting, one.late, one.percent


def _failed(request: web.Request, failure: StorageError) -> web.Response:
    log.warning("watch.failed", error=type(failure).__name__)
    return _page(request, "sorry.html", {"text": say.BUSY}, 503)


def _page(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told, status=status)
    page.headers.update(HEADERS)
    return page
