"""The demo's plant: the unmodified production service, its settings pointing at the WeCom twin, and 480 made-up
people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import Service, build
from bot.clock import OffsetClock, SystemClock, steady
from bot.settings import Settings
from sandbox.plant import CAST, SITE, areas, companies, equipment, everybody, groups, links
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
from storage.directory import Account, Contractor, GroupChat, Register

ZONE = ZoneInfo("Asia/Shanghai")
OPENS = datetime(2026, 11, 24, 7, 20, tzinfo=ZONE)
"""The demo's morning: an ordinary Tuesday, so that no holiday rule raises a grade."""
CORP, AGENT, SECRET, TOKEN = "wwdemo0000000001", 1000002, "demo-secret-not-for-production", "demotoken"

EQUIPMENT_KEY = "demo-equipment-key-demo-equipment-key"


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
        links=links(),
        groups=groups(),
        contractors=tuple(Contractor(id=i, name=name, valid_to=until) for i, name, until in companies(today.date())),
        chats=tuple(GroupChat(group=g.id, platform="wecom", corp=CORP, chat=str(g.id)) for g in groups()),
    )


def settings_for(folder: Path, twin_url: str, equipment_key: str | None = None) -> Settings:
    """Production settings whose addresses point at the twin; with a key the plant has an equipment system."""
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
            **({"equipment_key": equipment_key} if equipment_key is not None else {}),
        }
    )


@asynccontextmanager
async def plant(
    folder: Path,
    clock: OffsetClock,
    *,
    steady: Callable[[], float] = steady,
    equipment_key: str | None = None,
) -> AsyncIterator[tuple[Twin, Service]]:
    """The twin and the service, talking to each other; everything stops at the end."""
    (folder / "media").mkdir(parents=True, exist_ok=True)
    twin = Twin(twin_config(clock.now().astimezone(ZONE)), clock)
    base = await twin.start()
    service = await build(
        settings_for(folder, base, equipment_key), clock=clock, migrate=True, oauth_base=base, steady=steady
    )
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
