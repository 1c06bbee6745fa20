"""A plant's month in virtual time: lives of permits side by side, people who answer late, and every push counted.

The office, its memory, its timers and the presenter are the real ones. Of the platform there is only the counting: what
would reach a phone, when, and why. Between any two acts the house may be killed with rows under way; what was sent and
never marked is sent again under its key, which a platform knows (and counts once).
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.delivery import GroupPost, Push
from bot.present import Presenter
from bot.present_ports import Voice
from handlers import outgoing as out
from handlers.encoding import unpack_outgoing
from handlers.office import Office
from handlers.views import Viewer
from sandbox.plant import groups
from storage.agenda import AgendaKind, Claimed
from storage.directory import GroupChat, Register
from storage.tx import Tx
from tests.support.dice import Dice
from tests.support.office import CORP, SECRET, ZONE, Rows, World, open_world
from workflow.effects import Lane, Purpose

LEASE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """One message that reached a phone or a group."""

    at: datetime
    to: str
    group: bool
    permit: str
    purpose: str
    """Why; empty for the answer to one's own act, ``night`` for what waited for the morning."""
    lane: Lane
    key: str


@dataclass(slots=True)
class Telling(World):
    """An office whose outbox is rendered, and every push written down once."""

    path: Path = Path()
    dice: Dice = field(default_factory=lambda: Dice(0))
    pushed: list[Pushed] = field(default_factory=list)
    keys: set[tuple[str, str]] = field(default_factory=set)
    again: int = 0
    """How often something was sent a second time, under its key."""
    kills: float = 0.0
    """How likely the house dies while it sends."""
    presenter: Presenter | None = None
    restarts: int = 0

    async def rows(self) -> Rows:
        """Send everything that is due, and say what it was."""
        found: list[tuple[Claimed, out.Outgoing]] = []
        while rows := await self.writer.submit(self._claim):
            for row in rows:
                await self._send(row)
                if self.dice.share() < self.kills:
                    await self.restart()
                    break
                await self.writer.submit(partial(_mark, row=row, now=self.now))
                found.append((row, unpack_outgoing(row.payload)))
        return Rows(found)

    def _claim(self, tx: Tx) -> tuple[Claimed, ...]:
        return tx.claim_due(AgendaKind.MESSAGE, now=self.now, limit=64, lease=LEASE, worker="month")

    async def _send(self, row: Claimed) -> None:
        intent = unpack_outgoing(row.payload)
        if isinstance(intent, out.HoldersRefresh | out.PermitRefresh | out.Fetch | out.Settled | out.OutputOrder):
            return
        assert self.presenter is not None
        for delivery in await self.presenter(row):
            if isinstance(delivery, Push):
                self._count(row, intent, delivery.person, group=False)
            elif isinstance(delivery, GroupPost):
                self._count(row, intent, row.recipient or "", group=True)
        if isinstance(intent, out.PermitCard | out.Overnight):
            await self._hold(f"permit:{intent.permit}", intent.person)

    def _count(self, row: Claimed, intent: out.Outgoing, to: str, *, group: bool) -> None:
        if (row.key, to) in self.keys:
            self.again += 1
            return
        self.keys.add((row.key, to))
        purpose = getattr(intent, "purpose", None)
        why = "night" if isinstance(intent, out.Overnight) else purpose.value if isinstance(purpose, Purpose) else ""
        self.pushed.append(
            Pushed(
                at=self.now, to=to, group=group, permit=row.permit or "", purpose=why, lane=Lane(row.lane), key=row.key
            )
        )

    async def restart(self) -> None:
        """The process dies and another one takes over: nothing is left but what was written."""
        self.restarts += 1
        self.writer.stop_blocking()
        self.open()
        await self.writer.submit(lambda tx: tx.release_claims(self.now))

    def open(self) -> None:
        """Open the memory; a new office, a new presenter."""
        opened = open_world(self.path, self.now)
        self.writer, self.house = opened.writer, opened.house
        self.office = Office(writer=self.writer, house=self.house, clock=lambda: self.now)
        self.presenter = Presenter(
            writer=self.writer,
            viewer=Viewer(house=self.house),
            fetchers={},
            clock=_Clock(self),
            voice=Voice(
                zone=ZONE,
                button_key=SECRET,
                page=lambda _number, _person: None,
                pages_on=frozenset(),
                reach=frozenset({("wecom", CORP)}),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Clock:
    world: World

    def now(self) -> datetime:
        return self.world.now


def _mark(tx: Tx, *, row: Claimed, now: datetime) -> None:
    tx.mark_done(row, now)


def telling(path: Path, now: datetime, *, seed: int, kills: float = 0.0) -> Telling:
    """An office on this database, and its counting. Stop its writer afterwards."""
    blank: Any = None
    world = Telling(writer=blank, house=blank, office=blank, now=now, path=path, dice=Dice(seed), kills=kills)
    world.open()
    chats = tuple(GroupChat(platform="wecom", corp=CORP, chat=f"chat-{one.id}", group=one.id) for one in groups())
    world.writer.submit_blocking(lambda tx: tx.put_register(Register(chats=chats)))
    return world


class Stage:
    """Lives side by side on one clock: one of them acts at a time, whoever is next; timers fire in between."""

    def __init__(self, world: Telling) -> None:
        self.world = world
        self._heap: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0
        self._parked = asyncio.Event()

    async def until(self, moment: datetime) -> None:
        """Let the others live until then."""
        self._count += 1
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._heap, (max(moment, self.world.now), self._count, turn))
        self._parked.set()
        await turn

    async def run(self, lives: list[tuple[datetime, Coroutine[Any, Any, None]]], until: datetime) -> None:
        """Begin every life at its moment; end when all have ended and the clock has reached ``until``."""
        async with asyncio.TaskGroup() as tasks:
            for begins, life in lives:
                tasks.create_task(self._live(begins, life))
            await asyncio.sleep(0)
            while self._heap:
                moment, _, turn = heapq.heappop(self._heap)
                await self._advance(moment)
                self._parked.clear()
                turn.set_result(None)
                await self._parked.wait()
        await self._advance(until)

    async def _live(self, begins: datetime, life: Coroutine[Any, Any, None]) -> None:
        await self.until(begins)
        try:
            await life
        finally:
            self._parked.set()

    async def _advance(self, moment: datetime) -> None:
        """Everything that falls due until then, at its own time."""
        world = self.world
        while True:
            dues = await world.writer.submit(
                lambda tx: (tx.next_due(AgendaKind.TIMER), tx.next_due(AgendaKind.MESSAGE))
            )
            due = min((one for one in dues if one is not None), default=None)
            if due is None or due > moment:
                break
            world.now = max(world.now, due.astimezone(ZONE))
            await world.rows()
            await world.fires()
        world.now = max(world.now, moment)
