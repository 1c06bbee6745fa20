"""Faults in the lines devices are heard on, and the tests that must turn red. Paths are whole."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_LINES = "tests/hardware_bridge/sources/"
_MODBUS, _PORTS, _FEED = (f"{_LINES}test_{name}.py::" for name in ("modbus", "ports", "feed"))
_READ, _WIND, _OFFICE = (
    "tests/hardware_bridge/test_lines.py::", "tests/handlers/test_wind_told.py::", "tests/handlers/test_monitoring.py::"
)  # fmt: skip
_PORT = "hardware_bridge/sources/port.py"
_WEATHER, _FACTS = "workflow/permit/gates_weather.py", "handlers/facts.py"

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
        file=_FACTS,
        old="if quality == GOOD and not feed][-1:]",
        new="if quality == GOOD][-1:]",
        caught_by=_OFFICE + "test_the_storm_of_a_weather_service_is_believed_and_its_calm_is_not",
    ),
    Fault(
        what="a service's wind is told as measured at the place",
        file=_WEATHER,
        old="        wind, said = doubted, asked.facts.wind_doubted_said\n",
        new="        wind = doubted\n",
        caught_by=_WIND + "test_who_measured_it_and_when",
    ),
)
