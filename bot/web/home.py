"""The home page: three big entries, what waits for whoever is signed in, and for safety officers the register.

An entry sends what the chat's menu would bring (docs/adr/0137): the office answers in the chat, where the person goes
on. The page itself decides nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlsplit

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.reports.by_chat import FilesByChat
from bot.web.own_keys import OWN_HEADERS
from bot.web.pages import Pages
from bot.web.session import NoSession
from cards import words, words_home, words_reports
from cards.card import File
from cards.links import form_token
from cards.views import TaskListView
from handlers.arrivals import Arrival, MenuPressed, Sender
from handlers.menus import APPLY, HAZARD
from handlers.outgoing import RegisterFile
from handlers.reach import Reached, reached_by
from handlers.reporting import may_have_registers
from handlers.views import Viewer
from handlers.windows import NoWindow, window_of
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.ids import PersonId
from workflow.plant import Person

HOME: Final = "/home"
REPORT: Final = "/report"
_ENTRIES: Final = frozenset({APPLY, HAZARD})
_CAUSE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Found:
    """Whoever is signed in, and what waits for him."""

    person: Person
    reached: Reached
    tasks: TaskListView
    officer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePages:
    """Routes for one site. ``handle`` is the office, ``reach`` tells the corp by platform."""

    pages: Pages
    writer: Writer
    viewer: Viewer
    files: FilesByChat
    handle: Callable[[Arrival], Awaitable[None]]
    under_way: Callable[[], AbstractContextManager[None]]
    clock: Clock
    entropy: Entropy
    key: bytes = field(repr=False)
    public_url: str
    reach: Mapping[str, str]
    phone: str = ""

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        app.add_routes([web.get(HOME, self._home), web.post(f"{HOME}/do", self._do), web.get(REPORT, self._report)])

    # -- the page -------------------------------------------------------------------------------------------------

    async def _home(self, request: web.Request) -> web.Response:
        try:
            person = self.pages.person(request)
        except NoSession:
            return self.pages.send_to_login(request, HOME)
        found = await self._found(person)
        if found is None:
            return _page(request, "sorry.html", {"text": words.PAGE_STRANGER}, 403)
        tasks = sorted(found.tasks.tasks, key=lambda one: not one.waiting_for_you)
        waiting = sum(one.waiting_for_you for one in tasks)
        say = words_home
        told = {
            "say": say,
            "hello": say.HELLO.format(name=found.person.name),
            "told": say.SENT if request.query.get("sent") == "1" else "",
            "waiting": say.TASKS_HOW.format(waiting=waiting) if waiting else say.TASKS_NONE,
            "tasks": [
                {
                    "permit": one.permit, "status": words.STATUS_SHORT[one.status], "what": one.headline,
                    "place": one.place, "waiting": one.waiting_for_you,
                }
                for one in tasks
            ],
            "links": (*(say.OFFICER_LINKS if found.officer else ()), *say.LINKS),
            "phone": self.phone,
            "form": self._token(request, person),
        }  # fmt: skip
        return _page(request, "home.html", told)

    async def _found(self, person: PersonId) -> Found | None:
        now, house = self.clock.now(), self.viewer.house

        def find(tx: Tx) -> Found | None:
            known = tx.directory.person(person)
            reached = reached_by(tx, person, frozenset(self.reach.items()))
            if known is None or not known.active or reached is None:
                return None
            tasks = self.viewer.tasks(tx, person, now=now, seal=lambda _: "")
            return Found(known, reached, tasks, may_have_registers(tx, house, person))

        return await self.writer.submit(find)

    # -- an entry -------------------------------------------------------------------------------------------------

    async def _do(self, request: web.Request) -> web.Response:
        """Whatever is not from our own form in this very session sends nothing."""
        sent = await request.post() if self._ours(request) else {}
        form, key = sent.get("form"), sent.get("key")
        try:
            person = self.pages.person(request)
        except NoSession:
            person = None
        genuine = person is not None and isinstance(form, str) and self._same(form, request, person)
        found = await self._found(person) if person is not None and genuine else None
        if found is None or not isinstance(key, str) or key not in _ENTRIES:
            return _page(request, "sorry.html", {"text": words.PAGE_STRANGER}, 403)
        at = found.reached
        sender = Sender(platform=at.platform, corp=self.reach[at.platform], user=at.userid)
        cause = f"home:{self.entropy.take(_CAUSE_BYTES).hex()}"
        pressed = MenuPressed(
            site=self.viewer.house.site, sender=sender, dedup_key=cause, received_at=self.clock.now(), key=key
        )
        with self.under_way():
            await self.handle(pressed)
        return web.Response(status=303, headers={**OWN_HEADERS, "Location": f"{HOME}?sent=1"})

    def _ours(self, request: web.Request) -> bool:
        parts = urlsplit(self.public_url)
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        form = request.content_type == "application/x-www-form-urlencoded"
        return form and request.headers.get("Origin") == f"{parts.scheme}://{parts.netloc}" and site == "same-origin"

    def _token(self, request: web.Request, person: PersonId) -> str:
        return form_token(f"home:{person}", self.pages.cookie(request), secret=self.key)

    def _same(self, form: str, request: web.Request, person: PersonId) -> bool:
        return hmac.compare_digest(form.encode(), self._token(request, person).encode())

    # -- the register ---------------------------------------------------------------------------------------------

    async def _report(self, request: web.Request) -> web.Response:
        """The register as a download; for whoever may not have it there is no such page."""
        try:
            person = self.pages.person(request)
        except NoSession:
            return self.pages.send_to_login(request, REPORT)
        house = self.viewer.house
        if not await self.writer.submit(lambda tx: may_have_registers(tx, house, person)):
            return _page(request, "sorry.html", {"text": words_reports.NOT_YOURS}, 403)
        what = request.query.get("what")
        if what is None:
            return _windows(request, "")
        try:
            window = window_of(what, self.clock.now().astimezone(house.zone).date())
        except NoWindow:
            return _windows(request, words_reports.HOW)
        try:
            made = await self.files.register(RegisterFile(person=person, since=window.since, until=window.until))
        except StorageError:
            return _windows(request, words_reports.BUSY)
        if not isinstance(made, File):
            return _windows(request, made.text)
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(made.name)}"}
        return web.Response(body=made.data, content_type=made.mime, headers=OWN_HEADERS | named)


def _windows(request: web.Request, told: str) -> web.Response:
    say = words_home
    page = {"title": words_reports.LEDGER, "note": say.REPORT_NOTE, "windows": say.REPORT_WINDOWS, "told": told}
    return _page(request, "report.html", page)


def _page(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told, status=status)
    page.headers.update(OWN_HEADERS)
    return page
