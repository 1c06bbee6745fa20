"""One person's words keep their order, and nobody waits for anybody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.in_order import WITHIN, InOrder
from handlers.arrivals import Arrival, Photo, Sender, Tap, Text
from tests.support.eventually import eventually
from workflow.ids import SiteId

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
LONG = timedelta(minutes=1)


@dataclass(slots=True)
class SlowReader:
    """An office that holds what a test names, and else is done at once."""

    held: dict[str, asyncio.Event] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    bug: str = ""

    async def __call__(self, arrival: Arrival) -> None:
        self.begun.append(arrival.dedup_key)
        if arrival.dedup_key in self.held:
            await self.held[arrival.dedup_key].wait()
        if arrival.dedup_key == self.bug:
            raise RuntimeError("a bug")
        self.done.append(arrival.dedup_key)


def sender(user: str, platform: str = "dingtalk") -> Sender:
    return Sender(platform=platform, corp="plant", user=user)


def line(key: str, who: Sender) -> Text:
    return Text(site=SiteId("main"), sender=who, dedup_key=key, received_at=NOW, text=key)


def photo(key: str, who: Sender) -> Photo:
    return Photo(site=SiteId("main"), sender=who, dedup_key=key, received_at=NOW, handle=key)


def press(key: str, who: Sender) -> Tap:
    return Tap(site=SiteId("main"), sender=who, dedup_key=key, received_at=NOW, token="t", card="c", update_handle=None)


@asynccontextmanager
async def sent(office: InOrder, reader: SlowReader, *arrivals: Arrival) -> AsyncIterator[None]:
    """Send all at once; the first is held by the reader until the end."""
    reader.held[arrivals[0].dedup_key] = asyncio.Event()
    tasks = [asyncio.create_task(office(one)) for one in arrivals]
    await eventually(lambda: bool(reader.begun))
    yield
    reader.held[arrivals[0].dedup_key].set()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_was_sent_later_is_taken_later() -> None:
    reader = SlowReader()
    wang = sender("wang")
    async with sent(
        InOrder(reader, within=LONG), reader, line("1", wang), line("2", wang), photo("3", wang), line("4", wang)
    ):
        await asyncio.sleep(0)
        assert reader.begun == ["1"]
    assert reader.done == ["1", "2", "3", "4"]


async def test_nobody_waits_for_another() -> None:
    reader = SlowReader()
    others = (line("2", sender("li")), line("3", sender("Wang")), line("4", sender("wang", "wecom")))
    async with sent(InOrder(reader, within=LONG), reader, line("1", sender("wang")), *others):
        await eventually(lambda: reader.done == ["2", "3", "4"])


async def test_a_press_waits_for_nothing() -> None:
    reader = SlowReader()
    async with sent(InOrder(reader, within=LONG), reader, line("1", sender("wang")), press("stop", sender("wang"))):
        await eventually(lambda: reader.done == ["stop"])


async def test_a_cry_for_a_stop_is_not_kept_for_long() -> None:
    reader = SlowReader()
    office = InOrder(reader, within=timedelta(milliseconds=20))
    async with sent(office, reader, line("1", sender("wang")), line("停工", sender("wang"))):
        await eventually(lambda: reader.done == ["停工"])


async def test_a_bug_in_one_line_lets_the_next_in() -> None:
    reader = SlowReader(bug="1")
    async with sent(InOrder(reader, within=LONG), reader, line("1", sender("wang")), line("2", sender("wang"))):
        pass
    assert reader.done == ["2"]


def test_the_wait_ends_before_any_platform_s_patience() -> None:
    from bot.dingtalk.stream import Timing
    from bot.wecom.inbound import PATIENCE

    assert min(Timing().hold, PATIENCE) > WITHIN
