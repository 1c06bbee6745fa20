"""The weather of a place, out of what was stored of stations and services; and over a real bridge."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from handlers.arrivals import DeviceAsks
from handlers.weather import FRESH, PlaceWeather, weather_at
from hardware_bridge.sample import Unit
from storage.directory import Device, Register
from storage.readings import ReadingRow, ReadingsTx
from tests.handlers.test_monitoring import Stage, bridge_of, runs, watched_at
from tests.support.detectors import device, sample
from tests.support.hot_work import NUMBER
from tests.support.office import World, facts_of
from workflow.facts import Weather
from workflow.ids import AreaId, DeviceId
from workflow.permit.commands import LookAround

HERE = AreaId("TK2")


def station(kind: str = "weather", area: str | None = None, **more: object) -> Device:
    return Device(id=DeviceId(kind), name=f"{kind}-1", kind=kind, address=kind, area=area and AreaId(area), **more)  # type: ignore[arg-type]  # what a row may hold besides


async def heard(world: World, *said: tuple[str, str, str, str], on: Device) -> PlaceWeather:
    """Store these (quantity, value, unit, quality) one second apart and look."""
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(on,))))
    for quantity, value, unit, quality in said:
        world.now += timedelta(seconds=1)
        row = ReadingRow(
            device=on.id, quantity=quantity, value=Decimal(value), unit=unit, quality=quality, received_at=world.now
        )
        await world.writer.submit(partial(ReadingsTx.add_readings, rows=(row,)))
    return await world.writer.submit(lambda tx: weather_at(tx, HERE, world.now))


async def test_a_station_at_the_place_says_how_it_is_and_who_says_so(world: World) -> None:
    found = await heard(world, ("visibility", "8000", "m", "good"), ("rain", "1", "state", "good"), on=station())
    assert found.weather == Weather(fog=False, dense_fog=False, rain=True)
    assert (found.said["rain"].by, found.said["rain"].feed, found.said["rain"].at) == ("weather-1", False, world.now)


@pytest.mark.parametrize("kind", ["weather_feed", "wind_feed"])
async def test_a_service_is_believed_when_it_says_bad_weather_only(world: World, kind: str) -> None:
    fine = [(one, "0", "state", "good") for one in ("rain", "rainstorm", "fog", "dense_fog")]
    assert (await heard(world, *fine, on=station(kind))).weather == Weather()
    found = await heard(world, ("rainstorm", "1", "state", "good"), on=station(kind))
    assert found.weather == Weather(rain=True, rainstorm=True)
    assert found.said["rainstorm"].feed


@pytest.mark.parametrize("quality", ["calibration_expired", "stuck", "out_of_range"])
async def test_one_that_is_overdue_may_stop_and_lets_none_begin(world: World, quality: str) -> None:
    assert (await heard(world, ("dense_fog", "0", "state", quality), on=station())).weather == Weather()
    assert (await heard(world, ("visibility", "80", "m", quality), on=station())).weather.dense_fog


@pytest.mark.parametrize("quality", ["faulty", "stale", "wrong_unit", "unknown_device"])
async def test_what_means_nothing_says_nothing(world: World, quality: str) -> None:
    assert (await heard(world, ("dense_fog", "1", "state", quality), on=station())).weather == Weather()


async def test_an_instrument_that_failed_since_says_nothing_is_fine_and_its_bad_weather_stays(world: World) -> None:
    fine, bad = ("rain", "0", "state", "good"), ("rain", "1", "state", "good")
    assert (await heard(world, fine, ("rain", "0", "state", "faulty"), on=station())).weather == Weather()
    assert (await heard(world, bad, ("rain", "0", "state", "faulty"), on=station())).weather == Weather(rain=True)


async def test_how_much_it_rained_does_not_hide_that_it_rains(world: World) -> None:
    both = ("rain", "1", "state", "good"), ("rain", "0", "m", "good")
    assert (await heard(world, *both, on=station())).weather.rain is True


async def test_silence_is_not_fine_weather(world: World) -> None:
    found = await heard(world, ("snow", "0", "state", "good"), on=station())
    assert found.weather == Weather(snow=False, heavy_snow=False)
    assert timedelta(minutes=5) == FRESH
    world.now += FRESH
    assert (await world.writer.submit(lambda tx: weather_at(tx, HERE, world.now))).weather.snow is False
    world.now += timedelta(seconds=1)
    assert await world.writer.submit(lambda tx: weather_at(tx, HERE, world.now)) == PlaceWeather()


async def later(world: World, minutes: int) -> PlaceWeather:
    """The sky after so much silence."""
    world.now += timedelta(minutes=minutes)
    return await world.writer.submit(lambda tx: weather_at(tx, HERE, world.now))


@pytest.mark.parametrize("kind", ["weather", "weather_feed"])
async def test_bad_weather_holds_however_long_nobody_speaks(world: World, kind: str) -> None:
    """The last word of a station that fell silent is not over because five minutes are."""
    bad = [("heavy_snow", "1", "state", "good"), ("fog", "0", "state", "good"), ("visibility", "300", "m", "stuck")]
    said = (await heard(world, *bad, on=station(kind))).said
    assert (await heard(world, on=station(kind))).weather_held == {}
    for minutes in (6, 60 * 24 * 9):
        found = await later(world, minutes)
        assert found.weather == Weather()
        assert set(found.weather_held) == {"heavy_snow", "snow", "fog", "dense_fog"}
        assert found.weather_held["snow"] == said["snow"]


async def test_a_faulty_sensor_does_not_end_the_rain_it_saw_and_its_next_word_does(world: World) -> None:
    rain, fine = ("rain", "1", "state", "good"), ("rain", "0", "state", "good")
    await heard(world, rain, on=station())
    await later(world, 4)
    await heard(world, ("rain", "0", "state", "faulty"), ("rain", "0", "state", "stale"), on=station())
    found = await later(world, 4)
    assert (found.weather.rain, set(found.weather_held)) == (None, {"rain"})
    await heard(world, fine, on=station())
    assert await later(world, 6) == PlaceWeather()


async def test_wind_holds_with_all_who_spoke_of_it(world: World) -> None:
    mast = station("wind")
    await heard(world, ("wind_speed", "12.1", "m/s", "good"), ("wind_speed", "9.3", "m/s", "good"), on=mast)
    assert (await later(world, 5)).wind_held == ()
    ((speed, by),) = (await later(world, 1)).wind_held
    assert (speed, by.by) == (Decimal("9.3"), "wind-1")


async def test_of_several_that_fell_silent_the_latest_word_has_to_be_outlived(world: World) -> None:
    """Whoever looked between the two has not seen the fog of the second."""
    spoke = {}
    for name in ("weather", "weather_feed", "fog-1"):
        found = await heard(world, ("dense_fog", "1", "state", "good"), on=replace(station(), id=DeviceId(name)))
        spoke[name] = found.said["dense_fog"].at
        world.now += timedelta(minutes=1)
    both = tuple(replace(station(), id=DeviceId(name)) for name in spoke)
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=both)))
    assert (await later(world, 9)).weather_held["dense_fog"].at == max(spoke.values())


async def test_of_one_batch_the_last_word_is_kept(world: World) -> None:
    mast = station("wind")
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(mast,))))
    rows = tuple(
        ReadingRow(
            device=mast.id, quantity="wind_speed", value=Decimal(speed), unit="m/s", quality="good",
            received_at=world.now + timedelta(seconds=number),
        )
        for number, speed in enumerate(("3.0", "12.1"))
    )  # fmt: skip
    await world.writer.submit(partial(ReadingsTx.add_readings, rows=rows))
    assert [speed for speed, _ in (await later(world, 6)).wind_held] == [Decimal("12.1")]


async def test_a_clock_set_back_does_not_end_bad_weather(world: World) -> None:
    await heard(world, ("rainstorm", "1", "state", "good"), on=station())
    assert set((await later(world, -120)).weather_held) == {"rain", "rainstorm"}


@pytest.mark.parametrize("other", [station(area="TK1"), station(active=False)], ids=["elsewhere", "out of use"])
async def test_bad_weather_elsewhere_or_of_a_station_out_of_use_does_not_hold(world: World, other: Device) -> None:
    """Neither where nobody tells of the sky nor beside a mast at the place that does."""
    await heard(world, ("dense_fog", "1", "state", "good"), on=other)
    assert (await later(world, 6)).weather_held == {}
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(other, station("wind")))))
    assert (await later(world, 6)).weather_held == {}


@pytest.mark.parametrize(
    "other", [station(area="TK1"), station(active=False), station("gas")], ids=["elsewhere", "out of use", "no station"]
)
async def test_whose_word_is_not_asked(world: World, other: Device) -> None:
    assert (await heard(world, ("dense_fog", "1", "state", "good"), on=other)).weather == Weather()


async def test_rain_in_millimetres_is_judged_by_nobody(world: World) -> None:
    assert (await heard(world, ("rain", "0.02", "m", "good"), on=station())).weather == Weather()


async def test_fog_that_comes_asks_running_work_at_once_and_far_sight_is_no_alarm(at_stage: Stage) -> None:
    world = await watched_at(at_stage, "active", asks=False)
    channels = (("visibility", "m", "10", "2000"), ("rain", "state", "0", "1"))
    area = (await world.permit(NUMBER)).what.area
    row = replace(device("W-1", area=area, channels=channels), kind="weather")
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(row,))))
    bridge, asked = bridge_of(world), []

    async def ask(arrival: DeviceAsks) -> None:
        facts = await facts_of(world, NUMBER)
        asked.append((type(arrival.command), facts.weather.dense_fog, facts.weather.rain))
        await world.office.handle(arrival)

    bridge._ask = ask
    await bridge.tick()
    await runs(world, bridge, 1, sample("visibility", "20000", key="W-1", unit=Unit.METRE))
    await runs(world, bridge, 1, sample("visibility", "400", key="W-1", unit=Unit.METRE))
    await runs(world, bridge, 1, sample("rain", "1", key="W-1", unit=Unit.STATE))
    # What the gates read is stored by then.
    assert asked == [(LookAround, None, None), (LookAround, True, None), (LookAround, True, True)]
