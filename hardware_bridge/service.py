"""The bridge of one site: sources put in what devices say, the office hears what it means, memory keeps the rest.

::

    source → take: judge → recorder (raw, in batches)
                         → watching → a wish → the office, as `DeviceAsks`
    tick, every second: permits and register when they moved · wishes again · ends of silence into the agenda · a batch

`take` never waits and never raises. What the office did not answer stays a wish and is asked again; the agenda's timer
stops the work if that lasts. Sources that fail are started again; the bridge needs none of them to notice silence.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Final

import structlog

from handlers import guardian_tag, monitoring
from handlers.arrivals import DeviceAsks, Sender
from handlers.house import House
from handlers.last_positions import LastBeacon, LastPosition
from handlers.sealing import end_again, sealed_again, sealed_until
from hardware_bridge.devices import Devices
from hardware_bridge.devices import read as read_devices
from hardware_bridge.impostors import Impostors
from hardware_bridge.judging import ALARMS, Judge
from hardware_bridge.nearness import Nearness
from hardware_bridge.positions import LEFT, Fence, Positions, believed
from hardware_bridge.recorder import Recorder
from hardware_bridge.sample import Beat, Flag, Kind, Position, Said, Sample, Trouble
from hardware_bridge.source import Counting, Source
from hardware_bridge.straight import Straight
from hardware_bridge.telling import Tell, Telling
from hardware_bridge.watching import WIND, Watching, Wish
from storage.directory import Directory
from storage.errors import StorageError
from storage.readings import ReadingsTx
from storage.segments import SegmentsTx
from storage.tx import Tx
from storage.writer import Committed, Writer
from workflow.ids import AreaId, DeviceId, PermitId, SiteId
from workflow.monitoring import Quality, Reading
from workflow.permit.release import SeenAt
from workflow.presence import Where
from workflow.rules.weather import QUANTITIES
from workflow.segments import HOUR

_log = structlog.get_logger()

EVERY: Final = timedelta(seconds=1)
LOOK_ANYWAY: Final = timedelta(seconds=10)
"""How often permits and register are looked at although nothing says that they moved."""
AGAIN: Final = timedelta(seconds=5)
"""How long a source that failed rests."""
FLUSHES: Final = 8
"""Batches of readings written in a row before everything else is looked at again."""
SEAL_EVERY: Final = timedelta(minutes=1)
BRIDGE: Final = Sender(platform="", corp="", user="bridge")

Office = Callable[[DeviceAsks], Awaitable[None]]


class Bridge:
    """Make it, give it sources, run it. ``clock`` is the service's, aware; ``ask`` is the office; ``key`` makes keys of
    arrivals nobody else has."""

    def __init__(
        self,
        *,
        site: SiteId,
        zone: tzinfo,
        house: House,
        writer: Writer,
        ask: Office,
        tell: Tell | None = None,
        clock: Callable[[], datetime],
        key: Callable[[], str],
        sources: Sequence[Source] = (),
        alive: Callable[[], None] = lambda: None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        most_waiting: int | None = None,
    ) -> None:
        self._site = site
        self._house = house
        self._writer = writer
        self._ask = ask
        self._telling = Telling(site=site, sender=BRIDGE, tell=tell, clock=clock, key=key)
        self._clock = clock
        self._key = key
        self.sources = tuple(sources)
        self._alive = alive
        self._pause = pause
        self._judge = Judge(Devices(), zone)
        self.take_usual = Straight(self._judge, take=self.take, keep=self._heard).take
        self._watching = Watching()
        self._positions = Positions()
        self._nearness = Nearness()
        self._recorder = Recorder() if most_waiting is None else Recorder(most=most_waiting)
        self._wake = asyncio.Event()
        self._moved = True
        self._looked: datetime | None = None
        self._register = -1
        self._served: tuple[monitoring.Served, ...] = ()
        self._serving: frozenset[tuple[PermitId, DeviceId]] | None = None
        self._sealed_to: datetime | None = None
        self._down: dict[str, str] = {}
        self._turning = asyncio.Lock()
        self.newest: dict[tuple[DeviceId, str], Reading] = {}
        """The last reading of every sensor of a registered device, by device and quantity."""
        self.unknown: Counter[str] = Counter()
        """Device keys nobody registered, and how often they spoke; the first thousand."""
        self.impostors = Impostors()
        self.troubles: Counter[str] = Counter()
        """What could not be understood, by source and reason."""

    # --- for sources

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        """Take one thing a device said. Never waits, never raises on anything a codec can build."""
        at = received_at if received_at is not None else self._clock()
        if not isinstance(said, Trouble):
            if self.impostors.turns_away(said, via, self._judge.devices):
                return
            self._see(said, at)
        match said:
            case Sample():
                self._sample(said, at)
            case Beat():
                self._cry(said)
            case Trouble():
                self.troubles[f"{said.source.value}:{said.why.value}"] += 1
            case Position():
                self._cry(said)
                self._position(said, at)

    def _see(self, said: Sample | Beat | Position, at: datetime) -> None:
        known = self._judge.devices.by_key.get(said.device)
        if known is not None and self._telling.camera_alarms.take(known, said, at):
            self._wake.set()

    def _sample(self, said: Sample, at: datetime) -> None:
        if said.quantity.kind is Kind.SIGNAL and self._near(said, at):
            return
        reading = self._judge.judge(said, at)
        if reading.quality is Quality.UNKNOWN_DEVICE:
            if said.device in self.unknown or len(self.unknown) < 1000:
                self.unknown[said.device] += 1
            return
        self._heard(reading)

    def _heard(self, reading: Reading) -> None:
        """One reading of a registered device, whichever way it came."""
        self.newest[reading.device, reading.quantity] = reading
        serves = reading.quantity in QUANTITIES or self._watching.serves(reading.device)
        self._recorder.take(reading, serves=serves)
        before = self._watching.asked
        self._watching.take(reading)
        if self._watching.asked != before:
            self._wake.set()

    def _near(self, said: Sample, at: datetime) -> bool:
        """A tag hears a beacon; whether that is all it says. What the register calls a sensor is kept besides."""
        known = self._judge.devices.by_key.get(said.device)
        if known is None or known.person is None:
            return False
        near = self._nearness.take(known, said, at)
        if near is not None:
            before = self._positions.asked
            self._positions.near(known.id, near, at)
            self._telling.occupancy.near(known.id, near)
            if near.beacon is not None:
                self._house.last_positions.saw(
                    known.id, LastBeacon(person=known.person, at=near.at, beacon=near.beacon)
                )
            if self._positions.asked != before:
                self._wake.set()
        return known.channel(said.channel, said.quantity) is None

    def _position(self, said: Position, at: datetime) -> None:
        known = self._judge.devices.by_key.get(said.device)
        if known is None:
            return
        fix = believed(known, said, at)
        if fix is not None and known.person is not None:
            last = LastPosition(person=known.person, at=fix.at, place=fix.place)
            self._house.last_positions.saw(known.id, last)
        before = self._positions.asked
        self._positions.take(known.id, said, at)
        self._telling.occupancy.take(known.id, said, at)
        if self._positions.asked != before:
            self._wake.set()

    def _cry(self, said: Beat | Position) -> None:
        """An alarm without a value: a button for help, or a sensor beyond what it can say."""
        known = self._judge.devices.by_key.get(said.device)
        if known is None or Flag.STORED in said.flags:
            return
        # A sign of life says nothing of the air: it raises an alarm, it never takes one back.
        if not ALARMS.isdisjoint(said.flags):
            self._watching.alarm(known.id, raised=True)
            self._wake.set()

    # --- running

    async def run(self) -> None:
        """Run until cancelled, with every source."""
        self._writer.watch(self._committed)
        async with asyncio.TaskGroup() as tasks:
            for source in self.sources:
                tasks.create_task(self._keep(source), name=f"source-{source.name}")
            tasks.create_task(self._turn(), name="bridge")
            tasks.create_task(self._sealing(), name="bridge-seals")

    async def _turn(self) -> None:
        while True:
            self._alive()
            self._wake.clear()
            try:
                await self.tick()
            except StorageError as trouble:
                _log.error("memory does not answer", action="bridge", error=type(trouble).__name__)
            await self._until_next()

    async def _until_next(self) -> None:
        """Until somebody wakes us, or it is time. From the waking to the turn it is one step: danger waits for each."""
        rested = asyncio.ensure_future(self._rest(EVERY))
        rested.add_done_callback(lambda task: None if task.cancelled() else self._wake.set())
        try:
            await self._wake.wait()
        finally:
            rested.cancel()

    async def _rest(self, length: timedelta) -> None:
        await self._pause(length.total_seconds())

    async def _keep(self, source: Source) -> None:
        """A source that ends or fails is started again: its devices are silent meanwhile, and silence is noticed."""
        while True:
            try:
                await source.run(self)
                self._down[source.name] = "ended"
            except Exception as bug:  # one transport never takes the others with it
                self._down[source.name] = type(bug).__name__
                _log.exception("source failed", action="bridge", source=source.name, error=type(bug).__name__)
            await self._rest(AGAIN)
            self._down.pop(source.name, None)

    def _committed(self, _: Committed) -> None:
        self._moved = True

    async def tick(self) -> None:
        """One turn: see the file's head. One at a time, whoever asks for it."""
        async with self._turning:
            await self._once()

    async def _once(self) -> None:
        """Danger that has already been told of waits for nothing else."""
        now = self._clock().astimezone(UTC)
        for wish in self._watching.urgent():
            await self._carry_out(wish)
        await self._telling.tell(now)
        await self._look(now)
        self._watching.look(now)
        self._positions.look(now)
        wishes = (*self._positions.wishes(), *self._watching.wishes())
        if any(wish.topic == WIND for wish in wishes):
            await self._write(now, whole=True)
        for wish in wishes:
            await self._carry_out(wish)
        await self._push(now)
        await self._write(now)

    async def _look(self, now: datetime) -> None:
        """Permits and register as they are now."""
        due = self._looked is None or not timedelta(0) <= now - self._looked < LOOK_ANYWAY
        if not (self._moved or due):
            return
        self._moved = False
        known = {} if due else {one.permit: one for one in self._served}

        def work(tx: Tx) -> tuple[Directory, tuple[monitoring.Served, ...]]:
            if due:
                monitoring.unwatched(tx, self._house, now)
                guardian_tag.unseen(tx, self._house, now)
            return tx.directory, monitoring.served(tx, self._house, now, known)

        directory, served = await self._writer.submit(work)
        version = directory.version
        if due:
            self._looked = now
        if version != self._register:
            self._judge.renew(read_devices(directory.register.devices))
            # What was said before the register was read, or before somebody mended it, is no fault of now.
            self.unknown = Counter({key: n for key, n in self.unknown.items() if key not in self._judge.devices.by_key})
            self.impostors.renew(self._judge.devices)
            self._nearness.bind(self._judge.devices)
        if version != self._register or served != self._served:
            self._watching.bind(served, self._judge.devices)
            fences: dict[AreaId, Fence] = {area.id: area.fence for area in directory.areas.values()}
            self._positions.bind(served, self._judge.devices, fences)
            self._telling.occupancy.bind(served, self._judge.devices, fences)
            self._register, self._served = version, served
        await self._record_services(now)

    async def _record_services(self, now: datetime) -> None:
        """Which device serves which permit is a fact of memory: the gas curve of a permit is found by it."""
        pairs, before = self._watching.pairs(), self._serving
        if pairs == before:
            return

        def work(tx: Tx) -> None:
            known = {(PermitId(one.permit), DeviceId(one.device)) for one in tx.services_open()}
            for permit, device in sorted(known - pairs):
                tx.stop_serving(permit, device, now)
            for permit, device in sorted(pairs - known):
                tx.serve(permit, device, now)

        await self._writer.submit(work)
        self._serving = pairs

    async def _carry_out(self, wish: Wish) -> None:
        arrival = DeviceAsks(
            site=self._site,
            sender=BRIDGE,
            dedup_key=f"device:{self._key()}",
            received_at=self._clock(),
            permit=wish.permit,
            command=wish.command,
        )
        try:
            await self._ask(arrival)
        except Exception as trouble:  # whatever it is, the wish stays and is asked again; silence stops the work else
            _log.exception("not asked", action="bridge", permit=wish.permit, error=type(trouble).__name__)
            return
        (self._positions if wish.topic == LEFT else self._watching).heard(wish)

    async def _push(self, now: datetime) -> None:
        ends = self._watching.ends()
        if ends:
            await self._writer.submit(lambda tx: monitoring.heard(tx, self._house, ends, now))
            self._watching.pushed(ends)
        shown = self._positions.ends(now)
        if shown:
            await self._writer.submit(lambda tx: guardian_tag.seen(tx, self._house, shown, now))
            self._positions.pushed(shown)

    async def _write(self, now: datetime, *, whole: bool = False) -> None:
        """Write what waits, some batches at most; danger that is told of meanwhile ends it, unless ``whole``."""
        for _ in range(FLUSHES):
            if not whole and self._watching.urgent():
                break
            rows = self._recorder.batch(now)
            if not rows:
                return
            try:
                await self._writer.submit(partial(ReadingsTx.add_said, said=rows))
            except StorageError:
                self._recorder.put_back(rows)
                raise
        # More than a turn writes: the next begins at once, after everything that waits for it.
        self._wake.set()

    async def _sealing(self) -> None:
        while True:
            try:
                await self.seal(self._clock().astimezone(UTC))
            except StorageError as trouble:
                _log.error("not sealed", action="bridge", error=type(trouble).__name__)
            await self._rest(SEAL_EVERY)

    async def seal(self, now: datetime) -> None:
        """Hash the hours that are over, one small transaction each."""
        again = await self._writer.submit(lambda tx: sealed_again(tx, now))
        for subject, hour in again:
            await self._writer.submit(partial(SegmentsTx.seal_added, subject=subject, hour=hour))
        if again:
            await self._writer.submit(lambda tx: end_again(tx, now))
        until = sealed_until(now)
        since = self._sealed_to or await self._writer.submit(SegmentsTx.sealed_to)
        if since is None or until - since < HOUR:
            return
        for subject, hour in await self._writer.submit(lambda tx: tx.unsealed(since, until)):
            await self._writer.submit(partial(SegmentsTx.seal, subject=subject, hour=hour))
        self._sealed_to = until

    def aired(self) -> dict[PermitId, datetime]:
        """Permits at work and the last moment all their gases were good, for whoever releases doors and ignitions."""
        return self._watching.aired()

    def at_post(self, permit: PermitId) -> tuple[Where, SeenAt | None]:
        """Where the guardian's tag is, for whoever releases doors and ignitions."""
        return self._positions.shown(permit, self._clock())

    # --- health

    def counts(self) -> dict[str, dict[str, int]]:
        """What each source counted since the start, by its name."""
        return {source.name: dict(source.counts()) for source in self.sources if isinstance(source, Counting)}

    def notes(self) -> tuple[str, ...]:
        """What an operator should know, a sentence each; empty: all is well."""
        found = [f"{name} is down: {why}" for name, why in self._down.items()]
        found += [f"{source.name}: {note}" for source in self.sources for note in source.notes()]
        found += [f"register: {problem}" for problem in self._judge.devices.problems]
        found += [
            f"nothing good is heard of {gas} for {permit}" for permit, gas in self._watching.lacking(self._clock())
        ]
        found += self._positions.lacking(self._nearness.places)
        if self.unknown:
            found.append(f"{len(self.unknown)} devices nobody registered speak, e.g. {next(iter(self.unknown))}")
        found += self.impostors.notes()
        if self._recorder.dropped:
            found.append(f"{self._recorder.dropped} readings were dropped before they were written")
        return tuple(found)
