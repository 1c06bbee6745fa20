"""What the packs want put right at the end, from the text of the standard; the plant's shifts; the note at the end."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from tests.support.rulebook import chemical, local
from workflow.rules.book import _since_midnight_utc
from workflow.rules.law import WorkLaw
from workflow.rules.types import Role
from workflow.values import WorkType


def law(work: WorkType) -> WorkLaw:
    (found,) = [pack.works[work] for pack in chemical().packs if pack.id == "cn.gb30871.2022"]
    return found


@pytest.mark.parametrize(
    ("work", "clause", "wanted"),
    [
        (WorkType.ROAD, "12.5", [("road_clear", Role.WORK_LEADER, False), ("road_open", Role.SITE_UNIT, True)]),
        (WorkType.BLIND, "7.12", [("blind_crew", Role.WORK_LEADER, False), ("blind_plant", Role.SITE_UNIT, False)]),
        (
            WorkType.POWER,
            "10.8",
            [("supplier_told", Role.WORK_LEADER, False), ("line_removed", Role.POWER_UNIT, False)],
        ),
    ],
)
def test_what_the_standard_wants_at_the_end(work: WorkType, clause: str, wanted: list[tuple[str, Role, bool]]) -> None:
    needs = [each.need for each in law(work).closing]
    assert [(need.key, need.role, need.keeps_live) for need in needs] == wanted
    assert {need.clause for need in needs} == {f"GB 30871-2022 {clause}"}
    assert all(len(need.label) <= 10 for need in needs), "a label is a button"


def test_shifts_are_told_in_utc_by_the_sites_own_clock() -> None:
    day = local("2026-03-18 08:00")
    assert day.tzinfo is not None
    eight, twenty = _since_midnight_utc((time(8), time(20)), day, day.tzinfo)
    assert (eight, twenty) == (timedelta(0), timedelta(hours=12))
