"""`permitbot bridge`: a site gateway in a process of its own, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import aiohttp

from bot.bridging import transports
from bot.clock import SystemClock, SystemEntropy, SystemIds, steady
from bot.device_lines import lines_of
from bot.settings import Settings, SettingsError
from hardware_bridge.gateway.link import Link
from hardware_bridge.gateway.service import SiteGateway
from hardware_bridge.gateway.spool import Spool


def main(*, settings: Settings, site: str, folder: Path) -> int:
    """Run the gateway until it is told to stop; the exit code. Raise as `made`."""
    return asyncio.run(_serve(settings, site, folder))


async def _serve(settings: Settings, site: str, folder: Path) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with aiohttp.ClientSession() as session:
        gateway = made(settings, site, folder, session)
        running = asyncio.create_task(gateway.run(), name="gateway")
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await gateway.keep()
    return 0 if stop.is_set() else 1


def made(settings: Settings, site: str, folder: Path, session: aiohttp.ClientSession) -> SiteGateway:
    """The gateway as the settings say. Raise `SettingsError`, and as `bot.bridging.transports`."""
    url, key = settings.gateway_url, settings.gateway_key
    if url is None or key is None:
        raise SettingsError(
            ["a gateway needs PERMITBOT_GATEWAY_URL (the main house) and PERMITBOT_GATEWAY_KEY (its own key)"]
        )
    clock, ids = SystemClock(), SystemIds()
    link = Link(
        url,
        gateway=site,
        key=key.get_secret_value().encode(),
        session=session,
        steady=steady,
        date=lambda: clock.now().timestamp(),
        nonce=ids.new,
    )
    sources = transports(settings, lines_of(settings), clock=clock, entropy=SystemEntropy(), steady=steady)
    return SiteGateway(
        sources=tuple(sources),
        spool=Spool(folder, name=ids.new()),
        link=link,
        run_name=ids.new(),
        steady=steady,
        clock=clock.now,
    )
