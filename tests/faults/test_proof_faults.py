"""Watch the tests of the ways of confirming fail: every planted fault must turn its test red."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.proof_faults import FAULTS
from tests.faults.test_core_faults import PARTS, WALKED

ROOT = Path(__file__).parents[2]
GREEN, RED = 0, 1
ROOMS = ("bot", "cards", "handlers", "policies", "sandbox", "storage", "workflow", "tests/support", "tests/bot/proofs")
_HEAVY = (
    "aiohttp_jinja2",
    "aiosqlite",
    "alembic.command",
    "msgspec",
    "pydantic_settings",
    "pypinyin",
    "pytest_asyncio.plugin",
    "rapidfuzz",
    "segno",
    "sqlalchemy.dialects.sqlite",
    "structlog.testing",
    "websockets.asyncio.client",
    "wechatpy",
)
"""Loaded once for all children, which then are up in a tenth of the time."""
_PLAIN = """[pytest]
addopts = --import-mode=importlib -p pytest_asyncio.plugin
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
pythonpath = .
filterwarnings = error
markers =
    deep: not here
    timeout: not here
    browser: not here
    pg: not here
    mqtt: not here
"""


def _tree(where: Path) -> Path:
    skip = shutil.ignore_patterns("__pycache__", "*.pyc", "var")
    for room in ROOMS:
        shutil.copytree(ROOT / room, where / room, ignore=skip)
    (where / "tests/handlers").mkdir()
    for file in ("__init__.py", "conftest.py", "bot/conftest.py", "handlers/conftest.py"):
        shutil.copy2(ROOT / "tests" / file, where / "tests" / file)
    (where / "pytest.ini").write_text(_PLAIN, encoding="utf-8")
    return where


def test_every_fault_has_its_place() -> None:
    assert len({fault.what for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        source = (ROOT / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", WALKED)
def test_every_planted_fault_turns_its_test_red(part: int, tmp_path: Path) -> None:
    planted = FAULTS[part::PARTS]
    jobs = [
        {
            "what": one.what, "file": one.file, "old": one.old, "new": one.new,
            "tests": [f"tests/bot/proofs/{one.caught_by}"],
        }
        for one in planted
    ]  # fmt: skip
    asked, results = tmp_path / "jobs.json", tmp_path / "results.json"
    asked.write_text(json.dumps(jobs), encoding="utf-8")
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for name in ("PYTEST_ADDOPTS", "COV_CORE_SOURCE", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST"):
        environment.pop(name, None)
    orchard = Path(__file__).with_name("orchard.py")
    arguments = [sys.executable, str(orchard), str(_tree(tmp_path / "tree")), str(asked), str(results), *_HEAVY]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert results.exists(), done.stdout + done.stderr
    found = json.loads(results.read_text(encoding="utf-8"))
    assert found["sound"] == GREEN, found["sound_log"]
    survivors = {one.what: found.get(f"{one.what} log", "") for one in planted if found[one.what] != RED}
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())
