"""The body of a request or an answer, as networks bring it: in however many pieces, and never more than was agreed."""

from __future__ import annotations

from aiohttp import StreamReader


async def whole(content: StreamReader, most: int) -> bytes | None:
    """All of it; None where it is longer than ``most`` bytes. One look takes only what has come by then."""
    body = b""
    while len(body) <= most and (more := await content.read(most + 1 - len(body))):
        body += more
    return body if len(body) <= most else None
