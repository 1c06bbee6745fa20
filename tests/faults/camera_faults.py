"""Faults in what pictures mean to work and in how they are taken, and the tests that must turn red."""

from __future__ import annotations

from tests.faults.core_faults import Fault

_CORE = "tests/workflow/test_stills.py::"
_OFFICE = "tests/handlers/test_stills.py::"
_GRAB = "tests/hardware_bridge/cameras/test_rtsp.py::"
_HANDLER, _RTSP = "handlers/stills.py", "hardware_bridge/cameras/rtsp.py"

ALONE = (
    Fault(
        what="the second answer to one wish takes the place of the first",
        file="workflow/permit/decide_photos.py",
        old="    if any(one.key == command.key for one in case.permit.stills):\n        return ()\n",
        new="",
        caught_by=_CORE + "test_of_two_answers_to_one_wish_the_first_counts",
    ),
    Fault(
        what="a person may hand in a camera's picture",
        file="workflow/permit/transitions.py",
        old="    c.RecordStill: _DEVICE_OR_CLOCK,\n",
        new="    c.RecordStill: _ANYTHING,\n",
        caught_by=_CORE + "test_no_picture_starts_resumes_or_answers_anything",
    ),
    Fault(
        what="a stop is not shown",
        file="workflow/permit/effects_stills.py",
        old="        return None if after.status in _QUIET_ENDS else Occasion.STOP\n",
        new="        return None\n",
        caught_by=_CORE + "test_work_that_runs_out_is_shown_and_work_that_ends_in_order_is_not",
    ),
    Fault(
        what="of two rules about silence the milder counts",
        file="workflow/stills.py",
        old="        silent=max((one.silent",
        new="        silent=min((one.silent",
        caught_by=_CORE + "test_of_several_rules_the_stricter_of_each_counts",
    ),
    Fault(
        what="a wish nobody answers stays open",
        file=_HANDLER,
        old="    _answer_at(desk, permit, desk.now + ANSWER_WITHIN, command)\n",
        new="    del command\n",
        caught_by=_OFFICE + "test_whoever_is_down_the_wish_is_answered_in_time",
    ),
    Fault(
        what="a camera that answered is called silent all the same",
        file=_HANDLER,
        old="    desk.tx.drop_timer(_patience(after.id, event.key))\n",
        new="    desk.tx.drop_timer(_patience(after.id, event.camera))\n",
        caught_by=_OFFICE + "test_an_answer_ends_the_patience",
    ),
    Fault(
        what="silence that is to stop the work does not",
        file=_HANDLER,
        old="    if rule.silent is OnSilence.SUSPEND:\n",
        new="    if rule.silent is OnSilence.RECORD:\n",
        caught_by=_OFFICE + "test_silence_stops_the_work_where_the_plant_wants_it_and_only_work",
    ),
    Fault(
        what="a stop for want of a picture comes after the work has stopped",
        file=_HANDLER,
        old="    return due.name == STOP and desk.permit(PermitId(due.permit)).status is not Status.ACTIVE\n",
        new="    return False\n",
        caught_by=_OFFICE + "test_a_stop_for_want_of_a_picture_that_comes_too_late_is_stale",
    ),
    Fault(
        what="a picture by chance comes always at the latest moment",
        file=_HANDLER,
        old="    due = moment(now + rule.soonest, now + rule.every,",
        new="    due = moment(now + rule.every, now + rule.every,",
        caught_by=_OFFICE + "test_pictures_by_chance_come_within_their_bounds",
    ),
    Fault(
        what="whoever does not know the secret can draw the moment",
        file=_HANDLER,
        old="    return hmac.new(secret, said.encode()",
        new='    return hmac.new(b"", said.encode()',
        caught_by=_OFFICE + "test_whoever_lacks_the_secret_cannot_draw_the_moment",
    ),
    Fault(
        what="a place no camera looks at is passed over in silence",
        file=_HANDLER,
        old="    if not cameras and occasion is Occasion.BEGIN:\n",
        new="    if False:\n",
        caught_by=_OFFICE + "test_a_place_without_a_camera_says_so_once",
    ),
    Fault(
        what="of two things that follow the milder counts",
        file="workflow/camera_alarms.py",
        old="    return max(asked, key",
        new="    return min(asked, key",
        caught_by="tests/workflow/test_camera_alarms.py::test_the_stricter_counts_and_nothing_is_told_to_nobody",
    ),
    Fault(
        what="an alarm nobody asked for is told to nobody",
        file="handlers/camera_alarms.py",
        old="    if not at_work or any(then is Then.HAZARD for _, then in follows):\n",
        new="    if False:\n",
        caught_by="tests/handlers/test_camera_alarms.py::test_a_storm_is_one_hazard_and_it_is_seen_again_once_an_hour",
    ),
    Fault(
        what="every alarm of a storm is a hazard of its own",
        file="handlers/camera_alarms.py",
        old="        if row.said == text and hazards.load(desk, HazardId(row.id)).reporter == by:\n",
        new="        if False:\n",
        caught_by="tests/handlers/test_camera_alarms.py::test_a_storm_is_one_hazard_and_it_is_seen_again_once_an_hour",
    ),
    Fault(
        what="the guardian is told the same again and again",
        file="handlers/asking_guardian.py",
        old="    if asked is not None and desk.now < asked + pause:\n",
        new="    if False:\n",
        caught_by="tests/handlers/test_camera_alarms.py::test_the_guardian_is_told_and_not_told_again_at_once",
    ),
    Fault(
        what="a guardian who was told once is never told again",
        file="handlers/asking_guardian.py",
        old="    if asked is not None and desk.now < asked + pause:\n",
        new="    if asked is not None:\n",
        caught_by="tests/handlers/test_camera_alarms.py::test_the_guardian_is_told_and_not_told_again_at_once",
    ),
    Fault(
        what="a hazard is seen again with every alarm",
        file="handlers/camera_alarms.py",
        old="known.seen_at + AGAIN <= desk.now",
        new="known.seen_at <= desk.now",
        caught_by="tests/handlers/test_camera_alarms.py::test_a_storm_is_one_hazard_and_it_is_seen_again_once_an_hour",
    ),
    Fault(
        what="a camera stops the work of another place",
        file="handlers/camera_alarms.py",
        old="else row.area == device.area:\n",
        new="else True:\n",
        caught_by="tests/handlers/test_camera_alarms.py::test_another_place_and_another_permit_are_none_of_its_business",
    ),
    Fault(
        what="an alarm that was kept and sent later is one of now",
        file="hardware_bridge/camera_alarms.py",
        old="if not seen or Flag.STORED in said.flags or not",
        new="if not seen or not",
        caught_by="tests/hardware_bridge/test_camera_alarms.py::test_what_does_not_speak_of_now_is_not_heard",
    ),
    Fault(
        what="an alarm that was held back is one of now",
        file="hardware_bridge/camera_alarms.py",
        old="    return said_at is None or -known.clock_ahead <= now - said_at <= known.stale_after\n",
        new="    return True\n",
        caught_by="tests/hardware_bridge/test_camera_alarms.py::test_what_does_not_speak_of_now_is_not_heard",
    ),
    Fault(
        what="a password may stand in the address",
        file="hardware_bridge/cameras/plan.py",
        old="not whole or parts.username or parts.password or",
        new="not whole or",
        caught_by="tests/hardware_bridge/cameras/test_plan.py::test_every_fault_has_its_place",
    ),
)

AROUND = (
    Fault(
        what="the process that looks is told our secrets",
        file=_RTSP,
        old='            env={"PATH": os.defpath, "LANG": "C.UTF-8"}, cwd',
        new="            env=dict(os.environ), cwd",
        caught_by=_GRAB + "test_the_process_that_looks_knows_nothing_else",
    ),
    Fault(
        what="a camera may say as much as it likes",
        file=_RTSP,
        old="        if len(said) > largest:\n            return None\n",
        new="",
        caught_by=_GRAB + "test_more_than_a_picture_is_not_read_on",
    ),
    Fault(
        what="work under way when the plant begins to ask is never looked at",
        file=_HANDLER,
        old="(due is None or due > now + rule.every):\n",
        new="due is not None:\n",
        caught_by=_OFFICE + "test_work_under_way_when_the_plant_begins_to_ask_is_looked_at_by_chance",
    ),
)
