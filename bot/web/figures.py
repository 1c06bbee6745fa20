"""The page of figures: what a stretch of days comes to, and the permits and hazards behind each number. Reads only.

For those who answer for the whole plant. No person's name is on it; a permit's own page asks again who looks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock
from bot.log import get_logger
from bot.reader import Reader
from bot.web.finding import FORM_HEADERS
from bot.web.pages import Pages
from bot.web.session import NoSession
from cards import words
from cards import words_figures as say
from cards.reports.summary import said
from handlers.figured import PAGE, address, group_name, may_read, remark_name, span_of, values
from handlers.house import House
from handlers.windows import NoWindow, Window
from storage.errors import StorageError
from storage.figures import cases
from storage.tx import Tx
from storage.writer import Writer
from workflow.figures import DEFINITIONS, Case, Cut, Definition, Key, Unit
from workflow.values import Interval

MOST: Final = 200
_PERMIT: Final = "/p/"
_HAZARD: Final = "/h/"

log = get_logger("figures")


class FiguresPage:
    """The route for one site."""

    def __init__(self, *, pages: Pages, writer: Writer, reader: Reader, house: House, clock: Clock) -> None:
        self._pages = pages
        self._writer = writer
        self._reader = reader
        self._house = house
        self._clock = clock

    def install(self, app: web.Application) -> None:
        """Add the route; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(PAGE, self._show)])

    async def _show(self, request: web.Request) -> web.Response:
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, request.path_qs)
        now = self._clock.now()
        try:
            window, ask = self._asked(request, now)
        except ValueError:
            return _page(request, "sorry.html", {"text": say.ODD}, 400)
        # Who holds which post is remembered in the writer's thread and asked nowhere else.
        if not await self._writer.submit(lambda tx: may_read(tx, self._house, person)):
            return _page(request, "sorry.html", {"text": say.NOBODY}, 403)
        try:
            told = await self._reader.read(lambda tx: ask(tx, span_of(window, self._house)))
        except StorageError as failure:
            log.warning("figures.failed", error=type(failure).__name__)
            return _page(request, "sorry.html", {"text": say.BUSY}, 503)
        at = now.astimezone(self._house.zone).strftime("%Y-%m-%d %H:%M")
        heading = say.SPAN.format(since=window.since, until=window.until, at=at)
        return _page(request, "figures.html", {"say": say, "window": window, "heading": heading, **told})

    def _asked(self, request: web.Request, now: datetime) -> tuple[Window, Callable[[Tx, Interval], dict[str, Any]]]:
        """The days, and what is wanted of them. Raise ValueError for what nobody could mean."""
        given = request.query
        yesterday = (now.astimezone(self._house.zone) - timedelta(days=1)).date().isoformat()
        since, until = (date.fromisoformat(given.get(name, yesterday)) for name in ("since", "until"))
        window = Window(since=since, until=until)
        if "key" not in given:
            return window, lambda tx, span: self._overview(tx, window, span, now)
        key, cut = Key(given["key"]), Cut(given.get("cut", Cut.WHOLE))
        if cut not in DEFINITIONS[key].cuts:
            raise NoWindow(f"{key} by {cut}")
        if "group" in given:
            group = None if cut is Cut.WHOLE else given["group"]
            return window, lambda tx, span: self._cases(tx, span, key, cut, group, now)
        return window, lambda tx, span: self._groups(tx, window, span, key, cut, now)

    # --- what is shown

    def _overview(self, tx: Tx, window: Window, span: Interval, now: datetime) -> dict[str, Any]:
        rows = []
        for key, meaning in DEFINITIONS.items():
            value = values(tx, key, span, Cut.WHOLE, as_of=now).get("")
            ways = [(say.BY[cut], address("", window, key, cut)) for cut in Cut if cut in meaning.cuts - {Cut.WHOLE}]
            rows.append(
                (meaning.name, said(value) if value is not None else say.NONE, address("", window, key, group=""), ways)
            )
        return {"rows": rows}

    def _groups(self, tx: Tx, window: Window, span: Interval, key: Key, cut: Cut, now: datetime) -> dict[str, Any]:
        found = values(tx, key, span, cut, as_of=now)
        rows = [
            (group_name(tx, self._house, cut, group), said(value), address("", window, key, cut, group), ())
            for group, value in found.items()
        ]
        return {"rows": rows, "meaning": _meaning(DEFINITIONS[key]), "title": f"{DEFINITIONS[key].name} {say.BY[cut]}"}

    def _cases(self, tx: Tx, span: Interval, key: Key, cut: Cut, group: str | None, now: datetime) -> dict[str, Any]:
        found = cases(tx, key, span, cut, group, as_of=now, most=MOST + 1)
        count = say.CASES_MORE if len(found) > MOST else say.CASES
        of = say.ALL if group is None else group_name(tx, self._house, cut, group)
        return {
            "title": f"{DEFINITIONS[key].name} {of}",
            "meaning": _meaning(DEFINITIONS[key]),
            "count": count.format(count=min(len(found), MOST)),
            "cases": [
                (one.subject, _door(one, DEFINITIONS[key]), remark_name(self._house, one.remark), _worth(one, key))
                for one in found[:MOST]
            ],
        }


def _meaning(one: Definition) -> str:
    return say.MEANS.format(
        part=one.part, whole=one.whole, leaves_out=one.leaves_out or say.NOTHING_LEFT, source=one.source
    )


def _door(one: Case, meaning: Definition) -> str:
    """The page of a permit or hazard; emergency work without a permit has none."""
    if meaning.of_hazards:
        return f"{_HAZARD}{one.subject}"
    return "" if one.subject.startswith("PC-") else f"{_PERMIT}{one.subject}"


def _worth(one: Case, key: Key) -> str:
    match DEFINITIONS[key].unit:
        case Unit.SPREAD:
            return words.span(timedelta(seconds=one.value))
        case Unit.SHARE:
            return say.COUNTS if one.value else say.COUNTS_NOT
        case Unit.COUNT:
            return ""


def _page(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told, status=status)
    page.headers.update(FORM_HEADERS)
    return page
