"""A copy of the shipped policies to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.policy_files import Write
from tests.support.rulebook import POLICIES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "policies"
    shutil.copytree(POLICIES, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


@pytest.fixture
def write(folder: Path) -> Write:
    """Replace a text in a file, once; red when it is not there."""

    def change(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change
