"""What cameras' boxes say: of now, of a registered device, and not a hundred times a second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hardware_bridge.camera_alarms import ALARMS, EVERY, CameraAlarms
from hardware_bridge.devices import Known
from hardware_bridge.sample import Beat, DeviceKey, Flag, SourceKind
from workflow.camera_alarms import CameraAlarm
from workflow.ids import DeviceId

NOW = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
CAM = Known(id=DeviceId("CAM-3"), name="3号")


def said(*flags: Flag, at: datetime | None = None) -> Beat:
    return Beat(source=SourceKind.PUSH, device=DeviceKey("CAM-3"), device_time=at, flags=frozenset(flags))


def test_every_kind_has_its_word_on_the_wire() -> None:
    assert set(ALARMS.values()) == set(CameraAlarm)


def test_a_storm_goes_to_the_office_now_and_then() -> None:
    alarms = CameraAlarms()
    for _ in range(100):
        alarms.take(CAM, said(Flag.NO_HELMET, at=NOW), NOW)
    assert alarms.waiting() == (("CAM-3", CameraAlarm.NO_HELMET),)
    alarms.told((CAM.id, CameraAlarm.NO_HELMET), NOW)
    assert not alarms.take(CAM, said(Flag.NO_HELMET), NOW + EVERY / 2)
    assert alarms.take(CAM, said(Flag.NO_HELMET, Flag.CROSSING), NOW + EVERY / 2)
    assert alarms.waiting() == (("CAM-3", CameraAlarm.CROSSING),)
    assert alarms.take(CAM, said(Flag.NO_HELMET), NOW + EVERY)


def test_what_the_office_did_not_hear_waits() -> None:
    alarms = CameraAlarms()
    alarms.take(CAM, said(Flag.CROSSING), NOW)
    assert alarms.waiting() == alarms.waiting() == (("CAM-3", CameraAlarm.CROSSING),)


def test_a_clock_that_was_set_back_holds_nothing_up() -> None:
    alarms = CameraAlarms()
    alarms.take(CAM, said(Flag.CROSSING), NOW)
    alarms.told((CAM.id, CameraAlarm.CROSSING), NOW)
    assert alarms.take(CAM, said(Flag.CROSSING), NOW - timedelta(hours=1))


def test_what_does_not_speak_of_now_is_not_heard() -> None:
    alarms = CameraAlarms()
    for old in (
        said(Flag.NO_HELMET, at=NOW - CAM.stale_after - timedelta(seconds=1)),
        said(Flag.NO_HELMET, at=NOW + CAM.clock_ahead + timedelta(seconds=1)),
        said(Flag.NO_HELMET, Flag.STORED, at=NOW),
        said(Flag.NORMAL, at=NOW),
        said(Flag.ALARM, at=NOW),
    ):
        assert not alarms.take(CAM, old, NOW)
    assert alarms.waiting() == ()
