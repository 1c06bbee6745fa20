"""Every event of a hazard can be told."""

from __future__ import annotations

from cards.hazard_history import LINES
from workflow.hazard.events import ALL


def test_every_kind_has_a_sentence() -> None:
    assert set(LINES) == set(ALL)
