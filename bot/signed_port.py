"""How the plant's equipment system speaks to us: signed reports, each taken once.

Rule 1: 200 means committed. Rule 2: nothing is read of a body before its signature is right, and nothing of a forgery
is logged but the reason. Rule 3: a report is taken once; the same nonce again is refused, however young. How to sign is
written in docs/operations/equipment-system.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, TypeVar

import msgspec
from aiohttp import web

from bot.clock import Clock
from bot.log import get_logger
from bot.turned_away import STATUS, No, TurnedAway, body_of

TIMESTAMP: Final = "X-Permitbot-Timestamp"
NONCE: Final = "X-Permitbot-Nonce"
SIGNATURE: Final = "X-Permitbot-Signature"
MAX_BODY: Final = 4096
"""Bytes of one report."""
MAX_SKEW: Final = timedelta(minutes=5)
"""How far the signed time, or a time still to come in the report, may be from ours."""
PATIENCE: Final = timedelta(seconds=5)
"""How long a sender may take over its body."""
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_SECONDS = re.compile(r"[0-9]{1,12}")
REPLAYED: Final = "replayed"
"""What the office says of a report it has taken before."""

log = get_logger("equipment")


class Dated(msgspec.Struct, forbid_unknown_fields=True):
    """What every report says: of when it is, and who says so."""

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: Annotated[str, msgspec.Meta(max_length=64)] = ""


Report = TypeVar("Report", bound=Dated)


def signature(key: bytes, *, timestamp: str, nonce: str, body: bytes) -> str:
    """HMAC-SHA256, lower-case hex, over timestamp, nonce and body, each of the first two followed by a line feed."""
    return hmac.new(key, b"\n".join((timestamp.encode(), nonce.encode(), body)), hashlib.sha256).hexdigest()


def authentic(headers: Mapping[str, str], body: bytes, *, key: bytes, now: datetime) -> str:
    """The nonce of a request that was signed with the key, of now. Raise `TurnedAway`."""
    timestamp, nonce, signed = (headers.get(name, "") for name in (TIMESTAMP, NONCE, SIGNATURE))
    if not (_SECONDS.fullmatch(timestamp) and _NONCE.fullmatch(nonce) and signed.isascii()):
        raise TurnedAway(No.HEADERS)
    if not hmac.compare_digest(signature(key, timestamp=timestamp, nonce=nonce, body=body), signed):
        raise TurnedAway(No.SIGNATURE)
    if abs(int(timestamp) - now.timestamp()) > MAX_SKEW.total_seconds():
        raise TurnedAway(No.STALE)
    return nonce


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPort:
    """Takes reports signed with one key."""

    key: bytes = field(repr=False)
    clock: Clock
    patience: timedelta = PATIENCE

    async def take(
        self, request: web.Request, shape: type[Report], keep: Callable[[str, Report], Awaitable[StrEnum]]
    ) -> web.Response:
        """Take one report of this shape. ``keep`` is handed its nonce, returns once it is committed, and raises
        `TurnedAway` for what is theirs; anything else it raises is ours, and is answered 500.
        """
        try:
            nonce, report = await self._opened(request, shape)
            kept = await keep(nonce, report)
            if kept == REPLAYED:
                raise TurnedAway(No.REPLAYED)
        except TurnedAway as no:
            log.warning("equipment.turned_away", reason=no.why.value)
            return web.json_response({"taken": False, "why": no.why.value}, status=STATUS[no.why])
        except Exception:
            log.exception("equipment.failed", path=request.path)
            return web.json_response({"taken": False, "why": "internal"}, status=500)
        log.debug("equipment.taken", path=request.path, taken=kept.value)
        return web.json_response({"taken": True, "result": kept.value})

    async def _opened(self, request: web.Request, shape: type[Report]) -> tuple[str, Report]:
        body = await body_of(request, most=MAX_BODY, patience=self.patience.total_seconds())
        now = self.clock.now()
        nonce = authentic(request.headers, body, key=self.key, now=now)
        try:
            report = msgspec.json.decode(body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise TurnedAway(No.DOCUMENT) from None
        if report.at - now > MAX_SKEW:
            raise TurnedAway(No.FUTURE)
        return nonce, report
