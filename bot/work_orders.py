"""Work orders to the plant's equipment system and its answers: signed both ways (docs/operations/equipment-system.md).

Out: a row of the outbox is the order; it is sent again until the system has answered, signed and about this very
version, under one key. In: ``POST /equipment/order``. The rules of `bot.signed_port` hold here as well, and
nothing that comes in puts a hazard right (`handlers.order_answers`).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final

import aiohttp
import msgspec
from aiohttp import web

from bot.clock import Clock
from bot.log import get_logger
from bot.platform import TryLater
from bot.signed_port import NONCE, PATIENCE, SIGNATURE, TIMESTAMP, Dated, SignedPort, signature
from bot.turned_away import No, TurnedAway
from handlers.house import House
from handlers.order_answers import Answer, Said, Taken, UnknownOrder, answered, numbered
from handlers.outgoing import WorkOrder
from handlers.work_orders import order_of
from storage.writer import Writer
from workflow.ids import HazardId

PATH: Final = "/equipment/order"
KEY: Final = "X-Permitbot-Key"
"""One key for each version of an order: what is sent again under it is the same."""
ANSWER: Final = "answer"
"""Stands where a request has its time: an answer is signed over this, the nonce of its question, and its body."""
LONGEST_ANSWER: Final = 4096
WITHIN: Final = aiohttp.ClientTimeout(total=10)

log = get_logger("work_orders")
_Short = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class _Taken(msgspec.Struct):
    order: _Short
    version: int
    number: _Short


class _Body(Dated, kw_only=True):
    order: _Short
    number: _Short
    status: Said
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


@dataclass(slots=True, kw_only=True)
class WorkOrders:
    """The equipment system as it takes work orders. ``nonce`` makes one nobody has seen."""

    url: str
    key: bytes = field(repr=False)
    session: aiohttp.ClientSession
    writer: Writer
    house: House
    clock: Clock
    nonce: Callable[[], str]
    patience: timedelta = PATIENCE
    _failing: tuple[datetime, str] | None = field(default=None, init=False)
    """Since when nothing was taken, and why the last time."""

    # --- out

    async def hand_over(self, wanted: WorkOrder) -> None:
        """Tell where a hazard stands. Raise `TryLater` until the system has taken it."""
        order = await self.writer.submit(lambda tx: order_of(tx, self.house, wanted.hazard))
        if order is None:
            return
        body, nonce = msgspec.json.encode(order), self.nonce()
        stamp = str(int(self.clock.now().timestamp()))
        headers = {
            TIMESTAMP: stamp,
            NONCE: nonce,
            SIGNATURE: signature(self.key, timestamp=stamp, nonce=nonce, body=body),
            KEY: f"{order.order}/{order.version}",
            "Content-Type": "application/json",
        }
        now = self.clock.now()
        try:
            taken = await self._asked(body, headers, nonce)
            if (taken.order, taken.version) != (order.order, order.version):
                raise TryLater("the equipment system answers about another order")
        except TryLater as later:
            self._failing = (now if self._failing is None else self._failing[0], str(later))
            raise
        self._failing = None
        await self.writer.submit(lambda tx: numbered(tx, self.house, order.order, taken.number, now))
        log.info("work_order.taken", order=order.order, version=order.version, status=order.status.value)

    async def _asked(self, body: bytes, headers: dict[str, str], nonce: str) -> _Taken:
        try:
            async with self.session.post(
                self.url, data=body, headers=headers, allow_redirects=False, timeout=WITHIN
            ) as answer:
                raw = await answer.content.read(LONGEST_ANSWER)
                signed = answer.headers.get(SIGNATURE, "")
                if answer.status != 200:
                    raise TryLater(f"the equipment system answered {answer.status}")
        except (aiohttp.ClientError, OSError) as down:
            raise TryLater(f"the equipment system is not there: {type(down).__name__}") from None
        expected = signature(self.key, timestamp=ANSWER, nonce=nonce, body=raw)
        if not signed.isascii() or not hmac.compare_digest(signed, expected):
            raise TryLater("the answer of the equipment system is not signed by it")
        try:
            return msgspec.json.decode(raw, type=_Taken)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise TryLater("the answer of the equipment system is not readable") from None

    def notes(self) -> tuple[str, ...]:
        """What `/healthz` tells besides: since when the system takes nothing. Nobody is in danger for it."""
        if self._failing is None:
            return ()
        since, why = self._failing
        return (f"work orders: none taken since {since.isoformat(timespec='seconds')}: {why}",)

    # --- in

    def routes(self) -> list[web.RouteDef]:
        """The one route of the port."""
        return [web.post(PATH, self._take)]

    async def _take(self, request: web.Request) -> web.Response:
        """Take one word about an order; 200 once it is committed."""
        port = SignedPort(key=self.key, clock=self.clock, patience=self.patience)
        return await port.take(request, _Body, self._keep)

    async def _keep(self, nonce: str, said: _Body) -> Taken:
        answer = Answer(
            key=f"order:{nonce}", order=HazardId(said.order), number=said.number, said=said.status, at=said.at,
            by=said.by, note=said.note,
        )  # fmt: skip
        now = self.clock.now()
        try:
            taken = await self.writer.submit(lambda tx: answered(tx, self.house, answer, now))
        except UnknownOrder:
            raise TurnedAway(No.ORDER) from None
        log.info("work_order.answered", order=answer.order, said=answer.said.value, taken=taken.value)
        return taken
