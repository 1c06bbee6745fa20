"""Watch the tests of hazards fail: every planted fault must turn its test red."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import test_core_faults as core
from tests.faults.hazard_faults import HAZARDS

ROOT = Path(__file__).parents[2]


def test_every_fault_has_its_place() -> None:
    assert len({fault.what for fault in HAZARDS}) == len(HAZARDS)
    for fault in HAZARDS:
        source = (ROOT / "workflow" / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"
        assert fault.old != fault.new


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", core.WALKED)
def test_every_planted_fault_turns_its_test_red(part: int, tmp_path: Path) -> None:
    planted = HAZARDS[part :: core.PARTS]
    survivors = core._survivors(core._run(tmp_path, core._jobs(planted)), planted)
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())
