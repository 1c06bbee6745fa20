"""Watch the tests of the neighbours fail: every planted fault must turn its test red."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.simops_faults import SIMOPS

ROOT = Path(__file__).parents[2]
GREEN, RED = 0, 1
RULES = ("X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X12")
PLAIN = "[pytest]\naddopts = --import-mode=importlib\npythonpath = .\nfilterwarnings = error\nmarkers =\n    deep: x\n"


def test_every_rule_has_a_fault_and_every_fault_its_place() -> None:
    assert len({fault.what for fault in SIMOPS}) == len(SIMOPS) >= len(RULES)
    for rule in RULES:
        assert any(rule in fault.what.partition(":")[0].split(", ") for fault in SIMOPS), rule
    for fault in SIMOPS:
        source = (ROOT / "workflow" / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"
        assert fault.old != fault.new


@pytest.mark.timeout(900)
def test_every_planted_fault_turns_its_test_red(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    skip = shutil.ignore_patterns("__pycache__", "*.pyc", "var")
    for room in ("workflow", "storage", "policies", "tests/support", "tests/workflow/simops"):
        shutil.copytree(ROOT / room, tree / room, ignore=skip)
    (tree / "pytest.ini").write_text(PLAIN, encoding="utf-8")
    jobs = [
        {
            "what": fault.what, "file": f"workflow/{fault.file}", "old": fault.old, "new": fault.new,
            "tests": [f"tests/workflow/{fault.caught_by}"],
        }
        for fault in SIMOPS
    ]  # fmt: skip
    asked, results = tmp_path / "jobs.json", tmp_path / "results.json"
    asked.write_text(json.dumps(jobs), encoding="utf-8")
    orchard = Path(__file__).with_name("orchard.py")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for name in ("PYTEST_ADDOPTS", "COV_CORE_SOURCE", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    arguments = [sys.executable, str(orchard), str(tree), str(asked), str(results)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert results.exists(), done.stdout + done.stderr
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    assert found["sound"] == GREEN, found["sound_log"]
    survivors = {fault.what: found.get(f"{fault.what} log", "") for fault in SIMOPS if found[fault.what] != RED}
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())
