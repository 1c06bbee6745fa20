"""What the relay asks of WeCom, and how each answer of the platform reaches it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.platform import AlreadySent, HandleSpent, Platform, TryLater, Unacceptable, Undeliverable
from bot.wecom.api import MAX_OPEN_CALLS
from bot.wecom.client import WeComClient
from bot.wecom.platform import WeComPlatform, task_of
from cards.card import Bubble, Button, Card, File
from handlers.arrivals import Photo, Tap
from sandbox.wecom import Outage
from tests.support.eventually import eventually
from tests.support.wecom_plant import Plant, connected
from tests.support.wecom_server import ScriptedWeCom, serving
from tests.support.wecom_twin import CORP, JPEG, ROBOT

CARD = Card(
    subject="permit:1",
    key="k",
    title="待您会签｜二级动火 2号罐",
    buttons=(Button(text="现场签字", token="p1.approve"),),
)
FILE = File(name="作业票台账 2026-03-01至2026-03-31.xlsx", mime="application/zip", data=b"PK\x03\x04 a workbook")
DONE = replace(CARD, title="已签发｜二级动火 2号罐", buttons=(), done="已由王强 08:30 通过")


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    async with connected() as made:
        yield made


@pytest.fixture
def platform(plant: Plant) -> Platform:
    return WeComPlatform(
        client=plant.client, session=plant.session, base_url=plant.twin.base_url, notice_url="https://a.example"
    )


async def test_a_card_is_pushed_with_our_key_and_a_right_to_change_it(plant: Plant, platform: Platform) -> None:
    pushed = await platform.push("WangQiang", CARD, key="row-1", again=False)
    assert pushed.task == task_of("row-1")
    assert pushed.msgid is not None
    assert pushed.handle is not None
    assert plant.phone().cards[-1]["task_id"] == pushed.task


def test_the_same_key_names_the_same_card() -> None:
    assert task_of("row-1") == task_of("row-1") != task_of("row-2")


async def test_a_second_push_after_a_lost_answer_shows_one_card(plant: Plant, platform: Platform) -> None:
    plant.twin.faults.lose_answer("message/send")
    with pytest.raises(TryLater):
        await platform.push("WangQiang", CARD, key="row-1", again=False)
    await platform.push("WangQiang", CARD, key="row-1", again=True)
    assert len(plant.phone().cards) == 1


async def test_a_second_push_of_what_has_changed_meanwhile_is_known_to_be_there(
    plant: Plant, platform: Platform
) -> None:
    plant.twin.faults.lose_answer("message/send")
    with pytest.raises(TryLater):
        await platform.push("WangQiang", CARD, key="row-1", again=False)
    with pytest.raises(AlreadySent, match=task_of("row-1")):
        await platform.push("WangQiang", replace(CARD, body="新"), key="row-1", again=True)
    assert len(plant.phone().cards) == 1


async def test_long_words_come_in_pieces_in_order(plant: Plant, platform: Platform) -> None:
    text = "\n".join(f"第{number}条 已落实安全措施" for number in range(150))
    await platform.push("WangQiang", Bubble(text=text), key="row-1", again=False)
    pieces = [item["text"] if "text" in item else item["content"] for item in plant.phone().screen]
    assert len(pieces) > 1
    assert "\n".join(str(piece) for piece in pieces) == text


async def test_a_file_arrives_with_its_name_and_every_byte(plant: Plant, platform: Platform) -> None:
    pushed = await platform.push("WangQiang", FILE, key="row-1", again=False)
    (item,) = plant.phone().screen
    assert (item["kind"], item["filename"]) == ("file", FILE.name)
    found = plant.twin.world.media.peek(str(item["media_id"]))
    assert found is not None
    assert (found.content, found.content_type) == (FILE.data, FILE.mime)
    assert (pushed.handle, platform.parts(FILE)) == (None, 1)


async def test_a_file_whose_answer_was_lost_is_shown_once(plant: Plant, platform: Platform) -> None:
    plant.twin.faults.lose_answer("message/send")
    with pytest.raises(TryLater):
        await platform.push("WangQiang", FILE, key="row-1", again=False)
    await platform.push("WangQiang", replace(FILE, data=b"made anew, later"), key="row-1", again=True)
    assert len(plant.phone().screen) == 1


async def test_a_file_reaches_a_group_through_its_robot(plant: Plant, platform: Platform) -> None:
    await platform.file_to_group(ROBOT, FILE)
    (item,) = plant.twin.group(ROBOT, corpid=CORP).screen
    assert (item["kind"], item["filename"]) == ("file", FILE.name)
    with pytest.raises(Undeliverable):
        await platform.file_to_group("no-such-robot", FILE)
    with pytest.raises(Undeliverable, match="bytes"):
        await platform.file_to_group(ROBOT, replace(FILE, data=b""))


async def test_a_picture_is_shown_to_a_group_as_one(plant: Plant, platform: Platform) -> None:
    picture = replace(FILE, name="map.png", mime="image/png", data=b"\x89PNG\r\n\x1a\n")
    await platform.file_to_group(ROBOT, picture)
    (item,) = plant.twin.group(ROBOT, corpid=CORP).screen
    assert item["kind"] == "image"
    with pytest.raises(Undeliverable, match="bytes"):
        await platform.file_to_group(ROBOT, replace(picture, data=picture.data + bytes(2 << 20)))


async def test_a_tap_buys_one_change(plant: Plant, platform: Platform) -> None:
    pushed = await platform.push("WangQiang", CARD, key="row-1", again=False)
    phone = plant.phone()
    await phone.press_button(phone.cards[-1], "p1.approve")
    (tap,) = plant.office.arrivals
    assert isinstance(tap, Tap)
    assert tap.card == pushed.task
    assert tap.update_handle is not None
    await platform.edit("WangQiang", DONE, task=pushed.task, handle=tap.update_handle)
    assert phone.cards[-1]["card"]["main_title"]["title"] == DONE.title
    with pytest.raises(HandleSpent):
        await platform.edit("WangQiang", DONE, task=pushed.task, handle=tap.update_handle)


async def test_recall_is_quiet_when_it_is_too_late(plant: Plant, platform: Platform) -> None:
    pushed = await platform.push("WangQiang", CARD, key="row-1", again=False)
    assert pushed.msgid is not None
    await platform.recall(pushed.msgid)
    assert plant.phone().cards == []
    plant.clock.advance(timedelta(hours=25))
    await platform.recall(pushed.msgid)


@pytest.mark.parametrize("user", ["nobody", "unlicensed", "left"])
async def test_who_cannot_be_reached_is_undeliverable(platform: Platform, user: str) -> None:
    with pytest.raises(Undeliverable):
        await platform.push(user, CARD, key="row-1", again=False)


@pytest.mark.parametrize("outage", [Outage.BAD_GATEWAY, Outage.DISCONNECT, Outage.BUSY])
async def test_an_outage_means_later(plant: Plant, platform: Platform, outage: Outage) -> None:
    plant.twin.faults.outage = outage
    with pytest.raises(TryLater):
        await platform.push("WangQiang", CARD, key="row-1", again=False)


@pytest.mark.parametrize(
    ("code", "wait"), [(45009, timedelta(minutes=1)), (45033, timedelta(seconds=1)), (60020, timedelta(minutes=5))]
)
async def test_a_refusal_says_when_to_come_back(plant: Plant, platform: Platform, code: int, wait: timedelta) -> None:
    plant.twin.faults.fail("message/send", code)
    with pytest.raises(TryLater) as caught:
        await platform.push("WangQiang", CARD, key="row-1", again=False)
    assert caught.value.wait == wait


async def test_a_group_hears_one_line(plant: Plant, platform: Platform) -> None:
    await platform.say_to_group(ROBOT, "2号罐 已停工", key="row-1", again=False)
    assert "2号罐 已停工" in str(plant.twin.group(ROBOT, corpid=plant.client.corp_id).screen[-1])
    plant.twin.remove_robot(ROBOT)
    with pytest.raises(Undeliverable):
        await platform.say_to_group(ROBOT, "x", key="row-2", again=False)


async def test_a_line_that_leads_somewhere_can_be_tapped(plant: Plant, platform: Platform) -> None:
    text, links = "班前简报\n2号罐 <一级动火>", ("", "https://permit.example.com/p/1")
    await platform.say_to_group(ROBOT, text, key="row-1", again=False, links=links)
    shown = str(plant.twin.group(ROBOT, corpid=plant.client.corp_id).screen[-1])
    assert "[2号罐 ＜一级动火＞](https://permit.example.com/p/1)" in shown
    await platform.push("wangqiang", Bubble(text=text, links=links), key="row-2", again=False)
    assert '<a href="https://permit.example.com/p/1">2号罐 ＜一级动火＞</a>' in str(plant.phone().screen[-1])
    long = "\n".join(["二号罐区2号罐一级动火" * 5] * 12)
    await platform.push(
        "wangqiang", Bubble(text=long, links=("https://x.cn/" + "y" * 60,) * 12), key="row-3", again=False
    )
    assert "<a" not in str(plant.phone().screen[-1]), "an anchor is never cut in the middle: then it is plain words"


async def test_a_photo_is_fetched_while_it_is_there(plant: Plant, platform: Platform) -> None:
    await plant.phone().send_photo(JPEG)
    (photo,) = plant.office.arrivals
    assert isinstance(photo, Photo)
    fetched = await platform.fetch(photo.handle)
    assert (fetched.data, fetched.mime) == (JPEG, "image/jpeg")
    plant.clock.advance(timedelta(days=3, seconds=1))
    with pytest.raises(Undeliverable):
        await platform.fetch(photo.handle)


async def test_a_stop_does_not_queue_behind_digests(plant: Plant) -> None:
    """All ordinary places are taken by calls that hang; an urgent push still gets out."""
    held, said = asyncio.Event(), list[str]()

    async def send(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        said.append(body["text"]["content"])
        if body["text"]["content"] != "立即停工":
            await held.wait()
        return web.json_response({"errcode": 0, "msgid": "m"})

    async def token(request: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": 0, "access_token": "t", "expires_in": 7200})

    application = web.Application()
    application.router.add_post("/cgi-bin/message/send", send)
    application.router.add_get("/cgi-bin/gettoken", token)
    async with serving(application) as base:
        client = WeComClient(plant.session, plant.clock, corp_id="w", agent_id=1, secret=SecretStr("s"), base_url=base)
        slow: Platform = WeComPlatform(client=client, session=plant.session, base_url=base, notice_url=base)
        digests = [
            asyncio.create_task(slow.push("a", Bubble(text=f"日报{n}"), key=f"d{n}", again=False)) for n in range(8)
        ]
        await eventually(lambda: len(said) == MAX_OPEN_CALLS)
        await slow.push("a", Bubble(text="立即停工"), key="stop", again=False, urgent=True)
        assert said[-1] == "立即停工"
        assert len(said) == MAX_OPEN_CALLS + 1
        held.set()
        await asyncio.gather(*digests)


@pytest.mark.parametrize("field", ["invaliduser", "unlicenseduser"])
@pytest.mark.parametrize("message", [CARD, Bubble(text="停工")])
async def test_success_without_the_one_recipient_is_no_success(
    client: WeComClient, wecom: ScriptedWeCom, plant: Plant, field: str, message: Card | Bubble
) -> None:
    wecom.then("message/send", {"errcode": 0, "msgid": "m", field: "wangqiang"})
    platform = WeComPlatform(
        client=client, session=plant.session, base_url="http://127.0.0.1:9", notice_url="https://a"
    )
    with pytest.raises(Undeliverable):
        await platform.push("WangQiang", message, key="row-1", again=False)


async def test_a_card_that_cannot_be_made_was_not_sent(platform: Platform) -> None:
    """So it may be said in plain words at once."""
    with pytest.raises(Unacceptable, match="cannot be made"):
        await platform.push("wangqiang", Card(subject="s", key="k", title=""), key="row", again=False)
    with pytest.raises(Unacceptable, match="cannot be made"):
        await platform.edit("wangqiang", Card(subject="s", key="k", title=""), task="t", handle="right")
