"""The gates of the six other works where they count: in `decide`, under the real packs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.golden import given
from tests.support.rulebook import chemical
from tests.support.scenes import WANG, ZHAO, Scene, scene
from workflow.errors import Refused
from workflow.facts import Weather
from workflow.permit import commands as c
from workflow.permit import events as e
from workflow.permit.commands import SuspendReason
from workflow.permit.decide import decide
from workflow.permit.gates import Moment
from workflow.rules.types import Role
from workflow.values import Actor, WorkType


def note(here: Scene) -> list[e.Event]:
    """Somebody says something while work goes on."""
    command = c.AddNote(by=Actor.person(ZHAO), at=here.facts.at, text="巡查")
    return list(decide(here.permit, command, chemical(), here.facts))


def stopped_by(here: Scene) -> SuspendReason | None:
    return next((event.reason for event in note(here) if isinstance(event, e.WorkSuspended)), None)


@pytest.mark.parametrize(
    ("work", "wind", "reason"),
    [
        (WorkType.HEIGHT, "8.0", SuspendReason.WIND),
        (WorkType.LIFT, "8.0", None),
        (WorkType.LIFT, "10.8", SuspendReason.WIND),
        (WorkType.POWER, "20", None),
    ],
)
def test_wind_stops_running_work_by_its_own_limit(work: WorkType, wind: str, reason: SuspendReason | None) -> None:
    assert stopped_by(scene(work, Moment.DURING).facts_with(wind_ms=Decimal(wind))) is reason


@pytest.mark.parametrize(
    ("work", "weather", "reason"),
    [
        (WorkType.HEIGHT, Weather(dense_fog=True), SuspendReason.CONDITIONS),
        (WorkType.LIFT, Weather(heavy_snow=True), SuspendReason.CONDITIONS),
        (WorkType.LIFT, Weather(), None),  # nobody knows: asked, not stopped, once it has begun
        (WorkType.ROAD, Weather(rain=True), None),  # lamps are asked for
    ],
)
def test_weather_stops_running_work(work: WorkType, weather: Weather, reason: SuspendReason | None) -> None:
    assert stopped_by(scene(work, Moment.DURING).facts_with(weather=weather)) is reason


def refused(here: Scene) -> set[str]:
    """The gates that keep the guardian from signing the resumption."""
    command = c.Resume(by=Actor.person(ZHAO), at=here.facts.at, role=Role.GUARDIAN, cause_removed="已处理")
    try:
        decide(here.permit, command, chemical(), here.facts)
    except Refused as no:
        return {finding.gate for finding in no.findings}
    return set()


@pytest.mark.parametrize(
    ("work", "item", "gate", "reason"),
    [
        ("earth", "Q4", "earth.unknown_object", "unknown_object"),
        ("lift", "Q2", "lift.trial", "stop_work"),
        ("height", "G3", "height.reconfirm", "wind"),
    ],
)
def test_nobody_resumes_on_what_was_confirmed_before_the_stop(work: str, item: str, gate: str, reason: str) -> None:
    stop = {"stopped": {"minutes": 10, "reasons": [reason]}}
    fresh = given({"work": work, "moment": "resume", "given": stop})
    assert gate not in refused(fresh)
    old = given({"work": work, "moment": "resume", "given": {**stop, "items": {item: "before: 1 1"}}})
    assert gate in refused(old)


def test_a_request_with_an_empty_field_is_refused_and_names_it() -> None:
    here = given({"work": "lift", "moment": "request", "given": {"details": {"rigging": ""}}})
    what = here.permit.what
    command = c.Submit(by=Actor.person(what.applicant), at=here.facts.at, content=what)
    blank = type(here.permit)(id=here.permit.id, site=here.permit.site)
    with pytest.raises(Refused) as no:
        decide(blank, command, chemical(), here.facts)
    assert [each.gate for each in no.value.findings] == ["required_fields"]
    assert "吊具名称" in no.value.findings[0].fact
    assert what.leader == WANG
