"""Signed pushes: an example worked out by hand, and every way to be somebody else."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hardware_bridge.codecs.signed_push import WINDOW, Push, sign, verify
from hardware_bridge.sample import DeviceKey, Why

KEY = b"0123456789abcdef0123456789abcdef"
AT = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
SENDER = DeviceKey("gateway-1")
BODY = b'{"device_id":"G-1"}'


class Seen:
    """Nonces in a set."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], datetime] = {}

    def claim(self, sender: DeviceKey, nonce: str, until: datetime) -> bool:
        fresh = (sender, nonce) not in self.kept
        self.kept[sender, nonce] = until
        return fresh


def push(at: datetime = AT) -> Push:
    plain = Push(
        method="POST", path="/devices/push?v=1", timestamp=str(int(at.timestamp())), nonce="n" * 16, body=BODY,
        signature="",
    )  # fmt: skip
    return replace(plain, signature=sign(KEY, plain))


def why(one: Push, seen: Seen | None = None, at: datetime = AT) -> Why | None:
    found = verify(one, sender=SENDER, key=KEY, at=at, nonces=seen or Seen())
    return None if found is None else found.why


def test_the_signature_is_the_documented_one() -> None:
    lines = f"POST\n/devices/push?v=1\n1767576600\n{'n' * 16}\n{hashlib.sha256(BODY).hexdigest()}"
    assert push().signature == hmac.new(KEY, lines.encode(), "sha256").hexdigest()
    assert why(push()) is None


def test_every_signed_part_is_signed() -> None:
    good = push()
    for changed in (
        replace(good, method="PUT"), replace(good, path="/devices/push?v=2"), replace(good, timestamp="1767576601"),
        replace(good, nonce="m" * 16), replace(good, body=BODY + b" "), replace(good, signature="0" * 64),
    ):  # fmt: skip
        seen = Seen()
        assert why(changed, seen) is Why.SIGNATURE
        assert not seen.kept, "a stranger uses up no nonce"


def test_a_request_works_once() -> None:
    seen = Seen()
    assert why(push(), seen) is None
    assert why(push(), seen) is Why.SIGNATURE
    assert min(seen.kept.values()) > AT + WINDOW, "remembered for longer than it could be used again"


@pytest.mark.parametrize(
    ("late", "answer"),
    [
        (WINDOW, None),
        (-WINDOW, None),
        (WINDOW + timedelta(seconds=1), Why.TIME),
        (-WINDOW - timedelta(seconds=1), Why.TIME),
    ],
)
def test_the_window(late: timedelta, answer: Why | None) -> None:
    assert why(push(), at=AT + late) is answer


def test_form() -> None:
    good = push()
    for changed in (
        replace(good, method="post"), replace(good, path="devices"), replace(good, path="/a\nb"),
        replace(good, timestamp="1767576600.0"), replace(good, timestamp=""), replace(good, timestamp="१७६७५७६६००"),
        replace(good, nonce="short"), replace(good, nonce="n" * 65), replace(good, signature=""),
        replace(good, signature="Ü" * 64),
    ):  # fmt: skip
        assert why(changed) is Why.SHAPE


def test_a_short_key_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        verify(push(), sender=SENDER, key=b"short", at=AT, nonces=Seen())


def test_neither_signature_nor_body_is_shown() -> None:
    shown = repr(push())
    assert push().signature not in shown
    assert "device_id" not in shown
