"""The draft card: what does not fit is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cards.draft import draft_card
from cards.views import DraftView, Question
from cards.wecom import encode
from workflow.ids import PersonId


def view(count: int) -> DraftView:
    options = tuple((f"TK-{number:02d}", f"{number}号罐旁边的平台东侧") for number in range(count))
    return DraftView(
        draft="d1", version=1, person=PersonId("wang"), heading="动火作业", lines=(), warnings=(), complete=False,
        seal=lambda _: "t", question=Question(key="place", text="在哪里？", options=options),
    )  # fmt: skip


@pytest.mark.parametrize(("count", "said"), [(10, False), (11, True), (37, True)])
def test_what_does_not_fit_into_the_list_is_counted_and_said(count: int, said: bool) -> None:
    card = draft_card(view(count))
    assert len(card.choices[0].options) == 10
    assert (f"一共{count}个" in card.quote and "写全名或位号" in card.quote) is said
    wire = str(encode(card, task_id="t1", notice_url="https://permit.example.com/"))
    assert (f"一共{count}个" in wire) is said, "and the phone shows it"


def test_working_hours_of_one_day_can_be_told_apart() -> None:
    """In a month of two digits the hours stood behind what a list shows, and the card could not be sent at all."""
    hours = ("08:00–11:30", "13:30–17:00", "08:00–16:00")
    options = tuple((f"t{number}", f"11月26日 周四 {one}") for number, one in enumerate(hours))
    asked = replace(view(0), question=Question(key="time", text="几点到几点？", options=options))
    wire = str(encode(draft_card(asked), task_id="t1", notice_url="https://permit.example.com/"))
    assert all(f"26日 {one}" in wire for one in hours)
