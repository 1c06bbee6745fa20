"""Only rules that speak of two works are asked of them: every rule left out would have said no."""

from __future__ import annotations

from dataclasses import replace

from tests.support.rulebook import chemical
from tests.support.simops import MINE, graph, other_permit
from tests.workflow.simops.test_conflict_pairs import PAIRS, sides
from workflow.rules.situation import Known
from workflow.rules.types import ConflictRule
from workflow.simops.meeting import ours, pair_of
from workflow.simops.pairs import bites, concerning
from workflow.values import WorkType

NOTHING = Known(holds=frozenset(), excluded=frozenset())
RULES: tuple[ConflictRule, ...] = tuple(rule for pack in chemical().packs for rule in pack.conflicts)
MAP = graph()


def test_a_rule_left_out_never_bites() -> None:
    asked = 0
    for pair in PAIRS:
        mine, theirs = sides(pair)
        met = pair_of(ours(MINE, mine.content, NOTHING), mine.content, other_permit(mine.content, theirs, MAP))
        kept = concerning(RULES, met.mine.work, met.theirs.work)
        left = [rule for rule in RULES if rule not in kept]
        assert all(bites(rule, met) is False for rule in left)
        asked += len(kept)
    assert 0 < asked < len(PAIRS) * len(RULES) / 2


def test_a_work_nobody_knows_may_be_any() -> None:
    """Emergency work of the green channel may not be named yet: what any work would meet, it may meet."""
    for mine in WorkType:
        kept = set(concerning(RULES, mine, None))
        assert all(set(concerning(RULES, mine, theirs)) <= kept for theirs in WorkType)
        assert all(set(concerning(RULES, theirs, mine)) <= set(concerning(RULES, None, mine)) for theirs in WorkType)
    assert len(concerning(RULES, WorkType.HOT, None)) > len(concerning(RULES, WorkType.HOT, WorkType.HOT))


def test_a_rule_left_out_never_bites_what_nobody_knows() -> None:
    for pair in PAIRS:
        mine, theirs = sides(pair)
        met = pair_of(ours(MINE, mine.content, NOTHING), mine.content, other_permit(mine.content, theirs, MAP))
        unnamed = replace(met, theirs=replace(met.theirs, work=None))
        left = [rule for rule in RULES if rule not in concerning(RULES, met.mine.work, None)]
        assert all(bites(rule, unnamed) is False for rule in left)


def test_rules_are_told_apart_by_who_they_are_not_by_where_they_lay() -> None:
    """Many short-lived sets of rules, of which one may come to lie where another one lay."""
    for number in range(3_000):
        rules = RULES[number % len(RULES) :]
        found = concerning(rules, WorkType.HOT, WorkType.LIFT)
        assert set(found) <= set(rules)
        assert found == tuple(
            rule for rule in dict.fromkeys(rules) if rule in concerning(RULES, WorkType.HOT, WorkType.LIFT)
        )


def test_a_rule_for_any_work_is_always_asked() -> None:
    for rule in RULES:
        if not rule.works and not rule.others:
            assert all(rule in concerning(RULES, mine, theirs) for mine in WorkType for theirs in WorkType)
