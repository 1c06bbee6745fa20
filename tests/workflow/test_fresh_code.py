"""The changing number of a place: of now, of this place, and dead within a minute."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from workflow.fresh_code import DIGITS, STEP, Plate, changes_at, step_at
from workflow.ids import AreaId, SiteId

AT = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)
PLATE = Plate(secret=b"s" * 32, site=SiteId("hc"), area=AreaId("tk2"))


def by_hand(secret: bytes, said: bytes) -> str:
    """HMAC-SHA-256 as RFC 2104 writes it down; its first eight bytes, as decimal digits."""
    key = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in key) + said).digest()
    outer = hashlib.sha256(bytes(one ^ 0x5C for one in key) + inner).digest()
    return f"{int.from_bytes(outer[:8], 'big') % 1_000_000:06d}"


def test_the_number_is_an_hmac_over_place_and_half_minute() -> None:
    step = 59127360  # 1773820800 s / 30
    assert step_at(AT) == step
    assert PLATE.number(step) == by_hand(PLATE.secret, b"18:permitbot.fresh.v1\n2:hc\n3:tk2\n8:59127360")
    assert len(PLATE.number(step)) == DIGITS


def test_a_number_counts_while_it_is_shown_and_one_step_longer() -> None:
    given = PLATE.number(step_at(AT))
    for late in (timedelta(0), STEP - timedelta(seconds=1), STEP, 2 * STEP - timedelta(seconds=1)):
        assert PLATE.step_of(given, AT + late) == step_at(AT), late
    assert PLATE.step_of(given, AT + 2 * STEP) is None
    assert PLATE.step_of(given, AT - STEP) == step_at(AT), "clocks of two machines differ"
    assert PLATE.step_of(given, AT - STEP - timedelta(seconds=1)) is None


@pytest.mark.parametrize("seconds", range(30))
def test_a_photo_of_a_minute_ago_is_worth_nothing_whenever_it_was_taken(seconds: int) -> None:
    taken = AT + timedelta(seconds=seconds)
    assert PLATE.step_of(PLATE.number(step_at(taken)), taken + timedelta(minutes=1)) is None


def test_another_place_site_or_house_has_another_number() -> None:
    given = PLATE.number(step_at(AT))
    others = (
        Plate(secret=b"t" * 32, site=PLATE.site, area=PLATE.area),
        Plate(secret=PLATE.secret, site=SiteId("hd"), area=PLATE.area),
        Plate(secret=PLATE.secret, site=PLATE.site, area=AreaId("tk1")),
        Plate(secret=PLATE.secret, site=SiteId("h"), area=AreaId("ctk2")),
    )
    assert all(other.step_of(given, AT) is None for other in others)


@pytest.mark.parametrize("given", ["", "0", "12345", "1234567", "１２３４５６", "\ud800", "a" * 9])
def test_what_is_no_number_is_none(given: str) -> None:
    assert PLATE.step_of(given, AT) is None


def test_the_next_number_comes_at_the_half_minute() -> None:
    assert changes_at(AT) == AT + STEP
    assert changes_at(AT + timedelta(seconds=29.5)) == AT + STEP


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        step_at(AT.replace(tzinfo=None))
