"""Another time instead of a conflict: one question with one button, asked once for each planned time."""

from __future__ import annotations

from cards import words_draft as say
from handlers.desk import Desk
from handlers.free_slot import free_slot, in_conflict
from handlers.request import present
from handlers.request.clockreadings import Reading
from handlers.request.drafts import Asked, RequestDraft
from handlers.request.timechoices import for_reading
from workflow.findings import Finding
from workflow.ids import PermitId
from workflow.permit.content import Content
from workflow.rules.types import PermitRules

SLOT, KEEP = "slot", "keep"
"""The key of the question, and of the button that leaves the time as it is."""


def offer(
    desk: Desk, draft: RequestDraft, content: Content, rules: PermitRules, findings: tuple[Finding, ...]
) -> Asked | None:
    """The question, when a hard rule bites at the planned time and another time is free of it; else None."""
    if not in_conflict(findings) or _kept(desk, draft, content):
        return None
    slot = free_slot(desk, draft.revises or PermitId(""), content, rules)
    if slot is None or slot == content.planned:
        return None
    choice = for_reading(Reading(start=slot.start, end=slot.end), desk.now.astimezone(desk.house.zone))
    options = ((choice.key, say.SLOT_MOVE.format(time=choice.label)), (KEEP, say.SLOT_KEEP))
    return Asked(key=SLOT, text=say.SLOT, options=options)


def planned_of(draft: RequestDraft) -> str:
    """The planned time as the card spells it."""
    return next((value for label, value in draft.shown.lines if label == say.LINE_TIME), "")


def _kept(desk: Desk, draft: RequestDraft, content: Content) -> bool:
    """Whether he has said to leave just this time; the card may cut it short."""
    planned = content.planned
    spelled = present.interval(planned.start, planned.end, desk.house.zone, desk.today)
    return bool(draft.kept_time) and spelled.startswith(draft.kept_time)
