"""A stand-in for an equipment system that takes work orders, written from docs/operations/equipment-system.md alone.

It keeps the newest version of each order under a number of its own, answers signed, and reports when work is taken,
done or refused. What breaks outside can be broken here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import aiohttp
from aiohttp import web

Json = dict[str, Any]
PATH: Final = "/orders"
_HEADERS: Final = ("X-Permitbot-Timestamp", "X-Permitbot-Nonce", "X-Permitbot-Signature")


@dataclass(slots=True, kw_only=True)
class OrdersTwin:
    """The orders it has, and what it does wrong on purpose. ``now`` is the plant's time."""

    key: bytes
    now: Callable[[], datetime]
    orders: dict[str, Json] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    """The key of every request that was genuine, repetitions too."""
    forged: int = 0
    """Requests that were not signed with the key."""
    down: int = 0
    """How many requests still find nobody there."""
    answers_lost: int = 0
    """How many requests are still taken without the answer getting through."""
    lies: bool = False
    """Whether somebody else answers in its place, without the key."""
    _count: int = 0

    def app(self) -> web.Application:
        """Its one address."""
        app = web.Application()
        app.add_routes([web.post(PATH, self._take)])
        return app

    async def _take(self, request: web.Request) -> web.Response:
        if self.down:
            self.down -= 1
            raise web.HTTPServiceUnavailable
        body = await request.read()
        stamp, nonce, signed = (request.headers.get(name, "") for name in _HEADERS)
        if not hmac.compare_digest(signed, self._sign(stamp, nonce, body)):
            self.forged += 1
            raise web.HTTPForbidden
        order = json.loads(body)
        number = str(order["order"])
        self.keys.append(request.headers["X-Permitbot-Key"])
        if order["version"] >= self.orders.get(number, order)["version"]:
            self.orders[number] = order
        own = self.numbers.setdefault(number, f"WO-{len(self.numbers) + 1}")
        if self.answers_lost:
            self.answers_lost -= 1
            raise web.HTTPGatewayTimeout
        answer = json.dumps({"order": number, "version": order["version"], "number": own}).encode()
        proof = "0" * 64 if self.lies else self._sign("answer", nonce, answer)
        return web.Response(body=answer, headers={"X-Permitbot-Signature": proof})

    def _sign(self, stamp: str, nonce: str, body: bytes) -> str:
        return hmac.new(self.key, b"\n".join((stamp.encode(), nonce.encode(), body)), hashlib.sha256).hexdigest()

    async def says(self, url: str, order: str, status: str, **more: str) -> tuple[int, Json]:
        """Report what became of an order; the answer. ``key`` and ``nonce`` stand in place of its own."""
        self._count += 1
        now = self.now()
        nonce = more.pop("nonce", f"orders-twin-{self._count:08d}")
        key = more.pop("key", "").encode() or self.key
        said = {
            "order": order,
            "number": self.numbers.get(order, "WO-0"),
            "status": status,
            "at": now.isoformat(),
            **more,
        }
        body, stamp = json.dumps(said, ensure_ascii=False).encode(), str(int(now.timestamp()))
        signed = hmac.new(key, b"\n".join((stamp.encode(), nonce.encode(), body)), hashlib.sha256).hexdigest()
        headers = dict(zip(_HEADERS, (stamp, nonce, signed), strict=True))
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{url}/equipment/order", data=body, headers=headers) as answer,
        ):
            found: Json = await answer.json()
            return answer.status, found
