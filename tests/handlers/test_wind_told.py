"""Whoever reads of the wind reads who says so: an instrument, a service somewhere near, or a named person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from tests.support.gate_changes import HOT
from tests.support.scenes import ZHAO, Scene, scene
from workflow.facts import Weather, WeatherSaid
from workflow.findings import Verdict
from workflow.permit.gates import Moment
from workflow.permit.gates_weather import CHECKED
from workflow.permit.state import MeasureState
from workflow.values import WorkType

SEEN = datetime(2026, 5, 12, 1, 31, tzinfo=UTC)
MAST = WeatherSaid(by="2号风速仪", feed=False, at=SEEN)
SERVICE = WeatherSaid(by="气象服务", feed=True, at=SEEN)


def told(here: Scene) -> tuple[Verdict, str]:
    (one,) = here.gate("wind_stop")
    return one.verdict, one.fact


def test_who_measured_it_and_when() -> None:
    calm = scene(HOT, Moment.START).facts_with(wind_ms=Decimal("3.4"), wind_said=MAST)
    assert told(calm) == (Verdict.PASS, "风速 3.4 m/s（2号风速仪 09:31 实测）")
    # The stronger of two is told with its own source; a weaker one that is only doubted changes nothing.
    storm = calm.facts_with(wind_doubted_ms=Decimal("9.1"), wind_doubted_said=SERVICE)
    verdict, fact = told(storm)
    assert verdict is Verdict.FAIL
    assert fact.startswith("风速 9.1 m/s（气象服务 09:31 发布，非现场实测），达到或超过")
    assert told(calm.facts_with(wind_doubted_ms=Decimal("7.9"), wind_doubted_said=SERVICE)) == told(calm)


def test_who_says_the_weather_and_when() -> None:
    lift = scene(WorkType.LIFT, Moment.START)
    kinds = ("heavy_snow", "rainstorm", "dense_fog")
    fine = lift.facts_with(weather_said=dict.fromkeys(kinds, MAST))
    (one,) = fine.gate("weather_stop")
    assert (one.verdict, one.fact) == (Verdict.PASS, "没有大雪、暴雨、浓雾（2号风速仪 09:31 实测）")
    storm = lift.facts_with(weather=Weather(rainstorm=True), weather_said={"rainstorm": SERVICE})
    (one,) = storm.gate("weather_stop")
    assert (one.verdict, one.fact) == (Verdict.FAIL, "现场有暴雨（气象服务 09:31 发布，非现场实测）")


def test_a_service_lets_nothing_begin_and_a_person_is_named() -> None:
    nobody = scene(HOT, Moment.START).facts_with(
        wind_ms=None, wind_said=None, wind_doubted_ms=Decimal("1.0"), wind_doubted_said=SERVICE
    )
    assert told(nobody)[0] is Verdict.UNKNOWN
    numbers = [each.no for each in nobody.rules.measures if each.gate == CHECKED]
    if not numbers:
        some = nobody.rules.measures[0]
        nobody = nobody.rules_with(measures=(replace(some, gate=CHECKED), *nobody.rules.measures[1:]))
        numbers = [some.no]
    state = MeasureState(involved=True, confirmed_by=ZHAO, confirmed_at=SEEN)
    sworn = nobody.permit_with(measures={**nobody.permit.measures, numbers[0]: state})
    name = sworn.facts.people[ZHAO].name
    assert told(sworn) == (Verdict.PASS, f"没有风速数据，{name}现场确认了风力")
