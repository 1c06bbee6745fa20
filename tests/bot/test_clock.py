from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import DeterministicIds, OffsetClock, SystemClock, SystemEntropy, SystemIds
from tests.support.clock import FakeClock, FakeEntropy


def test_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_offset_clock_starts_with_its_source() -> None:
    source = FakeClock()
    assert OffsetClock(source).now() == source.now()


def test_offset_clock_runs_faster_than_its_source() -> None:
    source = FakeClock()
    clock = OffsetClock(source, speed=60)
    source.advance(timedelta(seconds=10))
    assert clock.now() == datetime(2025, 6, 11, 2, 30, tzinfo=UTC)


def test_a_change_of_speed_does_not_rewrite_the_past() -> None:
    source = FakeClock()
    clock = OffsetClock(source, speed=60)
    source.advance(timedelta(seconds=10))
    clock.set_speed(1)
    source.advance(timedelta(seconds=10))
    assert clock.speed == 1
    assert clock.now() == datetime(2025, 6, 11, 2, 30, 10, tzinfo=UTC)


def test_a_jump_adds_up_with_running_time() -> None:
    source = FakeClock()
    clock = OffsetClock(source)
    source.advance(timedelta(minutes=1))
    assert clock.jump(timedelta(hours=1)) == datetime(2025, 6, 11, 3, 21, tzinfo=UTC)
    source.advance(timedelta(minutes=1))
    assert clock.now() == datetime(2025, 6, 11, 3, 22, tzinfo=UTC)


def test_the_demo_clock_never_runs_backwards() -> None:
    clock = OffsetClock(FakeClock())
    with pytest.raises(ValueError, match="only moves forward"):
        clock.jump(timedelta(seconds=-1))
    for speed in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="speed"):
            clock.set_speed(speed)


def test_listeners_hear_of_every_change_until_they_leave() -> None:
    heard: list[datetime] = []
    clock = OffsetClock(FakeClock())
    leave = clock.subscribe(lambda: heard.append(clock.now()))
    clock.jump(timedelta(minutes=5))
    assert heard == [datetime(2025, 6, 11, 2, 25, tzinfo=UTC)]
    speeds: list[float] = []
    clock.subscribe(lambda: speeds.append(clock.speed))
    clock.set_speed(10)
    assert speeds == [10]
    leave()
    clock.jump(timedelta(minutes=5))
    assert len(heard) == 2


def test_ids() -> None:
    system = SystemIds()
    drawn = {system.new() for _ in range(100)}
    assert len(drawn) == 100
    assert all(len(one) == 32 and one.isalnum() for one in drawn)
    counted = DeterministicIds("p")
    assert [counted.new(), counted.new()] == ["p-000001", "p-000002"]


def test_entropy() -> None:
    assert len(SystemEntropy().take(16)) == 16
    assert SystemEntropy().take(16) != SystemEntropy().take(16)
    dice = FakeEntropy()
    assert dice.take(8) != dice.take(8)
    assert FakeEntropy().take(8) == FakeEntropy().take(8)


def test_fake_clock_refuses_naive_time() -> None:
    with pytest.raises(ValueError, match="naive"):
        FakeClock(datetime(2025, 6, 11, 10, 20))  # noqa: DTZ001 - the naive one is the point
