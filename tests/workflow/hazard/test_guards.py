"""Who watches an open hazard, and what counts as nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from workflow.hazard.guards import DEBT, unwatched
from workflow.permit.guards import LATE

NOW = datetime.fromisoformat("2026-03-18T07:30:00+08:00")


@pytest.mark.parametrize(
    ("late", "missed"),
    [(None, True), (-timedelta(days=9), False), (LATE - timedelta(seconds=1), False), (LATE, True)],
)
def test_a_timer_that_does_not_fire_is_dead(late: timedelta | None, missed: bool) -> None:
    assert unwatched({} if late is None else {DEBT: NOW - late}, NOW) is missed
    assert unwatched({"held": NOW}, NOW), "another timer is none"
