"""The twins' clocks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import FlowingClock, ManualClock, reached

START = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_naive_times_and_steps_back_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        ManualClock(datetime(2026, 3, 2))  # noqa: DTZ001 - the naive time is the point
    clock = ManualClock(START)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-MINUTE)
    with pytest.raises(ValueError, match="backwards"):
        FlowingClock(lambda: START).advance(-MINUTE)


async def test_a_manual_clock_wakes_sleepers_when_it_is_moved() -> None:
    clock = ManualClock(START)
    await reached(clock, START)
    soon = asyncio.ensure_future(reached(clock, START + MINUTE))
    later = asyncio.ensure_future(reached(clock, START + 3 * MINUTE))
    await asyncio.sleep(0)
    clock.advance(MINUTE)
    await soon
    assert not later.done()
    clock.advance(2 * MINUTE)
    await later


async def test_a_flowing_clock_can_be_pushed_past_a_sleepers_moment() -> None:
    clock = FlowingClock(lambda: START)
    sleeper = asyncio.ensure_future(reached(clock, START + MINUTE))
    await asyncio.sleep(0)
    clock.advance(MINUTE)
    await sleeper
    assert clock.now() == START + MINUTE


async def test_a_clock_that_only_tells_the_time_is_looked_at_again() -> None:
    class Plain:
        def __init__(self) -> None:
            self.moments = [START, START + MINUTE, START + 2 * MINUTE]

        def now(self) -> datetime:
            return self.moments.pop(0)

    plain = Plain()
    await reached(plain, START + 2 * MINUTE)
    assert plain.moments == []


def test_the_wall_clock_is_the_default_source() -> None:
    assert FlowingClock().now().tzinfo is UTC
