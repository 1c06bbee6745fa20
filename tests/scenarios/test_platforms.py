"""One service on WeCom, on DingTalk, or on both: who writes is answered where they wrote."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.app import Service
from bot.building import build
from bot.clock import OffsetClock
from bot.demo import plant
from bot.dingtalk.quota import BLOCK
from bot.settings import Settings, SettingsError
from sandbox.dingtalk import AppConfig, CorpConfig, PersonConfig, TwinConfig
from sandbox.dingtalk import Twin as DingTalkTwin
from sandbox.plant import SITE
from sandbox.wecom import Twin as WeComTwin
from storage.directory import Account, Register
from storage.usage import Usage
from tests.support.clock import FakeClock
from tests.support.eventually import eventually
from tests.support.pictures import jpeg

DING, APP, SECRET = "dingdemo00000001", "dingpermitapp", "secret-of-the-dingtalk-app"
ON_DINGTALK, ON_WECOM = "zhaomin", "wangqiang"


@dataclass(slots=True)
class Hand:
    """The house's own clock, moved by the test."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def dingtalk(clock: OffsetClock) -> AsyncIterator[DingTalkTwin]:
    people = tuple(PersonConfig(userid=one, name=one) for one in (ON_DINGTALK, ON_WECOM))
    app = AppConfig(client_id=APP, client_secret=SECRET)
    twin = DingTalkTwin(TwinConfig(corps=(CorpConfig(corp_id=DING, apps=(app,), people=people),)), clock)
    await twin.start()
    yield twin
    await twin.stop()


def settings(folder: Path, *, wecom: str = "", ding: str = "") -> Settings:
    base = plant.settings_for(folder, wecom or "http://127.0.0.1:1").model_dump(exclude_none=True)
    if not wecom:
        base = {name: value for name, value in base.items() if not name.startswith("wecom_")}
    if ding:
        base |= {
            "dingtalk_client_id": APP,
            "dingtalk_client_secret": SECRET,
            "dingtalk_corp_id": DING,
            "dingtalk_openapi_base_url": ding,
            "dingtalk_oapi_base_url": ding,
        }
    return Settings.model_validate(base)


def register(clock: OffsetClock) -> Register:
    """The demo's plant; one of its people is reached on DingTalk and not on WeCom."""
    known = plant.register(clock.now())
    rest = tuple(one for one in known.accounts if one.userid != ON_DINGTALK)
    person = next(one for one in known.people if one.id == ON_DINGTALK)
    there = Account(platform="dingtalk", corp=DING, userid=ON_DINGTALK, person=person.id)
    return Register(
        people=known.people, areas=known.areas, groups=known.groups, equipment=known.equipment,
        contractors=known.contractors, accounts=(*rest, there),
    )  # fmt: skip


@asynccontextmanager
async def running(given: Settings, clock: OffsetClock, steady: Callable[[], float]) -> AsyncIterator[Service]:
    service = await build(given, clock=clock, migrate=True, steady=steady, oauth_base=given.wecom_api_base_url)
    try:
        await service.writer.submit(lambda tx: tx.put_register(register(clock)))
        await service.start()
        yield service
    finally:
        await service.stop()


async def answered_on_dingtalk(twin: DingTalkTwin) -> None:
    await twin.connected()
    phone = twin.phone(ON_DINGTALK)
    push = phone.type_text("帮助")
    assert push is not None
    await push
    await eventually(lambda: any(item.sender != ON_DINGTALK for item in phone.items))


async def health(service: Service) -> tuple[int, list[str]]:
    async with aiohttp.ClientSession() as session, session.get(f"{service.base_url}/healthz") as answer:
        return answer.status, (await answer.json())["problems"]


async def test_a_site_with_dingtalk_alone(tmp_path: Path) -> None:
    clock, hand = OffsetClock(FakeClock(plant.OPENS)), Hand()
    async with dingtalk(clock) as twin, running(settings(tmp_path, ding=twin.base_url), clock, hand) as service:
        assert list(service.chats) == ["dingtalk"]
        await answered_on_dingtalk(twin)
        assert await health(service) == (200, [])
        async with aiohttp.ClientSession() as session, session.get(f"{service.base_url}/wecom/callback") as answer:
            assert answer.status == 404


async def test_a_photo_sent_there_is_fetched_and_kept(tmp_path: Path) -> None:
    clock, hand = OffsetClock(FakeClock(plant.OPENS)), Hand()
    async with dingtalk(clock) as twin:
        given = settings(tmp_path, ding=twin.base_url)
        async with running(given, clock, hand):
            await answered_on_dingtalk(twin)
            push = twin.phone(ON_DINGTALK).send_photo(jpeg())
            assert push is not None
            await push
            await eventually(lambda: any(one.is_file() for one in given.media_dir.rglob("*")))


async def test_full_collections_leave_out_what_the_service_is_made_of_while_it_runs(tmp_path: Path) -> None:
    clock, hand = OffsetClock(FakeClock(plant.OPENS)), Hand()
    async with dingtalk(clock) as twin, running(settings(tmp_path, ding=twin.base_url), clock, hand) as service:
        assert gc.get_freeze_count() > 10_000
        assert not any(one is service for one in gc.get_objects())
    assert gc.get_freeze_count() == 0


async def test_a_line_that_is_down_is_told(tmp_path: Path) -> None:
    clock, hand = OffsetClock(FakeClock(plant.OPENS)), Hand()
    async with dingtalk(clock) as twin, running(settings(tmp_path, ding=twin.base_url), clock, hand) as service:
        await twin.connected()
        await twin.stop()

        async def told() -> bool:
            hand.seconds += timedelta(seconds=91).total_seconds()  # a last beat may still be on its way
            status, said = await health(service)
            assert not any("dingtalk-stream is silent" in one for one in said)
            return status == 503 and "dingtalk-stream is cut off: what people say there does not arrive" in said

        await eventually(told)


async def test_a_site_with_both_answers_where_it_was_asked(tmp_path: Path) -> None:
    clock, hand = OffsetClock(FakeClock(plant.OPENS)), Hand()
    wecom = WeComTwin(plant.twin_config(clock.now()), clock)
    base = await wecom.start()
    try:
        async with (
            dingtalk(clock) as ding,
            running(settings(tmp_path, wecom=base, ding=ding.base_url), clock, hand) as service,
        ):
            assert list(service.chats) == ["wecom", "dingtalk"]
            assert (await wecom.save_callback(f"{service.base_url}/wecom/callback")).ok
            await answered_on_dingtalk(ding)
            before = len(wecom.phone(ON_WECOM).screen)
            wecom.phone(ON_WECOM).type_text("帮助")
            await eventually(lambda: len(wecom.phone(ON_WECOM).screen) > before + 1)
            assert not ding.phone(ON_WECOM).items
    finally:
        await wecom.stop()


async def test_a_site_without_any_platform_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no chat platform is set"):
        await build(settings(tmp_path))


def test_sites_are_named_alike(tmp_path: Path) -> None:
    assert settings(tmp_path, ding="http://127.0.0.1:1").site_id == SITE


async def test_the_month_runs_down_in_the_open(tmp_path: Path) -> None:
    """What was said is in the books when the house ends in order, and the health page tells where the month stands."""
    clock, hand = OffsetClock(FakeClock(plant.OPENS)), Hand()
    async with dingtalk(clock) as twin:
        given = settings(tmp_path, ding=twin.base_url)
        async with running(given, clock, hand) as service:
            await answered_on_dingtalk(twin)
            async with aiohttp.ClientSession() as session, session.get(f"{service.base_url}/healthz") as answer:
                notes = (await answer.json())["notes"]
            used = twin.world.meter.calls(DING)
            assert f"dingtalk: 0 % of the month's calls are used ({used} of 5000)" in notes
            assert "dingtalk: 0 % of the month's pushes are used (1 of 3000)" in notes
            month = f"{clock.now().astimezone(given.zone):%Y-%m}"
        async with running(given, clock, hand) as service:
            books = await service.writer.submit(lambda tx: tx.usage("dingtalk", APP, month))
            assert (books.calls - BLOCK, books.pushes - BLOCK) == (used, 1)  # a block is taken at the start


async def test_the_safety_department_hears_that_the_month_is_half_gone(tmp_path: Path) -> None:
    clock, hand = OffsetClock(FakeClock(plant.OPENS)), Hand()
    async with dingtalk(clock) as twin:
        given = settings(tmp_path, ding=twin.base_url)
        async with running(given, clock, hand) as service:
            month = f"{clock.now().astimezone(given.zone):%Y-%m}"
            half = Usage(platform="dingtalk", app=APP, month=month, calls=2600)
            await service.writer.submit(lambda tx: tx.put_usage(half, clock.now()))
        async with running(given, clock, hand) as service:
            posted = await service.writer.submit(lambda tx: tx.agenda_counts())
            told = await service.writer.submit(lambda tx: tx.usage("dingtalk", APP, month))
            assert told.calls_warned == 50
            assert sum(count for (lane, _), count in posted.items() if lane == "action") > 0
