"""The figures of the plant week by week, as curves; each week leads to the page of figures, and so to its cases.

For whoever may read the figures. Curves show a hole where a week has no case: a share of nothing has no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from aiohttp import web

from bot.clock import Clock
from bot.web.board import PATH, blind, page
from bot.web.board_feed import AsideReader
from bot.web.pages import Pages
from bot.web.session import NoSession
from cards import words_board as say
from cards import words_figures
from cards.reports.summary import Value, said
from handlers.figured import address, may_read, span_of, values
from handlers.house import House
from handlers.windows import Window
from storage.errors import StorageError
from storage.tx import Tx
from workflow.figures import DEFINITIONS, Cut, Definition, Key, Share, Spread, week_of

WEEKS: Final = 8
"""The present one is the last of them."""
KEPT: Final = timedelta(minutes=10)
"""How long one answer serves everybody who asks."""
_HOUR: Final = Decimal(3600)


class BoardTrends:
    """The route for one site. ``reader`` is not the live board's: eight weeks of figures take a while."""

    def __init__(self, *, pages: Pages, reader: AsideReader, clock: Clock) -> None:
        self._pages = pages
        self._reader = reader
        self._clock = clock
        self._told: tuple[datetime, list[dict[str, Any]]] | None = None

    def install(self, app: web.Application) -> None:
        """Add the route; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(f"{PATH}/trends", self._page)])

    async def _page(self, request: web.Request) -> web.Response:
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, request.path)
        now, house = self._clock.now(), self._reader.house
        try:
            if not await self._reader.read(lambda tx: may_read(tx, house, person)):
                return page(request, "sorry.html", {"text": words_figures.NOBODY}, 403)
            if self._told is None or not timedelta(0) <= now - self._told[0] < KEPT:
                self._told = now, await self._reader.read(lambda tx: trends(tx, house, now))
        except StorageError as trouble:
            return blind(request, trouble)
        at = self._told[0].astimezone(house.zone)
        return page(
            request, "board_trends.html", {"trends": self._told[1], "as_of": say.AS_OF.format(at=f"{at:%m-%d %H:%M}")}
        )


def trends(tx: Tx, house: House, now: datetime) -> list[dict[str, Any]]:
    """Every figure for each of the last weeks."""
    today = now.astimezone(house.zone).date()
    weeks = []
    for back in reversed(range(WEEKS)):
        start = week_of(today - timedelta(weeks=back), house.zone).start.astimezone(house.zone).date()
        weeks.append(Window(since=start, until=min(start + timedelta(days=6), today)))
    return [
        _trend(
            meaning,
            {week: values(tx, key, span_of(week, house), Cut.WHOLE, as_of=now).get("") for week in weeks},
            house,
        )
        for key, meaning in DEFINITIONS.items()
    ]


def _trend(meaning: Definition, found: Mapping[Window, Value | None], house: House) -> dict[str, Any]:
    return {
        "name": meaning.name,
        "unit": say.TREND_UNIT[meaning.unit],
        "meaning": words_figures.MEANS.format(
            part=meaning.part, whole=meaning.whole, leaves_out=meaning.leaves_out or words_figures.NOTHING_LEFT,
            source=meaning.source,
        ),
        "at": [span_of(week, house).start.timestamp() for week in found],
        "values": [None if value is None else _number(value) for value in found.values()],
        "zone": str(house.zone),
        "weeks": [_week(week, value, meaning.key) for week, value in found.items()],
    }  # fmt: skip


def _week(week: Window, value: Value | None, key: Key) -> tuple[str, str, str]:
    """The days, the figure in words, and where its cases are."""
    days = f"{week.since:%m-%d}–{week.until:%m-%d}"
    return days, words_figures.NONE if value is None else said(value), address("", week, key, group="")


def _number(value: Value) -> str | None:
    """What is drawn: hours, percent or how often, as exactly as it is said."""
    match value:
        case Spread(middle=middle):
            return None if middle is None else format((Decimal(int(middle.total_seconds())) / _HOUR).normalize(), "f")
        case Share():
            return None if value.percent is None else format(value.percent, "f")
        case int():
            return str(value)
