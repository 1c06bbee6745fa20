"""Gates answer with findings: one reason each why work may or may not go on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflow.ids import PermitId, PersonId


class Verdict(StrEnum):
    """What a gate says. Unknown counts as unsafe wherever work could start or go on."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """Whether a failing gate blocks or only warns."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One gate's answer: the rule, its clause, the fact seen, and who can cure it.

    All texts are plain Chinese, ready for a card. ``button`` names the action that cures it (an `Action` value
    of ``cards.buttons``), when there is one.
    """

    gate: str
    verdict: Verdict
    severity: Severity
    rule: str
    clause: str
    fact: str
    cure: str = ""
    who: str = ""
    button: str | None = None
    call: tuple[PersonId, ...] = ()
    """Whom to call about it: people of the other permit. Their numbers are looked up for who may see them."""
    other: PermitId | None = None
    """The permit this one conflicts with."""

    @property
    def stops(self) -> bool:
        """True when this finding forbids issue, start and resume: a blocking gate that does not pass."""
        return self.severity is Severity.BLOCK and self.verdict is not Verdict.PASS


def stopping(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings that forbid going on."""
    return tuple(finding for finding in findings if finding.stops)


def no(
    gate: str,
    fact: str,
    *,
    clause: str = "",
    rule: str = "",
    cure: str = "",
    who: str = "",
    button: str | None = None,
    call: tuple[PersonId, ...] = (),
) -> Finding:
    """One reason not to do what was asked. ``call``: whom to call about it."""
    return Finding(
        gate=gate,
        verdict=Verdict.FAIL,
        severity=Severity.BLOCK,
        rule=rule or fact,
        clause=clause,
        fact=fact,
        cure=cure,
        who=who,
        button=button,
        call=call,
    )
