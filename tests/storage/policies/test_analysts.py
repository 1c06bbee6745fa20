"""Of which works the plant wants an analyst's analysis, out of its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.policies import load
from tests.support.policy_files import PLANT, Write, problems
from workflow.rules.analysts import AnalystRule
from workflow.rules.levels import Grade
from workflow.values import WorkType

HERE = "green_channel: 3\n"


def test_as_delivered_nothing_is_asked(folder: Path) -> None:
    assert load(folder, plant=PLANT).plant.analysts == ()


def test_what_the_plant_says(folder: Path, write: Write) -> None:
    write(PLANT, HERE, f"{HERE}analysts:\n  - {{works: [cs]}}\n  - {{works: [hot], grades: [special]}}\n")
    assert load(folder, plant=PLANT).plant.analysts == (
        AnalystRule(works=frozenset({WorkType.CONFINED_SPACE})),
        AnalystRule(works=frozenset({WorkType.HOT}), grades=frozenset({Grade.SPECIAL})),
    )


@pytest.mark.parametrize(
    ("said", "key"), [("{works: []}", "works"), ("{works: [fire]}", "works[0]"), ("{works: [hot], by: lab}", "by")]
)
def test_what_nobody_can_mean_is_named(folder: Path, write: Write, said: str, key: str) -> None:
    write(PLANT, HERE, f"{HERE}analysts: [{said}]\n")
    line = (folder / PLANT).read_text("utf-8").splitlines().index(f"analysts: [{said}]") + 1
    (found,) = problems(folder)
    assert f"{PLANT}:{line}" in found
    assert f"analysts[0].{key}" in found
