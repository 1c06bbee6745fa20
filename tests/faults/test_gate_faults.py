"""Take the gates away one by one: for each a golden case must turn red."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import test_core_faults as core
from tests.faults.gate_faults import FIGURES, LINES
from tests.faults.ladder_faults import LADDER
from tests.faults.law_faults import LAW
from workflow.permit.gates import TABLE

ROOT = Path(__file__).parents[2]
EVERY = (*LINES, *FIGURES, *LAW, *LADDER)


def test_every_gate_has_its_fault_and_each_fault_its_place() -> None:
    assert len(LINES) == len(TABLE)
    assert len({fault.what for fault in EVERY}) == len(EVERY)
    for fault in EVERY:
        source = (ROOT / "workflow" / fault.file).read_text(encoding="utf-8")
        assert source.count(fault.old) == 1, f"{fault.what}: the text to spoil stands {source.count(fault.old)} times"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", core.WALKED)
def test_every_gate_taken_out_is_missed(part: int, tmp_path: Path) -> None:
    planted = EVERY[part :: core.PARTS]
    survivors = core._survivors(core._run(tmp_path, core._jobs(planted)), planted)
    assert not survivors, "\n\n".join(f"NOT CAUGHT: {what}\n{log}" for what, log in survivors.items())
