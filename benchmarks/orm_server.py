"""What G1 compares itself with: the same callback handled the usual way, by SQLAlchemy's ORM over aiosqlite.

The same web server and the same codec; then one awaited transaction a callback: is the delivery known, load the permit,
add inbox row, event, message and timer, move the permit on, commit. No rule is asked and nothing is decided, which
favours this side. Commits are as durable as the product's. A lock keeps transactions apart, as SQLite demands.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from aiohttp import web
from sqlalchemy import ForeignKey, event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks.works import AES_KEY, CORP, TOKEN, WorkdayClock, guard, number, obey, spent
from bot.wecom.callbacks import CardTapped
from bot.wecom.dedup import dedup_key
from bot.wecom.protocol import CallbackCodec


class Base(DeclarativeBase):
    """The tables."""


class Inbox(Base):
    """Deliveries that were taken."""

    __tablename__ = "inbox"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class PermitRow(Base):
    """Permits."""

    __tablename__ = "permit"
    id: Mapped[str] = mapped_column(primary_key=True)
    guardian: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    status: Mapped[str]
    head: Mapped[str]


class EventRow(Base):
    """The journal."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    permit: Mapped[str] = mapped_column(ForeignKey("permit.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    body: Mapped[str]
    hash: Mapped[str]


class Message(Base):
    """The outbox."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    due: Mapped[datetime]
    body: Mapped[str]


class Timer(Base):
    """Deadlines."""

    __tablename__ = "timer"
    key: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[datetime] = mapped_column(index=True)


class Handler:
    """Takes callbacks."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._codec = CallbackCodec(TOKEN, AES_KEY, CORP)
        self._clock = WorkdayClock()
        self._turn = asyncio.Lock()

    async def deliver(self, request: web.Request) -> web.Response:
        """One delivery; 200 once it is committed."""
        callback = self._codec.open(await request.read(), request.query)
        assert isinstance(callback, CardTapped)
        permit = callback.task_id.removeprefix("card-").rpartition("-")[0]
        async with self._turn, self._sessions() as session:
            await self._take(session, dedup_key(callback), permit, callback.sender)
            await session.commit()
        return web.Response()

    async def _take(self, session: AsyncSession, key: str, permit_id: str, who: str) -> None:
        now = self._clock.now()
        if await session.get(Inbox, key) is not None:
            return
        permit = await session.get(PermitRow, permit_id)
        assert permit is not None
        assert permit.guardian == who
        body = f'{{"at":"{now.isoformat()}","by":"{who}","text":"{"x" * 120}"}}'
        permit.version += 1
        permit.head = hashlib.sha256((permit.head + body).encode()).hexdigest()
        session.add(Inbox(key=key, at=now))
        session.add(EventRow(permit=permit_id, version=permit.version, at=now, body=body, hash=permit.head))
        session.add(Message(recipient=who, due=now, body=body))
        await session.merge(Timer(key=f"{permit_id}/prompt", due=now + timedelta(minutes=30)))


def durable(connection: Any, _record: Any) -> None:
    """Make a fresh connection as durable as the product's."""
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def serve(path: Path, works: int) -> None:
    """Listen, and answer words on standard input."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    event.listen(engine.sync_engine, "connect", durable)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    async with sessions() as session:
        for index in range(works):
            session.add(PermitRow(id=number(index), guardian=guard(index), version=64, status="active", head=""))
        await session.commit()
    app = web.Application()
    app.router.add_post("/wecom/callback", Handler(sessions).deliver)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await obey({"port": runner.addresses[0][1]}, {"cpu": spent})
    await runner.cleanup()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
