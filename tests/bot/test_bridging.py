"""The bridge as a part of the service: off until it is asked for, run with it, and never missing where it is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.bridging import agreed
from bot.building import build
from bot.demo import plant
from bot.doctor import Verdict
from bot.doctor_devices import _lines
from bot.settings import Settings, SettingsError
from hardware_bridge.sources.replay import Line
from storage import policies
from tests.support.detectors import WATCH, sample
from tests.support.eventually import eventually
from workflow.camera_alarms import CameraAlarm, CameraAlarmRule, Then


def settings_for(folder: Path, **other: object) -> Settings:
    base = plant.settings_for(folder, "http://127.0.0.1:1").model_dump(exclude_none=True)
    return Settings.model_validate(base | {"listen_port": 0} | other)


async def test_a_service_without_devices_has_no_bridge(tmp_path: Path) -> None:
    made = await build(settings_for(tmp_path), migrate=True)
    assert made.bridge is None
    assert "bridge" not in dict(made._loops())
    await made.stop()


async def test_what_a_source_hears_reaches_the_bridge_and_the_health_page(tmp_path: Path) -> None:
    line = Line("test")
    made = await build(settings_for(tmp_path, hardware_bridge=True), migrate=True, sources=lambda _: (line,))
    assert made.bridge is not None
    assert "bridge" in made._pulse._bounds
    try:
        await made.start()
        line.say(sample(key="stranger"))
        bridge = made.bridge
        await eventually(lambda: bridge.unknown["stranger"] == 1)
        async with aiohttp.ClientSession() as session, session.get(f"{made.base_url}/healthz") as answer:
            notes = (await answer.json())["notes"]
        assert "devices: 1 devices nobody registered speak, e.g. stranger" in notes
    finally:
        await made.stop()


def test_a_plant_that_asks_for_detectors_is_not_served_without_a_bridge(tmp_path: Path) -> None:
    off, on = settings_for(tmp_path), settings_for(tmp_path, hardware_bridge=True)
    book = policies.load(off.policies, plant=off.plant_file)
    asks = replace(book, plant=replace(book.plant, monitoring=(WATCH,)))
    agreed(off, book)
    agreed(on, asks)
    with pytest.raises(SettingsError, match="PERMITBOT_HARDWARE_BRIDGE"):
        agreed(off, asks)
    seen = CameraAlarmRule(kinds=frozenset({CameraAlarm.CROSSING}), then=Then.STOP)
    with pytest.raises(SettingsError, match="what cameras see"):
        agreed(off, replace(book, plant=replace(book.plant, seen=(seen,))))


async def test_lines_of_the_site_are_read_heard_and_counted(tmp_path: Path) -> None:
    file = tmp_path / "lines.yaml"
    file.write_text(
        "nmea_server:\n  - {name: gps, host: 127.0.0.1, port: '0', devices: {127.0.0.1: GPS-1}}\n", encoding="utf-8"
    )
    with pytest.raises(SettingsError, match="PERMITBOT_HARDWARE_BRIDGE"):
        await build(settings_for(tmp_path, device_lines=str(file)), migrate=True)
    made = await build(settings_for(tmp_path, hardware_bridge=True, device_lines=str(file)), migrate=True)
    try:
        await made.start()
        async with aiohttp.ClientSession() as session, session.get(f"{made.base_url}/healthz") as answer:
            assert (await answer.json())["devices"]["gps"]["lines"] == 0
    finally:
        await made.stop()


async def test_a_file_of_lines_with_a_fault_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "lines.yaml"
    file.write_text("nmea:\n  - {name: gps, host: 127.0.0.1, port: '1'}\n", encoding="utf-8")
    settings = settings_for(tmp_path, hardware_bridge=True, device_lines=str(file))
    with pytest.raises(policies.PolicyError, match=r"lines\.yaml:2: nmea\[0\]\.device"):
        await build(settings, migrate=True)
    assert [(one.verdict, one.saw.partition(": ")[0]) for one in _lines(settings)] == [(Verdict.BAD, "lines.yaml:2")]
