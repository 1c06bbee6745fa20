"""The draft card: what does not fit is said."""

from __future__ import annotations

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
