"""The tool behind `make mutate` reads what mutmut writes, and lets the type checker judge one mutant at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.mutation.__main__ import draw
from tools.mutation.mutants import difference, names, refused_by_types

SOUND = """\
from __future__ import annotations


class Box:
    def twice(self, number: int) -> int:
        return number * 2


def half(number: int) -> int:
    return number // 2
"""
MUTATED = """\
class Box:
    def xǁBoxǁtwice__mutmut_orig(self, number: int) -> int:
        return number * 2

    def xǁBoxǁtwice__mutmut_1(self, number: int) -> int:
        return number / 2

    def xǁBoxǁtwice__mutmut_2(self, number: int) -> int:
        return number * 3


def x_half__mutmut_orig(number: int) -> int:
    return number // 2


def x_half__mutmut_1(number: int) -> int:
    return None
"""
TWICE, THRICE, NOTHING = (
    f"workflow.box.{name}" for name in ("xǁBoxǁtwice__mutmut_1", "xǁBoxǁtwice__mutmut_2", "x_half__mutmut_1")
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for home, text in (("workflow", SOUND), ("mutants/workflow", MUTATED)):
        (tmp_path / home).mkdir(parents=True)
        (tmp_path / home / "__init__.py").write_text("", encoding="utf-8")
        (tmp_path / home / "box.py").write_text(text, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.mypy]\nstrict = true\n", encoding="utf-8")
    return tmp_path


def test_every_mutant_has_a_name_and_shows_what_changed(tree: Path) -> None:
    assert sorted(names(tree / "mutants", "workflow")) == sorted((TWICE, THRICE, NOTHING))
    assert difference(tree / "mutants", THRICE) == ["-        return number * 2", "+        return number * 3"]


def test_the_types_refuse_what_they_can_and_nothing_else(tree: Path, tmp_path: Path) -> None:
    assert refused_by_types(tree, [TWICE, THRICE, NOTHING], tmp_path / "types") == {TWICE, NOTHING}
    assert refused_by_types(tree, [], tmp_path / "types") == set()


def test_the_same_seed_draws_the_same() -> None:
    everyone = [f"m{number}" for number in range(100)]
    assert draw(everyone, 5, seed=1) == draw(everyone[::-1], 5, seed=1)
    assert draw(everyone, 5, seed=1) != draw(everyone, 5, seed=2)
    assert sorted(draw(everyone, 500, seed=1)) == sorted(everyone)
