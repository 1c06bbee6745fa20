"""Virtual detectors over a real broker: what a slider or a broken device does to work that goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import OffsetClock
from bot.demo.camera import CALLED, NAME, STILLS, FieldCamera, camera, cameras_file
from bot.demo.devices import AREA, TAG, FieldDevices, broker, plant_file, wiring
from bot.demo.outputs import FieldOutputs, relays
from bot.demo.plant import EQUIPMENT_KEY, ZONE, MorningClock, Works, works
from bot.demo.stage import DemoStage
from bot.settings import DELIVERED_POLICIES
from hardware_bridge.cameras.plan import load
from sandbox.equipment import EquipmentTwin
from sandbox.plant import equipment
from sandbox.plant.mixes import Mix
from sandbox.story import Player
from sandbox.story_hot import BOARD, GAS, approve, ask, confirm_all, prepare, start
from sandbox.story_six import HEIGHT, to_issue, to_work
from storage import policies
from tests.support.eventually import eventually
from workflow.ids import AreaId
from workflow.stills import OnSilence
from workflow.values import WorkType

SIREN, BOX = "XL-201", "ZX-201"
IN_THE_OPEN = replace(HEIGHT, line=HEIGHT.line.replace("2号罐", "2号罐 露天"))


@dataclass(slots=True, kw_only=True)
class Field:
    """A demo with devices, and people to work beside them."""

    site: Works
    stage: DemoStage
    player: Player

    async def status(self, series: str = "DHZY") -> str:
        (permit,) = (one for one in await self.stage.permits() if one["id"].startswith(series))
        return str(permit["status"])

    def verdict(self, device: str) -> str:
        shown = (*self.stage.devices(), *self.stage.stations())
        return str(next(one["word"] for one in shown if one["id"] == device))

    def tag(self) -> str:
        (worn,) = self.stage.tags()
        return str(worn["word"])

    def output(self, name: str) -> dict[str, Any]:
        return next(one for one in self.stage.outputs() if one["id"] == name)

    async def does(self, name: str, what: str) -> None:
        await eventually(lambda: self.output(name)["does"] == what)

    async def resume(self) -> None:
        """Tested again, and both who answer for it say so on the spot."""
        player = self.player
        await player.types(player.crew.guardian, GAS)
        for who in (player.crew.guardian, player.crew.leader):
            await player.scans(who, BOARD)
            await player.press(who, "确认复工")
            await player.types(who, "已通风，复测合格")
        await player.shows(player.crew.worker, "作业中")


@asynccontextmanager
async def fitted(tmp_path: Path, *, films: bool = False) -> AsyncIterator[Field]:
    """The plant with its devices before anybody works. ``films``: with its camera, too."""
    clock = OffsetClock(MorningClock())
    troubles: list[Exception] = []
    async with (
        broker(troubles.append) as heard,
        relays() as wired,
        camera(clock) as eye,
        works(
            tmp_path, clock, mix=Mix.WECOM, equipment_key=EQUIPMENT_KEY,
            **wiring(heard, tmp_path, clock, wired, eye if films else None),
        ) as site,
    ):  # fmt: skip
        assert troubles == []
        vessels = EquipmentTwin(
            url=site.service.base_url,
            key=EQUIPMENT_KEY,
            equipment=equipment(),
            now=lambda: clock.now().astimezone(ZONE),
        )
        devices = FieldDevices.of(heard, clock, site.service.bridge)
        assert devices is not None
        outputs = FieldOutputs.of(wired, site.service.optional_parts.outputs, clock)
        seeing = FieldCamera.of(eye, site.service.writer, asked=films)
        stage = DemoStage(site=site, zone=ZONE, vessels=vessels, field=devices, outputs=outputs, camera=seeing)
        try:
            await eventually(lambda: all(one["good"] for one in stage.devices()))
            await vessels.repeat()
            player = Player(hands=stage.hands, jump=stage.push, say=lambda _: None)
            yield Field(site=site, stage=stage, player=player)
        finally:
            await stage.close()


async def hot_work(player: Player) -> str:
    """From the chat line to work that goes on; its number."""
    number = await ask(player)
    await prepare(player)
    await approve(player)
    await player.jump_to_hour(8, 31)
    await start(player, number)
    return number


@pytest.fixture
async def field(tmp_path: Path) -> AsyncIterator[Field]:
    async with fitted(tmp_path) as made:
        await hot_work(made.player)
        yield made


async def what_is_wrong_is_seen(field: Field) -> None:
    stage = field.stage
    for device, fault in (("AT-202", "stuck"), ("AT-203", "drift"), ("AT-204", "unit"), ("WS-01", "unit")):
        await stage.breaks(device, fault)
    for _ in range(4):
        await stage.push(timedelta(seconds=11))
    assert [field.verdict(name) for name in ("AT-201", "AT-202", "AT-203", "AT-204")] == [
        "正常", "数值卡死", "零点漂移", "单位不对",
    ]  # fmt: skip
    assert field.verdict("WS-01").startswith("静默"), "a unit nobody knows is no reading"
    assert await field.status() == "作业中", "the one device this work must have is well"
    for device in ("AT-202", "AT-203", "AT-204", "WS-01"):
        await stage.breaks(device, "none")


async def the_box_waits_for_everybody(field: Field) -> None:
    """Power for the welder: he shows his badge, the guardian's tag is at the place, the air is good."""
    stage = field.stage
    assert field.output(BOX)["lacks"] == "作业人还没亮码"
    assert (await stage.badge(BOX)).endswith("放行")
    await field.does(BOX, "通电")
    await stage.push(timedelta(minutes=5))
    assert (field.output(BOX)["does"], field.output(SIREN)["does"]) == ("通电", "安静"), "a push is no stop"
    with pytest.raises(ValueError, match="没有这个读卡处"):
        await stage.badge("AT-201")


async def a_stop_is_heard_at_the_place(field: Field) -> None:
    """The gas stopped the work: the siren sounds, the power is off, and a contact that sticks is told."""
    stage, player = field.stage, field.player
    await field.does(SIREN, "在响")
    await field.does(BOX, "断电")
    assert field.output(SIREN)["alarm"]
    await stage.breaks(SIREN, "stuck")
    await stage.push(timedelta(minutes=4))
    await eventually(lambda: field.output(SIREN)["word"] == "没有动作")
    assert (field.output(SIREN)["does"], field.output(SIREN)["good"]) == ("在响", False), "whatever it is told"
    await stage.push(timedelta(seconds=6))
    await player.sees(player.crew.guardian, "声光报警器")
    await stage.breaks(SIREN, "none")
    await stage.push(timedelta(seconds=5))
    await field.does(SIREN, "安静")


async def a_guardian_who_walks_away_stops_the_work(field: Field) -> None:
    """Three readings outside, and she has left; a fix that may be anywhere is no place, and silence ends the work."""
    stage, player = field.stage, field.player
    assert field.tag() == "在区内"
    await stage.breaks(TAG, "away")
    for _ in range(3):
        await stage.push(timedelta(seconds=2))
    await player.shows(player.crew.guardian, "立即停工｜")
    assert (await field.status(), field.tag()) == ("已停工", "在区外")
    await field.does(BOX, "断电")
    await stage.breaks(TAG, "here")
    await stage.push(timedelta(seconds=10))
    assert await field.status() == "已停工", "coming back resumes nothing"
    await field.resume()
    await stage.breaks(TAG, "vague")
    await stage.push(timedelta(minutes=4))
    assert await field.status() == "作业中"
    await stage.push(timedelta(minutes=2))
    await player.shows(player.crew.guardian, "立即停工｜")
    await stage.breaks(TAG, "here")
    await stage.push(timedelta(seconds=10))
    await field.resume()


async def a_wind_of_five_stops_hot_work(field: Field) -> None:
    """8.0 m/s is 五级 (5.2.15). A calm resumes nothing, and silence of the station is no storm."""
    stage, player = field.stage, field.player
    await stage.slide("WS-01", "7.9")
    assert await field.status() == "作业中"
    await stage.slide("WS-01", "8.0")
    await player.shows(player.crew.guardian, "立即停工｜")
    (station,) = stage.stations()
    assert [one["means"] for one in station["sliders"]] == ["五级", ""]
    await stage.slide("WS-01", "2.4")
    await stage.push(timedelta(minutes=6))
    assert await field.status() == "已停工"
    await field.resume()
    await stage.breaks("WS-01", "silent")
    await stage.push(timedelta(minutes=6))
    assert (await field.status(), field.verdict("WS-01")[:2]) == ("作业中", "静默")
    await stage.breaks("WS-01", "none")


async def test_what_devices_say_stops_the_work_and_only_people_take_it_up_again(field: Field) -> None:
    """One long day: a plant with work going on takes seconds to come by."""
    stage, player = field.stage, field.player
    guardian = player.crew.guardian

    await what_is_wrong_is_seen(field)

    await stage.push(timedelta(minutes=10))
    assert await field.status() == "作业中", "whoever can speak is not made silent by a push of the clock"
    await the_box_waits_for_everybody(field)
    await a_guardian_who_walks_away_stops_the_work(field)
    await a_wind_of_five_stops_hot_work(field)

    await stage.slide("AT-201", "26")
    await player.shows(guardian, "立即停工｜")
    assert await field.status() == "已停工"
    await a_stop_is_heard_at_the_place(field)
    await stage.slide("AT-201", "0")
    await stage.push(timedelta(minutes=2))
    assert await field.status() == "已停工", "good air resumes nothing"

    await field.resume()
    await stage.breaks("AT-201", "silent")
    await stage.push(timedelta(minutes=4))
    assert await field.status() == "作业中"
    await stage.push(timedelta(minutes=2))
    await player.shows(guardian, "立即停工｜")
    assert field.verdict("AT-201").startswith("静默")

    await stage.breaks("AT-201", "none")
    await field.resume()
    await stage.slide("AT-203", "9")
    await player.shows(guardian, "立即停工｜")
    assert field.verdict("AT-203") == "报警"
    with pytest.raises(ValueError, match="到100之间"):
        await stage.slide("AT-203", "101")


@pytest.mark.deep
async def test_fog_stops_work_at_height_and_where_the_station_is_silent_a_named_person_answers(tmp_path: Path) -> None:
    """8.2.6: no work at height in fog; what nobody measures is the word of whoever looked."""
    async with fitted(tmp_path) as field:
        stage, player = field.stage, field.player
        await to_work(player, await to_issue(player, IN_THE_OPEN))
        assert await field.status("GCZY") == "作业中"
        await stage.falls("rainstorm")
        await stage.slide("WS-01/sight", "1000")
        assert await field.status("GCZY") == "作业中", "8.2.6 names neither rain nor 1,000 m"
        await stage.slide("WS-01/sight", "950")
        await player.shows("zhaomin", "现场有浓雾（WS-01 气象站")
        assert await field.status("GCZY") == "已停工"

        await stage.slide("WS-01/sight", "5000")
        await stage.breaks("WS-01", "silent")
        await stage.push(timedelta(minutes=6))
        await player.scans("zhaomin", BOARD)
        await player.press("zhaomin", "确认复工")
        await player.types("zhaomin", "雾散了")
        await player.sees("zhaomin", "不知道现场有没有浓雾")
        await confirm_all(player)
        for who in ("zhaomin", "liqiang"):
            await player.scans(who, BOARD)
            await player.press(who, "确认复工")
            await player.types(who, "雾散了，现场看过")
        await player.shows("wangqiang", "作业中")


@pytest.mark.deep
async def test_the_camera_shows_the_start_and_a_push_of_the_clock_makes_only_a_black_one_silent(tmp_path: Path) -> None:
    async with fitted(tmp_path, films=True) as field:
        stage, player = field.stage, field.player
        number = await hot_work(player)
        await stage.push(timedelta(minutes=2))
        assert await field.status() == "作业中"
        (shown,) = stage.cameras()
        assert (shown["word"], shown["good"], shown["heard"][6:]) == ("拍下画面", True, "开工或复工")
        page = await player.hand(player.crew.guardian).opens(f"{stage.service_url}/p/{number}")
        assert f'alt="{CALLED}"' in page.text

        await stage.breaks(NAME, "black")
        await player.types(player.crew.worker, "停工 法兰处有漏气")
        await player.shows(player.crew.guardian, "立即停工｜")
        await stage.push(timedelta(seconds=91))
        await stage.permits()
        (shown,) = stage.cameras()
        assert (shown["word"], shown["good"], shown["heard"][6:]) == ("没有画面", False, "停工")
        book = await stage.journal(number)
        assert any("没有画面：规定时间内没有回音" in one["text"] for one in book["records"])


async def test_the_plant_asks_the_camera_its_file_names(tmp_path: Path) -> None:
    async with camera(OffsetClock(MorningClock())) as eye:
        assert eye is not None
        plan = load(cameras_file(eye, AREA, tmp_path), lambda _: None)
        assert [(one.id, one.name) for one in plan.cameras.at(AreaId(AREA))] == [(NAME, CALLED)]
        book = policies.load(DELIVERED_POLICIES, plant=plant_file(tmp_path, STILLS))
        assert [(one.works, one.silent) for one in book.plant.stills] == [(frozenset({WorkType.HOT}), OnSilence.TELL)]
