"""What all ledgers beside the permits share: their words, the numbers in a line, refusals that spend no number."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.ledger import Says, begins, permit_in
from handlers.reading import Line
from tests.support.hot_work import LEADER, NUMBER
from tests.support.office import Stage, at


def heard(text: str) -> list[tuple[str, str]]:
    """Which word took the line, and what it was given."""
    found: list[tuple[str, str]] = []
    nobody: Any = None

    def takes(word: str) -> Says:
        return lambda _desk, _line, rest: found.append((word, rest))

    means = begins({word: takes(word) for word in ("解锁", "强制解锁", "锁")})
    assert means(nobody, Line(text=text, sent_at=at("08:00"))) is bool(found)
    return found


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("强制解锁 L12 锁主住院", [("强制解锁", "L12 锁主住院")]),
        ("解锁：L12", [("解锁", "L12")]),
        ("  锁，\n一行\n两行 ", [("锁", "一行\n两行")]),
        ("解锁", [("解锁", "")]),
        ("请解锁 L12", []),
        ("", []),
    ],
)
def test_the_longest_word_takes_the_line_and_only_at_its_beginning(text: str, taken: list[tuple[str, str]]) -> None:
    assert heard(text) == taken


def test_a_permit_number_is_taken_out_in_any_case() -> None:
    assert permit_in(f"L12 {NUMBER.lower()} 急") == (NUMBER, "L12   急")
    assert permit_in("L12 急") == (None, "L12 急")


async def test_a_refused_opening_spends_no_number(at_stage: Stage) -> None:
    world = at_stage("issued")
    assert (await world.says(LEADER, "上锁 2号罐 进料阀 阀门")).refused(LEADER) == ["isolation.fields"]
    assert await world.writer.submit(lambda tx: tx.next_number("GL-HC-20260318")) == 1
