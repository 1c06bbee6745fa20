"""The site's file of lines, read before anything listens, so that a fault in it is told then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.clock import Clock
from bot.settings import Settings, SettingsError
from storage.writer import Writer

if TYPE_CHECKING:
    from hardware_bridge.lines import Lines
    from hardware_bridge.service import Bridge


def lines_of(settings: Settings) -> Lines | None:
    """The file as read; None without one. Raise `SettingsError` where no bridge would hear what it names,
    `storage.policy_yaml.PolicyError` with every fault of the file."""
    if settings.device_lines is None:
        return None
    if not settings.hardware_bridge:
        raise SettingsError(["PERMITBOT_DEVICE_LINES names lines nobody hears: set PERMITBOT_HARDWARE_BRIDGE=true"])
    # Imported where it is used: a site without devices carries none of it.
    from hardware_bridge.lines import load

    def secret(name: str) -> str | None:
        found = settings.named(name)
        return None if found is None else found.get_secret_value()

    return load(settings.policies, settings.policies / settings.device_lines, secret)


def push_routes(bridge: Bridge | None, writer: Writer, clock: Clock) -> list[web.RouteDef]:
    """Where devices push to; none where no sender is named."""
    if bridge is None:
        return []
    from bot.web.push import push_port
    from hardware_bridge.sources.push import Inlet

    inlets = [source for source in bridge.sources if isinstance(source, Inlet)]
    return [route for inlet in inlets for route in push_port(inlet, writer, clock)]
