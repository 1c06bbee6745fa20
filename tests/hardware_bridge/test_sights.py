"""What cameras' boxes say: of now, of a registered device, and not a hundred times a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hardware_bridge.devices import Known
from hardware_bridge.sample import Beat, DeviceKey, Flag, SourceKind
from hardware_bridge.sights import EVERY, SIGHTS, Sights
from workflow.ids import DeviceId
from workflow.seen import Seen

NOW = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
CAM = Known(id=DeviceId("CAM-3"), name="3号")


def said(*flags: Flag, at: datetime | None = None) -> Beat:
    return Beat(source=SourceKind.PUSH, device=DeviceKey("CAM-3"), device_time=at, flags=frozenset(flags))


def test_every_kind_has_its_word_on_the_wire() -> None:
    assert set(SIGHTS.values()) == set(Seen)


def test_a_storm_goes_to_the_office_now_and_then() -> None:
    sights = Sights()
    for _ in range(100):
        sights.take(CAM, said(Flag.NO_HELMET, at=NOW), NOW)
    assert sights.waiting() == (("CAM-3", Seen.NO_HELMET),)
    sights.told((CAM.id, Seen.NO_HELMET), NOW)
    assert not sights.take(CAM, said(Flag.NO_HELMET), NOW + EVERY / 2)
    assert sights.take(CAM, said(Flag.NO_HELMET, Flag.CROSSING), NOW + EVERY / 2)
    assert sights.waiting() == (("CAM-3", Seen.CROSSING),)
    assert sights.take(CAM, said(Flag.NO_HELMET), NOW + EVERY)


def test_what_the_office_did_not_hear_waits() -> None:
    sights = Sights()
    sights.take(CAM, said(Flag.CROSSING), NOW)
    assert sights.waiting() == sights.waiting() == (("CAM-3", Seen.CROSSING),)


def test_a_clock_that_was_set_back_holds_nothing_up() -> None:
    sights = Sights()
    sights.take(CAM, said(Flag.CROSSING), NOW)
    sights.told((CAM.id, Seen.CROSSING), NOW)
    assert sights.take(CAM, said(Flag.CROSSING), NOW - timedelta(hours=1))


def test_what_does_not_speak_of_now_is_not_heard() -> None:
    sights = Sights()
    for old in (
        said(Flag.NO_HELMET, at=NOW - CAM.stale_after - timedelta(seconds=1)),
        said(Flag.NO_HELMET, at=NOW + CAM.clock_ahead + timedelta(seconds=1)),
        said(Flag.NO_HELMET, Flag.STORED, at=NOW),
        said(Flag.NORMAL, at=NOW),
        said(Flag.ALARM, at=NOW),
    ):
        assert not sights.take(CAM, old, NOW)
    assert sights.waiting() == ()
