"""Our own JSON: what an entry says, and everything that is refused instead of guessed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from hardware_bridge.codecs.json_envelope import MOST_ENTRIES, read
from hardware_bridge.codecs.json_exact import MOST_BYTES, MOST_LEVELS
from hardware_bridge.codecs.measures import suits
from hardware_bridge.sample import (
    FLAMMABLE,
    NO_FLAGS,
    Beat,
    DeviceKey,
    Flag,
    Kind,
    Position,
    Quantity,
    Sample,
    SourceKind,
    Trouble,
    Unit,
    Why,
)  # fmt: skip
from workflow.values import Datum

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "hardware-json.md"


def entry(more: str = "", *, value: str = "3.2", unit: str = '"%LEL"') -> bytes:
    return f'{{"device_id":"G-1","gas":"flammable","value":{value},"unit":{unit}{more}}}'.encode()


def only(body: bytes) -> Sample | Position | Beat | Trouble:
    (one,) = read(body, SourceKind.MQTT)
    return one


def why(body: bytes) -> Why:
    one = only(body)
    assert isinstance(one, Trouble), one
    return one.why


def test_a_value() -> None:
    one = only(entry(',"channel":"2","seq":17,"quality":["alarm_low"],"measured_at":"2026-01-05T09:30:00.5+08:00"'))
    assert isinstance(one, Sample)
    assert (one.device, one.channel, one.sequence) == (DeviceKey("G-1"), "2", 17)
    assert (one.quantity, one.value, one.unit, one.flags) == (
        FLAMMABLE, Decimal("3.2"), Unit.LEL_PERCENT, frozenset({Flag.ALARM_LOW}),
    )  # fmt: skip
    assert one.device_time is not None
    assert one.device_time.isoformat() == "2026-01-05T09:30:00.500000+08:00"


def test_the_least_that_may_be_said() -> None:
    one = only(entry())
    assert isinstance(one, Sample)
    assert (one.device_time, one.sequence, one.channel, one.flags) == (None, None, "", NO_FLAGS)


@pytest.mark.parametrize(
    ("value", "exact"),
    [("0.2", "0.2"), ("20.900000000000000001", "20.900000000000000001"), ('"19.5"', "19.5"), ("1e2", "100"),
     ("-0.0", "0"), ("123456789012345678", "123456789012345678")],
)  # fmt: skip
def test_figures_are_exact(value: str, exact: str) -> None:
    one = only(entry(value=value))
    assert isinstance(one, Sample)
    assert one.value == Decimal(exact)


@pytest.mark.parametrize(
    "value",
    ["NaN", "Infinity", "-Infinity", "true", "false", "null", '"3,2"', '"1e3"', '"NaN"', '""', '"３"', "[3]", "{}",
     "1e19", "1e-19", "9" * 41, "1e99999999999999999999", "0." + "1" * 40],
)  # fmt: skip
def test_no_number_is_no_value(value: str) -> None:
    assert why(entry(value=value)) is Why.NOT_A_NUMBER


@pytest.mark.parametrize("unit", ["null", '""', '"%"[0]', "1", '"％LEL"', '"%lel"', '"percent"'])
def test_no_unit_no_value(unit: str) -> None:
    assert why(entry(unit=unit)) in (Why.NO_UNIT, Why.SHAPE)
    assert why(b'{"device_id":"G-1","gas":"o2","value":20.9}') is Why.NO_UNIT


@pytest.mark.parametrize(
    ("what", "unit", "expected"),
    [
        ('"gas":"o2"', "%", Why.NO_UNIT),
        ('"gas":"o2"', "%LEL", Why.NO_UNIT),
        ('"gas":"h2s"', "%", Why.NO_UNIT),
        ('"kind":"humidity"', "%vol", Why.NO_UNIT),
        ('"kind":"wind_speed"', "ppm", Why.NO_UNIT),
        ('"kind":"contact"', "state", Why.NOT_A_NUMBER),
    ],
)
def test_a_unit_must_suit(what: str, unit: str, expected: Why) -> None:
    assert why(f'{{"device_id":"G-1",{what},"value":7,"unit":"{unit}"}}'.encode()) is expected


def test_every_kind_has_its_units() -> None:
    for kind in Kind:
        quantity = FLAMMABLE if kind is Kind.GAS else Quantity(kind)
        assert any(suits(quantity, unit) for unit in Unit)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", Why.SHAPE),
        (b"{", Why.SHAPE),
        (b"\xff", Why.SHAPE),
        (b"3", Why.SHAPE),
        (b"[[]]", Why.SHAPE),
        (b"{}", Why.SHAPE),
        (b'{"device_id":""}', Why.SHAPE),
        (b'{"device_id":"a\\u0000b"}', Why.SHAPE),
        (b'{"device_id":"\\ud800"}', Why.SHAPE),
        (b'{"device_id":"%s"}' % (b"x" * 129), Why.SHAPE),
        (b'{"device_id":true}', Why.SHAPE),
        (entry(',"unti":1'), Why.SHAPE),
        (entry(',"value":9'), Why.SHAPE),
        (entry(',"kind":"temperature"'), Why.NO_QUANTITY),
        (entry().replace(b"flammable", b"wind_speed"), Why.NO_QUANTITY),
        (entry().replace(b'"gas"', b'"kind"').replace(b"flammable", b"Wind"), Why.NO_QUANTITY),
        (entry().replace(b'"gas":"flammable",', b""), Why.NO_QUANTITY),
        (entry(',"measured_at":"2026-01-05T09:30:00"'), Why.TIME),
        (entry(',"measured_at":"2026-02-30T09:30:00Z"'), Why.TIME),
        (entry(',"measured_at":1767576600'), Why.TIME),
        (entry(',"seq":1.5'), Why.SHAPE),
        (entry(',"seq":-1'), Why.SHAPE),
        (entry(',"seq":true'), Why.SHAPE),
        (entry(',"seq":9223372036854775808'), Why.SHAPE),
        (entry(',"quality":"good"'), Why.SHAPE),
        (entry(',"quality":["normal","fault"]'), Why.SHAPE),
        (entry(',"quality":[1]'), Why.SHAPE),
        (entry(',"channel":7'), Why.SHAPE),
        (b"[" * (MOST_LEVELS + 1) + b"]" * (MOST_LEVELS + 1), Why.SHAPE),
        (b"[" * MOST_BYTES, Why.SHAPE),
        (b'{"a":' * 9000 + b"1" + b"}" * 9000, Why.SHAPE),
        (b" " * (MOST_BYTES + 1), Why.TOO_LONG),
        (b"[" + b"{}," * MOST_ENTRIES + b"{}]", Why.TOO_LONG),
    ],
)
def test_refused(body: bytes, expected: Why) -> None:
    assert why(body) is expected


def test_brackets_in_text_are_no_levels() -> None:
    body = json.dumps({"device_id": "x" + "[{" * 50 + '"'}).encode()
    assert isinstance(only(body), Beat)


def test_one_bad_entry_does_not_cost_the_others() -> None:
    body = b"[" + entry() + b',{"device_id":"G-2","gas":"o2","value":20.9},' + entry(value="4") + b"]"
    said = read(body, SourceKind.PUSH)
    assert [type(one) for one in said] == [Sample, Trouble, Sample]
    assert isinstance(said[1], Trouble)
    assert (said[1].why, said[1].device) == (Why.NO_UNIT, "G-2")


def test_a_fault_needs_no_value_and_makes_none_up() -> None:
    one = only(b'{"device_id":"G-1","gas":"h2s","value":null,"unit":"ppm","quality":"fault"}')
    assert isinstance(one, Beat)
    assert (one.flags, one.quantity) == (frozenset({Flag.FAULT}), Quantity(Kind.GAS, "h2s"))
    one = only(b'{"device_id":"G-1","gas":"h2s","quality":"fault"}')
    assert isinstance(one, Beat)


def test_a_sign_of_life_and_a_farewell() -> None:
    one = only(b'{"device_id":17}')
    assert isinstance(one, Beat)
    assert (one.device, one.gone) == ("17", False)
    one = only(b'{"device_id":"G-1","gone":true}')
    assert isinstance(one, Beat)
    assert one.gone


def test_a_position() -> None:
    text = b'{"device_id":"G-1","latitude":31.2304,"longitude":121.4737,"datum":"wgs84","accuracy_m":3.5,"speed_ms":0}'
    one = only(text)
    assert isinstance(one, Position)
    assert one.place is not None
    assert (one.place.latitude, one.place.datum, one.place.accuracy_m) == (
        Decimal("31.2304"),
        Datum.WGS84,
        Decimal("3.5"),
    )
    for changed, expected in (
        (text.replace(b',"datum":"wgs84"', b""), Why.SHAPE),
        (text.replace(b"wgs84", b"WGS-84"), Why.SHAPE),
        (text.replace(b"31.2304", b"91"), Why.SHAPE),
        (text.replace(b"31.2304", b"null"), Why.NOT_A_NUMBER),
        (text.replace(b"3.5", b"-1"), Why.SHAPE),
        (text.replace(b'"speed_ms":0', b'"mock":1'), Why.SHAPE),
    ):
        assert why(changed) is expected


@pytest.mark.parametrize("place", [b'"latitude":0,"longitude":0.0', b'"latitude":null,"longitude":null'])
def test_nought_and_nought_is_no_place(place: bytes) -> None:
    one = only(b'{"device_id":"G-1","datum":"wgs84",' + place + b"}")
    assert isinstance(one, Position)
    assert one.place is None


def test_the_examples_of_the_document_are_read() -> None:
    blocks = DOCUMENT.read_text(encoding="utf-8").split("```json\n")[1:]
    kinds = [type(one).__name__ for block in blocks for one in read(block.split("```")[0].encode(), SourceKind.MQTT)]
    assert kinds == ["Sample", "Sample", "Beat", "Position", "Beat"]
