"""What a gate is asked with, and how it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypedDict, Unpack

from workflow.facts import Facts
from workflow.findings import Severity, Verdict
from workflow.ids import PermitId, PersonId
from workflow.permit.content import Content
from workflow.permit.state import Permit, Presence
from workflow.plant import Person
from workflow.rules.situation import Known, frozen
from workflow.rules.types import PermitRules


class Moment(StrEnum):
    """When gates are asked. Unknown only warns at `REQUEST` and `ACCEPT`; from `REVIEW` on it stops."""

    REQUEST = "request"
    ACCEPT = "accept"
    REVIEW = "review"
    APPROVE = "approve"
    START = "start"
    DURING = "during"
    RESUME = "resume"
    FINISH = "finish"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The permit, its rules of this moment, and what the plant knows."""

    moment: Moment
    permit: Permit
    content: Content
    rules: PermitRules
    facts: Facts

    @property
    def at(self) -> datetime:
        """Now."""
        return self.facts.at

    @property
    def guardian(self) -> PersonId:
        """Who guards now: the one the content names, or who relieved him."""
        return self.permit.guardian

    @property
    def leader(self) -> PersonId:
        """Who leads now."""
        return self.permit.leader

    @property
    def known(self) -> Known:
        """What was known of the permit when its rules were resolved."""
        return frozen(self.rules)

    def day(self, at: datetime) -> date:
        """The calendar day at the site."""
        return at.astimezone(self.facts.zone).date()

    @property
    def day_of_work(self) -> date:
        """The day certificates are judged for: the planned start's while that is ahead, then today."""
        return self.day(max(self.at, self.content.planned.start))

    def clock(self, at: datetime) -> str:
        """A moment for people, in the site's time; with the day when it is not today."""
        local = at.astimezone(self.facts.zone)
        return local.strftime("%H:%M" if local.date() == self.day(self.at) else "%m-%d %H:%M")

    def person(self, who: PersonId) -> Person | None:
        """The person's record; None when the plant's list does not hold him."""
        return self.facts.people.get(who)

    def name(self, who: PersonId) -> str:
        """The person's name, or his id."""
        person = self.person(who)
        return person.name if person is not None else who

    def names(self, people: Iterable[PersonId]) -> str:
        """Several names, each once."""
        return "、".join(dict.fromkeys(map(self.name, people)))

    def presence(self, who: PersonId) -> Presence | None:
        """The person's last sign of being at the place."""
        return self.permit.presence.get(who)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a gate says. Empty ``gate``, ``rule`` and ``clause`` are those of the gate that was asked."""

    verdict: Verdict
    fact: str
    cure: str = ""
    who: str = ""
    button: str | None = None
    gate: str = ""
    rule: str = ""
    clause: str = ""
    call: tuple[PersonId, ...] = ()
    """Whom to call about it."""
    other: PermitId | None = None
    """The other permit it is about."""
    severity: Severity | None = None
    """Less than the table asks: for what may only warn here."""


def good(fact: str, *, gate: str = "", rule: str = "", clause: str = "") -> Answer:
    """The gate passes."""
    return Answer(verdict=Verdict.PASS, fact=fact, gate=gate, rule=rule, clause=clause)


class Besides(TypedDict, total=False):
    """What an answer may say besides fact, cure and who; fields of `Answer`."""

    button: str | None
    gate: str
    rule: str
    clause: str
    severity: Severity | None


def bad(fact: str, cure: str, who: str, **besides: Unpack[Besides]) -> Answer:
    """The gate fails."""
    return Answer(verdict=Verdict.FAIL, fact=fact, cure=cure, who=who, **besides)


def open_(fact: str, cure: str, who: str, **besides: Unpack[Besides]) -> Answer:
    """Nobody knows."""
    return Answer(verdict=Verdict.UNKNOWN, fact=fact, cure=cure, who=who, **besides)


Ask = Callable[[Asked], Iterator[Answer]]
"""A gate's question. No answer at all: the gate does not concern this permit."""
