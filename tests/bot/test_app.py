"""The service as it is put together: what it lends the platforms, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.app import Service
from bot.building import build
from bot.demo import plant
from bot.in_order import InOrder
from bot.settings import Settings
from storage.errors import StorageTrouble, Trouble, WriterStopped


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """On both platforms, neither of which is there."""
    base = plant.settings_for(tmp_path, "http://127.0.0.1:1").model_dump(exclude_none=True)
    nowhere = {
        "dingtalk_client_id": "app",
        "dingtalk_client_secret": "secret-of-the-app",
        "dingtalk_corp_id": "ding1",
        "dingtalk_openapi_base_url": "http://127.0.0.1:1",
        "dingtalk_oapi_base_url": "http://127.0.0.1:1",
    }
    made = await build(Settings.model_validate(base | nowhere), migrate=True)
    yield made
    await made.stop()


@pytest.mark.parametrize(("host", "status"), [("localhost", 410), ("127.0.0.1", 404)])
async def test_key_pages_are_served_where_a_browser_would_use_a_key(tmp_path: Path, host: str, status: int) -> None:
    base = plant.settings_for(tmp_path, "http://127.0.0.1:1").model_dump(exclude_none=True)
    made = await build(
        Settings.model_validate(base | {"public_url": f"http://{host}:1", "listen_port": 0}), migrate=True
    )
    try:
        await made.start()
        async with aiohttp.ClientSession() as session, session.get(f"{made.base_url}/sign/{'x' * 43}") as answer:
            assert answer.status == status
    finally:
        await made.stop()


@pytest.mark.parametrize("there", [True, False])
async def test_a_rung_has_pages_where_the_plant_has_it(tmp_path: Path, there: bool) -> None:
    papers = tmp_path / "papers.json"
    papers.write_text('{"a": {"name": "甲", "id_number": "11010519491231002X"}}', encoding="utf-8")
    base = plant.settings_for(tmp_path, "http://127.0.0.1:1").model_dump(exclude_none=True)
    more: dict[str, object] = {"public_url": "http://localhost:1", "listen_port": 0}
    if there:
        more |= {
            "faceid_secret_id": "id", "faceid_secret_key": "key-of-the-face-service", "faceid_rule_id": "R1",
            "faceid_identities": papers, "dingtalk_client_id": "app", "dingtalk_client_secret": "secret-of-the-app",
            "dingtalk_corp_id": "ding1", "dingtalk_agent_id": 7, "dingtalk_edition": "exclusive",
            "dingtalk_live_check": True, "dingtalk_openapi_base_url": "http://127.0.0.1:1",
            "dingtalk_oapi_base_url": "http://127.0.0.1:1",
        }  # fmt: skip
    made = await build(Settings.model_validate(base | more), migrate=True)
    try:
        await made.start()
        async with aiohttp.ClientSession() as session:
            for way in ("face", "live"):
                async with session.get(f"{made.base_url}/sign/{'x' * 43}/by/{way}") as answer:
                    assert answer.status == (410 if there else 404), way
        assert [one.way for one in made._furniture.rungs] == (["face", "live"] if there else [])
    finally:
        await made.stop()


async def test_platforms_bring_what_people_say_in_order(service: Service) -> None:
    assert isinstance(service._lent().handle, InOrder)


async def test_a_platform_that_cannot_finish_lets_the_rest_end_in_order(service: Service) -> None:
    finished: list[str] = []

    async def breaks() -> None:
        finished.append("first")
        raise StorageTrouble(Trouble.LOCKED, "the books are locked")

    async def ends() -> None:
        finished.append("second")

    first, second = service.chats.values()
    service.chats = {first.name: replace(first, finish=breaks), second.name: replace(second, finish=ends)}
    await service.stop()
    assert finished == ["first", "second"]
    with pytest.raises(WriterStopped):
        await service.writer.submit(lambda _: None)
    assert service._session.closed
