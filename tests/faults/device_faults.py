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
_MQTT = "tests/hardware_bridge/sources/test_mqtt_age.py::"
_MQTT_AGE = "hardware_bridge/sources/mqtt_age.py"
_DETECTORS = "handlers/detectors.py"
_WATCHING, _HANDLER = "hardware_bridge/watching.py", "handlers/monitoring.py"

_KEPT, _KEEPER = "tests/hardware_bridge/outputs/test_keeper.py::", "hardware_bridge/outputs/keeper.py"
_LINES = "tests/hardware_bridge/outputs/test_lines.py::"
_RELEASED, _RELEASE = "tests/workflow/test_release.py::", "workflow/permit/release.py"

DRIVEN = (
    Fault(
        what="an output that reports nothing is released",
        file=_KEEPER,
        old="        if evacuated or kept.reported is None:\n",
        new="        if evacuated:\n",
        caught_by=_KEPT + "test_a_box_that_does_not_report_is_not_released_and_people_hear_of_it_once",
    ),
    Fault(
        what="somebody goes in where everybody was ordered out",
        file=_KEEPER,
        old="        if evacuated or kept.reported is None:\n",
        new="        if kept.reported is None:\n",
        caught_by=_KEPT + "test_nobody_goes_in_where_everybody_was_ordered_out",
    ),
    Fault(
        what="what memory said long ago releases",
        file=_KEEPER,
        old="not timedelta(0) <= now - self._looked <= BLIND",
        new="not timedelta(0) <= now - self._looked",
        caught_by=_KEPT + "test_memory_that_does_not_answer_locks",
    ),
    Fault(
        what="a release lasts as long as what was shown, whatever becomes of us",
        file=_KEEPER,
        old="        lasts = min(output.hold, until - now)\n",
        new="        lasts = until - now\n",
        caught_by=_KEPT + "test_released_while_everything_holds_and_only_for_a_moment_at_a_time",
    ),
    Fault(
        what="an output that stayed on is told once and never again",
        file=_KEEPER,
        old="            if kept.told is not State.SAFE or kept.reported is State.RELEASED:\n",
        new="            if kept.told is not State.SAFE:\n",
        caught_by=_KEPT + "test_a_box_that_stays_on_is_told_again_and_again_and_people_hear_of_it",
    ),
    Fault(
        what="an order that was not taken is forgotten",
        file=_KEEPER,
        old='            raise Unreached(", ".join(missed))\n',
        new="            return\n",
        caught_by=_KEPT + "test_an_order_is_kept_until_the_device_has_taken_it_or_it_means_nothing_any_more",
    ),
    Fault(
        what="a clock set back makes a release last longer",
        file=_KEEPER,
        old="        if self._latest - now > SET_BACK:\n",
        new="        if now is None:\n",
        caught_by=_KEPT + "test_a_clock_that_was_set_back_makes_nothing_last_longer",
    ),
    Fault(
        what="no report is taken for a good one",
        file=_KEEPER,
        old="    if reported is None:\n        return OUTPUT_UNKNOWN\n",
        new='    if reported is None:\n        return ""\n',
        caught_by=_KEPT + "test_a_box_that_does_not_report_is_not_released_and_people_hear_of_it_once",
    ),
    Fault(
        what="an order to sound is forgotten as soon as the permit is over",
        file=_KEEPER,
        old="            self._sounding[order.permit] = order.area, order.at + SOUND_FOR\n",
        new="            pass\n",
        caught_by=_KEPT + "test_a_siren_that_was_ordered_sounds_though_the_permit_is_over_by_now",
    ),
    Fault(
        what="a recorded report is one of now",
        file="hardware_bridge/outputs/webhook.py",
        old="(found.output, found.nonce) != (self._output, nonce)",
        new="found.output != self._output",
        caught_by=_LINES + "test_only_the_doors_own_answer_to_this_question_counts",
    ),
    Fault(
        what="anybody on the line reports for the door",
        file="hardware_bridge/outputs/webhook.py",
        old="        if not signed.isascii() or not hmac",
        new="        if not signed.isascii() and not hmac",
        caught_by=_LINES + "test_only_the_doors_own_answer_to_this_question_counts",
    ),
    Fault(
        what="air beyond its limit counts as good for the box",
        file=_WATCHING,
        old="            if gas is None or work.beyond or work.alarmed or",
        new="            if gas is None or work.alarmed or",
        caught_by=_WATCHED + "test_the_air_for_the_work_box",
    ),
)
"""Outputs: what is released, withdrawn, and read back."""
BOXED = (
    Fault(
        what="work that stopped leaves the door released",
        file="workflow/permit/effects_outputs.py",
        old="        orders.append(Order.LOCK)\n",
        new="        orders += [] if isinstance(event, e.WorkSuspended) else [Order.LOCK]\n",
        caught_by=_RELEASED + "test_a_stop_locks_and_one_that_evacuates_sounds",
    ),
    Fault(
        what="a stop that orders everybody out is silent",
        file="workflow/permit/effects_outputs.py",
        old="        orders.append(Order.SOUND)\n",
        new="        orders += [] if orders else [Order.SOUND]\n",
        caught_by=_RELEASED + "test_a_stop_locks_and_one_that_evacuates_sounds",
    ),
    Fault(
        what="stopped work is released",
        file=_RELEASE,
        old="    if permit.status is not Status.ACTIVE or end is None or end <= now:\n",
        new="    if end is None or end <= now:\n",
        caught_by=_RELEASED + "test_only_work_under_way_is_served",
    ),
    Fault(
        what="an ended paper releases",
        file=_RELEASE,
        old="    if permit.status is not Status.ACTIVE or end is None or end <= now:\n",
        new="    if permit.status is not Status.ACTIVE or end is None:\n",
        caught_by=_RELEASED + "test_never_longer_than_the_paper",
    ),
    Fault(
        what="what was shown before a restart still counts",
        file=_RELEASE,
        old="    floor = since if began is None else max(since, began)\n",
        new="    floor = since if began is None else began\n",
        caught_by=_RELEASED + "test_after_a_restart_everything_is_shown_again",
    ),
    Fault(
        what="what was shown before a stop still counts",
        file=_RELEASE,
        old="    began = permit.resumed_at or permit.started_at\n",
        new="    began = permit.started_at\n",
        caught_by=_RELEASED + "test_after_a_stop_everything_is_shown_again",
    ),
    Fault(
        what="what was shown long ago still counts",
        file=_RELEASE,
        old="not floor < at <= now or at + lasts <= now:",
        new="not floor < at <= now:",
        caught_by=_RELEASED + "test_it_ends_at_the_very_second_what_was_shown_is_too_old",
    ),
    Fault(
        what="a clock that runs ahead shows what is to come",
        file=_RELEASE,
        old="not floor < at <= now or",
        new="not floor < at or",
        caught_by=_RELEASED + "test_nothing_counts_that_was_shown_before_the_work_began_or_lies_ahead",
    ),
    Fault(
        what="anybody's badge opens",
        file=_RELEASE,
        old="badge.at if badge is not None and badge.person in works else None",
        new="badge.at if badge is not None else None",
        caught_by=_RELEASED + "test_who_does_not_work_there_opens_nothing",
    ),
    Fault(
        what="somebody who guards no more stands for the guardian",
        file=_RELEASE,
        old="guardian.at if guardian is not None and here else None",
        new="guardian.at if guardian is not None else None",
        caught_by=_RELEASED + "test_it_is_the_guardian_of_now_who_must_be_there",
    ),
    Fault(
        what="one of the three is enough",
        file=_RELEASE,
        old="until=None if lacks else min(ends)",
        new="until=None if len(lacks) > 1 else min(ends)",
        caught_by=_RELEASED + "test_each_of_the_three_is_needed",
    ),
    Fault(
        what="a badge opens every door",
        file="workflow/badge.py",
        old="    if (badge.site, badge.output) != (site, output):\n",
        new="    if badge.site != site:\n",
        caught_by="tests/workflow/test_badge.py::test_at_no_other_door_and_at_no_other_time",
    ),
    Fault(
        what="a badge opens for ever",
        file="workflow/badge.py",
        old="    if not -SKEW <= now - badge.made_at <= LASTS:\n",
        new="    if not -SKEW <= now - badge.made_at:\n",
        caught_by="tests/workflow/test_badge.py::test_at_no_other_door_and_at_no_other_time",
    ),
)

ALONE = (
    *DRIVEN,
    *BOXED,
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
        old="any(not timedelta(0) <= now - one.since < watch.alone_for for one in alarmed)",
        new="False",
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
    Fault(
        what="what a broker kept while we were away counts as fresh",
        file=_MQTT_AGE,
        old="        self._settled = not resumed\n",
        new="        self._settled = True\n",
        caught_by=_MQTT + "test_what_a_broker_kept_for_somebody_unknown_is_history",
    ),
    Fault(
        what="what waits in a queue counts as said just now",
        file=_MQTT_AGE,
        old="        if self._settled and not waits:\n",
        new="        if self._settled:\n",
        caught_by=_MQTT + "test_when_things_wait_a_message_counts_from_the_last_mark_that_came_back",
    ),
    Fault(
        what="what waited for an hour is no history",
        file=_MQTT_AGE,
        old="        if since is None or at - since > self._oldest:\n",
        new="        if since is None:\n",
        caught_by=_MQTT + "test_when_things_wait_a_message_counts_from_the_last_mark_that_came_back",
    ),
    Fault(
        what="what was delivered twice counts as newer than it can be",
        file=_MQTT_AGE,
        old="            self._floor = self._back[0].at\n",
        new="            self._floor = self._back[1].at\n",
        caught_by=_MQTT + "test_what_it_kept_while_we_were_away_counts_from_the_last_mark_but_one",
    ),
    Fault(
        what="a retained reading with a time is fresh",
        file="hardware_bridge/sources/mqtt.py",
        old="(timed and not kept)",
        new="timed",
        caught_by=_MQTT + "test_a_time_of_the_devices_own_stays_and_what_was_retained_is_history_with_any",
    ),
    Fault(
        what="a second sensor of one gas in one device is let in",
        file="hardware_bridge/devices.py",
        old="        if key[1] in {quantity for _, quantity in found}:\n",
        new="        if key in found:\n",
        caught_by=_JUDGED + "test_two_sensors_of_one_quantity_are_two_devices",
    ),
    Fault(
        what="one device under two names is two",
        file="hardware_bridge/devices.py",
        old="        if one.serial and first.setdefault((one.model, one.serial), key) != key:\n",
        new="        if first.setdefault((one.id, one.serial), key) != key:\n",
        caught_by=_JUDGED + "test_one_device_under_two_names_is_nobody",
    ),
    Fault(
        what="what a detector said at its last place counts at its new one",
        file=_WATCHING,
        old=" and at[0] not in moved}",
        new="}",
        caught_by=_WATCHED + "test_a_detector_that_was_moved_has_said_nothing_yet_where_it_stands_now",
    ),
    Fault(
        what="a wind that rose during the start is never asked about",
        file=_WATCHING,
        old="            if begins and any(",
        new="            if not begins and any(",
        caught_by=_WATCHED + "test_wind_that_rose_while_the_work_was_being_started_is_asked_about",
    ),
    Fault(
        what="a clock set back spares one that is alone",
        file=_MONITORING,
        old="any(not timedelta(0) <= now - one.since < watch.alone_for",
        new="any(now - one.since >= watch.alone_for",
        caught_by=_WATCHED + "test_a_clock_set_back_spares_nobody_who_is_alone",
    ),
    Fault(
        what="a clock set back makes the silent present",
        file=_MONITORING,
        old="timedelta(0) <= now - one.good_at <= watch.silent_after",
        new="now - one.good_at <= watch.silent_after",
        caught_by=_WATCHED + "test_a_clock_set_back_makes_nobody_present_who_has_not_spoken_since",
    ),
    Fault(
        what="an alarm that goes on beside work taken up again is old news",
        file=_WATCHING,
        old="                work.alarmed.clear()\n",
        new="",
        caught_by=_WATCHED + "test_work_taken_up_again_beside_an_alarm_that_goes_on_stops_again",
    ),
    Fault(
        what="a sample is drawn of what was said long ago",
        file=_WATCHING,
        old="now - newest.of <= _SAMPLE_OF and ",
        new="",
        caught_by=_WATCHED + "test_a_sample_is_of_the_last_minute",
    ),
)

AROUND = (
    Fault(
        what="work that starts sets no timer of silence",
        file=_HANDLER,
        old="    if watch is not None:\n        _set(desk.tx, after, watch, _heard_until(",
        new="    if watch is not None and before is after:\n        _set(desk.tx, after, watch, _heard_until(",
        caught_by=_OFFICE
        + "test_the_transaction_that_starts_the_work_sets_the_timer_and_the_one_that_stops_it_takes_it_away",
    ),
    Fault(
        what="the silence of work that begins is counted from its start",
        file=_HANDLER,
        old="    return desk.now if until is None else min(until, desk.now + watch.silent_after)\n",
        new="    return desk.now + watch.silent_after\n",
        caught_by=_OFFICE + "test_a_detector_that_falls_silent_after_the_gate_saw_it_has_no_second_bound",
    ),
    Fault(
        what="nobody asks memory what detectors said before work begins",
        file="handlers/facts.py",
        old="        monitoring=ground.monitoring,\n",
        new="",
        caught_by=_OFFICE + "test_work_does_not_begin_without_the_detectors_it_needs",
    ),
    Fault(
        what="the plant's wish for detectors does not reach the office",
        file="handlers/desk.py",
        old="            monitoring=house.book.plant.monitoring,\n",
        new="",
        caught_by=_OFFICE + "test_work_does_not_begin_without_the_detectors_it_needs",
    ),
    Fault(
        what="a detector lent to another permit opens this one",
        file=_DETECTORS,
        old="        return row.permit == permit\n",
        new="        return True\n",
        caught_by=_OFFICE + "test_a_detector_of_another_place_opens_nothing",
    ),
    Fault(
        what="what a detector said at its last place counts at the new one",
        file=_DETECTORS,
        old="    since = max(now - LOOK_BACK, serves_since)\n",
        new="    since = now - LOOK_BACK\n",
        caught_by=_OFFICE + "test_what_a_detector_said_elsewhere_opens_nothing_here",
    ),
    Fault(
        what="a detector that is out of use opens work",
        file=_DETECTORS,
        old="for one in tx.directory.register.devices if one.active and _watches(",
        new="for one in tx.directory.register.devices if _watches(",
        caught_by=_OFFICE + "test_a_detector_of_another_place_opens_nothing",
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
        old="            return\n        (self._positions if wish.topic == LEFT else self._watching).heard(wish)\n",
        new="        (self._positions if wish.topic == LEFT else self._watching).heard(wish)\n",
        caught_by=_OFFICE + "test_an_office_that_does_not_answer_is_asked_again",
    ),
    Fault(
        what="a sign of life counts as a reading of danger no more",
        file="hardware_bridge/service.py",
        old="            self._watching.alarm(known.id, raised=True)\n",
        new="            pass\n",
        caught_by=_OFFICE + "test_a_beat_is_no_reading_and_its_alarm_is_an_alarm",
    ),
    Fault(
        what="what a broker retained keeps work going",
        file="hardware_bridge/sources/mqtt.py",
        old="        since = STORED if kept else self._ages.of(self._clock(), self._heard)\n",
        new="        since = self._ages.of(self._clock(), self._heard)\n",
        caught_by="tests/handlers/test_mqtt_line.py::test_what_a_broker_had_kept_never_keeps_work_going",
    ),
    Fault(
        what="an alarm out of a store stops work again at every connection",
        file="hardware_bridge/service.py",
        old=" or Flag.STORED in said.flags:\n",
        new=":\n",
        caught_by=_OFFICE + "test_a_beat_is_no_reading_and_its_alarm_is_an_alarm",
    ),
    Fault(
        what="after a clock was set back whoever is heard keeps nothing going",
        file=_WATCHING,
        old="abs(until - work.ends)",
        new="(until - work.ends)",
        caught_by=_OFFICE + "test_a_clock_set_back_buys_no_silence",
    ),
    Fault(
        what="a timer that lies beyond what silence may last is left there",
        file=_HANDLER,
        old="        if due is None or due > last:\n",
        new="        if due is None:\n",
        caught_by=_OFFICE + "test_a_clock_set_back_buys_no_silence",
    ),
    Fault(
        what="a button for help that comes with a position is thrown away",
        file="hardware_bridge/service.py",
        old="                self._cry(said)\n                self._position(said, at)\n",
        new="                self._position(said, at)\n",
        caught_by=_OFFICE + "test_an_alarm_without_a_value_stops_the_work",
    ),
    Fault(
        what="a storm of an overdue anemometer is not believed",
        file="handlers/facts.py",
        old="if one.quality in MEANINGFUL",
        new="if one.quality == GOOD",
        caught_by=_OFFICE + "test_a_storm_is_believed_of_an_anemometer_that_is_overdue_and_its_calm_is_not",
    ),
)
