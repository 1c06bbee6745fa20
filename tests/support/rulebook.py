"""The real rule packs, read once, for a chemical and for a 工贸 plant; and a permit's content to ask them about."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from storage.policies import load
from workflow.ids import AreaId, PersonId, SiteId
from workflow.permit.content import Content, SiteFacts
from workflow.rules.book import RuleBook
from workflow.rules.matter import Matter
from workflow.rules.types import PermitRules
from workflow.values import Interval, WorkType

ZONE = ZoneInfo("Asia/Shanghai")
POLICIES = Path(__file__).parents[2] / "policies"
PLANT = POLICIES / "plant.example.yaml"


def load_with(plant: str) -> RuleBook:
    """The packs with another plant file, given as text."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plant.yaml"
        path.write_text(plant, encoding="utf-8")
        return load(POLICIES, plant=path)


@cache
def chemical() -> RuleBook:
    """A 危化 plant."""
    return load(POLICIES, plant=PLANT)


@cache
def trade() -> RuleBook:
    """A 工贸 plant that offers confined-space work under its own packs, and hot work borrowed from GB 30871."""
    text = PLANT.read_text(encoding="utf-8").replace("industry: hazchem", "industry: industry_trade")
    return load_with(text.replace("borrow: {}", "borrow: {hot: [cn.gb30871.2022]}"))


def local(text: str) -> datetime:
    """A time at the site: ``2026-11-24 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def planned(start: str, end: str) -> Interval:
    return Interval(start=local(start), end=local(end))


TUESDAY = planned("2026-11-24 10:00", "2026-11-24 16:00")
"""An ordinary working day, no holiday, no night."""

WORKSHOP = SiteFacts(fire_explosion=False, operating=False, major_hazard_dike=False, pipe_rack=False, outdoor=False)
"""Outside any explosion place: 二级."""


def content(work: WorkType = WorkType.HOT, **changes: Any) -> Content:
    """Grinding in a workshop on a Tuesday; or an inspection inside a vessel that held nothing bad."""
    hot = work is WorkType.HOT
    base = Content(
        site=SiteId("HC"),
        work=work,
        task="打磨法兰" if hot else "进入检查",
        area=AreaId("W1"),
        place="机修间",
        equipment=None,
        method=("grinding",) if hot else ("inspection",),
        planned=TUESDAY,
        applicant=PersonId("chen"),
        applicant_unit="设备部",
        work_unit="检修班",
        leader=PersonId("wang"),
        workers=(PersonId("li"),),
        guardian=PersonId("zhao"),
        facts=WORKSHOP if hot else SiteFacts(held_toxic_or_flammable=False, outdoor=False),
    )
    return replace(base, **changes)


def facts(**said: Any) -> SiteFacts:
    """The workshop's facts with some of them said otherwise."""
    return replace(WORKSHOP, **said)


def rules(what: Content, *, book: RuleBook | None = None, at: datetime | None = None) -> PermitRules:
    """The rules of this content as of its planned start, or as of ``at``."""
    return (book or chemical()).rules_for(what, at=at or what.planned.start, zone=ZONE)


def matter(what: Content) -> Matter:
    """What of this content the rules look at."""
    return Matter.of(what, chemical().hours(what, ZONE))
