"""Whole sentences: what a worker types, what must be understood, what must be asked (`sentences.txt`)."""

from __future__ import annotations

import statistics
from datetime import datetime
from pathlib import Path

import pytest

from handlers.request.understand import Understanding
from tests.support.request_plant import TZ, say
from workflow.rules.types import Role

TABLE = Path(__file__).with_name("sentences.txt")
_ROLES = {"G": Role.GUARDIAN, "W": Role.WORKER, "L": Role.WORK_LEADER, "A": Role.GAS_ANALYST}


def _rows() -> list[tuple[str, dict[str, str]]]:
    rows = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            text, _, wanted = line.partition("⇒")
            fields = dict(pair.split("=", 1) for pair in wanted.split())
            rows.append((text.strip().replace("⏎", "\n"), fields))
    return rows


ROWS = _rows()


def _moment(said: str) -> datetime:
    day, _, hour = said.partition("T")
    return datetime(2026, 11, int(day), int(hour[:2]), int(hour[3:]), tzinfo=TZ)


def _got(found: Understanding, key: str) -> str:
    draft = found.draft
    if key in _ROLES:
        return ",".join(person.name for person in found.who(_ROLES[key]))
    if key == "s" and found.interval is not None:
        ends = (found.interval.start, found.interval.end)
        return "/".join(f"{at.astimezone(TZ):%dT%H:%M}" for at in ends)
    return {
        "w": ",".join(said.work for said in draft.works),
        "g": found.stated_grade or "",
        "m": ",".join(draft.methods),
        "p": found.place.entry.code if found.place and found.place.entry else "",
        "d": found.place.detail if found.place else "",
        "t": draft.task.replace(" ", "_"),
        "s": "",
        "f": ",".join(fact.fact if fact.value else f"{fact.fact}:no" for fact in draft.facts),
        "c": draft.company.employer if draft.company else "",
        "left": ",".join(draft.leftovers),
        "ask": ",".join(question.kind for question in found.questions),
    }[key]


_ALWAYS = ("w", "p", "s", "ask", *_ROLES)
"""Compared in every row: what is not written there must not have been understood."""


@pytest.mark.parametrize(("text", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_a_sentence(text: str, wanted: dict[str, str]) -> None:
    found = say(text)
    keys = dict.fromkeys((*_ALWAYS, *wanted))
    assert {key: _got(found, key) for key in keys} == {key: wanted.get(key, "") for key in keys}


def test_the_table_is_large_enough() -> None:
    assert len({text for text, _ in ROWS}) >= 150


def test_few_questions_come_back() -> None:
    """Design target: half of all requests need at most two questions."""
    counts = [len(say(text).questions) for text, _ in ROWS]
    assert statistics.median(counts) <= 2
