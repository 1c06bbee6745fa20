"""The body of a request nobody has vouched for yet: never longer, never slower than the port bears."""

from __future__ import annotations

import asyncio

from aiohttp import StreamReader


class TooLarge(Exception):
    """More was sent than the port takes. Theirs."""


class TooSlow(Exception):
    """The body did not come in time. Theirs."""


async def bounded(stream: StreamReader, *, most: int, patience: float) -> bytes:
    """The body, ``most`` bytes within ``patience`` seconds. Raise `TooLarge` or `TooSlow` as soon as it is."""
    body = bytearray()
    try:
        async with asyncio.timeout(patience):
            async for chunk in stream.iter_any():
                body += chunk
                if len(body) > most:
                    raise TooLarge
    except TimeoutError:
        raise TooSlow from None
    return bytes(body)
