"""What would have been different: the decisions of a permit's history, asked again under two rule books.

Both books see the same history and the same facts, and only what they answer differently is told: two equal books
differ in nothing, whatever else may have changed since. The history goes on as it was written on both sides, so that a
later decision is asked in the situation in which it was taken. A node that only the second book knows is taken as
signed in time by the first person who holds its role: what it costs is told in minutes, not as a refusal of all that
follows. Pure; nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from workflow.errors import ImpossibleEvent, Refused
from workflow.facts import Facts
from workflow.findings import Finding
from workflow.ids import PermitId, SiteId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.content import Content
from workflow.permit.decide import decide
from workflow.permit.evolve import evolve
from workflow.permit.state import Permit, Status
from workflow.rules.book import RuleBook
from workflow.rules.types import Grade, Node, PermitRules, Role
from workflow.values import Actor, WorkType

FactsAt = Callable[[PermitId, Content, datetime, RuleBook], Facts]
"""What the plant knows of this content at this moment, with the posts as this book gives them."""

Ask = Callable[[e.Event], c.Command | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The history of one permit, from its first event on."""

    id: PermitId
    site: SiteId
    events: tuple[e.Event, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class No:
    """One reason why a decision that was taken would not have been taken."""

    at: datetime
    by: Actor
    command: str
    """What was asked, e.g. ``Approve``."""
    gate: str
    rule: str
    clause: str
    fact: str
    stops_work: bool = False
    """The command would have been taken, and running work would have been stopped by it."""
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What is different for one permit. ``grades`` are those of its last request."""

    permit: PermitId
    work: WorkType
    grades: tuple[Grade | None, Grade | None]
    refused: tuple[No, ...]
    """Only the second book says no."""
    let: tuple[No, ...]
    """Only the first book says no."""
    nodes: tuple[Node, ...]
    """Nodes of the chain that only the second book has."""
    dropped: tuple[Node, ...]
    watch: timedelta
    """How much longer the fire watch lasts; negative when it is shorter."""


def replay(
    past: Past, before: RuleBook, after: RuleBook, facts_at: FactsAt, *, zone: tzinfo, since: datetime,
    thorough: bool = False,
) -> Changed | None:  # fmt: skip
    """What the second book answers differently, from ``since`` on; None when nothing.

    Where both books say the same of a permit its decisions are not asked: two equal questions have equal answers.
    ``thorough`` asks them all the same.
    """
    one, other = (_Side(past, book, facts_at, zone, since) for book in (before, after))
    together = not thorough and _same_posts(before, after)
    for event in past.events:
        content = event.content if isinstance(event, e.PermitSubmitted) else one.permit.content
        if together and content is not None and type(event) in _ASKED:
            together = _agree(before, after, content, event.at, zone)
        if together:
            one.follow(event, as_written=True)
            other.permit = one.permit
            continue
        for side in (one, other):
            side.assume_signed(event)
            side.ask(event)
            side.follow(event)
    return _compared(past, one, other)


def _same_posts(one: RuleBook, other: RuleBook) -> bool:
    return (one.plant.roles, one.plant.duty_posts) == (other.plant.roles, other.plant.duty_posts)


def _agree(one: RuleBook, other: RuleBook, content: Content, at: datetime, zone: tzinfo) -> bool:
    """Whether both books say the same of this content at this moment, the hashes of their files aside."""
    try:
        mine = one.rules_for(content, at=at, zone=zone)
        theirs = other.rules_for(content, at=at, zone=zone)
    except Refused:
        return False
    return mine is theirs or replace(mine, packs=()) == replace(theirs, packs=())


# --- one side -------------------------------------------------------------------------------------------------------


class _Side:
    """The history under one book."""

    def __init__(self, past: Past, book: RuleBook, facts_at: FactsAt, zone: tzinfo, since: datetime) -> None:
        self.book = book
        self.permit = Permit(id=past.id, site=past.site)
        self.noes: dict[tuple[str, str], No] = {}
        self.closed = False
        """The request was refused: what came of it is not asked any more."""
        self._facts_at = facts_at
        self._zone = zone
        self._since = since

    def assume_signed(self, event: e.Event) -> None:
        """Sign, in its order, what only this book wants signed before the event's own node, or before the issue."""
        if not isinstance(event, e.StepApproved | e.PermitIssued):
            return
        own = event.node if isinstance(event, e.StepApproved) else None
        chain = self.permit.rules.chain if self.permit.rules is not None else ()
        if own is not None and own not in {node.key for node in chain}:
            return
        while (node := self.permit.node) is not None and node.key != own:
            people = self._facts(self.permit.what, event.at).holders.get(node.role, ())
            if not people:
                return
            signed = e.StepApproved(
                by=Actor.person(people[0]), at=event.at, node=node.key, content_hash=self.permit.content_hash,
                opinion="", proof=None,
            )  # fmt: skip
            self.permit = evolve(self.permit, signed)

    def ask(self, event: e.Event) -> None:
        """Ask the decision behind the event, when there is one, and keep the reasons of a no."""
        command = None if event.at < self._since or type(event) not in _ASKED else _ASKED[type(event)](event)
        if isinstance(event, e.PermitSubmitted):
            self.closed = False
        content = event.content if isinstance(event, e.PermitSubmitted) else self.permit.content
        if command is None or content is None or self.closed:
            return
        try:
            found = decide(self.permit, command, self.book, self._facts(content, event.at))
        except Refused as refused:
            self.closed = isinstance(event, e.PermitSubmitted)
            for finding in refused.findings:
                self._no(command, finding.gate, finding)
            return
        for one in found:
            if isinstance(one, e.WorkSuspended) and self.permit.status is Status.ACTIVE:
                self._stop(command, one)

    def follow(self, event: e.Event, *, as_written: bool = False) -> None:
        """Go on as it was written, with this book's rules in the place of the written ones, and its verdicts too unless
        they are known to be the same."""
        if not as_written or isinstance(event, e.PermitSubmitted):
            event = self._rewritten(event)
        try:
            self.permit = evolve(self.permit, event)
        except ImpossibleEvent:
            # An answer to an item, or a signature of a node, that this book does not have.
            return

    def _facts(self, content: Content, at: datetime) -> Facts:
        return self._facts_at(self.permit.id, content, at, self.book)

    def _rewritten(self, event: e.Event) -> e.Event:
        match event:
            case e.PermitSubmitted(content=content, at=at):
                try:
                    return replace(event, rules=self.book.rules_for(content, at=at, zone=self._zone))
                except Refused:
                    return event
            case e.GasRecorded():
                return self._judged(event)
            case _:
                return event

    def _judged(self, event: e.GasRecorded) -> e.Event:
        """The analysis with this book's verdict."""
        command = c.RecordGas(by=event.by, at=event.at, sample=event.sample)
        try:
            found = decide(self.permit, command, self.book, self._facts(self.permit.what, event.at))
        except Refused:
            return event
        return next((one for one in found if isinstance(one, e.GasRecorded)), event)

    def _no(self, command: c.Command, gate: str, finding: Finding) -> None:
        self._keep(
            No(
                at=command.at, by=command.by, command=type(command).__name__, gate=gate, rule=finding.rule,
                clause=finding.clause, fact=finding.fact,
            )
        )  # fmt: skip

    def _stop(self, command: c.Command, stop: e.WorkSuspended) -> None:
        self._keep(
            No(
                at=command.at, by=command.by, command=type(command).__name__, gate=stop.reason.value, rule="",
                clause="", fact=stop.text, stops_work=True,
            )
        )  # fmt: skip

    def _keep(self, no: No) -> None:
        key = (no.command, no.gate)
        before = self.noes.get(key)
        self.noes[key] = no if before is None else replace(before, times=before.times + 1)


# --- what was asked -------------------------------------------------------------------------------------------------


def _plain(kind: type[c.Command]) -> Ask:
    return lambda event: kind(by=event.by, at=event.at)


def _of(kind: type[c.Command], *names: str) -> Ask:
    """A command with the parts of the same name."""
    return lambda event: kind(by=event.by, at=event.at, **{name: getattr(event, name) for name in names})


_ASKED: Mapping[type[e.Event], Ask] = {
    e.PermitSubmitted: _of(c.Submit, "content"),
    e.RequestAccepted: _plain(c.AcceptRequest),
    e.ReviewRequested: _of(c.RequestReview, "proof"),
    e.StepApproved: _of(c.Approve, "node", "content_hash", "opinion", "proof"),
    e.PermitIssued: lambda _: None,
    e.MeasureConfirmed: _of(c.ConfirmMeasure, "no", "detail", "media"),
    e.GasRecorded: _of(c.RecordGas, "sample"),
    e.StartSigned: _of(c.Start, "role", "proof"),
    e.PromptRaised: _of(c.PromptDue, "number", "draw"),
    e.PromptAnswered: _of(c.AnswerPrompt, "number", "answer"),
    e.ResumeSigned: _of(c.Resume, "role", "cause_removed", "proof"),
    e.WorkFinished: _of(c.Finish, "people_inside", "tools_inside"),
    e.FireWatchEnded: _of(c.EndFireWatch, "media"),
    e.AcceptanceSigned: _of(c.SignAcceptance, "role", "proof"),
}
"""The command behind an event that a rule may forbid. What only follows from another event is asked with that one."""


# --- the answers ----------------------------------------------------------------------------------------------------


def _compared(past: Past, one: _Side, other: _Side) -> Changed | None:
    refused = tuple(no for key, no in other.noes.items() if key not in one.noes)
    let = tuple(no for key, no in one.noes.items() if key not in other.noes)
    law, changed_law = one.permit.rules, other.permit.rules
    if one.permit.content is None or law is None or changed_law is None:
        return None
    mine, theirs = (frozenset(node.key for node in rules.chain) for rules in (law, changed_law))
    watched = one.permit.started_at is not None
    found = Changed(
        permit=past.id,
        work=one.permit.content.work,
        grades=(law.grade, changed_law.grade),
        refused=refused,
        let=let,
        nodes=tuple(node for node in changed_law.chain if node.key not in mine),
        dropped=tuple(node for node in law.chain if node.key not in theirs),
        watch=_watch(changed_law) - _watch(law) if watched else timedelta(0),
    )
    regraded = found.grades[0] is not found.grades[1]
    return found if refused or let or found.nodes or found.dropped or found.watch or regraded else None


def _watch(rules: PermitRules) -> timedelta:
    return rules.fire_watch or timedelta(0)


def usual_waits(pasts: Iterable[Past]) -> Mapping[Role, timedelta]:
    """How long a signature of each role usually took, the median over these histories."""
    taken: dict[Role, list[timedelta]] = {}
    for past in pasts:
        for role, wait in _waits(past.events):
            taken.setdefault(role, []).append(wait)
    return {role: sorted(waits)[len(waits) // 2] for role, waits in taken.items()}


def _waits(events: Iterable[e.Event]) -> Iterator[tuple[Role, timedelta]]:
    asked: datetime | None = None
    roles: dict[str, Role] = {}
    for event in events:
        match event:
            case e.PermitSubmitted(rules=rules):
                roles = {node.key: node.role for node in rules.chain}
            case e.ReviewRequested(at=at):
                asked = at
            case e.StepApproved(node=node, at=at):
                if asked is not None and node in roles:
                    yield roles[node], at - asked
                asked = at
            case _:
                pass


def cost(changed: Changed, waits: Mapping[Role, timedelta]) -> timedelta:
    """The time the second book adds to this permit: its new nodes, as long as their role usually takes (or may take,
    where none has signed yet), and a longer fire watch."""
    nodes = sum((waits.get(node.role, node.wait) for node in changed.nodes), timedelta(0))
    return nodes + max(changed.watch, timedelta(0))
