"""MQTT as the settings and the policy file name it: brokers with their secrets, made into sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import Clock, Entropy, steady
from bot.settings import Settings, SettingsError, variable

if TYPE_CHECKING:
    from hardware_bridge.sources.mqtt import Mqtt
    from hardware_bridge.sources.mqtt_client import Door
    from hardware_bridge.sources.mqtt_policy import Wanted


def brokers(settings: Settings) -> tuple[tuple[Wanted, Door], ...]:
    """Every broker this site speaks with. Raise `SettingsError` for a secret that is missing or an address that is
    none, `storage.policies.PolicyError` for a file that cannot be used."""
    from hardware_bridge.sources.mqtt_policy import load

    file = Path(settings.mqtt_file)
    wanted = load(settings.policies, file if file.is_absolute() else settings.policies / file)
    found = tuple((one, _door(settings, one)) for one in wanted if one.at is not None or settings.mqtt_url is not None)
    if settings.mqtt_url is not None and all(one.at is not None for one, _ in found):
        raise SettingsError([f"{variable('mqtt_url')} is set, and every broker of {file.name} has a url of its own"])
    return found


def _door(settings: Settings, wanted: Wanted) -> Door:
    from hardware_bridge.sources.mqtt_client import Door, address

    ours = wanted.at is None
    at = wanted.at or address(settings.mqtt_url or "")
    password = None
    if ours and settings.mqtt_password is not None:
        password = settings.mqtt_password
    elif wanted.password is not None:
        password = settings.named(wanted.password)
        if password is None:
            raise SettingsError([f"{wanted.password} is not set (the password for the MQTT broker {wanted.name})"])
    return Door(
        host=at.host,
        port=at.port,
        tls=at.tls,
        client_id=wanted.client_id or f"permitbot-{settings.site_id}",
        version=wanted.version,
        user=wanted.user or (settings.mqtt_user if ours else None),
        password=None if password is None else password.get_secret_value(),
        ca=wanted.ca or (settings.mqtt_ca if ours else None),
        certificate=wanted.certificate,
        key=wanted.key,
        keeps=wanted.keeps,
    )


def mqtt_sources(settings: Settings, clock: Clock, entropy: Entropy) -> Iterator[Mqtt]:
    """A source for each broker. Raise as `brokers` does."""
    found = brokers(settings)
    if not found:
        return
    from hardware_bridge.sources.mqtt import Mqtt

    for wanted, door in found:
        yield Mqtt(
            f"mqtt {wanted.name}",
            door,
            wanted.feeds,
            clock=clock.now,
            steady=steady,
            chance=lambda: int.from_bytes(entropy.take(4)) / 2**32,
            token=entropy.take(16).hex(),
        )
