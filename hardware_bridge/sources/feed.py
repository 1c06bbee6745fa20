"""A weather service asked over HTTP at its own pace. Its values carry the time it says they were measured at.

What carries no such time is no value: nobody could tell how old it is. When the service is down, or says the same old
observation again and again, its values grow stale by the register's bound like those of any device.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import aiohttp

from hardware_bridge.codecs import json_map
from hardware_bridge.codecs.json_map import JsonMap
from hardware_bridge.sample import DeviceKey, Said, SourceKind, Trouble, Why
from hardware_bridge.source import Sink
from hardware_bridge.sources.tally import Tallied, Tally

WITHIN: Final = 10.0
"""Seconds a service may take, all in all."""
MOST: Final = 64 << 10
"""Bytes of an answer, as the codec takes them."""


class _Failed(Exception):
    """The service gave no answer that can be read. Theirs."""


class Feed(Tallied):
    """The source of one service, for one device of the register. ``token`` goes as a bearer's."""

    def __init__(
        self,
        name: str,
        *,
        url: str,
        device: DeviceKey,
        format_: JsonMap,
        every: timedelta,
        tally: Tally,
        token: str | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._url = url
        self._device = device
        self._format = format_
        self._every = every.total_seconds()
        self._tally = tally
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._pause = pause

    async def run(self, sink: Sink) -> None:
        """Ask until cancelled."""
        patience = aiohttp.ClientTimeout(total=WITHIN)
        async with aiohttp.ClientSession(timeout=patience, headers=self._headers) as session:
            while True:
                try:
                    body = await self._asked(session)
                except (_Failed, aiohttp.ClientError, TimeoutError, OSError) as gone:
                    # The address may hold a key: only the kind of failure is told.
                    self._tally.down(str(gone) if isinstance(gone, _Failed) else type(gone).__name__)
                else:
                    self._tally.up()
                    for said in json_map.read(body, self._format, SourceKind.FEED, self._device):
                        kept = self._kept(said)
                        self._tally.heard(kept)
                        sink.take(kept)
                await self._pause(self._every)

    async def _asked(self, session: aiohttp.ClientSession) -> bytes:
        body = bytearray()
        # A service that sends us elsewhere would be handed our token there.
        async with session.get(self._url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise _Failed(f"answers {answer.status}")
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > MOST:
                    raise _Failed("too long an answer")
        return bytes(body)

    def _kept(self, said: Said) -> Said:
        if isinstance(said, Trouble):
            return said
        if said.device != self._device:
            return self._trouble(Why.REFUSED, "another device than the file names")
        return said if said.device_time is not None else self._trouble(Why.TIME, "no time of the observation")

    def _trouble(self, why: Why, detail: str) -> Trouble:
        return Trouble(source=SourceKind.FEED, why=why, device=self._device, detail=detail)
