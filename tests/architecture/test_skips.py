"""A skipped test is loud everywhere and a failure on CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[pytest]
addopts = --strict-markers -p no:cacheprovider
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
markers =
    pg: needs PostgreSQL
    browser: needs a browser
    mqtt: needs a broker
"""
SKIPS = """
import pytest

def test_one():
    pass

@pytest.mark.pg
def test_other():
    pytest.skip("no engine at hand")
"""


def run(folder: Path, *, ci: bool, tests: str, workers: int) -> subprocess.CompletedProcess[str]:
    shutil.copy(ROOT / "tests/conftest.py", folder / "conftest.py")
    (folder / "pytest.ini").write_text(CONFIG, encoding="utf-8")
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "CI" and not k.startswith(("PYTEST", "COV_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "."],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)} | ({"CI": "true"} if ci else {}),
        capture_output=True,
        text=True,
        timeout=100,
    )


@pytest.mark.parametrize("workers", [0, 1])
def test_a_skip_is_said_aloud_and_fails_on_ci_only(tmp_path: Path, workers: int) -> None:
    at_home = run(tmp_path, ci=False, tests=SKIPS, workers=workers)
    assert at_home.returncode == 0, at_home.stdout
    assert "NOT TESTED" in at_home.stdout
    assert "make test-deps" in at_home.stdout
    assert at_home.stdout.strip().splitlines()[-1].startswith("1 passed, 1 skipped")

    on_ci = run(tmp_path, ci=True, tests=SKIPS, workers=workers)
    assert on_ci.returncode != 0, on_ci.stdout
    assert "a skipped test is a failure here" in on_ci.stdout


def test_without_skips_ci_is_content(tmp_path: Path) -> None:
    result = run(tmp_path, ci=True, tests="def test_one():\n    pass\n", workers=0)
    assert result.returncode == 0, result.stdout
    assert "NOT TESTED" not in result.stdout
