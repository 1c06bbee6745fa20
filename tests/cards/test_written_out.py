"""Items of the checklists that do not fit on a tick: each is told whole, and the longest list fits in one message."""

from __future__ import annotations

import pytest

from cards.answers import answer_text
from cards.steps_review import written_out
from cards.wecom_limits import APP
from tests.support.papers import under_the_packs
from workflow.values import WorkType

MESSAGE = 2048
"""Bytes of one text message of an app, [D90236]."""


@pytest.mark.parametrize("work", WorkType)
def test_what_a_tick_cuts_is_told_whole_in_one_message(work: WorkType) -> None:
    permit = under_the_packs(work).permit
    told = answer_text("checklist", {"number": permit.id, "lines": "\n".join(written_out(permit))})
    assert len(told.encode()) <= MESSAGE
    for measure in permit.law.measures:
        row = f"{measure.no} {measure.label}"
        assert (row in told) is (len(row) > APP.lengths.tick), row


def test_the_longest_item_of_all_is_among_them() -> None:
    laws = {work: under_the_packs(work).permit for work in WorkType}
    rows = [(work, f"{one.no} {one.label}") for work, permit in laws.items() for one in permit.law.measures]
    work, longest = max(rows, key=lambda row: len(row[1]))
    assert len(longest) > 3 * APP.lengths.tick
    assert longest in written_out(laws[work])
