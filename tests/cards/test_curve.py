"""Gas curves: exact, with holes where nothing was heard, and no peak lost by thinning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from cards.curve import MOST, Said, curve
from workflow.monitoring import Quality
from workflow.rules.gas_types import GasKind, GasLimit, Unit

START = datetime(2026, 3, 18, 0, 0, tzinfo=UTC)


def said(second: int, value: str, quality: Quality = Quality.GOOD) -> Said:
    return Said(at=START + timedelta(seconds=second), value=Decimal(value), quality=quality)


def limit(unit: Unit, low: str | None, high: str | None) -> GasLimit:
    ends = [None if end is None else Decimal(end) for end in (low, high)]
    return GasLimit(gas="o2", kind=GasKind.OXYGEN, unit=unit, low=ends[0], high=ends[1], clause="6.2")


def test_no_line_is_drawn_across_silence() -> None:
    found = curve([*(said(second, "20.9") for second in range(10)), said(600, "20.8")], (), "%vol")
    assert [value for _, value in found.points[9:]] == [Decimal("20.9"), None, Decimal("20.8")]


def test_a_slow_device_is_no_silent_one() -> None:
    found = curve([said(300 * n, "20.9") for n in range(6)], (), "%vol")
    assert None not in [value for _, value in found.points]


def test_what_means_nothing_is_a_hole_and_counted_and_what_was_lost_is_a_hole() -> None:
    found = curve(
        [said(0, "20.9"), said(1, "99", Quality.FAULTY), said(2, "7", Quality.GAP), said(3, "20.7")], (), "%vol"
    )
    assert [value for _, value in found.points] == [Decimal("20.9"), None, None, Decimal("20.7")]
    assert (found.odd, found.least, found.most) == (1, Decimal("20.7"), Decimal("20.9"))


def test_a_dangerous_value_out_of_range_is_drawn() -> None:
    found = curve([said(0, "20.9"), said(1, "101", Quality.OUT_OF_RANGE)], (), "%LEL")
    assert (found.most, found.odd) == (Decimal(101), 0)


def test_a_single_peak_among_hours_of_seconds_stays() -> None:
    day = [said(second, "0") for second in range(20_000)]
    day[11_000] = said(11_000, "55.5")
    found = curve(day, (), "%LEL")
    assert len(found.points) <= MOST
    assert day[11_000].at in [at for at, value in found.points if value == Decimal("55.5")]


def test_a_hole_stays_a_hole_when_thinned() -> None:
    two = [*(said(second, "1") for second in range(5000)), *(said(second, "1") for second in range(9000, 14_000))]
    holes = [at for at, value in curve(two, (), "ppm").points if value is None]
    assert holes == [START + timedelta(seconds=4999) + timedelta(seconds=4001) / 2]


def test_the_stricter_limit_is_drawn_and_only_in_the_unit_of_the_curve() -> None:
    limits = (limit(Unit.VOL_PERCENT, "19.5", "23.5"), limit(Unit.VOL_PERCENT, "19.5", "21"))
    found = curve([said(0, "20.9")], limits, "%vol")
    assert (found.low, found.high, found.limited) == (Decimal("19.5"), Decimal(21), True)
    other = curve([said(0, "20.9")], limits, "ppm")
    assert (other.low, other.high, other.limited) == (None, None, False)


def test_nothing_said_is_no_curve() -> None:
    found = curve([], (), "ppm")
    assert (found.points, found.newest, found.most) == ((), None, None)
