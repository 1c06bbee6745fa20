"""On site: who was there, what was confirmed, how the air is. Word of danger is taken from anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.works import (
    APPLICANT,
    BOARD,
    GAS_HEAD,
    GUARDIAN,
    LEADER,
    MINUTE,
    PERMIT,
    SAFETY,
    SHIFT,
    STRANGER,
    UNIT_HEAD,
    WORKER,
    Desk,
    at,
    make_ready,
    permit_rules,
    photo,
    sample,
)
from workflow.errors import ImpossibleEvent
from workflow.ids import PersonId
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.again import LOOK, WEATHER
from workflow.permit.commands import CheckInWay, SuspendReason
from workflow.permit.evolve import evolve
from workflow.permit.evolve_site import MAX_NOTES, MAX_POINTS
from workflow.permit.state import Status
from workflow.rules.types import Measure, Role
from workflow.values import Actor, Datum, Position, WorkType

CONFINED = WorkType.CONFINED_SPACE


def issued(work: WorkType = WorkType.HOT) -> Desk:
    return Desk(work).reach(Status.ISSUED).to("08:00")


# --- presence -------------------------------------------------------------------------------------------------------


def position(latitude: str, accuracy: str | None) -> Position:
    return Position(
        latitude=Decimal(latitude),
        longitude=Decimal("121.4737"),
        datum=Datum.WGS84,
        accuracy_m=None if accuracy is None else Decimal(accuracy),
    )


@pytest.mark.parametrize(
    ("way", "parts", "gate"),
    [
        (CheckInWay.BOARD_CODE, {"code": BOARD}, None),
        (CheckInWay.BOARD_CODE, {"code": "BOARD-TK3"}, "place.elsewhere"),
        (CheckInWay.BOARD_CODE, {}, "place.elsewhere"),
        (CheckInWay.PERMIT_CODE, {"code": PERMIT}, None),
        (CheckInWay.PERMIT_CODE, {"code": "DHZY-HC-20250611-002"}, "place.elsewhere"),
        (CheckInWay.POSITION, {"position": position("31.2304", "10")}, None),
        (CheckInWay.POSITION, {"position": position("31.2574", "10")}, "place.elsewhere"),
        (CheckInWay.POSITION, {"position": position("31.2304", "500")}, "place.unknown"),
        (CheckInWay.POSITION, {"position": position("31.2304", None)}, "place.unknown"),
        (CheckInWay.POSITION, {}, "place.unknown"),
    ],
)
def test_a_check_in_must_show_this_very_place(way: CheckInWay, parts: dict[str, object], gate: str | None) -> None:
    desk = issued()
    command = desk.by(GUARDIAN, c.CheckIn, way=way, **parts)
    if gate is None:
        assert desk.kinds(command) == ["ArrivedOnSite"]
        assert desk.permit.presence[GUARDIAN].way is way
        return
    refused = desk.refusal(command)
    assert [finding.gate for finding in refused.findings] == [gate]
    assert refused.remember


@pytest.mark.parametrize(
    ("way", "gate"), [(CheckInWay.BOARD_CODE, "place.board"), (CheckInWay.POSITION, "place.unknown")]
)
def test_a_place_nobody_knows_shows_nothing(way: CheckInWay, gate: str) -> None:
    desk = issued()
    desk.changed["area"] = None
    command = desk.by(GUARDIAN, c.CheckIn, way=way, code=BOARD, position=position("31.2304", "10"))
    assert desk.refused(command) == [gate]
    desk.changed["area"] = replace(Desk().facts().area or pytest.fail("no area"), board_code=None, fence=())
    assert desk.refused(command) == [gate]


def test_a_double_tap_is_one_arrival_and_a_later_one_refreshes() -> None:
    desk = issued()
    desk.ask(desk.check_in(GUARDIAN))
    assert desk.refused(desk.later(timedelta(seconds=59)).check_in(GUARDIAN)) == ["late.done"]
    desk.ask(desk.later(timedelta(seconds=1)).check_in(GUARDIAN))
    assert desk.permit.presence[GUARDIAN].at == at("08:01")


def test_only_people_of_the_plant_check_in_but_anybody_may_say_who_left() -> None:
    desk = issued()
    assert desk.refused(desk.check_in(PersonId("nobody"))) == ["who.known"]
    desk.ask(desk.check_in(GUARDIAN))
    nobody = c.LeaveSite(by=Actor.person(PersonId("nobody")), at=desk.now, person=GUARDIAN)
    assert desk.kinds(nobody) == ["LeftSite"]
    assert desk.refused(nobody) == ["late.done"]


def test_whoever_leaves_takes_his_signature_along_and_the_guardian_everybodys() -> None:
    desk = Desk().reach(Status.ISSUED)
    make_ready(desk)
    desk.ask(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))
    desk.ask(desk.by(SHIFT, c.LeaveSite, person=SHIFT))
    assert not desk.permit.start_signatures
    desk.ask(desk.later(MINUTE).check_in(SHIFT))
    desk.ask(desk.by(SHIFT, c.Start, role=Role.SHIFT_LEADER))
    desk.ask(desk.by(GUARDIAN, c.LeaveSite, person=LEADER))
    assert [signature.person for signature in desk.permit.start_signatures] == [SHIFT]
    desk.ask(desk.by(GUARDIAN, c.LeaveSite, person=GUARDIAN))
    assert not desk.permit.start_signatures


# --- briefing, measures, photos -------------------------------------------------------------------------------------


def test_a_briefing_is_signed_once_by_each() -> None:
    desk = issued()
    for who in (WORKER, LEADER, GUARDIAN, APPLICANT, UNIT_HEAD):
        assert desk.kinds(desk.by(who, c.SignBriefing)) == ["BriefingSigned"]
    assert desk.refused(desk.by(WORKER, c.SignBriefing)) == ["late.done"]
    assert desk.refused(desk.by(STRANGER, c.SignBriefing)) == ["who.role"]
    assert set(desk.permit.briefed) == {WORKER, LEADER, GUARDIAN, APPLICANT, UNIT_HEAD}


def test_a_briefer_of_the_rules_may_sign() -> None:
    rules = permit_rules(briefers=(Role.SAFETY_DEPT,))
    desk = Desk(rules=rules).reach(Status.ISSUED)
    assert desk.kinds(desk.by(SAFETY, c.SignBriefing)) == ["BriefingSigned"]


def test_a_measure_is_confirmed_by_who_answers_for_it_with_its_evidence() -> None:
    desk = issued()
    assert desk.refused(desk.by(GUARDIAN, c.ConfirmMeasure, no="H7")) == ["measure.involved"]
    assert desk.refused(desk.by(GUARDIAN, c.ConfirmMeasure, no="X1")) == ["measure.involved"]
    assert desk.refused(desk.by(GUARDIAN, c.ConfirmMeasure, no="H8")) == ["measure.photo"]
    assert desk.refused(desk.by(GUARDIAN, c.ConfirmMeasure, no="H1", detail=" ")) == ["measure.text"]
    assert desk.refused(desk.by(WORKER, c.ConfirmMeasure, no="H1", detail="ok")) == ["who.role"]
    desk.ask(desk.by(GUARDIAN, c.AddPhoto, purpose="H8", media=photo(), camera=True))
    desk.ask(desk.by(GUARDIAN, c.ConfirmMeasure, no="H8"))
    state = desk.permit.measures["H8"]
    assert (state.involved, state.confirmed_by, state.confirmed_at) == (True, GUARDIAN, desk.now)


@pytest.mark.parametrize(
    ("detail", "gate"),
    [
        ("气瓶距离合格", "measure.numbers"),
        ("12米", "measure.numbers"),
        ("9.9米，5米", "measure.numbers"),
        ("10米，4米", "measure.numbers"),
        ("10米，5米", None),
    ],
)
def test_numbers_must_reach_their_bounds(detail: str, gate: str | None) -> None:
    desk = Desk().reach(Status.PREPARING)
    desk.ask(desk.by(LEADER, c.AnswerMeasure, no="H7", involved=True))
    command = desk.by(GUARDIAN, c.ConfirmMeasure, no="H7", detail=detail)
    assert (desk.kinds(command) == ["MeasureConfirmed"]) if gate is None else (desk.refused(command) == [gate])


def test_numbers_without_bounds_are_asked_for_all_the_same() -> None:
    measures = (Measure(no="H2", label="盲板__块", trigger="always", evidence="numbers"),)
    desk = Desk(rules=permit_rules(measures=measures)).reach(Status.PREPARING)
    assert desk.refused(desk.by(GUARDIAN, c.ConfirmMeasure, no="H2", detail="若干")) == ["measure.numbers"]
    assert desk.kinds(desk.by(GUARDIAN, c.ConfirmMeasure, no="H2", detail="3")) == ["MeasureConfirmed"]


def test_a_confirmation_again_says_nothing_new_unless_work_was_stopped_since() -> None:
    desk = issued()
    confirm = desk.by(GUARDIAN, c.ConfirmMeasure, no="H1", detail="合格")
    desk.ask(confirm)
    assert desk.refused(confirm) == ["late.done"]
    assert desk.kinds(desk.by(LEADER, c.ConfirmMeasure, no="H1", detail="合格")) == ["MeasureConfirmed"]
    desk.later(MINUTE).ask(desk.by(WORKER, c.StopWork, reason=SuspendReason.STOP_WORK))
    again = desk.by(LEADER, c.ConfirmMeasure, no="H1", detail="合格")
    assert desk.kinds(replace(again, at=desk.later(MINUTE).now)) == ["MeasureConfirmed"]
    assert desk.refused(replace(again, at=desk.later(MINUTE).now)) == ["late.done"]


def test_a_photo_counts_once_for_its_purpose() -> None:
    desk = issued()
    command = desk.by(WORKER, c.AddPhoto, purpose="scene", media=photo(), camera=True)
    assert desk.kinds(command) == ["PhotoAdded"]
    assert desk.refused(command) == ["late.done"]
    assert desk.kinds(replace(command, purpose="H8")) == ["PhotoAdded"]
    assert desk.refused(replace(command, purpose=" ")) == ["photo.purpose"]


def test_the_cameras_word_may_come_after_the_picture() -> None:
    desk = issued()
    command = desk.by(WORKER, c.AddPhoto, purpose="scene", media=photo(), camera=False)
    assert desk.kinds(command) == ["PhotoAdded"]
    assert desk.refused(command) == ["late.done"]
    assert desk.kinds(replace(command, camera=True)) == ["PhotoAdded"]
    assert desk.refused(command) == ["late.done"]


def test_a_look_at_the_sky_is_taken_where_the_wind_stops_work_and_the_list_has_no_item_for_it() -> None:
    desk = issued()
    look = desk.by(GUARDIAN, c.ConfirmMeasure, no=LOOK.no, detail="")
    assert desk.refused(replace(look, by=Actor.person(STRANGER))) == ["who.role"]
    desk.ask(look)
    state = desk.permit.measures[LOOK.no]
    assert (state.confirmed_by, state.confirmed_at) == (GUARDIAN, desk.now)
    assert desk.refused(look) == ["late.done"]
    assert desk.kinds(replace(look, at=desk.later(MINUTE).now)) == ["MeasureConfirmed"]
    item = Measure(no="G13", label="风力小于五级", trigger="outdoor", gate=WEATHER)
    for rules in (permit_rules(measures=(item,)), permit_rules(wind_stop_ms=None)):
        other = Desk(rules=rules).reach(Status.PREPARING)
        assert other.refused(other.by(GUARDIAN, c.ConfirmMeasure, no=LOOK.no, detail="")) == ["measure.involved"]
        event = e.MeasureConfirmed(by=Actor.person(GUARDIAN), at=other.now, no=LOOK.no, detail="", media=None)
        with pytest.raises(ImpossibleEvent):
            evolve(other.permit, event)


# --- air ------------------------------------------------------------------------------------------------------------


def test_a_gas_record_carries_its_verdict() -> None:
    desk = issued()
    (good,) = desk.ask(desk.gas(methane="10.0"))  # T13
    (bad,) = desk.later(MINUTE).ask(desk.gas(methane="10.1"))
    assert isinstance(good, e.GasRecorded)
    assert isinstance(bad, e.GasRecorded)
    assert (good.passed, good.failures) == (True, ())
    assert not bad.passed
    assert "甲烷" in bad.failures[0]


def test_a_pass_is_taken_from_who_answers_for_it_a_failure_from_anybody() -> None:
    desk = issued()
    assert desk.refused(desk.gas(WORKER)) == ["who.role"]
    assert desk.kinds(desk.gas(WORKER, methane="30")) == ["GasRecorded"]
    assert desk.kinds(replace(desk.gas(point="西侧"), by=GAS_HEAD)) == ["GasRecorded"]


def test_the_analyst_must_be_known_and_the_sample_not_from_the_future() -> None:
    desk = issued()
    unknown = replace(desk.gas(), sample=sample(desk.now, {}, analyst=PersonId("nobody")))
    assert desk.refused(unknown) == ["gas.analyst"]
    ahead = replace(desk.gas(), sample=sample(desk.now + 2 * MINUTE, {}))
    assert desk.kinds(ahead) == ["GasRecorded"]
    beyond = replace(desk.gas(), sample=sample(desk.now + 2 * MINUTE + timedelta(seconds=1), {}))
    assert desk.refused(beyond) == ["gas.future"]


def test_the_same_sample_counts_once() -> None:
    desk = issued()
    command = desk.gas()
    desk.ask(command)
    assert desk.refused(command) == ["late.done"]


def test_work_without_gas_rules_takes_no_samples() -> None:
    desk = Desk(rules=permit_rules(gas=None)).reach(Status.ISSUED)
    assert desk.refused(desk.gas()) == ["gas.not_asked"]


def test_one_point_passing_does_not_excuse_another() -> None:
    desk = issued()
    desk.ask(desk.gas(methane="30", point="上部"))
    desk.later(MINUTE).ask(desk.gas(point="下部"))
    assert [(record.sample.point, record.passed) for record in desk.permit.gas] == [("上部", False), ("下部", True)]


def test_a_failure_is_undone_only_by_a_later_sample_of_the_same_gases() -> None:
    desk = issued(CONFINED)
    desk.ask(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True))
    desk.later(5 * MINUTE).ask(desk.gas(methane="30"))
    failed = desk.permit.gas
    older = replace(desk.gas(), sample=sample(desk.now - MINUTE, {"o2": "20.9", "h2s": "1"}))
    partial = replace(desk.gas(), sample=sample(desk.later(MINUTE).now, {"h2s": "1"}))
    for useless in (older, partial):
        desk.ask(useless)
        assert desk.permit.gas == failed
    desk.ask(desk.gas())
    assert [record.passed for record in desk.permit.gas] == [True]


def test_the_newest_pass_of_a_point_stands() -> None:
    desk = issued()
    desk.ask(desk.gas())
    desk.ask(replace(desk.gas(), sample=sample(at("07:55"), {})))
    assert [record.sample.sampled_at for record in desk.permit.gas] == [at("08:00")]


def test_a_failed_entry_test_asks_for_moving_air_and_a_full_new_test() -> None:  # GB 46768 5.9.2, 5.11
    desk = Desk(CONFINED).reach(Status.ISSUED)
    make_ready(desk)
    desk.ask(desk.gas(point="上部"))
    desk.ask(desk.gas(point="下部", h2s="9"))
    assert desk.permit.gas_failed_once
    assert [(record.sample.point, record.passed) for record in desk.permit.gas] == [("下部", False)]
    desk.later(MINUTE).ask(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=False))
    assert desk.permit.mechanical_since is None
    desk.later(MINUTE).ask(desk.gas(point="下部"))
    start = desk.by(GUARDIAN, c.Start, role=Role.GUARDIAN)
    assert "cs.test_after_ventilation" in desk.refused(start)
    desk.later(MINUTE).ask(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True))
    assert desk.permit.mechanical_since == desk.now
    assert "cs.test_after_ventilation" in desk.refused(replace(start, at=desk.now))
    desk.later(MINUTE).ask(desk.gas(point="下部"))
    assert desk.kinds(replace(start, at=desk.now)) == ["StartSigned"]


def test_a_failed_hot_work_test_keeps_the_other_points() -> None:
    desk = issued()
    desk.ask(desk.gas(point="上部"))
    desk.ask(desk.gas(point="下部", methane="30"))
    assert not desk.permit.gas_failed_once
    assert len(desk.permit.gas) == 2


def test_standing_air_takes_every_pass_away_where_air_must_always_move() -> None:
    desk = issued(CONFINED)
    desk.ask(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True))
    since = desk.permit.mechanical_since
    desk.ask(desk.gas())
    desk.later(MINUTE).ask(desk.by(WORKER, c.ReportVentilation, running=False, mechanical=False))
    assert (desk.permit.gas, desk.permit.mechanical_since) == ((), None)
    desk.later(MINUTE).ask(c.ReportVentilation(by=GAS_HEAD, at=desk.now, running=True, mechanical=True))
    assert desk.permit.mechanical_since == desk.now != since
    assert desk.refused(desk.by(GUARDIAN, c.ReportVentilation, running=True, mechanical=True)) == ["late.done"]


def test_in_hot_work_ventilation_is_only_noted() -> None:
    desk = issued()
    desk.ask(desk.gas())
    desk.ask(desk.by(STRANGER, c.ReportVentilation, running=False, mechanical=False))
    assert len(desk.permit.gas) == 1
    assert desk.refused(desk.by(STRANGER, c.ReportVentilation, running=True, mechanical=False)) == ["who.role"]


def test_points_are_bounded_but_failures_are_never_dropped() -> None:
    desk = issued()
    desk.ask(desk.gas(methane="30", point="失败点"))
    for number in range(MAX_POINTS + 5):
        desk.ask(desk.gas(point=f"点{number}"))
    assert len(desk.permit.gas) == MAX_POINTS
    assert desk.permit.gas[0].sample.point == "失败点"
    failing = issued()
    for number in range(MAX_POINTS + 1):
        failing.ask(failing.gas(methane="30", point=f"点{number}"))
    assert len(failing.permit.gas) == MAX_POINTS + 1


# --- counting and notes ---------------------------------------------------------------------------------------------


def test_people_and_tools_are_counted_by_who_keeps_the_place() -> None:
    desk = issued()
    assert desk.refused(desk.by(WORKER, c.CountPeople, people=1, tools=1)) == ["who.role"]
    assert desk.refused(desk.by(GUARDIAN, c.CountPeople, people=-1, tools=0)) == ["count.number"]
    assert desk.refused(desk.by(GUARDIAN, c.CountPeople, people=0, tools=-1)) == ["count.number"]
    command = desk.by(GUARDIAN, c.CountPeople, people=2, tools=3)
    desk.ask(command)
    assert desk.refused(command) == ["late.done"]
    assert desk.kinds(replace(command, at=desk.later(MINUTE).now)) == ["PeopleCounted"]
    assert (desk.permit.people_inside, desk.permit.tools_inside) == (2, 3)


def test_notes_are_kept_the_newest_first_to_stay() -> None:
    desk = issued()
    assert desk.refused(desk.by(WORKER, c.AddNote, text=" ")) == ["note.text"]
    assert desk.kinds(desk.by(WORKER, c.AddNote, text="", media=photo())) == ["NoteAdded"]
    for number in range(MAX_NOTES + 3):
        desk.ask(desk.by(WORKER, c.AddNote, text=str(number)))
    assert len(desk.permit.notes) == MAX_NOTES
    assert desk.permit.notes[-1] == str(MAX_NOTES + 2)
