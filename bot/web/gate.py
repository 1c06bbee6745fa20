"""The gate's page: a guard checks the code of a permit, with or without a network (docs/adr/0143).

The page needs no login: it learns how permits stand, named by hashes only, and the public keys. It shows what a code
says only when the code's signature is good. Nothing here changes anything.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp_jinja2
import jinja2
import msgspec
from aiohttp import web

from bot.clock import Clock
from bot.gate import EARLY, Foreign, Forged, GateRing
from bot.web.templates import KEPT, LOADER
from cards import words_gate
from cards.pictures.asked import BadPicture, texts_in
from handlers.gate import status_list
from handlers.house import House
from storage.writer import Writer
from workflow.gate_pass import PASS_PREFIX, NotAPass, Pass, Seen, StatusList, Verdict, judge

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; worker-src 'self'; "
        "img-src 'self' blob:; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "camera=(self)",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_NEWS: Final = HEADERS | {"Cache-Control": "no-store"}
REMEMBERED: Final = timedelta(seconds=5)
"""How long one list serves everybody who asks: the port is open to strangers."""
PICTURES: Final = 4
"""Photos in hand at once, the one being read and those that wait: the port is open to strangers, and each is megabytes
in memory and a good part of a second of a processor."""
_HERE = Path(__file__).parent
_PARTS = {
    "/gate/gate.js": ("gate.js", "text/javascript"),
    "/gate/gate_law.js": ("gate_law.js", "text/javascript"),
    "/gate/worker.js": ("gate_worker.js", "text/javascript"),
    "/gate/gate.css": ("gate.css", "text/css"),
}
_JINJA: web.AppKey[jinja2.Environment] = web.AppKey("gate_templates", jinja2.Environment)


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    code: str


class GatePages:
    """Routes for one site."""

    def __init__(self, *, writer: Writer, house: House, clock: Clock, ring: GateRing, fresh_for: timedelta) -> None:
        self._writer = writer
        self._house = house
        self._clock = clock
        self._ring = ring
        self._fresh_for = fresh_for
        self._listed: tuple[StatusList, str] | None = None
        self._one_picture_at_a_time = asyncio.Semaphore(1)
        self._pictures = 0

    def install(self, app: web.Application) -> None:
        """Add the routes and the template to an application."""
        aiohttp_jinja2.setup(app, loader=LOADER, bytecode_cache=KEPT, autoescape=True, app_key=_JINJA)
        app.add_routes(
            [
                web.get("/gate", self._page),
                web.get("/gate/status", self._status),
                web.post("/gate/check", self._check),
                web.post("/gate/read", self._read),
                *(web.get(path, _part) for path in _PARTS),
            ]
        )

    async def _page(self, request: web.Request) -> web.Response:
        told = {
            "title": words_gate.TITLE,
            "page": words_gate.PAGE,
            "words": {
                "said": {verdict.value: said for verdict, said in words_gate.SAID.items()},
                "labels": words_gate.LABELS,
                "page": words_gate.PAGE,
                "zone": str(self._house.zone),
            },
        }
        page = aiohttp_jinja2.render_template("gate.html", request, told, app_key=_JINJA)
        page.headers.update(HEADERS)
        return page

    async def _status(self, _: web.Request) -> web.Response:
        listed = await self._newest(self._clock.now())
        return _told({**self._ring.published(), "list": listed[1]})

    async def _newest(self, now: datetime) -> tuple[StatusList, str]:
        listed = self._listed
        if listed is None or not listed[0].issued_at <= now < listed[0].issued_at + REMEMBERED:
            found = await self._writer.submit(
                lambda tx: status_list(tx, self._house, now, fresh_for=self._fresh_for, early=EARLY)
            )
            self._listed = listed = found, self._ring.sign(found)
        return listed

    async def _check(self, request: web.Request) -> web.Response:
        """For browsers that cannot check signatures themselves."""
        try:
            asked = msgspec.json.decode(await request.read(), type=_Code)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return _told({"verdict": Verdict.UNREADABLE.value}, 400)
        verdict, shown = await self._judged(asked.code)
        return _told({"verdict": verdict.value} | ({"pass": _plain(shown)} if shown is not None else {}))

    async def _judged(self, code: str) -> tuple[Verdict, Pass | None]:
        now = self._clock.now()
        try:
            shown = self._ring.check(code)
        except NotAPass:
            return Verdict.UNREADABLE, None
        except Forged:
            return Verdict.FORGED, None
        except Foreign:
            return Verdict.FOREIGN, None
        if not isinstance(shown, Pass):
            return Verdict.UNREADABLE, None
        status, _ = await self._newest(now)
        return judge(now=now, shown=shown, status=status, seen=Seen()), shown

    async def _read(self, request: web.Request) -> web.Response:
        """The code in a photo, for browsers that read none themselves; empty when there is none, or too many wait."""
        # Counted once it is whole: whoever sends slowly takes nobody's turn.
        picture = await request.read()
        if self._pictures >= PICTURES:
            return _told({"code": ""}, 503)
        self._pictures += 1
        try:
            return await self._code_in(picture)
        finally:
            self._pictures -= 1

    async def _code_in(self, picture: bytes) -> web.Response:
        try:
            async with self._one_picture_at_a_time:
                found = await asyncio.to_thread(texts_in, picture, PASS_PREFIX)
        except BadPicture:
            return _told({"code": ""}, 400)
        return _told({"code": found[0] if len(found) == 1 else ""})


async def _part(request: web.Request) -> web.Response:
    name, kind = _PARTS[request.path]
    text = await asyncio.to_thread((_HERE / "static" / name).read_text, "utf-8")
    headers = HEADERS | ({"Service-Worker-Allowed": "/gate"} if name == "gate_worker.js" else {})
    return web.Response(text=text, content_type=kind, headers=headers)


def _plain(shown: Pass) -> dict[str, Any]:
    """A pass as the page shows it; times in seconds."""
    return {
        "number": shown.number,
        "work": shown.work,
        "place": shown.place,
        "guardian": shown.guardian,
        "people": shown.people,
        "start": int(shown.planned.start.timestamp()),
        "end": int(shown.planned.end.timestamp()),
        "issued": int(shown.issued_at.timestamp()),
    }


def _told(told: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response(told, status=status, headers=_NEWS)
