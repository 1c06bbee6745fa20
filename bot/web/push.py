"""Where devices push to: ``POST /devices/push``, signed as docs/hardware-json.md says.

Rule 1: nothing is read of a body before its signature is right, and nothing of a forgery is logged but the reason.
Rule 2: a push is taken once; its nonce is durable before anything of it counts. Rule 3: who is no sender learns nothing
that a sender with a wrong key would not learn; a sender is told what was wrong with each entry, by its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.clock import Clock
from bot.log import get_logger
from bot.turned_away import STATUS, No, TurnedAway, body_of
from hardware_bridge.codecs.signed_push import FEWEST_KEY_BYTES, Push, verify
from hardware_bridge.sample import DeviceKey, Said, Trouble, Why
from storage.writer import Writer

if TYPE_CHECKING:
    from hardware_bridge.sources.push import Inlet, Sender

PATH: Final = "/devices/push"
SENDER, TIMESTAMP, NONCE, SIGNATURE = (
    f"X-Permitbot-{name}" for name in ("Device", "Timestamp", "Nonce", "Signature")
)  # fmt: skip
MOST: Final = 64 << 10
"""Bytes of one push, as the codec takes them."""
PATIENCE: Final = 5.0
"""Seconds a sender may take over its body."""
_NOBODY: Final = b"\0" * FEWEST_KEY_BYTES
"""What the signature of somebody unknown is held against, to take as long; it opens nothing."""

log = get_logger("push")
Claim = Callable[[str], Awaitable[bool]]
"""Makes a nonce durable, by a key of its own; False when it was known."""


_BY_TROUBLE: Final[Mapping[Why, No]] = {Why.SHAPE: No.HEADERS, Why.TIME: No.STALE, Why.SIGNATURE: No.SIGNATURE}


class _Noted:
    """Notes the nonce of a push whose signature holds, as if it were new: whether it is, memory says afterwards."""

    def __init__(self) -> None:
        self.claims: list[tuple[DeviceKey, str, datetime]] = []

    def claim(self, sender: DeviceKey, nonce: str, until: datetime) -> bool:
        self.claims.append((sender, nonce, until))
        return True


class PushPort:
    """The address devices push to."""

    def __init__(self, *, inlet: Inlet, claim: Claim, clock: Clock, patience: float = PATIENCE) -> None:
        self._inlet = inlet
        self._claim = claim
        self._clock = clock
        self._patience = patience

    def routes(self) -> list[web.RouteDef]:
        """The one route of the port."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Take one push; 200 once its nonce is durable and something of it was heard."""
        try:
            heard = await self._taken(request)
        except TurnedAway as no:
            log.warning("push.turned_away", reason=no.why.value)
            self._inlet.tally.counted["refused"] += 1
            return web.json_response({"taken": 0, "why": no.why.value}, status=STATUS[no.why])
        except Exception:
            log.exception("push.failed")
            return web.json_response({"taken": 0, "why": "internal"}, status=500)
        return _told(heard)

    async def _taken(self, request: web.Request) -> Sequence[Said]:
        if not self._inlet.open:
            raise TurnedAway(No.CLOSED)
        body = await body_of(request, most=MOST, patience=self._patience)
        sender, nonce, signed_at = self._opened(request, body)
        if not await self._claim(_nonce_key(sender.name, nonce)):
            raise TurnedAway(No.REPLAYED)
        return self._inlet.take(sender, body, signed_at)

    def _opened(self, request: web.Request, body: bytes) -> tuple[Sender, str, datetime]:
        """Who sent it, its nonce, and when it was signed."""
        name, timestamp, nonce, signature = (
            request.headers.get(header, "") for header in (SENDER, TIMESTAMP, NONCE, SIGNATURE)
        )
        push = Push(
            method=request.method, path=request.raw_path, timestamp=timestamp, nonce=nonce, signature=signature,
            body=body,
        )  # fmt: skip
        sender, noted = self._inlet.senders.get(name), _Noted()
        key = sender.key if sender is not None else _NOBODY
        wrong = verify(push, sender=DeviceKey(name or "?"), key=key, at=self._clock.now(), nonces=noted)
        if wrong is not None:
            raise TurnedAway(_BY_TROUBLE[wrong.why])
        if sender is None:
            raise TurnedAway(No.SIGNATURE)
        ((_, claimed, _),) = noted.claims
        return sender, claimed, datetime.fromtimestamp(int(timestamp), UTC)


def push_port(inlet: Inlet, writer: Writer, clock: Clock) -> list[web.RouteDef]:
    """The port's route over real memory."""

    async def claim(key: str) -> bool:
        return await writer.submit(lambda tx: tx.first_time(key, clock.now(), "devices", "push"))

    return PushPort(inlet=inlet, claim=claim, clock=clock).routes()


def _nonce_key(sender: str, nonce: str) -> str:
    return "push:" + hashlib.sha256(f"{sender}\n{nonce}".encode()).hexdigest()


def _told(heard: Sequence[Said]) -> web.Response:
    """What was taken, and what was wrong with each entry that was not."""
    wrong = [
        {"entry": at, "why": said.why.value, "detail": said.detail}
        for at, said in enumerate(heard)
        if isinstance(said, Trouble)
    ]
    taken = len(heard) - len(wrong)
    told = {"taken": taken, "wrong": wrong} if taken else {"taken": 0, "why": No.NOTHING.value, "wrong": wrong}
    return web.json_response(told, status=200 if taken else STATUS[No.NOTHING])
