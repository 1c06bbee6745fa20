"""The gateway's end of the link: signed requests (`hardware_bridge.codecs.signed_push`), answers that are signed, too.

The gateway's date may be wrong: a request is signed with the house's date, carried on by the gateway's own seconds
since the last answer. Only the very first request is signed with the machine's date.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import Final

import aiohttp
import msgspec

from hardware_bridge.body import whole
from hardware_bridge.codecs.signed_push import Push, sign
from hardware_bridge.gateway.batch import MOST_BYTES, PATH, Answer, Batch, Entry, answer_seal

DEVICE: Final = "X-Permitbot-Device"
TIMESTAMP: Final = "X-Permitbot-Timestamp"
NONCE: Final = "X-Permitbot-Nonce"
SIGNATURE: Final = "X-Permitbot-Signature"
PATIENCE_S: Final = 10.0


class LinkDown(Exception):
    """The house did not answer, or not as the house does; nothing counts as taken."""


class Link:
    """The house as one gateway sees it. ``steady``: seconds that only run forward; ``date``: seconds since 1970 by the
    machine; ``nonce`` makes a name nobody has used."""

    def __init__(
        self,
        url: str,
        *,
        gateway: str,
        key: bytes,
        session: aiohttp.ClientSession,
        steady: Callable[[], float],
        date: Callable[[], float],
        nonce: Callable[[], str],
    ) -> None:
        self._url = url.rstrip("/") + PATH
        self._gateway = gateway
        self._key = key
        self._session = session
        self._steady = steady
        self._date = date
        self._nonce = nonce
        self._ticket = ""
        self._ticket_at = 0.0
        self._house: tuple[int, float] | None = None
        """The house's date, and our seconds when it said so."""

    @property
    def met(self) -> bool:
        """Whether the house has answered since we began: before that, all we say would be history."""
        return bool(self._ticket)

    async def send(self, spool: str, number: int, entries: Sequence[Entry], lost: int) -> int:
        """Hand one batch over (0: a sign of life); the number the house has. Raise `LinkDown`."""
        held = int((self._steady() - self._ticket_at) * 1000) if self._ticket else 0
        batch = Batch(
            spool=spool, number=number, entries=list(entries), lost=lost, ticket=self._ticket, held_ms=held
        )  # fmt: skip
        asked = self._steady()
        answer = await self._asked(msgspec.json.encode(batch))
        # Held from the answer's arrival on: the way it took makes what we send look older, never younger.
        self._ticket, self._ticket_at = answer.ticket, self._steady()
        self._house = (answer.now, asked)
        return answer.taken

    async def _asked(self, body: bytes) -> Answer:
        nonce, now = self._nonce(), self._steady()
        date = self._date() if self._house is None else self._house[0] + (now - self._house[1])
        path = self._url.split("/", 3)[3]
        push = Push(
            method="POST", path=f"/{path}", timestamp=str(int(date)), nonce=nonce, signature="", body=body
        )  # fmt: skip
        headers = {
            DEVICE: self._gateway, TIMESTAMP: push.timestamp, NONCE: nonce, SIGNATURE: sign(self._key, push),
            "Content-Type": "application/json",
        }  # fmt: skip
        try:
            async with self._session.post(
                self._url, data=body, headers=headers, timeout=aiohttp.ClientTimeout(total=PATIENCE_S)
            ) as got:
                said, status = await whole(got.content, MOST_BYTES), got.status
                seal = got.headers.get(SIGNATURE, "")
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            raise LinkDown(type(trouble).__name__) from trouble
        if said is None or not hmac.compare_digest(seal.encode(), answer_seal(self._key, nonce, said).encode()):
            raise LinkDown(f"an answer the house did not sign ({status})")
        return self._read(said, status)

    def _read(self, said: bytes, status: int) -> Answer:
        try:
            answer = msgspec.json.decode(said, type=Answer)
        except msgspec.DecodeError as trouble:
            raise LinkDown("an answer nobody can read") from trouble
        if status != 200:
            # It may be our date: what the house says of it is its own word, and the next request uses it.
            self._house = (answer.now, self._steady())
            raise LinkDown(f"the house refuses ({status})")
        return answer
