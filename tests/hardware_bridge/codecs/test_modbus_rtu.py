"""Modbus RTU: the published frames, and an answer among bytes that are none."""

from __future__ import annotations

import pytest

from hardware_bridge.codecs import crc
from hardware_bridge.codecs.modbus_rtu import MOST_SKIPPED, Answers, Ask, Words, read_pdu
from hardware_bridge.sample import DeviceKey, Trouble, Why
from tests.support.wire import MODBUS_EXCEPTION, MODBUS_FLAMMABLE, MODBUS_O2, MODBUS_WIND

DEVICE = DeviceKey("box-1/1")


def ask(count: int, unit: int = 1) -> Ask:
    return Ask(unit=unit, function=3, address=0, count=count)


def line(count: int) -> Answers:
    answers = Answers(DEVICE)
    answers.ask(ask(count))
    return answers


@pytest.mark.parametrize(
    ("vector", "count", "words"),
    [
        (MODBUS_O2, 2, (209, 1)),
        (MODBUS_FLAMMABLE, 8, (125, 0, 0, 250, 1, 100, 25, 50)),
        (MODBUS_WIND, 1, (108,)),
    ],
)
def test_published_frames(vector: tuple[bytes, bytes], count: int, words: tuple[int, ...]) -> None:
    question, answer = vector
    answers = Answers(DEVICE)
    assert answers.ask(ask(count)) == question
    assert answers.feed(answer) == [Words(address=0, words=words)]


def test_an_exception_is_said_with_its_meaning() -> None:
    (trouble,) = line(2).feed(MODBUS_EXCEPTION)
    assert isinstance(trouble, Trouble)
    assert (trouble.why, trouble.device) == (Why.REFUSED, DEVICE)
    assert "illegal data address" in trouble.detail


def test_an_answer_is_found_behind_garbage_and_inside_chunks() -> None:
    answers = line(2)
    dirty = b"\x01\x03\x04\x00\xff" + MODBUS_O2[1]
    found = [one for byte in dirty for one in answers.feed(bytes((byte,)))]
    assert [type(one) for one in found] == [Trouble, Words]
    assert found[1] == Words(address=0, words=(209, 1))


def test_nothing_is_believed_without_a_question() -> None:
    answers = Answers(DEVICE)
    assert answers.feed(MODBUS_O2[1]) == []
    answers.ask(ask(2))
    assert len(answers.feed(MODBUS_O2[1])) == 1
    assert answers.feed(MODBUS_O2[1]) == [], "one question, one answer"


def test_a_new_question_forgets_half_an_answer() -> None:
    answers = line(2)
    answers.feed(MODBUS_O2[1][:5])
    answers.ask(ask(1))
    assert answers.feed(MODBUS_WIND[1]) == [Words(address=0, words=(108,))]


@pytest.mark.parametrize("other", [MODBUS_WIND[1], b"\x02" + MODBUS_O2[1][1:], MODBUS_FLAMMABLE[1]])
def test_an_answer_to_something_else_is_none(other: bytes) -> None:
    other = other[:-2] + crc.modbus(other[:-2])
    assert not [one for one in line(2).feed(other) if isinstance(one, Words)]


def test_a_line_that_talks_of_something_else_is_given_up() -> None:
    answers = line(2)
    (trouble,) = answers.feed(bytes(MOST_SKIPPED) + MODBUS_O2[1])
    assert isinstance(trouble, Trouble)
    assert trouble.why is Why.TOO_LONG
    assert answers.feed(MODBUS_O2[1]) == []
    answers = line(2)
    assert [type(one) for one in answers.feed(bytes(MOST_SKIPPED - 1) + MODBUS_O2[1])] == [Trouble, Words]


def test_a_wrong_crc_is_waited_out() -> None:
    assert line(2).feed(MODBUS_O2[1][:-1] + b"\x00") == []


@pytest.mark.parametrize(
    ("pdu", "why"),
    [(b"", Why.LENGTH), (b"\x03\x04\x00\xd1\x00", Why.LENGTH), (b"\x04\x04\x00\xd1\x00\x01", Why.LENGTH),
     (b"\x03\x05\x00\xd1\x00\x01", Why.LENGTH), (b"\x83\x63", Why.REFUSED), (b"\x84\x02", Why.LENGTH)],
)  # fmt: skip
def test_a_pdu_that_does_not_fit_its_question(pdu: bytes, why: Why) -> None:
    found = read_pdu(pdu, ask(2), DEVICE)
    assert isinstance(found, Trouble)
    assert found.why is why


@pytest.mark.parametrize(
    ("unit", "function", "address", "count"),
    [(1, 3, 0, 0), (1, 3, 0, 126), (256, 3, 0, 1), (1, 6, 0, 1), (1, 3, 65535, 2), (1, 3, -1, 1)],
)
def test_a_question_no_frame_can_hold(unit: int, function: int, address: int, count: int) -> None:
    with pytest.raises(ValueError, match="125"):
        Ask(unit=unit, function=function, address=address, count=count)
