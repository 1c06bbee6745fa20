"""Where site gateways hand over what their devices said: ``POST /devices/gateway``.

Rule 1: nothing is read of a body before its signature is right. Rule 2: a batch is taken once (`Gateways.accept`).
Rule 3: every answer to a gateway we know is signed, refusals too, and says our date: a gateway believes nothing else.

A request that is sent again within its window changes nothing, for its batch is known; so nonces are kept in memory
only, to answer it with a plain no.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import msgspec
from aiohttp import web

from bot.clock import Clock
from bot.log import get_logger
from bot.setting_kinds import named_keys
from bot.settings import Settings, SettingsError
from bot.tools import Tools
from hardware_bridge.codecs.signed_push import Push, verify
from hardware_bridge.gateway.batch import MOST_BYTES, PATH, Answer, Batch, Tickets, answer_seal
from hardware_bridge.gateway.link import DEVICE, NONCE, PATIENCE_S, SIGNATURE, TIMESTAMP
from hardware_bridge.sample import DeviceKey, Why
from hardware_bridge.sources.gateways import Gateways, NotListening
from storage.errors import StorageError
from storage.writer import Writer

MOST_NONCES: Final = 20_000
"""Of all gateways; at two requests a second some gateways' five minutes."""
_STATUS: Final[Mapping[Why, int]] = {Why.SHAPE: 400, Why.TIME: 403, Why.SIGNATURE: 403}
_UNSIGNED: Final = frozenset({Why.SHAPE, Why.SIGNATURE})
"""Refusals of what the gateway itself did not sign are not signed either."""

log = get_logger("gateway")


class _Nonces:
    """Those of the window, the oldest out first."""

    def __init__(self) -> None:
        self._until: dict[tuple[DeviceKey, str], datetime] = {}

    def claim(self, sender: DeviceKey, nonce: str, until: datetime) -> bool:
        """See `hardware_bridge.codecs.signed_push.Nonces`."""
        if (sender, nonce) in self._until:
            return False
        self._until[sender, nonce] = until
        while len(self._until) > MOST_NONCES:
            del self._until[next(iter(self._until))]
        return True


class GatewayPort:
    """The address gateways speak to. ``keys`` by the gateway's name; ``patience``: seconds a body may take."""

    def __init__(
        self, *, keys: Mapping[str, bytes], gateways: Gateways, clock: Clock, patience: float = PATIENCE_S
    ) -> None:
        self._patience = patience
        self._keys = dict(keys)
        self._gateways = gateways
        self._clock = clock
        self._nonces = _Nonces()

    def routes(self) -> list[web.RouteDef]:
        """The one route of the port."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Take one batch; 200 once it is taken or known."""
        name = request.headers.get(DEVICE, "")
        key = self._keys.get(name)
        if key is None:
            return web.json_response({"why": "unknown_gateway"}, status=403)
        try:
            async with asyncio.timeout(self._patience):
                body = await request.read()
        except TimeoutError:
            return web.json_response({"why": "too_slow"}, status=408)
        if len(body) > MOST_BYTES:
            return web.json_response({"why": "too_large"}, status=413)
        push = Push(
            method=request.method,
            path=request.path_qs,
            timestamp=request.headers.get(TIMESTAMP, ""),
            nonce=request.headers.get(NONCE, ""),
            signature=request.headers.get(SIGNATURE, ""),
            body=body,
        )
        now = self._clock.now()
        wrong = verify(push, sender=DeviceKey(name), key=key, at=now, nonces=self._nonces)
        if wrong is not None:
            log.warning("gateway.turned_away", gateway=name, reason=wrong.why.value)
            answer = Answer(taken=0, ticket="", now=int(now.timestamp()))
            return _signed(answer, _STATUS[wrong.why], key, push.nonce, signs=wrong.why not in _UNSIGNED)
        return await self._known(name, key, push, now)

    async def _known(self, name: str, key: bytes, push: Push, now: datetime) -> web.Response:
        answer, status = Answer(taken=0, ticket="", now=int(now.timestamp())), 200
        try:
            answer = await self._gateways.accept(name, msgspec.json.decode(push.body, type=Batch), now)
        except msgspec.DecodeError:
            status = 400
        except (NotListening, StorageError) as trouble:
            log.warning("gateway.not_taken", gateway=name, error=type(trouble).__name__)
            status = 503
        return _signed(answer, status, key, push.nonce)


def _signed(answer: Answer, status: int, key: bytes, nonce: str, *, signs: bool = True) -> web.Response:
    body = msgspec.json.encode(answer)
    headers = {SIGNATURE: answer_seal(key, nonce, body)} if signs else {}
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def gateways_of(settings: Settings, writer: Writer, tools: Tools) -> tuple[Gateways, ...]:
    """The source of all gateways; none without keys. Raise `SettingsError` where no bridge would hear them."""
    if settings.gateway_keys is None:
        return ()
    if not settings.hardware_bridge:
        raise SettingsError(["PERMITBOT_GATEWAY_KEYS names gateways nobody hears: set PERMITBOT_HARDWARE_BRIDGE=true"])
    clock = tools.clock

    async def first_time(key: str) -> bool:
        return await writer.submit(lambda tx: tx.first_time(key, clock.now(), "gateway", "batch"))

    names = dict(named_keys(settings.gateway_keys))
    tickets = Tickets(tools.entropy.take(32))
    return (Gateways(names, steady=tools.steady, tickets=tickets, first_time=first_time),)


def gateway_port(settings: Settings, gateways: Iterable[Gateways], clock: Clock) -> list[web.RouteDef]:
    """The port's route; none without gateways."""
    if settings.gateway_keys is None:
        return []
    keys = {name: key.encode() for name, key in named_keys(settings.gateway_keys)}
    return [route for one in gateways for route in GatewayPort(keys=keys, gateways=one, clock=clock).routes()]
