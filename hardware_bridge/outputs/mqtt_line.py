"""An output behind an MQTT broker: a topic it is told on, and a topic on which it says what it does.

::

    set    {"output": "door-1", "set": "released", "lasts_ms": 8000, "key": "…", "nonce": "…"}   a command
           {"output": "door-1", "nonce": "…"}                                                    what do you do?
    state  {"output": "door-1", "state": "released", "nonce": "<of the message it answers>"}     what it measures

A broker keeps, repeats and delivers late; a door must not open by it. So:

- A broker's acknowledgement is nobody's word. Only an answer that carries the nonce of this very question counts, and
  nothing the broker had kept; what does not come in time was not done.
- A release is never retained, and the broker throws it away once its time is over (MQTT 5). The safe state is retained:
  a device that connects hears first that it is to be safe.
- When we go without a word the broker says "safe" in our name, besides the device's own time-out.
- None of that for a siren: its safe side sounds, and one that sounds at every restart is one nobody runs from. Its own
  time-out is the plant's choice.

Nothing is signed: what may be written where is the broker's to say, so its access list belongs to this.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import msgspec

from hardware_bridge.outputs.model import Command, OutputId, State, Unreached
from hardware_bridge.sources.mqtt_client import Connection, Door, LineLost, NotLetIn

WITHIN: Final = timedelta(seconds=0.8)
"""For one answer; a command and a report fit into the keeper's patience."""
MOST_MISSED: Final = 3
"""Questions in a row that stay unanswered before the line itself is made anew."""
MOST_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """Where an output is told and where it answers."""

    told: str
    answers: str


class Report(msgspec.Struct, kw_only=True):
    """What a device reports."""

    output: str
    state: State
    nonce: str


class MqttLine:
    """One output behind one broker, on a connection of its own: the broker keeps one last word for each. Connects when
    it is used. ``keeps_safe``: whether safe may be retained and left as the last word; ``nonce`` makes one nobody has
    seen."""

    def __init__(
        self,
        output: OutputId,
        door: Door,
        topics: Topics,
        *,
        keeps_safe: bool,
        nonce: Callable[[], str],
        within: timedelta = WITHIN,
    ) -> None:
        self._output = output
        self._topics = topics
        self._keeps_safe = keeps_safe
        self._nonce = nonce
        self._within = within.total_seconds()
        last = msgspec.json.encode({"output": output, "set": State.SAFE.value, "key": "last-will", "nonce": ""})
        # A session that outlives us would hand us the answers of yesterday.
        self._door = replace(door, keeps=timedelta(0), will=(topics.told, last) if keeps_safe else None)
        self._line: Connection | None = None
        self._waiting: tuple[str, asyncio.Future[State]] | None = None
        self._missed = 0

    async def command(self, command: Command) -> None:
        """Publish a command; taken once the device answers with a report of its own."""
        said: dict[str, str | int] = {"output": self._output, "set": command.state.value, "key": command.key}
        if command.lasts is not None:
            said["lasts_ms"] = command.lasts // timedelta(milliseconds=1)
        safe = command.state is State.SAFE
        expires = None if command.lasts is None else max(1, int(command.lasts.total_seconds()))
        await self._ask(said, retain=safe and self._keeps_safe, expires=expires)

    async def state(self) -> State:
        """Ask what the device does."""
        return await self._ask({"output": self._output}, retain=False, expires=max(1, int(self._within)))

    async def close(self) -> None:
        """Let go of the connection; the device falls back by itself."""
        line, self._line = self._line, None
        self._missed = 0
        if line is not None:
            await line.close()

    async def _ask(self, said: dict[str, str | int], *, retain: bool, expires: int | None) -> State:
        line = await self._connected()
        nonce = self._nonce()
        answer: asyncio.Future[State] = asyncio.get_running_loop().create_future()
        self._waiting = nonce, answer
        try:
            line.publish(
                self._topics.told, msgspec.json.encode(said | {"nonce": nonce}), retain=retain, expires=expires
            )
            async with asyncio.timeout(self._within):
                found = await answer
        except (TimeoutError, LineLost):
            self._missed += 1
            if self._missed >= MOST_MISSED:
                await self.close()
            raise Unreached(f"{self._output}: no answer") from None
        finally:
            self._waiting = None
        self._missed = 0
        return found

    async def _connected(self) -> Connection:
        if self._line is not None and self._line.over:
            await self.close()
        if self._line is None:
            line = Connection(self._door, hear=self._hear, opened=lambda _: None)
            try:
                await line.open()
                if await line.subscribe([(self._topics.answers, 1)]):
                    raise Unreached(f"{self._output}: the broker does not let us read {self._topics.answers}")
            except (NotLetIn, LineLost, OSError) as down:
                await line.close()
                raise Unreached(f"{self._output}: {type(down).__name__}") from None
            except BaseException:
                await line.close()
                raise
            self._line = line
        return self._line

    def _hear(self, _topic: str, payload: bytes, kept: bool) -> None:
        """An answer of the device, to the question that waits; everything else says nothing of now."""
        if kept or self._waiting is None or len(payload) > MOST_BYTES:
            return
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            found = msgspec.json.decode(payload, type=Report)
            nonce, answer = self._waiting
            if (found.output, found.nonce) == (self._output, nonce) and not answer.done():
                answer.set_result(found.state)
