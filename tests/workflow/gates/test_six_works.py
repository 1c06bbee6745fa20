"""Edges of the gates of the six other works that no ticket reaches under the real packs, and still must answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support import scenes as s
from tests.support.golden import given
from tests.support.rulebook import ZONE, content, rules, trade
from tests.support.scenes import Scene, scene
from workflow.facts import Weather
from workflow.findings import Verdict
from workflow.permit.again import outdated
from workflow.permit.details import Details, LiftDetails
from workflow.permit.gates import Moment
from workflow.plant import Shape
from workflow.rules import sampling
from workflow.values import WorkType

START = Moment.START


def verdicts(here: Scene, gate: str) -> list[Verdict]:
    return [finding.verdict for finding in here.gate(gate)]


@pytest.mark.parametrize("work", list(WorkType))
@pytest.mark.parametrize("moment", list(Moment))
def test_with_everything_in_order_nothing_stops_any_work(work: WorkType, moment: Moment) -> None:
    found = scene(work, moment).findings()
    assert found
    assert [each for each in found if each.verdict is not Verdict.PASS and each.gate != "notices"] == []


def test_a_duty_without_an_item_in_the_list_is_unknown_not_forgotten() -> None:
    here = scene(WorkType.ROAD, START).facts_with(weather=Weather(rain=True))
    bare = here.rules_with(measures=tuple(each for each in here.rules.measures if each.gate != "road.lamps"))
    assert verdicts(bare, "road.lamps") == [Verdict.UNKNOWN]
    assert "没有这一项" in bare.gate("road.lamps")[0].fact
    open_ = here.measure_with("R3", involved=None)
    assert verdicts(open_, "road.lamps")[0] is Verdict.UNKNOWN


def test_a_list_without_items_has_nothing_to_confirm_again() -> None:
    assert verdicts(scene(WorkType.HEIGHT, START).permit_with(measures={}), "height.reconfirm") == []


def test_a_figure_no_pack_gives_is_not_made_up() -> None:
    here = given({"work": "lift", "moment": "start", "given": {"holds": ["tandem"], "items": {"Q3": "99 99"}}})
    assert Verdict.FAIL in verdicts(here, "lift.tandem")
    assert set(verdicts(here.rules_with(bounds=()), "lift.tandem")) == {Verdict.PASS}
    road = given({"work": "road", "moment": "start", "given": {"holds": ["no_sign"]}})
    assert Verdict.UNKNOWN in verdicts(road.rules_with(bounds=()), "road.no_sign")
    power = scene(WorkType.POWER, START).rules_with(bounds=())
    assert verdicts(power, "power.duration") == []


def test_a_mass_nobody_gave_is_unknown() -> None:
    here = scene(WorkType.LIFT, START)
    what = here.permit.what
    lift = what.details.lift or LiftDetails()
    unsaid = Details(lift=LiftDetails(commander=lift.commander, operators=lift.operators, slingers=lift.slingers))
    changed = here.permit_with(content=replace(what, details=unsaid))
    assert verdicts(changed, "lift.mass") == [Verdict.UNKNOWN]
    nobody = here.permit_with(content=replace(what, details=Details()))
    assert verdicts(nobody, "lift.people") == []


def test_fog_and_nobody_said_whether_outdoors() -> None:
    here = given({"work": "height", "moment": "start", "given": {"unsaid": ["outdoor"]}})
    foggy = here.facts_with(weather=Weather(dense_fog=True))
    assert verdicts(foggy, "weather_stop") == [Verdict.UNKNOWN]


def test_wind_without_a_name_is_told_in_metres() -> None:
    here = scene(WorkType.HEIGHT, START).rules_with(wind_stop_ms=Decimal("7.5")).facts_with(wind_ms=Decimal("7.5"))
    (found,) = here.gate("wind_stop")
    assert found.verdict is Verdict.FAIL
    assert found.rule.startswith("7.5 m/s")


# --- points ---------------------------------------------------------------------------------------------------------

SPACE = content(WorkType.CONFINED_SPACE)


@pytest.mark.parametrize(
    ("height", "labels"),
    [
        ("1.9", "上部 下部"),  # lower than 2 m: two
        ("2", "上部 中部 下部"),
        ("18", "上部 中部 下部"),  # 1 + 8 + 8 + 1
        ("18.1", "上部 中部 中部2 下部"),
        ("26", "上部 中部 中部2 下部"),
        ("26.1", "上部 中部 中部2 中部3 下部"),
        (None, "上部 中部 下部"),
    ],
)
def test_points_of_a_vertical_space_outside_chemical_plants(height: str | None, labels: str) -> None:
    """GB 46768: three points, first and last within 1 m of the ends, 8 m apart at most; lower than 2 m two."""
    vessel = s.equipment(shape=Shape.VERTICAL, height_m=None if height is None else Decimal(height))
    found = sampling.points(rules(SPACE, book=trade()), vessel)
    assert sorted(label for _, label in found) == sorted(labels.split())


def test_points_that_no_shape_or_no_pack_calls_for() -> None:
    here = rules(SPACE)
    levels = ["上部", "中部", "下部"]
    both = [*levels, "近端", "远端"]
    assert [label for _, label in sampling.points(here, None)] == both, "a shape nobody recorded may be either"
    assert [label for _, label in sampling.points(here, s.equipment(shape=None))] == both
    assert [label for _, label in sampling.points(rules(SPACE, book=trade()), s.equipment(shape=Shape.HORIZONTAL))] == [
        "近端",
        "远端",
    ]
    bare = scene(WorkType.CONFINED_SPACE, START).rules_with(bounds=()).rules
    for shape in (*Shape, None):
        assert [label for _, label in sampling.points(bare, s.equipment(shape=shape))] == levels
    assert sampling.points(scene(WorkType.ROAD, START).rules, None) == ()


@pytest.mark.parametrize(
    ("depth", "labels"),
    [("1.99", ["远端"]), ("2", ["近端", "远端"]), ("6", ["近端", "远端"]), (None, ["近端", "远端"])],
)
def test_points_of_a_horizontal_space(depth: str | None, labels: list[str]) -> None:
    """GB 46768: near and far; less than 2 m deep the farthest alone."""
    vessel = s.equipment(shape=Shape.HORIZONTAL, depth_m=None if depth is None else Decimal(depth))
    here = rules(SPACE, book=trade())
    assert [label for _, label in sampling.points(here, vessel)] == labels
    assert sampling.place(here, vessel, "far") == ("最深处" if labels == ["远端"] else "距开口不小于2 m")


def test_where_the_points_lie_is_said_in_the_figures_of_the_law() -> None:
    here = rules(SPACE)
    said = {key: sampling.place(here, s.equipment(), key) for key in ("upper", "middle", "lower", "near", "far")}
    assert said == {
        "upper": "距顶不超过1 m", "middle": "", "lower": "距底不超过1 m", "near": "距开口不小于0.5 m",
        "far": "距开口不小于2 m",
    }  # fmt: skip
    assert sampling.place(scene(WorkType.HOT, START).rules, s.equipment(), "upper") == ""
    assert [sampling.called(point) for point in ("upper", "middle_2", "left", "动火点", "middle_x")] == [
        "上部", "中部2", "左端", "动火点", "middle_x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "labels"),
    [
        (Shape.VERTICAL, ["上部", "中部", "下部"]),
        (Shape.HORIZONTAL, ["左端", "中部", "右端"]),
        (None, ["上部", "中部", "下部", "左端", "右端"]),
    ],
)
def test_hot_work_on_a_large_vessel_is_sampled_as_it_stands_or_lies(shape: Shape | None, labels: list[str]) -> None:
    """GB 30871 5.3: upper, middle, lower; left, middle, right."""
    here = scene(WorkType.HOT, START).saying(triggers=("large_vessel",)).rules
    assert [label for _, label in sampling.points(here, s.equipment(shape=shape))] == labels
    assert sampling.points(scene(WorkType.HOT, START).rules, s.equipment(shape=shape)) == ()


def test_a_long_line_is_sampled_at_both_ends_of_the_isolated_stretch_and_inside() -> None:
    """GB 30871 5.2.6: section by section inside the stretch."""
    here = scene(WorkType.HOT, START).saying(triggers=("long_line",)).rules
    assert [label for _, label in sampling.points(here, None)] == ["设备管道内部", "隔离段首端", "隔离段末端"]


# --- what is confirmed again ----------------------------------------------------------------------------------------


def again(work: WorkType, *reasons: str) -> set[str]:
    """Items to be confirmed anew when everything had been confirmed an hour before a stop."""
    row = {"work": work, "moment": "resume", "given": {"stopped": {"minutes": 10, "reasons": reasons or ["stop_work"]}}}
    here = given(row)
    early = here.facts.at - 60 * s.MINUTE
    measures = {no: replace(state, confirmed_at=early) for no, state in here.permit.measures.items()}
    return {each.gate for each in outdated(replace(here.permit, measures=measures), here.rules, here.facts.at, ZONE)}


def test_after_a_stop_the_text_says_what_is_confirmed_again() -> None:
    assert again(WorkType.HOT) == set()
    assert again(WorkType.LIFT) == {"lift.trial", "weather_checked"}
    assert again(WorkType.EARTH) == set()
    assert again(WorkType.EARTH, "unknown_object") == {"earth.unknown_object"}
    assert {"measures_confirmed", "site_checked", "weather_checked"} <= again(WorkType.HEIGHT)


def test_without_a_stop_only_another_day_makes_a_confirmation_old() -> None:
    here = scene(WorkType.HEIGHT, START)
    assert outdated(here.permit, here.rules, here.facts.at, ZONE) == ()
    tomorrow = here.facts.at + timedelta(days=1)
    assert {each.no for each in outdated(here.permit, here.rules, tomorrow, ZONE)} >= {"G1", "G3", "Q1"}
    lift = scene(WorkType.LIFT, START)
    assert outdated(lift.permit, lift.rules, tomorrow, ZONE) == ()
