"""`permitbot menu`: give the app its menu. WeCom keeps it: once is enough, and again after an update."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp

from bot.clock import Clock, SystemClock
from bot.settings import Settings
from bot.wecom.client import client_of
from bot.wecom.errors import WeComTrouble
from bot.wecom.menu import menu_body


def menu(*, settings: Settings, say: Callable[[str], None], clock: Clock | None = None) -> int:
    """Replace the app's menu; 1 when WeCom does not take it. Raise `SettingsError`."""
    try:
        asyncio.run(_publish(settings, clock or SystemClock()))
    except WeComTrouble as trouble:
        say(f"WeCom: {trouble}. The menu is as it was; `permitbot doctor` examines the credentials.")
        return 1
    say("The app has its menu.")
    return 0


async def _publish(settings: Settings, clock: Clock) -> None:
    async with aiohttp.ClientSession() as session:
        client = client_of(settings.wecom(), session, clock)
        await client.create_menu(menu_body())
