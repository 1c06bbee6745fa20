"""What a site may have besides its chats: doors and sirens, cameras, an equipment system.

Most sites have none of them, and carry nothing of their rooms: each is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web

from bot.pulse import Pulse
from bot.settings import Settings
from bot.tools import Tools
from handlers.house import House
from handlers.office import Office
from handlers.outgoing import OutputOrder, StillOrder, WorkOrder
from storage.media import MediaFiles
from storage.writer import Writer
from workflow.ids import SiteId

if TYPE_CHECKING:
    from bot.outputs import Outputs
    from bot.stills import Stills
    from bot.web.pages import Pages
    from bot.work_orders import WorkOrders
    from hardware_bridge.cameras.plan import Plan as CameraPlan
    from hardware_bridge.outputs.plan import Plan
    from hardware_bridge.service import Bridge


@dataclass(frozen=True, slots=True, kw_only=True)
class Plans:
    """What the files of the site say is fitted."""

    outputs: Plan | None = None
    cameras: CameraPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """What the service lends to all of them."""

    settings: Settings
    tools: Tools
    house: House
    writer: Writer
    session: aiohttp.ClientSession
    office: Office
    media: MediaFiles
    pulse: Pulse
    bridge: Bridge | None
    key: bytes = field(repr=False)
    """What buttons and badges are signed with."""


class OptionalParts:
    """Takes what the outbox has for each of them. What was taken away since it was ordered takes nothing."""

    def __init__(self, plans: Plans, lent: Lent) -> None:
        self.outputs = _outputs(plans.outputs, lent)
        self.stills = _stills(plans.cameras, lent)
        self.work_orders = _work_orders(lent)

    async def drive(self, order: OutputOrder) -> None:
        """An order to doors, ignitions and sirens."""
        if self.outputs is not None:
            await self.outputs.drive(order)

    async def picture(self, order: StillOrder) -> None:
        """An order for a picture."""
        if self.stills is not None:
            await self.stills.take(order)

    async def hand_over(self, order: WorkOrder) -> None:
        """An order to the equipment system."""
        if self.work_orders is not None:
            await self.work_orders.hand_over(order)

    def routes(self) -> Iterator[web.RouteDef]:
        """Where they reach us."""
        if self.outputs is not None:
            yield from self.outputs.routes()
        if self.work_orders is not None:
            yield from self.work_orders.routes()

    def pages(self) -> tuple[Callable[[web.Application, Pages], None], ...]:
        """The pages they bring."""
        return () if self.outputs is None else (self.outputs.install,)

    def loops(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """What of them runs as long as the service."""
        if self.outputs is not None:
            yield "outputs", self.outputs.keeper.run

    def notes(self) -> Iterable[str]:
        """What is not as it should be."""
        if self.outputs is not None:
            yield from self.outputs.keeper.notes()
        if self.work_orders is not None:
            yield from self.work_orders.notes()


def _outputs(plan: Plan | None, lent: Lent) -> Outputs | None:
    if plan is None or lent.bridge is None:
        return None
    from bot import outputs

    tools = lent.tools
    given = outputs.Lent(
        settings=lent.settings, house=lent.house, writer=lent.writer, clock=tools.clock, ids=tools.ids,
        entropy=tools.entropy, pulse=lent.pulse, session=lent.session, tell=lent.office.handle,
        badge_key=lent.key,
    )  # fmt: skip
    return outputs.Outputs(plan, given, lent.bridge)


def _stills(plan: CameraPlan | None, lent: Lent) -> Stills | None:
    if plan is None:
        return None
    from bot.stills import Stills
    from hardware_bridge.cameras.rtsp import RtspCamera

    return Stills(
        cameras={name: RtspCamera(address, ca=plan.authorities.get(name)) for name, address in plan.addresses.items()},
        site=SiteId(lent.settings.site_id), house=lent.house, writer=lent.writer, media=lent.media,
        clock=lent.tools.clock, tell=lent.office.handle,
    )  # fmt: skip


def _work_orders(lent: Lent) -> WorkOrders | None:
    url, key, entropy = lent.settings.work_order_url, lent.settings.work_order_key, lent.tools.entropy
    if url is None or key is None:
        return None
    from bot.work_orders import WorkOrders

    return WorkOrders(
        url=url, key=key.get_secret_value().encode(), session=lent.session, writer=lent.writer,
        house=lent.house, clock=lent.tools.clock, nonce=lambda: entropy.take(16).hex(),
    )  # fmt: skip
