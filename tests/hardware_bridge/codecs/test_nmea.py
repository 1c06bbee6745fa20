"""NMEA: the published pair, and everything that is no fix."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from itertools import product
from operator import xor

import pynmeagps
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware_bridge.codecs.nmea import LONGEST, Fixes, Half, sentence
from hardware_bridge.sample import DeviceKey, Position, Trouble, Why
from tests.support.wire import NMEA_GGA, NMEA_RMC

DEVICE = DeviceKey("rover-1")


def fixes() -> Fixes:
    return Fixes(DEVICE)


def resealed(sentence: bytes) -> bytes:
    """The sentence with the checksum its fields ask for."""
    inside = sentence[1 : sentence.index(b"*")]
    return b"$" + inside + b"*%02X\r\n" % reduce(xor, inside)


def only(found: list[Position | Trouble]) -> Position:
    (one,) = found
    assert isinstance(one, Position)
    return one


@pytest.mark.parametrize("order", [(NMEA_GGA, NMEA_RMC), (NMEA_RMC, NMEA_GGA)])
def test_the_published_pair(order: tuple[bytes, bytes]) -> None:
    one = only(fixes().feed(b"".join(order)))
    assert one.place is not None
    assert (one.place.latitude, one.place.longitude) == (Decimal("31.2304"), Decimal("121.4737"))
    assert one.device_time is not None
    assert one.device_time.isoformat() == "2026-01-05T01:30:00+00:00"
    assert one.speed_ms == Decimal("0.334")
    assert one.device == DEVICE


@pytest.mark.parametrize(
    ("gga", "rmc"),
    [
        ((b",1,12,", b",0,12,"), (b"", b"")),
        ((b",1,12,", b",,12,"), (b"", b"")),
        ((b"", b""), (b",A,", b",V,")),
        ((b"3113.82400,N,12128.42200,E", b",,,"), (b"", b"")),
        ((b"", b""), (b"3113.82400,N", b",")),
        ((b",1,12,", b",0,12,"), (b",A,", b",V,")),
    ],
    ids=["quality 0", "no quality", "status V", "empty GGA", "half empty RMC", "both"],
)
def test_no_fix_is_no_place(gga: tuple[bytes, bytes], rmc: tuple[bytes, bytes]) -> None:
    sentences = resealed(NMEA_GGA.replace(*gga)) + resealed(NMEA_RMC.replace(*rmc))
    one = only(fixes().feed(sentences))
    assert one.place is None
    assert one.speed_ms is None


def test_half_a_fix_is_none() -> None:
    assert fixes().feed(NMEA_GGA) == []
    assert fixes().feed(NMEA_RMC) == []
    assert fixes().feed(NMEA_GGA + NMEA_GGA) == []
    other = resealed(NMEA_RMC.replace(b"013000", b"013001"))
    assert fixes().feed(NMEA_GGA + other) == [], "two seconds make no fix"
    assert fixes().feed(NMEA_GGA + resealed(NMEA_RMC.replace(b"$GN", b"$GP"))) == []


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        (NMEA_GGA.replace(b"*77", b"*78"), Why.CHECKSUM),
        (NMEA_GGA.replace(b"*77", b""), Why.SHAPE),
        (b"garbage\r\n", Why.SHAPE),
        (resealed(NMEA_GGA.replace(b"3113.82400", b"3160.00000")), Why.SHAPE),
        (resealed(NMEA_GGA.replace(b"3113.82400", b"9100.00000")), Why.SHAPE),
        (resealed(NMEA_GGA.replace(b",N,", b",E,")), Why.SHAPE),
        (resealed(NMEA_GGA.replace(b"3113.82400", b"1e3")), Why.SHAPE),
        (resealed(b"$GNGGA,013000.00*00"), Why.LENGTH),
        (NMEA_GGA + resealed(NMEA_RMC.replace(b"050126", b"310226")), Why.TIME),
        (NMEA_GGA + resealed(NMEA_RMC.replace(b"3113.82400", b"3114.82400")), Why.SHAPE),
        (b"$" + b"A" * LONGEST + b"\n", Why.TOO_LONG),
    ],
)
def test_trouble(sentences: bytes, why: Why) -> None:
    found = fixes().feed(sentences)
    assert [one.why for one in found if isinstance(one, Trouble)] == [why]
    assert not [one for one in found if isinstance(one, Position)]


def test_other_sentences_and_torn_ones_cost_nothing_else() -> None:
    stream = NMEA_GGA[20:] + resealed(b"$GPGSV,1,1,00*00") + b"\r\n" + NMEA_GGA[:20] + NMEA_GGA + NMEA_RMC
    found = fixes().feed(stream)
    assert [type(one) for one in found] == [Trouble, Position]


def test_every_single_wrong_byte_is_found() -> None:
    line = NMEA_GGA.removesuffix(b"\r\n")
    assert isinstance(sentence(line), Half)
    for at, wrong in product(range(1, len(line)), range(256)):
        if wrong != line[at]:
            assert isinstance(sentence(line[:at] + bytes((wrong,)) + line[at + 1 :]), Trouble)


@given(st.integers(0, 89), st.integers(0, 5999999), st.sampled_from("NS"))
def test_degrees_agree_with_the_other_parser(degrees: int, minutes: int, side: str) -> None:
    text = f"{degrees:02d}{minutes // 100000:02d}.{minutes % 100000:05d},{side}".encode()
    gga = resealed(NMEA_GGA.replace(b"3113.82400,N", text))
    theirs = pynmeagps.NMEAReader.parse(gga)
    place = only(fixes().feed(gga + resealed(NMEA_RMC.replace(b"3113.82400,N", text)))).place
    assert place is not None
    assert abs(float(place.latitude) - theirs.lat) < 1e-7
