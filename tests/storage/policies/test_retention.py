"""``retention.yaml`` and the plant's own periods: a bad file stops the start with file, line and key."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from storage.policies import PolicyError
from storage.policy_retention import load_retention
from tests.support.office import POLICIES
from tests.support.policy_files import PLANT, line_of
from workflow.privacy.retention import Thing

TABLE = "retention.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (TABLE, PLANT):
        shutil.copy(POLICIES / name, tmp_path / name)
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def problem(folder: Path) -> str:
    with pytest.raises(PolicyError) as error:
        load_retention(folder, plant=PLANT)
    (only,) = error.value.problems
    return str(only)


def test_a_plant_moves_a_period_within_its_bounds(folder: Path) -> None:
    spoil(folder, PLANT, "retention: {}", "retention: {photos: 1825 d, videos: 30 d, voices: always}")
    lines = load_retention(folder, plant=PLANT).lines
    assert lines[Thing.PHOTOS].keep == timedelta(days=1825)
    assert lines[Thing.VIDEOS].keep == timedelta(days=30)
    assert lines[Thing.VOICES].keep is None


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("photos: 364 d", "retention.photos: 作业票的照片至少保存365天"),
        ("videos: 29 d", "retention.videos: 作业票的视频至少保存30天"),
        ("medical: 366 d", "retention.medical: 血型、作业禁忌、紧急联系人最多保存365天"),
        ("medical: always", "retention.medical: 血型、作业禁忌、紧急联系人最多保存365天"),
        ("journal: 400 d", "retention.journal: 作业票和全程记录永久保存"),
        ("photos: soon", "retention.photos: 应为时长"),
        ("fotos: 400 d", "retention.fotos: 应为"),
    ],
)
def test_outside_of_them_it_does_not_start(folder: Path, own: str, said: str) -> None:
    spoil(folder, PLANT, "retention: {}", f"retention: {{{own}}}")
    found = problem(folder)
    assert found.startswith(f"{PLANT}:{line_of(folder, PLANT, own)}: ")
    assert said in found


def test_the_table_itself_keeps_its_bounds_and_lacks_nothing(folder: Path) -> None:
    spoil(folder, TABLE, "keep: 90 d\n    least: 30 d\n    clause: GB", "keep: 9 d\n    least: 30 d\n    clause: GB")
    found = problem(folder)
    assert found.startswith(
        f"{TABLE}:{line_of(folder, TABLE, 'keep: 9 d')}: kept.videos.keep: 作业票的视频至少保存30天"
    )


def test_a_missing_line_is_named(folder: Path) -> None:
    spoil(folder, TABLE, "  inbox:", "  inbux:")
    assert "kept.inbux" in problem(folder)
    spoil(folder, TABLE, "  inbux:", "#")
