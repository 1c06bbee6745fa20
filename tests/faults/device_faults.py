"""Faults in what detectors mean to work, and the tests that must turn red. Paths are whole: three rooms share the rule.

`AROUND` needs an office and a database around the line; the others are played without.
"""

from __future__ import annotations

from tests.faults.core_faults import Fault

_CORE = "tests/workflow/test_monitoring.py::"
_JUDGED = "tests/hardware_bridge/test_judging.py::"
_WATCHED = "tests/hardware_bridge/test_watching.py::"
_OFFICE = "tests/handlers/test_monitoring.py::"
_MONITORING, _JUDGING = "workflow/monitoring.py", "hardware_bridge/judging.py"
_WATCHING, _HANDLER = "hardware_bridge/watching.py", "handlers/monitoring.py"

ALONE = (
    Fault(
        what="an expired detector shows that all is well",
        file=_JUDGING,
        old="        if due is None or now.astimezone(self._zone).date() > due:\n",
        new="        if due is not None and now.astimezone(self._zone).date() > due and not device.model:\n",
        caught_by=_JUDGED + "test_calibration_counts_in_days_of_the_site",
    ),
    Fault(
        what="a detector nobody bump tested shows that all is well",
        file=_JUDGING,
        old="        if every is not None and (tested is None or now - tested > every):\n",
        new="        if every is not None and (tested is not None and now - tested > every):\n",
        caught_by=_JUDGED + "test_what_people_wear_is_bump_tested_every_day",
    ),
    Fault(
        what="a value in another unit is taken for one in its own",
        file=_JUDGING,
        old="        if not in_unit:\n            return Quality.WRONG_UNIT\n",
        new="",
        caught_by=_JUDGED + "test_a_percentage_of_the_air_is_never_taken_for_one_of_the_lel",
    ),
    Fault(
        what="what the device itself calls faulty counts",
        file=_JUDGING,
        old="        if sample.flags and not FAULTS.isdisjoint(sample.flags):\n            return Quality.FAULTY\n",
        new="",
        caught_by=_JUDGED + "test_a_faulty_sensor_means_nothing",
    ),
    Fault(
        what="an old value counts as one of now",
        file=_JUDGING,
        old="        if late or _stale(sample, device, now):\n",
        new="        if late:\n",
        caught_by=_JUDGED + "test_the_device_clock",
    ),
    Fault(
        what="a gateway that repeats its last message is heard for ever",
        file=_JUDGING,
        old="        return False, still or _repeats(sensor, now)\n",
        new="        return False, still\n",
        caught_by=_JUDGED + "test_one_and_the_same_message_again_and_again",
    ),
    Fault(
        what="a sensor beyond its range says nothing",
        file=_JUDGING,
        old="            alarm = (over or not ALARMS.isdisjoint(sample.flags))",
        new="            alarm = (not ALARMS.isdisjoint(sample.flags))",
        caught_by=_JUDGED + "test_the_range",
    ),
    Fault(
        what="a position is converted twice",
        file=_JUDGING,
        old="    return to_wgs84(said.place)\n",
        new="    place = said.place\n    object.__setattr__(place, 'datum', values.Datum.GCJ02)\n"
        "    return to_wgs84(place)\n",
        caught_by=_JUDGED + "test_a_position_is_converted_once_and_says_so",
    ),
    Fault(
        what="an expired detector that screams is ignored",
        file=_MONITORING,
        old="        Quality.CALIBRATION_EXPIRED,\n        Quality.BUMP_MISSING,\n    }\n",
        new="        Quality.BUMP_MISSING,\n    }\n",
        caught_by=_CORE + "test_danger_is_taken_from_a_device_that_could_not_show_safety",
    ),
    Fault(
        what="a vote of two waits for somebody who is not there",
        file=_MONITORING,
        old="        spared = present(heard, watch, quantity, now) > watch.votes\n",
        new="        spared = len([one for one in heard if one.quantity == quantity]) > watch.votes\n",
        caught_by=_CORE + "test_a_vote_of_two_never_waits_for_somebody_who_is_not_there",
    ),
    Fault(
        what="one alone is never believed",
        file=_MONITORING,
        old="        if enough or not spared or any(now - one.since >= watch.alone_for for one in alarmed):\n",
        new="        if enough or not spared:\n",
        caught_by=_CORE + "test_one_that_stays_beyond_is_believed_alone",
    ),
    Fault(
        what="one gas that is heard keeps the work going",
        file=_MONITORING,
        old="        until = end if until is None else min(until, end)\n",
        new="        until = end if until is None else max(until, end)\n",
        caught_by=_CORE + "test_silence_is_counted_from_the_last_moment_enough_detectors_were_good",
    ),
    Fault(
        what="one detector of two asked for is enough",
        file=_MONITORING,
        old="        end = last[watch.detectors - 1] + watch.silent_after\n",
        new="        end = last[0] + watch.silent_after\n",
        caught_by=_WATCHED + "test_silence_of_any_kind_stops_the_work_within_its_bound[0]",
    ),
    Fault(
        what="a bad value keeps the silence away",
        file=_WATCHING,
        old="        if reading.quality is Quality.GOOD:\n            lies.good = reading\n",
        new="        lies.good = reading\n",
        caught_by=_WATCHED + "test_an_expired_detector_stops_work_and_never_lets_it_begin",
    ),
    Fault(
        what="a sample drawn before the stop serves the resumption",
        file=_WATCHING,
        old="    return served.stopped is None or reading.of > served.stopped\n",
        new="    return True\n",
        caught_by=_WATCHED + "test_a_sample_drawn_before_the_stop_is_none",
    ),
    Fault(
        what="every reading beyond the limit is a command",
        file=_WATCHING,
        old="        if work.told is not None:\n            return\n",
        new="",
        caught_by=_WATCHED + "test_a_value_that_trembles_around_its_limit_is_one_alarm",
    ),
    Fault(
        what="work taken up again beside a value beyond its limit goes on",
        file=_WATCHING,
        old="                work.told = None\n                work.alarmed.clear()\n",
        new="                work.alarmed.clear()\n",
        caught_by=_WATCHED + "test_work_taken_up_again_beside_a_value_beyond_its_limit_stops_again",
    ),
    Fault(
        what="the alarm of a device is not heard",
        file=_WATCHING,
        old="        self._alarm(work, reading.device, reading.alarm)\n",
        new="",
        caught_by=_WATCHED + "test_a_device_alarm_stops_once_whatever_the_value",
    ),
)

AROUND = (
    Fault(
        what="work that starts sets no timer of silence",
        file=_HANDLER,
        old="    if watch is not None:\n        _set(desk.tx, after, watch, desk.now + watch.silent_after, desk.now)\n",
        new="",
        caught_by=_OFFICE
        + "test_the_transaction_that_starts_the_work_sets_the_timer_and_the_one_that_stops_it_takes_it_away",
    ),
    Fault(
        what="a clock that runs wild buys silence",
        file=_HANDLER,
        old="min(end, now + watch.silent_after)",
        new="end",
        caught_by=_OFFICE + "test_no_clock_buys_more_silence_than_is_allowed",
    ),
    Fault(
        what="work that stands is stopped by silence again",
        file=_HANDLER,
        old="    return due.name == DEVICES and desk",
        new="    return due.name != DEVICES and desk",
        caught_by=_OFFICE + "test_a_timer_of_silence_that_fires_late_stops_nothing_that_stands_already",
    ),
    Fault(
        what="what the office did not hear is forgotten",
        file="hardware_bridge/service.py",
        old="            return\n        self._watching.heard(wish)\n",
        new="        self._watching.heard(wish)\n",
        caught_by=_OFFICE + "test_an_office_that_does_not_answer_is_asked_again",
    ),
    Fault(
        what="a sign of life counts as a reading of danger no more",
        file="hardware_bridge/service.py",
        old="            self._watching.alarm(known.id, raised=True)\n",
        new="            pass\n",
        caught_by=_OFFICE + "test_a_beat_is_no_reading_and_its_alarm_is_an_alarm",
    ),
)
