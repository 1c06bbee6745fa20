"""Whether the plant has the different people a chain needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.plant import OPENS, register
from bot.roster_chains import unsignable
from storage import policies
from storage.directory import Directory
from workflow.rules.book import RuleBook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return policies.load(ROOT / "policies", plant="plant.example.yaml")


def told(book: RuleBook, *gone: str) -> list[str]:
    everybody = register(OPENS)
    people = tuple(person for person in everybody.people if person.id not in gone)
    return [note for note in unsignable(Directory(0, replace(everybody, people=people)), book) if "hot (first)" in note]


def test_a_first_grade_hot_work_needs_two_people_of_the_safety_department(book: RuleBook) -> None:
    assert told(book) == [], "the demo plant has two"
    for one in ("sunli", "chenan"):
        (note,) = told(book, one)
        assert note.startswith("hot (first): 3 different people must sign")
        assert note.endswith("there are not so many"), "nowhere in the plant"


def test_a_department_without_anybody_is_somebody_elses_note(book: RuleBook) -> None:
    assert told(book, "sunli", "chenan") == []
