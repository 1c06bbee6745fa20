"""What follows from what is seen: the stricter of all that is asked, and a hazard where nothing is."""

from __future__ import annotations

import pytest

from workflow.rules.types import Grade
from workflow.seen import Seen, SeenRule, Then, then_for
from workflow.values import WorkType

RULES = (
    SeenRule(kinds=frozenset({Seen.NO_HELMET}), then=Then.TELL),
    SeenRule(kinds=frozenset({Seen.NO_HELMET, Seen.NO_HARNESS}), works=frozenset({WorkType.HEIGHT}), then=Then.STOP),
    SeenRule(
        kinds=frozenset({Seen.CROSSING}), works=frozenset({WorkType.HOT}), grades=frozenset({Grade.SPECIAL}),
        then=Then.STOP,
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "work", "grade", "then"),
    [
        (Seen.NO_HELMET, WorkType.HEIGHT, Grade.FIRST, Then.STOP),
        (Seen.NO_HELMET, WorkType.HOT, Grade.FIRST, Then.TELL),
        (Seen.NO_HELMET, None, Grade.NONE, Then.TELL),
        (Seen.NO_HARNESS, WorkType.HOT, Grade.FIRST, Then.HAZARD),
        (Seen.NO_HARNESS, None, Grade.NONE, Then.HAZARD),
        (Seen.CROSSING, WorkType.HOT, Grade.SPECIAL, Then.STOP),
        (Seen.CROSSING, WorkType.HOT, Grade.FIRST, Then.HAZARD),
    ],
)
def test_the_stricter_counts_and_nothing_is_told_to_nobody(
    kind: Seen, work: WorkType | None, grade: Grade, then: Then
) -> None:
    assert then_for(RULES, kind, work, grade) is then
    assert then_for(RULES[::-1], kind, work, grade) is then
