"""The clock: a shift begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftBegins:
    """The timer of the digests: the shift that begins at ``at``."""

    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)
