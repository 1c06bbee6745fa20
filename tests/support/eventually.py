"""Waiting for what has no event of its own to wait for."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable


async def eventually(holds: Callable[[], bool | Awaitable[bool]], *, seconds: float = 30.0) -> None:
    """Return once ``holds`` answers true; raise TimeoutError after so many real seconds."""
    async with asyncio.timeout(seconds):
        while True:
            answer = holds()
            if await answer if inspect.isawaitable(answer) else answer:
                return
            await asyncio.sleep(0.005)
