"""A platform that takes messages at once, or turns away every one above its limits; a process of its own.

``python benchmarks/fake_platform.py [WINDOW PER_APP PER_MEMBER]``: at most so many messages in any stretch of so many
seconds, in all and for each member, with WeCom's answer 45009 for the rest. Without limits everything is taken.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections import defaultdict, deque
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from aiohttp import web

from benchmarks.works import obey


class FakePlatform:
    """Answers like WeCom, remembers when what came."""

    def __init__(self, window: float, per_app: int, per_member: int) -> None:
        self._window, self._per_app, self._per_member = window, per_app, per_member
        self._numbers = itertools.count(1)
        self._past: defaultdict[str, deque[float]] = defaultdict(deque)
        self.sent: list[tuple[float, str]] = []
        self.rejected = 0

    def _room(self, name: str, limit: int, now: float) -> bool:
        past = self._past[name]
        while past and past[0] <= now - self._window:
            past.popleft()
        return not limit or len(past) < limit

    async def send(self, request: web.Request) -> web.Response:
        """``message/send``."""
        message = await request.json()
        now, user = time.perf_counter(), str(message["touser"])
        if not (self._room("", self._per_app, now) and self._room(user, self._per_member, now)):
            self.rejected += 1
            return web.json_response({"errcode": 45009, "errmsg": "api freq out of limit"})
        self._past[""].append(now)
        self._past[user].append(now)
        text = message["text"]["content"] if message["msgtype"] == "text" else ""
        self.sent.append((now, text))
        serial = next(self._numbers)
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": f"m{serial}", "response_code": f"r{serial}"}
        )

    async def other(self, _request: web.Request) -> web.Response:
        """Tokens, updates, recalls: always well."""
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": "bench", "expires_in": 7200})

    async def read(self) -> dict[str, Any]:
        """What came since this was last asked."""
        sent, self.sent = self.sent, []
        rejected, self.rejected = self.rejected, 0
        return {"sent": sent, "rejected": rejected}

    async def count(self) -> dict[str, Any]:
        """How many came."""
        return {"sent": len(self.sent), "rejected": self.rejected}


async def serve(window: float, per_app: int, per_member: int) -> None:
    """Listen, and answer words on standard input."""
    platform = FakePlatform(window, per_app, per_member)
    app = web.Application()
    app.router.add_post("/cgi-bin/message/send", platform.send)
    app.router.add_route("*", "/{rest:.*}", platform.other)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await obey({"port": runner.addresses[0][1]}, {"read": platform.read, "count": platform.count})
    await runner.cleanup()


if __name__ == "__main__":
    limits = [float(text) for text in sys.argv[1:]] or [60.0, 0.0, 0.0]
    asyncio.run(serve(limits[0], int(limits[1]), int(limits[2])))
