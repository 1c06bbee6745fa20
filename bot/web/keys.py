"""Pages for keys: sign one decision, enrol one key, show an officer's code. Opened by one-time links, without a login.

A link opens one thing for one person. Whoever holds it may look; only the person's own key signs, and only what the
page shows. Looking changes nothing: browsers and chats fetch links of their own accord.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import aiohttp_jinja2
from aiohttp import web

from bot.clock import Clock, Entropy
from bot.log import get_logger
from bot.proofs.ladder import Unproven
from bot.proofs.passkey import Passkeys
from bot.web.access import concerned
from bot.web.comparing import Comparing
from bot.web.looks import to_sign
from bot.web.pages import HEADERS
from bot.web.posted import Posted
from cards import words_keys as say
from cards.pictures.qr import svg
from cards.refusal import finding_line
from cards.views import PermitView
from handlers import keyed, looking
from handlers.keyed import End, Outcome
from handlers.keys import ENROL, SIGN, EnrolLink, SignLink, only_by_key, weakest
from handlers.rungs import Offer, offers
from handlers.views import Viewer
from storage.tx import Tx
from storage.writer import Writer
from workflow.decision import NONCE_BYTES
from workflow.values import ProofMethod

KEY_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"] + "; script-src 'self'; connect-src 'self'",
    "Permissions-Policy": "publickey-credentials-get=(self), publickey-credentials-create=(self)",
}
_TOKEN = "{token:[A-Za-z0-9_-]{43}}"
_SAID: Final = {
    End.SIGNED: say.SIGNED,
    End.CLONED: say.CLONED,
    End.GONE: say.GONE,
}

log = get_logger("keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """What the page of a decision is made of."""

    view: PermitView
    what: SignLink
    keyed: bool
    others: tuple[Offer, ...]
    by_key_only: bool


class KeyPages:
    """Routes for one site."""

    def __init__(
        self,
        *,
        writer: Writer,
        viewer: Viewer,
        comparing: Comparing,
        clock: Clock,
        entropy: Entropy,
        key: bytes,
        passkeys: Passkeys,
    ) -> None:
        self._writer = writer
        self._viewer = viewer
        self._comparing = comparing
        self._house = viewer.house
        self._clock = clock
        self._entropy = entropy
        self._key = key
        self._passkeys = passkeys

    def install(self, app: web.Application) -> None:
        """Add the routes; `bot.web.pages.Pages` has set up the templates."""
        own = Posted(self._passkeys.origin, KEY_HEADERS)
        app.add_routes(
            [
                web.get(f"/sign/{_TOKEN}", self._sign),
                web.post(f"/sign/{_TOKEN}/begin", own.json(self._begin_sign)),
                web.post(f"/sign/{_TOKEN}/finish", own.json(self._finish_sign)),
                web.get(f"/key/{_TOKEN}", self._enrol),
                web.get(f"/key/{_TOKEN}/code", self._code),
                web.post(f"/key/{_TOKEN}/begin", own.json(self._begin_enrol)),
                web.post(f"/key/{_TOKEN}/finish", own.json(self._finish_enrol)),
            ]
        )

    # --- signing -----------------------------------------------------------------------------------------------------

    async def _sign(self, request: web.Request) -> web.Response:
        token, now = request.match_info["token"], self._clock.now()

        def gather(tx: Tx) -> _Decision | None:
            opened = keyed.look_to_sign(tx, self._house, token, now)
            if opened is None:
                return None
            view = self._viewer.permit(
                tx, opened.permit, opened.person.id, purpose=None, now=now, seal=lambda _: "", page=None
            )
            if view is None or not concerned(view) or not isinstance(opened.what, SignLink):
                return None
            looking.opened(tx, self._house, view)
            what, house = opened.what, self._house
            least = weakest(house, view.permit, what.verdict, what.step, now)
            key = bool(opened.ring.active)
            rungs = () if only_by_key(view.permit, key=key) else house.rungs
            others = offers(tx, rungs, opened.person.id, key=False, weakest=least)
            return _Decision(view=view, what=what, keyed=key, others=others, by_key_only=least is ProofMethod.PASSKEY)

        found = await self._writer.submit(gather)
        if found is None:
            return _page(request, "sorry.html", {"text": say.GONE}, 410)
        comparison = await self._comparing.of(found.view.permit)
        told = to_sign(found.view, found.what, comparison, key=self._key) | self._ways(request)
        told |= {
            "keyed": found.keyed,
            "others": found.others,
            "fallback": say.KEYS_ONLY if found.by_key_only else say.LOWER,
        }
        return _page(request, "sign.html", told)

    async def _begin_sign(self, token: str, _: object, _request: web.Request) -> dict[str, Any]:
        nonce, now = self._entropy.take(NONCE_BYTES), self._clock.now()
        begun = await self._writer.submit(lambda tx: keyed.begin_to_sign(tx, self._house, token, nonce, now))
        if begun is None:
            return {"ok": False, "text": say.GONE}
        opened, attempt = begun
        return {"ok": True, "options": self._passkeys.begin(attempt.said, nonce, opened.ring.active)}

    async def _finish_sign(self, token: str, given: object, _: web.Request) -> dict[str, Any]:
        now = self._clock.now()
        found = await self._writer.submit(lambda tx: keyed.under_way(tx, self._house, token, SIGN, now))
        if found is None:
            return {"ok": False, "text": say.GONE}
        opened, attempt = found
        nonce = attempt.nonce
        try:
            proven = self._passkeys.finish(attempt.said, bytes.fromhex(nonce), opened.ring.active, given)
        except Unproven as no:
            why = no.why.value
            await self._writer.submit(lambda tx: keyed.give_up(tx, self._house, token, nonce=nonce, why=why, now=now))
            log.warning("keys.unproven", reason=why, permit_id=opened.permit)
            return {"ok": False, "text": say.UNPROVEN}
        outcome = await self._writer.submit(
            lambda tx: keyed.sign(
                tx, self._house, token, nonce=nonce, counter=proven.counter, assertion=proven.assertion, now=now
            )
        )
        log.info("keys.signed", result=outcome.end.value, permit_id=opened.permit)
        return _told(outcome)

    # --- enrolling ---------------------------------------------------------------------------------------------------

    async def _opened(self, token: str) -> keyed.Opened | None:
        now = self._clock.now()
        opened = await self._writer.submit(lambda tx: keyed.look(tx, self._house, token, ENROL, now))
        return opened if opened is not None and isinstance(opened.what, EnrolLink) else None

    async def _enrol(self, request: web.Request) -> web.Response:
        opened = await self._opened(request.match_info["token"])
        if opened is None:
            return _page(request, "sorry.html", {"text": say.ENROL_GONE}, 410)
        return _page(request, "enrol.html", {"person": opened.person.name, "keyed": True} | self._ways(request))

    async def _code(self, request: web.Request) -> web.Response:
        """What the officer shows: the code of the enrolment page, for the person's own phone."""
        token = request.match_info["token"]
        opened = await self._opened(token)
        if opened is None:
            return _page(request, "sorry.html", {"text": say.ENROL_GONE}, 410)
        address = f"{self._passkeys.origin}/key/{token}"
        return _page(request, "code.html", {"person": opened.person.name, "code": svg(address)})

    async def _begin_enrol(self, token: str, _: object, _request: web.Request) -> dict[str, Any]:
        nonce, now = self._entropy.take(NONCE_BYTES), self._clock.now()
        begun = await self._writer.submit(lambda tx: keyed.begin_to_enrol(tx, self._house, token, nonce, now))
        if begun is None:
            return {"ok": False, "text": say.ENROL_GONE}
        opened, attempt = begun
        options = self._passkeys.begin_to_enrol(
            attempt.said, nonce, opened.ring.active, person=opened.person.id, name=opened.person.name
        )
        return {"ok": True, "options": options}

    async def _finish_enrol(self, token: str, given: object, request: web.Request) -> dict[str, Any]:
        now = self._clock.now()
        found = await self._writer.submit(lambda tx: keyed.under_way(tx, self._house, token, ENROL, now))
        if found is None or not isinstance(found[0].what, EnrolLink):
            return {"ok": False, "text": say.ENROL_GONE}
        nonce = found[1].nonce
        try:
            made = self._passkeys.finish_to_enrol(found[1].said, bytes.fromhex(nonce), given)
        except Unproven as no:
            log.warning("keys.not_enrolled", reason=no.why.value, person=found[0].person.id)
            return {"ok": False, "text": say.UNPROVEN_ENROL}
        key = made.key(device=_device(request), officer=found[0].what.officer, at=now)
        outcome = await self._writer.submit(
            lambda tx: keyed.enrol(tx, self._house, token, nonce=nonce, key=key, synced=made.synced, now=now)
        )
        log.info("keys.enrolled", result=outcome.end.value, person=found[0].person.id)
        if outcome.end is End.SIGNED:
            return {"ok": True, "text": say.ENROLLED}
        return {"ok": False, "text": say.ENROL_GONE if outcome.end is End.GONE else _reasons(outcome)}

    def _ways(self, request: web.Request) -> dict[str, Any]:
        """How to go on where this browser has no keys; its script hides it where there are some."""
        address = f"{self._passkeys.origin}{request.path}"
        agent = request.headers.get("User-Agent", "")
        kind = next((kind for mark, kind in say.AGENTS if mark in agent), "desk")
        title, text = say.ELSEWHERE[kind]
        code = svg(address) if kind == "desk" else ""
        return {"address": address, "here": request.path, "way": {"title": title, "text": text, "code": code}}


def _told(outcome: Outcome) -> dict[str, Any]:
    text = _SAID[outcome.end] if outcome.end in _SAID else _reasons(outcome)
    return {"ok": outcome.end is End.SIGNED, "text": text}


def _reasons(outcome: Outcome) -> str:
    return "\n".join(finding_line(one) for one in outcome.findings)


def _device(request: web.Request) -> str:
    """What the browser says it runs on: for people to tell their keys apart, nothing hangs on it."""
    agent = request.headers.get("User-Agent", "")
    return next((name for mark, name in say.DEVICE.items() if mark in agent), say.OTHER_DEVICE)


def _page(request: web.Request, template: str, told: dict[str, Any], status: int = 200) -> web.Response:
    page = aiohttp_jinja2.render_template(template, request, told | {"say": say}, status=status)
    page.headers.update(KEY_HEADERS)
    return page
