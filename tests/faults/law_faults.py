"""Faults in what the law asks of zones, neighbours, places of samples and chains; walked with those of the gates."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_CLOCK = "privacy/test_clockwork.py::"
_ZONES = "emergency/test_emergency.py::"

LAW: tuple[Fault, ...] = (
    Fault(
        what="a leap of the clock is believed as soon as it leaps again",
        file="privacy/clockwork.py",
        old="leaps=(*clock.leaps, Leapt(over=moved, ran=timedelta(0))))",
        new="leaps=(Leapt(over=moved, ran=timedelta(0)),))",
        caught_by=_CLOCK + "test_a_clock_that_only_leaps_is_never_believed",
    ),
    Fault(
        what="a clock that leapt is believed at once",
        file="privacy/clockwork.py",
        old="if one.ran < SETTLED)",
        new="if one.ran < timedelta(hours=1))",
        caught_by=_CLOCK + "test_what_it_leapt_over_is_believed_after_a_week_and_not_a_moment_before[over1]",
    ),
    Fault(
        what="anybody lifts an emergency",
        file="emergency/decide.py",
        old="if person.id not in facts.lifters:",
        new="if person.id in ():",
        caught_by=_ZONES + "test_a_lift_needs_the_post_a_reason_and_an_emergency",
    ),
    Fault(
        what="the safety department lifts the whole plant's emergency",
        file="emergency/decide.py",
        old="safety = () if zone == PLANT else holders.get(Role.SAFETY_DEPT, ())",
        new="safety = holders.get(Role.SAFETY_DEPT, ())",
        caught_by=_ZONES + "test_who_may_lift_it",
    ),
    Fault(
        what="an emergency is lifted without a word",
        file="emergency/decide.py",
        old="if len(reason) < SHORTEST_REASON:",
        new="if len(reason) < 0:",
        caught_by=_ZONES + "test_a_lift_needs_the_post_a_reason_and_an_emergency",
    ),
    Fault(
        what="a place nobody knows lies outside of every emergency",
        file="simops/places.py",
        old="if here not in map(self._key, self._areas) or spot.area not in self._areas:\n            return None",
        new="if here not in map(self._key, self._areas) or spot.area not in self._areas:\n            return False",
        caught_by="simops/test_places.py::test_what_an_area_holds",
    ),
    Fault(
        what="emergencies nobody could ask for are none",
        file="permit/gates_emergency.py",
        old="    if found is None:\n",
        new="    found = found or ()\n    if found is None:\n",
        caught_by="gates/test_gates.py::test_gate[emergency-unknown-hot-start-\\u6ca1\\u80fd\\u67e5\\u8be2]",
    ),
    Fault(
        what="emergency work nobody named is no work a rule forbids",
        file="simops/pairs.py",
        old="True if not works else None if work is None else",
        new="True if not works else False if work is None else",
        caught_by="simops/test_green.py::test_work_nobody_named_may_be_the_one_the_rule_forbids",
    ),
    Fault(
        what="an unsaid shape is sampled at fewer points",
        file="rules/sampling.py",
        old="return (*_vertical(rules, height), *_horizontal(rules, depth))",
        new="return ()",
        caught_by="gates/test_six_works.py::test_points_that_no_shape_or_no_pack_calls_for",
    ),
    Fault(
        what="a lying vessel is sampled above and below",
        file="rules/sampling.py",
        old="            instead = {UPPER: LEFT, LOWER: RIGHT}",
        new="            instead = {LEFT: UPPER}",
        caught_by="gates/test_six_works.py::test_hot_work_on_a_large_vessel_is_sampled_as_it_stands_or_lies",
    ),
    Fault(
        what="the team signs for the plant, as far as the request knows",
        file="permit/gates_chain.py",
        old="        if who not in team and",
        new="        if",
        caught_by="gates/test_gates.py::test_gate[chain_signable-fail-hot-request-\\u90fd\\u662f\\u672c\\u7968\\u4f5c\\u4e1a\\u65b9]",
    ),
)
