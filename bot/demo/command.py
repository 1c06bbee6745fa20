"""``permitbot demo``: the whole product against local stand-ins, and a page with everybody's phones.

Progress is printed while it starts; a busy port is a clear sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

import structlog
import typer
from aiohttp import web

from bot.clock import OffsetClock
from bot.demo.camera import FieldCamera, camera
from bot.demo.devices import FieldDevices, broker, wiring
from bot.demo.outputs import FieldOutputs, Relays, relays
from bot.demo.plant import EQUIPMENT_KEY, ZONE, MorningClock, works
from bot.demo.stage import DemoStage
from sandbox.broker import DemoBroker
from sandbox.camera import VirtualCamera
from sandbox.equipment import EquipmentTwin
from sandbox.page.server import DemoPage
from sandbox.plant import equipment
from sandbox.plant.mixes import Mix
from sandbox.practice import APP, SITE


def main(*, port: int, data: Path | None, speed: float, practice: bool = False) -> int:
    """Run the demo until Ctrl-C, or the practice of a new worker instead; the exit code."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    try:
        return asyncio.run(_run(port=port, data=data, speed=speed, practice=practice))
    except KeyboardInterrupt:
        return 0


async def _run(*, port: int, data: Path | None, speed: float, practice: bool) -> int:
    began = time.monotonic()

    def tell(step: str) -> None:
        typer.echo(f"[{time.monotonic() - began:4.1f}s] {step}")

    tell("preparing the plant (480 people)")
    clock = OffsetClock(MorningClock(), speed=speed)
    with tempfile.TemporaryDirectory(prefix="permitbot-demo-") as scratch:
        folder = data or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        async with (
            broker(lambda trouble: tell(f"no broker, the demo goes on without field devices: {trouble!r}")) as heard,
            relays() as wired,
            camera(clock) as eye,
            works(
                folder,
                clock,
                mix=Mix.WECOM if practice else Mix.MIXED,
                app_name=APP if practice else "作业票",
                equipment_key=EQUIPMENT_KEY,
                failed=lambda trouble: tell(f"DingTalk's stand-in did not start, WeCom goes on alone: {trouble!r}"),
                **_wired(heard, folder, clock, wired, eye, practice=practice),
            ) as site,
        ):
            if eye is None:
                tell("no camera: PyAV is not installed (make demo CAMERA=1)")
            twins = [
                f"{name} twin at {one.base_url}"
                for name, one in (("WeCom", site.wecom), ("DingTalk", site.dingtalk))
                if one is not None
            ]
            tell(f"service at {site.service.base_url}, {', '.join(twins)}")
            vessels = EquipmentTwin(
                url=site.service.base_url,
                key=EQUIPMENT_KEY,
                equipment=equipment(),
                now=lambda: clock.now().astimezone(ZONE),
            )
            field = FieldDevices.of(heard, clock, site.service.bridge)
            outputs = FieldOutputs.of(wired, site.service.optional_parts.outputs, clock)
            asked = site.service.settings.cameras_file is not None
            seeing = FieldCamera.of(eye, site.service.writer, asked=asked)
            stage = DemoStage(site=site, zone=ZONE, vessels=vessels, field=field, outputs=outputs, camera=seeing)
            await vessels.repeat()
            await stage.hang_board()
            if practice:
                await stage.practise()
            runner = web.AppRunner(DemoPage(stage).app(), shutdown_timeout=0.5)
            await runner.setup()
            try:
                try:
                    await web.TCPSite(runner, "127.0.0.1", port).start()
                except OSError:
                    typer.echo(f"Port {port} is busy. Choose another one: make demo PORT={port + 1}", err=True)
                    return 1
                bound = runner.addresses[0][1]
                tell(f"open http://localhost:{bound}/ in a browser; Ctrl-C ends the demo")
                await _until_told_to_stop()
            finally:
                await stage.close()
                await runner.cleanup()
    return 0


def _wired(
    heard: DemoBroker | None,
    folder: Path,
    clock: OffsetClock,
    wired: Relays,
    eye: VirtualCamera | None,
    *,
    practice: bool,
) -> dict[str, Any]:
    """The field devices, outputs and camera; for a practice a plant of its own, with the devices alone."""
    found = wiring(heard, folder, clock, *((None, None) if practice else (wired, eye)))
    return found | ({"also": {**found.get("also", {}), "site_id": SITE}} if practice else {})


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    await stop.wait()
