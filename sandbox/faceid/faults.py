"""What can go wrong at the face service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True, kw_only=True)
class Faults:
    """Switches. Numbers count the calls still to be hit, -1 for all of them; 0, "" and False are off."""

    hang: int = 0
    """Taken and never answered."""
    cut: int = 0
    """The connection is cut before anything is done."""
    page: int = 0
    """HTTP 502 with a page instead of an answer."""
    error: str = ""
    """Every call ends with this code of the service."""
    answers_of: str = ""
    """A question about any run is answered with what was seen in the run with this number."""
    skew: timedelta = timedelta()
    """How far the clock of the service is ahead of everybody's."""
    adds: str = ""
    """Added to the address the browser is sent back to, beside what the service adds itself."""

    def take(self, name: str) -> bool:
        """Whether the counting switch strikes now; uses up one count."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left != 0
