"""Faults in asking the guardian, and the tests that must turn red."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_PROMPTS = "test_prompts.py::"
_LIVES = "test_prompted_lives.py::test_the_guardian_is_asked_in_time_and_two_misses_always_stop_the_work[0]"
_ASKED = "permit/decide_prompts.py"

PROMPTS = (
    Fault(
        what="the guardian may be left alone for longer than the rules say",
        file="permit/effects_common.py",
        old="    latest = at + law.asked_every\n",
        new="    latest = at + law.asked_every * 3 / 2\n",
        caught_by=_LIVES,
    ),
    Fault(
        what="he is asked the moment after he was asked",
        file="permit/effects_common.py",
        old="    earliest = None if law.soonest_prompt is None else at + law.soonest_prompt\n",
        new="    earliest = None if law.soonest_prompt is None else at\n",
        caught_by=_LIVES,
    ),
    Fault(
        what="everybody knows when he is asked",
        file="permit/effects_common.py",
        old="    earliest = None if law.soonest_prompt is None else at + law.soonest_prompt\n",
        new="    earliest = None\n",
        caught_by=_LIVES,
    ),
    Fault(
        what="wrong answers are not counted",
        file=_ASKED,
        old="    if told.attempt < TRIES:\n",
        new="    if told.attempt < TRIES * 50:\n",
        caught_by=_PROMPTS + "test_the_second_wrong_answer_is_a_miss_and_is_told",
    ),
    Fault(
        what="a wrong answer is as good as a right one",
        file=_ASKED,
        old="        if not right:\n",
        new="        if not right and asking.tries:\n",
        caught_by=_PROMPTS + "test_a_wrong_answer_leaves_one_more_try",
    ),
    Fault(
        what="a miss by wrong answers is forgotten",
        file="permit/evolve_prompts.py",
        old='    return {**not_asked(), "prompts_missed": permit.prompts_missed + 1}\n',
        new='    return {**not_asked(), "prompts_missed": permit.prompts_missed + (not event.wrong)}\n',
        caught_by=_PROMPTS + "test_two_misses_stop_the_work_however_they_came_about",
    ),
    Fault(
        what="a tap answers for the photo",
        file=_ASKED,
        old="        if right is None:\n",
        new="        if right is None and case.permit.prompt_wants_gas:\n",
        caught_by=_PROMPTS + "test_a_tap_alone_does_not_answer_for_what_must_be_done",
    ),
    Fault(
        what="anybody's count answers for the guardian",
        file="permit/conditions.py",
        old="    if asking is None or asking.task is None or now.by.as_person != permit.guardian:\n",
        new="    if asking is None or asking.task is None or now.by.as_person is None:\n",
        caught_by=_PROMPTS + "test_heads_are_held_against_the_log_or_the_last_count",
    ),
    Fault(
        what="a photo from before the question answers it",
        file="permit/conditions.py",
        old="        and photo.at >= asking.at\n",
        new="",
        caught_by=_PROMPTS + "test_other_photos_do_not_answer",
    ),
    Fault(
        what="a photo of any day answers",
        file="permit/conditions.py",
        old="        and photo.fresh\n        and not photo.doubtful\n    ",
        new="    ",
        caught_by=_PROMPTS + "test_other_photos_do_not_answer",
    ),
    Fault(
        what="a prompt with something else to do postpones the gas record",
        file=_ASKED,
        old="    due = gas_soon(case)\n",
        new="    due = False\n",
        caught_by=_PROMPTS + "test_a_prompt_never_postpones_a_gas_record",
    ),
    Fault(
        what="the gas records lose their clock",
        file="permit/effects_common.py",
        old="    return (prompt, *next_gas(permit, at))\n",
        new="    return (prompt,)\n",
        caught_by=_PROMPTS + "test_the_gas_record_has_a_clock_of_its_own",
    ),
    Fault(
        what="an excuse frees from the gas record the law wants",
        file=_ASKED,
        old=" or (task.kind is TaskKind.GAS and gas_soon(case)):\n",
        new=":\n",
        caught_by=_PROMPTS + "test_nobody_is_excused_from_the_gas_record_that_falls_due_meanwhile",
    ),
    Fault(
        what="nobody hears of an excuse",
        file="permit/effects.py",
        old='    return _look_after(after, Lane.ACTION, (Role.SHIFT_LEADER,), f"excused:{event.number}")\n',
        new="    return (Refresh(permit=after.id),)\n",
        caught_by=_PROMPTS + "test_what_cannot_be_done_is_told_and_asked_otherwise",
    ),
    Fault(
        what="the safety department does not hear of wrong answers",
        file="permit/effects.py",
        old="(Role.SHIFT_LEADER, Role.SAFETY_DEPT)",
        new="(Role.SHIFT_LEADER,)",
        caught_by=_PROMPTS + "test_the_second_wrong_answer_is_a_miss_and_is_told",
    ),
)
