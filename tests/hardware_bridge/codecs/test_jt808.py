"""JT/T 808: the published frames, and a terminal's way from stranger to position."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest

from hardware_bridge.codecs import jt808_body as body
from hardware_bridge.codecs.heard import Heard
from hardware_bridge.codecs.jt808_frame import LONGEST, Edition, Frames, Message, decode, encode
from hardware_bridge.codecs.jt808_session import MOST_PACKAGES, PATIENCE, Session, State, Terminal
from hardware_bridge.sample import Beat, DeviceKey, Flag, Position, Trouble, Why
from tests.support.wire import JT808_2013, JT808_2019
from workflow.values import Datum

AT = datetime(2026, 1, 5, 1, 30, 5, tzinfo=UTC)
CODE = b"auth-0001"
CARD = Terminal(device=DeviceKey("card-7"), code=CODE, terminal="T000007")
PHONE = "013812345678"


def message(
    kind: int, inside: bytes = b"", *, serial: int = 1, phone: str = PHONE, part: tuple[int, int] | None = None
) -> bytes:
    one = Message(id=kind, edition=Edition.Y2013, phone=phone, serial=serial, body=inside, package=part)
    return encode(one)


def session() -> Session:
    return Session({"13812345678": CARD}.get)


def authenticated() -> Session:
    one = session()
    one.receive(message(body.AUTHENTICATE, CODE), AT)
    assert one.state is State.AUTHENTICATED
    return one


def answers(heard: Heard) -> list[Message]:
    found = Frames().feed(heard.send)
    assert not [one for one in found if isinstance(one, Trouble)]
    return [one for one in found if isinstance(one, Message)]


def result(heard: Heard) -> tuple[int, int, int]:
    """Serial answered, message answered, result."""
    (one,) = answers(heard)
    assert one.id == body.GENERAL_ANSWER
    return int.from_bytes(one.body[:2], "big"), int.from_bytes(one.body[2:4], "big"), one.body[4]


def test_the_published_frame_of_2013() -> None:
    (one,) = Frames().feed(JT808_2013)
    assert isinstance(one, Message)
    assert (one.id, one.edition, one.number, one.serial) == (0x0200, Edition.Y2013, "123456789012", 0x7E)
    fix = body.fix(one.body)
    assert isinstance(fix, body.Fix)
    assert (fix.latitude, fix.longitude) == (Decimal("12.222222"), Decimal("132.444444"))
    assert (fix.altitude_m, fix.speed_kmh, fix.mileage_km) == (40, Decimal("6.0"), Decimal("10.0"))
    assert fix.at.isoformat() == "2018-10-15T10:10:10+08:00"
    assert fix.valid
    assert fix.panic
    assert encode(one) == JT808_2013


def test_the_frame_of_2019() -> None:
    (one,) = Frames().feed(JT808_2019)
    assert isinstance(one, Message)
    assert (one.edition, one.number, one.serial) == (Edition.Y2019, "13812345678", 1)
    fix = body.fix(one.body)
    assert isinstance(fix, body.Fix)
    assert (fix.latitude, fix.longitude) == (Decimal("31.230400"), Decimal("121.473700"))
    assert (fix.altitude_m, fix.speed_kmh, fix.direction_deg) == (15, Decimal("1.2"), 78)
    assert (fix.signal, fix.satellites) == (24, 10)
    assert fix.at.isoformat() == "2026-01-05T09:30:00+08:00"
    assert encode(one) == JT808_2019


def test_a_stranger_registers_authenticates_and_is_heard() -> None:
    one = session()
    registration = bytes(4) + b"MAKER" + b"MODEL".ljust(20, b"\0") + b"T000007" + b"\x01" + "鲁A0001".encode("gbk")
    (answer,) = answers(one.receive(message(body.REGISTER, registration, serial=9), AT))
    assert (answer.id, answer.body) == (body.REGISTER_ANSWER, b"\x00\x09\x00" + CODE)
    assert one.state is State.REGISTERED
    heard = one.receive(message(body.AUTHENTICATE, CODE, serial=10), AT)
    assert result(heard) == (10, body.AUTHENTICATE, 0)
    assert isinstance(heard.said[0], Beat)
    inside = Frames().feed(JT808_2019)[0]
    assert isinstance(inside, Message)
    heard = one.receive(message(body.POSITION, inside.body, serial=11), AT)
    (said,) = heard.said
    assert isinstance(said, Position)
    assert said.device == CARD.device
    assert said.place is not None
    assert (said.place.latitude, said.place.datum) == (Decimal("31.2304"), Datum.WGS84)
    assert said.speed_ms == Decimal("0.333")
    assert result(heard) == (11, body.POSITION, 0)
    heard = one.receive(message(body.HEARTBEAT, serial=12), AT)
    assert isinstance(heard.said[0], Beat)
    assert [each.serial for each in answers(heard)] == [3], "our own serial counts on"


def test_the_code_of_2019_stands_behind_its_length() -> None:
    one = session()
    inside = bytes((len(CODE),)) + CODE + b"123456789012345" + b"V1".ljust(20, b"\0")
    frame = encode(
        Message(id=body.AUTHENTICATE, edition=Edition.Y2019, phone=PHONE.zfill(20), serial=1, body=inside)
    )  # fmt: skip
    assert result(one.receive(frame, AT)) == (1, body.AUTHENTICATE, 0)
    assert one.state is State.AUTHENTICATED


@pytest.mark.parametrize("code", [b"", b"auth-0002", CODE + b"x", b"\x09" + CODE])
def test_a_wrong_code_ends_the_line(code: bytes) -> None:
    one = session()
    heard = one.receive(message(body.AUTHENTICATE, code) + message(body.AUTHENTICATE, CODE), AT)
    assert heard.close
    assert one.state is State.UNREGISTERED, "what came behind it was not listened to"
    assert [each.why for each in heard.said if isinstance(each, Trouble)] == [Why.SIGNATURE]
    assert one.receive(message(body.AUTHENTICATE, CODE), AT) == Heard(close=True)


def test_a_position_before_authentication_is_not_believed() -> None:
    inside = Frames().feed(JT808_2019)[0]
    assert isinstance(inside, Message)
    heard = session().receive(message(body.POSITION, inside.body), AT)
    assert [type(each) for each in heard.said] == [Trouble]
    assert result(heard)[2] == body.Result.FAILED


def test_another_phone_or_terminal_is_refused() -> None:
    heard = session().receive(message(body.AUTHENTICATE, CODE, phone="013900000000"), AT)
    assert heard.close
    one = authenticated()
    assert one.receive(message(body.HEARTBEAT, phone="013900000000"), AT).close
    registration = bytes(4) + b"MAKER" + bytes(20) + b"T000008" + b"\x00"
    heard = session().receive(message(body.REGISTER, registration), AT)
    assert heard.close
    assert CODE not in heard.send
    assert answers(heard)[0].body[2] == body.Registered.NO_TERMINAL


def test_what_we_do_not_read_is_answered_so() -> None:
    heard = authenticated().receive(message(0x0704, b"\x00"), AT)
    assert result(heard)[2] == body.Result.UNSUPPORTED
    assert [each.why for each in heard.said if isinstance(each, Trouble)] == [Why.UNKNOWN_MESSAGE]


def position(**changed: bytes) -> bytes:
    parts = {
        "alarm": bytes(4), "status": b"\x00\x00\x00\x03", "lat": (31230400).to_bytes(4, "big"),
        "lng": (121473700).to_bytes(4, "big"), "rest": bytes(6), "time": bytes.fromhex("260105093000"), "items": b"",
    } | changed  # fmt: skip
    return b"".join(parts.values())


@pytest.mark.parametrize(
    "changed",
    [{"status": bytes(4)}, {"lat": bytes(4), "lng": bytes(4)}],
    ids=["no fix", "nought, nought"],
)
def test_without_a_fix_there_is_no_place(changed: dict[str, bytes]) -> None:
    (said,) = authenticated().receive(message(body.POSITION, position(**changed)), AT).said
    assert isinstance(said, Position)
    assert said.place is None


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"lat": (90_000_001).to_bytes(4, "big")}, Why.SHAPE),
        ({"lng": b"\xff\xff\xff\xff"}, Why.SHAPE),
        ({"time": bytes.fromhex("260230093000")}, Why.TIME),
        ({"time": bytes.fromhex("2601050930FF")}, Why.TIME),
        ({"items": b"\x01\x04\x00"}, Why.LENGTH),
        ({"items": b"\x01"}, Why.LENGTH),
        ({"rest": b"", "time": b""}, Why.LENGTH),
    ],
)
def test_a_position_that_is_none(changed: dict[str, bytes], why: Why) -> None:
    heard = authenticated().receive(message(body.POSITION, position(**changed)), AT)
    assert [each.why for each in heard.said if isinstance(each, Trouble)] == [why]
    assert result(heard)[2] == body.Result.WRONG


def test_south_west_and_the_button_for_help() -> None:
    inside = position(status=b"\x00\x00\x00\x0e", alarm=b"\x00\x00\x00\x01")
    (said,) = authenticated().receive(message(body.POSITION, inside), AT).said
    assert isinstance(said, Position)
    assert said.place is not None
    assert (said.place.latitude, said.place.longitude) == (Decimal("-31.2304"), Decimal("-121.4737"))
    assert said.flags == {Flag.PANIC}


def test_packages_come_in_any_order_and_are_put_together_once() -> None:
    one, inside = authenticated(), position()
    parts = [inside[:10], inside[10:20], inside[20:]]
    frames = [
        message(body.POSITION, part, serial=0xFFFF + at & 0xFFFF, part=(3, at + 1)) for at, part in enumerate(parts)
    ]
    said = [each for at in (1, 0, 0, 2) for each in one.receive(frames[at], AT).said]
    assert [type(each) for each in said] == [Position]


def test_packages_are_bounded_in_number_and_time() -> None:
    one = authenticated()
    heard = one.receive(message(body.POSITION, b"x", part=(MOST_PACKAGES + 1, 1)), AT)
    assert [each.why for each in heard.said if isinstance(each, Trouble)] == [Why.TOO_LONG]
    inside = position()
    one.receive(message(body.POSITION, inside[:9], serial=1, part=(2, 1)), AT)
    late = AT + PATIENCE + timedelta(seconds=1)
    assert one.receive(message(body.POSITION, inside[9:], serial=2, part=(2, 2)), late).said == ()


def test_a_package_that_comes_twice_and_differs_is_given_up() -> None:
    one, inside = authenticated(), position()
    one.receive(message(body.POSITION, inside[:9], serial=1, part=(2, 1)), AT)
    heard = one.receive(message(body.POSITION, bytes(9), serial=1, part=(2, 1)), AT)
    assert [type(each) for each in heard.said] == [Trouble]
    assert one.receive(message(body.POSITION, inside[9:], serial=2, part=(2, 2)), AT).said == ()


def test_garbage_oversize_and_a_lost_mark_cost_only_themselves() -> None:
    frames = Frames()
    found = frames.feed(b"noise" + JT808_2013 + bytes(LONGEST + 1) + JT808_2019 + JT808_2013[:-1] + JT808_2019)
    kinds = [one.why if isinstance(one, Trouble) else "message" for one in found]
    assert kinds == [Why.SHAPE, "message", Why.TOO_LONG, "message", "message", "message"]


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        (b"\x7d\x03", Why.SHAPE),
        (b"\x7d", Why.SHAPE),
        (b"\x00", Why.LENGTH),
        (b"\x00\x02\x02", Why.LENGTH),
        (b"\x00\x02\x04\x00" + bytes(8) + b"\x06", Why.REFUSED),
        (b"\x00\x02\x80\x00" + bytes(8) + b"\x82", Why.REFUSED),
        (b"\x00\x02\x00\x01" + bytes(8) + b"\x03", Why.LENGTH),
        (b"\x00\x02\x00\x00" + b"\x0a" + bytes(7) + b"\x08", Why.SHAPE),
        (b"\x00\x02\x20\x00" + bytes(8) + b"\x00\x01\x00\x02\x21", Why.SHAPE),
        (b"\x00\x02\x00\x00" + bytes(8) + b"\x03", Why.CHECKSUM),
    ],
)
def test_a_frame_that_is_none(inside: bytes, why: Why) -> None:
    found = decode(inside)
    assert isinstance(found, Trouble)
    assert found.why is why


def test_every_single_wrong_byte_is_found() -> None:
    inside = JT808_2013[1:-1]
    for at, wrong in product(range(len(inside)), range(256)):
        if wrong != inside[at]:
            found = Frames().feed(b"\x7e" + inside[:at] + bytes((wrong,)) + inside[at + 1 :] + b"\x7e")
            assert not [one for one in found if isinstance(one, Message)]


@pytest.mark.parametrize("code", [b"", b"short", b"x" * 61])
def test_a_code_is_a_secret(code: bytes) -> None:
    with pytest.raises(ValueError, match="8 to 60"):
        replace(CARD, code=code)


def test_a_code_is_not_shown() -> None:
    assert "auth-0001" not in repr(CARD)


def test_what_does_not_fit_is_not_sent() -> None:
    with pytest.raises(ValueError, match="fit"):
        message(body.POSITION, bytes(1024))
