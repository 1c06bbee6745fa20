"""Which rules forbid two works is worked out once for a pair; a change of either is seen at the next question."""

from __future__ import annotations

from dataclasses import replace

from tests.support.rulebook import ZONE, rules
from tests.support.simops import MINE, NOW, SITE, THEIRS, conflicts, graph, held, other_permit
from tests.workflow.simops.test_conflict_pairs import verdict
from workflow.facts import Facts
from workflow.permit.gates_common import Asked, Moment
from workflow.permit.gates_conflicts import conflict
from workflow.permit.state import Permit, Status

MAP = graph()
HOT = held(MINE, {"work": "hot", "at": "T1"}, crew="a")
BLIND = held(THEIRS, {"work": "blind", "at": "E9"}, crew="b")


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
    permit = Permit(id=MINE, site=SITE, status=Status.ACTIVE, revision=1, content=HOT.content, rules=law)
    known = Facts(at=NOW, zone=ZONE, people={}, holders={}, area=None, others=(other,))
    forbidding = [
        {answer.gate for answer in conflict(asked) if answer.gate}
        for under in (law, replace(law, conflicts=()), law)
        for asked in (Asked(moment=Moment.DURING, permit=permit, content=HOT.content, rules=under, facts=known),)
    ]
    assert forbidding[0]
    assert forbidding == [forbidding[0], set(), forbidding[0]]
