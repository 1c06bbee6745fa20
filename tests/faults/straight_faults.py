"""Faults in the straight way of a usual reading and in the short one of a usual packet, and the tests that must turn
red. Paths are whole."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_STRAIGHT, _WAY = "tests/hardware_bridge/test_straight.py::", "hardware_bridge/straight.py"
_FRAMES, _PACKET = "tests/hardware_bridge/sources/test_mqtt_frames.py::", "hardware_bridge/sources/mqtt_frames.py"

ALONE = (
    Fault(
        what="straight on, a value beyond what its sensor can say is good",
        file=_WAY,
        old="    if not plan.low <= value <= plan.high or now",
        new="    if plan.low > value or now",
        caught_by=_STRAIGHT + "test_a_value_beyond_the_range",
    ),
    Fault(
        what="straight on, calibration never ends",
        file=_WAY,
        old=" or now >= plan.fit_until",
        new="",
        caught_by=_STRAIGHT + "test_a_device_that_may_no_longer_serve",
    ),
    Fault(
        what="straight on, a day more than calibration lasts",
        file=_WAY,
        old="datetime.combine(known.calibration_due, time.min, UTC)",
        new="datetime.combine(known.calibration_due, time.max, UTC)",
        caught_by=_STRAIGHT + "test_a_device_that_may_no_longer_serve",
    ),
    Fault(
        what="straight on, a value of this morning is of now",
        file=_WAY,
        old="        if not plan.ahead <= now - measured <= plan.stale or",
        new="        if not plan.ahead <= now - measured or",
        caught_by=_STRAIGHT + "test_a_time_too_old_or_of_a_time_to_come",
    ),
    Fault(
        what="straight on, what comes late takes the place of what is newer",
        file=_WAY,
        old=" or (last is not None and measured < last):",
        new=":",
        caught_by=_STRAIGHT + "test_a_value_older_than_what_is_known",
    ),
    Fault(
        what="straight on, a sensor may stand still",
        file=_WAY,
        old="    elif plan.stuck is not None and now - sensor.since >= plan.stuck:",
        new="    elif plan.stuck is not None and now < sensor.since:",
        caught_by=_STRAIGHT + "test_a_sensor_that_stands_still",
    ),
    Fault(
        what="straight on, a plan outlives the register",
        file=_WAY,
        old="            self._plans.clear()\n            self._devices",
        new="            self._devices",
        caught_by=_STRAIGHT + "test_the_register_moves_and_every_plan_with_it",
    ),
    Fault(
        what="straight on, a fault beside a value is not seen",
        file=_WAY,
        old=" or said.flags not in _CALM",
        new="",
        caught_by=_STRAIGHT + "test_a_device_that_says_something_of_itself",
    ),
    Fault(
        what="straight on, parts per billion are parts per million",
        file=_WAY,
        old=" or said.unit is not channel.unit",
        new="",
        caught_by=_STRAIGHT + "test_a_value_in_another_unit_is_not_taken_for_one_in_its_own",
    ),
    Fault(
        what="straight on, whoever is on the line speaks for what stands behind a gateway",
        file=_WAY,
        old="    if known.gateway or said",
        new="    if said",
        caught_by=_STRAIGHT + "test_the_register_moves_and_every_plan_with_it",
    ),
    Fault(
        what="what the broker had kept goes straight",
        file="hardware_bridge/sources/mqtt.py",
        old=" if since is FRESH and meaning.map is None else None",
        new=" if meaning.map is None else None",
        caught_by=_STRAIGHT + "test_only_what_is_of_now_and_in_our_own_format_goes_straight",
    ),
    Fault(
        what="a packet with something attached is read as if it had nothing",
        file=_PACKET,
        old=" or (five and data[payload_at - 1])",
        new="",
        caught_by=_FRAMES + "test_the_odd_is_told_as_the_library_tells_it_and_so_is_what_follows",
    ),
    Fault(
        what="what the broker had kept is read as if it were new",
        file=_PACKET,
        old="data[at] == _USUAL and",
        new="data[at] | 1 == _USUAL | 1 and",
        caught_by=_FRAMES + "test_the_odd_is_told_as_the_library_tells_it_and_so_is_what_follows",
    ),
)
