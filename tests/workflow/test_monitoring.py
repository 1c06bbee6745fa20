"""Detectors of running work: what a value means, how long silence may last, whom a vote spares and whom never."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.rulebook import content, facts, local, planned, rules
from workflow.ids import DeviceId
from workflow.monitoring import (
    MEANINGFUL,
    Band,
    Detector,
    Heard,
    Quality,
    Reading,
    Watch,
    band,
    beyond,
    last_heard,
    present,
    watch_over,
    watched_until,
)
from workflow.permit.content import SiteFacts
from workflow.rules.types import Grade
from workflow.values import WorkType

NOW = local("2026-05-12 11:00")
SPACE = content(
    WorkType.CONFINED_SPACE,
    facts=SiteFacts(held_toxic_or_flammable=True, flammable_gas="methane"),
    planned=planned("2026-05-12 10:00", "2026-05-12 16:00"),
)
GAS = rules(SPACE).gas
WATCH = Watch(
    works=frozenset({WorkType.CONFINED_SPACE}), quantities=("o2", "flammable"), silent_after=timedelta(seconds=60)
)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def said(quantity: str, value: str, unit: str, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(
        device=DeviceId("d"), quantity=quantity, value=Decimal(value), unit=unit, quality=quality, received_at=NOW
    )


def lies(quantity: str, value: str, unit: str, held: Band | None = None, quality: Quality = Quality.GOOD) -> Band:
    assert GAS is not None
    return band(said(quantity, value, unit, quality), GAS, SPACE, held)


@pytest.mark.parametrize(
    ("quantity", "unit", "last", "first"),
    [
        ("flammable", "%LEL", "10.0", "10.01"),  # methane 0.5 %vol is 10.0 %LEL
        ("flammable", "%vol", "0.5", "0.5000001"),
        ("o2", "%vol", "21", "21.01"),
        ("o2", "%vol", "19.5", "19.49"),
        ("h2s", "ppm", "7.05", "7.06"),  # 10 mg/m³ at 20 °C
        ("h2s", "mg/m3", "10", "10.001"),
        ("co", "ppm", "25.76", "25.77"),  # 30 mg/m³
    ],
)
def test_the_first_value_beyond_the_limit_is_beyond(quantity: str, unit: str, last: str, first: str) -> None:
    for held in (None, Band.WITHIN):
        assert lies(quantity, last, unit, held) is Band.WITHIN
        assert lies(quantity, first, unit, held) is Band.BEYOND


def test_coming_back_takes_a_little_more_than_the_limit() -> None:
    assert lies("flammable", "10.0", "%LEL", Band.BEYOND) is Band.BEYOND
    assert lies("flammable", "9.1", "%LEL", Band.BEYOND) is Band.BEYOND
    assert lies("flammable", "9.0", "%LEL", Band.BEYOND) is Band.WITHIN
    assert lies("o2", "19.5", "%vol", Band.BEYOND) is Band.BEYOND
    assert lies("o2", "20.9", "%vol", Band.BEYOND) is Band.WITHIN
    assert lies("o2", "20.95", "%vol", Band.BEYOND) is Band.BEYOND


def test_what_cannot_be_judged_says_nothing_good() -> None:
    assert lies("flammable", "-1", "%LEL") is Band.UNTOLD
    assert lies("o2", "20.9", "%LEL") is Band.UNTOLD
    assert lies("argon", "1", "ppm") is Band.UNTOLD
    assert lies("wind_speed", "3", "m/s") is Band.UNTOLD


@pytest.mark.parametrize("quality", Quality)
def test_danger_is_taken_from_a_device_that_could_not_show_safety(quality: Quality) -> None:
    wanted = Band.BEYOND if quality in MEANINGFUL else Band.UNTOLD
    assert lies("flammable", "50", "%LEL", quality=quality) is wanted
    assert {Quality.CALIBRATION_EXPIRED, Quality.BUMP_MISSING, Quality.STUCK} <= MEANINGFUL
    assert not {Quality.WRONG_UNIT, Quality.UNKNOWN_DEVICE, Quality.STALE, Quality.FAULTY, Quality.GAP} & MEANINGFUL


# --- several together


def heard(
    device: str, quantity: str, *, where: Band = Band.WITHIN, since: datetime = NOW, good_at: datetime | None = NOW
) -> Heard:
    return Heard(device=DeviceId(device), quantity=quantity, band=where, since=since, good_at=good_at)


def test_silence_is_counted_from_the_last_moment_enough_detectors_were_good() -> None:
    both = [heard("a", "o2"), heard("a", "flammable", good_at=NOW - seconds(20))]
    assert watched_until(both, WATCH) == (NOW + seconds(40), {})
    assert watched_until(both[:1], WATCH) == (None, {"flammable": 1})
    assert watched_until([both[0], heard("a", "flammable", good_at=None)], WATCH) == (None, {"flammable": 1})


def test_of_two_detectors_asked_for_the_older_counts() -> None:
    two = Watch(works=WATCH.works, quantities=("o2",), detectors=2)
    ages = [heard(name, "o2", good_at=NOW - seconds(age)) for name, age in (("a", 5), ("b", 30), ("c", 50))]
    assert watched_until(ages, two) == (NOW + seconds(30), {})
    assert watched_until(ages[:1], two) == (None, {"o2": 1})


def test_one_vote_stops() -> None:
    alarmed = [heard("a", "flammable", where=Band.BEYOND), heard("b", "flammable"), heard("c", "flammable")]
    assert [one.device for one in beyond(alarmed, WATCH, NOW)] == ["a"]
    assert beyond(alarmed[1:], WATCH, NOW) == ()


def vote(*rest: Heard, since: datetime = NOW) -> list[str]:
    watch = Watch(works=WATCH.works, quantities=("flammable",), votes=2, alone_for=seconds(30))
    return [one.device for one in beyond([heard("a", "flammable", where=Band.BEYOND, since=since), *rest], watch, NOW)]


def test_a_vote_of_two_waits_for_the_second_while_a_third_is_there() -> None:
    b, c = heard("b", "flammable"), heard("c", "flammable")
    assert vote(b, c) == []
    assert vote(heard("b", "flammable", where=Band.BEYOND), c) == ["a", "b"]


def test_a_vote_of_two_never_waits_for_somebody_who_is_not_there() -> None:
    b, gone = heard("b", "flammable"), heard("c", "flammable", good_at=NOW - seconds(61))
    assert vote() == ["a"]
    assert vote(b) == ["a"]
    assert vote(b, gone) == ["a"]
    assert vote(b, heard("c", "o2")) == ["a"]
    assert present([b, gone], WATCH, "flammable", NOW) == 1


def test_one_that_stays_beyond_is_believed_alone() -> None:
    b, c = heard("b", "flammable"), heard("c", "flammable")
    assert vote(b, c, since=NOW - seconds(29)) == []
    assert vote(b, c, since=NOW - seconds(30)) == ["a"]


# --- what is asked for


def test_everything_asked_for_counts_the_stricter_of_each() -> None:
    works = frozenset({WorkType.CONFINED_SPACE})
    loose = Watch(works=works, detectors=1, votes=2, silent_after=seconds(120))
    strict = Watch(works=works, quantities=("h2s",), detectors=2, votes=1, silent_after=seconds(30))
    other = Watch(works=frozenset({WorkType.HOT}), grades=frozenset({Grade.SPECIAL}))
    found = watch_over((loose, strict, other), WorkType.CONFINED_SPACE, Grade.NONE, GAS)
    assert found is not None
    assert (found.detectors, found.votes, found.silent_after) == (2, 1, seconds(30))
    assert set(found.quantities) == {"o2", "flammable", "h2s", "co"}
    assert watch_over((other,), WorkType.HOT, Grade.FIRST, rules(content(facts=facts())).gas) is None
    assert watch_over((other,), WorkType.HOT, Grade.SPECIAL, None) is None


@pytest.mark.parametrize("wrong", [{"votes": 3}, {"votes": 0}, {"detectors": 0}, {"silent_after": timedelta(0)}])
def test_nonsense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="one"):
        Watch(works=WATCH.works, **wrong)  # type: ignore[arg-type]  # the point


def test_a_reading_speaks_of_the_moment_it_was_measured() -> None:
    early, late = NOW - seconds(3), NOW + seconds(3)
    for measured, of in ((early, early), (late, NOW), (None, NOW)):
        one = Reading(
            device=DeviceId("d"), quantity="o2", value=Decimal(1), unit="%vol", quality=Quality.GOOD,
            received_at=NOW, measured_at=measured,
        )  # fmt: skip
        assert one.of == of
        assert one.age == (None if measured is None else NOW - measured)


def test_of_two_wishes_the_stricter_of_each_counts() -> None:
    works = frozenset({WorkType.CONFINED_SPACE})
    one = Watch(works=works, quantities=("o2",), detectors=2, votes=2, alone_for=timedelta(seconds=30))
    other = Watch(works=works, quantities=("co",), silent_after=timedelta(seconds=20), alone_for=timedelta(seconds=5))
    found = watch_over((one, other), WorkType.CONFINED_SPACE, Grade.NONE, GAS)
    assert found is not None
    assert (found.quantities, found.detectors, found.votes) == (("o2", "co"), 2, 1)
    assert (found.silent_after, found.alone_for) == (timedelta(seconds=20), timedelta(seconds=5))


def test_only_good_words_count_for_the_silence_of_work_that_begins() -> None:
    said = Reading(
        device=DeviceId("A"), quantity="o2", value=Decimal("20.9"), unit="%vol", quality=Quality.GOOD, received_at=NOW
    )
    bad = replace(said, device=DeviceId("B"), quality=Quality.FAULTY)
    devices = tuple(
        Detector(id=one.device, name="", where="", quantities=("o2",), calibration_due=None, newest={"o2": one})
        for one in (said, bad)
    )
    assert [one.device for one in last_heard(devices)] == ["A"]
