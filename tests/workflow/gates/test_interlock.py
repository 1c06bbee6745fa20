"""The gate of the equipment interlock: what the system says, how long it counts, and when a human stands in for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support import scenes as s
from tests.support.gate_changes import CS, FAIL, HOT, PASS, UNKNOWN
from tests.support.scenes import WU, Scene, scene
from workflow.findings import Severity, Verdict, stopping
from workflow.ids import EquipmentId
from workflow.interlock import EquipmentState, Interlock, Word, supersedes
from workflow.permit.gates import Moment
from workflow.permit.life import ByHand
from workflow.values import WorkType

HOUR = timedelta(hours=1)
DAY = 24 * HOUR
INSTANT = timedelta(microseconds=1)
PURGED, DENIED, RUNS, STANDS = (
    EquipmentState.PURGED, EquipmentState.NOT_PURGED, EquipmentState.OPERATING, EquipmentState.STOPPED,
)  # fmt: skip


def said(
    here: Scene, state: EquipmentState, age: timedelta = HOUR, *, of: str = "T-1", heard: timedelta = HOUR
) -> Word:
    return Word(
        equipment=EquipmentId(of), name=f"<{of}>", state=state, at=here.facts.at - age,
        received_at=here.facts.at - min(age, heard), by="中控",
    )  # fmt: skip


def told(work: WorkType, moment: Moment, *states: tuple[EquipmentState, timedelta, str]) -> Scene:
    here = scene(work, moment)
    words = tuple(said(here, state, age, of=of) for state, age, of in states)
    return here.facts_with(interlock=Interlock(words=words))


def by_hand(here: Scene, ago: timedelta) -> Scene:
    return here.permit_with(purge_by_hand=ByHand(person=WU, at=here.facts.at - ago, how="现场测爆合格"))


def verdicts(here: Scene) -> list[Verdict]:
    return [finding.verdict for finding in here.gate("purged")]


@pytest.mark.parametrize(
    ("state", "age", "verdict", "says"),
    [
        (PURGED, HOUR, PASS, "已置换合格（设备系统 09:00，中控）"),
        (PURGED, DAY, PASS, "已置换合格"),
        (PURGED, DAY + INSTANT, UNKNOWN, "设备系统超过24小时没有报"),
        (DENIED, HOUR, FAIL, "未置换合格（设备系统 09:00，中控）"),
        (DENIED, DAY + INSTANT, UNKNOWN, "设备系统超过24小时没有报"),
        (RUNS, HOUR, FAIL, "在运行"),
        (STANDS, HOUR, FAIL, "还没有置换合格"),
    ],
)
def test_the_word_of_the_system_about_the_vessel(
    state: EquipmentState, age: timedelta, verdict: Verdict, says: str
) -> None:
    (found,) = told(CS, Moment.START, (state, age, "T-1")).gate("purged")
    assert (found.verdict, found.severity) == (verdict, Severity.BLOCK)
    assert says in found.fact
    assert verdict is PASS or (found.cure and found.who)


def test_a_system_that_never_spoke_of_the_vessel_leaves_it_unknown_whatever_the_register_says() -> None:
    here = scene(CS, Moment.START).facts_with(interlock=Interlock(words=()))
    (found,) = stopping(here.findings())
    assert (found.gate, found.verdict) == ("purged", UNKNOWN)
    assert "置换确认" in found.cure


@pytest.mark.parametrize("moment", [Moment.APPROVE, Moment.START, Moment.DURING, Moment.RESUME])
@pytest.mark.parametrize("age", [HOUR, DAY + HOUR])
def test_not_purged_or_silent_stops_at_every_moment_that_counts(moment: Moment, age: timedelta) -> None:
    here = told(CS, moment, (DENIED, age, "T-1"))
    assert [finding.gate for finding in stopping(here.findings())] == ["purged"]


def test_silence_warns_early() -> None:
    here = scene(CS, Moment.REQUEST).facts_with(interlock=Interlock(words=()))
    assert [finding.severity for finding in here.gate("purged")] == [Severity.WARN]


def test_a_vessel_that_is_not_purged_locks_the_hot_work_of_its_area_and_nothing_else() -> None:
    assert verdicts(told(HOT, Moment.START, (DENIED, HOUR, "T-9"))) == [FAIL]
    assert verdicts(told(HOT, Moment.START, (PURGED, HOUR, "T-9"))) == []
    assert verdicts(told(HOT, Moment.START, (RUNS, HOUR, "T-9"))) == []
    assert verdicts(told(HOT, Moment.START, (DENIED, 2 * DAY, "T-9"))) == [UNKNOWN]
    assert verdicts(told(CS, Moment.START, (PURGED, HOUR, "T-1"), (DENIED, HOUR, "T-9"))) == [PASS]


def test_a_vessel_that_held_nothing_dangerous_is_asked_only_when_denied() -> None:
    clean = s.equipment(held_toxic_or_flammable=False)
    assert verdicts(told(CS, Moment.START, (STANDS, HOUR, "T-1")).facts_with(equipment=clean)) == []
    assert verdicts(told(CS, Moment.START, (DENIED, HOUR, "T-1")).facts_with(equipment=clean)) == [FAIL]


def test_work_on_equipment_in_operation_is_graded_for_it() -> None:
    here = told(HOT, Moment.START, (DENIED, HOUR, "T-1")).facts_with(equipment=s.equipment())
    assert verdicts(here) == [FAIL]
    assert verdicts(here.saying(operating=True)) == []


def test_the_plant_sets_how_long_a_word_counts() -> None:
    here = told(CS, Moment.START, (PURGED, HOUR, "T-1"))
    words = here.facts.interlock.words if here.facts.interlock is not None else ()
    assert verdicts(here.facts_with(interlock=Interlock(words=words, max_age=HOUR))) == [PASS]
    assert verdicts(here.facts_with(interlock=Interlock(words=words, max_age=HOUR - INSTANT))) == [UNKNOWN]


# --- by hand --------------------------------------------------------------------------------------------------------


def test_a_human_stands_in_for_a_silent_system_and_the_finding_says_so() -> None:
    (found,) = by_hand(told(CS, Moment.START, (PURGED, 2 * DAY, "T-1")), HOUR).gate("purged")
    assert found.verdict is PASS
    assert "人工确认" in found.fact
    assert "设备系统无回传" in found.fact
    assert "现场测爆合格" in found.fact
    assert f"<{WU}>" in found.fact or WU in found.fact


def test_nobody_stands_in_against_the_system() -> None:
    assert verdicts(by_hand(told(CS, Moment.START, (DENIED, HOUR, "T-1")), timedelta(0))) == [FAIL]


def test_a_confirmation_ages_like_a_word() -> None:
    silent = told(CS, Moment.START, (PURGED, 3 * DAY, "T-1"))
    assert verdicts(by_hand(silent, DAY)) == [PASS]
    assert verdicts(by_hand(silent, DAY + INSTANT)) == [UNKNOWN]


def _spoke(of: str, state: EquipmentState, heard: timedelta) -> Callable[[WorkType], Scene]:
    def build(work: WorkType) -> Scene:
        here = scene(work, Moment.START)
        word = said(here, state, 2 * DAY, of=of, heard=heard)
        return here.facts_with(interlock=Interlock(words=(word,)))

    return build


@pytest.mark.parametrize(
    ("work", "build", "verdict"),
    [
        (CS, _spoke("T-1", DENIED, HOUR), UNKNOWN),  # heard after the confirmation: void, and by now silent again
        (CS, _spoke("T-1", STANDS, HOUR), UNKNOWN),
        (CS, _spoke("T-1", DENIED, 3 * HOUR), PASS),  # he knew that word when he went to look
        (CS, _spoke("T-1", PURGED, HOUR), PASS),
        (HOT, _spoke("T-9", DENIED, HOUR), UNKNOWN),
        (HOT, _spoke("T-9", DENIED, 3 * HOUR), PASS),
    ],
)
def test_a_confirmation_is_void_once_the_system_has_said_otherwise(
    work: WorkType, build: Callable[[WorkType], Scene], verdict: Verdict
) -> None:
    assert verdicts(by_hand(build(work), 2 * HOUR)) == [verdict]


# --- without a system, and what is newer ----------------------------------------------------------------------------


def test_without_a_system_the_register_counts_and_running_work_is_not_asked() -> None:
    denied = s.equipment(purged=False)
    assert verdicts(scene(CS, Moment.START).facts_with(equipment=denied)) == [FAIL]
    assert verdicts(scene(CS, Moment.DURING).facts_with(equipment=denied)) == []
    assert verdicts(by_hand(scene(CS, Moment.START).facts_with(equipment=denied), HOUR)) == [FAIL]


def test_only_a_newer_word_takes_the_place_of_the_one_known() -> None:
    here = scene(CS, Moment.START)
    known, now = said(here, DENIED), here.facts.at - HOUR
    assert supersedes(PURGED, now, None)
    assert supersedes(PURGED, now + INSTANT, known)
    assert not supersedes(PURGED, now - INSTANT, known)
    assert not supersedes(DENIED, now - INSTANT, said(here, PURGED))


def test_of_two_words_of_one_moment_the_safer_stays() -> None:
    here = scene(CS, Moment.START)
    now = here.facts.at - HOUR
    assert not supersedes(PURGED, now, said(here, DENIED))
    assert supersedes(DENIED, now, said(here, PURGED))
