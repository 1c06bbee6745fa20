"""What the remote controls of all twins share: bodies, answers, refusals, and the stream of changes."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, cast

from aiohttp import web

from sandbox.changes import Subscription

Json = dict[str, Any]
Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEARTBEAT_SECONDS = 15.0


async def stream(request: web.Request, changes: Subscription) -> web.StreamResponse:
    """Server-sent events: every change as one JSON object, until the reader leaves or the twin stops."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    await response.write(b": connected\n\n")
    waiting = asyncio.ensure_future(changes.__anext__())
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=_HEARTBEAT_SECONDS)
            if not done:
                await response.write(b": still here\n\n")
                continue
            try:
                change = waiting.result()
            except StopAsyncIteration:
                return response
            await response.write(f"data: {json.dumps(change, ensure_ascii=False)}\n\n".encode())
            waiting = asyncio.ensure_future(changes.__anext__())
    except ConnectionResetError:
        return response
    finally:
        waiting.cancel()


def guarded(handle: Handle, *, no: type[Exception], wrong: tuple[type[Exception], ...]) -> Handle:
    """Turn what a person cannot do (``no``) into 409, unknown names into 404, bad values and ``wrong`` into 400."""

    mistakes: tuple[type[Exception], ...] = (ValueError, *wrong)

    async def serve(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except no as error:
            return answer({"error": str(error)}, status=409)
        except KeyError as error:
            return answer({"error": f"unknown {error}"}, status=404)
        except mistakes as error:
            return answer({"error": str(error)}, status=400)

    return serve


def answer(content: Mapping[str, object], *, status: int = 200) -> web.Response:
    """A JSON answer without escapes for Chinese."""
    return web.json_response(content, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


async def body_of(request: web.Request) -> Json:
    """The JSON object in the body, {} without one; raises ValueError."""
    raw = await request.read()
    parsed: object = json.loads(raw) if raw else {}
    if not isinstance(parsed, dict):
        raise ValueError("the body is no object")
    return cast(Json, parsed)


def text_of(body: Mapping[str, object], name: str) -> str:
    """A text in the body; raises ValueError."""
    value = body.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is missing or no text")
    return value


def bytes_of(value: object) -> bytes:
    """Bytes that came as base64; raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("content is base64 text")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError("content is base64 text") from error
