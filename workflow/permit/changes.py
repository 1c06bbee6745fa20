"""Building the next state from the present one: which fields an event changes, typed, and the copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, make_dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypedDict, cast

from workflow.ids import PermitId, PersonId
from workflow.permit.content import Content
from workflow.permit.life import ByHand, Confirmed, Handover, Inside, LinkedWork, Still
from workflow.permit.state import (
    Closing,
    GasRecord,
    MeasureState,
    Permit,
    Photo,
    Presence,
    RoleSignature,
    Signature,
    Status,
    Suspension,
)
from workflow.permit.tasks import Asking, Doubt
from workflow.rules.types import PermitRules


class Changes(TypedDict, total=False):
    """The fields of `Permit` an event sets anew; a test holds the two together."""

    status: Status
    version: int
    revision: int
    content: Content | None
    content_hash: str
    rules: PermitRules | None
    submitted_at: datetime | None
    jsa: str | None
    measures: Mapping[str, MeasureState]
    accepted_by: PersonId | None
    accepted_at: datetime | None
    review_requested_by: PersonId | None
    review_requested_at: datetime | None
    signatures: tuple[Signature, ...]
    waiting_since: datetime | None
    escalated_to: tuple[PersonId, ...]
    escalation_level: int
    reminded: bool
    deputised: tuple[PersonId, ...]
    escalation_acknowledged: bool
    issued_at: datetime | None
    briefed: tuple[PersonId, ...]
    vouched: Mapping[PersonId, PersonId]
    presence: Mapping[PersonId, Presence]
    photos: tuple[Photo, ...]
    stills: tuple[Still, ...]
    gas: tuple[GasRecord, ...]
    gas_failed_once: bool
    ventilation_running: bool | None
    ventilation_mechanical: bool | None
    mechanical_since: datetime | None
    start_signatures: tuple[RoleSignature, ...]
    started_at: datetime | None
    people_inside: int | None
    tools_inside: int | None
    counted_at: datetime | None
    prompt_open: int | None
    prompt_wants_gas: bool
    asking: Asking | None
    doubt: Doubt | None
    prompts_raised: int
    prompts_missed: int
    suspension: Suspension | None
    resume_signatures: tuple[RoleSignature, ...]
    resumed_at: datetime | None
    warned: tuple[timedelta, ...]
    finished_at: datetime | None
    finished_by: PersonId | None
    fire_watch_until: datetime | None
    fire_watch_minutes_over: bool
    fire_watch_ended: bool
    acceptance: tuple[RoleSignature, ...]
    was_live_at_end: bool
    count_reminders: int
    closing: Closing | None
    guarding: PersonId | None
    leading: PersonId | None
    relieved: tuple[PersonId, ...]
    checked_by: tuple[PersonId, ...]
    inside: tuple[Inside, ...]
    log_kept: bool
    handover: Handover | None
    handovers: int
    handover_due: bool
    handed_over_at: datetime | None
    purge_by_hand: ByHand | None
    closings: tuple[Confirmed, ...]
    end_note_at: datetime | None
    job: tuple[LinkedWork, ...]
    linked_over: tuple[PermitId, ...]
    linked_news: str
    last_event_at: datetime | None
    notes: tuple[str, ...]


_NAMES = tuple(field.name for field in fields(Permit))
_READ = attrgetter(*_NAMES)
_Draft: Any = make_dataclass("_Draft", _NAMES, slots=True)
"""A permit that may still be written to: the same slots, so that it can become one."""


def amended(permit: Permit, changes: Changes) -> Permit:
    """A copy of the permit with the changes, written straight into the slots: an eighth of the time of `replace`."""
    draft = _Draft(*_READ(permit))
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.__class__ = Permit
    return cast(Permit, draft)
