"""What a page of ours posts, as bad networks bring it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.web.posted import MAX_BODY, Posted

BODY = b'{"signature":"' + b"A" * 3000 + b'"}'


async def status_of(body: bytes, cut: int) -> int:
    """What a post is answered whose body arrives in two pieces, the second once the first is being looked at."""
    begun = asyncio.Event()

    async def take(token: str, given: object, _: web.Request) -> dict[str, Any]:
        assert token == "t"
        assert isinstance(given, dict)
        return {"ok": True}

    @web.middleware
    async def looked_at(request: web.Request, handler: Any) -> web.StreamResponse:
        begun.set()
        answer: web.StreamResponse = await handler(request)
        return answer

    app = web.Application(middlewares=[looked_at])
    app.add_routes([web.post("/x/{token}", Posted("http://here", {}).json(take))])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
        head = (
            "POST /x/t HTTP/1.1\r\nHost: here\r\nOrigin: http://here\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body[:cut])
        await begun.wait()
        writer.write(body[cut:])
        answer = await reader.readline()
        writer.close()
        return int(answer.split()[1])
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("cut", [1, 1400, len(BODY)])
async def test_a_body_that_comes_in_pieces_is_taken(cut: int) -> None:
    assert await status_of(BODY, cut) == 200


async def test_a_body_beyond_measure_is_not() -> None:
    assert await status_of(b'"' + b"A" * MAX_BODY + b'"', 100) == 413
