"""Inside, outside, unknown: never from one reading, never beyond what the readings say."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.rulebook import local
from tests.support.tags import FENCE, spot
from workflow.presence import FADES, Fix, TagRule, Track, Where, follow, rule_for, shown_until
from workflow.rules.types import Grade
from workflow.values import Position, WorkType

NOW = local("2026-05-12 11:00")
IN, OUT, EDGE = spot(0), spot(40), spot(14)
RULE = TagRule(works=frozenset({WorkType.HOT}))


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def walk(*places: Position, every: float = 5, start: Track | None = None, at: datetime = NOW) -> Track:
    track = start or Track()
    for number, place in enumerate(places):
        track = follow(track, Fix(at=at + seconds(number * every), place=place), FENCE)
    return track


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ((), Where.UNKNOWN),
        ((IN,), Where.UNKNOWN),
        ((IN, IN), Where.INSIDE),
        ((EDGE, EDGE, EDGE), Where.UNKNOWN),
        ((IN, IN, EDGE, EDGE), Where.INSIDE),
        ((OUT, OUT), Where.UNKNOWN),
        ((OUT, OUT, OUT), Where.OUTSIDE),
        ((IN, IN, OUT, OUT), Where.INSIDE),
        ((IN, IN, OUT, OUT, IN, OUT, OUT), Where.INSIDE),
        ((IN, IN, OUT, OUT, OUT), Where.OUTSIDE),
        ((IN, IN, OUT, EDGE, OUT, EDGE, OUT), Where.OUTSIDE),
        ((OUT, OUT, OUT, IN), Where.OUTSIDE),
        ((OUT, OUT, OUT, IN, IN), Where.INSIDE),
        ((OUT, OUT, OUT, IN, OUT, IN), Where.OUTSIDE),
    ],
)
def test_no_single_reading_moves_anybody(places: tuple[Position, ...], found: Where) -> None:
    assert walk(*places).where is found


def test_an_unsure_reading_keeps_nobody_inside() -> None:
    track = walk(IN, IN, EDGE, EDGE, EDGE)
    assert track.inside_at == NOW + seconds(5)
    assert shown_until((track,), RULE, NOW) == NOW + seconds(65)


def test_one_reading_said_again_and_again_is_one() -> None:
    assert walk(OUT, OUT, OUT, OUT, every=0).outs == 1
    assert walk(OUT, OUT, OUT, OUT, every=0.2).where is Where.UNKNOWN
    late = follow(walk(IN, IN), Fix(at=NOW - seconds(60), place=OUT), FENCE)
    assert late == walk(IN, IN)


def test_without_accuracy_or_fence_a_reading_says_nothing() -> None:
    bare = spot(0, accuracy=None)
    assert walk(bare, bare).where is Where.UNKNOWN
    track = Track()
    for second in (0, 5):
        track = follow(track, Fix(at=NOW + seconds(second), place=bare), FENCE, accuracy_m=Decimal(10))
    assert track.where is Where.INSIDE
    assert follow(Track(), Fix(at=NOW, place=IN), ()) == Track()


def test_what_is_not_told_again_fades() -> None:
    track = walk(OUT, OUT, OUT)
    assert track.at_time(NOW + seconds(10) + FADES) is Where.OUTSIDE
    assert track.at_time(NOW + seconds(11) + FADES) is Where.UNKNOWN
    assert walk(OUT, start=walk(OUT, OUT), at=NOW + seconds(6) + FADES).outs == 1


def test_a_clock_set_back_begins_the_count_anew() -> None:
    assert walk(OUT, OUT, OUT, start=walk(IN, IN), at=NOW - seconds(3600)).where is Where.OUTSIDE


def test_one_tag_outside_outweighs_another_inside() -> None:
    inside, outside = walk(IN, IN), walk(OUT, OUT, OUT)
    assert shown_until((inside, outside), RULE, NOW + seconds(10)) is None
    assert shown_until((inside, Track()), RULE, NOW) == NOW + seconds(65)
    assert shown_until((), RULE, NOW) is None


def test_of_several_rules_the_stricter_counts() -> None:
    works = frozenset({WorkType.HOT})
    loose = TagRule(works=works, outside_readings=5, silent_after=seconds(120), accuracy_m=Decimal(5))
    strict = TagRule(works=works, silent_after=seconds(30), accuracy_m=Decimal(10), grades=frozenset({Grade.SPECIAL}))
    found = rule_for((loose, strict), WorkType.HOT, Grade.SPECIAL)
    assert found is not None
    assert (found.outside_readings, found.silent_after, found.accuracy_m) == (3, seconds(30), Decimal(10))
    assert rule_for((strict,), WorkType.HOT, Grade.FIRST) is None
    assert rule_for((strict,), WorkType.CONFINED_SPACE, Grade.SPECIAL) is None
    with pytest.raises(ValueError, match="two readings"):
        TagRule(works=works, outside_readings=1)


def test_a_plant_that_says_an_accuracy_for_some_says_it_for_those_alone() -> None:
    said = TagRule(works=frozenset({WorkType.HOT}), accuracy_m=Decimal(5))
    coarse = TagRule(works=frozenset({WorkType.HOT}), accuracy_m=Decimal(9))
    for rules, accuracy in (((said, RULE), None), ((said, coarse), Decimal(9)), ((said,), Decimal(5))):
        found = rule_for(rules, WorkType.HOT, Grade.FIRST)
        assert found is not None
        assert found.accuracy_m == accuracy, "the less exact a tag is held to be, the less it shows"
