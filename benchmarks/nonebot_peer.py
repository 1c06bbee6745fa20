"""The peer of G5: the four-message dialogue on NoneBot2, its store SQLAlchemy's ORM over aiosqlite. `make bench-deps`.

Built the way its documentation teaches: one ``on_command`` matcher with two ``got`` prompts and a confirmation. Every
message is one durable transaction on the tables of `orm_server`. The adapter is a stub that sends nothing.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from pathlib import Path
from typing import Any

import nonebot
from nonebot.adapters import Adapter, Bot, Event, Message, MessageSegment
from nonebot.drivers import Driver
from nonebot.log import logger
from nonebot.matcher import Matcher, matchers
from nonebot.message import handle_event
from nonebot.params import ArgPlainText
from sqlalchemy import event as sql_event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.orm_server import Base, EventRow, Inbox, PermitRow, Timer, durable
from benchmarks.orm_server import Message as MessageRow
from benchmarks.works import WorkdayClock

_CLOCK = WorkdayClock()
_SERIALS = itertools.count(1)


class Segment(MessageSegment["Line"]):
    """Plain text."""

    @classmethod
    def get_message_class(cls) -> type[Line]:
        return Line

    def __str__(self) -> str:
        return str(self.data["text"])

    def is_text(self) -> bool:
        return True


class Line(Message[Segment]):
    """A typed line."""

    @classmethod
    def get_segment_class(cls) -> type[Segment]:
        return Segment

    @staticmethod
    def _construct(msg: str) -> Any:
        yield Segment("text", {"text": msg})


class Typed(Event):
    """Somebody typed a line."""

    user: str
    line: Any

    def get_type(self) -> str:
        return "message"

    def get_event_name(self) -> str:
        return "message"

    def get_event_description(self) -> str:
        return "message"

    def get_user_id(self) -> str:
        return self.user

    def get_session_id(self) -> str:
        return self.user

    def get_message(self) -> Message[Any]:
        message: Message[Any] = self.line
        return message

    def is_tome(self) -> bool:
        return True


class SilentBot(Bot):
    """Sends nothing."""

    async def send(self, event: Event, message: str | Message[Any] | MessageSegment[Any], **kwargs: Any) -> None:
        """Swallow it."""


class SilentAdapter(Adapter):
    """Belongs to no platform."""

    @classmethod
    def get_name(cls) -> str:
        return "silent"

    async def _call_api(self, bot: Bot, api: str, **data: Any) -> None:  # noqa: ARG002 - NoneBot's signature
        return None


class Store:
    """One durable transaction a message."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._turn = asyncio.Lock()

    async def keep(self, user: str, step: str, text: str) -> None:
        """Inbox, permit, event, message and timer of one message."""
        now, serial = _CLOCK.now(), next(_SERIALS)
        async with self._turn, self._sessions() as session:
            if await session.get(Inbox, f"in{serial}") is not None:
                return
            permit = await session.get(PermitRow, user)
            if permit is None:
                permit = PermitRow(id=user, guardian=user, version=0, status="", head="")
                session.add(permit)
                await session.flush()
            permit.version += 1
            permit.status = step
            session.add(Inbox(key=f"in{serial}", at=now))
            session.add(EventRow(permit=user, version=permit.version, at=now, body=text, hash=""))
            session.add(MessageRow(recipient=user, due=now, body=step))
            await session.merge(Timer(key=f"{user}/draft", due=now))
            await session.commit()


class Peer:
    """NoneBot2 with the dialogue."""

    def __init__(self, path: Path) -> None:
        self._path = path
        logger.remove()
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        nonebot.init(driver="~none", log_level="CRITICAL")
        driver: Driver = nonebot.get_driver()
        self._bot = SilentBot(SilentAdapter(driver), "bench")
        self._store: Store | None = None
        self._matchers()

    def _matchers(self) -> None:
        apply, help_ = nonebot.on_command("apply"), nonebot.on_command("help")

        @help_.handle()
        async def _() -> None:
            await help_.finish("help")

        @apply.handle()
        async def _(event: Typed) -> None:
            await self._keep(event, "apply")

        @apply.got("area", prompt="area?")
        async def _(event: Typed, area: str = ArgPlainText("area")) -> None:
            await self._keep(event, "area", area)

        @apply.got("level", prompt="level?")
        async def _(event: Typed, level: str = ArgPlainText("level")) -> None:
            await self._keep(event, "level", level)

        @apply.got("sure", prompt="sure?")
        async def _(event: Typed, matcher: Matcher, sure: str = ArgPlainText("sure")) -> None:
            await self._keep(event, "confirm", sure)
            await matcher.finish("done")

    async def _keep(self, event: Typed, step: str, text: str = "") -> None:
        assert self._store is not None
        await self._store.keep(event.user, step, text)

    async def _says(self, user: str, text: str) -> None:
        await handle_event(self._bot, Typed(user=user, line=Line(text)))

    async def _dialogue(self, user: str) -> None:
        for text in ("/apply", "2号罐", "二级", "确认"):
            await self._says(user, text)

    def dialogues(self, users: int, each: int) -> float:
        """Seconds a dialogue."""

        async def run() -> float:
            await self._dialogue("warm")

            async def several(user: str) -> None:
                for _ in range(each):
                    await self._dialogue(user)

            began = time.perf_counter()
            await asyncio.gather(*(several(f"user{number}") for number in range(users)))
            return (time.perf_counter() - began) / (users * each)

        return self._inside(run)

    def message(self, waiting: int) -> float:
        """Seconds a message with so many dialogues waiting for theirs."""

        async def run() -> float:
            for number in range(waiting):
                await self._says(f"waiting{number}", "/apply")
            began = time.perf_counter()
            for _ in range(3):
                await self._dialogue("one")
            elapsed = time.perf_counter() - began
            for priority in list(matchers):
                matchers[priority] = [one for one in matchers[priority] if not one.temp]
            return elapsed / 12

        return self._inside(run)

    def _inside(self, run: Any) -> float:
        async def whole() -> float:
            engine = create_async_engine(f"sqlite+aiosqlite:///{self._path}")
            sql_event.listen(engine.sync_engine, "connect", durable)
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            self._store = Store(async_sessionmaker(engine, expire_on_commit=False))
            try:
                return float(await run())
            finally:
                await engine.dispose()

        return asyncio.run(whole())
