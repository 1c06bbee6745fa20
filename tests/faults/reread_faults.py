"""Faults the second reading of devices and outputs found, or found that no test would miss. Paths are whole."""

from __future__ import annotations

from tests.faults.core_faults import Fault
from tests.faults.detector_gate_faults import _GATE
from tests.faults.detector_gate_faults import _case as _gate

_LINES = "tests/hardware_bridge/outputs/test_lines.py::"
_HOOK = "hardware_bridge/outputs/webhook.py"

_KEEPER, _ORDERS = "hardware_bridge/outputs/keeper.py", "tests/hardware_bridge/outputs/test_keeper_orders.py::"
_WATCHING, _KEPT = "hardware_bridge/watching.py", "tests/hardware_bridge/test_watching_kept.py::"
_AIR, _FOLDED = "tests/workflow/test_failed_air.py::", "workflow/permit/evolve_site.py"
_HAZARDS = "tests/handlers/test_hazards.py::"

REREAD = (
    Fault(
        what="a leak between two places stops the work of neither",
        file="workflow/hazard/holds.py",
        old="area in what.areas",
        new="area == what.area",
        caught_by=_HAZARDS + "test_one_between_two_places_stops_the_live_work_of_both",
    ),
    Fault(
        what="a detector that cried and died lets work begin",
        file=_GATE,
        old="        if gas is not None and what in one.quantities and cries:\n",
        new="        if gas is not None and _heard(asked, watch, one, what) is not None and cries:\n",
        caught_by=_gate("fail-cs-resume-此后已95秒没有数据"),
    ),
    Fault(
        what="a gas the plant asks nothing of is no danger",
        file=_GATE,
        old="        if gas is not None and what in one.quantities and cries:\n",
        new="        if gas is not None and what in watch.quantities and cries:\n",
        caught_by=_gate("fail-cs-resume-氧气 18.0%vol"),
    ),
    Fault(
        what="a fault after a cry takes it back",
        file=_WATCHING,
        old="        if found is Band.UNTOLD:\n            return\n",
        new="",
        caught_by=_KEPT + "test_a_fault_after_a_cry_takes_nothing_back",
    ),
    Fault(
        what="a tightened limit is not held against what was good before",
        file=_WATCHING,
        old="            work.bands.clear()\n        work.served",
        new="            pass\n        work.served",
        caught_by=_KEPT + "test_a_tightened_limit_is_held_against_a_value_that_was_good_before",
    ),
    Fault(
        what="a storm is not told to the work the anemometer was moved to",
        file="hardware_bridge/weather_changes.py",
        old="found in self._said.items() if key[0] not in moved}",
        new="found in self._said.items()}",
        caught_by=_KEPT + "test_an_anemometer_that_is_moved_into_a_storm_is_asked_about_there",
    ),
    Fault(
        what="a sample is as young as its youngest value",
        file=_WATCHING,
        old="sampled_at=min(one.of for one in values)",
        new="sampled_at=max(one.of for one in values)",
        caught_by=_KEPT + "test_a_sample_is_as_old_as_its_oldest_value",
    ),
    Fault(
        what="a release whose answer got lost is never taken back",
        file=_KEEPER,
        old="        kept.told, kept.told_until = State.RELEASED, now + lasts\n        await kept.fitted",
        new="        kept.told_until = now + lasts\n        await kept.fitted",
        caught_by=_ORDERS + "test_a_release_whose_answer_got_lost_is_taken_back",
    ),
    Fault(
        what="a release outlasts what was shown",
        file=_KEEPER,
        old="        lasts = min(output.hold, until - now)\n",
        new="        lasts = output.hold\n",
        caught_by=_ORDERS + "test_a_release_never_outlasts_what_was_shown",
    ),
    Fault(
        what="a mark that comes twice takes another for come back",
        file="hardware_bridge/sources/mqtt_age.py",
        old="        if not any(mark.number == number for mark in self._away):\n            return\n",
        new="",
        caught_by="tests/hardware_bridge/sources/test_mqtt_age.py::"
        "test_a_mark_that_comes_twice_takes_no_other_for_come_back",
    ),
    Fault(
        what="a fence that was drawn anew keeps who was inside the old one",
        file="hardware_bridge/positions.py",
        old=" or post.fence != fence",
        new="",
        caught_by="tests/hardware_bridge/test_positions.py::"
        "test_where_the_fence_was_drawn_anew_nobody_has_been_seen_yet",
    ),
    Fault(
        what="the failure of one gas makes that of another forgotten",
        file=_FOLDED,
        old="(old.passed or _supersedes(new, old))",
        new="True",
        caught_by=_AIR + "test_a_second_failure_does_not_hide_the_first",
    ),
    Fault(
        what="the calm of one detector clears what another cried somewhere else",
        file=_FOLDED,
        old=" and (old.sample.point != NOWHERE or _devices(old) <= _devices(new))",
        new="",
        caught_by=_AIR + "test_one_detector_never_answers_for_another_at_no_particular_point",
    ),
    Fault(
        what="a detector clears what another found at its own point",
        file="workflow/permit/decide_site.py",
        old="return new in records and command.by.kind is ActorKind.PERSON and answered(stray, new)",
        new="return new in records and answered(stray, new)",
        caught_by=_AIR + "test_people_clear_what_a_detector_found_at_no_point_that_must_be_covered",
    ),
    Fault(
        what="of the points that must be covered one is enough to clear it",
        file="workflow/permit/decide_site.py",
        old="        return all(tests and all(",
        new="        return any(tests and all(",
        caught_by=_AIR + "test_where_points_must_be_covered_all_of_them_clear_it",
    ),
    Fault(
        what="of a door's answer that comes in pieces only the first counts",
        file=_HOOK,
        old="raw = await whole(answer.content, LONGEST_ANSWER)",
        new="raw: bytes | None = await answer.content.read(LONGEST_ANSWER)",
        caught_by=_LINES + "test_an_answer_that_comes_in_pieces_is_one",
    ),
)
