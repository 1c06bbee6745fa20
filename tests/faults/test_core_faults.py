"""Watch the tests fail: every planted fault of the core must turn its test red."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.core_faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]
GREEN, RED = 0, 1
PARTS = 6
"""Several orchards, so that they can be walked side by side. Every day walks the first; `make test-deep` walks all."""
WALKED = [part if part == 0 else pytest.param(part, marks=pytest.mark.deep) for part in range(PARTS)]
MACHINE = "test_live_work.py::test_live_work_never_goes_on_where_it_is_not_safe"


_PLAIN = """[pytest]
addopts = --import-mode=importlib --strict-markers
pythonpath = .
filterwarnings = error
markers =
    deep: not here
    timeout: not here
"""
"""The core's tests need no plugins; without them a child is up three times as fast."""


def _tree(where: Path) -> Path:
    """What the core's tests need, and nothing else."""
    skip = shutil.ignore_patterns("__pycache__", "*.pyc", "var")
    for room in ("workflow", "storage", "policies", "tests/support", "tests/workflow"):
        shutil.copytree(ROOT / room, where / room, ignore=skip)
    for one in ("__init__.py", "conftest.py"):
        shutil.copy2(ROOT / "tests" / one, where / "tests" / one)
    (where / "pytest.ini").write_text(_PLAIN, encoding="utf-8")
    return where


def _run(where: Path, jobs: list[dict[str, Any]], tree: Callable[[Path], Path] = _tree) -> dict[str, Any]:
    asked, results = where / "jobs.json", where / "results.json"
    asked.write_text(json.dumps(jobs), encoding="utf-8")
    orchard = Path(__file__).with_name("orchard.py")
    environment = {**os.environ, "PERMITBOT_NO_SHRINK": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment["PERMITBOT_ANSWERS"] = "unread"  # the file of answers would miss every fault, and say of none why
    for name in ("PYTEST_ADDOPTS", "COV_CORE_SOURCE", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    arguments = [sys.executable, str(orchard), str(tree(where / "tree")), str(asked), str(results)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert results.exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    return found


def _jobs(faults: Iterable[Fault], tests: str = "") -> list[dict[str, Any]]:
    return [
        {
            "what": fault.what,
            "file": f"workflow/{fault.file}",
            "old": fault.old,
            "new": fault.new,
            "tests": [f"tests/workflow/{tests or fault.caught_by}"],
        }
        for fault in faults
    ]


def _survivors(found: dict[str, Any], faults: Iterable[Fault]) -> dict[str, str]:
    assert found["sound"] == GREEN, found["sound_log"]
    return {f.what: found.get(f"{f.what} log", "") for f in faults if found[f.what] != RED}


def test_there_are_enough_faults_and_each_has_its_place() -> None:
    assert len(FAULTS) >= 20
    assert len({fault.what for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        source = (ROOT / "workflow" / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"
        assert fault.old != fault.new


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", WALKED)
def test_every_planted_fault_turns_its_test_red(part: int, tmp_path: Path) -> None:
    planted = FAULTS[part::PARTS]
    survivors = _survivors(_run(tmp_path, _jobs(planted)), planted)
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_the_random_lives_find_faults_without_knowing_the_code(tmp_path: Path) -> None:
    planted = [fault for fault in FAULTS if fault.machine]
    survivors = _survivors(_run(tmp_path, _jobs(planted, MACHINE)), planted)
    assert not survivors, "\n\n".join(f"NOT FOUND: {what}\n{log}" for what, log in survivors.items())
