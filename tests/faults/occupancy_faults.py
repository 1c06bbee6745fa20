"""Faults in strangers, too many and too long, and the tests that must turn red."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_CORE = "tests/workflow/test_occupancy.py::"
_OFFICE = "tests/handlers/test_occupancy.py::"
_RULE, _HANDLER = "workflow/occupancy.py", "handlers/occupancy.py"

ALONE = (
    Fault(
        what="of two rules about people the milder counts",
        file=_RULE,
        old="        then=max((one.then",
        new="        then=min((one.then",
        caught_by=_CORE + "test_of_several_rules_the_stricter_of_each_counts",
    ),
    Fault(
        what="one more than may be is not too many",
        file=_RULE,
        old="    return len(set(inside)) > most\n",
        new="    return len(set(inside)) > most + 1\n",
        caught_by=_CORE + "test_strangers_and_too_many",
    ),
    Fault(
        what="who belongs to the place is a stranger",
        file=_HANDLER,
        old="if not _belongs(desk, permit, one))\n",
        new="if one)\n",
        caught_by=_OFFICE + "test_who_belongs_there_is_no_stranger",
    ),
    Fault(
        what="an entry does not set the clock of a stay",
        file=_HANDLER,
        old="(not at_work or since(before) == since(after)):\n",
        new="True:\n",
        caught_by=_OFFICE + "test_too_long_inside_is_counted_from_the_log_and_begins_anew_with_every_entry",
    ),
    Fault(
        what="too long a stay stops nothing",
        file=_HANDLER,
        old="    if late:\n",
        new="    if False:\n",
        caught_by=_OFFICE + "test_where_no_names_are_logged_the_work_itself_is_too_long",
    ),
    Fault(
        what="nobody is looked for",
        file="hardware_bridge/occupancy.py",
        old="for one in served if one.asks_who_is_inside and one.status is Status.ACTIVE]",
        new="for one in served if one.status is None]",
        caught_by=_OFFICE + "test_a_stranger_inside_stops_the_work_after_two_readings",
    ),
    Fault(
        what="a tag near a place is inside it",
        file="hardware_bridge/occupancy.py",
        old="            if track.at_time(now) is Where.INSIDE and",
        new="            if",
        caught_by=_OFFICE + "test_a_stranger_inside_stops_the_work_after_two_readings",
    ),
    Fault(
        what="work under way when the plant begins to ask never lasts too long",
        file=_HANDLER,
        old="        if due is None or due > max(right, now + TOLD_AGAIN):\n",
        new="        if False:\n",
        caught_by=_OFFICE + "test_what_is_too_long_already_when_the_plant_begins_to_ask_is_due_at_once",
    ),
    Fault(
        what="the service forgets what the plant began to ask",
        file="bot/app.py",
        old="for due_anyway in (arm, unlooked, untimed):",
        new="for due_anyway in (arm, unlooked):",
        caught_by=_OFFICE + "test_the_service_sets_the_moments_as_it_starts",
    ),
)
