"""Coordinates: the published vectors, one conversion only, and fences that say when they cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.geo import distance_m, inside, to_bd09, to_gcj02, to_wgs84
from workflow.values import Datum, Position

# place, WGS-84, GCJ-02, shift in metres, BD-09
VECTORS = [
    ("Shanghai", ("31.2304", "121.4737"), ("31.228458", "121.478223"), "481.2", ("31.234311", "121.484781")),
    ("Beijing", ("39.9042", "116.4074"), ("39.905603", "116.413642"), "554.9", ("39.911865", "116.420046")),
    ("Zibo", ("36.8131", "118.0548"), ("36.813624", "118.060880"), "544.4", ("36.819809", "118.067302")),
]


def spot(where: tuple[str, str], datum: Datum, accuracy: str | None = None) -> Position:
    return Position(
        latitude=Decimal(where[0]),
        longitude=Decimal(where[1]),
        datum=datum,
        accuracy_m=None if accuracy is None else Decimal(accuracy),
    )


def rounded(position: Position) -> tuple[str, str]:
    return f"{position.latitude:.6f}", f"{position.longitude:.6f}"


@pytest.mark.parametrize(("place", "wgs", "gcj", "shift", "bd"), VECTORS)
def test_vectors(place: str, wgs: tuple[str, str], gcj: tuple[str, str], shift: str, bd: tuple[str, str]) -> None:
    true = spot(wgs, Datum.WGS84)
    assert rounded(to_gcj02(true)) == gcj
    assert rounded(to_bd09(true)) == bd
    misread = spot(gcj, Datum.WGS84)
    assert abs(distance_m(true, misread) - Decimal(shift)) < Decimal(2)
    for other in (spot(gcj, Datum.GCJ02), spot(bd, Datum.BD09)):
        assert distance_m(true, other) < Decimal("0.2"), place


@given(lat=st.decimals("18", "53", places=6), lng=st.decimals("74", "134", places=6))
def test_there_and_back_is_the_same_place(lat: Decimal, lng: Decimal) -> None:
    true = Position(latitude=lat, longitude=lng, datum=Datum.WGS84)
    assert distance_m(true, to_wgs84(to_gcj02(true))) <= Decimal("0.01")
    assert distance_m(true, to_wgs84(to_bd09(true))) <= Decimal("0.01")


@pytest.mark.parametrize("convert", [to_wgs84, to_gcj02, to_bd09])
def test_nothing_is_converted_twice(convert: Callable[[Position], Position]) -> None:
    once = convert(spot(("31.2304", "121.4737"), Datum.WGS84))
    assert convert(once) is once


def test_outside_china_nothing_shifts() -> None:
    paris = spot(("48.8566", "2.3522"), Datum.WGS84)
    assert (to_gcj02(paris).latitude, to_gcj02(paris).longitude) == (Decimal("48.8566"), Decimal("2.3522"))


# A square of about 111 m by 95 m.
SQUARE = tuple(
    spot(corner, Datum.WGS84)
    for corner in (("31.2300", "121.4730"), ("31.2300", "121.4740"), ("31.2310", "121.4740"), ("31.2310", "121.4730"))
)


@pytest.mark.parametrize(
    ("where", "accuracy", "answer"),
    [
        (("31.2305", "121.4735"), "20", True),
        (("31.2305", "121.4735"), "60", None),  # the edge is nearer than the phone is exact
        (("31.2305", "121.4735"), None, None),  # a position that does not say how exact it is
        (("31.2301", "121.4735"), "20", None),  # 11 m inside, 20 m accuracy
        (("31.2299", "121.4735"), "20", None),
        (("31.2299", "121.4735"), "5", False),
        (("31.2575", "121.4735"), "50", False),  # three kilometres away: GB 30871 4.11 a
    ],
)
def test_fence(where: tuple[str, str], accuracy: str | None, answer: bool | None) -> None:
    assert inside(SQUARE, spot(where, Datum.WGS84, accuracy)) is answer


# Legs of 95.1 m and 111.2 m. 30 m east and 40 m north of the right angle the hypotenuse is 23.5 m away.
TRIANGLE = (SQUARE[0], SQUARE[1], SQUARE[3])


@pytest.mark.parametrize(("accuracy", "answer"), [("22", True), ("25", None)])
def test_the_way_to_a_slanting_edge_is_the_perpendicular(accuracy: str, answer: bool | None) -> None:
    assert inside(TRIANGLE, spot(("31.23035971", "121.47331546"), Datum.WGS84, accuracy)) is answer


@pytest.mark.parametrize(
    ("there", "metres"),
    [
        (("0", "90"), "10007557.22"),  # a quarter of the equator: 6 371 008.8 m · π / 2
        (("1", "0"), "111195.08"),  # a degree of the meridian
        (("0", "0.001"), "111.20"),
    ],
)
def test_distances_on_the_mean_sphere(there: tuple[str, str], metres: str) -> None:
    assert distance_m(spot(("0", "0"), Datum.WGS84), spot(there, Datum.WGS84)) == Decimal(metres)


def test_a_phone_position_is_compared_in_one_datum() -> None:
    phone = to_gcj02(spot(("31.2305", "121.4735"), Datum.WGS84, "20"))
    assert inside(SQUARE, phone) is True
    assert inside(tuple(to_bd09(corner) for corner in SQUARE), phone) is True
    mistaken = Position(
        latitude=phone.latitude, longitude=phone.longitude, datum=Datum.WGS84, accuracy_m=phone.accuracy_m
    )
    assert inside(SQUARE, mistaken) is False


def test_accuracy_may_be_stood_in_for() -> None:
    assert inside(SQUARE, spot(("31.2305", "121.4735"), Datum.WGS84), default_accuracy_m=Decimal(20)) is True


@pytest.mark.parametrize("corners", [0, 1, 2])
def test_a_fence_needs_three_corners(corners: int) -> None:
    assert inside(SQUARE[:corners], spot(("31.2305", "121.4735"), Datum.WGS84, "1")) is None


def test_a_corner_given_twice_does_no_harm() -> None:
    doubled = (SQUARE[0], *SQUARE)
    assert inside(doubled, spot(("31.2305", "121.4735"), Datum.WGS84, "20")) is True
