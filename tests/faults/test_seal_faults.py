"""Watch the tests of the seals and of the gate fail: every planted fault must turn its test red."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults import test_core_faults as core
from tests.faults.seal_faults import SEALS

ROOT = Path(__file__).parents[2]
_INI = """[pytest]
addopts = --import-mode=importlib --strict-markers -p pytest_asyncio.plugin -k "not postgresql"
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
pythonpath = .
filterwarnings = error
markers =
    deep: not here
    pg: not here
    timeout: not here
"""


def _tree(where: Path) -> Path:
    """The core's tree, and memory's tests on SQLite."""
    tree = core._tree(where)
    shutil.copytree(ROOT / "tests/storage", tree / "tests/storage", ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "pytest.ini").write_text(_INI, encoding="utf-8")
    return tree


def test_every_fault_has_its_place() -> None:
    assert len({fault.what for fault in SEALS}) == len(SEALS)
    for fault in SEALS:
        source = (ROOT / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"
        assert fault.old != fault.new


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", core.WALKED)
def test_every_planted_fault_turns_its_test_red(part: int, tmp_path: Path) -> None:
    planted = SEALS[part :: core.PARTS]
    jobs = [
        {"what": one.what, "file": one.file, "old": one.old, "new": one.new, "tests": [one.caught_by]}
        for one in planted
    ]
    survivors = core._survivors(core._run(tmp_path, jobs, _tree), planted)
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())
