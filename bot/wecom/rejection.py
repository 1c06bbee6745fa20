"""The one exception of the way in."""

from __future__ import annotations

from enum import StrEnum


class Rejection(StrEnum):
    """Why a delivery was turned away. Safe to log and to count."""

    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    MISSING_QUERY = "missing_query"
    BAD_ENVELOPE = "bad_envelope"
    BAD_SIGNATURE = "bad_signature"
    BAD_CIPHERTEXT = "bad_ciphertext"
    WRONG_RECEIVER = "wrong_receiver"
    BAD_DOCUMENT = "bad_document"
    MISSING_FIELD = "missing_field"
    BAD_FIELD = "bad_field"
    STALE = "stale"


class RejectedCallback(Exception):
    """What arrived is not an authentic, well-formed WeCom delivery for us. Carries a reason, never content."""

    def __init__(self, reason: Rejection) -> None:
        super().__init__(reason.value)
        self.reason = reason
