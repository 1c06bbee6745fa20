"""``hazards.yaml``: the plants' figures, the law's list only by its clause, and a plant that may only be quicker."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from storage.policies import PolicyError
from storage.policy_hazards import FILE, HazardRules, load_hazards
from tests.support.office import POLICIES
from tests.support.policy_files import line_of
from workflow.hazard.grading import grade
from workflow.hazard.law import Inside, Legal, Plant
from workflow.hazard.state import Kind, Sighting

OWN = "plant.example.yaml"
BEFORE, AFTER = date(2026, 9, 29), date(2026, 9, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (FILE, OWN):
        shutil.copy(POLICIES / name, tmp_path / name)
    return tmp_path


def loaded(folder: Path = POLICIES, industry: str = "hazchem") -> HazardRules:
    return load_hazards(folder, plant=OWN, industry=industry)


def spoil(folder: Path, old: str, new: str, file: str = FILE) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def own(folder: Path, text: str) -> str:
    """What a plant's own ``hazards`` is answered; empty when it is taken."""
    spoil(folder, "hazards: {}", f"hazards: {text}", OWN)
    try:
        loaded(folder)
    except PolicyError as wrong:
        return str(wrong)
    return ""


def test_the_plants_response_times() -> None:
    respond = {level: terms.respond for level, terms in loaded().law.terms.items()}
    assert respond == {
        Plant.ORDINARY: timedelta(hours=24), Plant.SERIOUS: timedelta(hours=8), Plant.MAJOR: timedelta(0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("industry", "day", "clauses"),
    [
        ("hazchem", BEFORE, {"安监总管三〔2017〕121号"}),
        ("hazchem", AFTER, {"AQ 3067-2026 5.6.1"}),
        ("industry_trade", AFTER, {"应急管理部令第10号 第三条第二项"}),
        ("industry_trade", date(2023, 5, 14), {""}),
    ],
)
def test_major_before_the_law_by_the_clause_in_force(industry: str, day: date, clauses: set[str]) -> None:
    seen = Sighting(text="二号罐无票动火", place="", area=None)
    found = grade(seen, loaded(industry=industry).grading(day), live_work=False)
    assert found.plant is Plant.MAJOR
    assert {reason.clause for reason in found.reasons} == clauses
    assert (found.legal is Legal.MAJOR) is bool(clauses - {""}), "never major before the law without a clause"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("配电箱接线松", Kind.ELECTRICAL),
        ("灭火器过期", Kind.FIRE),
        ("护栏松动", Kind.EQUIPMENT),
        ("地面湿滑", Kind.OTHER),
    ],
)
def test_the_kind_is_told_by_its_words(text: str, kind: Kind) -> None:
    assert loaded().kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{terms: {ordinary: {respond: 25 h}}}", "hazards.terms.ordinary.respond: 只能更快：不能长于 24 h"),
        ("{inside: {major: ask_guardian}}", "hazards.inside.major: 只能更严：不能松于 stop"),
        ("{assign: 2 h}", "hazards.assign: 只能更快：不能长于 1 h"),
        ("{longest_extension: 8 d}", "hazards.longest_extension: 只能更快"),
        ("{terms: {ordinary: {soon: 1 h}}}", "hazards.terms.ordinary.soon: 没有这一项"),
        ("{terms: {major: {respond: later}}}", "hazards.terms.major.respond: 应为时长"),
        (
            "{rules: [{key: own, words: [脏], plant: major, legal: major, text: 脏}]}",
            "hazards.rules[0].legal: 法定重大隐患要写明依据条款",
        ),
        ("{rules: [{key: leak, words: [脏], plant: ordinary, text: 脏}]}", "hazards.rules[0].key: leak 重复"),
        ("{terms: {ordinary: {respond: 4 h}}}", "serious may be owed longer than ordinary"),
    ],
)
def test_a_plant_is_never_slower(folder: Path, text: str, said: str) -> None:
    assert said in own(folder, text)
    assert f"{OWN}:{line_of(folder, OWN, 'hazards: {')}: " in complaint(folder)


def complaint(folder: Path) -> str:
    with pytest.raises(PolicyError) as wrong:
        loaded(folder)
    return str(wrong.value)


def test_a_plant_may_be_quicker_and_stricter(folder: Path) -> None:
    assert own(folder, "{terms: {serious: {respond: 4 h}}, inside: {serious: stop}}") == ""
    law = loaded(folder).law
    assert law.terms[Plant.SERIOUS].respond == timedelta(hours=4)
    assert law.terms[Plant.SERIOUS].rectify == timedelta(days=3)
    assert law.inside[Plant.SERIOUS] is Inside.STOP
    assert law.version != loaded().law.version


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points: {ordinary: 2, ", "points: {", "points: 缺少 ordinary"),
        ("  layout: {", "  lay_out: {", "kinds"),
        ("inside: {ordinary: nothing, serious: ask_guardian, major: stop}",
         "inside: {ordinary: stop, serious: nothing, major: stop}", "inside.serious: 不能比 ordinary 的更松"),
        ("serious: {respond: 8 h", "serious: {respond: 25 h", "terms.serious.respond: 不能比 ordinary 的更长"),
    ],
)  # fmt: skip
def test_a_bad_table_stops_the_start(folder: Path, old: str, new: str, said: str) -> None:
    spoil(folder, old, new)
    assert said in complaint(folder)
