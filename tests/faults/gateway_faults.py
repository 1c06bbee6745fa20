"""Faults in what a site gateway hands over, and the tests that must turn red."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_BATCH, _BATCHES = "hardware_bridge/gateway/batch.py", "tests/hardware_bridge/gateway/test_batch.py::"
_SPOOL, _SPOOLS = "hardware_bridge/gateway/spool.py", "tests/hardware_bridge/gateway/test_spool.py::"

ALONE = (
    Fault(
        what="what waited at a gateway is fresh",
        file=_BATCH,
        old="    if age is not None and age <= FRESH:\n",
        new="    if age is not None:\n",
        caught_by=_BATCHES + "test_twenty_minutes_in_the_spool_are_twenty_minutes",
    ),
    Fault(
        what="what a gateway cannot say how long it had is of now",
        file=_BATCH,
        old="    age = None if waited is None or under_way is None else waited + under_way\n",
        new="    age = (waited or timedelta(0)) + (under_way or timedelta(0))\n",
        caught_by=_BATCHES + "test_what_nobody_can_vouch_for_is_history",
    ),
    Fault(
        what="a device's own clock makes history younger",
        file=_BATCH,
        old="device_time=min(times, default=None)",
        new="device_time=said.device_time or heard",
        caught_by=_BATCHES + "test_twenty_minutes_in_the_spool_are_twenty_minutes",
    ),
    Fault(
        what="a ticket nobody sealed hides how long a batch was held back",
        file=_BATCH,
        old="        if not text.isdecimal() or not hmac.compare_digest(seal.encode(), self._seal(text).encode()):\n",
        new="        if not text.isdecimal():\n",
        caught_by=_BATCHES + "test_a_batch_held_back_under_way_is_found_out_by_its_ticket",
    ),
    Fault(
        what="a damaged batch leaves the spool",
        file=_SPOOL,
        old="    return body if line == _line(body) else None\n",
        new="    return body\n",
        caught_by=_SPOOLS + "test_a_damaged_batch_is_never_sent_as_something_else",
    ),
)
