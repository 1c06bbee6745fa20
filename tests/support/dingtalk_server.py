"""A stand-in for both hosts of DingTalk that says exactly what a test wrote down, and remembers what it was asked.

For what the twin cannot say: shapes nobody documents, and answers of whoever stands in between.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.support.wecom_server import serving

Answer = dict[str, Any] | web.StreamResponse | Callable[[web.Request], Awaitable[web.StreamResponse]]
TOKEN = "/v1.0/oauth2/accessToken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def token(self) -> str | None:
        return self.headers.get("x-acs-dingtalk-access-token") or self.query.get("access_token")


def refusal(code: str, status: int = 400, **more: Any) -> web.Response:
    """What the new host answers instead of success."""
    return web.json_response({"code": code, "message": "words that vary", "requestid": "R", **more}, status=status)


@dataclass(slots=True)
class ScriptedDingTalk:
    """``script[path]`` holds the coming answers; when it is empty, ``always[path]``, then plain success."""

    asked: list[Asked] = field(default_factory=list)
    script: defaultdict[str, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, Answer] = field(default_factory=dict)
    base_url: str = ""
    _tokens: int = 0

    def then(self, path: str, *answers: Answer) -> None:
        self.script[path].extend(answers)

    def calls(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        asked = Asked(
            method=request.method,
            path=path,
            query=dict(request.query),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=await request.read(),
        )
        self.asked.append(asked)
        answer = self._answer(path)
        if callable(answer):
            return await answer(request)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

    def _answer(self, path: str) -> Answer:
        if self.script[path]:
            return self.script[path].popleft()
        if path in self.always:
            return self.always[path]
        if path == TOKEN:
            self._tokens += 1
            return {"accessToken": f"token-{self._tokens}", "expireIn": 7200}
        return {"errcode": 0, "errmsg": "ok"}


@asynccontextmanager
async def scripted_dingtalk() -> AsyncIterator[ScriptedDingTalk]:
    """A running `ScriptedDingTalk`."""
    dingtalk = ScriptedDingTalk()
    application = web.Application(client_max_size=64 * 1024 * 1024)
    application.router.add_route("*", "/{path:.+}", dingtalk.serve)
    async with serving(application) as base_url:
        dingtalk.base_url = base_url
        yield dingtalk
