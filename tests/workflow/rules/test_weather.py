"""What several instruments say of the weather together: their storm is believed, their calm of the trusted alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from workflow.facts import Weather, WeatherSaid
from workflow.rules.weather import KINDS, Told, by_sight, together

AT = datetime(2026, 5, 12, 1, 31, tzinfo=UTC)
MAST, SERVICE = (WeatherSaid(by=name, feed=name == "气象服务", at=AT) for name in ("2号气象站", "气象服务"))


def station(kind: str, there: bool) -> Told:
    return Told(kind=kind, there=there, sure=True, said=MAST)


def service(kind: str, there: bool) -> Told:
    return Told(kind=kind, there=there, sure=False, said=SERVICE)


def test_nobody_says_is_nobody_knows() -> None:
    assert together(()) == (Weather(), {})
    assert set(KINDS) == set(Weather.__slots__)


def test_of_one_who_is_not_sure_only_the_bad_counts() -> None:
    assert together([service("rain", False), service("dense_fog", False)]) == (Weather(), {})
    weather, by = together([service("dense_fog", True)])
    assert weather == Weather(dense_fog=True, fog=True)
    assert by == {"dense_fog": SERVICE, "fog": SERVICE}


def test_whoever_sees_it_is_believed_against_everybody_who_does_not() -> None:
    weather, by = together([station("rainstorm", False), service("rainstorm", True), station("snow", False)])
    assert weather == Weather(rainstorm=True, rain=True, snow=False, heavy_snow=False)
    assert (by["rainstorm"], by["heavy_snow"]) == (SERVICE, MAST)


@pytest.mark.parametrize(("light", "heavy"), [("fog", "dense_fog"), ("rain", "rainstorm"), ("snow", "heavy_snow")])
def test_heavy_is_light_besides_and_light_is_not_heavy(light: str, heavy: str) -> None:
    assert together([station(heavy, True)])[0] == replace(Weather(), **{heavy: True, light: True})
    assert together([station(light, False)])[0] == replace(Weather(), **{heavy: False, light: False})
    assert together([station(light, True)])[0] == replace(Weather(), **{light: True})
    assert together([station(heavy, False)])[0] == replace(Weather(), **{heavy: False})


def test_the_sight_in_which_fog_begins() -> None:
    assert by_sight(Decimal(1000)) == {"fog": False, "dense_fog": False}
    assert by_sight(Decimal("999.9")) == {"fog": True, "dense_fog": True}
