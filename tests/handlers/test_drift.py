"""An oxygen value that a drifted sensor gives is taken, and the analyst is told to zero it and test again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.hot_work import GUARD
from tests.support.office import World

Stage = Callable[[str], World]


@pytest.mark.parametrize(
    ("oxygen", "answer"), [("20.9", "gas_taken"), ("21.1", "gas_drift"), ("21.3", "gas_drift"), ("21.4", "gas_taken")]
)
async def test_a_value_that_drift_explains_is_not_passed_in_silence(at_stage: Stage, oxygen: str, answer: str) -> None:
    rows = await at_stage("issued").says(GUARD, f"可燃 0%LEL 氧 {oxygen}%")
    assert rows.said(GUARD) == [answer]
