"""Faults in what a guardian's tag means to work, and the tests that must turn red."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_CORE = "tests/workflow/test_presence.py::"
_BRIDGE = "tests/hardware_bridge/test_positions.py::"
_OFFICE = "tests/handlers/test_guardian_tag.py::"
_MUSTERED = "tests/handlers/test_muster.py::"
_RULE, _POSTS, _HANDLER = "workflow/presence.py", "hardware_bridge/positions.py", "handlers/guardian_tag.py"
_MUSTER = "handlers/muster.py"
_NEAR, _NEARNESS, _BEACONS = (
    "workflow/nearness.py", "tests/workflow/test_nearness.py::", "tests/handlers/test_beacons.py::"
)  # fmt: skip

ALONE = (
    Fault(
        what="one reading outside is believed",
        file=_RULE,
        old="    gone = outs >= outside_readings\n",
        new="    gone = outs >= 1\n",
        caught_by=_CORE + "test_no_single_reading_moves_anybody",
    ),
    Fault(
        what="one reading inside is believed",
        file=_RULE,
        old="        there = track.where is Where.INSIDE or ins >= INSIDE_READINGS\n",
        new="        there = True\n",
        caught_by=_CORE + "test_no_single_reading_moves_anybody",
    ),
    Fault(
        what="a reading nearer to the fence than its accuracy keeps the guardian inside",
        file=_RULE,
        old="    if here is None:\n        return track\n",
        new="    if here is None:\n        return replace(track, inside_at=fix.at)\n",
        caught_by=_CORE + "test_an_unsure_reading_keeps_nobody_inside",
    ),
    Fault(
        what="one reading said three times is three",
        file=_RULE,
        old="at - track.at < APART",
        new="at < track.at",
        caught_by=_CORE + "test_one_reading_said_again_and_again_is_one",
    ),
    Fault(
        what="a second tag at the place hides the first that is outside",
        file=_RULE,
        old="    if any(one.at_time(now) is Where.OUTSIDE for one in every):\n        return None\n",
        new="",
        caught_by=_CORE + "test_one_tag_outside_outweighs_another_inside",
    ),
    Fault(
        what="a stored position is one of now",
        file=_POSTS,
        old="    if Flag.STORED in said.flags or",
        new="    if",
        caught_by=_BRIDGE + "test_what_is_not_believed",
    ),
    Fault(
        what="an old position is one of now",
        file=_POSTS,
        old="    if age > known.stale_after or -age > known.clock_ahead:\n",
        new="    if -age > known.clock_ahead:\n",
        caught_by=_BRIDGE + "test_what_is_not_believed",
    ),
    Fault(
        what="work taken up beside a tag that is outside goes on",
        file=_POSTS,
        old="        if post.told == post.served.version:\n",
        new="        if post.told is not None:\n",
        caught_by=_BRIDGE + "test_work_taken_up_beside_a_tag_that_is_outside_is_asked_again",
    ),
    Fault(
        what="the tag of whoever was relieved speaks for the new guardian",
        file=_POSTS,
        old="            mine = worn.get(each.guardian, [])\n",
        new="            mine = [device for each_ in worn.values() for device in each_]\n",
        caught_by=_BRIDGE + "test_another_guardian_begins_anew",
    ),
)
NEAR = (
    Fault(
        what="hearing nothing is being elsewhere",
        file=_NEAR,
        old="        if self.beacon is None:\n            return None\n",
        new="        if self.beacon is None:\n            return False\n",
        caught_by=_BEACONS + "test_what_cannot_be_told_stops_nothing",
    ),
    Fault(
        what="a beacon heard weakly is near",
        file=_NEAR,
        old="near=dbm >= beacon.near_dbm)",
        new="near=True)",
        caught_by=_NEARNESS + "test_near_begins_at_the_beacons_own_threshold",
    ),
    Fault(
        what="near ends nowhere",
        file=_NEAR,
        old="abs(at - one.at) <= beacons[device].heard_for",
        new="one.at",
        caught_by=_NEARNESS + "test_a_hearing_counts_for_its_bound_and_a_silence_begins_anew",
    ),
    Fault(
        what="who hears his own place weakly is elsewhere",
        file=_NEAR,
        old="        return None if area in self.heard else False\n",
        new="        return False\n",
        caught_by=_BEACONS + "test_what_cannot_be_told_stops_nothing",
    ),
    Fault(
        what="the first beacon of several says where",
        file=_NEAR,
        old="key=lambda each: (each[0].dbm, each[1].id)",
        new="key=lambda each: (-each[0].dbm, each[1].id)",
        caught_by=_NEARNESS + "test_of_several_the_strongest_says_where",
    ),
    Fault(
        what="a beacon out of a store is one of now",
        file=_POSTS,
        old="    if Flag.STORED in said.flags or not FAULTS.isdisjoint(said.flags):\n",
        new="    if not FAULTS.isdisjoint(said.flags):\n",
        caught_by=_BEACONS + "test_what_says_nothing_of_now_shows_nothing",
    ),
    Fault(
        what="one beacon at two places is believed",
        file="hardware_bridge/nearness.py",
        old=" and names[_spelt(key)] == 1\n",
        new="\n",
        caught_by=_BEACONS + "test_a_beacon_nobody_registered_and_one_that_stands_twice_show_nothing",
    ),
    Fault(
        what="a guardian near another place has not left",
        file="hardware_bridge/service.py",
        old="            self._positions.near(known.id, near, at)\n",
        new="",
        caught_by=_BEACONS + "test_a_guardian_near_another_places_beacon_and_deaf_to_his_own_has_left",
    ),
    Fault(
        what="a stranger by a beacon is nobody",
        file="hardware_bridge/service.py",
        old="            self._telling.occupancy.near(known.id, near)\n",
        new="",
        caught_by=_BEACONS + "test_a_stranger_near_the_beacon_stops_the_work_after_two_hearings",
    ),
)
AROUND = (
    Fault(
        what="work begins without a bound for its guardian's tag",
        file=_HANDLER,
        old="    if rule is not None:\n        _set(desk.tx, after, rule, desk.now + rule.silent_after, desk.now)\n",
        new="",
        caught_by=_OFFICE + "test_the_timer_begins_with_the_work_and_ends_with_it",
    ),
    Fault(
        what="a silent tag is told and not acted upon",
        file=_HANDLER,
        old="    return due.name == TAG and desk",
        new="    return due.name == TAG or desk",
        caught_by=_OFFICE + "test_a_tag_that_dies_stops_the_work_within_its_bound",
    ),
    Fault(
        what="a tag that is elsewhere takes a name off the list",
        file=_MUSTER,
        old="        self.likely = min(self.likely, likely)\n",
        new="        self.likely = likely\n",
        caught_by=_MUSTERED + "test_the_log_is_never_outweighed_by_a_tag_that_is_elsewhere",
    ),
    Fault(
        what="anybody is told the numbers of all who are inside",
        file=_MUSTER,
        old="    if leads and known is not None",
        new="    if known is not None",
        caught_by=_MUSTERED + "test_numbers_are_for_those_who_lead_the_rescue",
    ),
    Fault(
        what="a tag of an hour ago is one of now",
        file=_MUSTER,
        old="        likely = Likely.INSIDE if age <= _FRESH else Likely.HERE\n",
        new="        likely = Likely.INSIDE\n",
        caught_by=_MUSTERED + "test_an_old_tag_says_where_it_was",
    ),
)
