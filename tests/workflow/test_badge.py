"""A badge is good for one person, one door and two minutes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.badge import LASTS, LONGEST_BADGE, SKEW, Badge, NotABadge, opened, spelled
from workflow.ids import PersonId

MADE = datetime(2025, 6, 11, 1, 0, tzinfo=UTC)
SECRET = b"s" * 32
ONE = Badge(site="HC", output="door-1", person=PersonId("李明"), made_at=MADE, nonce=bytes(8))


def read(text: str, **changes: str | datetime | bytes) -> Badge:
    said: dict[str, object] = {"site": "HC", "output": "door-1", "now": MADE} | changes
    secret = said.pop("secret", SECRET)
    return opened(text, secret, **said)  # type: ignore[arg-type]  # a test's shorthand


def test_it_comes_back_as_it_was_made() -> None:
    text = spelled(ONE, SECRET)
    assert read(text) == ONE
    assert text.isascii()
    assert text == text.upper()
    assert len(text) <= LONGEST_BADGE


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"output": "door-2"}, "another door"),
        ({"site": "XX"}, "another door"),
        ({"now": MADE + LASTS + timedelta(microseconds=1)}, "not of this moment"),
        ({"now": MADE - SKEW - timedelta(microseconds=1)}, "not of this moment"),
        ({"secret": b"t" * 32}, "signature"),
    ],
)
def test_at_no_other_door_and_at_no_other_time(changes: dict[str, str | datetime | bytes], why: str) -> None:
    with pytest.raises(NotABadge, match=why):
        read(spelled(ONE, SECRET), **changes)


@given(st.text(max_size=600) | st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", max_size=400).map("PTD1:{}".format))
def test_anything_else_is_a_plain_no(text: str) -> None:
    with pytest.raises(NotABadge):
        read(text)


def test_no_single_letter_can_be_changed() -> None:
    text = spelled(ONE, SECRET)
    for place in range(5, len(text) - 1):  # the very last letter holds bits that stand for nothing
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(NotABadge):
            read(text[:place] + other + text[place + 1 :])


def test_a_badge_names_somebody() -> None:
    with pytest.raises(ValueError, match="1 to 64"):
        replace(ONE, person=PersonId(""))


def test_no_signature_made_for_anything_else_fits() -> None:
    """Reckoned here by hand: the same key over the same bytes, without the words that stand before a badge's."""
    good = spelled(ONE, SECRET)
    letters = good.removeprefix("PTD1:")
    body = base64.b32decode(letters + "=" * (-len(letters) % 8))[:-16]
    for before, opens in ((b"permitbot.badge.v1\n", True), (b"", False)):
        tag = hmac.new(SECRET, before + body, hashlib.sha256).digest()[:16]
        text = "PTD1:" + base64.b32encode(body + tag).decode().rstrip("=")
        assert (text == good) is opens
