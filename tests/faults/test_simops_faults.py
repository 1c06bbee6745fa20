"""Watch the tests of the neighbours fail: every planted fault must turn its test red."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import test_core_faults as core
from tests.faults.simops_faults import SIMOPS

ROOT = Path(__file__).parents[2]
RULES = ("X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8", "X12")


def test_every_rule_has_a_fault_and_every_fault_its_place() -> None:
    assert len({fault.what for fault in SIMOPS}) == len(SIMOPS) >= len(RULES)
    for rule in RULES:
        assert any(rule in fault.what.partition(":")[0].split(", ") for fault in SIMOPS), rule
    for fault in SIMOPS:
        source = (ROOT / "workflow" / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"
        assert fault.old != fault.new


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", core.WALKED)
def test_every_planted_fault_turns_its_test_red(part: int, tmp_path: Path) -> None:
    planted = SIMOPS[part :: core.PARTS]
    survivors = core._survivors(core._run(tmp_path, core._jobs(planted)), planted)
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())
