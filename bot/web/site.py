"""The pages at the place, opened by the code on its board (docs/adr/0136).

Whoever stands there sees what works here and whom to call; who has signed in sees the permits that are their business
and does there what the chat does, by the same arrivals. A permit that is none of theirs is not there.

停工 needs no more than to have signed in once, however long ago the page was opened, and works as a plain form, too,
should our script not have come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec
from aiohttp import web

from bot.web import site_looks as looks
from bot.web.pages import BOARD_PAGES, Pages
from bot.web.site_acts import Done, Gas, Hand, Picture, Stop, read_act
from bot.web.site_gate import STOP, Gate, Ground, NotHere, Visitor, refused, told_as
from bot.web.site_told import Told, heard_of_stop, told
from bot.web.uploads import NotTaken
from cards import words_site as say
from cards.views import PermitView
from cards.words_ways import ways_of
from handlers import onsite
from handlers.arrivals import Sender
from handlers.looking import opened
from handlers.outages import any_down
from hardware_bridge.body import whole
from storage.tx import Tx
from workflow.ids import PermitId
from workflow.plant import Area

PIECE: Final = 128 << 10
"""Bytes of a photo that travel at once."""
MAX_BODY: Final = 16 << 10
_BOARD = "{board:[A-Za-z0-9_-]{1,60}}"
_PERMIT = "{permit:[A-Z]{2,6}-[A-Z0-9]{1,16}-[0-9]{8}-[0-9]{3,6}}"
_UPLOAD = "{upload:[0-9a-f]{32}}"
_NONCE = 12


class SitePages:
    """Routes for one site."""

    def __init__(self, ground: Ground, pages: Pages) -> None:
        self._ground = ground
        self._pages = pages
        self._gate = Gate(ground, pages)
        self._house = ground.viewer.house

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        base = f"{BOARD_PAGES}{_BOARD}"
        app.add_routes(
            [
                web.get(base, self._answered(self._place)),
                web.get(f"{base}/public", self._answered(self._public)),
                web.get(f"{base}/in", self._answered(self._enter)),
                web.get(f"{base}/{_PERMIT}", self._answered(self._permit)),
                web.post(f"{base}/do", self._answered(self._do)),
                web.post(f"{base}/stop", self._answered(self._stop)),
                web.post(f"{base}/up/{_UPLOAD}", self._answered(self._piece)),
                web.post(f"{base}/sdk", self._answered(self._sign)),
            ]
        )

    @staticmethod
    def _answered(serve: Callable[[web.Request], Awaitable[web.Response]]) -> Any:
        async def answered(request: web.Request) -> web.Response:
            try:
                return await serve(request)
            except NotHere as no:
                return no.answer

        return answered

    # -- looking ------------------------------------------------------------------------------------------------

    async def _public(self, request: web.Request) -> web.Response:
        """What everybody may see before this board."""
        area = await self._gate.area(request)
        return await self._face(request, area)

    async def _enter(self, request: web.Request) -> web.Response:
        await self._gate.area(request)
        return self._gate.enter(request)

    async def _place(self, request: web.Request) -> web.Response:
        """The place: its permits that are the visitor's business; for others what everybody may see."""
        area = await self._gate.area(request)
        if not self._gate.signed_in(request):
            # Only the platforms' own browsers can sign in; any other camera opens what everybody may see.
            inside = self._pages.in_platform(request)
            return self._gate.enter(request) if inside else await self._face(request, area)
        visitor = await self._gate.visitor(request, area)
        now, ground = self._ground.clock.now(), self._ground

        def gather(tx: Tx) -> list[PermitView]:
            numbers = onsite.permits_of(tx, self._house, area, visitor.person.id, now)
            return [view for number in numbers if (view := self._gate.view(tx, visitor, number)) is not None]

        views = await ground.writer.submit(gather)
        if not views:
            return await self._face(request, area, visitor)
        return self._gate.page(
            request, "site.html", self._frame(request, visitor) | {"permits": [looks.row(v) for v in views]}
        )

    async def _permit(self, request: web.Request) -> web.Response:
        """One permit of the place."""
        visitor = await self._gate.visitor(request, await self._gate.area(request))
        now, number = self._ground.clock.now(), PermitId(request.match_info["permit"])

        def gather(tx: Tx) -> tuple[PermitView, onsite.GasForm | None] | None:
            view = self._gate.view(tx, visitor, number)
            if view is None:
                return None
            opened(tx, self._house, view)
            return view, onsite.gas_form(tx, self._house, view.permit, visitor.person.id, now)

        found = await self._ground.writer.submit(gather)
        if found is None:
            raise NotHere(self._gate.sorry(request, 404, say.NOT_YOURS))
        return self._gate.page(request, "site_permit.html", self._frame(request, visitor) | looks.around(*found))

    async def _face(self, request: web.Request, area: Area, visitor: Visitor | None = None) -> web.Response:
        now = self._ground.clock.now()
        served = frozenset(self._ground.reach)
        works, offline = await self._ground.writer.submit(
            lambda tx: (onsite.works_at(tx, self._house, area, now), any_down(tx, self._house, served, now))
        )
        shown = looks.public(works, self._house.zone) | {
            "place": area.name,
            "board": request.match_info["board"],
            "phone": self._ground.emergency_phone,
            "signed_in": visitor is not None,
            "offline": offline and self._house.key_pages is not None,
        }
        told_more = self._frame(request, visitor) if visitor is not None else {}
        return self._gate.page(request, "site_public.html", told_more | shown)

    def _frame(self, request: web.Request, visitor: Visitor) -> dict[str, Any]:
        """What every page of somebody who is signed in needs."""
        return {
            "place": visitor.area.name,
            "board": visitor.board,
            "phone": self._ground.emergency_phone,
            "form": visitor.form,
            "stop": self._gate.stop_seal(visitor),
            "who": self._gate.mac("who", visitor.person.id)[:16],
            "person": visitor.person.name,
            "phrases": say.PHONE,
            "piece": PIECE,
            "sdk": self._gate.sdk(request),
            "numbered": visitor.numbered,
            "fresh_id": self._ground.entropy.take(16).hex(),
        }

    # -- doing --------------------------------------------------------------------------------------------------

    async def _do(self, request: web.Request) -> web.Response:
        """Whatever the page's script sends. What comes by the way of a stop is a stop and nothing else."""
        calling = STOP in request.headers
        visitor = await (self._gate.stopper(request) if calling else self._gate.poster(request))
        if request.content_type != "application/json":
            raise NotHere(refused(415, say.ODD))
        try:
            act = read_act(await self._body(request, MAX_BODY))
        except msgspec.DecodeError:
            raise NotHere(refused(400, say.ODD)) from None
        if calling and not isinstance(act, Stop):
            raise NotHere(refused(403, say.ODD))
        return told_as(_spelled(await self._acted(visitor, act)))

    async def _stop(self, request: web.Request) -> web.Response:
        """停工 as a plain form: for pages whose script has not come."""
        visitor = await self._gate.stopper(request)
        sent = await request.post()
        told_id, number = str(sent.get("id", "")), str(sent.get("permit", ""))
        try:
            act = msgspec.convert({"kind": "stop", "id": told_id, "permit": number}, Stop)
        except msgspec.ValidationError:
            raise NotHere(self._gate.sorry(request, 400, say.ODD)) from None
        found = await self._acted(visitor, act)
        return self._gate.page(
            request,
            "site_stopped.html",
            {"found": found, "board": visitor.board, "phone": self._ground.emergency_phone},
        )

    async def _acted(self, visitor: Visitor, act: Done) -> Told:
        """Hand the office the arrival this is, and read what it answered."""
        ground, person = self._ground, visitor.person.id
        sender = Sender(
            platform=visitor.reached.platform,
            corp=ground.reach[visitor.reached.platform],
            user=visitor.reached.userid,
        )
        hand = Hand(
            site=self._house.site, person=person, sender=sender, board=visitor.board, place=visitor.area.name,
            secret=ground.key,
        )  # fmt: skip
        if isinstance(act, Gas | Picture):
            await self._theirs(visitor, PermitId(act.permit))
        handle = ""
        if isinstance(act, Picture):
            handle = ground.uploads.handle(person, act.id)
            known = await ground.writer.submit(lambda tx: tx.posted(f"{hand.cause(act)}#"))
            if not known and not await asyncio.to_thread(ground.uploads.is_whole, person, act.id):
                raise NotHere(refused(409, say.NO_PHOTO))
        try:
            arrival = hand.arrival(act, ground.clock.now(), handle)
        except ValueError:
            raise NotHere(refused(400, say.ODD)) from None
        with ground.under_way():
            await ground.handle(arrival)
        causes = (hand.cause(act), f"stored:{hand.cause(act)}")
        ways, seal = ways_of(visitor.reached.platform), self._gate.seal(person)

        def gather(tx: Tx) -> Told:
            found = told(tx, causes, person, ways=ways, seal=seal)
            if isinstance(act, Stop):
                numbers = [PermitId(act.permit)] if act.permit else onsite.live_at(tx, visitor.area)
                heard_of_stop(tx, self._house.permits, numbers, hand.cause(act), found, person)
            return found

        return await ground.writer.submit(gather)

    async def _theirs(self, visitor: Visitor, number: PermitId) -> None:
        """Raise unless the permit is at this place and the visitor's business."""
        if await self._ground.writer.submit(lambda tx: self._gate.view(tx, visitor, number)) is None:
            raise NotHere(refused(404, say.NOT_YOURS))

    async def _piece(self, request: web.Request) -> web.Response:
        """A piece of a photo; the answer says how much has come, so that the page knows where to go on."""
        visitor = await self._gate.poster(request)
        try:
            at, of = int(request.query.get("at", "")), int(request.query.get("of", ""))
        except ValueError:
            raise NotHere(refused(400, say.ODD)) from None
        piece = await self._body(request, PIECE)
        upload, now, uploads = request.match_info["upload"], self._ground.clock.now(), self._ground.uploads
        try:
            have = await asyncio.to_thread(
                lambda: uploads.add(visitor.person.id, upload, at=at, of=of, piece=piece, now=now)
            )
        except NotTaken:
            raise NotHere(refused(413, say.TOO_MUCH)) from None
        return told_as({"ok": True, "have": have})

    async def _sign(self, request: web.Request) -> web.Response:
        """What the platform's script wants to know before it tells this page a position."""
        await self._gate.poster(request)
        sdk = self._gate.sdk(request)
        try:
            given = msgspec.json.decode(await self._body(request, MAX_BODY))
        except msgspec.DecodeError:
            given = None
        address = given.get("url") if isinstance(given, dict) else None
        if sdk is None or not isinstance(address, str) or not address.startswith(f"{self._gate.origin}{BOARD_PAGES}"):
            raise NotHere(refused(400, say.ODD))
        try:
            signed = await sdk.sign(address, self._ground.entropy.take(_NONCE).hex(), self._ground.clock.now())
        except sdk.trouble:
            raise NotHere(refused(503, say.TROUBLE)) from None
        return told_as({"ok": True, **signed})

    @staticmethod
    async def _body(request: web.Request, limit: int) -> bytes:
        body = await whole(request.content, limit)
        if body is None:
            raise NotHere(refused(413, say.TOO_MUCH))
        return body


def _spelled(found: Told) -> dict[str, Any]:
    return {"ok": True, **{name: getattr(found, name) for name in ("said", "asks", "heard", "waiting", "fetching")}}
