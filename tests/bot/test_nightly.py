"""One look a night, whoever knocks and however often; a failure waits for the next knock and hurts nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog

from bot.nightly import Nightly, latest_night
from bot.wecom.errors import Throttled, WeComTrouble
from bot.wecom.sync import Synced, TooManyGone
from storage.engine import open_database
from storage.errors import StorageTrouble, Trouble
from storage.migrate import upgrade
from storage.times import spell
from storage.writer import Writer
from tests.support.clock import FakeClock

ZONE = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 3, 2, 22, 5, tzinfo=ZONE)


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    url = f"sqlite:///{tmp_path / 'permitbot.sqlite3'}"
    upgrade(url)
    writer = Writer(open_database(url), "A")
    await writer.start()
    yield writer
    await writer.stop()


class FakePull:
    """Counts how often it was asked; fails as long as it has troubles."""

    def __init__(self, writer: Writer, clock: FakeClock) -> None:
        self.asked: list[datetime] = []
        self.troubles: list[Exception] = []
        self._writer = writer
        self._clock = clock

    async def __call__(self) -> Synced:
        now = self._clock.now()
        self.asked.append(now.astimezone(ZONE))
        if self.troubles:
            raise self.troubles.pop(0)
        await self._writer.submit(lambda tx: tx.put_setting("directory_synced_at", spell(now)))
        return Synced()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(EVENING)


@pytest.fixture
def pull(writer: Writer, clock: FakeClock) -> FakePull:
    return FakePull(writer, clock)


@pytest.fixture
def nightly(writer: Writer, clock: FakeClock, pull: FakePull) -> Nightly:
    return Nightly(
        writer=writer, clock=clock, zone=ZONE, platform="wecom", sync=pull, trouble=WeComTrouble
    )  # fmt: skip


async def knock_through(nightly: Nightly, clock: FakeClock, hours: int) -> None:
    for _ in range(hours):
        await nightly.knock()
        clock.advance(timedelta(hours=1))


async def test_one_look_a_night(nightly: Nightly, clock: FakeClock, pull: FakePull) -> None:
    await knock_through(nightly, clock, 3 * 24)
    # Never pulled before: at the first knock. Then at the first knock after three in the morning.
    assert [(at.day, at.hour) for at in pull.asked] == [(2, 22), (3, 3), (4, 3), (5, 3)]


async def test_a_failed_look_is_made_again_in_the_next_hour(nightly: Nightly, clock: FakeClock, pull: FakePull) -> None:
    await nightly.knock()
    clock.set(datetime(2026, 3, 3, 3, 20, tzinfo=ZONE))
    pull.troubles = [
        Throttled("user/list", 45009, timedelta(minutes=1)),
        TooManyGone(30, 40),
        StorageTrouble(Trouble.DISK_FULL, "no room"),
        RuntimeError("a bug of ours"),
    ]
    with structlog.testing.capture_logs() as lines:
        await knock_through(nightly, clock, 8)
    assert [at.hour for at in pull.asked[1:]] == [3, 4, 5, 6, 7]
    assert [(line["log_level"], line.get("error")) for line in lines] == [
        ("warning", "Throttled"),
        ("warning", "TooManyGone"),
        ("warning", "StorageTrouble"),
        ("error", "RuntimeError"),
        ("info", None),
    ]


async def test_a_look_by_hand_counts(nightly: Nightly, clock: FakeClock, pull: FakePull, writer: Writer) -> None:
    by_hand = spell(clock.now())
    await writer.submit(lambda tx: tx.put_setting("directory_synced_at", by_hand))
    await knock_through(nightly, clock, 4)
    assert pull.asked == []


async def test_a_stopped_memory_does_not_break_who_knocks(nightly: Nightly, writer: Writer, pull: FakePull) -> None:
    await writer.stop()
    with structlog.testing.capture_logs() as lines:
        await nightly.knock()
    assert [line["error"] for line in lines] == ["WriterStopped"]
    assert pull.asked == []


async def test_a_time_in_the_future_is_not_believed(
    nightly: Nightly, clock: FakeClock, pull: FakePull, writer: Writer
) -> None:
    wrong = spell(clock.now() + timedelta(days=400))
    await writer.submit(lambda tx: tx.put_setting("directory_synced_at", wrong))
    await nightly.knock()
    assert len(pull.asked) == 1


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 3, 3, 2, 59, tzinfo=ZONE), datetime(2026, 3, 2, 3, tzinfo=ZONE)),
        (datetime(2026, 3, 3, 3, 0, tzinfo=ZONE), datetime(2026, 3, 3, 3, tzinfo=ZONE)),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), datetime(2026, 3, 3, 3, tzinfo=ZONE)),
    ],
)
def test_a_night_is_the_sites(now: datetime, night: datetime) -> None:
    assert latest_night(now, ZONE) == night
