"""Who sees whole places is the plant's to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.policies import load
from tests.support.policy_files import PLANT, Write, problems
from workflow.rules.types import Role

HERE = "green_channel: 3\n"


def test_left_out_they_are_those_who_look_after_places(folder: Path) -> None:
    """A plant that never heard of the setting sees what it saw before; the words of the example file are those."""
    looking = load(folder, plant=PLANT).plant.overseers
    assert sorted(looking) == [
        "acceptor", "approver", "base_unit", "chief", "fire_dept", "principal", "prof_dept", "reviewer", "safety_dept",
        "shift_leader", "site_unit",
    ]  # fmt: skip
    text = (folder / PLANT).read_text("utf-8")
    (proposed,) = [line for line in text.splitlines() if line.startswith("# overseers: ")]
    assert {one.strip() for one in proposed.partition("[")[2].rstrip("]").split(",")} == looking


def test_a_plant_says_who_sees_whole_places(folder: Path, write: Write) -> None:
    write(PLANT, HERE, f"{HERE}overseers: [safety_dept, chief]\n")
    assert load(folder, plant=PLANT).plant.overseers == {Role.SAFETY_DEPT, Role.CHIEF}


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("[safety_dept, boss]", "overseers[1]: "),
        ("[]", "overseers: 至少写一个角色"),
        ("[worker]", "overseers[0]: 「worker」没有写由哪个岗位担任"),
        ("[chief, chief]", "overseers[1]: 「chief」写了两次"),
    ],
)
def test_what_nobody_can_mean_stops_the_start(folder: Path, write: Write, said: str, problem: str) -> None:
    write(PLANT, HERE, f"{HERE}overseers: {said}\n")
    line = (folder / PLANT).read_text("utf-8").splitlines().index(f"overseers: {said}") + 1
    (found,) = problems(folder)
    assert problem in found
    assert f"{PLANT}:{line}" in found
