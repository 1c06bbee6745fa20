"""What was confirmed on site and counts no more: after a stop, or on another day (GB 30871-2022 8.2.11, 9.2.9, 11.4).

Asked by the gates, and by the cards that tell the guardian what to look at again.
"""

from __future__ import annotations

from datetime import datetime, tzinfo

from workflow.permit.commands_base import SuspendReason
from workflow.permit.state import Permit
from workflow.rules.types import Measure, PermitRules

WEATHER, TRIAL, OBJECT = "weather_checked", "lift.trial", "earth.unknown_object"


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
