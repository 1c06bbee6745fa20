"""When running work is asked about the sky again: another force, fog that comes, rain that begins or ends."""

from __future__ import annotations

from decimal import Decimal

from hardware_bridge.sample import Unit
from hardware_bridge.weather_changes import WeatherChanges
from tests.support.detectors import device, register
from tests.support.office import at
from workflow.ids import AreaId, DeviceId
from workflow.monitoring import Quality, Reading

NOW = at("09:00")
HERE, THERE = AreaId("A-1"), AreaId("A-9")


def says(quantity: str, value: str, unit: Unit = Unit.STATE, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(
        device=DeviceId("W"), quantity=quantity, value=Decimal(value), unit=unit.value, quality=quality, received_at=NOW
    )


def changes(area: str | None = "A-1") -> WeatherChanges:
    made = WeatherChanges()
    made.bind(register(device("W", area=area)).by_id, ())
    return made


def test_each_change_is_told_once() -> None:
    here = changes()
    said = [says("rain", one) for one in ("0", "0", "1", "1", "0")]
    assert [here.changed(one) for one in said] == [True, False, True, False, True]
    sight = [says("visibility", one, Unit.METRE) for one in ("8000", "3000", "999", "400", "1000")]
    assert [here.changed(one) for one in sight] == [True, False, True, False, True]
    force = [says("wind_speed", one, Unit.M_S) for one in ("7.8", "7.9", "8.0", "-0.1")]
    assert [here.changed(one) for one in force] == [True, False, True, True]


def test_what_says_nothing_of_the_sky_changes_nothing() -> None:
    here = changes()
    assert not here.changed(says("rain", "0.004", Unit.METRE)), "an amount, over no time that is said"
    assert not here.changed(says("snow", "1", quality=Quality.FAULTY))
    assert not here.changed(says("o2", "20.9", Unit.VOL_PERCENT))
    assert not here.told_of(HERE)


def test_whom_an_instrument_speaks_for() -> None:
    here, everywhere = changes(), changes(None)
    for one in (here, everywhere):
        one.changed(says("dense_fog", "1", quality=Quality.CALIBRATION_EXPIRED))
    assert (here.told_of(HERE), here.told_of(THERE)) == (True, False)
    assert (everywhere.told_of(HERE), everywhere.told_of(THERE)) == (True, True)


def test_one_that_is_moved_has_said_nothing_yet_where_it_stands_now() -> None:
    here = changes()
    here.changed(says("dense_fog", "1"))
    here.bind(register(device("W", area="A-9")).by_id, {DeviceId("W")})
    assert not here.told_of(THERE)
    assert here.changed(says("dense_fog", "1"))
