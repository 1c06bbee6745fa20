"""Where the plant's equipment system reports what is purged and what is not: ``POST /equipment/state``.

Rule 1: 200 means committed. Rule 2: nothing is read of a body before its signature is right, and nothing of a forgery
is logged but the reason. Rule 3: a report is taken once; the same nonce again is refused, however young. Rule 4: an old
report never takes the place of a newer one. How to sign is written in docs/operations/equipment-system.md.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from aiohttp import StreamReader, web
from pydantic import SecretStr

from bot.body import TooLarge, TooSlow, bounded
from bot.clock import Clock
from bot.log import get_logger
from handlers.desk import House
from handlers.interlocking import Report, Taken, UnknownEquipment, reported
from storage.writer import Writer
from workflow.ids import EquipmentId
from workflow.interlock import EquipmentState

PATH: Final = "/equipment/state"
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

Office = Callable[[Report], Awaitable[Taken]]
"""Takes a report and returns once it is committed. Raise `UnknownEquipment`, which is theirs; anything else is ours."""

log = get_logger("equipment")


class Why(StrEnum):
    """Why a report is turned away."""

    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    HEADERS = "bad_headers"
    SIGNATURE = "bad_signature"
    STALE = "stale_timestamp"
    REPLAYED = "replayed"
    DOCUMENT = "bad_document"
    FUTURE = "state_in_the_future"
    EQUIPMENT = "unknown_equipment"
    ORDER = "unknown_order"


STATUS: Final[Mapping[Why, int]] = {
    Why.TOO_LARGE: 413,
    Why.TOO_SLOW: 408,
    Why.HEADERS: 400,
    Why.SIGNATURE: 403,
    Why.STALE: 403,
    Why.REPLAYED: 409,
    Why.DOCUMENT: 400,
    Why.FUTURE: 422,
    Why.EQUIPMENT: 404,
    Why.ORDER: 404,
}
"""What a report turned away is answered."""


class TurnedAway(Exception):
    """A report that is not taken; nothing was changed. Theirs, never ours."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    equipment: _Text
    state: EquipmentState
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: Annotated[str, msgspec.Meta(max_length=64)] = ""


def signature(key: bytes, *, timestamp: str, nonce: str, body: bytes) -> str:
    """HMAC-SHA256, lower-case hex, over timestamp, nonce and body, each of the first two followed by a line feed."""
    return hmac.new(key, b"\n".join((timestamp.encode(), nonce.encode(), body)), hashlib.sha256).hexdigest()


def authentic(headers: Mapping[str, str], body: bytes, *, key: bytes, now: datetime) -> str:
    """The nonce of a request that was signed with the key, of now. Raise `TurnedAway`."""
    timestamp, nonce, signed = (headers.get(name, "") for name in (TIMESTAMP, NONCE, SIGNATURE))
    if not (_SECONDS.fullmatch(timestamp) and _NONCE.fullmatch(nonce) and signed.isascii()):
        raise TurnedAway(Why.HEADERS)
    if not hmac.compare_digest(signature(key, timestamp=timestamp, nonce=nonce, body=body), signed):
        raise TurnedAway(Why.SIGNATURE)
    if abs(int(timestamp) - now.timestamp()) > MAX_SKEW.total_seconds():
        raise TurnedAway(Why.STALE)
    return nonce


class EquipmentPort:
    """The address the equipment system reports to."""

    def __init__(self, *, key: bytes, office: Office, clock: Clock, patience: timedelta = PATIENCE) -> None:
        self._key = key
        self._office = office
        self._clock = clock
        self._patience = patience.total_seconds()

    def routes(self) -> list[web.RouteDef]:
        """The one route of the port."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Take one report; 200 once it is committed."""
        try:
            body = await read_body(request.content, self._patience)
            report = self._open(request.headers, body)
            taken = await self._office(report)
            if taken is Taken.REPLAYED:
                raise TurnedAway(Why.REPLAYED)
        except TurnedAway as no:
            return turned_away(no.why)
        except UnknownEquipment:
            return turned_away(Why.EQUIPMENT)
        except Exception:
            log.exception("equipment.failed")
            return web.json_response({"taken": False, "why": "internal"}, status=500)
        log.debug("equipment.taken", equipment=report.equipment, state=report.state.value, taken=taken.value)
        return web.json_response({"taken": True, "result": taken.value})

    def _open(self, headers: Mapping[str, str], body: bytes) -> Report:
        now = self._clock.now()
        nonce = authentic(headers, body, key=self._key, now=now)
        try:
            said = msgspec.json.decode(body, type=_Body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise TurnedAway(Why.DOCUMENT) from None
        if said.at - now > MAX_SKEW:
            raise TurnedAway(Why.FUTURE)
        return Report(
            key=f"equipment:{nonce}",
            equipment=EquipmentId(said.equipment),
            state=said.state,
            at=said.at,
            by=said.by,
        )


def equipment_port(key: SecretStr | None, writer: Writer, house: House, clock: Clock) -> list[web.RouteDef]:
    """The port's route over real memory; none without a key."""
    if key is None:
        return []

    async def take(report: Report) -> Taken:
        return await writer.submit(lambda tx: reported(tx, house, report, clock.now()))

    return EquipmentPort(key=key.get_secret_value().encode(), office=take, clock=clock).routes()


async def read_body(stream: StreamReader, patience: float) -> bytes:
    """The body, or a refusal as soon as it is too long or too slow."""
    try:
        return await bounded(stream, most=MAX_BODY, patience=patience)
    except TooLarge:
        raise TurnedAway(Why.TOO_LARGE) from None
    except TooSlow:
        raise TurnedAway(Why.TOO_SLOW) from None


def turned_away(why: Why) -> web.Response:
    """What whoever sent it is answered; the log hears the reason and nothing else."""
    log.warning("equipment.turned_away", reason=why.value)
    return web.json_response({"taken": False, "why": why.value}, status=STATUS[why])
