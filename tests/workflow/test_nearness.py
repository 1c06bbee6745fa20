"""Near a beacon: its own threshold, hysteresis, the strongest of several, and what hearing nothing says."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workflow.ids import AreaId, DeviceId
from workflow.nearness import Beacon, Hearing, Near, hear, near, spelt

T0 = datetime(2026, 3, 18, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
TANK, PUMP = AreaId("TK2"), AreaId("PMP")
UUID = "fda50693-a4e2-4fb1-afcf-c6eb07647825"


def beacon(name: str, area: AreaId = TANK, *, near_dbm: int = -75, drop_db: int = 6) -> Beacon:
    return Beacon(id=DeviceId(name), name=name, area=area, near_dbm=near_dbm, drop_db=drop_db)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def heard(*dbm: float, by: Beacon | None = None, every: float = 1) -> Hearing:
    """One hearing after the other; the last."""
    found: Hearing | None = None
    for number, one in enumerate(dbm):
        found = hear(found, by or beacon("B1"), one, after(number * every))
    assert found is not None
    return found


def where(at: datetime, **hearings: tuple[Beacon, Hearing]) -> Near:
    return near({one.id: said for one, said in hearings.values()}, {one.id: one for one, _ in hearings.values()}, at)


@pytest.mark.parametrize(("dbm", "is_near"), [(-75, True), (-75.5, False), (-40, True), (-100, False)])
def test_near_begins_at_the_beacons_own_threshold(dbm: float, is_near: bool) -> None:
    assert heard(dbm).near is is_near


def test_near_ends_further_away_than_it_begins() -> None:
    assert [heard(-75, *rest).near for rest in ((-81,), (-87,), (-87.5,))] == [True, True, False]
    assert not heard(-100, -53).near, "an outlier alone is not near"
    assert heard(-100, -60, -60, -60).near
    # Once it has ended it begins only at the threshold again.
    assert not heard(-75, -100, -66).near


def test_a_hearing_counts_for_its_bound_and_a_silence_begins_anew() -> None:
    old = heard(-60)
    assert where(after(15), b=(beacon("B1"), old)).here(TANK) is True
    assert where(after(15.1), b=(beacon("B1"), old)).here(TANK) is None
    assert hear(old, beacon("B1"), -80, after(16)).near is False, "no drop is granted to what was near before a silence"
    assert hear(old, beacon("B1"), -20, after(0)) == old == hear(old, beacon("B1"), -20, after(-5))


def test_of_several_the_strongest_says_where() -> None:
    here, there = (beacon("B1"), heard(-70)), (beacon("B2", PUMP), heard(-60))
    found = where(after(1), a=here, b=there)
    assert (found.beacon, found.here(PUMP)) == (there[0], True)
    assert found.here(TANK) is None, "it is heard, so nobody can say that the tag is not there"


def test_elsewhere_is_near_another_place_and_deaf_to_this_one() -> None:
    there = (beacon("B2", PUMP), heard(-60))
    assert where(after(1), b=there).here(TANK) is False
    weak = (beacon("B1"), heard(-110))
    assert where(after(1), a=weak, b=there).here(TANK) is None
    assert where(after(1), a=weak).here(TANK) is None
    assert near({}, {}, T0).here(TANK) is None
    # The gateway that hears it here has a clock of its own.
    assert where(T0, a=(beacon("B1"), hear(None, beacon("B1"), -110, after(3))), b=there).here(TANK) is None


@pytest.mark.parametrize(
    ("name", "is_called"),
    [
        ("ac:23:3f:00:00:01", "AC233F000001"), ("AC-23-3F-00-00-01", "AC233F000001"), ("AC233F000001", "AC233F000001"),
        (f"{UUID.upper()}/10/258", f"{UUID}/10/258"), (f"{UUID.replace('-', '')}/010/258", f"{UUID}/10/258"),
        (f"{UUID}/10/65536", None), (f"{UUID}/10", None), ("fda50693-a4e2-4fb1-afcf-c6eb0764-825/1/1", None),
        ("GW-2", None), ("AC233F0000", None), ("", None), ("١٢٣٤٥٦٧٨٩٠١٢", None),
    ],
)  # fmt: skip
def test_one_spelling_of_each_name(name: str, is_called: str | None) -> None:
    assert spelt(name) == is_called


@pytest.mark.parametrize(("near_dbm", "drop_db"), [(0, 6), (-120, 6), (-75, 0)])
def test_what_is_no_beacon(near_dbm: int, drop_db: int) -> None:
    with pytest.raises(ValueError, match="strength"):
        beacon("B1", near_dbm=near_dbm, drop_db=drop_db)
