"""Hard rules about one permit: the pit that is a space, the fire engine's way, the entry at odds with itself, power."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.rulebook import ZONE
from tests.support.simops import AREAS, MINE, NOW, SITE, THEIRS, Held, graph, held, other_permit, rules_of
from workflow.facts import Facts, OtherPermit
from workflow.findings import Finding, Severity, Verdict
from workflow.permit.details import Details, EarthDetails, RoadDetails
from workflow.permit.gates import Moment, evaluate
from workflow.permit.state import Permit
from workflow.values import Interval

MAP = graph()


def said(mine: Held, gate: str, *others: OtherPermit, moment: Moment = Moment.APPROVE, **known: Any) -> list[Finding]:
    law = rules_of(mine.content)
    permit = Permit(id=mine.id, site=SITE, status=mine.status, revision=1, content=mine.content, rules=law)
    facts = Facts(at=NOW, zone=ZONE, people={}, holders={}, area=AREAS[mine.content.area], others=others, **known)
    return [one for one in evaluate(moment, permit, law, facts) if one.gate == gate]


def verdicts(found: list[Finding]) -> list[Verdict]:
    return [one.verdict for one in found]


def pit(**details: Any) -> Held:
    base = held(MINE, {"work": "earth", "at": "T1"}, crew="a", linked=(THEIRS,))
    kept = {"fire_route_kept": True, **details}
    return replace(base, content=replace(base.content, details=Details(earth=EarthDetails(**kept))))


def entry(state: str = "issued") -> OtherPermit:
    return other_permit(pit().content, held(THEIRS, {"work": "cs", "at": "T1", "state": state}, crew="a"), MAP)


@pytest.mark.parametrize(
    ("depth", "media", "verdict"),
    [
        ("1.2", True, []),
        ("1.21", True, [Verdict.FAIL]),
        ("1.21", False, []),
        ("1.21", None, [Verdict.UNKNOWN]),
        (None, True, [Verdict.UNKNOWN]),
        ("0.5", None, []),
    ],
)
def test_a_deep_pit_wants_an_entry_permit(depth: str | None, media: bool | None, verdict: list[Verdict]) -> None:
    mine = pit(depth_m=None if depth is None else Decimal(depth), buried_media=media)
    assert verdicts(said(mine, "conflict.X9")) == verdict


def test_a_linked_entry_permit_makes_the_pit_lawful_while_it_is_good() -> None:
    deep = pit(depth_m=Decimal(2), buried_media=True)
    assert verdicts(said(deep, "conflict.X9", entry())) == [Verdict.PASS]
    assert verdicts(said(deep, "conflict.X9", entry("cancelled"))) == [Verdict.FAIL]


def road(kept: bool | None) -> Held:
    base = held(MINE, {"work": "road", "at": "B"}, crew="a")
    return replace(base, content=replace(base.content, details=Details(road=RoadDetails(fire_route_kept=kept))))


def test_the_fire_engine_always_gets_through() -> None:
    assert verdicts(said(road(True), "conflict.X11", cut_off=("A区",))) == [Verdict.PASS]
    assert verdicts(said(road(False), "conflict.X11")) == [Verdict.FAIL]
    assert verdicts(said(road(None), "conflict.X11")) == [Verdict.UNKNOWN]
    lost = said(road(None), "conflict.X11", cut_off=("A区",))
    assert verdicts(lost) == [Verdict.FAIL]
    assert "A区" in lost[0].fact
    assert lost[0].severity is Severity.BLOCK


def test_a_pit_is_asked_only_where_the_engine_drives() -> None:
    open_ = pit(depth_m=Decimal(1), fire_route_kept=None)
    assert said(open_, "conflict.X11", on_fire_route=False) == []
    assert verdicts(said(open_, "conflict.X11", on_fire_route=True)) == [Verdict.UNKNOWN]


def test_one_entry_does_not_burn_and_paint() -> None:
    mine = held(MINE, {"work": "cs", "at": "V1", "does": "painting"}, crew="a")
    both = replace(mine, content=replace(mine.content, method=("painting", "hot_inside")))
    assert said(mine, "conflict.X5.alone") == []
    assert verdicts(said(both, "conflict.X5.alone")) == [Verdict.FAIL]


@pytest.mark.parametrize("asked", ["hot", "power"])
@pytest.mark.parametrize("moment", [Moment.APPROVE, Moment.START, Moment.RESUME])
def test_power_begins_and_ends_with_what_it_serves_asked_from_either(asked: str, moment: Moment) -> None:
    other = {"hot": "power", "power": "hot"}[asked]
    mine = held(MINE, {"work": asked, "at": "T1"}, crew="a")
    theirs = held(THEIRS, {"work": other, "at": "T1"}, crew="a", linked=(MINE,))
    same = other_permit(mine.content, theirs, MAP)
    assert verdicts(said(mine, "linked_power", same, moment=moment)) == [Verdict.PASS]
    planned = theirs.content.planned
    longer = replace(theirs.content, planned=Interval(start=planned.start, end=planned.end + timedelta(minutes=1)))
    late = other_permit(mine.content, replace(theirs, content=longer), MAP)
    assert verdicts(said(mine, "linked_power", late, moment=moment)) == [Verdict.FAIL]
