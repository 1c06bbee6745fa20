"""The one exception of the way in."""

from __future__ import annotations

from enum import StrEnum


class Rejection(StrEnum):
    """Why a frame was turned away. Safe to log and to count."""

    NOT_JSON = "not_json"
    BAD_FRAME = "bad_frame"
    UNKNOWN_TOPIC = "unknown_topic"
    BAD_DATA = "bad_data"
    MISSING_FIELD = "missing_field"
    BAD_FIELD = "bad_field"
    FOREIGN_CORP = "foreign_corp"


class RejectedFrame(Exception):
    """What arrived is not a well-formed frame for us. Carries a reason, never content."""

    def __init__(self, reason: Rejection) -> None:
        super().__init__(reason.value)
        self.reason = reason
