"""What a photo may be for, and what people call it."""

from __future__ import annotations

from cards import words_photos, words_prompts
from workflow.permit.state import Permit
from workflow.permit.tasks import PHOTO_PURPOSE

JSA = "jsa"
NOTE = "note"
"""Purposes of our own beside the photo needs and measure numbers of the rules."""


def purposes_of(permit: Permit) -> frozenset[str]:
    """What a photo of this permit may be taken for by saying so: its measures, its photo needs, an open prompt."""
    measures = (measure.no for measure in permit.law.measures)
    return frozenset((*measures, *(need.key for need in permit.law.photos), PHOTO_PURPOSE))


def label_of(permit: Permit, purpose: str) -> str:
    """What people call a purpose."""
    if purpose == JSA:
        return words_photos.JSA_SHEET
    if purpose == words_photos.SKETCH:
        return words_photos.SKETCH_LABEL
    if purpose == PHOTO_PURPOSE:
        return words_prompts.PROMPT_PHOTO
    for measure in permit.law.measures:
        if measure.no == purpose:
            return f"{measure.no} {measure.label}"
    for need in permit.law.photos:
        if need.key == purpose:
            return need.label
    return words_photos.NOTE_PHOTO
