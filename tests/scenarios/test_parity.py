"""The same acts on WeCom, on DingTalk, and with a crew on the one and the offices on the other.

The whole life of a hot work is told in test_hot_work.py and test_crews.py; here is what can happen on the way.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.chat import Chat, House
from bot.dingtalk.chat import dingtalk_chat
from bot.settings import Settings
from sandbox import wecom
from sandbox.hands import DingTalkHand, Hand, Platform
from sandbox.page.photos import picture
from sandbox.plant.mixes import BOTH, Mix
from sandbox.story_hot import BOARD, WORK, approve, ask, number_on, prepare, start
from tests.support.plant_on import PlantOn, plant_on
from workflow.permit.state import Status

Json = dict[str, Any]
HEAD, DEPUTY = "zhoujianguo", "dengkai"
"""Either may sign for the unit of the place."""


@pytest.fixture(params=list(Mix))
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PlantOn]:
    async with plant_on(tmp_path, request.param) as made:
        yield made


def pressed_late(hand: Hand, seen: Json, key: str) -> Any:
    """Press what a card showed before it changed: the thumb was faster than the change."""
    if isinstance(hand, DingTalkHand):
        data = cast(Json, seen["data"])
        return hand.phone.press_stale(seen, key, params={"token": data[f"{key}_token"], "v": data["v"]})
    phone = cast(wecom.Phone, cast(Any, hand).phone)
    return phone.press_stale(seen, key, stale=seen)


async def test_two_press_at_the_same_moment_and_the_other_copy_says_who_was_first(there: PlantOn) -> None:
    player = there.player
    number = await ask(player)
    await prepare(player)
    for who in (HEAD, DEPUTY):
        await player.offered(who, "同意")
    found = {who: player.button(who, "同意") for who in (HEAD, DEPUTY)}
    presses = [(who, *one) for who, one in found.items() if one is not None]
    assert len(presses) == 2
    under_way = [there.hands.of(who).press(card, str(key["key"])) for who, card, key in presses]
    for one in under_way:
        await one
    await there.push(timedelta(seconds=2))

    assert (await there.events(number)).count("StepApproved") == 1
    permit = await there.service.permit(number)
    (first,) = permit.signatures
    name = {HEAD: "周建国", DEPUTY: "邓凯"}[str(first.person)]
    await player.sees(DEPUTY if first.person == HEAD else HEAD, name)
    await there.push(timedelta(seconds=2))
    assert [who for who in (HEAD, DEPUTY) if player.button(who, "同意") is not None] == []


async def test_a_press_that_comes_too_late_is_answered_and_does_nothing(there: PlantOn) -> None:
    player = there.player
    number = await ask(player)
    await player.sees(HEAD, "受理")
    found = player.button(HEAD, "受理")
    assert found is not None
    seen, key = found
    await player.press(HEAD, "受理")
    await player.press(player.crew.leader, "提交勾选")
    before = await there.events(number)
    await player.jump(timedelta(seconds=8))
    shown = str(there.hands.of(HEAD).screen)
    await pressed_late(there.hands.of(HEAD), seen, str(key["key"]))
    await there.push(timedelta(seconds=2))
    assert (await there.events(number)).count("RequestAccepted") == before.count("RequestAccepted") == 1
    assert str(there.hands.of(HEAD).screen) != shown, "it was answered"


async def test_a_return_tells_its_reason_to_whoever_must_mend_it(there: PlantOn) -> None:
    player = there.player
    number = await ask(player)
    await prepare(player)
    await player.press(HEAD, "退回修改")
    await player.types(HEAD, "盲板位置没写清楚")
    await player.sees(player.crew.worker, "盲板位置没写清楚")
    assert "ReturnedForChange" in await there.events(number)


async def test_whoever_sees_smoke_stops_the_work_and_the_next_crew_takes_it_over(there: PlantOn) -> None:
    player, crew = there.player, there.crew
    number = await ask(player)
    await prepare(player)
    await approve(player)
    await player.jump_to_hour(8, 31)
    await start(player, number)
    await player.types("linhui", f"停工 {number} 二号罐冒烟")
    await player.sees(crew.guardian, "停工！")
    await player.sees(crew.worker, "停工！")
    assert (await there.service.permit(number)).status is Status.SUSPENDED

    await player.types(crew.leader, "交接班")
    await player.types(crew.guardian, "交接 监护宋岩 负责不变 隔离盲板在位 人0 工具0 遗留无")
    for who in ("songyan", crew.leader):
        await player.scans(who, BOARD)
        await player.press(who, "交接签字")
    await player.moment()
    assert str((await there.service.permit(number)).guardian) == "songyan"
    assert (await there.service.permit(number)).status is Status.SUSPENDED, "a new guardian starts nothing"


async def test_a_picture_that_may_be_old_stands_for_no_photo(there: PlantOn) -> None:
    player, guardian = there.player, there.crew.guardian
    number = await ask(player)
    await prepare(player)
    await approve(player)
    await player.jump_to_hour(8, 31)
    await player.scans(guardian, BOARD)
    await there.hands.of(guardian).sends_photo(picture(1, there.works.clock.now()))
    await player.moment()
    await there.push(timedelta(seconds=8))
    assert all(not photo.camera for photo in (await there.service.permit(number)).photos)


async def test_whoever_has_both_is_answered_where_they_wrote_last(tmp_path: Path) -> None:
    async with plant_on(tmp_path, Mix.MIXED) as site:
        for platform, other in ((Platform.DINGTALK, Platform.WECOM), (Platform.WECOM, Platform.DINGTALK)):
            here, there = site.hands.on(platform, BOTH), site.hands.on(other, BOTH)
            before, quiet = len(here.screen), len(there.screen)
            await here.says("帮助")
            await site.push(timedelta(seconds=2))
            assert len(here.screen) > before + 1
            assert len(there.screen) == quiet


@pytest.fixture
async def wordy(tmp_path: Path) -> AsyncIterator[PlantOn]:
    """DingTalk where nobody published the card template."""
    async with plant_on(tmp_path, Mix.DINGTALK, chats=without_template) as made:
        yield made


def without_template(settings: Settings, house: House) -> list[Chat]:
    """The one platform of a site that has not published the card."""
    return [dingtalk_chat(replace(settings.dingtalk(), card_templates=()), settings, house)]


async def types_for(site: PlantOn, who: str, text: str) -> None:
    """Type what the newest message that offers this press says to type for it."""
    offers = [
        line
        for item in site.hands.of(who).screen
        if item["from"] == "app"
        for line in str(item["content"]).splitlines()
        if line.endswith(f"」{text}")
    ]
    await site.player.types(who, offers[-1].partition("「")[2].partition("」")[0])
    await site.push(timedelta(seconds=2))


async def test_without_a_template_everything_is_typed(wordy: PlantOn) -> None:
    crew = wordy.crew
    await wordy.player.types(crew.worker, f"{WORK} {crew.named()}")
    await wordy.push(timedelta(seconds=2))
    (asked,) = re.findall(r"「(选 [0-9]+) 0」", str(wordy.hands.of(crew.worker).screen[-1]))
    await wordy.player.types(crew.worker, f"{asked} 0")
    await wordy.push(timedelta(seconds=2))
    await types_for(wordy, crew.worker, "提交申请")
    await wordy.player.sees(crew.worker, "DHZY-")
    number = number_on(wordy.player, crew.worker)
    await types_for(wordy, HEAD, "受理")
    assert (await wordy.events(number)).count("RequestAccepted") == 1
    assert wordy.hands.of(HEAD).cards == []


async def test_a_position_is_taken_where_the_platform_hands_it_over_and_answered_in_words_elsewhere(
    there: PlantOn,
) -> None:
    hand = there.hands.of("zhaomin")
    before = len(hand.screen)
    await hand.stands_at("31.230000", "121.470000", "二号罐区")
    await there.push(timedelta(seconds=2))
    answers = str([item for item in hand.screen[before:] if item["from"] == "app"])
    assert ("这类消息这里办不了" in answers) is (hand.platform is Platform.DINGTALK), answers
