"""A hazard is graded, assigned, put right, and accepted by somebody else; every no is an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.hazards import (
    AT,
    CHIEF,
    DAY,
    FOREMAN,
    GONE,
    GRADING,
    HEAD,
    HOUR,
    ID,
    LAW,
    MENDER,
    OTHER_SAFETY,
    OWNER,
    PEOPLE,
    PLAN,
    SAFETY,
    SHOP,
    WORKER,
    Tracked,
    photo,
    put_right,
    reported,
    seen,
)  # fmt: skip
from workflow.effects import Lane
from workflow.errors import ImpossibleEvent, NaiveTime
from workflow.hazard import commands as c
from workflow.hazard import events as e
from workflow.hazard.effects import About, ClearClock, SetClock, StopPermit, Tell
from workflow.hazard.evolve import evolve
from workflow.hazard.facts import debtors
from workflow.hazard.law import GradeRule, HazardLaw, Inside, Legal, Plant, Terms
from workflow.hazard.owed import due, next_look, overdue, owed, rectify_by, terms
from workflow.hazard.state import Hazard, Kind, Owed, Plan, Stage, Supervision
from workflow.ids import DeviceId, HazardId, PermitId, PersonId, SiteId
from workflow.permit.commands import SuspendReason
from workflow.values import Actor

RAIL, RUST, NO_PERMIT, SMELL = "泵房2号泵护栏松动", "管线外皮生锈", "有人无票动火", "泵房有异味"
HOT = PermitId("DHZY-HC-20260115-001")


def told(hazard: Tracked) -> dict[About, Tell]:
    return {one.about: one for one in hazard.done if isinstance(one, Tell)}


# --- the whole life ---------------------------------------------------------------------------------------------------


def test_from_a_line_to_the_file() -> None:
    hazard = Tracked()
    assert hazard.ask(WORKER, c.Report, what=seen(RAIL, photo(1))) == ["HazardReported", "HazardAssigned"]
    assert (hazard.state.stage, hazard.state.responsible, owed(hazard.state)) == (
        Stage.RECTIFYING, MENDER, Owed.RESPONSE,
    )  # fmt: skip
    assert hazard.state.ruling[1].plant is Plant.SERIOUS
    assert set(told(hazard)) == {About.REGISTERED, About.WORK_ORDER}
    assert hazard.ask(MENDER, c.Take) == ["HazardTaken"]
    assert owed(hazard.state) is Owed.RECTIFICATION
    assert hazard.ask(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(2),)) == ["HazardRectified"]
    assert told(hazard)[About.ASK_ACCEPT].lane is Lane.ACTION
    assert hazard.ask(SAFETY, c.Accept) == ["HazardAccepted", "PointsEarned"]
    assert hazard.state.stage is Stage.ARCHIVED
    assert hazard.state.earned == LAW.points[Plant.SERIOUS]
    assert owed(hazard.state) is None
    assert next_look(hazard.state) is None
    assert not hazard.state.open


def test_a_major_one_climbs_at_once_and_wants_measures_and_a_plan_before_it_is_put_right() -> None:
    """Golden case T31."""
    hazard = Tracked()
    assert hazard.ask(WORKER, c.Report, what=seen(NO_PERMIT, photo(1))) == [
        "HazardReported", "SupervisionRaised", "HazardAssigned",
    ]  # fmt: skip
    assert hazard.state.ruling[1].legal is Legal.MAJOR
    assert (hazard.state.supervision, hazard.state.told) == (Supervision.LEADERSHIP, (CHIEF,))
    assert all(one.lane is Lane.SAFETY for about, one in told(hazard).items() if about is not About.REPRESENTATIVES)
    assert About.REPRESENTATIVES in told(hazard)
    hazard.ask(MENDER, c.Take)
    assert owed(hazard.state) is Owed.INTERIM
    assert due(hazard.state) == hazard.now + HOUR
    assert hazard.refused(MENDER, c.Rectify, text="已补办", photos=(photo(2),)) == "hazard.interim"
    hazard.ask(MENDER, c.PutInterim, text="已停工，专人看守")
    assert hazard.refused(MENDER, c.Rectify, text="已补办", photos=(photo(2),)) == "hazard.plan"
    assert hazard.refused(SAFETY, c.AdoptPlan, plan=PLAN) == "who.role"
    assert hazard.refused(CHIEF, c.AdoptPlan, plan=Plan(**{**_parts(PLAN), "money": " "})) == "hazard.plan"
    hazard.ask(CHIEF, c.AdoptPlan, plan=PLAN)
    hazard.ask(MENDER, c.Rectify, text="已补办票证", photos=(photo(2),))
    assert hazard.refused(SAFETY, c.Accept) == "who.role"
    assert hazard.ask(CHIEF, c.Accept) == ["HazardAccepted", "PointsEarned"]
    assert hazard.state.earned == LAW.points_a_day, "the day's cap holds for a major one, too"


def _parts(plan: Plan) -> dict[str, str]:
    return {name: getattr(plan, name) for name in ("goal", "measures", "money", "people", "until", "contingency")}


# --- reporting --------------------------------------------------------------------------------------------------------


def test_a_report_needs_a_word_or_a_picture_and_nothing_else() -> None:
    assert Tracked().refused(WORKER, c.Report, what=seen(" ")) == "hazard.empty"
    assert Tracked().ask(WORKER, c.Report, what=seen("", photo(1)))
    assert Tracked().ask(WORKER, c.Report, what=seen("", videos=(photo(3),)))
    assert Tracked().ask(Actor.device(DeviceId("cam1")), c.Report, what=seen("未戴安全帽"))


def test_a_picture_alone_is_ordinary_and_somebody_is_asked_to_look() -> None:
    hazard = Tracked()
    hazard.ask(WORKER, c.Report, what=seen("", photo(1)))
    assert not hazard.state.ruling[1].sure
    assert told(hazard)[About.ASK_GRADE].lane is Lane.INFORMATION
    assert hazard.ask(SAFETY, c.Regrade, plant=Plant.ORDINARY, legal=Legal.GENERAL, urgent=False, why="看过是一般") == [
        "HazardRegraded"
    ]


def test_strangers_and_people_who_left_are_told_so() -> None:
    assert Tracked().refused(PersonId("nobody"), c.Report, what=seen(RAIL)) == "who.known"
    assert Tracked().refused(GONE, c.Report, what=seen(RAIL)) == "who.known"
    assert reported().refused(Actor.clock(), c.Take) == "who.kind"
    assert reported().refused(WORKER, c.DebtOverdue, owed=Owed.RESPONSE, round=0, rung=0) == "who.kind"


@pytest.mark.parametrize("registered", [None, GONE])
def test_where_nobody_answers_by_the_register_the_safety_department_names_somebody(registered: PersonId | None) -> None:
    hazard = Tracked().knows(registered=registered)
    assert hazard.ask(WORKER, c.Report, what=seen(RAIL)) == ["HazardReported"]
    assert About.ASK_ASSIGN in told(hazard)
    assert owed(hazard.state) is Owed.ASSIGNMENT
    assert due(hazard.state) == hazard.now + LAW.assign
    assert hazard.refused(WORKER, c.Assign, to=MENDER) == "who.role"
    assert hazard.refused(SAFETY, c.Assign, to=GONE) == "hazard.to"
    assert hazard.ask(SAFETY, c.Assign, to=MENDER) == ["HazardAssigned"]


def test_an_unnamed_reporter_is_known_to_the_safety_department_alone() -> None:
    hazard = Tracked()
    hazard.ask(WORKER, c.Report, what=seen(RAIL, photo(1), named=False))
    shown = {viewer: hazard.state.shown_reporter(viewer, (SAFETY,)) for viewer in (WORKER, SAFETY, MENDER, CHIEF)}
    assert shown == {WORKER: WORKER, SAFETY: WORKER, MENDER: None, CHIEF: None}
    assert reported().state.shown_reporter(MENDER, ()) == WORKER
    assert Hazard(id=ID, site=SiteId("hc")).shown_reporter(MENDER, ()) is None


@pytest.mark.parametrize(
    ("text", "kind", "live", "plant", "rules"),
    [
        (RAIL, Kind.EQUIPMENT, False, Plant.SERIOUS, ["rail"]),
        (RUST, Kind.EQUIPMENT, False, Plant.ORDINARY, ["none"]),
        ("护栏旁有人无票作业", Kind.SAFETY, False, Plant.MAJOR, ["no_permit", "rail"]),
        (SMELL, Kind.OTHER, False, Plant.ORDINARY, ["none"]),
        (SMELL, Kind.OTHER, True, Plant.ORDINARY, ["smell"]),
        ("接线裸露", Kind.ELECTRICAL, False, Plant.ORDINARY, ["wire"]),
        ("接线裸露", Kind.OTHER, False, Plant.ORDINARY, ["none"]),
    ],
)
def test_rules_grade_it_and_say_why(text: str, kind: Kind, live: bool, plant: Plant, rules: list[str]) -> None:
    hazard = Tracked().knows(permits=(HOT,) if live else ())
    hazard.ask(WORKER, c.Report, what=seen(text, photo(1), kind=kind))
    held = hazard.state.ruling[1]
    assert (held.plant, [reason.rule for reason in held.reasons]) == (plant, rules)


# --- live work at the place -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "stops", "asks"),
    [(RUST, False, False), (RAIL, False, True), (NO_PERMIT, True, False), (SMELL, True, False)],
)
def test_live_work_at_the_place_goes_on_is_asked_about_or_stops(text: str, stops: bool, asks: bool) -> None:
    hazard = Tracked().knows(permits=(HOT,))
    hazard.ask(WORKER, c.Report, what=seen(text, photo(1)))
    found = [one for one in hazard.done if isinstance(one, StopPermit)]
    assert [one.permit for one in found] == ([HOT] if stops else [])
    assert all(one.command.reason is SuspendReason.HAZARD and ID in one.command.text for one in found)
    assert (About.ASK_GUARDIAN in told(hazard)) is asks
    assert not asks or told(hazard)[About.ASK_GUARDIAN].guardians_of == (HOT,)


def test_a_hazard_held_for_graver_later_stops_the_work_then() -> None:
    hazard = reported(RUST, permits=(HOT,))
    hazard.ask(SAFETY, c.Regrade, plant=Plant.MAJOR, legal=Legal.GENERAL, urgent=False, why="管壁已减薄")
    assert [one.permit for one in hazard.done if isinstance(one, StopPermit)] == [HOT]
    milder = reported(RAIL, permits=(HOT,))
    milder.ask(SAFETY, c.Regrade, plant=Plant.ORDINARY, legal=Legal.GENERAL, urgent=False, why="现场看并不松")
    assert not [one for one in milder.done if isinstance(one, StopPermit)]
    assert About.ASK_GUARDIAN not in told(milder)


# --- the safety department's word -------------------------------------------------------------------------------------


def test_only_the_safety_department_merges_and_dismisses_and_never_its_own() -> None:
    other = OTHER
    assert reported().refused(MENDER, c.Merge, into=other) == "who.role"
    assert reported().refused(SAFETY, c.Merge, into=ID) == "hazard.same"
    assert reported(registered=SAFETY, other=twin(reported())).refused(SAFETY, c.Merge, into=other) == "who.independent"
    merged = reported(other=twin(reported()))
    assert merged.ask(SAFETY, c.Merge, into=other) == ["HazardMerged"]
    assert merged.state.merged_into == other
    assert ClearClock(hazard=ID) in merged.done
    assert merged.refused(WORKER, c.AddNote, text="x") == "hazard.stage"
    assert reported().refused(MENDER, c.Dismiss, why="不是隐患") == "who.role"
    assert reported(registered=SAFETY).refused(SAFETY, c.Dismiss, why="不是隐患") == "who.independent"
    assert reported().refused(SAFETY, c.Dismiss, why="不是") == "hazard.why"
    dropped = reported()
    assert dropped.ask(SAFETY, c.Dismiss, why="现场核实正常") == ["HazardDismissed"]
    assert told(dropped)[About.DISMISSED].people == (WORKER, MENDER)
    climbed = reported()
    climbed.clock()
    climbed.ask(SAFETY, c.Dismiss, why="现场核实没有问题")
    assert told(climbed)[About.DISMISSED].people == (WORKER, MENDER, FOREMAN), "and whoever was told that it climbed"
    assert dropped.ask(WORKER, c.Reopen, why="还在，请再看", photos=(photo(7),)) == ["HazardReopened", "HazardAssigned"]


OTHER = HazardId("YH-HC-20260115-008")


def twin(hazard: Tracked) -> Hazard:
    """The same under another number."""
    return replace(hazard.state, id=OTHER)


def test_no_merge_makes_a_hazard_vanish_or_milder() -> None:
    ended = put_right()
    ended.ask(SAFETY, c.Accept)
    for gone in (None, twin(ended), twin(Tracked()), reported(RUST).state):
        assert reported(other=gone).refused(SAFETY, c.Merge, into=OTHER) == "hazard.into"
    into = reported(other=twin(reported()))
    into.ask(SAFETY, c.Merge, into=OTHER)
    assert reported(other=twin(into)).refused(SAFETY, c.Merge, into=OTHER) == "hazard.into", "nor in a circle"
    for graver, milder in ((NO_PERMIT, RAIL), (RAIL, RUST), (SMELL, RUST)):
        known = {"permits": (HOT,)}
        into = reported(milder, **known)
        assert reported(graver, other=twin(into), **known).refused(SAFETY, c.Merge, into=OTHER) == "hazard.into"
        into = reported(graver, **known)
        assert reported(milder, other=twin(into), **known).ask(SAFETY, c.Merge, into=OTHER) == ["HazardMerged"]


def test_the_laws_grade_is_dismissed_by_the_leadership_alone() -> None:
    assert reported(NO_PERMIT).refused(SAFETY, c.Dismiss, why="看过没有这回事") == "who.role"
    assert reported(NO_PERMIT, registered=CHIEF).refused(CHIEF, c.Dismiss, why="看过没有这回事") == "who.independent"
    assert reported(NO_PERMIT).ask(CHIEF, c.Dismiss, why="看过没有这回事") == ["HazardDismissed"]


def test_regrading_has_its_people_and_the_law_is_lowered_by_the_leadership_alone() -> None:
    graver: dict[str, Any] = {"plant": Plant.MAJOR, "legal": Legal.MAJOR, "urgent": False, "why": "查实是重大"}
    milder: dict[str, Any] = {"plant": Plant.ORDINARY, "legal": Legal.GENERAL, "urgent": False, "why": "查实是一般"}
    assert reported().refused(WORKER, c.Regrade, **graver) == "who.role"
    assert reported().refused(SAFETY, c.Regrade, **{**graver, "plant": Plant.SERIOUS}) == "hazard.grade"
    assert reported().refused(SAFETY, c.Regrade, **{**milder, "plant": Plant.SERIOUS}) == "hazard.grade"
    assert reported(registered=SAFETY).refused(SAFETY, c.Regrade, **milder) == "who.independent"
    assert reported().ask(SAFETY, c.Regrade, **graver) == ["HazardRegraded", "SupervisionRaised"]
    major = reported(NO_PERMIT)
    assert major.refused(SAFETY, c.Regrade, **milder) == "who.role"
    assert major.ask(CHIEF, c.Regrade, **milder) == ["HazardRegraded"], "it climbs at once only once"
    urgent = reported()
    assert urgent.ask(SAFETY, c.Regrade, plant=Plant.SERIOUS, legal=Legal.GENERAL, urgent=True, why="马上要掉") == [
        "HazardRegraded", "SupervisionRaised",
    ]  # fmt: skip


def test_a_graver_grade_brings_the_day_forward_and_a_milder_one_never_back() -> None:
    hazard = reported(RUST)
    hazard.ask(MENDER, c.Take)
    first = rectify_by(hazard.state)
    hazard.ask(SAFETY, c.Regrade, plant=Plant.SERIOUS, legal=Legal.GENERAL, urgent=False, why="锈得厉害")
    assert rectify_by(hazard.state) == hazard.now + 3 * DAY < first
    sooner = rectify_by(hazard.state)
    hazard.ask(SAFETY, c.Regrade, plant=Plant.ORDINARY, legal=Legal.GENERAL, urgent=False, why="复核为一般")
    assert rectify_by(hazard.state) == sooner
    early = reported(RUST, registered=None)
    early.ask(SAFETY, c.Regrade, plant=Plant.SERIOUS, legal=Legal.GENERAL, urgent=False, why="锈得厉害")
    assert early.state.rectify_by is None


def test_assigning_anew_keeps_the_day_and_asks_for_an_answer_again() -> None:
    hazard = reported()
    hazard.ask(MENDER, c.Take)
    day = rectify_by(hazard.state)
    assert hazard.refused(SAFETY, c.Assign, to=MENDER) == "hazard.to"
    assert hazard.ask(FOREMAN, c.Assign, to=OWNER) == ["HazardAssigned"], "his superior may hand it on"
    assert (owed(hazard.state), rectify_by(hazard.state)) == (Owed.RESPONSE, day)


# --- putting it right -------------------------------------------------------------------------------------------------


def test_only_the_responsible_person_takes_it_and_says_it_is_put_right() -> None:
    hazard = reported()
    assert hazard.refused(WORKER, c.Take) == "who.role"
    assert hazard.refused(WORKER, c.Rectify, text="已紧固护栏", photos=(photo(2),)) == "who.role"
    assert hazard.refused(MENDER, c.Rectify, text="已紧固护栏") == "hazard.after"
    assert hazard.refused(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(1),)) == "hazard.after"
    hazard.knows(used_photos=frozenset({photo(5)}))
    assert hazard.refused(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(5),)) == "hazard.after"
    assert hazard.refused(MENDER, c.Rectify, text=" 好 ", photos=(photo(2),)) == "hazard.text"
    hazard.ask(MENDER, c.Take)
    assert hazard.refused(MENDER, c.Take) == "hazard.taken"
    quick = reported()
    assert quick.ask(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(2),)), "putting it right is an answer, too"
    assert quick.state.taken_at == quick.now


def test_without_a_picture_of_before_there_is_no_after() -> None:
    hazard = Tracked()
    hazard.ask(WORKER, c.Report, what=seen(RAIL))
    assert hazard.refused(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(2),)) == "hazard.before"
    assert hazard.refused(FOREMAN, c.SeeAgain, what=seen("")) == "hazard.empty"
    assert hazard.ask(FOREMAN, c.SeeAgain, what=seen("", photo(1))) == ["SeenAgain"]
    assert hazard.state.witnesses == (FOREMAN,)
    hazard.ask(FOREMAN, c.SeeAgain, what=seen("还在"))
    hazard.ask(WORKER, c.SeeAgain, what=seen("还在"))
    hazard.ask(Actor.device(DeviceId("cam1")), c.SeeAgain, what=seen("还在"))
    assert hazard.state.witnesses == (FOREMAN,)
    assert hazard.ask(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(2),))
    hazard.ask(FOREMAN, c.SeeAgain, what=seen("还松", photo(9)))
    assert photo(9) not in hazard.state.before


def test_measures_until_then_come_from_the_place() -> None:
    hazard = reported()
    assert hazard.refused(WORKER, c.PutInterim, text="拉警戒线") == "who.role"
    assert hazard.refused(OWNER, c.PutInterim, text="拉") == "hazard.why"
    hazard.ask(OWNER, c.PutInterim, text="拉警戒线", photos=(photo(3),))
    assert (hazard.state.interim, hazard.state.before) == ("拉警戒线", (photo(1), photo(3)))


def test_whoever_had_a_hand_in_it_never_accepts_it() -> None:
    own = reported(registered=SAFETY)
    own.ask(SAFETY, c.Rectify, text="已紧固护栏", photos=(photo(2),))
    assert own.refused(SAFETY, c.Accept) == "who.independent"
    assert own.refused(SAFETY, c.SendBack, why="没有修好") == "who.independent"
    own.ask(OTHER_SAFETY, c.SendBack, why="还是松的")
    own.ask(OTHER_SAFETY, c.Assign, to=MENDER)
    own.ask(MENDER, c.Rectify, text="换了新护栏", photos=(photo(3),))
    assert own.refused(SAFETY, c.Accept) == "who.independent", "his hands were on the first round"
    assert own.ask(OTHER_SAFETY, c.Accept)


def test_who_accepts_hangs_on_the_grade_and_somebody_is_always_left() -> None:
    assert put_right(RUST).ask(OWNER, c.Accept)
    assert put_right(RAIL).refused(OWNER, c.Accept) == "who.role"
    alone = put_right(RUST, owners=(MENDER,), safety=(MENDER,))
    assert alone.refused(OWNER, c.Accept) == "who.role"
    assert alone.ask(CHIEF, c.Accept)


def test_sent_back_it_is_a_new_round_with_less_time() -> None:
    hazard = put_right()
    assert hazard.refused(SAFETY, c.SendBack, why="不") == "hazard.why"
    assert hazard.ask(SAFETY, c.SendBack, why="护栏还是松的") == ["HazardSentBack"]
    assert (hazard.state.round, owed(hazard.state), hazard.state.after) == (1, Owed.RESPONSE, ())
    assert rectify_by(hazard.state) == hazard.now + terms(hazard.state).again
    assert told(hazard)[About.SENT_BACK].people == (MENDER,)


def test_what_is_on_file_is_taken_up_again_for_a_while() -> None:
    hazard = put_right()
    hazard.ask(SAFETY, c.Accept)
    assert hazard.refused(FOREMAN, c.Reopen, why="又松了一次") == "who.role"
    assert hazard.refused(WORKER, c.Reopen, why="又") == "hazard.why"
    hazard.ask(WORKER, c.AddNote, text="以后每周看")
    assert hazard.ask(WORKER, c.Reopen, why="又松了一次", photos=(photo(4),)) == ["HazardReopened", "HazardAssigned"]
    assert (hazard.state.round, hazard.state.accepted_by, hazard.state.before) == (1, None, (photo(1), photo(4)))
    hazard.ask(MENDER, c.Rectify, text="换了新护栏", photos=(photo(6),))
    assert hazard.ask(SAFETY, c.Accept) == ["HazardAccepted"], "nobody earns twice for one hazard"
    hazard.now += LAW.reopen + DAY
    assert hazard.refused(WORKER, c.Reopen, why="又松了一次") == "hazard.old"


@pytest.mark.parametrize(("text", "stops", "asks"), [(SMELL, True, False), (RAIL, False, True), (RUST, False, False)])
def test_live_work_hears_of_a_reopened_one_as_of_a_new_one(text: str, stops: bool, asks: bool) -> None:
    later = PermitId("DHZY-HC-20260116-002")
    hazard = put_right(text, permits=(HOT,))
    hazard.ask(CHIEF if text == NO_PERMIT else SAFETY, c.Accept)
    hazard.knows(permits=(later,)).ask(WORKER, c.Reopen, why="又出现了一次")
    stopped = [one for one in hazard.done if isinstance(one, StopPermit)]
    assert [one.permit for one in stopped] == ([later] if stops else [])
    assert all(one.command.reason is SuspendReason.HAZARD for one in stopped)
    assert (About.ASK_GUARDIAN in told(hazard)) is asks
    assert hazard.state.permits == (HOT, later)


def test_a_major_one_that_came_back_wants_measures_again() -> None:
    hazard = put_right(NO_PERMIT)
    hazard.ask(CHIEF, c.Accept)
    hazard.ask(WORKER, c.Reopen, why="又有人无票动火")
    hazard.ask(MENDER, c.Take)
    assert owed(hazard.state) is Owed.INTERIM
    assert hazard.refused(MENDER, c.Rectify, text="已补办", photos=(photo(9),)) == "hazard.interim"


def test_a_reopened_one_goes_to_whoever_answers_now() -> None:
    hazard = put_right()
    hazard.ask(SAFETY, c.Accept)
    hazard.knows(people={**PEOPLE, MENDER: PEOPLE[GONE]}, registered=OWNER)
    hazard.ask(WORKER, c.Reopen, why="又松了一次")
    assert hazard.state.responsible == OWNER


@pytest.mark.parametrize(
    ("who", "facts", "points"),
    [
        (WORKER, {}, 5),
        (WORKER, {"earned_today": 3}, 3),
        (WORKER, {"earned_today": 6}, 0),
        (WORKER, {"registered": WORKER}, 0),
    ],
)
def test_points_have_their_cap_and_nobody_earns_by_his_own_fault(
    who: PersonId, facts: dict[str, Any], points: int
) -> None:
    hazard = Tracked().knows(**facts)
    hazard.ask(who, c.Report, what=seen(RAIL, photo(1)))
    mender = hazard.state.responsible
    assert mender is not None
    hazard.ask(mender, c.Rectify, text="已紧固护栏", photos=(photo(2),))
    hazard.ask(SAFETY, c.Accept)
    assert hazard.state.earned == points


def test_the_same_thing_again_under_another_number_earns_nothing() -> None:
    assert put_right(earned_before=True).ask(SAFETY, c.Accept) == ["HazardAccepted"]


def test_nobody_earns_by_his_own_word_and_a_camera_earns_nothing() -> None:
    for who in (SAFETY, Actor.device(DeviceId("cam1"))):
        hazard = Tracked()
        hazard.ask(who, c.Report, what=seen(RAIL, photo(1)))
        hazard.ask(MENDER, c.Rectify, text="已紧固护栏", photos=(photo(2),))
        assert hazard.ask(SAFETY, c.Accept) == ["HazardAccepted"]


# --- more time --------------------------------------------------------------------------------------------------------


def test_more_time_is_asked_for_in_time_and_answered_by_somebody_else() -> None:
    hazard = reported()
    hazard.ask(MENDER, c.Take)
    day = rectify_by(hazard.state)
    ask: dict[str, Any] = {"until": day + DAY, "why": "护栏要加工"}
    assert hazard.refused(WORKER, c.AskExtension, **ask) == "who.role"
    assert hazard.refused(MENDER, c.AskExtension, until=day, why="护栏要加工") == "hazard.extension"
    assert hazard.refused(MENDER, c.AskExtension, until=day + 6 * DAY, why="护栏要加工") == "hazard.extension"
    assert hazard.refused(SAFETY, c.AnswerExtension, granted=True) == "hazard.extension"
    assert hazard.ask(MENDER, c.AskExtension, **ask) == ["ExtensionAsked"]
    assert hazard.refused(MENDER, c.AskExtension, **ask) == "hazard.extension"
    assert hazard.refused(WORKER, c.AnswerExtension, granted=True) == "who.role"
    assert hazard.refused(SAFETY, c.AnswerExtension, granted=False) == "hazard.why"
    assert hazard.ask(SAFETY, c.AnswerExtension, granted=False, why="今天就能做") == ["ExtensionRefused"]
    assert rectify_by(hazard.state) == day
    hazard.ask(MENDER, c.AskExtension, **ask)
    assert hazard.ask(SAFETY, c.AnswerExtension, granted=True) == ["ExtensionGranted"]
    assert rectify_by(hazard.state) == day + DAY
    assert [one.due for one in hazard.done if isinstance(one, SetClock)] == [day + DAY]
    assert hazard.refused(MENDER, c.AskExtension, until=day + 2 * DAY, why="还要加工") == "hazard.extension"


def test_it_is_not_asked_for_when_it_is_over_nor_granted_to_oneself() -> None:
    late = reported()
    late.now = rectify_by(late.state)
    assert late.refused(MENDER, c.AskExtension, until=late.now + DAY, why="护栏要加工") == "hazard.extension"
    own = reported(registered=SAFETY)
    own.ask(SAFETY, c.AskExtension, until=rectify_by(own.state) + DAY, why="护栏要加工")
    assert own.refused(SAFETY, c.AnswerExtension, granted=True) == "who.independent"
    major = reported(NO_PERMIT)
    major.ask(MENDER, c.AskExtension, until=rectify_by(major.state) + DAY, why="要停车处理")
    assert major.refused(SAFETY, c.AnswerExtension, granted=True) == "who.role"
    assert major.ask(CHIEF, c.AnswerExtension, granted=True)


# --- the clock --------------------------------------------------------------------------------------------------------


def test_what_does_not_come_climbs_to_the_superior_the_head_and_the_leadership_and_stays_there() -> None:
    hazard = reported()
    levels = []
    for _ in range(4):
        assert hazard.clock() == ["SupervisionRaised"]
        levels.append((hazard.state.supervision, hazard.state.told))
    assert levels == [
        (Supervision.SUPERIORS, (FOREMAN,)), (Supervision.SAFETY_HEAD, (HEAD,)),
        (Supervision.LEADERSHIP, (CHIEF,)), (Supervision.LEADERSHIP, (CHIEF,)),
    ]  # fmt: skip
    assert told(hazard)[About.REMINDED].people == (MENDER,)
    assert next_look(hazard.state) == hazard.events[1].at + 8 * HOUR + 4 * 8 * HOUR


def test_where_nobody_is_named_the_safety_departments_superior_hears_of_it() -> None:
    hazard = reported(registered=None)
    assert hazard.refused(SAFETY, c.AddNote, text=" ") == "hazard.text"
    assert hazard.clock() == ["SupervisionRaised"]
    assert hazard.state.told == (HEAD,)
    assert debtors(put_right_and_filed().state, hazard.facts) == ()
    alone = Tracked().knows(registered=None, people={**PEOPLE, SAFETY: PEOPLE[CHIEF], OTHER_SAFETY: PEOPLE[CHIEF]})
    alone.ask(Actor.device(DeviceId("cam1")), c.Report, what=seen(RAIL))
    alone.clock()
    assert alone.state.supervision is Supervision.SAFETY_HEAD


def put_right_and_filed() -> Tracked:
    hazard = put_right()
    hazard.ask(SAFETY, c.Accept)
    return hazard


def test_a_rung_without_anybody_is_climbed_over() -> None:
    hazard = reported(people={**PEOPLE, MENDER: PEOPLE[CHIEF], WORKER: PEOPLE[CHIEF]}, registered=CHIEF)
    hazard.knows(people={who: person for who, person in PEOPLE.items() if who not in (FOREMAN, SHOP)})
    hazard.clock()
    assert hazard.state.supervision is Supervision.SAFETY_HEAD
    nobody = reported(
        safety_head=(), leadership=(), people={SAFETY: PEOPLE[SAFETY], MENDER: PEOPLE[MENDER], WORKER: PEOPLE[WORKER]}
    )
    nobody.clock()
    assert (nobody.state.supervision, nobody.state.told) == (Supervision.LEADERSHIP, (SAFETY,))


def test_a_clock_that_comes_early_late_or_twice_decides_nothing() -> None:
    hazard = reported()
    asked: dict[str, Any] = {"owed": Owed.RESPONSE, "round": 0, "rung": 0}
    assert hazard.ask(Actor.clock(), c.DebtOverdue, **asked) == [], "early"
    assert hazard.clock() == ["SupervisionRaised"]
    assert hazard.ask(Actor.clock(), c.DebtOverdue, **asked) == [], "twice"
    hazard.ask(MENDER, c.Take)
    hazard.now += 30 * DAY
    assert hazard.ask(Actor.clock(), c.DebtOverdue, **{**asked, "rung": 1}) == [], "for what came meanwhile"
    done = put_right()
    done.ask(SAFETY, c.Accept)
    assert done.ask(Actor.clock(), c.DebtOverdue, **asked) == []


def test_a_superior_who_takes_charge_stops_the_climb_for_a_while_and_only_for_a_while() -> None:
    hazard = reported()
    assert hazard.refused(FOREMAN, c.TakeCharge) == "who.role"
    hazard.clock()
    assert hazard.refused(WORKER, c.TakeCharge) == "who.role"
    hazard.now += 7 * HOUR
    assert hazard.ask(FOREMAN, c.TakeCharge) == ["ChargeTaken"]
    assert next_look(hazard.state) == hazard.now + 8 * HOUR
    assert hazard.refused(FOREMAN, c.TakeCharge) == "hazard.charge"
    assert hazard.clock() == ["SupervisionRaised"]
    assert hazard.state.charge is None
    own = reported(people={**PEOPLE}, leadership=(MENDER,), registered=MENDER)
    for _ in range(3):
        own.clock()
    assert own.refused(MENDER, c.TakeCharge) == "who.role", "he would watch over himself"


def test_what_is_owed_for_the_acceptance_climbs_as_well() -> None:
    hazard = put_right()
    assert (owed(hazard.state), due(hazard.state)) == (Owed.ACCEPTANCE, hazard.now + 8 * HOUR)
    assert not overdue(hazard.state, hazard.now)
    hazard.clock()
    assert hazard.state.told == (HEAD,), "the superior of those who may accept it"
    assert overdue(hazard.state, hazard.now)


@pytest.mark.parametrize(
    ("named", "department", "hears"),
    [(True, "机修车间", True), (False, "机修车间", False), (True, "储运车间", False), (True, "", False)],
)
def test_the_reporters_own_superior_hears_of_it_only_from_another_department_and_of_a_named_one(
    named: bool, department: str, hears: bool
) -> None:
    people = {one: replace(person, department="储运车间") for one, person in PEOPLE.items()}
    people[WORKER] = replace(people[WORKER], department=department)
    hazard = Tracked().knows(people=people)
    hazard.ask(WORKER, c.Report, what=seen("泵房2号泵护栏松动", photo(1), named=named))
    hazard.clock()
    assert hazard.state.told == ((FOREMAN, SHOP) if hears else (FOREMAN,))
    for _ in range(3):
        hazard.clock()
        assert SHOP not in hazard.state.told
    alone = Tracked().knows(people={**people, MENDER: replace(people[MENDER], superior=None)})
    alone.ask(WORKER, c.Report, what=seen("泵房2号泵护栏松动", photo(1), named=named))
    alone.clock()
    assert alone.state.told == (HEAD,), "it climbs over a rung on which nobody answers for it"


# --- what cannot be ---------------------------------------------------------------------------------------------------


def test_no_event_follows_where_it_cannot() -> None:
    by, at = Actor.person(MENDER), AT + HOUR
    wrong: list[tuple[Hazard, e.Event]] = [
        (Hazard(id=ID, site=SiteId("hc")), e.HazardTaken(by=by, at=at)),
        (reported().state, e.HazardTaken(by=Actor.person(WORKER), at=at)),
        (reported().state, e.HazardMerged(by=by, at=at, into=ID)),
        (reported().state, e.ExtensionGranted(by=by, at=at, until=at)),
        (reported().state, e.ExtensionRefused(by=by, at=at, why="")),
        (reported().state, e.HazardRectified(by=by, at=at, text="", photos=())),
        (reported().state, e.HazardRectified(by=Actor.clock(), at=at, text="", photos=(photo(2),))),
        (reported().state, e.SupervisionRaised(by=by, at=at, level=Supervision.NONE, owed=Owed.ACCEPTANCE, told=())),
        (put_right().state, e.HazardAccepted(by=by, at=at, comment="")),
    ]  # fmt: skip
    for state, event in wrong:
        with pytest.raises(ImpossibleEvent):
            evolve(state, event)
    with pytest.raises(NaiveTime):
        c.Take(by=by, at=datetime(2026, 1, 1))  # noqa: DTZ001 -- the naive time is the point
    for broken in (terms, rectify_by):
        with pytest.raises(ValueError, match="YH-"):
            broken(Hazard(id=ID, site=SiteId("hc")))


def test_a_law_that_lets_the_graver_wait_longer_is_none() -> None:
    slow = Terms(respond=DAY, interim=DAY, rectify=30 * DAY, again=DAY, accept=DAY, climb=DAY)
    parts: dict[str, Any] = {name: getattr(LAW, name) for name in HazardLaw.__slots__}
    for change in (
        {"terms": {**LAW.terms, Plant.MAJOR: slow}},
        {"terms": {Plant.MAJOR: slow}},
        {"inside": {**LAW.inside, Plant.MAJOR: Inside.NOTHING}},
        {"points_a_day": -1},
        {"assign": timedelta(0)},
    ):
        with pytest.raises(ValueError, match=r"owed|grade|live work|negative"):
            HazardLaw(**{**parts, **change})
    with pytest.raises(ValueError, match="respond"):
        Terms(respond=-DAY, interim=DAY, rectify=DAY, again=DAY, accept=DAY, climb=DAY)
    with pytest.raises(ValueError, match="climb"):
        Terms(respond=DAY, interim=DAY, rectify=DAY, again=DAY, accept=DAY, climb=timedelta(0))
    with pytest.raises(ValueError, match="clause"):
        GradeRule(key="x", words=("a",), plant=Plant.MAJOR, legal=Legal.MAJOR, text="")
    with pytest.raises(ValueError, match="words"):
        GradeRule(key="x", words=(), plant=Plant.MAJOR, text="")
    assert GRADING[1].plant.below is Plant.SERIOUS


def test_an_earlier_hand_judges_it_no_more() -> None:
    hazard = reported(registered=SAFETY)
    hazard.ask(SAFETY, c.Rectify, text="已紧固护栏", photos=(photo(2),))
    hazard.ask(OTHER_SAFETY, c.SendBack, why="还是松的")
    hazard.ask(OTHER_SAFETY, c.Assign, to=MENDER)
    graver = {"plant": Plant.MAJOR, "legal": Legal.GENERAL, "urgent": False, "why": "查实是重大"}
    assert hazard.refused(SAFETY, c.Regrade, **graver) == "who.independent"
    assert hazard.refused(SAFETY, c.Dismiss, why="不是隐患") == "who.independent"
