"""WeChat's side of SOTER on a socket, and phones whose keys really sign (RSA-PSS, SHA-256, salt of 20 bytes).

One mini-program. A phone belongs to one account; its login codes work once and live five minutes; a signature holds
only for the account whose phone made it.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.clock import Clock
from sandbox.serials import Serials

Json = dict[str, Any]
_CODE_LIVES, _TOKEN_LIVES = timedelta(minutes=5), timedelta(seconds=7200)
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=20)


@dataclass(slots=True, kw_only=True)
class Faults:
    """Switches. Numbers count calls still to be hit, -1 for all of them."""

    cut: int = 0
    """The connection is cut before anything is done."""
    page: int = 0
    """HTTP 502 with a page."""
    busy: int = 0
    """errcode -1."""
    tokens_dead: int = 0
    """A signature is asked about with a token that has just been revoked."""

    def take(self, name: str) -> bool:
        """Whether the switch strikes now; uses up one count."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left != 0


@dataclass(slots=True, kw_only=True)
class SoterPhone:
    """A phone with a finger enrolled on it, logged in to one account."""

    openid: str
    cpu_id: str
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    counter: int = 0

    def confirm(self, challenge: str) -> Json:
        """A finger on the phone: ``resultJSON`` and its signature."""
        self.counter += 1
        said = {
            "raw": challenge, "fid": "1", "counter": self.counter, "tee_n": "TEE", "tee_v": "1.0", "fp_n": "finger",
            "fp_v": "1.0", "cpu_id": self.cpu_id, "uid": self.openid,
        }  # fmt: skip
        text = json.dumps(said, separators=(",", ":"))
        signature = self.key.sign(text.encode(), _PSS, hashes.SHA256())
        return {"resultJSON": text, "resultJSONSignature": base64.b64encode(signature).decode()}


class WeixinTwin:
    """One mini-program at WeChat."""

    def __init__(self, *, app_id: str, secret: str, clock: Clock) -> None:
        self._app = (app_id, secret)
        self._clock = clock
        self._serials = Serials("weixin")
        self._codes: dict[str, tuple[str, datetime]] = {}
        self._tokens: dict[str, datetime] = {}
        self._runner: web.AppRunner | None = None
        self.phones: dict[str, SoterPhone] = {}
        self.faults = Faults()
        self.base_url = ""

    async def start(self) -> Self:
        """Listen on a free port of this machine."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/cgi-bin/token", self._token),
                web.get("/sns/jscode2session", self._session),
                web.post("/cgi-bin/soter/verify_signature", self._verify),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def stop(self) -> None:
        """Close everything."""
        if self._runner is not None:
            await self._runner.cleanup()

    def add(self, openid: str) -> SoterPhone:
        """Somebody with a phone."""
        phone = SoterPhone(openid=openid, cpu_id=self._serials.opaque("cpu", 16))
        self.phones[openid] = phone
        return phone

    def login(self, phone: SoterPhone) -> str:
        """``wx.login`` on this phone: a code."""
        code = self._serials.opaque("code", 32)
        self._codes[code] = (phone.openid, self._clock.now() + _CODE_LIVES)
        return code

    def _trouble(self, request: web.Request) -> web.Response | None:
        if self.faults.take("cut"):
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if self.faults.take("page"):
            return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")
        return web.json_response({"errcode": -1, "errmsg": "system error"}) if self.faults.take("busy") else None

    async def _token(self, request: web.Request) -> web.Response:
        query = request.query
        if (query.get("appid"), query.get("secret")) != self._app:
            return web.json_response({"errcode": 40125, "errmsg": "invalid appsecret"})
        token = self._serials.opaque("token", 64)
        self._tokens[token] = self._clock.now() + _TOKEN_LIVES
        return web.json_response({"access_token": token, "expires_in": int(_TOKEN_LIVES.total_seconds())})

    async def _session(self, request: web.Request) -> web.Response:
        if (trouble := self._trouble(request)) is not None:
            return trouble
        query = request.query
        if (query.get("appid"), query.get("secret")) != self._app:
            return web.json_response({"errcode": 40125, "errmsg": "invalid appsecret"})
        openid, until = self._codes.pop(query.get("js_code", ""), ("", self._clock.now()))
        if not openid or self._clock.now() >= until:
            return web.json_response({"errcode": 40029, "errmsg": "invalid code"})
        return web.json_response({"openid": openid, "session_key": self._serials.opaque("key", 24)})

    async def _verify(self, request: web.Request) -> web.Response:
        if self.faults.take("tokens_dead"):
            self._tokens.clear()
        until = self._tokens.get(request.query.get("access_token", ""))
        if until is None or self._clock.now() >= until:
            return web.json_response({"errcode": 40001 if until is None else 42001, "errmsg": "invalid credential"})
        asked = await request.json()
        return web.json_response({"errcode": 0, "errmsg": "ok", "is_ok": self._holds(asked)})

    def _holds(self, asked: Json) -> bool:
        phone = self.phones.get(str(asked.get("openid")))
        if phone is None:
            return False
        try:
            signature = base64.b64decode(str(asked.get("json_signature")), validate=True)
            phone.key.public_key().verify(signature, str(asked.get("json_string")).encode(), _PSS, hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True
