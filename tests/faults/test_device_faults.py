"""Watch the tests of the detectors fail: every planted fault must turn its test red."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.faults import camera_faults as cameras
from tests.faults import detector_gate_faults as gate
from tests.faults import gateway_faults as gateway
from tests.faults import occupancy_faults as occupancy
from tests.faults import straight_faults as straight
from tests.faults import tag_faults as tags
from tests.faults import test_core_faults as core
from tests.faults.core_faults import Fault
from tests.faults.device_faults import ALONE as DEVICES_ALONE
from tests.faults.device_faults import AROUND as DEVICES_AROUND
from tests.faults.line_faults import LINES
from tests.faults.reread_faults import REREAD

ROOT = Path(__file__).parents[2]
ALONE = (
    *DEVICES_ALONE,
    *tags.ALONE,
    *tags.NEAR,
    *gate.ALONE,
    *gateway.ALONE,
    *cameras.ALONE,
    *occupancy.ALONE,
    *straight.ALONE,
)
AROUND = (*DEVICES_AROUND, *tags.AROUND, *cameras.AROUND)
ROOMS = ("workflow", "storage", "policies", "cards", "handlers", "hardware_bridge", "bot", "sandbox")
TESTS = ("support", "workflow", "hardware_bridge", "handlers")


def _tree(where: Path) -> Path:
    """What the tests of three rooms need."""
    skip = shutil.ignore_patterns("__pycache__", "*.pyc", "var")
    for room in (*ROOMS, *(f"tests/{part}" for part in TESTS)):
        shutil.copytree(ROOT / room, where / room, ignore=skip)
    for one in ("__init__.py", "conftest.py"):
        shutil.copy2(ROOT / "tests" / one, where / "tests" / one)
    plain = core._PLAIN.replace("strict-markers", "strict-markers -p pytest_asyncio.plugin") + "    mqtt: not here\n"
    loops = "asyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    (where / "pytest.ini").write_text(plain + loops, encoding="utf-8")
    return where


_EVERY = 2 * core.PARTS
"""They take longer than those of the core: each day walks one of so many."""


def _jobs(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    return [{"what": f.what, "file": f.file, "old": f.old, "new": f.new, "tests": [f.caught_by]} for f in faults]


def test_every_fault_has_its_place() -> None:
    every = (*ALONE, *AROUND, *LINES, *REREAD)
    assert len({fault.what for fault in every}) == len(every)
    for fault in every:
        source = (ROOT / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"
        assert fault.old != fault.new


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "faults",
    [
        ALONE[::_EVERY],
        pytest.param(tuple(one for at, one in enumerate(ALONE) if at % _EVERY), marks=pytest.mark.deep),
        pytest.param(AROUND, marks=pytest.mark.deep),
        # Several of these let a test wait for what never comes.
        pytest.param(LINES, marks=pytest.mark.deep),
        pytest.param(REREAD, marks=pytest.mark.deep),
    ],
    ids=["every day", "now and then", "around", "lines", "read again"],
)
def test_every_planted_fault_turns_its_test_red(faults: tuple[Fault, ...], tmp_path: Path) -> None:
    survivors = core._survivors(core._run(tmp_path, _jobs(faults), _tree), faults)
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())
