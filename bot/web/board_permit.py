"""From the board down to the source: one permit, its air as curves, and every record behind it.

Opening it is a look at everybody it names, like every page of a permit (docs/adr/0147). The same page tells how the
permit stood at an earlier moment, from the records of then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.clock import Clock
from bot.web.access import concerned
from bot.web.board import PATH, blind, page
from bot.web.board_feed import AsideReader
from bot.web.board_gas import gas_of
from bot.web.pages import HEADERS, Pages
from bot.web.session import NoSession
from cards import words
from cards import words_board as say
from cards.history import Telling, history_line, photo_labels
from cards.refusal import finding_line
from cards.views import PermitView
from handlers.asked import board_people
from handlers.house import House
from handlers.live_board import scope_of
from handlers.looking import opened
from handlers.views import Viewer
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.findings import Verdict
from workflow.ids import PermitId, PersonId
from workflow.journal import Record
from workflow.permit.state import Permit, Status

_NUMBER: Final = "{permit:[A-Z]{2,6}-[A-Z0-9]{1,16}-[0-9]{8}-[0-9]{3,6}}"
_HASH: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A permit and what it was folded from."""

    permit: Permit
    view: PermitView
    rows: list[dict[str, Any]]
    past: bool


class BoardPermit:
    """Routes for one site."""

    def __init__(self, *, pages: Pages, reader: AsideReader, writer: Writer, viewer: Viewer, clock: Clock) -> None:
        self._pages = pages
        self._reader = reader
        self._writer = writer
        self._viewer = viewer
        self._clock = clock

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        one = f"{PATH}/permit/{_NUMBER}"
        app.add_routes([web.get(one, self._page), web.get(f"{one}/gas", self._gas)])

    async def _page(self, request: web.Request) -> web.Response:
        number = PermitId(request.match_info["permit"])
        try:
            person = self._pages.person(request)
        except NoSession:
            return self._pages.send_to_login(request, request.path_qs)
        then = _then(request, self._viewer)
        try:
            source = await self._writer.submit(lambda tx: self._source(tx, number, person, then))
        except StorageError as trouble:
            return blind(request, trouble)
        if source is None:
            return page(request, "sorry.html", {"text": words.PAGE_NOT_FOUND}, 404)
        return page(request, "board_permit.html", self._told(source, then))

    def _source(self, tx: Tx, number: PermitId, person: PersonId, then: datetime | None) -> _Source | None:
        """The permit for whoever may see it, and that he looked; None for everybody else, as if there were none."""
        now, house = self._clock.now(), self._viewer.house
        permit, _ = tx.load(house.permits, number)
        if permit.content is None or not self._may(tx, house, permit, person):
            return None
        view = self._viewer.permit(tx, number, person, purpose=None, now=now, seal=lambda _: "", page=None)
        if view is None:
            return None
        opened(tx, house, view)
        past = then is not None and then < now
        records = [one for one in tx.records(house.permits, number) if then is None or one.at <= then]
        stood, rows = self._unrolled(permit, records, view)
        return _Source(permit=stood, view=view, rows=rows, past=past) if rows else None

    def _may(self, tx: Tx, house: House, permit: Permit, person: PersonId) -> bool:
        """``house``: the furniture of the thread this runs in."""
        scope = scope_of(tx.directory, house, person)
        if scope is None:
            return False
        holders = house.posts.holders(tx.directory, permit.what.area)
        named = {who for _, who in board_people(permit, holders, self._clock.now())}
        return scope.covers(permit.what.area) or person in named

    def _unrolled(self, permit: Permit, records: list[Record], view: PermitView) -> tuple[Permit, list[dict[str, Any]]]:
        """The permit folded from these records, and each of them in words; which of them moved it is marked."""
        fold, law = self._viewer.house.permits, permit.law
        telling = Telling(
            names=view.names,
            zone=view.zone,
            nodes={str(node.key): node.label for node in law.chain},
            photos=photo_labels(law),
            closings={need.key: need.label for need in law.closing},
        )
        state, rows = fold.initial(permit.id), []
        for record in records:
            event = fold.codec.decode(record.kind, record.body)
            before, state = state.status, fold.evolve(state, event)
            rows.append(
                {
                    "version": record.version,
                    "at": f"{record.at.astimezone(view.zone):%m-%d %H:%M:%S}",
                    "text": history_line(event, telling),
                    "kind": record.kind,
                    "hash": record.hash.hex()[:_HASH],
                    "moves": "" if state.status is before else words.STATUS[state.status],
                }
            )
        return state, rows

    def _told(self, source: _Source, then: datetime | None) -> dict[str, Any]:
        permit, view, what = source.permit, source.view, source.permit.what
        moved = next((row["version"] for row in reversed(source.rows) if row["moves"]), source.rows[0]["version"])
        status = words.STATUS[permit.status]
        when = "" if then is None else f"{words.day(then, view.zone)} {words.clock(then, view.zone)}"
        return {
            "number": permit.id,
            "tone": say.TONE[permit.status],
            "sign": say.SIGN[permit.status],
            "status": status,
            "origin": say.FROM_RECORD.format(status=status, version=moved),
            "origin_at": moved,
            "title": f"{words.work_name(what.work, permit.law.grade)} · {view.area_name} {what.place} {what.task}",
            "when": words.stretch(what.planned, view.zone),
            "people": say.GUARDS.format(guardian=view.name(permit.guardian), leader=view.name(permit.leader)),
            "past": source.past,
            "loaded": say.PHRASES["loaded"].format(clock=view.now.astimezone(view.zone).strftime("%H:%M:%S")),
            "head": say.BACK_HEAD.format(when=when) if source.past else "",
            "open": []
            if source.past
            else list(dict.fromkeys(finding_line(one) for one in view.findings if one.verdict is not Verdict.PASS)),
            "over": permit.status in _OVER,
            "rows": source.rows[::-1],
            "own": concerned(view),
            "gas": f"{PATH}/permit/{permit.id}/gas" + ("" if then is None else f"?at={_spelled(then, view)}"),
        }

    async def _gas(self, request: web.Request) -> web.Response:
        """The curves, as the page's script draws them."""
        number = PermitId(request.match_info["permit"])
        try:
            person = self._pages.person(request)
        except NoSession:
            return web.json_response({}, status=404, headers=HEADERS)
        house, then = self._reader.house, _then(request, self._viewer)
        until = self._clock.now() if then is None else min(then, self._clock.now())

        def gather(tx: Tx) -> dict[str, Any] | None:
            permit, _ = tx.load(house.permits, number)
            if permit.content is None or not self._may(tx, house, permit, person):
                return None
            return gas_of(tx, house, permit, until)

        try:
            told = await self._reader.read(gather)
        except StorageError:
            return web.json_response({}, status=503, headers=HEADERS)
        return web.json_response(told or {}, status=404 if told is None else 200, headers=HEADERS)


_OVER = frozenset({Status.CLOSED, Status.ARCHIVED, Status.REJECTED, Status.CANCELLED})
_SPELLED: Final = "%Y-%m-%dT%H:%M"


def _spelled(moment: datetime, view: PermitView) -> str:
    return moment.astimezone(view.zone).strftime(_SPELLED)


def _then(request: web.Request, viewer: Viewer) -> datetime | None:
    """The moment asked for; None: now, also where it cannot be read."""
    try:
        return datetime.strptime(request.query.get("at", ""), _SPELLED).replace(tzinfo=viewer.house.zone)
    except ValueError:
        return None
