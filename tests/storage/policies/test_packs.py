"""The packs as shipped: hashes, dates, and where the plant file may lie."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from storage.policies import load
from tests.support.policy_files import GB30871, HOT, PLANT, Write, problems
from tests.support.rulebook import ZONE, local
from workflow.rules.book import RuleBook


def test_the_packs_as_shipped(folder: Path) -> None:
    book = load(folder, plant=PLANT)
    assert {pack.id for pack in book.packs} == {
        "cn.certificates",
        "cn.gb30871.2022",
        "cn.gb3608.2025",
        "cn.gb46768.2025",
        "cn.gb9448.2025",
        "cn.mem13.2023",
        "permitbot.defaults",
    }
    dates = {pack.id: (pack.effective_from, pack.effective_to) for pack in book.packs}
    assert dates["cn.gb30871.2022"] == (date(2022, 10, 1), None)
    assert dates["cn.gb46768.2025"] == (date(2026, 5, 1), None)
    assert dates["cn.mem13.2023"] == (date(2024, 1, 1), None)
    assert dates["cn.gb3608.2025"] == (date(2026, 5, 1), None)
    assert dates["cn.gb9448.2025"] == (date(2026, 8, 1), None)


def test_the_hash_of_a_pack_of_one_file_is_that_of_its_bytes(folder: Path) -> None:
    book = load(folder, plant=PLANT)
    (pack,) = [pack for pack in book.packs if pack.id == "cn.mem13.2023"]
    assert pack.ref.hash == hashlib.sha256((folder / "packs/cn.mem13.2023.yaml").read_bytes()).hexdigest()
    assert book.plant.ref.hash == hashlib.sha256((folder / PLANT).read_bytes()).hexdigest()


def test_the_hash_of_a_pack_of_many_files_is_what_sha256sum_says_of_them(folder: Path) -> None:
    """``sha256sum packs/<pack>.yaml packs/<pack>/*.yaml | sha256sum``, run in the policies folder."""
    files = [folder / GB30871, *sorted((folder / GB30871).with_suffix("").glob("*.yaml"))]
    assert len(files) == 9
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n" for file in files
    ]
    (pack,) = [pack for pack in load(folder, plant=PLANT).packs if pack.id == "cn.gb30871.2022"]
    assert pack.ref.hash == hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.parametrize(
    ("file", "old"), [(GB30871, "# GB 30871-2022:"), (HOT, "# 动火"), ("packs/cn.gb30871.2022/road.yaml", "# 断路")]
)
def test_a_comment_anywhere_changes_the_hash_and_nothing_else(folder: Path, write: Write, file: str, old: str) -> None:
    before = load(folder, plant=PLANT)
    write(file, old, f"{old}!")
    after = load(folder, plant=PLANT)
    assert before.packs != after.packs
    assert [pack.works for pack in before.packs] == [pack.works for pack in after.packs]


def test_a_work_stands_in_one_place(folder: Path, write: Write) -> None:
    write(GB30871, "conflicts:\n", "works:\n  road: {label: 断路作业}\nconflicts:\n")
    assert problems(folder) == [f"packs/cn.gb30871.2022/road.yaml:3: {GB30871} 里已有 works.road"]


def test_a_file_of_no_known_work(folder: Path) -> None:
    (folder / "packs/cn.gb30871.2022/cooking.yaml").write_text("label: 做饭\n", encoding="utf-8")
    (found,) = problems(folder)
    assert found.startswith("packs/cn.gb30871.2022/cooking.yaml:1: ")


def test_effective_dates_are_days_at_the_site(folder: Path, write: Write) -> None:
    write("packs/cn.gb46768.2025.yaml", "effective_to:", "effective_to: 2026-05-31")
    book = load(folder, plant=PLANT)
    (pack,) = [pack for pack in book.packs if pack.id == "cn.gb46768.2025"]
    moments = ["2026-04-30 23:59", "2026-05-01 00:00", "2026-05-31 23:59", "2026-06-01 00:00"]
    assert [pack.in_force(local(moment), ZONE) for moment in moments] == [False, True, True, False]
    assert book.next_change(local("2026-05-10 00:00"), ZONE) == local("2026-06-01 00:00")


def test_an_absolute_path_to_the_plant(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "our plant.yaml"
    shutil.copy(folder / PLANT, elsewhere)
    assert isinstance(load(folder, plant=elsewhere), RuleBook)
