"""The doctor names every device that may not serve today, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.doctor import Verdict
from bot.doctor_devices import _behind, _looked_at
from storage.directory import Device
from tests.support.detectors import device

TODAY = date(2026, 5, 12)


def said(*rows: Device) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.saw) for one in _looked_at(tuple(rows), TODAY)]


def test_what_may_not_serve_is_named() -> None:
    rows = (
        device("A"), device("B", due=date(2026, 5, 11)), device("C", due=None), device("D", due=date(2026, 6, 11)),
        device("E", due=TODAY), device("F", due=date(2026, 6, 12)),
    )  # fmt: skip
    assert said(*rows) == [
        (Verdict.ADVICE, "B does not serve: calibration ended on 2026-05-11"),
        (Verdict.ADVICE, "C does not serve: calibration is not on record"),
        (Verdict.ADVICE, "D: calibration ends on 2026-06-11"),
        (Verdict.ADVICE, "E: calibration ends on 2026-05-12"),
        (Verdict.GOOD, "6 devices"),
    ]


def test_what_cannot_be_read_is_named_with_its_key() -> None:
    ((verdict, saw),) = said(replace(device(), settings='{"chanels":[]}'))
    assert verdict is Verdict.BAD
    assert saw.startswith("GD-1: settings: ")


def test_a_device_and_its_gateway_know_of_each_other_or_it_is_said() -> None:
    rows = (device("A", gateway="north"), device("B", gateway="nroth"), device("C"))
    found = [(one.verdict, one.saw) for one in _behind(rows, frozenset({"north", "south"}))]
    assert found == [
        (Verdict.BAD, "B stands behind gateway nroth, and PERMITBOT_GATEWAY_KEYS knows none of that name"),
        (Verdict.BAD, "gateway south speaks for no device: nothing it says is heard"),
    ]
