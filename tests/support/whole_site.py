"""The whole service on the database of an office, every door open: what somebody finds who walks along the fence."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot.app import Service
from bot.building import build
from bot.demo import plant
from bot.settings import Settings
from bot.web.session import seal_session
from storage.desk import Link
from storage.tx import Tx
from tests.support.clock import FakeClock
from tests.support.office import CORP, POLICIES, World
from workflow.ids import PersonId

NOWHERE = "http://127.0.0.1:1"
PUBLIC = "http://localhost:1"


@dataclass(frozen=True, slots=True)
class WholeSite:
    """A running service; its address is ``base``, the one it believes in `PUBLIC`."""

    service: Service
    clock: FakeClock
    browser: aiohttp.ClientSession

    def routes(self) -> set[str]:
        """Every method and path it answers; HEAD is GET without a body."""
        runner = self.service._runner
        assert runner is not None
        found = ((route.method, route.resource) for route in runner.app.router.routes())
        return {f"{method} {at.canonical}" for method, at in found if at is not None and method != "HEAD"}

    def cookie(self, person: PersonId) -> str:
        """The session of somebody who signed in."""
        return f"ptw_session={seal_session(person, key=self.service._key, now=self.clock.now())}"

    async def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        data: str | bytes | AsyncIterator[bytes] | None = None,
    ) -> tuple[aiohttp.ClientResponse, str]:
        """One request, following nothing."""
        url = f"{self.service.base_url}{path}"
        sent = self.browser.request(method, url, headers=headers, data=data, allow_redirects=False)
        async with sent as answer:
            return answer, (await answer.read()).decode("utf-8", "replace")

    async def records(self) -> int:
        """How much is written of permits, keys and links."""

        def count(tx: Tx) -> int:
            names = tx.streams_between(self.clock.now() - timedelta(days=400), self.clock.now() + timedelta(days=400))
            asked = [name for name in names if name.split("/")[0] in ("permit", "keys", "links")]
            return sum(len(tx.stream_records(name)) for name in asked)

        return await self.service.writer.submit(count)


def with_pins(folder: Path) -> Path:
    """The delivered rules, at a plant that lets people confirm by PIN while its chat is down."""
    policies = folder / "policies"
    shutil.copytree(POLICIES, policies)
    plant_file = policies / "plant.example.yaml"
    said = plant_file.read_text("utf-8")
    assert "\n# offline: {" in said
    plant_file.write_text(said.replace("\n# offline: {", "\noffline: {"), "utf-8")
    return policies


@asynccontextmanager
async def whole_site(world: World, folder: Path, **more: object) -> AsyncIterator[WholeSite]:
    """Run the service on what the office has lived so far, with ``more`` settings; the office itself stops writing."""
    world.writer.stop_blocking()
    papers = folder / "papers.json"
    papers.write_text(json.dumps({"zhoujianguo": {"name": "周建国", "id_number": "11010519491231002X"}}), "utf-8")
    papers.chmod(0o600)
    given = plant.settings_for(folder, NOWHERE, "equipment-key-equipment-key-equipment").model_dump(exclude_none=True)
    given |= {
        "wecom_corp_id": CORP, "database_url": f"sqlite:///{folder / 'office.sqlite3'}", "public_url": PUBLIC,
        "listen_port": 0, "policies_dir": with_pins(folder),
        "dingtalk_client_id": "app", "dingtalk_client_secret": "secret-of-the-app", "dingtalk_corp_id": "ding1",
        "dingtalk_openapi_base_url": NOWHERE, "dingtalk_oapi_base_url": NOWHERE, "dingtalk_edition": "exclusive",
        "dingtalk_live_check": True, "dingtalk_agent_id": 1, "faceid_secret_id": "AKID1",
        "faceid_secret_key": "0123456789abcdef", "faceid_rule_id": "R1", "faceid_identities": papers,
        "faceid_base_url": NOWHERE, "hardware_bridge": True, "gateway_keys": f"north:{'n' * 32}", **more,
    }  # fmt: skip
    clock = FakeClock(world.now)
    service = await build(Settings.model_validate(given), clock=clock)
    await service.start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            yield WholeSite(service, clock, browser)
    finally:
        await service.stop()


async def put_link(world: World, link: Link, *, used: bool = False) -> None:
    """Leave a one-time link in memory, as though it had been sent; ``used``: and used up."""

    def write(tx: Tx) -> None:
        tx.put_link(link)
        if used:
            tx.use_link(link.token_hash, world.now)

    await world.writer.submit(write)
