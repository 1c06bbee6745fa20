"""What a plant may say of its shifts, and demand of photos and notes at the end (三拍一录)."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import pytest

from storage.policies import load
from tests.support.policy_files import PLANT, Write, problems
from workflow.values import WorkType


def test_a_plant_without_shifts_relieves_nobody_by_the_clock(folder: Path) -> None:
    assert load(folder, plant=PLANT).plant.shifts == ()


def test_shifts_are_times_of_the_site(folder: Path, write: Write) -> None:
    write(PLANT, "shifts: []", 'shifts: ["20:00", "08:00"]')
    assert load(folder, plant=PLANT).plant.shifts == (time(8), time(20))


def test_a_plant_may_demand_a_photo_at_work_and_a_note_at_the_end(folder: Path, write: Write) -> None:
    more = "{hot: {photos: [{key: at_work, label: 作业中, moment: during}], closing_note: yes}}"
    write(PLANT, "tighten: {}", f"tighten: {more}")
    tight = load(folder, plant=PLANT).plant.tighten[WorkType.HOT]
    assert [(need.key, need.moment, need.clause) for need in tight.photos] == [("at_work", "during", "本厂规定")]
    assert tight.closing_note is not None


def test_an_unknown_moment_is_named(folder: Path, write: Write) -> None:
    write(PLANT, "tighten: {}", "tighten: {hot: {photos: [{key: x, label: x, moment: noon}]}}")
    assert any("photos" in problem and "moment" in problem for problem in problems(folder))


def test_a_plant_without_an_equipment_system_names_none(folder: Path) -> None:
    assert load(folder, plant=PLANT).plant.interlock is None


@pytest.mark.parametrize(
    ("said", "hours"), [("interlock: {}", 24), ("interlock: {max_age: 8 h}", 8), ("interlock: {max_age: 7 d}", 168)]
)
def test_a_plant_says_how_long_a_word_of_its_equipment_system_counts(
    folder: Path, write: Write, said: str, hours: int
) -> None:
    write(PLANT, "green_channel: 3\n", f"green_channel: 3\n{said}\n")
    assert load(folder, plant=PLANT).plant.interlock == timedelta(hours=hours)


@pytest.mark.parametrize("age", ["169 h", "0 h", "soon"])
def test_a_word_that_counts_for_ever_or_not_at_all_is_refused(folder: Path, write: Write, age: str) -> None:
    write(PLANT, "green_channel: 3\n", f"green_channel: 3\ninterlock: {{max_age: {age}}}\n")
    assert any("interlock" in problem for problem in problems(folder))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("monitoring: [{works: [cs], silent_after: 301 s}]", "检测设备最长只能沉默 5 min"),
        ("monitoring: [{works: [cs], alone_for: 301 s}]", "检测设备最长只能沉默 5 min"),
        ("guardian_tag: [{works: [cs], silent_after: 301 s}]", "监护人定位最长只能中断 5 min"),
    ],
)
def test_no_plant_may_wait_longer_for_what_must_be_heard(folder: Path, write: Write, said: str, words: str) -> None:
    write(PLANT, "green_channel: 3\n", f"green_channel: 3\n{said}\n")
    (problem,) = problems(folder)
    assert words in problem


@pytest.mark.parametrize(
    "said",
    [
        "monitoring: [{works: [cs], silent_after: 300 s, alone_for: 300 s}]",
        "guardian_tag: [{works: [cs], silent_after: 300 s}]",
    ],
)
def test_a_plant_may_wait_as_long_as_the_bound_is(folder: Path, write: Write, said: str) -> None:
    write(PLANT, "green_channel: 3\n", f"green_channel: 3\n{said}\n")
    load(folder, plant=PLANT)


def test_alarms_of_a_storm_are_gathered_for_two_minutes_at_most(folder: Path, write: Write) -> None:
    write(PLANT, "storm: 1 min", "storm: 120 s")
    load(folder, plant=PLANT)
    write(PLANT, "storm: 120 s", "storm: 121 s")
    (problem,) = problems(folder)
    assert "报警最多合并 2 分钟" in problem
