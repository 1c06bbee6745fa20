"""A stand-in for WeCom's API that says exactly what a test wrote down, and remembers what it was asked."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = dict[str, Any] | web.StreamResponse | Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    api: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class ScriptedWeCom:
    """``script[api]`` holds the coming answers; when it is empty, ``always[api]``, then plain success."""

    asked: list[Asked] = field(default_factory=list)
    script: defaultdict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Answer] = field(default_factory=dict)
    base_url: str = ""
    _tokens: int = 0

    def then(self, api: str, *answers: Answer) -> None:
        self.script[api].extend(answers)

    def calls(self, api: str) -> list[Asked]:
        return [one for one in self.asked if one.api == api]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        api = request.match_info["api"]
        self.asked.append(
            Asked(
                method=request.method,
                api=api,
                query=dict(request.query),
                headers=dict(request.headers),
                body=await request.read(),
            )
        )
        answer = self._answer(api)
        if callable(answer):
            return await answer(request)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

    def _answer(self, api: str) -> Answer:
        if self.script[api]:
            return self.script[api].popleft()
        if api in self.always:
            return self.always[api]
        if api == "gettoken":
            self._tokens += 1
            return {"errcode": 0, "errmsg": "ok", "access_token": f"token-{self._tokens}", "expires_in": 7200}
        return {"errcode": 0, "errmsg": "ok"}


@asynccontextmanager
async def serving(application: web.Application) -> AsyncIterator[str]:
    """Serve on a free loopback port; gives the base address."""
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def scripted_wecom() -> AsyncIterator[ScriptedWeCom]:
    """A running `ScriptedWeCom`."""
    wecom = ScriptedWeCom()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/cgi-bin/{api:.+}", wecom.serve)
    async with serving(application) as base_url:
        wecom.base_url = base_url
        yield wecom
