"""How old a message may be, and what a topic means. No broker, no clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hardware_bridge.codecs.profiles import load
from hardware_bridge.sample import DeviceKey, Flag, Sample, Trouble
from hardware_bridge.sources.mqtt import _take_old
from hardware_bridge.sources.mqtt_age import FRESH, STORED, Ages
from hardware_bridge.sources.mqtt_topics import Feed, Topics, fits, problem_of
from tests.support.detectors import sample
from tests.support.office import POLICIES

T0 = datetime(2026, 5, 12, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def ages() -> Ages:
    return Ages(late=timedelta(seconds=3), oldest=timedelta(seconds=30))


def sent(of: Ages, second: float) -> int:
    return of.send(at(second), second)


def test_where_nothing_was_kept_and_marks_come_back_now_is_now() -> None:
    one = ages()
    one.connected(resumed=False, at=at(0))
    assert one.of(at(0), 0) is FRESH
    number = sent(one, 0)
    assert one.of(at(3), 3) is FRESH
    one.returned(number)
    assert one.of(at(99), 99) is FRESH


def test_when_things_wait_a_message_counts_from_the_last_mark_that_came_back() -> None:
    one = ages()
    one.connected(resumed=False, at=at(0))
    first = sent(one, 1)
    assert one.of(at(5), 5) == at(0)
    one.returned(first)
    sent(one, 6)
    assert one.of(at(10), 10) == at(1)
    assert one.of(at(31), 31) == at(1)
    assert one.of(at(32), 32) is STORED


def test_a_mark_that_was_lost_does_not_hold_up_the_next() -> None:
    one = ages()
    one.connected(resumed=False, at=at(0))
    sent(one, 0)
    second = sent(one, 5)
    one.returned(second)
    assert one.away_for(99) == 0
    one.returned(second)
    one.returned(77)
    assert one.of(at(6), 6) is FRESH


def test_what_a_broker_kept_for_somebody_unknown_is_history() -> None:
    one = ages()
    one.connected(resumed=True, at=at(0))
    assert one.of(at(0), 0) is STORED
    one.returned(sent(one, 0))
    assert one.of(at(0.1), 0.1) is FRESH


def test_what_it_kept_while_we_were_away_counts_from_the_last_mark_but_one() -> None:
    """The last one that came back shows that the broker had heard all we acknowledged before we sent it."""
    one = ages()
    one.connected(resumed=False, at=at(0))
    for second in (1, 6, 11):
        one.returned(sent(one, second))
    sent(one, 16)
    one.connected(resumed=True, at=at(20))
    assert one.of(at(20), 20) == at(6)
    # A line that breaks again before any mark came back teaches nothing new.
    one.connected(resumed=True, at=at(25))
    assert one.of(at(25), 25) == at(6)
    assert one.of(at(37), 37) is STORED
    one.returned(sent(one, 37))
    assert one.of(at(37), 37) is FRESH


class Heard:
    def __init__(self) -> None:
        self.said: list[tuple[Sample, datetime | None]] = []

    def take(self, said: object, received_at: datetime | None = None, *, via: str = "") -> None:
        assert isinstance(said, Sample)
        self.said.append((said, received_at))


def test_a_time_of_the_devices_own_stays_and_what_was_retained_is_history_with_any() -> None:
    heard = Heard()
    bare, timed = sample(), sample(at=at(0))
    for since in (at(5), STORED):
        _take_old(heard, [bare, timed], since, kept=False)
    _take_old(heard, [bare, timed], STORED, kept=True)
    assert [(Flag.STORED in said.flags, when) for said, when in heard.said] == [
        (False, at(5)), (False, None), (True, None), (False, None), (True, None), (True, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "topic", "found"),
    [
        ("gas/+/telemetry", "gas/G-1/telemetry", True), ("gas/+/telemetry", "gas/a/b/telemetry", False),
        ("gas/#", "gas", True), ("gas/#", "gas/a/b", True), ("gas/#", "gases", False), ("#", "a/b", True),
        ("#", "$SYS/uptime", False), ("+/uptime", "$SYS/uptime", False), ("a/b", "a/b", True), ("a/b", "a/b/", False),
    ],
)  # fmt: skip
def test_filters(pattern: str, topic: str, *, found: bool) -> None:
    assert fits(pattern, topic) is found


@pytest.mark.parametrize("pattern", ["", "a/#/b", "a/b+", "a#", "$SYS/#"])
def test_what_is_no_filter(pattern: str) -> None:
    assert problem_of(pattern) is not None
    assert problem_of("a/+/b/#") is None


def test_the_first_line_that_fits_says_how_a_topic_is_read_and_whose_it_is() -> None:
    gateway = load(POLICIES).json["json-gateway"]
    topics = Topics((Feed(pattern="gas/+/data", map=gateway, device=1), Feed(pattern="gas/#")))
    own, theirs = topics.meaning("gas/x"), topics.meaning("gas/G-7/data")
    assert own is not None
    assert theirs is not None
    assert topics.meaning("elsewhere") is None
    assert (own.map, own.device, theirs.map, theirs.device) == (None, None, gateway, DeviceKey("G-7"))
    assert all(isinstance(one, Trouble) for one in own.read(b"\xff"))


def test_a_topic_speaks_for_its_own_device_and_for_no_other() -> None:
    """Whoever may write under one topic must not make up the air at another's place."""
    gateway = load(POLICIES).json["json-gateway"]
    topics = Topics((
        Feed(pattern="devices/#", device=1), Feed(pattern="north/#", devices=frozenset({DeviceKey("G-1")})),
        Feed(pattern="map/+", map=gateway, device=1),
        Feed(pattern="both/+", device=1, devices=frozenset({DeviceKey("G-1")})),
    ))  # fmt: skip

    def heard(topic: str, body: bytes) -> list[str | None]:
        meaning = topics.meaning(topic)
        assert meaning is not None
        return [None if isinstance(one, Trouble) else one.device for one in meaning.read(body)]

    both = b'[{"device_id":"G-1"},{"device_id":"G-2"}]'
    assert heard("devices/G-1/telemetry", both) == ["G-1", None]
    assert heard("devices/G-2", both) == [None, "G-2"]
    assert heard("devices/", both) == [None, None]
    assert heard("north/any", both) == ["G-1", None]
    assert heard("both/G-1", both) == ["G-1", None]
    assert heard("both/G-2", both) == [None, None], "both bind"
    assert topics.meaning("devices") is None
    mapped = topics.meaning("map/G-9")
    assert mapped is not None
    assert mapped.devices == frozenset({DeviceKey("G-9")})


def test_a_mark_that_comes_twice_takes_no_other_for_come_back() -> None:
    """A broker delivers again what it thinks was lost: the one that is away stays away."""
    one = ages()
    one.connected(resumed=False, at=at(0))
    first = sent(one, 1)
    one.returned(first)
    sent(one, 6)
    one.returned(first)
    assert one.of(at(10), 10) == at(1)
    assert one.away_for(10) == 4
