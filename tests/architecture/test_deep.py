"""Tests marked ``deep`` wait for ``make test-deep``; everything else never runs there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
from __future__ import annotations

import pytest


def test_quick():
    pass


@pytest.mark.deep
def test_long():
    pass
"""


def chosen(folder: Path, *arguments: str) -> set[str]:
    """The names of the tests that run with the project's own configuration."""
    (folder / "test_both.py").write_text(TESTS, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV_"))}
    command = ["-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-p", "no:cacheprovider"]
    result = subprocess.run(
        [sys.executable, *command, "--collect-only", "-q", *arguments, "test_both.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return set(re.findall(r"::(test_\w+)", result.stdout))


def test_a_plain_run_leaves_deep_tests_out(tmp_path: Path) -> None:
    assert chosen(tmp_path) == {"test_quick"}


def test_asking_for_deep_tests_runs_them_alone(tmp_path: Path) -> None:
    assert chosen(tmp_path, "-m", "deep") == {"test_long"}


@pytest.mark.parametrize(("target", "asks"), [("test", False), ("coverage", False), ("test-deep", True)])
def test_make_asks_for_deep_tests_in_one_place_only(target: str, asks: bool) -> None:
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert recipe is not None
    assert ('-m "deep' in recipe[1]) is asks
