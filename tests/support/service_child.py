"""The whole service as a process of its own, to be killed: what the kill matrix runs.

    python -m tests.support.service_child FOLDER TWIN_URL CONTROL_PORT PLATFORM

This process only imports, so that no service need do it at its start. For each line ``PORT MOMENT`` of its input it
forks a service, and says ``ended CODE`` when that has ended.

A service connects to CONTROL_PORT and takes orders there, one a line. Its clock stands at MOMENT until told otherwise
(on DingTalk it runs from there: a card is not changed twice in the same moment):

- ``arm POINT COUNT``: die by SIGKILL at the COUNT-th pass of POINT from now on. The points of the writer count only
  from the next delivery on: what is to be killed is an arrival, not the relay looking around. Answered ``armed POINT``;
- ``at MOMENT``: push the clock, and do everything that fell due. Answered ``ok MOMENT``;
- ``stop``: end in good order.

It says ``ready PORT`` once it listens, and ``reached POINT`` as its last words.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path

import structlog

from bot.app import Service
from bot.building import build
from bot.clock import OffsetClock, SystemClock
from bot.crash_points import EdgePoint
from bot.demo.plant import register, settings_for
from bot.settings import DELIVERED_POLICIES, EXAMPLE_PLANT
from sandbox.hands import Platform
from sandbox.plant.mixes import Mix
from storage.faults import CrashPoint, Faults
from tests.support.plant_on import ByWaiting

_NOTHING = timedelta(0)
POINTS: dict[str, StrEnum] = {point.value: point for point in (*CrashPoint, *EdgePoint) if point is not EdgePoint.TAKEN}


def say(words: str) -> None:
    """One write, so that a line is there whole or not at all."""
    os.write(_control[-1].fileno(), f"{words}\n".encode())


_control: list[socket.socket] = []
"""Where a forked service takes orders; none in the process that forks."""


@dataclass(slots=True)
class Trap:
    """Kills the process at the armed point."""

    point: StrEnum | None = None
    left: int = 0
    waits: bool = False
    """Whether it waits for the next delivery before it counts."""

    def arm(self, name: str, count: int) -> None:
        self.point, self.left = POINTS[name], count
        self.waits = isinstance(self.point, CrashPoint)

    def delivery(self) -> None:
        self.waits = False

    def passed(self, point: StrEnum) -> None:
        if point is not self.point or self.waits:
            return
        self.left -= 1
        if not self.left:
            say(f"reached {point.value}")
            os.kill(os.getpid(), signal.SIGKILL)

    def faults(self) -> Faults:
        """The trap at every point there is."""
        traps = {point: partial(self.passed, point) for point in POINTS.values()}
        return Faults({**traps, EdgePoint.TAKEN: self.delivery})


class Moment:
    """A clock that says what it was told, or runs from there."""

    def __init__(self, at: datetime, *, flows: bool) -> None:
        self._at = at
        self._flows = flows
        self._began = SystemClock().now()

    def now(self) -> datetime:
        return self._at + (SystemClock().now() - self._began) if self._flows else self._at


def at_any_hour(folder: Path) -> Path:
    """The example plant, whose shift has just begun, and which repeats itself at once: a life that takes longer because
    its service dies hears no more, and nothing else, than one that does not."""
    changed = (DELIVERED_POLICIES / EXAMPLE_PLANT).read_text("utf-8")
    for was, now in (("\nshifts: []\n", '\nshifts: ["07:00"]\n'), ("manners: {gap: 15 min,", "manners: {gap: 0 min,")):
        assert changed.count(was) == 1
        changed = changed.replace(was, now)
    plant = folder / "plant.yaml"
    plant.write_text(changed, "utf-8")
    return plant


@dataclass(slots=True, kw_only=True)
class Child:
    """The service and the orders it takes."""

    folder: Path
    twin: str
    platform: Platform
    port: int
    clock: OffsetClock
    trap: Trap = field(default_factory=Trap)

    async def live(self) -> None:
        """Until told to stop."""
        first = not (self.folder / "permitbot.sqlite3").exists()
        waits = ByWaiting()
        there, mix = self.platform is Platform.DINGTALK, Mix(self.platform.value)
        settings = settings_for(
            self.folder, None if there else self.twin, dingtalk_url=self.twin if there else None
        ).model_copy(update={"listen_port": self.port, "plant_file": str(at_any_hour(self.folder))})
        service = await build(
            settings,
            clock=self.clock,
            migrate=first,
            oauth_base=self.twin,
            faults=self.trap.faults(),
            steady=waits.steady,
            pause=waits.pause,
        )
        if first:
            await service.writer.submit(lambda tx: tx.put_register(register(self.clock.now(), mix)))
            await service.publish_menu()
        await service.start()
        say(f"ready {service.base_url.rpartition(':')[2]}")
        await self._obey(service)
        await service.stop()

    async def _obey(self, service: Service) -> None:
        orders, _ = await asyncio.open_connection(sock=_control[-1])
        while line := (await orders.readline()).decode().split():
            match line:
                case ["arm", point, count]:
                    self.trap.arm(point, int(count))
                    say(f"armed {point}")
                case ["at", moment]:
                    self.clock.jump(max(datetime.fromisoformat(moment) - self.clock.now(), _NOTHING))
                    service.look_at_clock()
                    await service.quiet()
                    say(f"ok {moment}")
                case _:
                    return


def serve(folder: str, twin: str, control: str, platform: str, port: str, moment: str) -> None:
    """One service, in the forked process."""
    _control.append(socket.create_connection(("127.0.0.1", int(control))))
    there = Platform(platform)
    clock = OffsetClock(Moment(datetime.fromisoformat(moment), flows=there is Platform.DINGTALK))
    asyncio.run(Child(folder=Path(folder), twin=twin, platform=there, port=int(port), clock=clock).live())


def main(folder: str, twin: str, control: str, platform: str) -> None:
    """Fork a service for each line, one after the other."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    while line := sys.stdin.readline().split():
        if (pid := os.fork()) == 0:
            serve(folder, twin, control, platform, *line)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        os.write(1, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
