"""Whole sentences: what a worker types, what must be understood, what must be asked (`sentences.txt`)."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from tests.support.request_plant import both, rows, say

ROWS = rows(Path(__file__).with_name("sentences.txt"))


@pytest.mark.parametrize(("text", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_a_sentence(text: str, wanted: dict[str, str]) -> None:
    got, expected = both(say(text), wanted)
    assert got == expected


def test_the_table_is_large_enough() -> None:
    assert len({text for text, _ in ROWS}) >= 150


def test_few_questions_come_back() -> None:
    """Half of all requests need at most two questions."""
    assert statistics.median(len(say(text).questions) for text, _ in ROWS) <= 2
