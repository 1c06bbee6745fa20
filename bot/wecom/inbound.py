"""The callback address: two handlers between WeCom and the office ([D90238], [D90930]).

Rule 1: 200 means committed. It is given only after the office has returned, so what a crash loses is delivered again.
Rule 2: the platform waits five seconds. When the office needs longer it goes on undisturbed, the platform is told to
come again, and the second delivery finds the first one's work: here while it runs, in the inbox afterwards.
Rule 3: a repeated delivery is no attack. Whether the platform changes timestamp and nonce between its attempts is not
documented, so repetition is recognised by content and answered 200; only what is a day off the clock is turned away.
Rule 4: of a delivery that failed its checks nothing is logged but the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Final

from aiohttp import StreamReader, web

from bot.clock import Clock
from bot.crash_points import EdgePoint
from bot.handed import Handed, Office
from bot.log import get_logger
from bot.wecom.callbacks import AnyCallback, ContactChanged
from bot.wecom.protocol import MAX_BODY, CallbackCodec
from bot.wecom.rejection import RejectedCallback, Rejection
from bot.wecom.translate import arrival_of
from storage.faults import NO_FAULTS, Faults
from workflow.ids import SiteId
from workflow.values import Datum

PATIENCE: Final = timedelta(seconds=4)
"""How long a delivery is held open: a second less than the platform waits."""
MAX_SKEW: Final = timedelta(days=1)
"""How far a delivery's signed time may be from ours. Generous: a stop order must not fail over a wrong clock."""

log = get_logger("wecom.inbound")


class Inbound:
    """The handlers of one app's callback address."""

    def __init__(
        self,
        codec: CallbackCodec,
        office: Office,
        clock: Clock,
        *,
        site: SiteId,
        datum: Datum = Datum.GCJ02,
        directory_changed: Callable[[ContactChanged], None] | None = None,
        patience: timedelta = PATIENCE,
        max_skew: timedelta = MAX_SKEW,
        faults: Faults = NO_FAULTS,
        under_way: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._codec = codec
        self._clock = clock
        self._site = site
        self._datum = datum
        self._directory_changed = directory_changed
        self._patience = patience.total_seconds()
        self._max_skew = max_skew
        self._faults = faults
        self._handed = Handed(office, clock, under_way=under_way, log=log, what="callback")

    def routes(self, path: str) -> list[web.RouteDef]:
        """The two routes of the callback address."""
        return [web.get(path, self.check_address, allow_head=False), web.post(path, self.deliver)]

    async def check_address(self, request: web.Request) -> web.Response:
        """The administrator pressed Save: answer the bare echo within a second."""
        try:
            echo = self._codec.echo(request.query)
        except RejectedCallback as rejected:
            return _turned_away(rejected)
        log.info("callback.address_checked")
        return web.Response(body=echo, content_type="text/plain")

    async def deliver(self, request: web.Request) -> web.Response:
        """Take one delivery; 200 once the office has committed it."""
        try:
            body = await _read(request.content, MAX_BODY, self._patience)
            callback = self._codec.open(body, request.query)
            self._check_time(request.query)
        except RejectedCallback as rejected:
            return _turned_away(rejected)
        return await self._hand_over(callback)

    async def finish(self) -> None:
        """Wait until the office has finished what it was given. For shutting down."""
        await self._handed.finish()

    def _check_time(self, query: Mapping[str, str]) -> None:
        """Compare the signed time with ours."""
        text = query["timestamp"]
        plausible = text.isascii() and text.isdigit() and len(text) <= 12
        if not plausible or abs(int(text) - self._clock.now().timestamp()) > self._max_skew.total_seconds():
            raise RejectedCallback(Rejection.STALE)

    async def _hand_over(self, callback: AnyCallback) -> web.Response:
        if isinstance(callback, ContactChanged) and self._directory_changed is not None:
            self._directory_changed(callback)
        arrival = arrival_of(callback, site=self._site, received_at=self._clock.now(), datum=self._datum)
        if arrival is None:
            log.info("callback.ignored", kind=_kind(callback))
            return web.Response()
        self._faults.reach(EdgePoint.TAKEN)
        committed = await self._handed.over(arrival.dedup_key, (arrival,), patience=self._patience)
        if committed is None:
            log.warning("callback.slow", kind=_kind(callback), cause=arrival.dedup_key)
            return web.Response(status=503)
        if committed:
            self._faults.reach(EdgePoint.BEFORE_ACK)
        return web.Response(status=200 if committed else 500)


async def _read(stream: StreamReader, limit: int, patience: float) -> bytes:
    """The body, or a rejection as soon as it is too long or too slow."""
    if stream.is_eof():  # it came with the head, as nearly always: there is nothing to wait for
        if len(whole := stream.read_nowait(limit + 1)) > limit:
            raise RejectedCallback(Rejection.TOO_LARGE)
        return whole
    body = bytearray()
    try:
        async with asyncio.timeout(patience):
            async for chunk in stream.iter_any():
                body += chunk
                if len(body) > limit:
                    raise RejectedCallback(Rejection.TOO_LARGE)
    except TimeoutError:
        raise RejectedCallback(Rejection.TOO_SLOW) from None
    return bytes(body)


def _turned_away(rejected: RejectedCallback) -> web.Response:
    log.warning("callback.rejected", reason=rejected.reason.value)
    return web.Response(status=STATUS[rejected.reason])


def _kind(callback: AnyCallback) -> str:
    return type(callback).__name__


STATUS: Final[Mapping[Rejection, int]] = {
    Rejection.TOO_LARGE: 413,
    Rejection.TOO_SLOW: 408,
    Rejection.MISSING_QUERY: 400,
    Rejection.BAD_ENVELOPE: 400,
    Rejection.BAD_SIGNATURE: 403,
    Rejection.BAD_CIPHERTEXT: 400,
    Rejection.WRONG_RECEIVER: 403,
    Rejection.BAD_DOCUMENT: 400,
    Rejection.MISSING_FIELD: 400,
    Rejection.BAD_FIELD: 400,
    Rejection.STALE: 403,
}
"""What a rejected delivery is answered. One status for each reason; a new reason needs a decision here."""
