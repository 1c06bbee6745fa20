"""The quick answer about two fences never contradicts the measured one."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from workflow.simops.metres import around, between_fences, surely_apart
from workflow.simops.places import REACH_M
from workflow.values import Datum, Position

FENCE = st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(1, 300), st.sampled_from([None, 0, 5, 40]))


def fence(east: int, north: int, size: int, accuracy: int | None, datum: Datum = Datum.GCJ02) -> tuple[Position, ...]:
    """A square; units are some ten metres from a corner of the plant."""
    return tuple(
        Position(
            latitude=Decimal("31.2") + Decimal(north + dy) / 10_000,
            longitude=Decimal("121.4") + Decimal(east + dx) / 10_000,
            datum=datum,
            accuracy_m=None if accuracy is None else Decimal(accuracy),
        )
        for dx, dy in ((0, 0), (size, 0), (size, size), (0, size))
    )


@given(one=FENCE, other=FENCE, datum=st.sampled_from(Datum), reach=st.sampled_from([Decimal(0), REACH_M]))
def test_surely_apart_is_apart(
    one: tuple[int, int, int, int | None], other: tuple[int, int, int, int | None], datum: Datum, reach: Decimal
) -> None:
    here, there = fence(*one), fence(*other, datum)
    if surely_apart(around([here]), around([there]), reach):
        low = between_fences(here, there)[0]
        assert low is not None
        assert low > reach


def test_the_gap_is_rounded_down_and_the_farthest_corner_up() -> None:
    """A ten-thousandth of a degree of the meridian is 11.1195 m (6 371 008.8 m · π / 180 / 10 000)."""
    low, high = between_fences(fence(0, 0, 1, 0, Datum.WGS84), fence(0, 9, 1, 0, Datum.WGS84))
    assert low == Decimal("88.95")  # 8 · 11.11950 = 88.95606
    assert high is not None
    assert Decimal("111.19") < high < Decimal("111.7")  # 10 · 11.11951 north and 9.5 m east


def test_fences_that_meet_or_hold_each_other_have_no_gap() -> None:
    around_it, inside, across = (fence(0, 0, 9, 0), fence(3, 3, 1, 0), fence(5, 5, 9, 0))
    for here, there in ((around_it, inside), (inside, around_it), (around_it, across)):
        assert between_fences(here, there)[0] == 0


def test_far_fences_need_no_measuring_and_near_ones_do() -> None:
    here = around([fence(0, 0, 2, None)])
    assert surely_apart(here, around([fence(90, 0, 2, None)]), REACH_M)
    assert not surely_apart(here, around([fence(4, 0, 2, None)]), REACH_M)
    assert not surely_apart(here, around([fence(90, 0, 2, None), fence(4, 0, 2, None)]), REACH_M)
    assert not surely_apart(here, around([fence(90, 0, 2, 900)]), REACH_M)
