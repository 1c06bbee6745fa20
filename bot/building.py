"""A service from its settings: everything is checked and loaded here before anything listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import aiohttp

from bot import chat, stills
from bot.app import Service
from bot.bridging import Sources, agreed, no_sources
from bot.chat import Chat
from bot.clock import Clock, Entropy, Ids, SystemClock, SystemEntropy, SystemIds, steady
from bot.device_lines import lines_of
from bot.notify import Systemd
from bot.optional_parts import Plans
from bot.proofs.address import key_address
from bot.proofs.site import ladder_of
from bot.settings import Settings, SettingsError
from bot.tools import Tools
from handlers.house import house
from storage import migrate as migrations
from storage import policies
from storage.engine import open_database
from storage.faults import NO_FAULTS, Faults
from storage.policy_hazards import load_hazards
from storage.policy_radar import load_radar
from storage.policy_retention import load_retention
from storage.writer import Writer
from workflow.ids import SiteId

if TYPE_CHECKING:
    from hardware_bridge.outputs.plan import Plan


async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    entropy: Entropy | None = None,
    migrate: bool = False,
    oauth_base: str | None = None,
    faults: Faults = NO_FAULTS,
    steady: Callable[[], float] = steady,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    systemd: Systemd | None = None,
    chats: Callable[[Settings, chat.House], Iterable[Chat]] | None = None,
    sources: Sources = no_sources,
) -> Service:
    """Check the settings, load the rules, open memory. Nothing listens yet.

    Raise `SettingsError`, `storage.policies.PolicyError` or `storage.errors.CannotOpen`; each names what to mend.
    """
    settings.require_platform()
    tools = Tools(
        clock=clock or SystemClock(),
        ids=ids or SystemIds(),
        entropy=entropy or SystemEntropy(),
        oauth_base=oauth_base,
        faults=faults,
        steady=steady,
        pause=pause,
        systemd=systemd or Systemd({}),
        chats=chats,
        sources=sources,
        lines=lines_of(settings),
    )
    ladder = ladder_of(settings)
    book = policies.load(settings.policies, plant=settings.plant_file)
    agreed(settings, book)
    outputs = _outputs(settings)
    orders = _takes_orders(settings)
    cameras = await asyncio.to_thread(stills.planned, settings, book)
    retention = load_retention(settings.policies, plant=settings.plant_file)
    radar = load_radar(settings.policies)
    hazard_rules = load_hazards(settings.policies, plant=settings.plant_file, industry=book.plant.industry)
    url = settings.database_url.get_secret_value()
    if migrate:
        await asyncio.to_thread(migrations.upgrade, url)
    settings.media_dir.mkdir(parents=True, exist_ok=True)
    writer = Writer(open_database(url), settings.site_id, faults=faults)
    await writer.start()
    furniture = house(
        site=SiteId(settings.site_id),
        zone=ZoneInfo(settings.timezone),
        book=book,
        secret=settings.require_button_key().get_secret_value().encode(),
        equipment_system=settings.equipment_key is not None,
        key_pages=key_address(settings.public_url),
        radar=radar,
        hazard_rules=hazard_rules,
        rungs=ladder.rungs(),
        outputs=outputs is not None,
        work_orders=orders,
        cameras=stills.known(cameras),
    )
    return Service(
        settings=settings,
        tools=tools,
        furniture=furniture,
        writer=writer,
        session=aiohttp.ClientSession(),
        retention=retention,
        ladder=ladder,
        plans=Plans(outputs=outputs, cameras=cameras),
    )


def _takes_orders(settings: Settings) -> bool:
    """Whether the equipment system is handed work orders. Raise `SettingsError` where half of it is set."""
    if (settings.work_order_url is None) != (settings.work_order_key is None):
        raise SettingsError(["work orders want both PERMITBOT_WORK_ORDER_URL and PERMITBOT_WORK_ORDER_KEY"])
    return settings.work_order_url is not None


def _outputs(settings: Settings) -> Plan | None:
    """The outputs of the site; most have none, and carry nothing of them."""
    if settings.outputs_file is None:
        return None
    from bot.outputs import planned

    return planned(settings)
