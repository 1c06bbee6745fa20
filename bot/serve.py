"""`permitbot run`: the service in a process of its own, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal

from bot.building import build
from bot.notify import Systemd
from bot.settings import Settings


def main(*, settings: Settings) -> int:
    """Run the service until it is told to stop; the exit code."""
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    systemd = Systemd(os.environ)
    service = await build(settings, systemd=systemd)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    try:
        await service.start()
        systemd.ready()
        await stop.wait()
    finally:
        systemd.stopping()
        await service.stop()
    return 0
