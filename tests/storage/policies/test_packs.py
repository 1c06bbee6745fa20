"""The packs as shipped: hashes, dates, and where the plant file may lie."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

from storage.policies import load
from tests.support.policy_files import GB30871, PLANT, Write
from tests.support.rulebook import ZONE, local
from workflow.rules.book import RuleBook


def test_the_packs_as_shipped(folder: Path) -> None:
    book = load(folder, plant=PLANT)
    assert {pack.id for pack in book.packs} == {
        "cn.certificates",
        "cn.gb30871.2022",
        "cn.gb46768.2025",
        "cn.mem13.2023",
        "permitbot.defaults",
    }
    dates = {pack.id: (pack.effective_from, pack.effective_to) for pack in book.packs}
    assert dates["cn.gb30871.2022"] == (date(2022, 10, 1), None)
    assert dates["cn.gb46768.2025"] == (date(2026, 5, 1), None)
    assert dates["cn.mem13.2023"] == (date(2024, 1, 1), None)


def test_the_hash_is_that_of_the_bytes(folder: Path) -> None:
    book = load(folder, plant=PLANT)
    (pack,) = [pack for pack in book.packs if pack.id == "cn.gb30871.2022"]
    assert pack.ref.hash == hashlib.sha256((folder / GB30871).read_bytes()).hexdigest()
    assert book.plant.ref.hash == hashlib.sha256((folder / PLANT).read_bytes()).hexdigest()


def test_a_comment_changes_the_hash_and_nothing_else(folder: Path, write: Write) -> None:
    before = load(folder, plant=PLANT)
    write(GB30871, "# GB 30871-2022.", "# GB 30871-2022!")
    after = load(folder, plant=PLANT)
    assert before.packs != after.packs
    assert [pack.works for pack in before.packs] == [pack.works for pack in after.packs]


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
