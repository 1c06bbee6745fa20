"""Where the plant's equipment system reports what is purged and what is not: ``POST /equipment/state``.

The rules of `bot.signed_port` hold, and an old report never takes the place of a newer one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Final

import msgspec
from aiohttp import web
from pydantic import SecretStr

from bot.clock import Clock
from bot.signed_port import PATIENCE, Dated, SignedPort
from bot.turned_away import No, TurnedAway
from handlers.house import House
from handlers.interlocking import Report, Taken, UnknownEquipment, reported
from storage.writer import Writer
from workflow.ids import EquipmentId
from workflow.interlock import EquipmentState

PATH: Final = "/equipment/state"

Office = Callable[[Report], Awaitable[Taken]]
"""Takes a report and returns once it is committed. Raise `UnknownEquipment`, which is theirs; anything else is ours."""


class _Body(Dated, kw_only=True):
    equipment: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    state: EquipmentState


class EquipmentPort:
    """The address the equipment system reports to."""

    def __init__(self, *, key: bytes, office: Office, clock: Clock, patience: timedelta = PATIENCE) -> None:
        self._office = office
        self._port = SignedPort(key=key, clock=clock, patience=patience)

    def routes(self) -> list[web.RouteDef]:
        """The one route of the port."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Take one report; 200 once it is committed."""
        return await self._port.take(request, _Body, self._keep)

    async def _keep(self, nonce: str, said: _Body) -> Taken:
        report = Report(
            key=f"equipment:{nonce}", equipment=EquipmentId(said.equipment), state=said.state, at=said.at, by=said.by
        )
        try:
            return await self._office(report)
        except UnknownEquipment:
            raise TurnedAway(No.EQUIPMENT) from None


def equipment_port(key: SecretStr | None, writer: Writer, house: House, clock: Clock) -> list[web.RouteDef]:
    """The port's route over real memory; none without a key."""
    if key is None:
        return []

    async def take(report: Report) -> Taken:
        return await writer.submit(lambda tx: reported(tx, house, report, clock.now()))

    return EquipmentPort(key=key.get_secret_value().encode(), office=take, clock=clock).routes()
