"""Which rules forbid two works is worked out once for a pair; a change of either is seen at the next question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.support.rulebook import ZONE, rules
from tests.support.simops import MINE, NOW, SITE, THEIRS, Held, conflicts, graph, held, other_permit, rules_of
from tests.workflow.simops.test_conflict_pairs import verdict
from workflow.facts import Facts, OtherPermit
from workflow.ids import PermitId
from workflow.permit.details import Details, EarthDetails
from workflow.permit.gates_common import Asked, Moment
from workflow.permit.gates_conflicts import conflict
from workflow.permit.state import Permit, Status
from workflow.rules.types import PermitRules, Reach

MAP = graph()
HOT = held(MINE, {"work": "hot", "at": "T1"}, crew="a")
BLIND = held(THEIRS, {"work": "blind", "at": "E9"}, crew="b")


def forbidding(mine: Held, other: OtherPermit, law: PermitRules, number: PermitId = MINE) -> set[str]:
    """The gates that speak against both at once, under these very rules."""
    permit = Permit(id=number, site=SITE, status=Status.ACTIVE, revision=1, content=mine.content, rules=law)
    known = Facts(at=NOW, zone=ZONE, people={}, holders={}, area=None, others=(other,))
    asked = Asked(moment=Moment.DURING, permit=permit, content=mine.content, rules=law, facts=known)
    return {answer.gate for answer in conflict(asked) if answer.gate}


def test_asked_again_about_the_same_two_it_says_the_same() -> None:
    other = other_permit(HOT.content, BLIND, MAP)
    first = conflicts(HOT, (other,))
    assert first == conflicts(HOT, (other,))
    assert verdict(first) == "block"


def test_a_change_of_the_other_is_seen() -> None:
    other = other_permit(HOT.content, BLIND, MAP)
    assert verdict(conflicts(HOT, (other,))) == "block"
    far = other_permit(HOT.content, held(THEIRS, {"work": "blind", "at": "C"}, crew="b"), MAP)
    assert verdict(conflicts(HOT, (far,))) == "none"
    assert verdict(conflicts(HOT, (replace(other, live=False, status=Status.CLOSED),))) == "none"


def test_a_change_of_ours_is_seen() -> None:
    other = other_permit(HOT.content, BLIND, MAP)
    assert verdict(conflicts(HOT, (other,))) == "block"
    height = held(MINE, {"work": "height", "at": "T1"}, crew="a")
    assert verdict(conflicts(height, (other,))) != "block"


def test_other_rules_are_other_answers() -> None:
    """The same two works under rules of another day: what forbade them is gone."""
    other, law = other_permit(HOT.content, BLIND, MAP), rules(HOT.content)
    found = [forbidding(HOT, other, under) for under in (law, replace(law, conflicts=()), law)]
    assert found[0]
    assert found == [found[0], set(), found[0]]


def test_rules_about_one_permit_alone_are_those_of_its_own_rules() -> None:
    """Two permits whose rules differ in nothing but these: neither is asked by the other's."""
    deep = held(MINE, {"work": "earth", "at": "T1"}, crew="a")
    earth = EarthDetails(depth_m=Decimal(2), buried_media=True, fire_route_kept=True)
    pit = replace(deep, content=replace(deep.content, details=Details(earth=earth)))
    law, far = rules_of(pit.content), other_permit(pit.content, held(THEIRS, {"work": "hot", "at": "C"}, crew="b"), MAP)
    without = replace(law, conflicts=tuple(one for one in law.conflicts if one.reach is not Reach.ALONE))
    found = [forbidding(pit, far, under) for under in (without, law, without)]
    assert "conflict.X9" in found[1]
    assert found == [set(), found[1], set()]


def test_the_other_moved_under_the_same_rules() -> None:
    law, near = rules_of(HOT.content), other_permit(HOT.content, BLIND, MAP)
    far = other_permit(HOT.content, held(THEIRS, {"work": "blind", "at": "C"}, crew="b"), MAP)
    found = [forbidding(HOT, other, law) for other in (near, far, near)]
    assert found[0]
    assert found == [found[0], set(), found[0]]


def test_ours_reaches_farther_under_the_same_rules() -> None:
    """The same neighbour, whose place lies as before: only the boom is longer."""
    short, longer = (
        held(MINE, {"work": "lift", "at": "T1", "radius": metres, "path": "B"}, crew="a") for metres in ("5", "25")
    )
    law = rules_of(short.content)
    power = other_permit(short.content, held(THEIRS, {"work": "power", "at": "E9"}, crew="b"), MAP)
    found = [forbidding(mine, power, law) for mine in (short, longer, short)]
    assert found[1]
    assert found == [set(), found[1], set()]


def test_a_draft_that_gets_its_number_is_asked_about_anew() -> None:
    """The other permit names ours by its number: one job of one crew. Under another number it is none."""
    height = held(MINE, {"work": "height", "at": "T1", "height": "10"}, crew="a")
    welder = held(THEIRS, {"work": "hot", "at": "T1"}, crew="a", linked=(MINE,))
    law, other = rules_of(height.content), other_permit(height.content, welder, MAP)
    numbers = (PermitId("draft"), MINE, PermitId("draft"))
    found = [forbidding(height, other, law, number) for number in numbers]
    assert found[0]
    assert found == [found[0], set(), found[0]]
