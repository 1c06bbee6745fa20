"""The three families of failure.

::

    Exception
    ├── Refused           a plain no: an answer that names rule, fact and cure
    ├── ImpossibleEvent   ours: a recorded event does not fit the state it meets
    └── NaiveTime         ours: a time without zone reached the core
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.findings import Finding


# Not frozen: a context manager that lets it pass sets its traceback.
@dataclass(eq=False)
class Refused(Exception):
    """The command is not allowed now; the findings say why and who can cure it."""

    findings: tuple[Finding, ...]
    remember: bool = False
    """Whether the attempt itself is worth an ``AttemptRefused`` event (wrong signer, failed proof, refused start)."""

    def __str__(self) -> str:
        return "; ".join(f"{finding.gate}: {finding.fact}" for finding in self.findings) or "refused"


class ImpossibleEvent(Exception):
    """A recorded event cannot follow the state it meets: the journal and the law disagree."""


class NaiveTime(ValueError):
    """A time without a zone reached the core; every time must be timezone-aware."""
