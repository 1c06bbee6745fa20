"""The short way for usual messages says exactly what the long one says, or nothing."""

from __future__ import annotations

import json
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_bridge.codecs import json_usual
from hardware_bridge.codecs.figures import compact_time
from hardware_bridge.codecs.json_envelope import read, read_exactly
from hardware_bridge.codecs.json_exact import MOST_BYTES
from hardware_bridge.sample import Flag, Sample, SourceKind, Trouble, Unit, Why

USUAL = (
    b'{"device_id": "G-001", "channel": "1", "gas": "flammable", "value": 3.20, "unit": "%LEL", "quality": "normal", '
    b'"measured_at": "2026-01-05T09:30:00+08:00", "seq": 17}'
)
MQTT = SourceKind.MQTT


def test_it_takes_the_usual_and_agrees() -> None:
    for body in (
        USUAL,
        b"[" + USUAL + b"," + USUAL + b"]",
        b' {"device_id":"a","gas":"o2","value":-0.0,"unit":"%vol"}',
    ):
        short = json_usual.read(body, MQTT)
        assert short is not None
        assert short == read_exactly(body, MQTT)
        assert [str(one.value) for one in short] == [str(one.value) for one in read_exactly(body, MQTT)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq": 17', b'"seq": 17, "seq": 17'), (b'"seq": 17', b'"seq": 17, "value": 99'),
        (b'"seq": 17', b'"seq": -1'), (b'"seq": 17', b'"seq": 9223372036854775808'), (b'"seq": 17', b'"seq": true'),
        (b"3.20", b"1e3"), (b"3.20", b"NaN"), (b"3.20", b'"3.20"'), (b"3.20", b"03.2"), (b"3.20", b"3."),
        (b"3.20", b"null"), (b"3.20", b"true"), (b"3.20", b"[3.2]"), (b"3.20", b"1" * 41), (b"3.20", b"-"),
        (b"%LEL", b"%"), (b"%LEL", b"m/s"), (b'"flammable"', b'"battery"'), (b'"gas"', b'"kind"'),
        (b"G-001", b""), (b"G-001", b"a\x00b"), (b"G-001", b"a\nb"), (b"G-001", "\u2028".encode()), (b"G-001", b"\xff"),
        (b"G-001", b"G" * 129), (b'"channel": "1"', b'"channel": ""'), (b'"channel": "1"', b'"chanel": "1"'),
        (b'"1"', b'"' + b"1" * 65 + b'"'),
        (b'"1"', '"\u2028"'.encode()), (b"+08:00", b""), (b"T09", b"T29"), (b"normal", b"fine"),
        (b'"normal"', b'["normal"]'), (b'"normal"', b'""'), (b'"normal"', b"null"), (b"}", b"} {}"), (b"{", b"[{"),
        (b"{", b"\xef\xbb\xbf{"), (b'"2026-01-05T09:30:00+08:00"', b'""'), (b"G-001", b"G\\u002d1"),
    ],
)  # fmt: skip
def test_the_odd_is_left_to_the_long_way(old: bytes, new: bytes) -> None:
    body = USUAL.replace(old, new, 1)
    assert body != USUAL
    assert read(body, MQTT) == read_exactly(body, MQTT)


def test_more_entries_than_a_message_may_hold_are_left_to_the_long_way() -> None:
    body = b"[" + b",".join([USUAL] * (json_usual.MOST_ENTRIES + 1)) + b"]"
    assert len(body) < MOST_BYTES
    (said,) = read(body, MQTT)
    assert isinstance(said, Trouble)
    assert said.why is Why.TOO_LONG


@pytest.mark.parametrize("mad", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_time_that_cannot_be_stored_is_no_time(mad: str) -> None:
    # What a clock says that lost its time. It ended the bridge's turn, and with it everybody else's readings.
    body = USUAL.replace(b"2026-01-05T09:30:00+08:00", mad.encode())
    (said,) = read(body, MQTT)
    assert isinstance(said, Trouble)
    assert (said.why, read_exactly(body, MQTT)) == (Why.TIME, [said])
    assert compact_time("00010101000000") is None
    assert compact_time("00010102000000") is not None


def test_the_short_way_tells_times_in_utc() -> None:
    (said,) = read(USUAL, MQTT)
    assert isinstance(said, Sample)
    assert said.device_time is not None
    assert (said.device_time.isoformat(), said.device_time.tzinfo) == ("2026-01-05T01:30:00+00:00", UTC)


_texts = st.text(max_size=6) | st.sampled_from(
    ["G-1", "o2", "flammable", "%LEL", "%vol", "normal", "2026-01-05T09:30:00Z"]
)
_values = st.none() | st.booleans() | st.integers() | st.floats() | _texts | st.lists(_texts, max_size=2)
_names = st.sampled_from(["device_id", "gas", "kind", "value", "unit", "measured_at", "seq", "quality", "channel", "x"])
_good = st.fixed_dictionaries(
    {
        "device_id": st.sampled_from(["G-1", "泵房"]), "gas": st.sampled_from(["o2", "flammable", "h2s", "CO"]),
        "value": st.decimals(allow_nan=False, allow_infinity=False, places=3).map(float) | st.integers(-9, 10**20),
        "unit": st.sampled_from([one.value for one in Unit]),
    },
    optional={
        "quality": st.sampled_from([one.value for one in Flag]), "seq": st.integers(-2, 2**64),
        "channel": st.text(max_size=33), "measured_at": st.datetimes().map(lambda one: f"{one.isoformat()}+08:00"),
    },
)  # fmt: skip
_any = st.lists(st.tuples(_names, _values), max_size=6)


@given(_good, _any, st.booleans())
def test_both_ways_agree(good: dict[str, object], odd: list[tuple[str, object]], listed: bool) -> None:
    pairs = [*good.items(), *odd]
    text = "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value, ensure_ascii=False)}" for name, value in pairs) + "}"
    body = (f"[{text},{text}]" if listed else text).encode("utf-8", "surrogatepass")
    short, long = json_usual.read(body, MQTT), read_exactly(body, MQTT)
    if short is not None:
        assert short == long
        assert [str(one.value) for one in short] == [str(getattr(one, "value", "")) for one in long]
