"""The guardian, asked: what for, what counts as an answer, and what a wrong one costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.support.works import (
    BOARD,
    GAS_HEAD,
    GUARDIAN,
    HOUR,
    LEADER,
    MINUTE,
    SAFETY,
    SHIFT,
    WORKER,
    Desk,
    area,
    facts,
    gas_rules,
    permit_rules,
    photo,
    sample,
)
from workflow.effects import ClearTimer, Lane, Notify, Purpose, SetTimer
from workflow.errors import ImpossibleEvent
from workflow.permit import commands as c
from workflow.permit import effects_common as pieces
from workflow.permit import events as e
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.conditions import heads
from workflow.permit.content import GasReading, GasSample
from workflow.permit.decide import decide
from workflow.permit.evolve import evolve
from workflow.permit.state import Status
from workflow.permit.tasks import PHOTO_PURPOSE, Doubt, Task
from workflow.rules.tasks import CHOICES, TaskKind, TaskWeight
from workflow.rules.types import Role
from workflow.values import Actor, WorkType

PLACES = ("2号罐区", "3号罐区", "装卸站", "锅炉房", "一个名字太长写不进按钮的地方")
CONFINED = WorkType.CONFINED_SPACE


def draw(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def weights(*kinds: TaskKind) -> tuple[TaskWeight, ...]:
    return tuple(TaskWeight(kind=kind, weight=1) for kind in kinds)


def at_work(*kinds: TaskKind, work: WorkType = WorkType.HOT, **changed: Any) -> Desk:
    """Running work whose guardian may be asked for these tasks, from ten minutes after the last time on."""
    rules = permit_rules(work, prompt_earliest=10 * MINUTE, prompt_tasks=weights(*kinds))
    return Desk(work, rules=rules, **{"elsewhere": PLACES, **changed}).reach(Status.ACTIVE)


def asked(desk: Desk, *, wait: timedelta = 12 * MINUTE) -> Task | None:
    """The next prompt comes; its task."""
    number = desk.permit.prompts_raised + 1
    desk.later(wait).ask(desk.tick(c.PromptDue, number=number, draw=draw(f"{number}")))
    assert desk.permit.prompt_open == number
    assert desk.permit.asking is not None
    return desk.permit.asking.task


def answer(desk: Desk, text: str = "") -> c.AnswerPrompt:
    command: c.AnswerPrompt = desk.by(GUARDIAN, c.AnswerPrompt, number=desk.permit.prompt_open, answer=text)
    return command


def timers(desk: Desk) -> dict[str, SetTimer]:
    found: dict[str, SetTimer] = {}
    for effect in desk.done:
        if isinstance(effect, SetTimer):
            found[effect.name] = effect
        elif isinstance(effect, ClearTimer):
            found.pop(effect.name, None)
    return found


# --- when -----------------------------------------------------------------------------------------------------------


def test_the_moment_lies_between_the_soonest_and_the_latest() -> None:
    desk = at_work(TaskKind.PHOTO)
    timer = timers(desk)[pieces.PROMPT]
    assert (timer.earliest, timer.due) == (desk.now + 10 * MINUTE, desk.now + 30 * MINUTE)
    asked(desk)
    timer = timers(desk)[pieces.PROMPT]
    assert (timer.earliest, timer.due) == (desk.now + 10 * MINUTE, desk.now + 30 * MINUTE)


def test_a_plant_without_a_soonest_asks_at_its_rhythm() -> None:
    timer = timers(Desk().reach(Status.ACTIVE))[pieces.PROMPT]
    assert timer.earliest is None


def test_a_rhythm_shorter_than_the_soonest_leaves_a_third_to_chance() -> None:
    rules = permit_rules(prompt_every=9 * MINUTE, prompt_earliest=10 * MINUTE)
    timer = timers(Desk(rules=rules).reach(Status.ACTIVE))[pieces.PROMPT]
    assert timer.earliest is not None
    assert timer.due - timer.earliest == 3 * MINUTE


def test_a_timer_that_may_not_fire_before_it_is_due_is_a_mistake_of_ours() -> None:
    desk = at_work(TaskKind.TAP)
    timer = timers(desk)[pieces.PROMPT]
    with pytest.raises(ValueError, match="cannot be due"):
        replace(timer, earliest=timer.due + MINUTE)


# --- the gas clock --------------------------------------------------------------------------------------------------


def test_the_gas_record_has_a_clock_of_its_own() -> None:
    desk = at_work(TaskKind.BOARD, work=CONFINED)
    sampled = desk.permit.gas[-1].sample.sampled_at
    timer = timers(desk)[pieces.GAS]
    assert (timer.earliest, timer.due) == (None, sampled + 15 * MINUTE), "gas falls due exactly then"
    desk.later(6 * MINUTE).ask(desk.gas())
    assert timers(desk)[pieces.GAS].due == desk.now + 15 * MINUTE
    desk.ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    assert pieces.GAS not in timers(desk)


def test_a_prompt_never_postpones_a_gas_record() -> None:
    """Asked six minutes after the sample: the next prompt may come after the record is due, so this one asks for it."""
    desk = at_work(TaskKind.BOARD, work=CONFINED)
    assert asked(desk, wait=6 * MINUTE) is None
    assert desk.permit.prompt_wants_gas
    assert desk.refused(answer(desk)) == ["prompt.gas"]
    assert desk.kinds(desk.gas(GUARDIAN)) == ["GasRecorded", "PromptAnswered"]
    assert timers(desk)[pieces.GAS].due == desk.now + 15 * MINUTE


def test_a_prompt_long_before_the_record_is_due_asks_for_something_else() -> None:
    rules = permit_rules(
        CONFINED,
        prompt_earliest=10 * MINUTE,
        prompt_tasks=weights(TaskKind.BOARD),
        gas=gas_rules(CONFINED, record_every=timedelta(hours=2)),
    )
    desk = Desk(CONFINED, rules=rules).reach(Status.ACTIVE)
    assert asked(desk) == Task(kind=TaskKind.BOARD)
    assert not desk.permit.prompt_wants_gas


def test_the_gas_clock_asks_when_the_record_is_due_and_not_before() -> None:
    desk = at_work(TaskKind.BOARD, work=CONFINED)
    early = desk.later(14 * MINUTE).tick(c.PromptDue, number=1, for_gas=True)
    assert desk.ask(early) == ()
    (event,) = desk.later(MINUTE).ask(desk.tick(c.PromptDue, number=1, for_gas=True))
    assert isinstance(event, e.PromptRaised)
    assert (event.wants_gas, event.task) == (True, None)


def test_the_gas_clock_does_not_ask_twice() -> None:
    """The guardian was asked for values two minutes ago: the clock of the records is no second miss."""
    desk = at_work(TaskKind.BOARD, work=CONFINED)
    asked(desk, wait=13 * MINUTE)
    assert desk.ask(desk.later(2 * MINUTE).tick(c.PromptDue, number=2, for_gas=True)) == ()
    assert desk.permit.prompts_missed == 0


# --- what -----------------------------------------------------------------------------------------------------------


def test_the_same_draw_is_always_the_same_task() -> None:
    one, other = at_work(*TaskKind).later(12 * MINUTE), at_work(*TaskKind).later(12 * MINUTE)
    found = [_decided(one, draw(str(number))) for number in range(50)]
    assert found == [_decided(other, draw(str(number))) for number in range(50)]


def test_without_a_draw_there_is_only_a_tap() -> None:
    desk = at_work(TaskKind.PHOTO)
    (event,) = desk.later(12 * MINUTE).ask(desk.tick(c.PromptDue, number=1))
    assert isinstance(event, e.PromptRaised)
    assert event.task is None
    assert desk.kinds(answer(desk)) == ["PromptAnswered"]


def test_tasks_come_by_their_weights() -> None:
    rules = permit_rules(
        prompt_earliest=10 * MINUTE,
        prompt_tasks=(TaskWeight(kind=TaskKind.PHOTO, weight=3), TaskWeight(kind=TaskKind.BOARD, weight=1)),
    )
    desk = Desk(rules=rules).reach(Status.ACTIVE).later(12 * MINUTE)
    found: Counter[TaskKind] = Counter()
    for number in range(2000):
        (event,) = _decided(desk, draw(str(number)))
        assert isinstance(event, e.PromptRaised)
        assert event.task is not None
        found[event.task.kind] += 1
    assert found.keys() == {TaskKind.PHOTO, TaskKind.BOARD}
    assert 1400 < found[TaskKind.PHOTO] < 1600  # 1500 expected, five standard deviations


def _decided(desk: Desk, drawn: str) -> tuple[e.Event, ...]:
    command = desk.tick(c.PromptDue, number=1, draw=drawn)
    return decide(desk.permit, command, desk.book, desk.facts())


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        (TaskKind.COUNT, {}),
        (TaskKind.BOARD, {"area": replace(area(), board_code=None)}),
        (TaskKind.PLACE, {"elsewhere": ("2号罐区", "3号罐区")}),
        (TaskKind.PLACE, {"elsewhere": ()}),
    ],
)
def test_what_makes_no_sense_here_is_not_asked(kind: TaskKind, changed: dict[str, Any]) -> None:
    desk = at_work(kind)
    desk.changed = {**desk.changed, **changed}
    assert asked(desk) is None


def test_the_three_to_choose_from_differ_and_hold_the_right_one_anywhere() -> None:
    desk = at_work(TaskKind.PLACE).later(12 * MINUTE)
    places: Counter[int] = Counter()
    for number in range(300):
        (event,) = _decided(desk, draw(str(number)))
        assert isinstance(event, e.PromptRaised)
        assert event.task is not None
        assert event.task.right == "2号罐区"
        assert len(set(event.task.choices)) == 3
        assert all(len(name) <= 10 for name in event.task.choices)
        places[event.task.choices.index("2号罐区")] += 1
    assert min(places[at] for at in range(3)) > 60


# --- answers --------------------------------------------------------------------------------------------------------


def test_a_tap_alone_does_not_answer_for_what_must_be_done() -> None:
    for kind in (TaskKind.PHOTO, TaskKind.BOARD):
        desk = at_work(kind)
        asked(desk)
        assert desk.refused(answer(desk)) == ["prompt.task"]
    desk = at_work(TaskKind.GAS)
    asked(desk)
    assert desk.refused(answer(desk)) == ["prompt.gas"]


def test_the_code_of_the_board_answers_by_scan_and_by_hand() -> None:
    desk = at_work(TaskKind.BOARD)
    asked(desk)
    desk.later(MINUTE)
    assert desk.kinds(desk.check_in(LEADER)) == ["ArrivedOnSite"], "whoever else scans answers nothing"
    assert desk.kinds(desk.check_in(GUARDIAN)) == ["ArrivedOnSite", "PromptAnswered"]
    asked(desk)
    assert desk.kinds(answer(desk, BOARD)) == ["PromptAnswered"]
    asked(desk)
    number = replace(desk.later(MINUTE).check_in(GUARDIAN), way=CheckInWay.FRESH_CODE)
    assert desk.kinds(number) == ["ArrivedOnSite", "PromptAnswered"], "the screen hangs beside the board"


def test_another_way_to_check_in_is_not_the_board() -> None:
    desk = at_work(TaskKind.BOARD)
    asked(desk)
    scan = desk.by(GUARDIAN, c.CheckIn, way=CheckInWay.PERMIT_CODE, code=desk.permit.id)
    assert desk.kinds(scan) == ["ArrivedOnSite"]
    assert desk.permit.prompt_open == 1


@pytest.mark.parametrize("proof", [{"camera": True}, {"camera": False, "code": True}])
def test_a_photo_of_here_and_now_answers(proof: dict[str, bool]) -> None:
    desk = at_work(TaskKind.PHOTO)
    asked(desk)
    command = desk.by(GUARDIAN, c.AddPhoto, purpose=PHOTO_PURPOSE, media=photo("now"), **proof)
    assert desk.kinds(command) == ["PhotoAdded", "PromptAnswered"]


def test_other_photos_do_not_answer() -> None:
    desk = at_work(TaskKind.PHOTO)
    stale = desk.by(GUARDIAN, c.AddPhoto, purpose=PHOTO_PURPOSE, media=photo("before"), camera=True)
    desk.ask(stale)
    asked(desk)
    for who, parts in (
        (GUARDIAN, {"media": photo("a"), "camera": False}),
        (GUARDIAN, {"media": photo("b"), "camera": True, "copies": photo("old")}),
        (LEADER, {"media": photo("c"), "camera": True}),
    ):
        assert desk.kinds(desk.by(who, c.AddPhoto, purpose=PHOTO_PURPOSE, **parts)) == ["PhotoAdded"]
    scene = desk.by(GUARDIAN, c.AddPhoto, purpose="scene", media=photo("d"), camera=True)
    assert desk.kinds(scene) == ["PhotoAdded"]
    assert desk.permit.prompt_open == 1
    late = desk.by(GUARDIAN, c.AddPhoto, purpose=PHOTO_PURPOSE, media=photo("a"), camera=True)
    assert desk.kinds(late) == ["PhotoAdded", "PromptAnswered"], "the camera's word may come after the picture"


def test_the_detector_must_be_read_now_and_by_the_guardian() -> None:
    desk = at_work(TaskKind.GAS)
    asked(desk)
    assert desk.permit.prompt_wants_gas
    assert desk.kinds(replace(desk.gas(), by=GAS_HEAD)) == ["GasRecorded"], "the device answers for nobody"
    old = GasSample(
        sampled_at=desk.now - 5 * MINUTE, point="西侧", analyst=SHIFT, readings=sample(desk.now, {}).readings
    )
    assert desk.kinds(desk.by(GUARDIAN, c.RecordGas, sample=old)) == ["GasRecorded"]
    assert desk.permit.prompt_open == 1
    assert desk.kinds(desk.later(MINUTE).gas(GUARDIAN)) == ["GasRecorded", "PromptAnswered"]
    assert all(isinstance(one, GasReading) for one in old.readings)


def test_heads_are_held_against_the_log_or_the_last_count() -> None:
    desk = at_work(TaskKind.COUNT)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=2, tools=5))
    assert asked(desk) == Task(kind=TaskKind.COUNT)
    assert desk.kinds(answer(desk, "2")) == ["PromptAnswered"]
    asked(desk)
    count = desk.by(LEADER, c.CountPeople, people=2, tools=5)
    assert desk.kinds(count) == ["PeopleCounted"], "nobody counts in his place"
    count = desk.later(2 * MINUTE).by(GUARDIAN, c.CountPeople, people=2, tools=5)
    assert desk.kinds(count) == ["PeopleCounted", "PromptAnswered"], "a whole count answers, too"


def test_the_log_of_names_counts_before_any_count() -> None:
    desk = at_work(TaskKind.COUNT, work=CONFINED)
    desk.hand.page = replace(desk.hand.page, gas=gas_rules(CONFINED, record_every=timedelta(hours=2)))
    desk.permit = replace(desk.permit, rules=desk.hand.page)
    desk.events.clear()
    permit = desk.permit
    entered = e.PersonEntered(by=Actor.person(GUARDIAN), at=desk.now, person=WORKER, tools=0)
    permit = evolve(permit, entered)
    assert heads(permit) == 1
    assert heads(replace(permit, people_inside=7)) == 1


def test_of_three_only_the_right_one_counts() -> None:
    desk = at_work(TaskKind.WORK)
    task = asked(desk)
    assert task is not None
    assert task.right == "hot"
    assert desk.refused(desk.by(LEADER, c.AnswerPrompt, number=1, answer="hot")) == ["who.role"]
    assert desk.refused(desk.by(GUARDIAN, c.AnswerPrompt, number=2, answer="hot")) == ["late.done"]
    assert desk.refused(answer(desk)) == ["prompt.task"]
    assert desk.kinds(answer(desk, "hot")) == ["PromptAnswered"]


# --- wrong answers --------------------------------------------------------------------------------------------------


def wrong(desk: Desk) -> list[str]:
    task = desk.permit.asking.task if desk.permit.asking is not None else None
    assert task is not None
    return desk.kinds(answer(desk, next(one for one in task.choices if one != task.right)))


def test_a_wrong_answer_leaves_one_more_try() -> None:
    desk = at_work(TaskKind.PLACE)
    asked(desk)
    assert wrong(desk) == ["PromptMisanswered"]
    assert (desk.permit.prompt_open, desk.permit.prompts_missed) == (1, 0)
    assert desk.permit.doubt is not None
    assert desk.kinds(answer(desk, "2号罐区")) == ["PromptAnswered"]
    assert desk.permit.doubt is None


def test_the_second_wrong_answer_is_a_miss_and_is_told() -> None:
    desk = at_work(TaskKind.PLACE)
    asked(desk)
    wrong(desk)
    before = len(desk.done)
    assert wrong(desk) == ["PromptMisanswered", "PromptMissed"]
    assert (desk.permit.prompt_open, desk.permit.prompts_missed) == (None, 1)
    told = [one for one in desk.done[before:] if isinstance(one, Notify)]
    assert [(one.purpose, one.lane, one.people, one.roles) for one in told] == [
        (Purpose.LOOK_AFTER, Lane.SAFETY, (LEADER,), (Role.SHIFT_LEADER, Role.SAFETY_DEPT))
    ]
    assert pieces.PROMPT in timers(desk), "and he is asked again"


def test_two_misses_stop_the_work_however_they_came_about() -> None:
    desk = at_work(TaskKind.PLACE)
    asked(desk)
    wrong(desk)
    wrong(desk)
    asked(desk)
    wrong(desk)
    assert wrong(desk) == ["PromptMisanswered", "PromptMissed", "WorkSuspended"]
    assert desk.permit.suspension is not None
    assert desk.permit.suspension.reasons == (SuspendReason.GUARDIAN_SILENT,)
    assert desk.permit.suspension.text == "监护人连续2次未应答或答错"

    desk = at_work(TaskKind.PLACE)
    asked(desk)
    wrong(desk)
    wrong(desk)
    asked(desk)
    found = desk.kinds(desk.later(12 * MINUTE).tick(c.PromptDue, number=3, draw=draw("3")))
    assert found == ["PromptMissed", "WorkSuspended"]


def test_a_right_answer_begins_the_count_anew() -> None:
    desk = at_work(TaskKind.PLACE)
    asked(desk)
    wrong(desk)
    wrong(desk)
    asked(desk)
    desk.ask(answer(desk, "2号罐区"))
    assert desk.permit.prompts_missed == 0


# --- what cannot be done --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [TaskKind.PHOTO, TaskKind.BOARD, TaskKind.GAS])
def test_what_cannot_be_done_is_told_and_asked_otherwise(kind: TaskKind) -> None:
    desk = at_work(kind, TaskKind.PLACE)
    while (task := asked(desk)) is not None and task.kind is not kind:
        desk.ask(answer(desk, task.right))
    before = len(desk.done)
    excuse = desk.by(GUARDIAN, c.ExcuseTask, number=desk.permit.prompt_open)
    (event,) = desk.ask(excuse)
    assert isinstance(event, e.TaskExcused)
    assert event.instead is not None
    assert event.instead.kind is TaskKind.PLACE
    assert desk.permit.doubt == Doubt(kind=kind, said=None)
    told = [one for one in desk.done[before:] if isinstance(one, Notify)]
    assert [(one.purpose, one.people, one.roles) for one in told] == [
        (Purpose.LOOK_AFTER, (LEADER,), (Role.SHIFT_LEADER,))
    ]
    assert desk.refused(excuse) == ["prompt.excuse"], "once for each prompt"
    assert desk.kinds(answer(desk, "2号罐区")) == ["PromptAnswered"]
    assert desk.permit.doubt == Doubt(kind=kind, said=None), "others may still have to read it"
    asked(desk)
    assert desk.permit.doubt is None


def test_where_nothing_else_can_be_asked_a_tap_is_left() -> None:
    desk = at_work(TaskKind.PHOTO)
    asked(desk)
    desk.ask(desk.by(GUARDIAN, c.ExcuseTask, number=1))
    assert desk.refused(desk.by(GUARDIAN, c.ExcuseTask, number=1)) == ["prompt.excuse"]
    assert desk.kinds(answer(desk)) == ["PromptAnswered"]


def test_nobody_is_excused_from_the_gas_record_that_is_due() -> None:
    desk = at_work(TaskKind.GAS, work=CONFINED)
    asked(desk)
    assert desk.permit.prompt_wants_gas
    assert desk.refused(desk.by(GUARDIAN, c.ExcuseTask, number=1)) == ["prompt.excuse"]


def test_nobody_is_excused_from_the_gas_record_that_falls_due_meanwhile() -> None:
    """Drawn as a task in good time, and by now the record is due."""
    rules = permit_rules(
        prompt_earliest=10 * MINUTE, prompt_tasks=weights(TaskKind.GAS), gas=gas_rules(WorkType.HOT, record_every=HOUR)
    )
    desk = Desk(rules=rules).reach(Status.ACTIVE)
    assert asked(desk, wait=40 * MINUTE) == Task(kind=TaskKind.GAS)
    desk.later(15 * MINUTE)
    assert desk.refused(desk.by(GUARDIAN, c.ExcuseTask, number=1)) == ["prompt.excuse"]


def test_an_excuse_keeps_the_tries() -> None:
    desk = at_work(TaskKind.COUNT, TaskKind.PLACE)
    desk.ask(desk.by(GUARDIAN, c.CountPeople, people=2, tools=5))
    while (task := asked(desk)) is not None and task.kind in CHOICES:
        desk.ask(answer(desk, task.right))
    assert desk.kinds(answer(desk, "9")) == ["PromptMisanswered"]
    desk.ask(desk.by(GUARDIAN, c.ExcuseTask, number=desk.permit.prompt_open))
    assert wrong(desk) == ["PromptMisanswered", "PromptMissed"]


@pytest.mark.parametrize("who", [LEADER, SAFETY, WORKER])
def test_only_the_guardian_is_excused(who: Any) -> None:
    desk = at_work(TaskKind.PHOTO)
    asked(desk)
    assert desk.refused(desk.by(who, c.ExcuseTask, number=1)) == ["who.role"]


# --- what cannot have happened --------------------------------------------------------------------------------------


def test_a_history_that_cannot_be_is_refused() -> None:
    desk = at_work(TaskKind.PLACE)
    asked(desk)
    guard: dict[str, Any] = {"by": Actor.person(GUARDIAN), "at": desk.now, "number": 1}
    for event in (
        e.PromptMisanswered(**guard, said="x", attempt=2),
        e.PromptMissed(by=Actor.clock(), at=desk.now, number=1, wrong=True),
        e.TaskExcused(**guard, task=TaskKind.PHOTO, instead=None),
        e.PromptAnswered(by=Actor.clock(), at=desk.now, number=1),
    ):
        with pytest.raises(ImpossibleEvent):
            evolve(desk.permit, event)


def test_old_prompts_without_a_task_are_read_as_they_were() -> None:
    desk = Desk().reach(Status.ACTIVE).later(30 * MINUTE)
    raised = e.PromptRaised(by=Actor.clock(), at=desk.now, number=1, wants_gas=False)
    permit = evolve(desk.permit, raised)
    assert permit.asking is not None
    assert permit.asking.task is None
    assert facts(desk.now).elsewhere == ()
