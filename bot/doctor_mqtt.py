"""`permitbot doctor` on MQTT: is each broker there, does it let us in, may we hear what we want, is anybody speaking?

It comes under a name of its own, so that the running service is not thrown out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import steady
from bot.doctor import Finding, Verdict
from bot.settings import Settings, SettingsError, variable

if TYPE_CHECKING:
    from hardware_bridge.sources.mqtt_client import Door
    from hardware_bridge.sources.mqtt_topics import Feed

PATIENCE_S = 5.0
"""How long it listens for a first message."""


async def examine_mqtt(settings: Settings, *, listen_s: float = PATIENCE_S) -> list[Finding]:
    """Every broker the settings name, one after the other."""
    from bot.mqtt import brokers
    from storage.policies import PolicyError

    if not settings.hardware_bridge:
        if settings.mqtt_url is None:
            return []
        saw = f"{variable('mqtt_url')} is set, and no device is listened to"
        return [Finding(subject="mqtt", verdict=Verdict.ADVICE, saw=saw, cure="PERMITBOT_HARDWARE_BRIDGE=true")]
    try:
        wanted = await asyncio.to_thread(brokers, settings)
    except (SettingsError, PolicyError) as wrong:
        cure = f"correct {settings.mqtt_file}, or set what it names"
        return [Finding(subject="mqtt", verdict=Verdict.BAD, saw=str(wrong), cure=cure)]
    found: list[Finding] = []
    for one, door in wanted:
        found.append(await _look(one.name, door, one.feeds, listen_s))
        found += _unbound(one.name, one.feeds)
    return found


def _unbound(name: str, feeds: tuple[Feed, ...]) -> Iterator[Finding]:
    """Topics on which whoever may write there makes the air of any device (docs/adr/0206)."""
    for feed in feeds:
        if feed.device is None and feed.devices is None:
            saw = f"whoever may write under {feed.pattern} speaks for every device"
            cure = "write `device` or `devices` beside that topic"
            yield Finding(subject=f"mqtt {name}", verdict=Verdict.ADVICE, saw=saw, cure=cure)


async def _look(name: str, door: Door, feeds: tuple[Feed, ...], listen_s: float) -> Finding:
    from hardware_bridge.sources.mqtt_client import Connection, LineLost, NotLetIn

    subject, first = f"mqtt {name}", asyncio.Event()
    apart = replace(door, client_id=f"{door.client_id}-doctor", keeps=timedelta(0))

    def hear(_topic: str, _body: bytes, kept: bool) -> None:
        if not kept:
            first.set()

    line = Connection(apart, hear=hear, opened=lambda _: None)
    try:
        await line.open()
        refused = await line.subscribe([(one.pattern, one.qos) for one in feeds])
        if refused:
            saw = f"{door.address} refuses {', '.join(refused)}"
            cure = "let us read it in the broker's access list"
            return Finding(subject=subject, verdict=Verdict.BAD, saw=saw, cure=cure)
        began = steady()
        async with asyncio.timeout(listen_s):
            await first.wait()
    except NotLetIn as no:
        cure = "compare user, password and the broker's list of users"
        return Finding(subject=subject, verdict=Verdict.BAD, saw=f"{door.address} does not let us in: {no}", cure=cure)
    except TimeoutError:
        saw = f"{door.address} lets us in; no device said anything within {listen_s:.0f} s"
        return Finding(subject=subject, verdict=Verdict.ADVICE, saw=saw, cure="compare the topics with the gateway's")
    except (LineLost, OSError) as trouble:
        cure = "is the broker running, its address right, its certificate in date and signed by the CA that is set?"
        return Finding(subject=subject, verdict=Verdict.BAD, saw=f"{door.address}: {trouble}", cure=cure)
    finally:
        await line.close()
    saw = f"{door.address} lets us in; a message came after {steady() - began:.1f} s"
    return Finding(subject=subject, verdict=Verdict.GOOD, saw=saw)
