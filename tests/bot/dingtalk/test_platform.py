"""What the relay asks of DingTalk, and how each answer of the platform reaches it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.dingtalk.api import Api
from bot.dingtalk.budget import Spacing
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.ding import Alarm
from bot.dingtalk.media import Downloads
from bot.dingtalk.platform import DingTalkPlatform, text_task
from bot.platform import (
    AlreadySent,
    Cards,
    Gone,
    HandleSpent,
    Platform,
    PlatformTrouble,
    TooLarge,
    TryLater,
    Unacceptable,
    Undeliverable,
)
from cards.card import Bubble, Button, Card, File
from cards.dingtalk import track_id
from cards.dingtalk_template import PATH
from sandbox.clock import ManualClock
from sandbox.dingtalk import ExistingCard, Twin
from tests.bot.dingtalk.conftest import HERE, Waiting
from tests.support.dingtalk_twin import APP, CORP, GROUP, JPEG, SECRET

TEMPLATE, OLDER = "permit-2.schema", "permit-1.schema"
CREATE, CARDS = "/v1.0/card/instances/createAndDeliver", "/v1.0/card/instances"
SEND = "/v1.0/robot/oToMessages/batchSend"
CARD = Card(
    subject="permit:1",
    key="k",
    title="待您会签｜二级动火 2号罐",
    buttons=(Button(text="现场签字", token="p1.approve"),),
)
FILE = File(name="作业票台账 2026-03-01至2026-03-31.xlsx", mime="application/zip", data=b"PK\x03\x04 a workbook")
DONE = replace(CARD, key="k2", title="已签发｜二级动火 2号罐", buttons=(), done="已由王强 08:30 通过")
ACCESS = "Forbidden.AccessDenied."


@pytest.fixture
def twin_client(twin: Twin, manual: ManualClock, session: aiohttp.ClientSession, waiting: Waiting) -> DingTalkClient:
    for template in (TEMPLATE, OLDER):
        twin.templates.load(PATH.read_text("utf-8"), template, client_id=APP)
    api = Api(
        session, manual, app_key=APP, app_secret=SecretStr(SECRET), base_url=twin.base_url, old_base_url=twin.base_url,
        pause=waiting, steady=waiting.steady,
    )  # fmt: skip
    return DingTalkClient(session, manual, api, corp_id=CORP, robot_code=APP, downloads=HERE)


def platform_of(client: DingTalkClient, clock: ManualClock, waiting: Waiting, *templates: str) -> DingTalkPlatform:
    alarm = Alarm(client, clock, page="https://a.example")
    spacing = Spacing(waiting.steady)
    return DingTalkPlatform(client=client, alarm=alarm, templates=templates, spacing=spacing, pause=waiting)


@pytest.fixture
def platform(twin_client: DingTalkClient, manual: ManualClock, waiting: Waiting) -> Platform:
    return platform_of(twin_client, manual, waiting, TEMPLATE, OLDER)


def titles(twin: Twin, user: str = "wangqiang") -> list[str]:
    return [str(card["data"]["heading"]) for card in twin.phone(user, client_id=APP).cards]


# --- cards ----------------------------------------------------------------------------------------------------------


async def test_a_card_is_pushed_under_our_key(twin: Twin, platform: Platform) -> None:
    pushed = await platform.push("wangqiang", CARD, key="row-1", again=False)
    assert (pushed.task, pushed.handle) == (track_id("row-1", TEMPLATE), None)
    assert pushed.msgid
    (shown,) = twin.phone("wangqiang", client_id=APP).cards
    assert shown["out_track_id"] == pushed.task
    assert [button["text"] for button in shown["buttons"]] == ["现场签字"]
    assert platform.cards_are is Cards.FREE


@pytest.mark.parametrize("existing", list(ExistingCard))
async def test_a_second_push_after_a_lost_answer_shows_one_card(
    twin: Twin, platform: Platform, existing: ExistingCard
) -> None:
    twin.quirks.existing_card = existing
    twin.faults.lose_answer(CREATE)
    with pytest.raises(TryLater) as caught:
        await platform.push("wangqiang", CARD, key="row-1", again=False)
    assert not caught.value.sure
    again = platform.push("wangqiang", CARD, key="row-1", again=True)
    if existing is ExistingCard.REFUSED:
        with pytest.raises(AlreadySent, match=track_id("row-1", TEMPLATE)):
            await again
    else:
        assert (await again).task == track_id("row-1", TEMPLATE)
    assert len(titles(twin)) == 1


async def test_a_504_is_an_unknown_outcome_too(twin: Twin, platform: Platform) -> None:
    twin.faults.overtime(CREATE)
    with pytest.raises(TryLater) as caught:
        await platform.push("wangqiang", CARD, key="row-1", again=False)
    assert not caught.value.sure
    assert len(titles(twin)) == 1


async def test_a_card_that_did_not_arrive_is_delivered_and_not_taken_for_sent(twin: Twin, platform: Platform) -> None:
    """Created and not delivered: creating it again would say "it is there", and nobody would ever see it."""
    twin.faults.spaces_fail = 1
    with pytest.raises(PlatformTrouble) as caught:
        await platform.push("wangqiang", CARD, key="row-1", again=False)
    assert not isinstance(caught.value, AlreadySent)
    assert titles(twin) == []
    pushed = await platform.push("wangqiang", CARD, key="row-1", again=True)
    assert pushed.task == track_id("row-1", TEMPLATE)
    assert len(titles(twin)) == 1


async def test_a_card_is_changed_as_often_as_we_like(twin: Twin, platform: Platform, waiting: Waiting) -> None:
    pushed = await platform.push("wangqiang", CARD, key="row-1", again=False)
    began = waiting.now
    await platform.edit("wangqiang", replace(CARD, key="k1", body="新"), task=pushed.task, handle=None)
    await platform.edit("wangqiang", DONE, task=pushed.task, handle=None)
    (shown,) = twin.phone("wangqiang", client_id=APP).cards
    assert shown["data"]["status"] == "已签发"
    assert shown["data"]["done"] == DONE.done
    assert shown["buttons"] == []
    assert waiting.now - began == pytest.approx(0.5 + 0.8)  # after the delivery, and between the two


async def test_a_press_on_a_card_drawn_anew_is_never_taken_for_a_repeat(twin: Twin, platform: Platform) -> None:
    """The second drawing looks like the first; the same button on it is another press all the same."""
    pushed = await platform.push("wangqiang", CARD, key="row-1", again=False)
    versions = []
    for _ in range(3):
        await platform.edit("wangqiang", CARD, task=pushed.task, handle=None)
        (shown,) = twin.phone("wangqiang", client_id=APP).cards
        versions.append(shown["data"]["v"])
    assert len(set(versions)) == 3


async def test_nobody_outside_costs_a_call(twin: Twin, platform: Platform) -> None:
    with pytest.raises(Undeliverable):
        await platform.push("outside|$:LWCP_v1:$x", Bubble(text="x"), key="row-1", again=False)
    assert twin.world.meter.calls(CORP) == 0


async def test_a_card_of_an_older_template_keeps_it(
    twin: Twin, twin_client: DingTalkClient, manual: ManualClock, waiting: Waiting
) -> None:
    before = platform_of(twin_client, manual, waiting, OLDER)
    pushed = await before.push("wangqiang", CARD, key="row-1", again=False)
    now = platform_of(twin_client, manual, waiting, TEMPLATE, OLDER)
    await now.edit("wangqiang", DONE, task=pushed.task)
    assert twin.phone("wangqiang", client_id=APP).cards[0]["data"]["done"] == DONE.done
    with pytest.raises(HandleSpent):
        await platform_of(twin_client, manual, waiting, TEMPLATE).edit("wangqiang", DONE, task=pushed.task)


async def test_a_card_that_is_not_there_cannot_be_changed(platform: Platform) -> None:
    with pytest.raises(HandleSpent):
        await platform.edit("wangqiang", DONE, task=track_id("never", TEMPLATE), handle=None)
    with pytest.raises(HandleSpent):
        await platform.edit("wangqiang", DONE, task=text_task("row-1"), handle=None)


# --- words ----------------------------------------------------------------------------------------------------------


async def test_long_words_come_in_pieces_in_order(twin: Twin, platform: Platform) -> None:
    text = "\n".join(f"第{number}条 已落实安全措施" for number in range(400))
    bubble = Bubble(text=text)
    pushed = await platform.push("wangqiang", bubble, key="row-1", again=False)
    shown = [str(one.content["content"]) for one in twin.phone("wangqiang", client_id=APP).items]
    assert len(shown) == platform.parts(bubble) == 2
    assert "\n".join(shown) == text
    assert pushed.task == text_task("row-1")


async def test_without_a_template_a_card_is_words(
    twin: Twin, twin_client: DingTalkClient, manual: ManualClock, waiting: Waiting
) -> None:
    plain = platform_of(twin_client, manual, waiting)
    assert plain.cards_are is Cards.TYPED
    await plain.push("wangqiang", DONE, key="row-1", again=False)
    (shown,) = twin.phone("wangqiang", client_id=APP).screen
    assert "已签发｜二级动火 2号罐" in str(shown)
    assert plain.parts(DONE) == 1


async def test_nothing_to_say_is_not_said(twin: Twin, platform: Platform) -> None:
    with pytest.raises(Unacceptable):
        await platform.push("wangqiang", Bubble(text=""), key="row-1", again=False)
    assert twin.requests == []


async def test_who_is_out_of_sight_is_undeliverable_under_http_200(platform: Platform) -> None:
    for message in (Bubble(text="停工"), CARD):
        with pytest.raises(Undeliverable) as caught:
            await platform.push("hidden", message, key=f"row-{message}", again=False)
        assert not isinstance(caught.value, Unacceptable)


async def test_who_is_held_back_is_tried_again(twin: Twin, platform: Platform) -> None:
    twin.faults.users_flow_controlled = 1
    with pytest.raises(TryLater) as caught:
        await platform.push("wangqiang", Bubble(text="停工"), key="row-1", again=False)
    assert caught.value.sure
    assert caught.value.wait > timedelta(0)
    await platform.push("wangqiang", Bubble(text="停工"), key="row-1", again=False)
    assert len(twin.phone("wangqiang", client_id=APP).screen) == 1


async def test_recall_is_quiet_when_it_is_too_late(twin: Twin, platform: Platform, manual: ManualClock) -> None:
    pushed = await platform.push("wangqiang", Bubble(text="x"), key="row-1", again=False)
    assert pushed.msgid is not None
    assert await platform.recall(pushed.msgid)
    late = await platform.push("wangqiang", Bubble(text="y"), key="row-2", again=False)
    assert late.msgid is not None
    manual.advance(timedelta(hours=25))
    assert not await platform.recall(late.msgid)


async def test_a_group_hears_one_line(twin: Twin, platform: Platform) -> None:
    await platform.say_to_group(GROUP, "2号罐 已停工", key="row-1", again=False)
    phone = twin.phone("wangqiang", client_id=APP).in_group(GROUP)
    assert "2号罐 已停工" in str(phone.screen[-1])
    with pytest.raises(Undeliverable):
        await platform.say_to_group("cidnobody==", "x", key="row-2", again=False)


async def test_a_line_that_leads_somewhere_can_be_tapped(twin: Twin, platform: Platform) -> None:
    said = Bubble(text="班前简报\n2号罐 一级动火", links=("", "https://permit.example.com/p/1"))
    await platform.say_to_group(GROUP, said.text, key="row-1", again=False, links=said.links)
    await platform.push("wangqiang", said, key="row-2", again=False)
    phone = twin.phone("wangqiang", client_id=APP)
    for screen in (phone.in_group(GROUP).screen, phone.screen):
        assert "[2号罐 一级动火](https://permit.example.com/p/1)" in str(screen[-1])


# --- troubles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "family", "wait", "sure"),
    [
        (f"{ACCESS}QpsLimitForAppkeyAndApi", 403, TryLater, timedelta(seconds=1), True),
        (f"{ACCESS}ApiCountLimitForOrg", 403, TryLater, timedelta(minutes=10), True),
        (f"{ACCESS}AccessTokenPermissionDenied", 403, TryLater, timedelta(minutes=5), True),
        ("param.templateUnpublished", 400, Unacceptable, None, None),  # words need no template
        ("system.busy", 500, TryLater, timedelta(0), False),
        ("param.contentUnsafe", 400, Unacceptable, None, None),
        ("param.invalid", 400, Unacceptable, None, None),
        ("param.userIdNotExist", 400, Undeliverable, None, None),
    ],
)
async def test_a_refusal_says_what_may_be_done(
    twin: Twin,
    platform: Platform,
    code: str,
    status: int,
    family: type[PlatformTrouble],
    wait: timedelta | None,
    sure: bool | None,
) -> None:
    twin.faults.fail(CREATE, code, status=status)
    with pytest.raises(PlatformTrouble) as caught:
        await platform.push("wangqiang", CARD, key="row-1", again=False)
    assert type(caught.value) is family
    if isinstance(caught.value, TryLater):
        assert (caught.value.wait, caught.value.sure) == (wait, sure)


async def test_a_token_that_dies_half_way_is_nobody_s_trouble(twin: Twin, platform: Platform) -> None:
    pushed = await platform.push("wangqiang", CARD, key="row-1", again=False)
    twin.revoke_tokens(APP)
    await platform.edit("wangqiang", DONE, task=pushed.task, handle=None)
    assert twin.phone("wangqiang", client_id=APP).cards[0]["data"]["done"] == DONE.done


async def test_the_end_of_the_month_is_said_and_nothing_is_shown(twin: Twin, platform: Platform) -> None:
    twin.world.meter.use(CORP, "calls", twin.limits.standard_calls_month * 2)
    with pytest.raises(TryLater) as caught:
        await platform.push("wangqiang", CARD, key="row-1", again=False)
    assert caught.value.wait == timedelta(minutes=10)
    assert titles(twin) == []


# --- files ----------------------------------------------------------------------------------------------------------


async def code_of(twin: Twin, content: bytes) -> str:
    push = twin.phone("wangqiang", client_id=APP).send_photo(content)
    said: Any = push.news.data["content"]
    return str(said["downloadCode"])


async def test_a_photo_is_fetched_while_it_is_there(twin: Twin, platform: Platform, manual: ManualClock) -> None:
    code = await code_of(twin, JPEG)
    fetched = await platform.fetch(code)
    assert fetched.data == JPEG
    manual.advance(twin.quirks.download_code_life + timedelta(seconds=1))
    with pytest.raises(Gone):
        await platform.fetch(code)


async def test_a_photo_that_is_too_large_is_not_taken(twin: Twin, platform: Platform) -> None:
    code = await code_of(twin, b"\xff\xd8" + bytes(20 * 1024 * 1024))
    with pytest.raises(TooLarge):
        await platform.fetch(code)


async def test_another_host_than_the_platform_s_is_not_asked(
    twin: Twin, manual: ManualClock, session: aiohttp.ClientSession, waiting: Waiting
) -> None:
    api = Api(session, manual, app_key=APP, app_secret=SecretStr(SECRET), base_url=twin.base_url)
    strict = DingTalkClient(session, manual, api, corp_id=CORP, robot_code=APP, downloads=Downloads())
    with pytest.raises(TryLater):
        await platform_of(strict, manual, waiting).fetch(await code_of(twin, JPEG))


# --- files ----------------------------------------------------------------------------------------------------------


async def test_a_file_arrives_with_its_name_and_every_byte(twin: Twin, platform: Platform) -> None:
    await platform.push("wangqiang", FILE, key="row-1", again=False)
    (item,) = twin.phone("wangqiang", client_id=APP).screen
    assert (item["kind"], item["filename"]) == ("file", FILE.name)
    found = twin.hand.media.peek(str(item["media_id"]))
    assert found is not None
    assert found.content == FILE.data
    assert platform.parts(FILE) == 1
    with pytest.raises(Undeliverable):
        await platform.push("nobody", FILE, key="row-2", again=False)


async def test_a_picture_is_shown_to_a_group_as_one(twin: Twin, platform: Platform) -> None:
    await platform.file_to_group(GROUP, replace(FILE, name="map.png", mime="image/png", data=b"\x89PNG\r\n\x1a\n"))
    (item,) = twin.group(GROUP).screen
    assert item["kind"] == "image"


async def test_a_file_reaches_a_group(twin: Twin, platform: Platform) -> None:
    await platform.file_to_group(GROUP, FILE)
    (item,) = twin.group(GROUP).screen
    assert (item["kind"], item["filename"]) == ("file", FILE.name)
    with pytest.raises(Undeliverable):
        await platform.file_to_group("cidnobody==", FILE)


async def test_a_card_that_cannot_be_made_was_not_sent(platform: Platform) -> None:
    """So it may be said in plain words at once."""
    with pytest.raises(Unacceptable, match="cannot be made"):
        await platform.push("wangqiang", Card(subject="s", key="k", title=""), key="row", again=False)
