"""What follows from what is seen: the stricter of all that is asked, and a hazard where nothing is."""

from __future__ import annotations

import pytest

from workflow.camera_alarms import CameraAlarm, CameraAlarmRule, Then, then_for
from workflow.rules.types import Grade
from workflow.values import WorkType

RULES = (
    CameraAlarmRule(kinds=frozenset({CameraAlarm.NO_HELMET}), then=Then.TELL),
    CameraAlarmRule(
        kinds=frozenset({CameraAlarm.NO_HELMET, CameraAlarm.NO_HARNESS}), works=frozenset({WorkType.HEIGHT}),
        then=Then.STOP,
    ),
    CameraAlarmRule(
        kinds=frozenset({CameraAlarm.CROSSING}), works=frozenset({WorkType.HOT}), grades=frozenset({Grade.SPECIAL}),
        then=Then.STOP,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "work", "grade", "then"),
    [
        (CameraAlarm.NO_HELMET, WorkType.HEIGHT, Grade.FIRST, Then.STOP),
        (CameraAlarm.NO_HELMET, WorkType.HOT, Grade.FIRST, Then.TELL),
        (CameraAlarm.NO_HELMET, None, Grade.NONE, Then.TELL),
        (CameraAlarm.NO_HARNESS, WorkType.HOT, Grade.FIRST, Then.HAZARD),
        (CameraAlarm.NO_HARNESS, None, Grade.NONE, Then.HAZARD),
        (CameraAlarm.CROSSING, WorkType.HOT, Grade.SPECIAL, Then.STOP),
        (CameraAlarm.CROSSING, WorkType.HOT, Grade.FIRST, Then.HAZARD),
    ],
)
def test_the_stricter_counts_and_nothing_is_told_to_nobody(
    kind: CameraAlarm, work: WorkType | None, grade: Grade, then: Then
) -> None:
    assert then_for(RULES, kind, work, grade) is then
    assert then_for(RULES[::-1], kind, work, grade) is then
