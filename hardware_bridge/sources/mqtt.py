"""MQTT: one broker, the topics of its gateways, their messages as what devices say.

- A message is never taken for fresher than it is (`mqtt_age`): what the broker had kept is history, what waited while
  we were away or slow counts from the earliest moment it can be of.
- The marks that show it also show that the line lives: where neither a mark nor anything else comes in, the
  connection is dropped and made anew, however sound the socket looks.
- Lost, refused, full of rubbish: the source waits and tries again, and says so in its notes. Whether silence stops
  the work is decided elsewhere, by the agenda.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from hardware_bridge.codecs.json_exact import MOST_BYTES
from hardware_bridge.sample import Flag, Said, SourceKind, Trouble, Why
from hardware_bridge.source import Sink, Straightway
from hardware_bridge.sources.mqtt_age import FRESH, STORED, Ages, Since
from hardware_bridge.sources.mqtt_client import Connection, Door, LineLost, NotLetIn
from hardware_bridge.sources.mqtt_topics import Feed, Topics

_log = structlog.get_logger()

ONLINE: Final = b"online"
OFFLINE: Final = b"offline"
MOST_STRAYS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often and how long. All are real time, whatever the plant's clock does."""

    mark_every: timedelta = timedelta(seconds=5)
    late: timedelta = timedelta(seconds=3)
    """A mark away for longer: messages wait somewhere."""
    dead: timedelta = timedelta(seconds=20)
    """Nothing at all for so long while a mark is away: the line is gone. With the wait after it this lies well within
    the silence a plant allows."""
    oldest: timedelta = timedelta(seconds=30)
    """What may have waited for longer is history."""
    shortest: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=30)
    """Between two tries; after a refused login always the longest."""
    quiet: timedelta = timedelta(minutes=1)
    """Nothing said for so long is worth a note."""


class Mqtt:
    """A source for one broker. ``clock`` is the service's, aware; ``steady`` seconds that only run forward; ``chance``
    a number in [0, 1) nobody can foresee; ``token`` marks our marks, unknown to others."""

    def __init__(
        self,
        name: str,
        door: Door,
        feeds: Sequence[Feed],
        *,
        clock: Callable[[], datetime],
        steady: Callable[[], float],
        chance: Callable[[], float],
        token: str,
        pace: Pace | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._pace = pace or Pace()
        self._topics = Topics(feeds)
        own = f"permitbot/{door.client_id}"
        self._mark, self._status = f"{own}/mark", f"{own}/status"
        self._door = replace(door, will=(self._status, OFFLINE))
        self._clock = clock
        self._steady = steady
        self._chance = chance
        self._token = f"{token}:".encode()
        self._pause = pause
        self._ages = Ages(late=self._pace.late, oldest=self._pace.oldest)
        self._sink: Sink | None = None
        self._straightway: Straightway | None = None
        self._tries = 0
        self._wrong: tuple[str, float] | None = ("not connected yet", steady())
        """Why there is no connection, and since when."""
        self._refused: tuple[str, ...] = ()
        self._heard = steady()
        """When anything came in last."""
        self._said = steady()
        """When a device said something last."""
        self.strays: Counter[str] = Counter()
        """Topics no line of the file fits, and how often they came; the first thousand."""
        self.messages = 0
        """How many came in since the start."""

    # --- running

    async def run(self, sink: Sink) -> None:
        """Connect, listen, and begin again for ever."""
        self.listens_for(sink)
        while True:
            try:
                await self._listen()
            except (NotLetIn, LineLost, OSError) as trouble:
                self._ended(trouble)
            await self._pause(self._rest())

    def listens_for(self, sink: Sink) -> None:
        """Whoever hears it from now on."""
        self._sink = sink
        self._straightway = sink if isinstance(sink, Straightway) else None

    async def _listen(self) -> None:
        line = Connection(self._door, hear=self._hear, opened=self._opened)
        try:
            await line.open()
            wanted = [(self._mark, 1), *((feed.pattern, feed.qos) for feed in self._topics.feeds)]
            self._refused = await line.subscribe(wanted)
            line.publish(self._status, ONLINE, retain=True)
            self._wrong, self._said = None, self._steady()
            _log.info("connected", action="mqtt", source=self.name, address=self._door.address)
            await self._watch(line)
        finally:
            await line.close()

    async def _watch(self, line: Connection) -> None:
        """Send marks while anything comes back. Raise `LineLost` when the line is over. Where the broker gives back
        none of ours, its answers to MQTT's own pings have to do."""
        every, dead = self._pace.mark_every.total_seconds(), self._pace.dead.total_seconds()
        self._heard = turned = self._steady()
        while True:
            number = self._ages.send(self._clock(), self._steady())
            line.publish(self._mark, self._token + str(number).encode())
            if await line.ended(every):
                raise LineLost("the connection was closed")
            now = self._steady()
            if now - turned > 2 * every:
                # We were away, not they: what came in meanwhile has to be heard first.
                self._heard = now
            turned = now
            if self._ages.answered and now - self._heard > dead and self._ages.away_for(now) > dead:
                raise LineLost(f"nothing came in for {now - self._heard:.0f} s")

    def _opened(self, resumed: bool) -> None:
        self._tries = 0
        self._ages.connected(resumed=resumed, at=self._clock())

    def _ended(self, trouble: Exception) -> None:
        refused = isinstance(trouble, NotLetIn)
        text = f"login refused: {trouble}" if refused else _told(trouble)
        since = self._steady() if self._wrong is None else self._wrong[1]
        if self._wrong is None or self._wrong[0] != text:
            # Once for each reason: a broker that is down for a night is one line, not a thousand.
            _log.warning("not connected", action="mqtt", source=self.name, address=self._door.address, reason=text)
        self._wrong = (text, since)
        self._tries = 99 if refused else self._tries + 1

    def _rest(self) -> float:
        """Longer after every try that failed, and never in step with other clients of the broker."""
        shortest, longest = self._pace.shortest.total_seconds(), self._pace.longest.total_seconds()
        return min(longest, shortest * 2.0 ** min(self._tries, 10)) * (0.5 + self._chance() / 2)

    # --- hearing

    def _hear(self, topic: str, payload: bytes, kept: bool) -> None:
        self._heard = self._steady()
        if topic == self._mark:
            self._marked(payload)
            return
        self.messages += 1
        self._said = self._heard
        meaning = self._topics.meaning(topic)
        sink = self._sink
        if meaning is None or sink is None:
            if topic in self.strays or len(self.strays) < MOST_STRAYS:
                self.strays[topic] += 1
            return
        if len(payload) > MOST_BYTES:
            detail = f"{len(payload)} bytes"
            sink.take(Trouble(source=SourceKind.MQTT, why=Why.TOO_LONG, device=meaning.device, detail=detail))
            return
        now = self._clock()
        since = STORED if kept else self._ages.of(now, self._heard)
        usual = self._straightway if since is FRESH and meaning.map is None else None
        if usual is not None and usual.take_usual(payload, now, meaning.devices):
            return
        said = meaning.read(payload)
        if since is FRESH:
            for one in said:
                sink.take(one)
        else:
            _take_old(sink, said, since, kept)

    def _marked(self, payload: bytes) -> None:
        number = payload.removeprefix(self._token)
        if number != payload and number.isdigit():
            self._ages.returned(int(number))

    # --- health

    def notes(self) -> tuple[str, ...]:
        """What an operator should know of this broker."""
        now = self._steady()
        if self._wrong is not None:
            why, since = self._wrong
            return (f"not connected for {now - since:.0f} s: {why}",)
        found = [f"subscription refused: {topic}" for topic in self._refused]
        away = self._ages.away_for(now)
        if away > self._pace.late.total_seconds():
            found.append(f"our own mark is away for {away:.0f} s; we must be allowed to read and write {self._mark}")
        if now - self._said > self._pace.quiet.total_seconds():
            found.append(f"connected, and no device has said anything for {now - self._said:.0f} s")
        if self.strays:
            found.append(f"{len(self.strays)} topics nobody told us how to read, e.g. {next(iter(self.strays))}")
        return tuple(found)


def _take_old(sink: Sink, said: Sequence[Said], since: Since | datetime, kept: bool) -> None:
    """Hand on what waited. A time of the device's own is honest whatever waited, and is judged as it stands; only what
    the broker had kept for whoever comes is history with any time."""
    for one in said:
        timed = not isinstance(one, Trouble) and one.device_time is not None
        if isinstance(one, Trouble) or (timed and not kept):
            sink.take(one)
        elif isinstance(since, datetime):
            sink.take(one, since)
        else:
            sink.take(replace(one, flags=one.flags | {Flag.STORED}))


def _told(trouble: Exception) -> str:
    """Why, for people; nothing of what was sent is in it."""
    verify = getattr(trouble, "verify_message", "")
    if verify:
        return f"the broker's certificate is not believed: {verify}"
    return str(trouble) or type(trouble).__name__
