"""``permitbot demo``: the whole product against local stand-ins, and a page with everybody's phones.

The production service runs unmodified; only its addresses point at the twin. This is the one module of the product
that may import
`sandbox`. Progress is printed while it starts; a busy port is a clear sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from aiohttp import web

from bot.app import Service, build
from bot.clock import OffsetClock, SystemClock
from bot.demo_stage import DemoStage
from bot.settings import Settings
from sandbox.page.server import DemoPage
from sandbox.plant import CAST, SITE, areas, equipment, everybody, groups
from sandbox.wecom import (
    AppConfig,
    CorpConfig,
    DepartmentConfig,
    PersonConfig,
    Twin,
    TwinConfig,
    WebhookConfig,
    aes_key_from,
)
from storage.directory import Account, GroupChat, Register

ZONE = ZoneInfo("Asia/Shanghai")
OPENS = datetime(2026, 11, 24, 7, 20, tzinfo=ZONE)
"""The demo's morning: an ordinary Tuesday, so that no holiday rule raises a grade."""
CORP, AGENT, SECRET, TOKEN = "wwdemo0000000001", 1000002, "demo-secret-not-for-production", "demotoken"


class MorningClock:
    """Real time, moved so that the demo opens on its Tuesday morning."""

    def __init__(self) -> None:
        self._source = SystemClock()
        self._shift = OPENS - self._source.now()

    def now(self) -> datetime:
        """The demo's present moment, aware."""
        return self._source.now() + self._shift


def twin_config(today: datetime) -> TwinConfig:
    """The plant's people as members of a corp with one app and two group robots."""
    people = everybody(today.date())
    departments = {name: number for number, name in enumerate(dict.fromkeys(p.department for p in people), start=2)}
    heads = {member.id for member in CAST if member.posts}
    members = tuple(
        PersonConfig(
            userid=person.id,
            name=person.name,
            departments=(departments[person.department],),
            leader_in=(person.id in heads,),
            direct_leader=(person.superior,) if person.superior else (),
        )
        for person in people
    )
    app = AppConfig(
        agentid=AGENT, secret=SECRET, name="作业票", token=TOKEN, aes_key=aes_key_from("demo"), report_enter=True
    )
    chats = tuple(
        WebhookConfig(key=str(group.id), name=group.name, members=tuple(m.id for m in CAST)) for group in groups()
    )
    root = DepartmentConfig(id=1, name="华昌化工", parent=0)
    corp = CorpConfig(
        corpid=CORP,
        name="华昌化工",
        apps=(app,),
        people=members,
        departments=(root, *(DepartmentConfig(id=n, name=name) for name, n in departments.items())),
        webhooks=chats,
        account_cap=600,
    )
    return TwinConfig(corps=(corp,))


def register(today: datetime) -> Register:
    """The same plant as rows of our own directory."""
    people = everybody(today.date())
    return Register(
        people=people,
        accounts=tuple(Account(platform="wecom", corp=CORP, userid=str(p.id), person=p.id) for p in people),
        areas=areas(),
        equipment=equipment(),
        groups=groups(),
        chats=tuple(GroupChat(group=g.id, platform="wecom", corp=CORP, chat=str(g.id)) for g in groups()),
    )


def settings_for(folder: Path, twin_url: str) -> Settings:
    """Production settings whose addresses point at the twin."""
    return Settings.model_validate(
        {
            "site_id": SITE,
            "database_url": f"sqlite:///{folder / 'permitbot.sqlite3'}",
            "media_dir": folder / "media",
            "listen_port": 0,
            "button_key": "demo-button-key-demo-button-key-demo-button-key",
            "wecom_corp_id": CORP,
            "wecom_agent_id": AGENT,
            "wecom_secret": SECRET,
            "wecom_token": TOKEN,
            "wecom_aes_key": aes_key_from("demo"),
            "wecom_api_base_url": twin_url,
        }
    )


@asynccontextmanager
async def plant(folder: Path, clock: OffsetClock) -> AsyncIterator[tuple[Twin, Service]]:
    """The twin and the service, talking to each other; everything stops at the end."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    twin = Twin(twin_config(clock.now().astimezone(ZONE)), clock)
    base = await twin.start()
    service = await build(settings_for(folder, base), clock=clock, migrate=True, oauth_base=base)
    try:
        today = clock.now().astimezone(ZONE)
        await service.writer.submit(lambda tx: tx.put_register(register(today)))
        await service.start()
        result = await twin.save_callback(f"{service.base_url}/wecom/callback")
        if not result.ok:
            raise RuntimeError("the twin could not verify the callback address")
        twin.trust_domain(service.host)
        await service.publish_menu()
        yield twin, service
    finally:
        await service.stop()
        await twin.stop()


def main(*, port: int, data: Path | None, speed: float) -> int:
    """Run the demo until Ctrl-C; the exit code."""
    try:
        return asyncio.run(_run(port=port, data=data, speed=speed))
    except KeyboardInterrupt:
        return 0


async def _run(*, port: int, data: Path | None, speed: float) -> int:
    began = time.monotonic()

    def tell(step: str) -> None:
        typer.echo(f"[{time.monotonic() - began:4.1f}s] {step}")

    tell("preparing the plant (480 people)")
    clock = OffsetClock(MorningClock(), speed=speed)
    with tempfile.TemporaryDirectory(prefix="permitbot-demo-") as scratch:
        folder = data or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        async with plant(folder, clock) as (twin, service):
            tell(f"service at {service.base_url}, WeCom twin at {twin.base_url}")
            stage = DemoStage(twin=twin, service=service, clock=clock, zone=ZONE)
            runner = web.AppRunner(DemoPage(twin, stage).app(), shutdown_timeout=0.5)
            await runner.setup()
            try:
                site = web.TCPSite(runner, "127.0.0.1", port)
                try:
                    await site.start()
                except OSError:
                    typer.echo(f"Port {port} is busy. Choose another one: make demo PORT={port + 1}", err=True)
                    return 1
                bound = runner.addresses[0][1]
                tell(f"open http://127.0.0.1:{bound}/ in a browser; Ctrl-C ends the demo")
                await _until_told_to_stop()
            finally:
                await stage.close()
                await runner.cleanup()
    return 0


async def _until_told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    await stop.wait()


__all__: list[str] = ["OPENS", "ZONE", "main", "plant", "register", "settings_for", "twin_config"]
