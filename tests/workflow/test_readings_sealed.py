"""Each sealed hour is written down once, also when it was sealed late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from workflow.readings_sealed import REMEMBERED, SegmentSealed, Told, evolve, untold
from workflow.segments import HOUR, NOTHING, Segment

FIRST = datetime(2026, 3, 18, 1, tzinfo=UTC)


def segment(number: int) -> Segment:
    return Segment(
        subject="device:GD-1", hour=FIRST + number * HOUR, count=3, lost=1, previous=NOTHING, hash=bytes([number]) * 32
    )


def told(*events: SegmentSealed) -> Told:
    state = Told()
    for event in events:
        state = evolve(state, event)
    return state


def test_every_hour_once_and_the_late_one_too() -> None:
    at = FIRST + timedelta(days=1)
    first, third = untold(Told(), (segment(1), segment(3)), at=at)
    assert (first.hour, first.hash, first.previous, first.count, first.lost) == (
        FIRST + HOUR, "01" * 32, NOTHING.hex(), 3, 1
    )  # fmt: skip
    state = told(first, third)
    (late,) = untold(state, (segment(1), segment(2), segment(3)), at=at)
    assert late.hour == FIRST + 2 * HOUR
    assert untold(evolve(state, late), (segment(1), segment(2), segment(3)), at=at) == []


def test_what_lies_far_back_is_forgotten() -> None:
    old, new = untold(Told(), (segment(0), segment(9)), at=FIRST)
    far = SegmentSealed(
        by=old.by, at=FIRST, hour=FIRST + REMEMBERED + HOUR, count=0, lost=0, previous="", hash=""
    )  # fmt: skip
    assert told(old, new, far).hours == {new.hour, far.hour}
