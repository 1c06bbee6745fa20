"""Faults we plant in the core, one at a time, and the test that must turn red for each.

A fault is a piece of source text and what a tired hand might have written instead. `machine` faults must also be found
by the random lives of ``test_live_work.py``, which know nothing of the code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """``old`` stands exactly once in ``file`` (below ``workflow/``). ``caught_by``: tests below ``tests/workflow/``."""

    what: str
    file: str
    old: str
    new: str
    caught_by: str
    machine: bool = False


WORK, SITE, REVIEW, REQUEST, CLOCK = (
    f"test_decide_{phase}.py::" for phase in ("work", "site", "review", "request", "clock")
)
EVOLVE, EFFECTS, TABLES, LIVES = (f"test_{what}.py::" for what in ("evolve", "effects", "tables", "golden_lives"))
LIFE, LIVES_SHIFT, LINKED = (f"test_decide_{what}.py::" for what in ("life", "handover", "linked"))

FAULTS: tuple[Fault, ...] = (
    # --- what stops by itself ---
    Fault(
        what="failing gas no longer stops the work",
        file="permit/transitions.py",
        old="(GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, AIR, MISCOUNT, OVER)",
        new="(GUARDIAN_SILENT, GUARDIAN_LEFT, AIR, MISCOUNT, OVER)",
        caught_by=WORK + "test_failing_gas_stops_the_work_in_the_same_breath",
    ),
    Fault(
        what="the guardian may leave",
        file="permit/transitions.py",
        old="(GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, AIR, MISCOUNT, OVER)",
        new="(GUARDIAN_SILENT, GAS, AIR, MISCOUNT, OVER)",
        caught_by=WORK + "test_the_guardian_leaving_stops_the_work_in_the_same_breath",
    ),
    Fault(
        what="silence no longer stops the work",
        file="permit/transitions.py",
        old="(GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, AIR, MISCOUNT, OVER)",
        new="(GUARDIAN_LEFT, GAS, AIR, MISCOUNT, OVER)",
        caught_by=CLOCK + "test_two_silences_in_a_row_stop_the_work",
    ),
    Fault(
        what="standing air no longer stops an entry",
        file="permit/transitions.py",
        old="(GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, AIR, MISCOUNT, OVER)",
        new="(GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, MISCOUNT, OVER)",
        caught_by=WORK + "test_standing_air_stops_an_entry_in_the_same_breath",
    ),
    Fault(
        what="work goes on past its end until the timer fires",
        file="permit/transitions.py",
        old="(GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, AIR, MISCOUNT, OVER)",
        new="(GUARDIAN_SILENT, GUARDIAN_LEFT, GAS, AIR, MISCOUNT)",
        caught_by=WORK + "test_what_is_done_after_the_last_minute_ends_the_permit_in_the_same_breath",
    ),
    Fault(
        what="nothing stops by itself, and the gates of running work are not asked",
        file="permit/transitions.py",
        old="    for follow in FOLLOWS[permit.status]:\n",
        new="    for follow in FOLLOWS[permit.status] if permit.status is not Status.ACTIVE else ():\n",
        caught_by=WORK + "test_what_is_done_after_the_last_minute_ends_the_permit_in_the_same_breath",
    ),
    Fault(
        what="the gates of running work are not asked",
        file="permit/decide.py",
        old="    if permit.status is not Status.ACTIVE:\n        return None\n    try:",
        new="    if permit.status is not Status.SUSPENDED:\n        return None\n    try:",
        caught_by=LIVES + "test_a_certificate_that_runs_out_at_midnight_stops_the_work",
        machine=True,
    ),
    Fault(
        what="a stop in a confined space leaves people inside",
        file="permit/conditions.py",
        old="    return work is WorkType.CONFINED_SPACE or reason in _OUT_AT_ONCE",
        new="    return reason in _OUT_AT_ONCE",
        caught_by=WORK + "test_anybody_and_anything_stops_work_for_any_reason",
        machine=True,
    ),
    Fault(
        what="only people of the plant may stop",
        file="permit/decide_work.py",
        old="    permit = case.permit\n    if not permit.live:",
        new="    permit = case.permit\n    the_person(case, command)\n    if not permit.live:",
        caught_by=WORK + "test_anybody_and_anything_stops_work_for_any_reason",
        machine=True,
    ),
    Fault(
        what="stopping hangs on the rules",
        file="permit/decide_work.py",
        old="    evacuate = evacuates(permit.what.work, command.reason)",
        new="    evacuate = evacuates(case.rules.work, command.reason)",
        caught_by=WORK + "test_stopping_needs_no_rules",
    ),
    Fault(
        what="word of bad air is only taken from analysts",
        file="permit/decide_site.py",
        old="    if verdict.passed:\n        _may_pass(case, command)",
        new="    _may_pass(case, command)",
        caught_by=SITE + "test_a_pass_is_taken_from_who_answers_for_it_a_failure_from_anybody",
        machine=True,
    ),
    # --- what starts ---
    Fault(
        what="a start is signed without asking the gates",
        file="permit/decide_work.py",
        old="    demand([*case.stopped_by(Moment.START), *_never_begun(case), _served_over(case)], remember=True)",
        new="    demand([*_never_begun(case), _served_over(case)], remember=True)",
        caught_by=WORK + "test_no_start_without_the_guardian_at_his_post",
    ),
    Fault(
        what="a resumption is signed without asking the gates",
        file="permit/decide_work.py",
        old="[*case.stopped_by(Moment.RESUME), *first_time, ",
        new="[*first_time, ",
        caught_by=WORK + "test_after_bad_or_unknown_air_only_a_test_drawn_since_opens_the_way",
    ),
    Fault(
        what="the gates are not asked again at the moment work begins",
        file="permit/decide.py",
        old="        if type(event_or_none) in GATED:",
        new="        if type(event_or_none) not in GATED and False:",
        caught_by=WORK + "test_the_gates_are_asked_once_more_at_the_very_moment_work_begins",
    ),
    Fault(
        what="a signature never grows old",
        file="permit/conditions.py",
        old="for signature in signatures if now.at - signature.at <= limit}",
        new="for signature in signatures if now.at - signature.at <= limit * 1000}",
        caught_by=WORK + "test_a_signature_grows_old_while_the_other_is_awaited",
        machine=True,
    ),
    Fault(
        what="one signature is enough to start",
        file="permit/conditions.py",
        old="    return bool(wanted) and fresh.issuperset(wanted)",
        new="    return bool(fresh.intersection(wanted))",
        caught_by=WORK + "test_work_starts_with_the_last_start_signature_and_not_before",
    ),
    Fault(
        what="nobody wanted is everybody signed",
        file="permit/decide_request.py",
        old="    if all((rules.chain, rules.start_roles, rules.resume_roles, rules.acceptance_roles)):",
        new="    if rules is not None:",
        caught_by=REQUEST + "test_a_permit_nobody_would_have_to_sign_is_refused",
    ),
    Fault(
        what="work that never started is resumed without its start signatures",
        file="permit/conditions.py",
        old="    before = rules.start_roles if permit.started_at is None else ()",
        new="    before = rules.start_roles if permit.started_at is not None else ()",
        caught_by=WORK + "test_a_permit_stopped_before_it_started_needs_the_start_signatures_too",
    ),
    Fault(
        what="a new stop leaves the resume signatures standing",
        file="permit/evolve_work.py",
        old='        "start_signatures": (),\n        "resume_signatures": (),\n        "prompt_open": None,',
        new='        "start_signatures": (),\n        "prompt_open": None,',
        caught_by=WORK + "test_any_new_stop_takes_the_resume_signatures_away",
        machine=True,
    ),
    Fault(
        what="bad air before the start leaves the signatures standing",
        file="permit/evolve_site.py",
        old='        "gas_failed_once": permit.gas_failed_once or confined,\n        "start_signatures": (),',
        new='        "gas_failed_once": permit.gas_failed_once or confined,',
        caught_by=WORK + "test_danger_before_the_start_takes_the_signatures_away",
    ),
    Fault(
        what="the guardian leaving before the start leaves the others' signatures standing",
        file="permit/evolve_site.py",
        old='        return {**presence, "start_signatures": (), "resume_signatures": ()}',
        new="        return presence",
        caught_by=SITE + "test_whoever_leaves_takes_his_signature_along_and_the_guardian_everybodys",
    ),
    Fault(
        what="a device may start work",
        file="permit/transitions.py",
        old="e.StepApproved, e.PermitIssued, e.StartSigned, e.WorkStarted, e.ResumeSigned, e.WorkResumed,",
        new="e.StepApproved, e.PermitIssued, e.ResumeSigned,",
        caught_by=EVOLVE + "test_a_history_with",
    ),
    Fault(
        what="anybody may play the clock",
        file="permit/decide.py",
        old="    if command.by.kind not in MAY_ASK[kind]:",
        new="    if command.by.kind not in MAY_ASK[kind] and kind is c.Start:",
        caught_by=REQUEST + "test_a_device_cannot_ask_and_a_person_cannot_play_the_clock",
    ),
    Fault(
        what="an expired permit can be resumed",
        file="permit/transitions.py",
        old="    (Status.SUSPENDED, e.WorkResumed): Status.ACTIVE,\n",
        new="    (Status.SUSPENDED, e.WorkResumed): Status.ACTIVE,\n"
        "    (Status.EXPIRED, e.WorkResumed): Status.ACTIVE,\n",
        caught_by=TABLES + "test_every_event_moves_stays_or_is_impossible",
    ),
    # --- who ---
    Fault(
        what="people of the request may sign for the plant",
        file="permit/who.py",
        old="    return tuple(person for person in holders(case, role) if person not in inside)",
        new="    return tuple(person for person in holders(case, role) if person or inside)",
        caught_by=REVIEW + "test_nobody_approves_his_own_work",
    ),
    Fault(
        what="one person may sign every node",
        file="permit/decide_review.py",
        old="    demand([_once(case, person, node), _may_sign(case, person, node)], remember=True)",
        new="    demand([_may_sign(case, person, node)], remember=True)",
        caught_by=REVIEW + "test_one_person_is_one_voice",
    ),
    Fault(
        what="an approval may come from anywhere",
        file="permit/decide_review.py",
        old="    away = at_the_place(case, person, proof) if node.at_site else None",
        new="    away = at_the_place(case, person, proof) if not node.at_site else None",
        caught_by=REVIEW + "test_an_approval_from_three_kilometres_away_is_refused",
    ),
    Fault(
        what="a check-in shows presence for ever",
        file="permit/signing.py",
        old="    if seen is not None and shown and seen.at >= case.at - case.rules.presence_valid:",
        new="    if seen is not None and shown:",
        caught_by=REVIEW + "test_presence_grows_old",
    ),
    Fault(
        what="a permit's own code shows the place",
        file="permit/signing.py",
        old="    shown = seen is not None and seen.way in SHOWS_THE_PLACE",
        new="    shown = seen is not None",
        caught_by=REVIEW + "test_the_code_of_the_paper_does_not_show_the_place",
    ),
    Fault(
        what="a position that tells nothing counts as here",
        file="permit/decide_site.py",
        old="    if here is None:\n        return no(",
        new="    if here is None:\n        return None\n        return no(",
        caught_by=SITE + "test_a_check_in_must_show_this_very_place",
    ),
    Fault(
        what="a click on an old card signs the new content",
        file="permit/decide_review.py",
        old="    if command.content_hash != permit.content_hash:",
        new="    if not command.content_hash:",
        caught_by=REVIEW + "test_a_click_on_an_old_card_is_about_an_old_content",
    ),
    Fault(
        what="a proof of somebody else will do",
        file="permit/signing.py",
        old="    if proof.subject != person:",
        new="    if not proof.subject:",
        caught_by=REVIEW + "test_a_proof_is_of_this_person_for_this_decision_fresh_and_strong_enough",
    ),
    Fault(
        what="a proof for another decision will do",
        file="permit/signing.py",
        old="    if proof.decision_hash != expected:",
        new="    if not expected:",
        caught_by=REVIEW + "test_a_proof_is_of_this_person_for_this_decision_fresh_and_strong_enough",
    ),
    Fault(
        what="a bare tap is as good as a face",
        file="permit/signing.py",
        old="    if STRENGTH[method] < STRENGTH[weakest]:",
        new="    if STRENGTH[method] > STRENGTH[weakest]:",
        caught_by=REVIEW + "test_a_bare_tap_is_not_a_face",
    ),
    Fault(
        what="the last signature may issue a paper that lapses before its start",
        file="permit/decide_review.py",
        old="    if not last or case.at + rules.max_validity > content.planned.start:",
        new="    if not last or case.at + rules.max_validity > case.at:",
        caught_by=REVIEW + "test_a_paper_that_would_lapse_before_its_start_is_not_signed_last",
    ),
    Fault(
        what="validity never counts from the issue",
        file="permit/state.py",
        old="        return ends_at(self.what.planned, self.law.max_validity, self.issued_at)",
        new="        return ends_at(self.what.planned, self.law.max_validity, None)",
        caught_by=CLOCK + "test_signed_the_evening_before_an_eight_hour_ticket_ends_eight_hours_after_its_issue",
    ),
    Fault(
        what="a return keeps the signatures",
        file="permit/evolve_request.py",
        old='    return {**_asked_anew(event), "waiting_since": None, "signatures": (), "closing": closing}',
        new='    return {**_asked_anew(event), "waiting_since": None, "closing": closing}',
        caught_by=REQUEST + "test_who_is_asked_next_and_who_has_signed_may_send_back_but_not_a_bystander",
    ),
    Fault(
        what="rules of today are not looked at",
        file="permit/case.py",
        old="            self._rules = self.book.stricter(self.permit.law, now)",
        new="            self._rules = self.permit.law or now",
        caught_by=LIVES + "test_t12_the_law_of_the_moment_counts_not_that_of_the_paper",
    ),
    # --- air ---
    Fault(
        what="any later word excuses a failing sample",
        file="permit/evolve_site.py",
        old="    return new.sample.sampled_at > old.sample.sampled_at and covered >= asked",
        new="    return covered >= asked or bool(asked)",
        caught_by=SITE + "test_a_failure_is_undone_only_by_a_later_sample_of_the_same_gases",
    ),
    Fault(
        what="after a failed entry test the other points still count",
        file="permit/evolve_site.py",
        old="if r.sample.point != event.sample.point and not (confined and r.passed))",
        new="if r.sample.point != event.sample.point)",
        caught_by=SITE + "test_a_failed_entry_test_asks_for_moving_air_and_a_full_new_test",
    ),
    Fault(
        what="tests taken before the air stood still go on counting",
        file="permit/evolve_site.py",
        old='    return {**state, "gas": failing, "start_signatures": (), "resume_signatures": ()}',
        new='    return {**state, "gas": permit.gas or failing, "start_signatures": (), "resume_signatures": ()}',
        caught_by=SITE + "test_standing_air_takes_every_pass_away_where_air_must_always_move",
    ),
    # --- the end ---
    Fault(
        what="work ends with people counted inside",
        file="permit/decide_work.py",
        old="    people = max(command.people_inside, case.permit.people_inside or 0, len(case.permit.inside))",
        new="    people = command.people_inside",
        caught_by=WORK + "test_the_last_count_of_the_guardian_outweighs_the_leaders_word",
        machine=True,
    ),
    Fault(
        what="hot work ends without a watch",
        file="permit/transitions.py",
        old="    Status.COMPLETED: (WATCH, ACCEPTED),",
        new="    Status.COMPLETED: (ACCEPTED,),",
        caught_by=WORK + "test_work_ends_with_everybody_and_everything_out",
    ),
    Fault(
        what="an expired permit's hot work is not watched",
        file="permit/transitions.py",
        old="    Status.EXPIRED: (WATCH,),",
        new="    Status.EXPIRED: (),",
        caught_by=WORK + "test_an_expired_permit_stays_live_until_counted_out_watched_and_can_be_accepted",
    ),
    Fault(
        what="a stop during the watch does not begin it anew",
        file="permit/evolve_work.py",
        old='        return {**taken, **_no_watch(), "closings": ()}',
        new="        return taken",
        caught_by=WORK + "test_a_stop_during_the_watch_begins_it_anew",
    ),
    Fault(
        what="an expired permit with people inside is dropped",
        file="permit/state.py",
        old="_MAY_LINGER and (not self.counted_out or ",
        new="_MAY_LINGER and (",
        caught_by=WORK + "test_an_expired_entry_stays_live_until_everybody_is_counted_out",
        machine=True,
    ),
    Fault(
        what="one acceptance closes the permit",
        file="permit/conditions.py",
        old="    return bool(wanted) and signed.issuperset(wanted) and done",
        new="    return bool(signed) and permit.counted_out and not permit.watch_open",
        caught_by=WORK + "test_acceptance_closes_when_all_have_signed",
    ),
    # --- the clock and the outside ---
    Fault(
        what="a stale timer climbs",
        file="escalation.py",
        old="    if permit.escalation_level != level or permit.escalation_acknowledged:",
        new="    if permit.escalation_acknowledged:",
        caught_by=REVIEW + "test_a_stale_timer_decides_nothing",
    ),
    Fault(
        what="a step climbs to the people of the request",
        file="escalation.py",
        old="    skip = {*asked, *told, *barred}",
        new="    skip = {*asked, *told}",
        caught_by=REVIEW + "test_it_never_climbs_to_the_people_of_the_request",
    ),
    Fault(
        what="an unanswered prompt is forgotten",
        file="permit/decide_clock.py",
        old="    if permit.prompt_open is not None:\n        missed =",
        new="    if permit.prompt_open == command.number:\n        missed =",
        caught_by=CLOCK + "test_two_silences_in_a_row_stop_the_work",
    ),
    Fault(
        what="nobody asks the guardian after a resumption",
        file="permit/effects.py",
        old="    return (*first, *told, *next_prompt(after, at), *warnings(after, at), Refresh(permit=after.id))",
        new="    return (*first, *told, *warnings(after, at), Refresh(permit=after.id))",
        caught_by=EFFECTS + "test_a_resumption_sets_the_timers_again",
        machine=True,
    ),
    Fault(
        what="an expiry with people inside is never repeated",
        file="permit/effects.py",
        old="    timers = (*clear(after, NODE), *work_timers(after), *count_timer(after, at))",
        new="    timers = (*clear(after, NODE), *work_timers(after))",
        caught_by=EFFECTS + "test_an_expiry_with_people_inside_is_danger_and_is_repeated",
        machine=True,
    ),
    Fault(
        what="a stop waits behind ordinary messages",
        file="permit/effects.py",
        old="        Purpose.SUSPENDED,\n        Lane.SAFETY,",
        new="        Purpose.SUSPENDED,\n        Lane.ACTION,",
        caught_by=EFFECTS + "test_a_stop_is_told_everybody_at_once_through_the_safety_lane",
    ),
    # --- photos ---
    Fault(
        what="a photo made from an earlier one shows that the place is ready",
        file="permit/gates_site.py",
        old="any(each.fresh and not each.doubtful for each in photos)",
        new="any(each.fresh for each in photos)",
        caught_by="test_decide_photos.py::test_a_doubtful_photo_does_not_let_work_start",
    ),
    Fault(
        what="a photo made from an earlier one confirms a measure",
        file="permit/gates_site.py",
        old="if given and all(photo.doubtful for photo in given)",
        new="if given and not any(given)",
        caught_by="test_decide_photos.py::test_a_doubtful_photo_confirms_no_measure",
    ),
    Fault(
        what="the taker lets his own photo count",
        file="permit/decide_photos.py",
        old="[own if taker is not None else None]",
        new="[own if taker is None else None]",
        caught_by="test_decide_photos.py::test_nobody_accepts_their_own_photo",
    ),
    Fault(
        what="a doubted photo sent again is doubted no more",
        file="permit/decide_photos.py",
        old="copies=command.copies or doubted",
        new="copies=command.copies",
        caught_by="test_decide_photos.py::test_what_was_doubted_once_stays_doubted_for_every_purpose",
    ),
    # --- isolations ---
    Fault(
        what="an isolation nobody has tried is good enough",
        file="permit/gates_isolation.py",
        old="elif not one.proven:",
        new="elif not one.in_place:",
        caught_by="isolation/test_gate.py::test_an_isolation_nobody_has_tried_starts_nothing",
    ),
    Fault(
        what="a closed valve keeps material out of a space",
        file="permit/gates_isolation.py",
        old="one.method not in TIGHT:",
        new="not one.proven:",
        caught_by="isolation/test_gate.py::test_a_closed_valve_keeps_nothing_out_of_a_space",
    ),
    Fault(
        what="a lock comes off while a permit stands on it",
        file="isolation/decide.py",
        old="""    _own(now, facts, person)
    _nobody_stands_on_it(now, facts)
""",
        new="""    _own(now, facts, person)
""",
        caught_by="isolation/test_isolation.py::test_a_permit_that_is_open_or_unknown_keeps_the_lock_on",
    ),
    Fault(
        what="a permit nobody knows counts as over",
        file="isolation/decide.py",
        old="return known is not None and known.over",
        new="return known is None or known.over",
        caught_by="isolation/test_isolation.py::test_a_permit_that_is_open_or_unknown_keeps_the_lock_on",
    ),
    Fault(
        what="anybody takes off anybody's lock",
        file="isolation/decide.py",
        old="    if person.id != now.owner:\n        owner",
        new="    if person.id == now.owner:\n        owner",
        caught_by="isolation/test_isolation.py::test_nobody_takes_off_the_lock_of_somebody_else",
    ),
    # --- entries, reliefs, ends and linked permits ---
    Fault(
        what="somebody goes in while the work stands still",
        file="permit/decide_life.py",
        old="    if permit.status is not Status.ACTIVE:\n        return [_closed(permit)]",
        new="    if permit.status is Status.ISSUED:\n        return [_closed(permit)]",
        caught_by=LIFE + "test_nobody_goes_in_unless_work_goes_on",
        machine=True,
    ),
    Fault(
        what="an entry asks no gate",
        file="permit/decide_life.py",
        old="    failing = case.stopped_by(Moment.DURING)",
        new="    failing = case.stopped_by(Moment.DURING)[:0]",
        caught_by=LIFE + "test_an_entry_asks_the_gates_and_a_failing_one_stops_the_work_in_the_same_breath",
    ),
    Fault(
        what="the guardian goes in himself",
        file="permit/decide_life.py",
        old="        if whom == permit.guardian\n",
        new="        if whom == permit.what.applicant\n",
        caught_by=LIFE + "test_the_guardian_and_people_of_no_business_stay_out",
    ),
    Fault(
        what="a count that disagrees with the log is nobody's concern",
        file="permit/conditions.py",
        old="    return permit.log_kept and (permit.people_inside or 0) != len(permit.inside)",
        new="    return permit.log_kept and (permit.people_inside or 0) < len(permit.inside)",
        caught_by=LIFE + "test_a_count_that_disagrees_with_the_log_stops_the_work",
        machine=True,
    ),
    Fault(
        what="work goes on while somebody ordered out is inside",
        file="permit/decide_work.py",
        old="        if ordered and still\n",
        new="        if ordered and still > 9\n",
        caught_by=LIFE + "test_work_does_not_go_on_while_somebody_ordered_out_is_inside",
        machine=True,
    ),
    Fault(
        what="work goes on before the shift was handed over",
        file="permit/decide_handover.py",
        old="    if not case.permit.handover_due:\n        return None",
        new="    if case.permit.guarding is None:\n        return None",
        caught_by=LIVES_SHIFT + "test_work_stopped_for_a_change_of_shift_waits_for_the_hand_over",
    ),
    Fault(
        what="a relief needs only some of its signatures",
        file="permit/conditions.py",
        old="    return signed.issuperset(permit.handing_over)",
        new="    return len(signed) >= 2",
        caught_by=LIVES_SHIFT + "test_the_last_of_four_signatures_relieves_and_the_signed_content_stays",
        machine=True,
    ),
    Fault(
        what="a worker takes over the guard",
        file="permit/decide_handover.py",
        old='FITNESS = frozenset({"people_distinct", "people_known",',
        new='FITNESS = frozenset({"people_known",',
        caught_by=LIVES_SHIFT + "test_who_may_not_take_over_and_what_must_be_said",
        machine=True,
    ),
    Fault(
        what="an approver takes over the guard",
        file="permit/decide_handover.py",
        old="        if who in judges",
        new="        if who in judges - {guardian}",
        caught_by=LIVES_SHIFT + "test_who_may_not_take_over_and_what_must_be_said",
        machine=True,
    ),
    Fault(
        what="a hand-over is signed from afar",
        file="permit/decide_handover.py",
        old="record.record.leader),\n            at_the_place(case, person),",
        new="record.record.leader),",
        caught_by=LIVES_SHIFT + "test_nobody_signs_from_afar",
    ),
    Fault(
        what="a space is handed over with people in it",
        file="permit/decide_handover.py",
        old="        if confined and (inside or people)\n",
        new="        if confined and inside > 9\n",
        caught_by=LIVES_SHIFT + "test_in_a_confined_space_everybody_is_out_meanwhile",
    ),
    Fault(
        what="the relieved guardian still counts as the guardian",
        file="permit/state.py",
        old="        return self.guarding or self.what.guardian",
        new="        return self.what.guardian",
        caught_by=LIVES_SHIFT + "test_the_next_crew_resumes_and_the_old_one_does_not",
    ),
    Fault(
        what="a cut road no longer keeps the place taken",
        file="permit/state.py",
        old="(not self.counted_out or self.watch_open or self.reopening_open)",
        new="(not self.counted_out or self.watch_open)",
        caught_by=LIFE + "test_a_road_is_taken_until_it_is_open_again_and_is_not_forgotten",
    ),
    Fault(
        what="acceptance does not wait for what must be put right",
        file="permit/decide_work.py",
        old="    demand([*case.stopped_by(Moment.CLOSE), *closing_open(case)])",
        new="    demand(case.stopped_by(Moment.CLOSE))",
        caught_by=LIFE + "test_nobody_accepts_before_everything_is_put_right",
    ),
    Fault(
        what="the work in a space goes on when the space is stopped",
        file="permit/decide_linked.py",
        old="    return inside_of_it or danger_inside or died or _serves(permit, command)",
        new="    return danger_inside or died or _serves(permit, command)",
        caught_by=LINKED + "test_work_in_a_space_stops_with_the_permit_of_the_space",
    ),
    Fault(
        what="danger in the work inside does not stop the space",
        file="permit/decide_linked.py",
        old="    return inside_of_it or danger_inside or died or _serves(permit, command)",
        new="    return inside_of_it or died or _serves(permit, command)",
        caught_by=LINKED + "test_danger_in_the_work_inside_stops_the_space",
        machine=True,
    ),
    Fault(
        what="a stop is not passed on to the permits of the job",
        file="permit/effects.py",
        old="    return (*clear(after, PROMPT), *shift, *told, *linked, Refresh(permit=after.id))",
        new="    return (*clear(after, PROMPT), *shift, *told, Refresh(permit=after.id))",
        caught_by=LINKED + "test_a_stop_tells_the_others_and_says_whether_it_is_danger",
    ),
    Fault(
        what="power flows again after what it served",
        file="permit/decide_work.py",
        old="    if not case.permit.served_over:\n        return None",
        new="    if not case.permit.handover_due:\n        return None",
        caught_by=LINKED + "test_power_stops_with_what_it_serves_and_never_flows_again",
    ),
)
