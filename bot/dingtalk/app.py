"""From the settings of a site to the client of its app."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp

from bot.clock import Clock, steady
from bot.dingtalk.api import Api
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.media import Downloads
from bot.dingtalk.quota import NO_METER, Meter
from bot.settings import DingTalkCredentials


def client_of(
    credentials: DingTalkCredentials,
    session: aiohttp.ClientSession,
    clock: Clock,
    *,
    meter: Meter = NO_METER,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    steady: Callable[[], float] = steady,
) -> DingTalkClient:
    """The client of the app the settings name."""
    api = Api(
        session,
        clock,
        app_key=credentials.client_id,
        app_secret=credentials.client_secret,
        base_url=credentials.openapi_base_url,
        old_base_url=credentials.oapi_base_url,
        meter=meter,
        pause=pause,
        steady=steady,
    )
    return DingTalkClient(
        session,
        clock,
        api,
        corp_id=credentials.corp_id,
        robot_code=credentials.robot_code,
        downloads=Downloads.beside((credentials.openapi_base_url, credentials.oapi_base_url)),
    )
