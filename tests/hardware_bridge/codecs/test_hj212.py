"""HJ 212: the published frame and its kin, and a station's line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from hardware_bridge.codecs import crc
from hardware_bridge.codecs import hj212_packet as packet
from hardware_bridge.codecs.heard import Heard
from hardware_bridge.codecs.hj212_frame import MOST_DATA, Frames, Raw, framed
from hardware_bridge.codecs.hj212_packet import Covered, Packet, Sm4, Spelling, answer, opened
from hardware_bridge.codecs.hj212_station import MOST_OPEN, MOST_PACKETS, PATIENCE, Codes, Line, Station
from hardware_bridge.sample import Beat, DeviceKey, Flag, Kind, Quantity, Sample, Trouble, Unit, Why, gas
from tests.support.wire import HJ212_2025, HJ212_ACK, HJ212_EXAMPLE, HJ212_WIND_NO2

AT = datetime(2026, 1, 5, 1, 30, 5, tzinfo=UTC)
MN = "0123456789ABCDEF01234567"
STATION = Station(device=DeviceKey("vane-1"), password="123456")
CODES = Codes(
    values={"a01007": (Quantity(Kind.WIND_SPEED), Unit.M_S), "a21004": (gas("no2"), Unit.MG_M3)},
    marks={"N": frozenset({Flag.NORMAL}), "D": frozenset({Flag.FAULT})},
)


def raw(frame: bytes) -> Raw:
    (one,) = Frames().feed(frame)
    assert isinstance(one, Raw)
    return one


def read(frame: bytes, sm4: Sm4 | None = None) -> Packet:
    found = opened(raw(frame), sm4)
    assert isinstance(found, Packet), found
    return found


def line(station: Station = STATION) -> Line:
    return Line({MN: station}.get, CODES)


def data(area: str, *, head: str = f"QN=20260105093000000;ST=22;CN=2011;PW=123456;MN={MN};Flag=5") -> bytes:
    return framed(f"{head};CP=&&{area}&&".encode())


def whys(heard: Heard) -> list[Why]:
    return [one.why for one in heard.said if isinstance(one, Trouble)]


@pytest.mark.parametrize(
    ("frame", "cn", "flag", "version"),
    [(HJ212_EXAMPLE, 1062, 5, 1), (HJ212_WIND_NO2, 2011, 5, 1), (HJ212_ACK, 9014, 4, 1), (HJ212_2025, 2011, 9, 2)],
)
def test_published_frames(frame: bytes, cn: int, flag: int, version: int) -> None:
    one = read(frame)
    assert (one.cn, one.flag, one.version) == (cn, flag, version)
    assert framed(raw(frame).data) == frame


def test_the_crc_is_not_modbus() -> None:
    inside = raw(HJ212_EXAMPLE).data
    assert len(inside) == 101
    assert f"{crc.hj212(inside):04X}" == "1C80"
    assert crc.modbus(inside)[::-1].hex().upper() == "0759"
    found = opened(raw(framed(inside, 0x0759)))
    assert isinstance(found, Trouble)
    assert found.why is Why.CHECKSUM


def test_the_fields_of_the_example() -> None:
    one = read(HJ212_EXAMPLE)
    assert (one.st, one.mn, one.password) == (32, "010000A8900016F000169DC0", "100000")
    assert one.items == ((("RtdInterval", "30"),),)
    assert one.asked_at is not None
    assert one.asked_at.isoformat() == "2016-08-01T08:58:57.223000+08:00"


def test_wind_and_gas_become_samples_and_are_answered() -> None:
    heard = line().receive(HJ212_WIND_NO2, AT)
    no2, wind = heard.said
    assert isinstance(no2, Sample)
    assert isinstance(wind, Sample)
    assert (wind.quantity.kind, wind.value, wind.unit, wind.flags) == (
        Kind.WIND_SPEED, Decimal("3.4"), Unit.M_S, frozenset({Flag.NORMAL}),
    )  # fmt: skip
    assert (no2.quantity, no2.value, no2.unit) == (gas("no2"), Decimal("0.012"), Unit.MG_M3)
    assert wind.device_time is not None
    assert wind.device_time.isoformat() == "2026-01-05T09:30:00+08:00"
    assert heard.send == HJ212_ACK


def test_the_answer_of_2025_carries_its_version() -> None:
    assert read(line().receive(HJ212_2025, AT).send).flag == 8
    assert read(answer(read(HJ212_2025), packet.NOTICE_ANSWER)).cn == 9013


def test_a_heartbeat_is_a_sign_of_life() -> None:
    head = f"QN=20260105093000000;ST=22;CN=9015;PW=123456;MN={MN};Flag=9"
    heard = line().receive(data("", head=head), AT)
    assert [type(one) for one in heard.said] == [Beat]
    assert read(heard.send).cn == packet.NOTICE_ANSWER


def test_means_of_minutes_are_no_reading_but_answered() -> None:
    heard = line().receive(data("DataTime=20260105093000;a01007-Avg=3.4", head=data_head(2051)), AT)
    assert [type(one) for one in heard.said] == [Beat]
    assert read(heard.send).cn == packet.DATA_ANSWER


def data_head(cn: int, flag: int = 5, more: str = "", mn: str = MN, password: str = "123456") -> str:
    return f"QN=20260105093000000;ST=22;CN={cn};PW={password};MN={mn};Flag={flag}{more}"


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        (data("a01007-Rtd=3.4", head=data_head(2011, mn="FF" * 12)), Why.REFUSED),
        (data("a01007-Rtd=3.4", head=data_head(2011, password="654321")), Why.SIGNATURE),
        (HJ212_WIND_NO2.replace(b"A881", b"A882"), Why.CHECKSUM),
    ],
)
def test_a_stranger_gets_no_answer(frame: bytes, why: Why) -> None:
    heard = line().receive(frame, AT)
    assert whys(heard) == [why]
    assert heard.send == b""
    assert len(heard.said) == 1


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("a01007-Rtd=,a01007-Flag=N", [Why.NOT_A_NUMBER]),
        ("a01007-Rtd=NaN,a01007-Flag=N", [Why.NOT_A_NUMBER]),
        ("a01007-Rtd=1e3", [Why.NOT_A_NUMBER]),
        ("a99999-Rtd=3.4", [Why.NO_QUANTITY]),
        ("DataTime=20260230000000;a01007-Rtd=3.4", [Why.TIME]),
        ("a01007-Rtd=3.4,a01007-Rtd=9.9", [Why.SHAPE]),
        ("a01007", [Why.SHAPE]),
    ],
)
def test_no_reading_is_made_up(area: str, expected: list[Why]) -> None:
    heard = line().receive(data(area), AT)
    assert whys(heard) == expected
    assert not [one for one in heard.said if isinstance(one, Sample)]


def test_a_fault_without_value_is_a_fault_and_a_strange_mark_is_one() -> None:
    (said,) = line().receive(data("a01007-Flag=D"), AT).said
    assert isinstance(said, Beat)
    assert (said.flags, said.channel) == (frozenset({Flag.FAULT}), "a01007")
    trouble, sample = line().receive(data("a01007-Rtd=3.4,a01007-Flag=Q"), AT).said
    assert isinstance(trouble, Trouble)
    assert isinstance(sample, Sample)
    assert sample.flags == {Flag.FAULT}


def test_no_mark_is_not_normal() -> None:
    (said,) = line().receive(data("a01007-Rtd=3.4;"), AT).said
    assert isinstance(said, Sample)
    assert said.flags == frozenset()


def test_a_message_in_two_packets_is_read_once_both_are_here() -> None:
    def part(number: int, area: str) -> bytes:
        return data(area, head=data_head(2011, 7, f";PNUM=2;PNO={number}"))

    one = line()
    first = one.receive(part(2, "a01007-Rtd=3.4"), AT)
    assert [type(each) for each in first.said] == [Beat]
    assert first.send
    (said,) = one.receive(part(1, "DataTime=20260105093000"), AT).said
    assert isinstance(said, Sample)
    assert said.device_time is not None
    one.receive(part(1, "DataTime=20260105093000"), AT)
    assert whys(one.receive(part(1, "DataTime=20260105093001"), AT)) == [Why.SHAPE]
    one.receive(part(1, "DataTime=20260105093000"), AT)
    late = one.receive(part(2, "a01007-Rtd=3.4"), AT + PATIENCE + timedelta(seconds=1))
    assert [type(each) for each in late.said] == [Beat]


def test_packets_are_bounded() -> None:
    one = line()
    heard = one.receive(data("", head=data_head(2011, 7, f";PNUM={MOST_PACKETS + 1};PNO=1")), AT)
    assert whys(heard) == [Why.TOO_LONG]
    for at in range(MOST_OPEN):
        head = data_head(2011, 7, ";PNUM=2;PNO=1").replace("000000;", f"0000{at:02d};", 1)
        assert not whys(one.receive(data("", head=head), AT))
    assert whys(one.receive(data("", head=data_head(2021, 7, ";PNUM=2;PNO=1")), AT)) == [Why.TOO_LONG]


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (data_head(2011, 7), Why.SHAPE),
        (data_head(2011, 7, ";PNUM=2;PNO=3"), Why.SHAPE),
        (data_head(2011, 5, ";PNUM=2;PNO=1"), Why.SHAPE),
        (data_head(2011, 256), Why.SHAPE),
        (data_head(2011, 5, ";CN=2011"), Why.SHAPE),
        (data_head(2011, 5, ";XX=1"), Why.SHAPE),
        (data_head(2011, 9, mn="0123456789abcdef01234567"), Why.SHAPE),
        (data_head(2011).replace("QN=20260105093000000", "QN=20260135093000000"), Why.TIME),
        (data_head(2011).replace("CN=2011", "CN=２０１１"), Why.SHAPE),
        ("CN=2011", Why.SHAPE),
    ],
)
def test_a_head_that_is_none(head: str, why: Why) -> None:
    found = opened(raw(data("", head=head)))
    assert isinstance(found, Trouble)
    assert found.why is why


def test_no_command_area_is_trouble() -> None:
    for inside in (b"QN=1", b"", b"QN=1;CP=&&", b"QN=1;CP=&&x&"):
        found = opened(raw(framed(inside)))
        assert isinstance(found, Trouble)


# --- frames ---------------------------------------------------------------------------------------------------------


def test_garbage_and_corrupt_lengths_cost_only_themselves() -> None:
    stream = (
        b"#noise##12"
        + HJ212_ACK.replace(b"0087", b"1087")
        + HJ212_2025
        + b"##9999"
        + HJ212_ACK
        + b"##" * 9
        + HJ212_EXAMPLE
    )
    found = Frames().feed(stream)
    assert [one.data for one in found if isinstance(one, Raw)] == [
        raw(each).data for each in (HJ212_2025, HJ212_ACK, HJ212_EXAMPLE)
    ]
    assert [one.why for one in found if isinstance(one, Trouble)] == [Why.SHAPE] * 3


def test_a_wrong_length_does_not_wait_for_more() -> None:
    found = Frames().feed(HJ212_ACK.replace(b"0087", b"0999") + HJ212_2025)
    assert [type(one) for one in found] == [Trouble, Raw]


def test_too_much_data_is_neither_read_nor_sent() -> None:
    with pytest.raises(ValueError, match="too much"):
        framed(bytes(MOST_DATA + 1))
    assert framed(b"x" * MOST_DATA)[:6] == b"##4096"
    large = b"x" * (MOST_DATA + 1)
    whole = b"##%04d%s%04X\r\n" % (len(large), large, crc.hj212(large))
    assert [type(one) for one in Frames().feed(whole + HJ212_ACK)] == [Trouble, Raw]


def test_every_single_wrong_byte_is_found() -> None:
    good = read(HJ212_ACK)
    for at, wrong in product(range(len(HJ212_ACK)), range(256)):
        if wrong != HJ212_ACK[at]:
            found = Frames().feed(HJ212_ACK[:at] + bytes((wrong,)) + HJ212_ACK[at + 1 :])
            read_back = [opened(one) for one in found if isinstance(one, Raw)]
            assert all(isinstance(one, Trouble) or one == good for one in read_back)


# --- SM4 ------------------------------------------------------------------------------------------------------------

KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_sm4_is_the_standards() -> None:
    """GB/T 32907-2016, annex A.1: the key as its own plain text."""
    sealed = bytes.fromhex("681EDF34D206965E86B3E94F536E4246")
    assert Sm4(key=KEY, spelling=Spelling.RAW, covered=Covered.PLAIN).opened(sealed) == KEY


AREA = b"DataTime=20260105093000;a01007-Rtd=00000003.4000"


def sealed_frame(spelling: Spelling, covered: Covered) -> bytes:
    assert len(AREA) % 16 == 0
    sealer = Cipher(algorithms.SM4(KEY), modes.ECB()).encryptor()  # noqa: S305 - the mode of the standard
    sealed = sealer.update(AREA) + sealer.finalize()
    text = sealed if spelling is Spelling.RAW else sealed.hex().upper().encode()
    head = data_head(2011, 9).encode() + b";CP=&&"
    plain = head + AREA + b"&&"
    sent = head + text + b"&&"
    return framed(sent, crc.hj212(plain) if covered is Covered.PLAIN else None)


@pytest.mark.parametrize("spelling", Spelling)
@pytest.mark.parametrize("covered", Covered)
def test_cipher_text_in_every_reading(spelling: Spelling, covered: Covered) -> None:
    sm4 = Sm4(key=KEY, spelling=spelling, covered=covered)
    one = Line({MN: replace(STATION, sm4=sm4)}.get, CODES, text=spelling is Spelling.HEX)
    (said,) = one.receive(sealed_frame(spelling, covered), AT).said
    assert isinstance(said, Sample)
    assert said.value == Decimal("3.4")
    other = next(each for each in Covered if each is not covered)
    one = Line({MN: replace(STATION, sm4=replace(sm4, covered=other))}.get, CODES, text=spelling is Spelling.HEX)
    heard = one.receive(sealed_frame(spelling, covered), AT)
    assert whys(heard) == [Why.CHECKSUM]
    assert heard.send == b""


def test_what_is_no_cipher_text_is_trouble() -> None:
    sm4 = Sm4(key=KEY, spelling=Spelling.HEX, covered=Covered.AS_SENT)
    for area in ("xyz", "00" * 15, "DataTime=20260105093000"):
        assert whys(line(replace(STATION, sm4=sm4)).receive(data(area, head=data_head(2011, 9)), AT)) == [Why.SHAPE]
    with pytest.raises(ValueError, match="16 bytes"):
        Sm4(key=b"short", spelling=Spelling.RAW, covered=Covered.PLAIN)


def test_a_station_has_a_password_and_keeps_to_its_key() -> None:
    with pytest.raises(ValueError, match="password"):
        replace(STATION, password="")
    sm4 = Sm4(key=KEY, spelling=Spelling.HEX, covered=Covered.AS_SENT)
    assert whys(line(replace(STATION, sm4=sm4)).receive(HJ212_2025, AT)) == [Why.SHAPE]


def test_secrets_are_not_shown() -> None:
    sm4 = Sm4(key=KEY, spelling=Spelling.RAW, covered=Covered.PLAIN)
    shown = repr(replace(STATION, sm4=sm4)) + repr(read(HJ212_ACK))
    assert "123456;" not in shown
    assert "password" not in shown
    assert "key" not in shown.replace("DeviceKey", "")
