"""Faults in the ladder of a step that waits; walked with those of the gates."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_LADDER = "test_ladder.py::"

LADDER: tuple[Fault, ...] = (
    Fault(
        what="a reminder counts as a rung",
        file="permit/decide_clock.py",
        old="    return (e.NodeReminded(by=command.by, at=command.at, node=step.key),)",
        new="    return (e.NodeEscalated(by=command.by, at=command.at, node=step.key, level=1, to=None),)",
        caught_by=_LADDER + "test_a_reminder_comes_once_and_never_after_it_is_late",
    ),
    Fault(
        what="who is reminded is reminded again",
        file="permit/decide_clock.py",
        old="    if step is None or permit.reminded:",
        new="    if step is None:",
        caught_by=_LADDER + "test_a_reminder_comes_once_and_never_after_it_is_late",
    ),
    Fault(
        what="what is urgent waits for those who stand by",
        file="permit/decide_clock.py",
        old="    deputies = () if command.level or urgent(permit) else standing_by(case, step.role)",
        new="    deputies = () if command.level else standing_by(case, step.role)",
        caught_by=_LADDER
        + "test_what_is_urgent_is_asked_of_everybody_and_reaches_a_superior_as_soon_as_it_is_late[near the start]",
    ),
    Fault(
        what="who holds the post alone by now counts as asked",
        file="permit/who.py",
        old=" if asked is None else asked\n",
        new="\n",
        caught_by=_LADDER + "test_who_was_not_asked_is_asked_when_all_the_time_is_over[the one who was asked has left]",
    ),
    Fault(
        what="the superior waits for who has just come to the post",
        file="permit/decide_clock.py",
        old="    first = not frozenset(deputies).isdisjoint(case.facts.standby.get(step.role, ()))\n",
        new="    first = bool(deputies)\n",
        caught_by=_LADDER + "test_who_has_come_to_the_post_is_asked_and_the_superior_waits_no_longer_for_it",
    ),
    Fault(
        what="special grade is not urgent",
        file="escalation.py",
        old="    return near or permit.law.grade is Grade.SPECIAL",
        new="    return near",
        caught_by=_LADDER
        + "test_what_is_urgent_is_asked_of_everybody_and_reaches_a_superior_as_soon_as_it_is_late[special grade]",
    ),
    Fault(
        what="those who stand by are asked at every rung",
        file="permit/decide_clock.py",
        old="    deputies = () if command.level or urgent(permit) else",
        new="    deputies = () if urgent(permit) else",
        caught_by=_LADDER + "test_half_all_and_half_as_much_again_and_then_the_duty_leader_and_the_group",
    ),
    Fault(
        what="an empty rung is waited for",
        file="permit/decide_clock.py",
        old="        to=None if first else to,",
        new="        to=to if command.level else None,",
        caught_by=_LADDER + "test_where_nobody_stands_by_the_superior_hears_at_once_and_his_own_in_their_time",
    ),
    Fault(
        what="somebody of the request stands by for its approver",
        file="permit/who.py",
        old="for one in holders(case, role) if one not in barred and not by_proxy(case, role, one, barred)]",
        new="for one in holders(case, role)]",
        caught_by=_LADDER + "test_whoever_stands_by_and_may_not_sign_is_passed_over",
    ),
    Fault(
        what="who is away is asked to stand by",
        file="permit/who.py",
        old="    here = [one for one in fit if one not in away]",
        new="    here = fit",
        caught_by=_LADDER + "test_who_is_away_is_not_asked_to_stand_in_for_his_deputy",
    ),
    Fault(
        what="nobody is asked where everybody only stands by",
        file="escalation.py",
        old="    return tuple(one for one in people if one not in standby) or people",
        new="    return tuple(one for one in people if one not in standby)",
        caught_by=_LADDER + "test_what_is_not_urgent_is_asked_of_who_does_not_merely_stand_by",
    ),
    Fault(
        what="the reminder waits on after the step moved on",
        file="permit/effects.py",
        old="    return (*clear(after, *STEP), *prepare, Refresh(permit=after.id))",
        new="    return (*clear(after, STEP[1]), *prepare, Refresh(permit=after.id))",
        caught_by=_LADDER + "test_moving_on_clears_both_timers_and_begins_anew",
    ),
    Fault(
        what="a step of the next revision has the same name",
        file="escalation.py",
        old='    return "" if step is None else f"{permit.revision}:{step.key}"',
        new='    return "" if step is None else f"1:{permit.revision}"',
        caught_by=_LADDER + "test_a_step_has_a_name_of_its_revision",
    ),
)
