"""The iBeacon frame."""

from __future__ import annotations

from uuid import UUID

import pytest

from hardware_bridge.codecs.ibeacon import Beacon, decode
from hardware_bridge.sample import SourceKind, Trouble

FRAME = bytes.fromhex("0215 FDA50693A4E24FB1AFCFC6EB07647825 000A 0102 C5")


def test_a_frame() -> None:
    found = decode(0x004C, FRAME, SourceKind.MQTT)
    uuid = UUID("fda50693-a4e2-4fb1-afcf-c6eb07647825")
    assert found == Beacon(uuid=uuid, major=10, minor=258, power_dbm=-59)


@pytest.mark.parametrize(("company", "frame"), [(0x0059, FRAME), (0x004C, b"\x10\x05" + FRAME[2:]), (0x004C, b"")])
def test_others_are_not_ours(company: int, frame: bytes) -> None:
    assert decode(company, frame, SourceKind.MQTT) is None


@pytest.mark.parametrize("frame", [FRAME[:-1], FRAME + b"\x00"])
def test_a_wrong_length_is_trouble(frame: bytes) -> None:
    assert isinstance(decode(0x004C, frame, SourceKind.MQTT), Trouble)
