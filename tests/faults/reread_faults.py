"""Faults the second reading of devices and outputs found, or found that no test would miss. Paths are whole."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_LINES = "tests/hardware_bridge/outputs/test_lines.py::"
_HOOK = "hardware_bridge/outputs/webhook.py"

_HAZARDS = "tests/handlers/test_hazards.py::"

REREAD = (
    Fault(
        what="a leak between two places stops the work of neither",
        file="handlers/hazards.py",
        old="row.area in what.areas",
        new="row.area == what.area",
        caught_by=_HAZARDS + "test_one_between_two_places_stops_the_live_work_of_both",
    ),
    Fault(
        what="of a door's answer that comes in pieces only the first counts",
        file=_HOOK,
        old="raw = await whole(answer.content, LONGEST_ANSWER)",
        new="raw: bytes | None = await answer.content.read(LONGEST_ANSWER)",
        caught_by=_LINES + "test_an_answer_that_comes_in_pieces_is_one",
    ),
)
