"""The site's file of lines, read before anything listens, so that a fault in it is told then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from hardware_bridge.lines import Lines


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
