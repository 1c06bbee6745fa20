"""Faults in the life of a hazard, and the tests that must turn red."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_LIFE = "hazard/test_hazard.py::"
_WORK, _DECIDE, _FACTS, _EVOLVE, _OWED = (
    f"hazard/{name}.py" for name in ("decide_work", "decide", "facts", "evolve", "owed")
)
_MAJOR = _LIFE + "test_a_major_one_climbs_at_once_and_wants_measures_and_a_plan_before_it_is_put_right"

HAZARDS = (
    Fault(
        what="the superior of an unnamed reporter hears of it",
        file=_FACTS,
        old="superior for one in debtors(hazard, facts))",
        new="superior for one in (*debtors(hazard, facts), hazard.reporter.as_person) if one)",
        caught_by=_LIFE + "test_the_reporters_own_superior_hears_nothing_of_it",
    ),
    Fault(
        what="a timer that does not fire watches over it",
        file="hazard/guards.py",
        old="return due is None or due + LATE <= now",
        new="return due is None",
        caught_by="hazard/test_guards.py::test_a_timer_that_does_not_fire_is_dead",
    ),
    Fault(
        what="a stop that does not get through is nobody's trouble",
        file="permit/guards.py",
        old="    if ASKED in permit.timers and",
        new="    if False and",
        caught_by="test_guards.py::test_a_stop_from_elsewhere_that_does_not_get_through_comes_first",
    ),
    Fault(
        what="whoever mended it accepts it",
        file=_WORK,
        old='    if who in {now.responsible, *now.hands}:\n        refuse("who.independent", "整改的人',
        new='    if who in ():\n        refuse("who.independent", "整改的人',
        caught_by=_LIFE + "test_whoever_had_a_hand_in_it_never_accepts_it",
    ),
    Fault(
        what="an earlier hand accepts it",
        file=_EVOLVE,
        old="hands=now.hands | {who}",
        new="hands=frozenset({who})",
        caught_by=_LIFE + "test_whoever_had_a_hand_in_it_never_accepts_it",
    ),
    Fault(
        what="a major one is put right without measures",
        file=_WORK,
        old="    if wants_interim(now):\n",
        new="    if False:\n",
        caught_by=_MAJOR,
    ),
    Fault(
        what="a major one is put right without a plan",
        file=_WORK,
        old="    if wants_plan(now):\n",
        new="    if False:\n",
        caught_by=_MAJOR,
    ),
    Fault(
        what="anybody adopts the plan",
        file=_WORK,
        old='in present(facts.leadership, facts):\n        refuse("who.role", "重大隐患治理',
        new='in facts.people:\n        refuse("who.role", "重大隐患治理',
        caught_by=_MAJOR,
    ),
    Fault(
        what="a major one waits to be overdue",
        file=_DECIDE,
        old="    if not (held.major or held.urgent) or",
        new="    if not held.urgent or",
        caught_by=_MAJOR,
    ),
    Fault(
        what="the law's grade is lowered by the safety department",
        file=_DECIDE,
        old="command.legal is not Legal.MAJOR and who not in heads:",
        new="command.legal is not Legal.MAJOR and not heads:",
        caught_by=_LIFE + "test_regrading_has_its_people_and_the_law_is_lowered_by_the_leadership_alone",
    ),
    Fault(
        what="the responsible person dismisses it",
        file=_DECIDE,
        old="    if PersonId(command.by.id) in {now.responsible, *now.hands}:\n",
        new="    if False:\n",
        caught_by=_LIFE + "test_only_the_safety_department_merges_and_dismisses_and_never_its_own",
    ),
    Fault(
        what="live work goes on beside an urgent one",
        file=_DECIDE,
        old="    return Inside.STOP if found.urgent else",
        new="    return",
        caught_by=_LIFE + "test_live_work_at_the_place_goes_on_is_asked_about_or_stops",
    ),
    Fault(
        what="a graver grade leaves live work alone",
        file=_DECIDE,
        old="inside=_inside(found, facts) if graver else",
        new="inside=Inside.NOTHING if graver else",
        caught_by=_LIFE + "test_a_hazard_held_for_graver_later_stops_the_work_then",
    ),
    Fault(
        what="an old picture is an after",
        file=_WORK,
        old="    if set(command.photos) & {*now.before, *facts.used_photos}:\n",
        new="    if False:\n",
        caught_by=_LIFE + "test_only_the_responsible_person_takes_it_and_says_it_is_put_right",
    ),
    Fault(
        what="no picture of before is asked",
        file=_WORK,
        old="    if not now.before:\n",
        new="    if False:\n",
        caught_by=_LIFE + "test_without_a_picture_of_before_there_is_no_after",
    ),
    Fault(
        what="more time is granted to oneself",
        file=_WORK,
        old="    if who in {now.extension.by, now.responsible}:\n",
        new="    if False:\n",
        caught_by=_LIFE + "test_it_is_not_asked_for_when_it_is_over_nor_granted_to_oneself",
    ),
    Fault(
        what="more time is asked for when it is over",
        file=_WORK,
        old="    if command.at >= until:\n",
        new="    if False:\n",
        caught_by=_LIFE + "test_it_is_not_asked_for_when_it_is_over_nor_granted_to_oneself",
    ),
    Fault(
        what="more time is granted without end",
        file=_WORK,
        old="    if now.extensions >= law.extensions:\n",
        new="    if False:\n",
        caught_by=_LIFE + "test_more_time_is_asked_for_in_time_and_answered_by_somebody_else",
    ),
    Fault(
        what="a handed-on order gets more time",
        file=_EVOLVE,
        old="rectify_by=now.rectify_by if now.rectify_by is not None else event.at + term",
        new="rectify_by=event.at + term",
        caught_by=_LIFE + "test_assigning_anew_keeps_the_day_and_asks_for_an_answer_again",
    ),
    Fault(
        what="a milder grade moves the day back",
        file=_EVOLVE,
        old="rectify_by=min(now.rectify_by, event.at + terms(graver).rectify)",
        new="rectify_by=event.at + terms(graver).rectify",
        caught_by=_LIFE + "test_a_graver_grade_brings_the_day_forward_and_a_milder_one_never_back",
    ),
    Fault(
        what="an empty rung ends the climb",
        file=_FACTS,
        old="        if rung >= level and found:\n",
        new="        if rung >= level:\n",
        caught_by=_LIFE + "test_a_rung_without_anybody_is_climbed_over",
    ),
    Fault(
        what="a late clock still climbs",
        file=_DECIDE,
        old="(owed(now), now.round, now.rung) != (command.owed, command.round, command.rung) or look is None",
        new="look is None",
        caught_by=_LIFE + "test_a_clock_that_comes_early_late_or_twice_decides_nothing",
    ),
    Fault(
        what="an early clock climbs",
        file=_DECIDE,
        old="    if command.at < look:\n",
        new="    if False:\n",
        caught_by=_LIFE + "test_a_clock_that_comes_early_late_or_twice_decides_nothing",
    ),
    Fault(
        what="a charge that was taken ends it",
        file=_OWED,
        old="max(regular, hazard.charged_at + pause)",
        new="regular + 999 * pause",
        caught_by=_LIFE + "test_a_superior_who_takes_charge_stops_the_climb_for_a_while_and_only_for_a_while",
    ),
    Fault(
        what="the acceptance waits for ever",
        file=_OWED,
        old="hazard.rectified_at) + terms(hazard).accept",
        new="hazard.rectified_at) + 999 * terms(hazard).accept",
        caught_by=_LIFE + "test_what_is_owed_for_the_acceptance_climbs_as_well",
    ),
    Fault(
        what="points without a cap",
        file=_WORK,
        old="min(law.points[held.plant], law.points_a_day - facts.earned_today)",
        new="law.points[held.plant]",
        caught_by=_LIFE + "test_points_have_their_cap_and_nobody_earns_by_his_own_fault",
    ),
    Fault(
        what="the line hears who reported",
        file="hazard/state.py",
        old="if self.sighting.named or viewer",
        new="if True or viewer",
        caught_by=_LIFE + "test_an_unnamed_reporter_is_known_to_the_safety_department_alone",
    ),
    Fault(
        what="codes match fuzzily",
        file="hazard/likeness.py",
        old="    if codes and theirs and codes != theirs:\n",
        new="    if False:\n",
        caught_by="hazard/test_grading.py::test_two_texts",
    ),
)
