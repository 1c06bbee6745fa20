"""Before a place's board, without the chat: who it is, what waits for him, and one decision with a second person's PIN.

There is nothing here while the chat works, and nothing for whoever has no PIN. A name that is not there, a wrong PIN, a
locked one and somebody who has none get the same answer after the same time (docs/adr/0190).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.log import get_logger
from bot.proofs.pin import Vault
from bot.web.access import concerned
from bot.web.comparing import Comparing
from bot.web.forms import Forms
from bot.web.looks import to_sign
from bot.web.outside import HEADERS, Sluice
from cards import words_keys
from cards import words_pins as say
from cards.refusal import finding_line
from cards.views import PermitView
from handlers import looking, offline
from handlers.keyed import End, Outcome
from handlers.keys import OfflineLink
from handlers.offline import Claim, Given, NotUsable, TooOften
from handlers.views import Viewer
from storage.tx import Tx
from storage.writer import Writer
from workflow.permit.signing import RESUME
from workflow.plant import Area

_BOARD: Final = "{board:[A-Za-z0-9_-]{1,60}}"
_TOKEN: Final = "{token:[A-Za-z0-9_-]{43}}"
_LONGEST_TEXT: Final = 200
COOKIE: Final = "ptw_offline"

log = get_logger("offline")


class OfflinePages:
    """Routes for one site. ``served``: the chat platforms it speaks."""

    def __init__(
        self,
        *,
        writer: Writer,
        viewer: Viewer,
        comparing: Comparing,
        clock: Clock,
        entropy: Entropy,
        key: bytes,
        public_url: str,
        vault: Vault,
        served: frozenset[str],
    ) -> None:
        self._writer = writer
        self._viewer = viewer
        self._comparing = comparing
        self._house = viewer.house
        self._clock = clock
        self._entropy = entropy
        self._key = key
        self._vault = vault
        self._served = served
        self._forms = Forms(COOKIE, key, entropy, public_url)
        self._sluice = Sluice()

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        place, decision = f"/offline/{_BOARD}", f"/offline/{_BOARD}/{_TOKEN}"
        app.add_routes(
            [
                web.get(place, self._place),
                web.post(place, self._identify),
                web.get(decision, self._decision),
                web.post(decision, self._decide),
            ]
        )

    # -- the place ----------------------------------------------------------------------------------------------

    async def _area(self, request: web.Request) -> Area | None:
        """The place of the board, while the way is open."""
        board, now = request.match_info["board"], self._clock.now()

        def find(tx: Tx) -> Area | None:
            return tx.directory.area_of_board(board) if offline.usable(tx, self._house, self._served, now) else None

        return await self._writer.submit(find)

    async def _place(self, request: web.Request) -> web.Response:
        area = await self._area(request)
        return self._sorry(request, 410, say.SHUT) if area is None else self._ask(request, area, "", 200)

    def _ask(self, request: web.Request, area: Area, wrong: str, status: int) -> web.Response:
        return self._form(request, "offline.html", {"place": area.name, "wrong": wrong}, status)

    async def _identify(self, request: web.Request) -> web.Response:
        """A name and a PIN: what waits for this person here, or always the same no."""
        area, now = await self._area(request), self._clock.now()
        if area is None:
            return self._sorry(request, 410, say.SHUT)
        sent = await self._sent(request)
        if isinstance(sent, web.Response):
            return sent
        given, board = await self._judged(sent, "name", "pin"), request.match_info["board"]
        cause = self._cause()
        try:
            found = await self._writer.submit(
                lambda tx: offline.waiting(
                    tx, self._house, area, board, given, served=self._served, cause=cause, now=now
                )
            )
        except NotUsable:
            return self._sorry(request, 410, say.SHUT)
        except TooOften:
            return self._too_often(request)
        log.info("offline.asked", known=found is not None)
        if found is None:
            return self._ask(request, area, f"{say.WRONG}。{say.WRONG_CURE}", 403)
        return self._page(request, "offline_list.html", {"place": area.name, "found": found}, 200)

    async def _judged(self, sent: Mapping[str, str], name: str, pin: str) -> Given:
        """Whom the form names, and whether the PIN is his."""
        said = sent.get(name, "")
        now, served = self._clock.now(), self._served
        found = await self._writer.submit(lambda tx: offline.claim(tx, self._house, said, served=served, now=now))
        return await self._given(found, sent.get(pin, ""))

    async def _given(self, claim: Claim, pin: str) -> Given:
        return Given(claim=claim, right=await self._vault.same(pin, claim.secret))

    # -- one decision -------------------------------------------------------------------------------------------

    async def _decision(self, request: web.Request) -> web.Response:
        return await self._shown(request, "", 200)

    async def _shown(self, request: web.Request, wrong: str, status: int) -> web.Response:
        """The decision in full, as on the page for keys, and the fields for both PINs."""
        token, board, now = request.match_info["token"], request.match_info["board"], self._clock.now()

        def gather(tx: Tx) -> tuple[PermitView, OfflineLink] | None:
            opened = offline.look(tx, self._house, token, board, served=self._served, now=now)
            if opened is None or not isinstance(opened.what, OfflineLink):
                return None
            view = self._viewer.permit(
                tx, opened.permit, opened.person.id, purpose=None, now=now, seal=lambda _: "", page=None
            )
            if view is None or not concerned(view):
                return None
            looking.opened(tx, self._house, view)
            return view, opened.what

        found = await self._writer.submit(gather)
        if found is None:
            return self._sorry(request, 410, say.GONE)
        view, what = found
        comparison = await self._comparing.of(view.permit)
        told = to_sign(view, what, comparison, key=self._key)
        return self._form(
            request, "offline_sign.html", told | {"wrong": wrong, "asks_text": what.verdict == RESUME}, status
        )

    async def _decide(self, request: web.Request) -> web.Response:
        """Both PINs came: judged outside the writer, counted inside."""
        token, board = request.match_info["token"], request.match_info["board"]
        sent = await self._sent(request)
        if isinstance(sent, web.Response):
            return sent
        now, text = self._clock.now(), sent.get("text", "").strip()[:_LONGEST_TEXT]

        def own(tx: Tx) -> tuple[Claim, bool] | None:
            opened = offline.look(tx, self._house, token, board, served=self._served, now=now)
            if opened is None or not isinstance(opened.what, OfflineLink):
                return None
            mine = offline.own_claim(tx, self._house, opened, served=self._served, now=now)
            return mine, opened.what.verdict == RESUME

        found = await self._writer.submit(own)
        if found is None:
            return self._sorry(request, 410, say.GONE)
        claim, wants_text = found
        if wants_text and not text:
            return await self._shown(request, say.NO_TEXT, 409)
        first, second = await self._given(claim, sent.get("pin", "")), await self._judged(sent, "second", "second_pin")
        after, cause = self._clock.now(), self._cause()
        try:
            outcome = await self._writer.submit(
                lambda tx: offline.conclude(
                    tx, self._house, token, board, first=first, second=second, text=text, served=self._served,
                    cause=cause, now=after,
                )
            )  # fmt: skip
        except TooOften:
            return self._too_often(request)
        log.info("offline.ended", result=outcome.end.value)
        return await self._ended(request, outcome)

    async def _ended(self, request: web.Request, outcome: Outcome) -> web.Response:
        if outcome.end is End.SIGNED:
            return self._page(request, "offline_done.html", {"text": say.SIGNED}, 200)
        if outcome.end is End.GONE:
            return self._sorry(request, 410, say.GONE)
        return await self._refused(request, outcome)

    async def _refused(self, request: web.Request, outcome: Outcome) -> web.Response:
        """After a wrong PIN the page is still there; after a no of the permit the link is used up."""
        if any(one.gate == "proof.pin" for one in outcome.findings):
            return await self._shown(request, f"{say.WRONG}。{say.WRONG_CURE}", 403)
        return self._sorry(request, 409, "\n".join(finding_line(one) for one in outcome.findings))

    # -- answers ------------------------------------------------------------------------------------------------

    async def _sent(self, request: web.Request) -> Mapping[str, str] | web.Response:
        """What our own form brought, not too often; else the answer to give."""
        sent = await self._forms.given(request, request.path)
        if sent is None:
            return self._sorry(request, 403, say.ODD)
        if not self._sluice.lets(request.match_info["board"], self._clock.now()):
            return self._sorry(request, 429, say.SLOW)
        return sent

    def _too_often(self, request: web.Request) -> web.Response:
        log.warning("offline.too_often", board=request.match_info["board"])
        return self._sorry(request, 429, say.TOO_OFTEN)

    def _cause(self) -> str:
        return f"offline:{self._entropy.take(12).hex()}"

    def _form(self, request: web.Request, template: str, told: dict[str, Any], status: int) -> web.Response:
        browser = self._forms.browser(request)
        answer = self._page(request, template, told | {"form": self._forms.token(request.path, browser)}, status)
        self._forms.keep(answer, request, browser)
        return answer

    def _sorry(self, request: web.Request, status: int, text: str) -> web.Response:
        return self._page(request, "sorry.html", {"text": text}, status)

    @staticmethod
    def _page(request: web.Request, template: str, told: dict[str, Any], status: int) -> web.Response:
        said = told | {"say": words_keys, "pin": say, "board": request.match_info["board"]}
        page = aiohttp_jinja2.render_template(template, request, said, status=status)
        page.headers.update(HEADERS)
        return page
