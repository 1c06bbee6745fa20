"""The watchdog: does everything still turn, is every permit watched, does every alarm get through?

Four families of what may be amiss, told apart because their cures differ:

- a part of the house is silent (a loop, the writer, an arrival that nobody finishes): starting anew may help, so
  systemd gets no sign of life;
- a permit or a hazard that nothing watches: people are told, once, through the office;
- a line to a platform that is down: nothing people say there arrives. Told, and no reason to start anew;
- safety messages that wait: the platform or its network is down. Starting anew would help nobody.

`/healthz` answers 200 only when none of them is there. What is amiss is named by part and number, never with a secret.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.notify import Systemd
from bot.outages import Outages
from bot.pulse import Pulse
from handlers.arrivals import Unguarded
from handlers.unguarded import arrival_of
from storage.agenda import PLAIN, AgendaKind, AgendaState
from storage.errors import StorageError
from storage.tx import Tx
from storage.writer import Writer
from workflow.effects import Lane
from workflow.hazard.guards import DEBT, unwatched
from workflow.ids import SiteId
from workflow.permit.guards import Watched, unguarded
from workflow.permit.state import Status

_log = structlog.get_logger()

EVERY = timedelta(seconds=15)
WITHIN = timedelta(minutes=1)
"""How long the watchdog itself may be silent."""
ANSWERS_WITHIN = timedelta(seconds=10)
"""How long the writer may take for a look at the memory."""
ALARM_WAITS = timedelta(minutes=2)
"""How long a safety message may wait before the house counts as ill."""
NAME = "watchdog"
WRITER = "writer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """An open permit, or a hazard, by its number, that nothing watches. ``what``: see `workflow.permit.guards` and
    `workflow.hazard.guards`."""

    permit: str
    version: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a look found. Empty everywhere: all is well."""

    silent: tuple[str, ...] = ()
    cut_off: tuple[str, ...] = ()
    """Lines to platforms on which nothing comes in."""
    down: tuple[str, ...] = ()
    """Platforms that give no answer, or whose line is cut off. Told, and no illness by itself."""
    exposed: tuple[Exposed, ...] = ()
    waiting: int = 0
    """Safety messages that wait for too long."""
    dead: int = 0
    """Safety messages that were given up; others were told (docs/adr/0021). Told, and no illness."""
    plain: int = 0
    """Messages that went out in plain words, because their card could not be made or was refused (docs/adr/0228). Told,
    and no illness: people were reached."""

    @property
    def well(self) -> bool:
        """Whether nothing is amiss."""
        return not (self.silent or self.cut_off or self.exposed or self.waiting)


@dataclass(frozen=True, slots=True)
class _Seen:
    exposed: tuple[Exposed, ...]
    waiting: int
    dead: int
    plain: int


class Watchdog:
    """Looks every few seconds. ``tell`` is the office."""

    def __init__(
        self,
        *,
        writer: Writer,
        clock: Clock,
        pulse: Pulse,
        site: SiteId,
        tell: Callable[[Unguarded], Awaitable[None]],
        systemd: Systemd,
        every: timedelta = EVERY,
        outages: Outages | None = None,
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._pulse = pulse
        self._site = site
        self._tell = tell
        self._systemd = systemd
        self._outages = outages
        # Three signs of life within the manager's patience, so that one late look is no death.
        self._every = every if systemd.patience is None else min(every, systemd.patience / 3)
        self._alive = pulse.expect(NAME, WITHIN)
        self._writer_alive = pulse.expect(WRITER, WITHIN)
        self._seen = _Seen((), 0, 0, 0)
        self._told: frozenset[tuple[str, str]] = frozenset()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self._every.total_seconds())

    async def look(self) -> Health:
        """One look, with what follows from it: the alarm, the heartbeat, the sign of life."""
        self._alive()
        now = self._clock.now()
        try:
            async with asyncio.timeout(ANSWERS_WITHIN.total_seconds()):
                self._seen = await self._writer.submit(lambda tx: self._gather(tx, now))
            self._writer_alive()
            if self._outages is not None:
                self._outages.noted()
            await self._alarm(now)
        except (TimeoutError, StorageError) as trouble:
            _log.error("memory does not answer", action=NAME, error=type(trouble).__name__)
        health = self.health()
        if not health.silent:
            self._systemd.alive()
        if health.well:
            _log.info("all is well", action=NAME)
        else:
            _log.error("not all is well", action=NAME, problems=problems(health))
        return health

    def health(self) -> Health:
        """What is known now: who is silent at this moment, the rest as of the last look."""
        seen = self._seen
        return Health(
            silent=self._pulse.silent(),
            cut_off=self._pulse.cut_off(),
            down=() if self._outages is None else self._outages.down(),
            exposed=seen.exposed,
            waiting=seen.waiting,
            dead=seen.dead,
            plain=seen.plain,
        )

    async def _alarm(self, now: datetime) -> None:
        """Each finding once: the office knows an arrival it has had, and we remember what still stands."""
        for one in self._seen.exposed:
            if (one.permit, one.what) not in self._told:
                _log.error("nothing watches it", action=NAME, permit=one.permit, timer=one.what)
                await self._tell(arrival_of(one.permit, one.version, one.what, site=self._site, now=now))
        self._told = frozenset((one.permit, one.what) for one in self._seen.exposed)

    def _gather(self, tx: Tx, now: datetime) -> _Seen:
        if self._outages is not None:
            self._outages.note(tx, now)
        timers = tx.timers()
        exposed = []
        for row in tx.open_permits():
            watched = Watched(status=Status(row.status), timers=timers.get(row.permit, {}), last_act=row.updated_at)
            if what := unguarded(watched, now):
                exposed.append(Exposed(permit=row.permit, version=row.version, what=what))
        exposed += (
            Exposed(permit=row.id, version=len(tx.stream_records(f"hazard/{row.id}")), what=DEBT)
            for row in tx.open_hazards()
            if unwatched(timers.get(row.id, {}), now)
        )
        late = tx.late(AgendaKind.MESSAGE, before=now - ALARM_WAITS, lanes=(Lane.SAFETY,))
        counts = tx.agenda_counts()
        dead = counts.get((Lane.SAFETY.value, AgendaState.DEAD.value), 0)
        plain = sum(counts.get((lane.value, PLAIN), 0) for lane in Lane)
        return _Seen(tuple(exposed), len(late), dead, plain)


def problems(health: Health) -> list[str]:
    """What is amiss, a line each, for `/healthz` and the log."""
    lines = [f"{name} is silent" for name in health.silent]
    lines += [f"{name} is cut off: what people say there does not arrive" for name in health.cut_off]
    lines += [f"{name} is down: it does not answer" for name in health.down]
    lines += [f"nothing watches {one.permit} ({one.what})" for one in health.exposed]
    if health.waiting:
        lines.append(f"{health.waiting} safety messages wait")
    return lines
