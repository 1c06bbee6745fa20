"""Values of figures: honest when there is nothing to divide by, and stretches of the plant's own time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from workflow.figures import DEFINITIONS, NO_SHARE, NO_SPREAD, Cut, Key, Share, Spread, day_of, month_of, week_of

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (0, 0, None), (0, 7, "0.0"), (7, 7, "100.0"), (1, 3, "33.3"), (1, 8, "12.5"), (1, 16, "6.3"),
        (1999, 2000, "99.9"), (99_999, 100_000, "99.9"), (1, 100_000, "0.1"),
    ],
)  # fmt: skip
def test_a_share_of_nothing_has_no_value_and_only_all_is_a_hundred(part: int, whole: int, percent: str | None) -> None:
    assert Share(part=part, whole=whole).percent == (None if percent is None else Decimal(percent))


def test_a_part_is_part_of_its_whole() -> None:
    for part, whole in ((2, 1), (-1, 3)):
        with pytest.raises(ValueError, match="no part"):
            Share(part=part, whole=whole)


def test_a_mean_without_a_case_is_none() -> None:
    assert NO_SPREAD.mean is None
    assert NO_SHARE.percent is None
    three = Spread(count=3, total=timedelta(seconds=100), middle=timedelta(seconds=20), longest=timedelta(seconds=70))
    assert three.mean == timedelta(seconds=33)


def test_every_figure_says_what_it_means() -> None:
    assert set(DEFINITIONS) == set(Key)
    for key, meaning in DEFINITIONS.items():
        assert meaning.key is key
        assert all((meaning.name, meaning.part, meaning.whole, meaning.source))
        assert Cut.WHOLE in meaning.cuts


def test_days_weeks_and_months_begin_at_the_plants_midnight() -> None:
    midnight = datetime(2026, 3, 17, 16, tzinfo=UTC)
    assert day_of(date(2026, 3, 18), ZONE).start == midnight
    assert day_of(date(2026, 3, 18), ZONE).length == timedelta(days=1)
    week = week_of(date(2026, 3, 22), ZONE)
    assert (week.start, week.end) == (midnight - timedelta(days=2), midnight + timedelta(days=5))
    assert week == week_of(date(2026, 3, 16), ZONE)
    month = month_of(date(2026, 2, 28), ZONE)
    assert (month.start.date(), month.end.date()) == (date(2026, 2, 1), date(2026, 3, 1))
    assert month_of(date(2026, 12, 31), ZONE).end.date() == date(2027, 1, 1)
