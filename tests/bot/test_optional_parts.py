"""What a site has besides its chats: told of where it is, taken for nothing where it was taken away since."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.app import Service
from bot.building import build
from bot.demo import plant
from bot.settings import Settings
from bot.work_orders import PATH
from handlers.outgoing import WorkOrder
from workflow.ids import HazardId

ORDERS = {"work_order_url": "http://127.0.0.1:1", "work_order_key": "the-key-of-the-equipment-system-of-this-test"}


async def _made(where: Path, **more: str) -> Service:
    base = plant.settings_for(where, "http://127.0.0.1:1").model_dump(exclude_none=True)
    return await build(Settings.model_validate(base | more), migrate=True)


async def test_an_equipment_system_that_takes_nothing_is_told_of_and_has_its_port(tmp_path: Path) -> None:
    service = await _made(tmp_path, **ORDERS)
    try:
        orders = service.optional_parts.work_orders
        assert orders is not None
        assert [route.path for route in service.optional_parts.routes()] == [PATH]
        assert list(service.optional_parts.notes()) == []
        orders._failing = (datetime(2026, 3, 18, 9, tzinfo=UTC), "it is down")
        assert list(service.optional_parts.notes()) == [*orders.notes()]
        assert "it is down" in orders.notes()[0]
    finally:
        await service.stop()


async def test_where_there_is_none_an_old_order_ends_quietly(tmp_path: Path) -> None:
    service = await _made(tmp_path)
    try:
        await service.optional_parts.hand_over(WorkOrder(hazard=HazardId("YH-1")))
        assert (list(service.optional_parts.routes()), list(service.optional_parts.notes())) == ([], [])
        assert service.optional_parts.pages() == ()
    finally:
        await service.stop()
