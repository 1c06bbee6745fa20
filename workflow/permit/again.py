"""What is confirmed on site, and what of it counts no more: after a stop, or on another day.

GB 30871-2022 8.2.11, 9.2.9, 11.4.

Asked by the gates, and by the cards that tell the guardian what to look at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Final

from workflow.permit.commands_base import SuspendReason
from workflow.permit.state import Permit
from workflow.rules.types import Measure, PermitRules

WEATHER, TRIAL, OBJECT = "weather_checked", "lift.trial", "earth.unknown_object"
LOOK: Final = Measure(no="天气", label="现场风力和雨、雪、雾情况", trigger="outdoor", gate=WEATHER)
"""A look at the sky where the weather stops the work and its list has no item for it (hot work, 5.2.15)."""


def confirmable(rules: PermitRules) -> Iterator[Measure]:
    """Whatever somebody may confirm on site: the list, and the look at the sky where the list lacks it.

    The look is asked for by a gate alone; no list shows it, and no answer whether it applies is wanted.
    """
    yield from rules.measures
    if rules.wind_stop_ms is not None and all(measure.gate != WEATHER for measure in rules.measures):
        yield LOOK


def outdated(permit: Permit, rules: PermitRules, at: datetime, zone: tzinfo) -> tuple[Measure, ...]:
    """Items that apply, were confirmed, and have to be confirmed again before work starts or resumes.

    ``zone`` is the site's: a day is a day there.
    """
    return tuple(
        measure
        for measure in rules.measures
        if (state := permit.measures.get(measure.no)) is not None
        and state.involved
        and state.confirmed_at is not None
        and (
            _since_stop(measure, state.confirmed_at, permit, rules)
            or (rules.reconfirm_after_break and _earlier_day(state.confirmed_at, at, zone))
        )
    )


def _since_stop(measure: Measure, confirmed: datetime, permit: Permit, rules: PermitRules) -> bool:
    """Whether a stop asks for this item anew: every item at height, and what the text or the cause names."""
    stop = permit.suspension
    if stop is None or confirmed > stop.newest:
        return False
    if measure.gate == OBJECT:
        return SuspendReason.UNKNOWN_OBJECT in stop.reasons
    if measure.gate == WEATHER:
        return bool(rules.weather)
    return measure.gate == TRIAL or rules.reconfirm_after_break


def _earlier_day(confirmed: datetime, at: datetime, zone: tzinfo) -> bool:
    return confirmed.astimezone(zone).date() < at.astimezone(zone).date()
