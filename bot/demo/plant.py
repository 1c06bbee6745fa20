"""The demo's plant: the unmodified production service, its settings pointing at the twins, and 480 made-up people."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.app import Service
from bot.building import build
from bot.clock import OffsetClock, SystemClock, steady
from bot.demo import dingtalk
from bot.settings import Settings
from sandbox.dingtalk import Twin as DingTalkTwin
from sandbox.hands import Hands, Platform
from sandbox.plant import CAST, SITE, areas, companies, equipment, everybody, groups, links
from sandbox.plant.mixes import Mix
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
from storage.directory import Account, Contractor, Device, GroupChat, Register
from storage.tx import Tx
from workflow.plant import Person

ZONE = ZoneInfo("Asia/Shanghai")
OPENS = datetime(2026, 11, 24, 7, 20, tzinfo=ZONE)
"""The demo's morning: an ordinary Tuesday, so that no holiday rule raises a grade."""
CORP, AGENT, SECRET, TOKEN = "wwdemo0000000001", 1000002, "demo-secret-not-for-production", "demotoken"

EQUIPMENT_KEY = "demo-equipment-key-demo-equipment-key"
GATE_KEY = "d3" * 32


class MorningClock:
    """Real time, moved so that the demo opens on its Tuesday morning."""

    def __init__(self) -> None:
        self._source = SystemClock()
        self._shift = OPENS - self._source.now()

    def now(self) -> datetime:
        """The demo's present moment, aware."""
        return self._source.now() + self._shift


def twin_config(today: datetime, app_name: str = "作业票") -> TwinConfig:
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
        agentid=AGENT, secret=SECRET, name=app_name, token=TOKEN, aes_key=aes_key_from("demo"), report_enter=True
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


def register(today: datetime, mix: Mix = Mix.WECOM) -> Register:
    """The same plant as rows of our own directory."""
    people = everybody(today.date())
    return Register(
        people=people,
        accounts=tuple(accounts(people, mix)),
        areas=areas(),
        equipment=equipment(),
        links=links(),
        groups=groups(),
        contractors=tuple(Contractor(id=i, name=name, valid_to=until) for i, name, until in companies(today.date())),
        chats=tuple(
            GroupChat(group=group.id, platform=platform, corp=_CORP[platform], chat=CHAT[platform](group.id))
            for group in groups()
            for platform in sorted(mix.speaks)
        ),
    )


def accounts(people: Iterable[Person], mix: Mix) -> Iterator[Account]:
    """Everybody's accounts."""
    for person in people:
        for platform in mix.places(person):
            yield Account(platform=platform, corp=_CORP[platform], userid=str(person.id), person=person.id)


_CORP = {Platform.WECOM: CORP, Platform.DINGTALK: dingtalk.CORP}
CHAT: dict[Platform, Callable[[str], str]] = {Platform.WECOM: str, Platform.DINGTALK: dingtalk.chat_of}


def settings_for(
    folder: Path,
    twin_url: str | None,
    equipment_key: str | None = None,
    *,
    dingtalk_url: str | None = None,
    port: int | None = None,
    also: Mapping[str, object] | None = None,
) -> Settings:
    """Production settings whose addresses point at the twins; with a key the plant has an equipment system.

    With a ``port`` to listen on, the pages of permits are served there, too, under the one name a browser keeps keys
    for without https. ``also``: whatever else is set.
    """
    wecom = {
        "wecom_corp_id": CORP,
        "wecom_agent_id": AGENT,
        "wecom_secret": SECRET,
        "wecom_token": TOKEN,
        "wecom_aes_key": aes_key_from("demo"),
        "wecom_api_base_url": twin_url,
    }
    return Settings.model_validate(
        {
            "site_id": SITE,
            "database_url": f"sqlite:///{folder / 'permitbot.sqlite3'}",
            "media_dir": folder / "media",
            "listen_port": port or 0,
            "gate_key": GATE_KEY,
            "emergency_phone": "8119",
            "button_key": "demo-button-key-demo-button-key-demo-button-key",
            **(wecom if twin_url is not None else {}),
            **(dingtalk.settings(dingtalk_url) if dingtalk_url is not None else {}),
            **({"equipment_key": equipment_key} if equipment_key is not None else {}),
            **({"public_url": f"http://localhost:{port}"} if port is not None else {}),
            **(also or {}),
        }
    )


@dataclass(slots=True, kw_only=True)
class Works:
    """The twins and the service, talking to each other."""

    wecom: Twin | None
    dingtalk: DingTalkTwin | None
    service: Service
    clock: OffsetClock
    mix: Mix
    people: Mapping[str, Person]

    @property
    def hands(self) -> Hands:
        """Everybody's hands, wherever they are at that moment."""
        return Hands(wecom=self.wecom, dingtalk=self.dingtalk, places=lambda who: self.mix.places(self.people[who]))

    async def move(self, mix: Mix) -> None:
        """Let people change the platform: the register says from now on that they are reached there."""
        wanted = tuple(accounts(self.people.values(), mix))

        def write(tx: Tx) -> None:
            for one in tx.directory.register.accounts:
                if one not in wanted:
                    tx.drop_account(one.platform, one.corp, one.userid)
            tx.put_register(Register(accounts=wanted))

        await self.service.writer.submit(write)
        self.mix = mix


@asynccontextmanager
async def works(
    folder: Path,
    clock: OffsetClock,
    *,
    mix: Mix,
    steady: Callable[[], float] = steady,
    equipment_key: str | None = None,
    pages: bool = True,
    failed: Callable[[Exception], None] | None = None,
    stand_in: Callable[[OffsetClock, datetime], DingTalkTwin] = dingtalk.twin,
    also: Mapping[str, object] | None = None,
    devices: tuple[Device, ...] = (),
    app_name: str = "作业票",
    **tools: Any,
) -> AsyncIterator[Works]:
    """The twins and the service, talking to each other; everything stops at the end.

    ``failed`` hears that DingTalk's ``stand_in`` did not start, and WeCom goes on alone; without it the trouble is
    raised. ``also``: more settings; ``devices``: what the register knows of them; ``app_name``: what
    the app is called on WeCom's phones. ``tools``: whatever else `build`
    takes.
    """
    (folder / "media").mkdir(parents=True, exist_ok=True)
    today = clock.now().astimezone(ZONE)
    async with AsyncExitStack() as stack:
        wecom = other = None
        if Platform.WECOM in mix.speaks:
            wecom = Twin(twin_config(today, app_name), clock)
            await wecom.start()
            stack.push_async_callback(wecom.stop)
        if Platform.DINGTALK in mix.speaks:
            try:
                other = stand_in(clock, today)
                await other.start()
                stack.push_async_callback(other.stop)
            except Exception as trouble:
                if failed is None or wecom is None:
                    raise
                failed(trouble)
                other, mix = None, Mix.WECOM
        base = wecom.base_url if wecom is not None else None
        settings = settings_for(
            folder,
            base,
            equipment_key,
            dingtalk_url=other.base_url if other is not None else None,
            port=_free_port() if pages else None,
            also=also,
        )
        service = await build(settings, clock=clock, migrate=True, oauth_base=base, steady=steady, **tools)
        stack.push_async_callback(service.stop)
        people = {str(person.id): person for person in everybody(today.date())}
        site = Works(wecom=wecom, dingtalk=other, service=service, clock=clock, mix=mix, people=people)
        await _open(site, today, devices)
        yield site


async def _open(site: Works, today: datetime, devices: tuple[Device, ...]) -> None:
    """Fill the register, start the service, and connect the platforms as their administrators do."""
    service = site.service
    await service.writer.submit(lambda tx: tx.put_register(replace(register(today, site.mix), devices=devices)))
    await service.start()
    if site.wecom is not None:
        result = await site.wecom.save_callback(f"{service.base_url}/wecom/callback")
        if not result.ok:
            raise RuntimeError("the twin could not verify the callback address")
        site.wecom.trust_domain(service.host)
    if site.dingtalk is not None:
        site.dingtalk.change_app(dingtalk.APP, page_hosts=(service.host,))
        await site.dingtalk.connected()
    await service.publish_menu()


def _free_port() -> int:
    """A port for a service that must know its address before it listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@asynccontextmanager
async def plant(
    folder: Path,
    clock: OffsetClock,
    *,
    steady: Callable[[], float] = steady,
    equipment_key: str | None = None,
) -> AsyncIterator[tuple[Twin, Service]]:
    """Everybody on WeCom, without pages: the twin and the service."""
    async with works(folder, clock, mix=Mix.WECOM, steady=steady, equipment_key=equipment_key, pages=False) as site:
        yield cast(Twin, site.wecom), site.service
