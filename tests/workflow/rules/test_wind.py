"""Wind force: the bounds of the law's limits, and both sides of every step."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workflow.rules.wind import LOWER_BOUNDS, force, force_name


@pytest.mark.parametrize(
    ("speed", "expected"),
    [("0", 0), ("0.2", 0), ("5.4", 3), ("5.5", 4), ("7.99", 4), ("8.0", 5), ("10.7", 5), ("10.8", 6), ("13.8", 6),
     ("13.9", 7), ("17.1", 7), ("17.2", 8), ("32.6", 11), ("32.7", 12), ("60", 12)],
)  # fmt: skip
def test_force(speed: str, expected: int) -> None:
    assert force(Decimal(speed)) == expected


def test_a_force_begins_at_its_bound_and_not_below() -> None:
    for wind_force, bound in enumerate(LOWER_BOUNDS):
        assert force(bound) == wind_force
        assert not wind_force or force(bound - Decimal("0.001")) == wind_force - 1


@pytest.mark.parametrize("speed", ["-0.1", "NaN"])
def test_no_speed_no_force(speed: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        force(Decimal(speed))


def test_names() -> None:
    assert [force_name(each) for each in (0, 5, 12)] == ["零级", "五级", "十二级"]
