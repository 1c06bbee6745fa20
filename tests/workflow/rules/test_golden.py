"""The golden cases on hot work, confined space, gas, certificates and distance, numbered as in the fact sheet.

Each line is a case and its expected answer, written from the law, not from our output.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.gate_changes import aged, away, broken, certificate, near
from tests.support.rulebook import ZONE, chemical, content, facts, local, planned, rules, trade
from tests.support.scenes import LI, ZHAO, Scene, scene
from workflow.findings import Finding, Verdict, stopping
from workflow.geo import inside
from workflow.ids import PersonId
from workflow.permit.commands import SuspendReason
from workflow.permit.content import Content, GasReading, GasSample, SiteFacts
from workflow.permit.gates import Moment
from workflow.rules.book import RuleBook
from workflow.rules.gas import judge
from workflow.rules.types import Grade, Role, Unit
from workflow.rules.validity import ends_at, fits
from workflow.values import Datum, Position, WorkType

HOT, CS = WorkType.HOT, WorkType.CONFINED_SPACE
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PASS, FAIL = True, False


# --- T1–T4: grade, validity, approver -------------------------------------------------------------------------------

TUESDAY, SATURDAY = planned("2026-11-24 10:00", "2026-11-24 14:00"), planned("2026-11-28 10:00", "2026-11-28 14:00")
OVERNIGHT = planned("2026-11-24 10:00", "2026-11-25 10:00")


@pytest.mark.parametrize(
    ("case", "said", "when", "grade", "base", "hours", "approver", "fitting"),
    [
        ("T1", facts(fire_explosion=True, operating=True), TUESDAY, "special", "special", 8, Role.CHIEF, True),
        ("T2", facts(pipe_rack=True), SATURDAY, "special", "first", 8, Role.CHIEF, True),
        ("T3", facts(), TUESDAY, "second", "second", 72, Role.BASE_UNIT, True),
        ("T4", facts(), OVERNIGHT, "first", "second", 8, Role.SAFETY_DEPT, False),
    ],
)
def test_grades(
    case: str, said: SiteFacts, when: object, grade: str, base: str, hours: int, approver: Role, fitting: bool
) -> None:
    what = content(facts=said, planned=when)
    found = rules(what)
    assert (found.grade, found.base_grade) == (Grade(grade), Grade(base)), case
    assert found.max_validity == hours * HOUR
    assert found.chain[-1].role is approver
    assert fits(what, found) is fitting


def test_t1_asks_for_video_and_continuous_gas() -> None:
    found = rules(content(facts=facts(fire_explosion=True, operating=True), planned=TUESDAY))
    assert found.gas is not None
    assert found.gas.continuous
    assert {"H13", "H14"} <= {measure.no for measure in found.measures}


# --- T10–T12: age of the test, breaks -------------------------------------------------------------------------------


def stops(here: Scene, *gates: str) -> bool:
    return any(finding.gate in gates for finding in stopping(here.findings()))


@pytest.mark.parametrize(("started", "good"), [("09:30", PASS), ("09:31", FAIL)])
def test_t10_gas_at_nine(started: str, good: bool) -> None:
    here = scene(HOT, Moment.START).at(local(f"2026-11-24 {started}"))
    nine = aged(0)(here.at(local("2026-11-24 09:00"))).permit
    assert stops(replace(here, permit=nine), "gas_fresh") is not good


def paused(grade: Grade, minutes: int) -> Scene:
    here = scene(HOT, Moment.RESUME)
    if grade is Grade.SECOND:
        here = here.saying(fire_explosion=False)
    assert here.rules.grade is grade
    return broken(minutes)(here)


@pytest.mark.parametrize(
    ("grade", "minutes", "good"),
    [(Grade.FIRST, 30, PASS), (Grade.FIRST, 31, FAIL), (Grade.SECOND, 60, PASS), (Grade.SECOND, 61, FAIL)],
)
def test_t11_breaks(grade: Grade, minutes: int, good: bool) -> None:
    assert stops(paused(grade, minutes), "gas_fresh") is not good


@pytest.mark.parametrize(
    ("book", "day", "retest", "ventilate"),
    [
        (chemical(), "2026-04-30", False, False),
        (chemical(), "2026-05-01", True, True),
        (trade(), "2026-04-30", True, True),
        (trade(), "2026-05-01", True, True),
    ],
)
def test_t12_five_minutes_out_of_a_space(book: RuleBook, day: str, retest: bool, ventilate: bool) -> None:
    what = content(CS, planned=planned(f"{day} 10:00", f"{day} 16:00"), facts=SiteFacts(held_toxic_or_flammable=False))
    found = rules(what, book=book)
    assert found.gas is not None
    assert (found.gas.retest_after_break < 5 * MINUTE) is retest
    assert found.gas.ventilation_always is ventilate
    here = broken(5)(scene(CS, Moment.RESUME)).rules_with(gas=found.gas)
    assert stops(here, "gas_fresh") is retest


# --- T13–T19: gas ---------------------------------------------------------------------------------------------------

VOL, LEL, PPM = Unit.VOL_PERCENT, Unit.LEL_PERCENT, Unit.PPM
MAY = planned("2026-05-12 10:00", "2026-05-12 16:00")


def hot(gas: str) -> Content:
    return content(facts=facts(flammable_gas=gas), planned=MAY)


def entry(gas: str | None = None) -> Content:
    return content(CS, facts=SiteFacts(held_toxic_or_flammable=True, flammable_gas=gas), planned=MAY)


@pytest.mark.parametrize(
    ("case", "book", "what", "gas", "value", "unit", "good"),
    [
        ("T13", chemical(), hot("methane"), "flammable", "10.0", LEL, PASS),
        ("T13", chemical(), hot("methane"), "flammable", "10.1", LEL, FAIL),
        ("T14", chemical(), hot("hydrogen"), "flammable", "12", LEL, PASS),
        ("T14", chemical(), entry("hydrogen"), "flammable", "12", LEL, FAIL),
        ("T15", chemical(), hot("n_hexane"), "flammable", "18", LEL, PASS),
        ("T15", chemical(), hot("n_hexane"), "flammable", "20", LEL, FAIL),
        ("T16", chemical(), hot("nh3"), "flammable", "4", LEL, FAIL),
        ("T17", chemical(), entry(), "o2", "21.0", VOL, PASS),
        ("T17", chemical(), entry(), "o2", "21.1", VOL, FAIL),
        ("T17", chemical(), entry(), "o2", "19.4", VOL, FAIL),
        ("T18", trade(), entry(), "o2", "21.1", VOL, PASS),
        ("T19", chemical(), entry(), "h2s", "8", PPM, FAIL),
    ],
)
def test_gas(case: str, book: RuleBook, what: Content, gas: str, value: str, unit: Unit, good: bool) -> None:
    found = rules(what, book=book).gas
    assert found is not None
    reading = GasReading(gas=gas, value=Decimal(value), unit=unit)
    sample = GasSample(sampled_at=local("2026-05-12 09:50"), point="上部", readings=(reading,), analyst=PersonId("wu"))
    assert judge(sample, found, what).passed is good, case


# --- T20: wind ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wind", "good"), [("7.9", PASS), ("8.0", FAIL), ("10.8", FAIL)])
def test_t20_open_air_hot_work(wind: str, good: bool) -> None:
    here = scene(HOT, Moment.DURING).facts_with(wind_ms=Decimal(wind))
    assert stops(here, "wind_stop") is not good


# --- T22: the end ---------------------------------------------------------------------------------------------------


def test_t22_eight_hours_and_not_a_minute_more() -> None:
    when = planned("2026-11-24 08:00", "2026-11-24 16:00")
    what = content(facts=facts(fire_explosion=True), planned=when)
    assert ends_at(when, rules(what).max_validity, local("2026-11-24 08:00")) == local("2026-11-24 16:00")
    here = scene(HOT, Moment.DURING).asking(planned=when).permit_with(issued_at=local("2026-11-24 08:00"))
    assert not stops(here.at(local("2026-11-24 15:59")), "not_expired")
    late = here.at(local("2026-11-24 16:01"))
    assert stops(late, "not_expired")
    assert "不能延期" in late.gate("not_expired")[0].cure


# --- T24: the guardian leaves ---------------------------------------------------------------------------------------


def test_t24_hot_work_stops_when_the_guardian_is_gone() -> None:
    assert stops(away(ZHAO)(scene(HOT, Moment.DURING)), "guardian_present")


def test_t24_nobody_returns_to_a_space_without_a_new_test() -> None:
    assert rules(entry()).guardian_may_leave is False
    assert stops(away(ZHAO)(scene(CS, Moment.DURING)), "guardian_present")
    assert stops(broken(1, SuspendReason.GUARDIAN_LEFT)(scene(CS, Moment.RESUME)), "gas_fresh")


# --- T25: conflict --------------------------------------------------------------------------------------------------


def test_t25_a_blind_twenty_five_metres_away() -> None:
    here = near(work=WorkType.BLIND, distance_m=Decimal(25), same_area=False)(scene(HOT, Moment.ACCEPT))
    (found,) = here.gate("conflict.X1")
    assert found.stops
    assert found.clause == "GB 30871-2022 7.6"
    assert not stops(near(work=WorkType.BLIND, distance_m=Decimal(31))(scene(HOT, Moment.ACCEPT)), "conflict.X1")


# --- T26–T28: certificates ------------------------------------------------------------------------------------------


def welder(on: str, **changes: object) -> list[Finding]:
    """The certificate gate for hot work on a day, the welder holding this certificate."""
    day = datetime.fromisoformat(on).date()
    here = scene(HOT, Moment.REQUEST).asking(planned=planned(f"{day} 10:00", f"{day} 14:00"))
    held = certificate(valid_from=date(2024, 1, 1), **changes)
    return (
        here.person_with(LI, certificates=(held,))
        .at(datetime.combine(day, datetime.min.time(), ZONE))
        .gate("certs_valid")
    )


@pytest.mark.parametrize(
    ("case", "on", "changes", "blocked", "warned"),
    [
        ("T26", "2026-11-24", {"valid_to": date(2026, 11, 24)}, False, False),
        ("T26", "2026-11-24", {"valid_to": date(2026, 11, 23)}, True, False),
        ("T27", "2026-04-01", {"valid_to": date(2028, 6, 30), "review_due": date(2026, 3, 31)}, True, False),
        ("T27", "2026-11-02", {"valid_to": date(2028, 6, 30), "review_due": date(2026, 11, 1)}, False, True),
        ("T28", "2026-11-24", {"kind": "1.1"}, True, False),
    ],
)
def test_certificates(case: str, on: str, changes: dict[str, object], blocked: bool, warned: bool) -> None:
    found = welder(on, **changes)
    assert bool(stopping(tuple(found))) is blocked, case
    assert any(each.verdict is Verdict.FAIL and not each.stops for each in found) is warned


# --- T29: the place -------------------------------------------------------------------------------------------------


def test_t29_three_kilometres_away_is_not_at_the_site() -> None:
    def spot(lat: str, lng: str, accuracy: str | None = None) -> Position:
        exact = None if accuracy is None else Decimal(accuracy)
        return Position(latitude=Decimal(lat), longitude=Decimal(lng), datum=Datum.WGS84, accuracy_m=exact)

    fence = (spot("31.230", "121.473"), spot("31.230", "121.475"), spot("31.232", "121.475"), spot("31.232", "121.473"))
    assert inside(fence, spot("31.258", "121.474", "30")) is False
    assert inside(fence, spot("31.231", "121.474", "30")) is True


# --- T30: unknown ---------------------------------------------------------------------------------------------------


def test_t30_a_measure_left_unknown_cannot_enter_review() -> None:
    here = scene(HOT, Moment.REVIEW)
    assert not stops(here, "measures_answered")
    assert stops(here.measure_with("H6", involved=None), "measures_answered")
