"""Faults in the lines devices are heard on, and the tests that must turn red. Paths are whole."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_LINES = "tests/hardware_bridge/sources/"
_MODBUS, _PORTS, _FEED = (f"{_LINES}test_{name}.py::" for name in ("modbus", "ports", "feed"))
_READ, _WIND, _OFFICE = (
    "tests/hardware_bridge/test_lines.py::", "tests/handlers/test_wind_told.py::", "tests/handlers/test_monitoring.py::"
)  # fmt: skip
_TOGETHER, _STORED, _JSON = (
    "tests/workflow/rules/test_weather.py::", "tests/handlers/test_weather.py::",
    "tests/hardware_bridge/codecs/test_json_map.py::",
)  # fmt: skip
_PORT = "hardware_bridge/sources/port.py"
_WEATHER, _WEATHER_HERE = "workflow/permit/gates_weather.py", "handlers/weather.py"

LINES = (
    Fault(
        what="an answer that comes late is taken for that of the next question",
        file="hardware_bridge/sources/modbus.py",
        old="            except NoAnswer:\n                self._tally.mute(slave.device)\n                raise\n",
        new="            except NoAnswer:\n                self._tally.mute(slave.device)\n",
        caught_by=_MODBUS + "test_a_late_answer_is_never_taken_for_that_of_the_next_question",
    ),
    Fault(
        what="the dead keep the living waiting",
        file="hardware_bridge/sources/turns.py",
        old="        among = (slow if slow and (rounds or not quick) else quick) or self._turns\n",
        new="        among = slow or quick or self._turns\n",
        caught_by="tests/hardware_bridge/sources/test_turns.py::"
        "test_twenty_dead_devices_do_not_keep_three_live_ones_waiting",
    ),
    Fault(
        what="a line that keeps sending noise keeps its place",
        file=_PORT,
        old="now + idle if line.proved else min(now + idle, prove_by)",
        new="now + idle",
        caught_by=_PORTS + "test_a_line_that_proves_nothing_is_closed_however_busy_it_is",
    ),
    Fault(
        what="strangers keep a terminal out",
        file=_PORT,
        old="        idle[0].cancel()\n        return True\n",
        new="        return False\n",
        caught_by=_PORTS + "test_strangers_that_take_every_place_give_way_to_a_terminal_and_terminals_do_not",
    ),
    Fault(
        what="a line may flood the house",
        file=_PORT,
        old="        return self.taken <= most\n",
        new="        return self.taken <= most or not self.proved\n",
        caught_by=_PORTS + "test_a_flood_ends_its_line_only",
    ),
    Fault(
        what="a receiver that calls from anywhere is believed",
        file="hardware_bridge/sources/opened.py",
        old="        return None if device is None else _fixes(DeviceKey(device), line.datum)\n",
        new="        return _fixes(DeviceKey(device or next(iter(line.devices.values()))), line.datum)\n",
        caught_by=_PORTS + "test_a_receiver_is_known_by_where_it_calls_from",
    ),
    Fault(
        what="a device is heard on two lines",
        file="hardware_bridge/lines.py",
        old="    yield from _doubles(devices, source)\n",
        new="",
        caught_by=_READ + "test_every_fault_is_named",
    ),
    Fault(
        what="two senders share a key",
        file="hardware_bridge/lines.py",
        old="            if key and key in found.values():\n",
        new="            if key and key in found:\n",
        caught_by=_READ + "test_two_senders_never_share_a_key",
    ),
    Fault(
        what="weather without a time is weather of now",
        file="hardware_bridge/sources/feed.py",
        old="        return said if said.device_time is not None else",
        new="        return said if said is not None else",
        caught_by=_FEED + "test_what_a_service_must_not_do_is_no_reading",
    ),
    Fault(
        what="the calm of a weather service lets work begin",
        file=_WEATHER_HERE,
        old="one.quality == Quality.GOOD and device.kind in STATIONS]",
        new="one.quality == Quality.GOOD]",
        caught_by=_OFFICE + "test_the_storm_of_a_weather_service_is_believed_and_its_calm_is_not",
    ),
    Fault(
        what="a service's wind is told as measured at the place",
        file=_WEATHER,
        old="        wind, said = doubted, asked.facts.wind_doubted_said\n",
        new="        wind = doubted\n",
        caught_by=_WIND + "test_who_measured_it_and_when",
    ),
    Fault(
        what="bad weather is over when its station falls silent",
        file=_WEATHER_HERE,
        old="        weather_held=together(_bad(held))[1],\n",
        new="",
        caught_by=_STORED + "test_bad_weather_holds_however_long_nobody_speaks[weather]",
    ),
    Fault(
        what="a clock set back ends bad weather",
        file=_WEATHER_HERE,
        old="not now - FRESH <= one.received_at <= now]",
        new="one.received_at < now - FRESH]",
        caught_by=_STORED + "test_a_clock_set_back_does_not_end_bad_weather",
    ),
    Fault(
        what="a faulty word takes the place of the last that meant something",
        file="storage/sky_words.py",
        old=" and one.quality in _MEANT\n",
        new="\n",
        caught_by=_STORED + "test_a_faulty_sensor_does_not_end_the_rain_it_saw_and_its_next_word_does",
    ),
    Fault(
        what="an older look outweighs the last bad word of a station",
        file=_WEATHER,
        old="    return looked or confirmed_since(asked, CHECKED, said.at)\n",
        new="    return looked or confirmed(asked, CHECKED)\n",
        caught_by=_WIND + "test_the_last_bad_word_of_a_silent_station_outlives_an_older_look[nobody else says-start]",
    ),
    Fault(
        what="an older look outweighs the last storm where the list has no item for the weather",
        file=_WEATHER,
        old=" and look.confirmed_at > said.at\n",
        new="\n",
        caught_by=_WIND + "test_a_storm_over_hot_work_gives_way_to_a_look_that_is_newer",
    ),
    Fault(
        what="the calm of another anemometer ends the storm of one that fell silent",
        file=_WEATHER,
        old="    if gusts and (wind is None or wind < limit):\n",
        new="    if gusts and wind is None:\n",
        caught_by=_WIND + "test_the_last_storm_of_a_silent_anemometer_outlives_an_older_look[wind1]",
    ),
    Fault(
        what="silence of a weather station is fine weather",
        file="workflow/rules/weather.py",
        old="        if counts:\n",
        new="        if not counts:\n            found[kind] = False\n        else:\n",
        caught_by=_TOGETHER + "test_nobody_says_is_nobody_knows",
    ),
    Fault(
        what="the fine weather of a service counts",
        file="workflow/rules/weather.py",
        old="[one for one in of_it if one.sure]",
        new="of_it",
        caught_by=_TOGETHER + "test_of_one_who_is_not_sure_only_the_bad_counts",
    ),
    Fault(
        what="who sees no fog outvotes who sees it",
        file="workflow/rules/weather.py",
        old="[one for one in of_it if one.there] or",
        new="[] or",
        caught_by=_TOGETHER + "test_whoever_sees_it_is_believed_against_everybody_who_does_not",
    ),
    Fault(
        what="a rainstorm is no rain",
        file="workflow/rules/weather.py",
        old="        if word.there and word.kind == heavy:\n",
        new="        if False:\n",
        caught_by=_TOGETHER + "test_heavy_is_light_besides_and_light_is_not_heavy",
    ),
    Fault(
        what="fog an overdue sensor sees is not believed",
        file=_WEATHER_HERE,
        old=", *_weather(device, meant, sure=False)]",
        new="]",
        caught_by=_STORED + "test_one_that_is_overdue_may_stop_and_lets_none_begin",
    ),
    Fault(
        what="the weather of another place counts here",
        file=_WEATHER_HERE,
        old=" and one.area in {None, area}\n",
        new="\n",
        caught_by=_STORED + "test_whose_word_is_not_asked",
    ),
    Fault(
        what="the gates hear nothing of the weather",
        file="handlers/facts.py",
        old="        weather=above.weather,\n",
        new="",
        caught_by=_STORED + "test_fog_that_comes_asks_running_work_at_once_and_far_sight_is_no_alarm",
    ),
    Fault(
        what="fog that comes asks nobody",
        file="hardware_bridge/watching.py",
        old="        if self._weather_changes.changed(reading):\n",
        new="        if self._weather_changes.changed(reading) and reading.unit == 'm/s':\n",
        caught_by=_STORED + "test_fog_that_comes_asks_running_work_at_once_and_far_sight_is_no_alarm",
    ),
    Fault(
        what="to see far is an alarm",
        file="hardware_bridge/judging.py",
        old=" and value > channel.high and not far\n",
        new=" and value > channel.high\n",
        caught_by=_STORED + "test_fog_that_comes_asks_running_work_at_once_and_far_sight_is_no_alarm",
    ),
    Fault(
        what="a word of a service nobody wrote down is fine weather",
        file="hardware_bridge/codecs/json_map.py",
        old="            return\n        for kind in KINDS:\n",
        new="            there = frozenset()\n        for kind in KINDS:\n",
        caught_by=_JSON + "test_a_word_nobody_wrote_down_says_of_no_weather_that_there_is_none",
    ),
)
