"""An output behind HTTP: signed both ways, so neither a command nor a report can be made up by who stands on the line.

One address per output takes both (docs/hardware.md, Outputs)::

    POST {"output": "door-1", "set": "released", "lasts_ms": 8000, "key": "…"}     a command
    POST {"output": "door-1"}                                                      what do you do?
    →    {"output": "door-1", "state": "released", "nonce": "<of the request>"}    what the device measures itself

Requests are signed as pushes are (`hardware_bridge.codecs.signed_push`), answers over their body with the same key. The
nonce in the answer ties it to its question: a report that was recorded says nothing of now.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import msgspec

from hardware_bridge.body import whole
from hardware_bridge.codecs.signed_push import FEWEST_KEY_BYTES, Push, sign
from hardware_bridge.outputs.model import Command, OutputId, State, Unreached

TIMESTAMP: Final = "X-Permitbot-Timestamp"
NONCE: Final = "X-Permitbot-Nonce"
SIGNATURE: Final = "X-Permitbot-Signature"
LONGEST_ANSWER: Final = 4096


class Answer(msgspec.Struct, kw_only=True):
    """What a device reports."""

    output: str
    state: State
    nonce: str


def answer_signature(key: bytes, body: bytes) -> str:
    """HMAC-SHA256, lower-case hex, over the body of an answer."""
    return hmac.new(key, b"answer\n" + body, hashlib.sha256).hexdigest()


class Webhook:
    """One output behind one address. ``nonce`` makes one nobody has seen."""

    def __init__(
        self,
        output: OutputId,
        url: str,
        *,
        key: bytes,
        session: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        nonce: Callable[[], str],
    ) -> None:
        if len(key) < FEWEST_KEY_BYTES:
            raise ValueError(f"an output's key has at least {FEWEST_KEY_BYTES} bytes")
        self._output = output
        self._url = url
        self._path = urlsplit(url).path or "/"
        self._key = key
        self._session = session
        self._clock = clock
        self._nonce = nonce

    async def command(self, command: Command) -> None:
        """Send a command; taken once the device answers with a report of its own."""
        said: dict[str, str | int] = {"output": self._output, "set": command.state.value, "key": command.key}
        if command.lasts is not None:
            said["lasts_ms"] = command.lasts // timedelta(milliseconds=1)
        await self._ask(said)

    async def state(self) -> State:
        """Ask what the device does."""
        return (await self._ask({"output": self._output})).state

    async def close(self) -> None:
        """Nothing is held: the session is the service's."""

    async def _ask(self, said: dict[str, str | int]) -> Answer:
        body, nonce = msgspec.json.encode(said), self._nonce()
        push = Push(
            method="POST",
            path=self._path,
            timestamp=str(int(self._clock().timestamp())),
            nonce=nonce,
            signature="",
            body=body,
        )
        headers = {TIMESTAMP: push.timestamp, NONCE: nonce, SIGNATURE: sign(self._key, push)}
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                raw = await whole(answer.content, LONGEST_ANSWER)
                signed = answer.headers.get(SIGNATURE, "")
                if answer.status != 200:
                    raise Unreached(f"{self._output}: answered {answer.status}")
        except (aiohttp.ClientError, OSError) as down:
            raise Unreached(f"{self._output}: {type(down).__name__}") from None
        if raw is None:
            raise Unreached(f"{self._output}: the answer is too long")
        return self._believed(raw, signed, nonce)

    def _believed(self, raw: bytes, signed: str, nonce: str) -> Answer:
        """An answer, once it is the device's own, about this output, and to this question."""
        if not signed.isascii() or not hmac.compare_digest(signed, answer_signature(self._key, raw)):
            raise Unreached(f"{self._output}: the answer's signature is wrong")
        try:
            found = msgspec.json.decode(raw, type=Answer)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Unreached(f"{self._output}: the answer is no report") from None
        if (found.output, found.nonce) != (self._output, nonce):
            raise Unreached(f"{self._output}: the answer is to another question")
        return found
