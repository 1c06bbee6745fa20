"""Several permits of one plant, asked in any order through the real decisions, held against a plant on squared paper.

The truth knows metres on a line, storeys, dikes and pipes, and nothing of the code: whatever is asked, two permits that
may not live together never do. Counters make sure that the hard rules were really met.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.support.details import LEAST
from tests.support.rulebook import chemical
from tests.support.simops import Held, other_permit
from tests.support.works import (
    AREA,
    CHIEF,
    GUARDIAN,
    LEADER,
    SAFETY,
    SITE,
    UNIT_HEAD,
    Desk,
    area,
    at,
    make_ready,
    permit_rules,
    starter,
)
from workflow.errors import Refused
from workflow.facts import Facts
from workflow.ids import EquipmentId, PermitId, PersonId
from workflow.permit import commands as c
from workflow.permit.commands import SuspendReason
from workflow.permit.content import Content
from workflow.permit.decide import decide
from workflow.permit.evolve import evolve
from workflow.permit.state import Permit, Status
from workflow.plant import Equipment, LinkKind, PlaceLink
from workflow.rules.types import Measure, Role
from workflow.simops.places import PlaceGraph
from workflow.values import Interval, WorkType

MET: Counter[str] = Counter()


# --- the plant on squared paper -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Square:
    """A thing: metres along the line, its storey, its dike."""

    code: str
    x: Decimal
    storey: int
    dike: str


SQUARES = (
    Square("Q0", Decimal(0), 0, "east"),
    Square("Q0up", Decimal(0), 1, "east"),
    Square("Q10", Decimal(10), 0, "east"),
    Square("Q30", Decimal(30), 0, "west"),
    Square("Q41", Decimal("40.01"), 0, "west"),
    Square("Q99", Decimal(99), 0, "far"),
)
BY_CODE = {square.code: square for square in SQUARES}
STOREY_M = Decimal(12)


def metres(one: Square, other: Square) -> Decimal:
    """Along the line; one storey up is as far as it is high."""
    return abs(one.x - other.x) if one.storey == other.storey else max(abs(one.x - other.x), STOREY_M)


def _link(kind: LinkKind, *places: str, far: Decimal | None = None) -> PlaceLink:
    return PlaceLink(id=f"{kind}:{places}", site=SITE, kind=kind, places=places, metres=far)


LINKS = (
    *(
        _link(LinkKind.DISTANCE, one.code, other.code, far=metres(one, other))
        for number, one in enumerate(SQUARES)
        for other in SQUARES[number + 1 :]
    ),
    *(
        _link(LinkKind.DIKE, *(square.code for square in SQUARES if square.dike == dike))
        for dike in ("east", "west", "far")
    ),
    _link(LinkKind.ABOVE, "Q0up", "Q0"),
)
THINGS = {
    EquipmentId(one.code): Equipment(id=EquipmentId(one.code), site=SITE, name=one.code, area=AREA) for one in SQUARES
}
MAP = PlaceGraph({AREA: area()}, THINGS, LINKS)


# --- what may not live together -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """One permit's work as the truth sees it."""

    work: WorkType
    where: Square
    does: str
    pipe: str
    evening: bool

    def content(self) -> dict[str, Any]:
        details = LEAST[self.work]
        if details.blind is not None:
            details = replace(details, blind=replace(details.blind, pipe=self.pipe))
        hours = ("15:00", "18:00") if self.evening else ("08:00", "15:00")
        return {
            "equipment": EquipmentId(self.where.code), "method": (self.does,) if self.does else (),
            "details": details, "planned": Interval(start=at(hours[0]), end=at(hours[1])),
        }  # fmt: skip


def never_together(one: Job, other: Job) -> bool:
    """The law, in metres and storeys."""
    works = {one.work, other.work}
    far = metres(one.where, other.where)
    column = one.where.x == other.where.x
    if works == {WorkType.HOT, WorkType.BLIND} and far <= 30:
        return True
    if one.work is other.work is WorkType.BLIND:
        return one.pipe == other.pipe
    if WorkType.HEIGHT in works and column:
        return True
    if WorkType.HOT in works:
        beside = other if one.work is WorkType.HOT else one
        if beside.does == "painting" and (far <= 10 or column):
            return True
        return beside.does == "draining" and one.where.dike == other.where.dike
    return False


def together_in_time(one: Lived, other: Lived, now: datetime) -> bool:
    a, b = one.span(now), other.span(now)
    return a.start < b.end and b.start < a.end


# --- lives ----------------------------------------------------------------------------------------------------------


class Lived(Desk):
    """One permit of the plant. What it knows of the others comes from the plant."""

    def __init__(self, number: int, job: Job, plant: Plant) -> None:
        packs = chemical().packs
        named = Measure(no="H9", label="协调人", trigger="always", evidence="text", gate="cross_coordinator")
        base = permit_rules(job.work)
        rules = replace(
            base, conflicts=tuple(rule for pack in packs for rule in pack.conflicts), gas=None, fire_watch=None,
            measures=(*base.measures, named), holds=("always", "fire_explosion"), max_validity=base.max_validity,
        )  # fmt: skip
        super().__init__(job.work, rules=rules)
        self.job, self.plant, self.step = job, plant, 0
        self.permit = Permit(id=PermitId(f"P-{number}"), site=SITE)

    def facts(self) -> Facts:
        base, mine = super().facts(), self.permit.content or self.asked()
        others = tuple(
            one.seen_from(mine, self.now) for one in self.plant.lives if one is not self and one.permit.content
        )
        return replace(base, equipment=THINGS[EquipmentId(self.job.where.code)], others=others)

    def asked(self) -> Content:
        return self.submit(**self.job.content()).content

    def seen_from(self, mine: Content, now: datetime) -> Any:
        """As the facts would say it, under names of its own: one crew for all would be another conflict."""
        held = Held(id=self.permit.id, content=self.permit.what, status=self.permit.status, live=self.permit.live)
        who = PersonId(f"leader-{self.permit.id}"), PersonId(f"guardian-{self.permit.id}")
        seen = other_permit_at(mine, held, now)
        return replace(seen, leader=who[0], guardian=who[1], workers=())

    def span(self, now: datetime) -> Interval:
        planned = self.permit.what.planned
        over = self.permit.live and planned.end <= now
        return Interval(start=planned.start, end=at("23:59")) if over else planned

    def ask(self, command: c.Command) -> Any:
        """Ask without the whole fold of a life that did not begin under this number."""
        found = decide(self.permit, command, self.book, self.facts())
        for event in found:
            self.permit = evolve(self.permit, event)
        return found


def other_permit_at(mine: Content, held: Held, now: datetime) -> Any:
    planned = held.content.planned
    stretched = Interval(start=planned.start, end=at("23:59")) if held.live and planned.end <= now else planned
    return replace(other_permit(mine, held, MAP, now, areas={AREA: area()}), interval=stretched)


def _submitted(life: Lived) -> None:
    life.ask(life.submit(**life.job.content()))


def _accepted(life: Lived) -> None:
    life.ask(life.by(UNIT_HEAD, c.AcceptRequest))


def _prepared(life: Lived) -> None:
    life.ask(life.by(LEADER, c.AttachJsa, text="JSA：高温、飞溅、残气"))
    for measure, involved in (("H1", True), ("H7", False), ("H8", True), ("H9", True)):
        life.ask(life.by(LEADER, c.AnswerMeasure, no=measure, involved=involved, detail="协调人郑国"))
    life.ask(life.by(LEADER, c.RequestReview))


def _issued(life: Lived) -> None:
    for who, key in ((UNIT_HEAD, "site_unit"), (SAFETY, "safety_dept"), (CHIEF, "approver")):
        if len(life.permit.signatures) <= ["site_unit", "safety_dept", "approver"].index(key):
            life.ask(life.check_in(who))
            life.ask(life.approve(who, key))


def _started(life: Lived) -> None:
    make_ready(life, life.now)
    life.ask(life.by(GUARDIAN, c.ConfirmMeasure, no="H9", detail="协调人郑国"))
    for who, role in ((GUARDIAN, Role.GUARDIAN), starter(life)):
        life.ask(life.by(who, c.Start, role=role))


WAY = (_submitted, _accepted, _prepared, _issued, _started)


class Plant:
    """Some permits, one clock."""

    def __init__(self, jobs: list[Job]) -> None:
        self.now = at("07:30")
        self.lives: list[Lived] = []
        for number, job in enumerate(jobs):
            self.lives.append(Lived(number, job, self))

    def forward(self, life: Lived) -> None:
        """The next step of a life, or a no."""
        life.now = self.now
        if life.step == len(WAY) or (life.step == len(WAY) - 1 and self.now < life.permit.what.planned.start):
            return
        try:
            WAY[life.step](life)
        except Refused as refused:
            MET.update(finding.gate for finding in refused.findings)
            MET["refused"] += 1
            return
        life.step += 1
        MET[f"reached {life.permit.status}"] += 1

    def stop(self, life: Lived) -> None:
        life.now = self.now
        if life.permit.status in {Status.ISSUED, Status.ACTIVE}:
            life.ask(life.by(GUARDIAN, c.StopWork, reason=SuspendReason.WIND))

    def cancel(self, life: Lived) -> None:
        life.now = self.now
        if life.permit.status in {Status.SUBMITTED, Status.PREPARING, Status.IN_REVIEW, Status.ISSUED}:
            life.ask(life.by(UNIT_HEAD, c.Cancel, reason="不需要"))

    def evening(self, _life: Lived) -> None:
        """Three o'clock: whatever was planned until then ends, with whoever is still inside. Not before work began."""
        if all(life.permit.status is not Status.ACTIVE for life in self.lives):
            return
        self.now = max(self.now, at("15:00"))
        for life in self.lives:
            life.now = self.now
            if life.permit.content is not None and life.permit.what.planned.end <= self.now:
                life.ask(life.tick(c.ValidityEnded))
                MET["lives past its end"] += life.permit.status is Status.EXPIRED and life.permit.live

    def morning(self, _life: Lived) -> None:
        self.now = max(self.now, at("08:00"))

    def check(self) -> None:
        """No two permits that may not live together do."""
        live = [life for life in self.lives if life.permit.live]
        for number, one in enumerate(live):
            for other in live[number + 1 :]:
                if together_in_time(one, other, self.now):
                    MET["live together"] += 1
                    assert not never_together(one.job, other.job), (one.job, other.job, one.permit.status)


_OWN = {WorkType.HOT: "grinding"}
_MOVES = ["forward"] * 30 + ["morning", "morning", "evening", "stop", "cancel"]
jobs = st.builds(
    Job,
    work=st.sampled_from([WorkType.HOT, WorkType.HOT, WorkType.BLIND, WorkType.CONFINED_SPACE, WorkType.HEIGHT]),
    where=st.sampled_from((*SQUARES, *SQUARES[:3])),
    does=st.sampled_from(["painting", "draining"]),
    pipe=st.sampled_from(["P-1203-80", "P-1204-80"]),
    evening=st.booleans(),
).map(lambda job: job if job.work is WorkType.CONFINED_SPACE else replace(job, does=_OWN.get(job.work, "")))
steps = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(_MOVES)),
    min_size=30,
    max_size=45,
)


@seed(4711)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(jobs, min_size=4, max_size=4), steps)
def test_two_permits_that_may_not_live_together_never_do(these: list[Job], done: list[tuple[int, str]]) -> None:
    plant = Plant(these)
    for number, what in done:
        getattr(plant, what)(plant.lives[number % len(plant.lives)])
        plant.check()


def test_the_walk_really_met_the_hard_rules() -> None:
    """Counters of the walk above, in this order: a walk that never meets a rule proves nothing."""
    if not MET:
        test_two_permits_that_may_not_live_together_never_do()
    for gate in ("conflict.X1", "conflict.X2", "conflict.X4.vapour", "conflict.X6", "conflict.X7"):
        assert MET[gate], (gate, MET)
    assert MET["live together"], MET
    assert MET["reached active"], MET
    assert MET["lives past its end"], MET
