"""What may become of a mutant."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """KILLED by a test, ENDLESS (out of processor time), BY_TYPES (the type checker refuses it), or missed."""

    KILLED = "killed"
    ENDLESS = "endless"
    BY_TYPES = "by types"
    SURVIVED = "survived"
    UNREACHED = "unreached"

    @property
    def missed(self) -> bool:
        """True when neither a test nor the type checker minds."""
        return self in {Outcome.SURVIVED, Outcome.UNREACHED}
