"""Policy files to spoil: a copy of the shipped ones, and what the loader says about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.policies import PolicyError, load

PLANT = "plant.example.yaml"
GB30871 = "packs/cn.gb30871.2022.yaml"
"""The head of the pack; its works stand in files of their own."""
HOT, CS, HEIGHT = (f"packs/cn.gb30871.2022/{work}.yaml" for work in ("hot", "cs", "height"))
Write = Callable[[str, str, str], None]
"""(file, old, new): replace a text once; red when it is not there."""


def problems(folder: Path) -> list[str]:
    with pytest.raises(PolicyError) as error:
        load(folder, plant=PLANT)
    assert str(error.value) == "\n".join(map(str, error.value.problems))
    return [str(problem) for problem in error.value.problems]


def line_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
