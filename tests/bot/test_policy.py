"""The policy tools on real folders and a real journal."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import policy, policy_replay
from bot.settings import Settings
from storage.directory import Directory
from storage.history import histories
from storage.policies import load
from storage.tx import Tx
from tests.support.finished import closed
from tests.support.office import POLICIES, SITE, at, copied, open_world
from tests.support.policy_files import PLANT
from workflow.ids import PermitId
from workflow.replay import Past, cost
from workflow.rules.book import RuleBook

EXTRA = "[{work: hot, grades: [first], key: chief_final, label: 厂长终审, role: chief, after: approver}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policies."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))


def spoil(folder: Path, old: str, new: str, file: str = PLANT) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def settings(folder: Path, database: Path | None = None) -> Settings:
    url = SecretStr(f"sqlite:///{database or folder / 'none.sqlite3'}")
    return Settings(_env_file=None, site_id=SITE, database_url=url)


def run(tool: str, site: Path, **more: object) -> tuple[int, list[str]]:
    said: list[str] = []
    code: int = getattr(policy, tool)(settings=settings(site), plant=PLANT, say=said.append, **more)
    return code, said


def test_check_names_file_line_and_key(folder: Path) -> None:
    assert run("check", folder, folder=folder)[0] == 0
    spoil(folder, "presence_valid: 15 min", "presence_valid: soon\nmood: good")
    code, said = run("check", folder, folder=folder)
    assert code == 1
    assert any(line.startswith("plant.example.yaml:") and "presence_valid" in line for line in said)
    assert any("mood" in line for line in said)
    assert said[-1].startswith("2 problems")


def test_check_reads_what_is_kept_and_the_radar_too(folder: Path) -> None:
    spoil(folder, "retention: {}", "retention: {photos: 1 d}")
    code, said = run("check", folder, folder=folder)
    assert code == 1
    assert any("retention.photos: 作业票的照片至少保存365天" in line for line in said)
    spoil(folder, "retention: {photos: 1 d}", "retention: {}")
    spoil(folder, "ask_one_in: 3", "ask_one_in: 1", file="radar.yaml")
    assert run("check", folder, folder=folder)[0] == 1


def test_explain_says_grade_chain_limits_and_gates(folder: Path) -> None:
    facts = ["fire_explosion=yes", "operating=no", "major_hazard_dike=no", "pipe_rack=no", "method=电焊"]
    code, said = run("tell", folder, folder=folder, work="hot", facts=facts, at=at("09:00"))
    text = "\n".join(said)
    assert code == 0
    assert "grade: 一级" in text
    assert "0.5 %vol" in text
    assert "approver 动火审批人意见" in text
    assert "gas_fresh" in text
    assert "would be asked:" in text
    assert run("tell", folder, folder=folder, work="hot", facts=["outdoors=yes"])[0] == 2
    assert run("tell", folder, folder=folder, work="cooking", facts=[])[0] == 2


def test_diff_says_what_changed_and_nothing_for_nothing(folder: Path) -> None:
    assert run("compare", folder, before=POLICIES, after=folder) == (0, ["No difference."])
    spoil(folder, "presence_valid: 15 min", "presence_valid: 20 min")
    code, said = run("compare", folder, before=POLICIES, after=folder)
    assert code == 1
    assert said[0].split() == ["loosened", "plant", "presence_valid:", "15分钟", "→", "20分钟"]


def test_diagram_is_two_pictures(folder: Path) -> None:
    code, said = run("draw", folder, folder=folder)
    assert code == 0
    assert "".join(said).count("```mermaid") == 2


# --- replay


@dataclass(frozen=True)
class Lived:
    """A closed hot work, its plant, and the database they lie in. Read only."""

    database: Path
    number: str
    pasts: tuple[Past, ...]
    directory: Directory
    book: RuleBook

    def replayed(
        self, after: RuleBook, *, before: RuleBook | None = None, thorough: bool = False, since: str = "00:00"
    ) -> policy_replay.Replayed:
        where, first = settings(POLICIES), at(since)
        return policy_replay.run(
            self.pasts, self.directory, before or self.book, after, where, first, thorough=thorough
        )


@pytest.fixture(scope="module")
def lived(office_seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Played once for all."""
    database = copied(office_seed, tmp_path_factory.mktemp("lived"))

    async def play() -> Lived:
        opened = open_world(database, at("07:30"))
        number = await closed(opened)
        permits = opened.house.permits

        def gather(tx: Tx) -> Lived:
            found = histories(tx, permits, at("00:00"))
            pasts = tuple(Past(id=PermitId(name), site=SITE, events=events) for name, events in found)
            return Lived(database, number, pasts, tx.directory, opened.house.book)

        gathered = await opened.writer.submit(gather)
        await opened.writer.stop()
        return gathered

    with ThreadPoolExecutor(1) as aside:
        return aside.submit(lambda: asyncio.run(play())).result()


def changed(folder: Path, old: str, new: str, file: str = PLANT) -> RuleBook:
    spoil(folder, old, new, file)
    return load(folder, plant=PLANT)


@pytest.mark.parametrize("thorough", [False, True])
def test_an_unchanged_policy_changes_nothing(lived: Lived, folder: Path, thorough: bool) -> None:
    found = lived.replayed(load(folder, plant=PLANT), thorough=thorough)
    assert (found.asked, found.changed) == (1, ())


def test_another_head_of_the_plant_makes_the_history_be_asked_and_nothing_else(lived: Lived) -> None:
    unlike = replace(lived.book, plant=replace(lived.book.plant, duty_posts=("nobody",)))
    assert lived.replayed(unlike, thorough=True).changed == ()


def test_a_shorter_validity_refuses_the_request(lived: Lived, folder: Path) -> None:
    (one,) = lived.replayed(changed(folder, "tighten: {}", "tighten: {hot: {validity: {first: 2 h}}}")).changed
    assert one.permit == lived.number
    assert [(no.command, no.gate) for no in one.refused] == [("Submit", "validity")]
    assert one.refused[0].by.id == "liqiang"
    assert "2小时" in one.refused[0].fact


def test_a_new_node_costs_minutes_and_refuses_nobody(lived: Lived, folder: Path) -> None:
    (one,) = lived.replayed(changed(folder, "extra_nodes: []", f"extra_nodes: {EXTRA}")).changed
    assert [node.key for node in one.nodes] == ["chief_final"]
    assert one.refused == ()
    assert cost(one, {}) == timedelta(minutes=30)
    assert cost(one, {one.nodes[0].role: timedelta(minutes=7)}) == timedelta(minutes=7)


def test_a_longer_watch_is_told_in_minutes_and_by_the_gate(lived: Lived, folder: Path) -> None:
    (one,) = lived.replayed(changed(folder, "fire_watch: {hot: 30 min}", "fire_watch: {hot: 60 min}")).changed
    assert one.watch == timedelta(minutes=30)
    assert cost(one, {}) == timedelta(minutes=30)


def test_a_tighter_gas_limit_refuses_the_start(lived: Lived, folder: Path) -> None:
    limit = "tighten: {hot: {gas: {limits: [{gas: flammable, unit: '%vol', high: '0.001'}]}}}"
    (one,) = lived.replayed(changed(folder, "tighten: {}", limit)).changed
    start = [no for no in one.refused if no.command == "Start"]
    assert "gas_fresh" in {no.gate for no in start}


def test_a_stronger_proof_refuses_who_tapped(lived: Lived, folder: Path) -> None:
    (one,) = lived.replayed(changed(folder, "  approver: platform_session_at_site", "  approver: passkey")).changed
    assert {(no.command, no.gate) for no in one.refused} == {("Approve", "proof.weak")}
    assert {no.by.id for no in one.refused} == {"chenan"}


def test_a_looser_policy_tells_what_it_lets(lived: Lived, folder: Path) -> None:
    tight = changed(folder, "tighten: {}", "tighten: {hot: {validity: {first: 2 h}}}")
    (one,) = lived.replayed(lived.book, before=tight).changed
    assert one.refused == ()
    assert [no.gate for no in one.let] == ["validity"]


def test_decisions_before_the_day_are_not_asked(lived: Lived, folder: Path) -> None:
    book = changed(folder, "  approver: platform_session_at_site", "  approver: passkey")
    assert lived.replayed(book, since="08:20").changed == ()


def test_the_command_reads_the_database_and_tells(lived: Lived, folder: Path) -> None:
    spoil(folder, "tighten: {}", "tighten: {hot: {validity: {first: 2 h}}}")
    said: list[str] = []
    where = settings(folder, lived.database)

    def go(since: str, policies: Path) -> int:
        return policy_replay.main(settings=where, folder=policies, since=since, plant=PLANT, say=said.append)

    assert go("2026-03-01", POLICIES) == 0
    assert said == ["1 permit asked again, 0 would have gone differently."]
    assert go("2026-03-01", folder) == 1
    text = "\n".join(said)
    assert "李强" in text
    assert "would have been refused by validity: 1 permit" in text
    assert go("yesterday", folder) == 2
