"""A small plant with hazards: its people, its law, and one hazard lived through command by command."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workflow.errors import Refused
from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.hazard.decide import decide
from workflow.hazard.effects import Effect, effects
from workflow.hazard.evolve import evolve, fold
from workflow.hazard.facts import Facts
from workflow.hazard.law import GradeRule, HazardLaw, Inside, Legal, Plant, Terms
from workflow.hazard.owed import next_look, owed
from workflow.hazard.state import Hazard, Kind, Plan, Sighting
from workflow.ids import AreaId, HazardId, MediaHash, PersonId, SiteId
from workflow.plant import Person
from workflow.values import Actor

ID, SITE, AREA = HazardId("YH-HC-20260115-009"), SiteId("hc"), AreaId("pump")
AT = datetime(2026, 1, 15, 1, 23, tzinfo=UTC)
WORKER, MENDER, FOREMAN, OWNER, SAFETY, OTHER_SAFETY, HEAD, CHIEF, SHOP, GONE = map(
    PersonId, ("wang", "li", "zhao", "qian", "sun", "zhou", "wu", "zheng", "feng", "chen")
)
_SUPERIORS = {MENDER: FOREMAN, WORKER: SHOP, SAFETY: HEAD, OTHER_SAFETY: HEAD, OWNER: SHOP}
PEOPLE = {
    one: Person(id=one, site=SITE, name=f"人{one}", department="", active=one != GONE, superior=_SUPERIORS.get(one))
    for one in (WORKER, MENDER, FOREMAN, OWNER, SAFETY, OTHER_SAFETY, HEAD, CHIEF, SHOP, GONE)
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAW = HazardLaw(
    version="test",
    terms={
        Plant.ORDINARY: Terms(respond=24 * HOUR, interim=DAY, rectify=7 * DAY, again=3 * DAY, accept=DAY, climb=DAY),
        Plant.SERIOUS: Terms(
            respond=8 * HOUR, interim=8 * HOUR, rectify=3 * DAY, again=DAY, accept=8 * HOUR, climb=8 * HOUR
        ),
        Plant.MAJOR: Terms(
            respond=timedelta(0), interim=HOUR, rectify=DAY, again=12 * HOUR, accept=4 * HOUR, climb=HOUR
        ),
    },
    inside={Plant.ORDINARY: Inside.NOTHING, Plant.SERIOUS: Inside.ASK_GUARDIAN, Plant.MAJOR: Inside.STOP},
    points={Plant.ORDINARY: 2, Plant.SERIOUS: 5, Plant.MAJOR: 20},
    points_a_day=6,
    assign=HOUR,
    extensions=1,
    longest_extension=5 * DAY,
    reopen=30 * DAY,
)
GRADING = (
    GradeRule(key="rail", words=("护栏",), plant=Plant.SERIOUS, text="临边护栏缺失"),
    GradeRule(
        key="no_permit", words=("没有票", "无票"), plant=Plant.MAJOR, legal=Legal.MAJOR, text="特殊作业无票",
        clause="AQ 3067-2026 5.6.1",
    ),
    GradeRule(key="smell", words=("异味",), plant=Plant.ORDINARY, text="作业点有异味", urgent=True, at_live_work=True),
    GradeRule(key="wire", words=("接线",), plant=Plant.ORDINARY, text="接线不规范", kinds=frozenset({"electrical"})),
)  # fmt: skip
PLAN = Plan(goal="消除", measures="补办", money="自筹", people="安环部", until="三天", contingency="现场处置方案")


def photo(number: int) -> MediaHash:
    """A picture nobody has seen yet, by its number."""
    return MediaHash(f"{number:064x}")


def seen(text: str = "泵房2号泵护栏松动", *photos: MediaHash, **more: Any) -> Sighting:
    """What somebody reports."""
    parts: dict[str, Any] = {"place": "泵房", "area": AREA, "kind": Kind.EQUIPMENT, **more}
    return Sighting(text=text, photos=photos, **parts)


@dataclass(slots=True)
class Tracked:
    """One hazard and what the office knows around it."""

    facts: Facts = field(
        default_factory=lambda: Facts(
            people=PEOPLE, law=LAW, grading=GRADING, safety=(SAFETY, OTHER_SAFETY), safety_head=(HEAD,),
            leadership=(CHIEF,), owners=(OWNER,), registered=MENDER,
        )
    )  # fmt: skip
    now: datetime = AT
    state: Hazard = field(default_factory=lambda: Hazard(id=ID, site=SITE))
    events: list[e.Event] = field(default_factory=list)
    done: list[Effect] = field(default_factory=list)

    def ask(self, who: PersonId | Actor, kind: type[Any], **parts: Any) -> list[str]:
        """Ask a minute later; gives the names of the events, and keeps them and their effects."""
        self.now += timedelta(minutes=1)
        by = who if isinstance(who, Actor) else Actor.person(who)
        found = decide(self.state, kind(by=by, at=self.now, **parts), self.facts)
        self.done = []
        for event in found:
            before, self.state = self.state, evolve(self.state, event)
            self.done.extend(effects(event, before, self.state))
            self.events.append(event)
        assert fold(ID, SITE, self.events) == self.state
        return [type(event).__name__ for event in found]

    def refused(self, who: PersonId | Actor, kind: type[Any], **parts: Any) -> str:
        """The gate of the one reason why not; nothing changed."""
        before = self.state
        with pytest.raises(Refused) as refusal:
            self.ask(who, kind, **parts)
        assert self.state == before
        (finding,) = refusal.value.findings
        assert finding.cure, "a no says what to do"
        return finding.gate

    def knows(self, **parts: Any) -> Tracked:
        """The plant knows something else from now on."""
        self.facts = replace(self.facts, **parts)
        return self

    def clock(self, *, late: timedelta = timedelta(0)) -> list[str]:
        """The clock looks when it said it would, or ``late``."""
        look, what = next_look(self.state), owed(self.state)
        assert look is not None
        assert what is not None
        self.now = look + late - timedelta(minutes=1)
        return self.ask(
            Actor.clock(), c.DebtOverdue, owed=what, round=self.state.round, rung=self.state.rung
        )  # fmt: skip


def reported(text: str = "泵房2号泵护栏松动", **known: Any) -> Tracked:
    """Just reported, with one picture."""
    hazard = Tracked().knows(**known)
    hazard.ask(WORKER, c.Report, what=seen(text, photo(1)))
    return hazard


def put_right(text: str = "泵房2号泵护栏松动", **known: Any) -> Tracked:
    """Said to be put right; waits for acceptance."""
    hazard = reported(text, **known)
    hazard.ask(MENDER, c.Take)
    if hazard.state.ruling[1].major:
        hazard.ask(MENDER, c.PutInterim, text="拉警戒线，专人看守")
        hazard.ask(CHIEF, c.AdoptPlan, plan=PLAN)
    assert hazard.ask(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(2),)) == ["HazardRectified"]
    return hazard
