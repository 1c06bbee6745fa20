"""Whoever reads of the wind reads who says so: an instrument, a service somewhere near, or a named person."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.gate_changes import HOT
from tests.support.scenes import ZHAO, Scene, scene
from workflow.facts import Weather, WeatherSaid
from workflow.findings import Verdict
from workflow.permit.again import LOOK
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


CALM = Weather(fog=False, dense_fog=False, rain=False, rainstorm=False, snow=False, heavy_snow=False)


def looked(here: Scene, at: datetime) -> Scene:
    """The weather was confirmed at the place then."""
    number = next(each.no for each in here.rules.measures if each.gate == CHECKED)
    state = MeasureState(involved=True, confirmed_by=ZHAO, confirmed_at=at)
    return here.permit_with(measures={**here.permit.measures, number: state})


@pytest.mark.parametrize("moment", [Moment.START, Moment.DURING])
@pytest.mark.parametrize("weather", [Weather(), CALM], ids=["nobody else says", "another station sees none"])
def test_the_last_bad_word_of_a_silent_station_outlives_an_older_look(weather: Weather, moment: Moment) -> None:
    here = scene(WorkType.LIFT, moment)
    said = replace(MAST, at=here.facts.at - timedelta(minutes=30))
    fog = here.facts_with(weather=weather, weather_held={"dense_fog": said})
    clock = said.at.astimezone(here.facts.zone)
    (before,) = looked(fog, said.at).gate("weather_stop")
    assert before.stops
    assert before.fact == f"现场有浓雾（2号风速仪 {clock:%H:%M} 的最后消息）"
    assert before.button == ("confirm" if moment is Moment.START else "stop")
    (since,) = looked(fog, said.at + timedelta(seconds=1)).gate("weather_stop")
    assert since.verdict is Verdict.PASS
    assert not [
        one for one in looked(fog, said.at).facts_with(weather_held={"snow": said}).gate("weather_stop") if one.stops
    ]


@pytest.mark.parametrize("wind", [None, Decimal("1.0")])
def test_the_last_storm_of_a_silent_anemometer_outlives_an_older_look(wind: Decimal | None) -> None:
    here = scene(WorkType.LIFT, Moment.START).facts_with(wind_ms=wind, wind_said=None)
    limit = here.rules.wind_stop_ms
    assert limit is not None
    first, second = (replace(MAST, at=here.facts.at - timedelta(minutes=minutes)) for minutes in (30, 20))
    held = here.facts_with(
        wind_held=((limit + 4, first), (limit, second), (limit - 1, replace(MAST, at=here.facts.at)))
    )
    assert told(looked(held, first.at))[1].startswith(f"风速 {limit + 4} m/s")
    verdict, fact = told(looked(held, second.at))
    assert verdict is Verdict.FAIL
    assert fact.startswith(f"风速 {limit} m/s")
    assert told(looked(held, second.at + timedelta(seconds=1)))[0] is Verdict.PASS


@pytest.mark.parametrize("moment", [Moment.START, Moment.DURING, Moment.RESUME])
def test_a_storm_over_hot_work_gives_way_to_a_look_that_is_newer(moment: Moment) -> None:
    """The list of hot work has no item for the weather: a look of its own is asked for, by name."""
    here = scene(HOT, moment)
    said = here.facts.at - timedelta(minutes=20)
    storm = here.facts_with(wind_ms=None, wind_held=((Decimal("8.0"), replace(MAST, at=said)),))
    (one,) = storm.gate("wind_stop")
    assert (one.verdict, one.stops, one.who) == (Verdict.FAIL, True, "监护人")
    assert one.button == ("stop" if moment is Moment.DURING else "confirm")
    assert one.cure.startswith("立即停止") is (moment is Moment.DURING)

    def seen(at: datetime) -> Scene:
        state = MeasureState(involved=True, confirmed_by=ZHAO, confirmed_at=at)
        return storm.permit_with(measures={**storm.permit.measures, LOOK.no: state})

    assert told(seen(said))[0] is Verdict.FAIL
    (after,) = seen(said + timedelta(seconds=1)).gate("wind_stop")
    assert (after.fact, after.stops) == ("没有风速数据", False)
    assert told(seen(here.facts.at).facts_with(wind_ms=Decimal("8.0")))[0] is Verdict.FAIL, "whoever speaks is believed"
    (unsaid,) = storm.saying(outdoor=None).gate("wind_stop")
    assert (unsaid.verdict, unsaid.stops) == (Verdict.UNKNOWN, True)


def test_fog_a_silent_station_saw_is_not_judged_where_nobody_said_whether_it_is_outdoors() -> None:
    here = scene(WorkType.LIFT, Moment.START).saying(outdoor=None)
    fog = here.facts_with(weather_held={"dense_fog": replace(MAST, at=here.facts.at)})
    (one,) = fog.gate("weather_stop")
    assert (one.verdict, one.stops) == (Verdict.UNKNOWN, True)


def test_rain_a_silent_station_saw_wants_lamps_on_the_road() -> None:
    here = scene(WorkType.ROAD, Moment.START)
    dry = here.facts_with(weather=CALM)
    wet = dry.facts_with(weather_held={"rain": MAST})
    assert [one.fact for one in wet.gate("road.lamps")] != [one.fact for one in dry.gate("road.lamps")]
    assert "雨" in wet.gate("road.lamps")[0].fact


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
