"""One decision in the making: the permit, what the plant knows, and the rules of the moment; and how a no is said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workflow.errors import Refused
from workflow.facts import Facts
from workflow.findings import Finding, no
from workflow.permit import gates
from workflow.permit.gates import Moment
from workflow.permit.state import Permit
from workflow.rules.types import PermitRules

__all__ = ["Case", "demand", "gas_due", "gas_soon", "no"]

if TYPE_CHECKING:
    from workflow.rules.book import RuleBook


class Case:
    """What a decision looks at. Made anew for every command; `rules` is worked out once, when first asked for."""

    __slots__ = ("_rules", "at", "book", "facts", "permit")

    def __init__(self, *, permit: Permit, book: RuleBook, facts: Facts, at: datetime) -> None:
        self.permit = permit
        self.book = book
        self.facts = facts
        self.at = at
        self._rules: PermitRules | None = None

    @property
    def rules(self) -> PermitRules:
        """The stricter of the rules frozen at the request and the rules of this moment (domain 0.1).

        Raise `Refused` when the present rules cannot grade the content: whoever wants to go on must hear why.
        """
        if self._rules is None:
            now = self.book.rules_for(self.permit.what, at=self.at, zone=self.facts.zone)
            self._rules = self.book.stricter(self.permit.law, now)
        return self._rules

    @property
    def rules_to_stop_by(self) -> PermitRules:
        """As `rules`, or the frozen ones when the present ones say nothing: stopping never fails for want of a rule."""
        try:
            return self.rules
        except Refused:
            return self.permit.law

    def stopped_by(self, moment: Moment, permit: Permit | None = None) -> tuple[Finding, ...]:
        """The gates of this moment that do not let go on."""
        return gates.halting(moment, permit or self.permit, self.rules, self.facts)


def gas_due(case: Case) -> bool:
    """Whether the newest gas record is as old as the rules of running work let it become (1.6 "during work")."""
    return _gas_due_within(case, timedelta(0))


def gas_soon(case: Case) -> bool:
    """Whether the next gas record falls due before the next prompt can come: then this one asks for it."""
    return _gas_due_within(case, case.rules_to_stop_by.soonest_prompt or timedelta(0))


def _gas_due_within(case: Case, left: timedelta) -> bool:
    gas = case.rules_to_stop_by.gas
    if gas is None or gas.record_every is None:
        return False
    newest = max((record.sample.sampled_at for record in case.permit.gas), default=None)
    return newest is None or case.at + left - newest >= gas.record_every


def demand(findings: Iterable[Finding | None], *, remember: bool = False) -> None:
    """Raise `Refused` with every finding that is not None; do nothing when all is well. The same gate is said once."""
    real = {finding.gate + finding.fact: finding for finding in findings if finding is not None}
    if real:
        raise Refused(findings=tuple(real.values()), remember=remember)
