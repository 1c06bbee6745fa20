"""The hardware bridge as a part of the service: made when the settings say so, run as one of its loops.

A plant whose file asks for detectors and whose service hears none would stop all such work a minute after its start;
so that is refused before anything listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.clock import Clock, Entropy, Ids
from bot.pulse import Pulse
from bot.settings import Settings, SettingsError
from handlers.house import House
from handlers.office import Office
from storage.writer import Writer
from workflow.ids import SiteId
from workflow.occupancy import OccupancyBreach
from workflow.rules.book import RuleBook

if TYPE_CHECKING:
    from hardware_bridge.lines import Lines
    from hardware_bridge.service import Bridge
    from hardware_bridge.source import Source

SILENT_AFTER: Final = timedelta(minutes=1)
"""How long the bridge may give no sign of life before the house counts as ill; it turns every second."""

Sources = Callable[[Settings], "Iterable[Source]"]
"""Makes the transports the settings name."""


def no_sources(_: Settings) -> tuple[Source, ...]:
    """A bridge that nothing speaks to."""
    return ()


def agreed(settings: Settings, book: RuleBook) -> None:
    """Raise `SettingsError` where the plant's file asks for detectors and no bridge would hear them."""
    if book.plant.monitoring and not settings.hardware_bridge:
        raise SettingsError(
            ["the plant file asks for detectors (monitoring): set PERMITBOT_HARDWARE_BRIDGE=true, or take that out"]
        )
    if book.plant.guardian_tag and not settings.hardware_bridge:
        raise SettingsError(
            ["the plant file asks for tags (guardian_tag): set PERMITBOT_HARDWARE_BRIDGE=true, or take that out"]
        )
    if any(one.kind is not OccupancyBreach.OVERTIME for one in book.plant.crowd) and not settings.hardware_bridge:
        raise SettingsError(
            ["the plant file asks who is at a place (crowd): set PERMITBOT_HARDWARE_BRIDGE=true, or take that out"]
        )
    if book.plant.seen and not settings.hardware_bridge:
        raise SettingsError(
            ["the plant file asks for what cameras see (seen): set PERMITBOT_HARDWARE_BRIDGE=true, or take that out"]
        )


def transports(
    settings: Settings, lines: Lines | None, *, clock: Clock, entropy: Entropy, steady: Callable[[], float]
) -> Iterator[Source]:
    """What the settings name, for the house itself or for a gateway beside the plant. Raise as `bot.mqtt.brokers`."""
    from bot.mqtt import mqtt_sources
    from hardware_bridge.sources.opened import sources_of

    yield from mqtt_sources(settings, clock, entropy)
    if lines is not None:
        yield from sources_of(lines, clock=clock.now, steady=steady)


def bridge_of(
    settings: Settings,
    *,
    furniture: House,
    writer: Writer,
    office: Office,
    clock: Clock,
    ids: Ids,
    entropy: Entropy,
    pulse: Pulse,
    sources: Sources,
    lines: Lines | None,
    steady: Callable[[], float],
) -> Bridge | None:
    """The bridge of this site with the transports its settings name, and ``sources`` besides; None when the settings
    want none. Raise as `bot.mqtt.brokers`."""
    if not settings.hardware_bridge:
        return None
    # Imported where it is used: a site without devices carries none of it.
    from hardware_bridge.service import Bridge

    return Bridge(
        site=SiteId(settings.site_id),
        zone=settings.zone,
        house=furniture,
        writer=writer,
        ask=office.handle,
        tell=office.handle,
        clock=clock.now,
        key=ids.new,
        sources=(*sources(settings), *transports(settings, lines, clock=clock, entropy=entropy, steady=steady)),
        alive=pulse.expect("bridge", SILENT_AFTER),
    )
