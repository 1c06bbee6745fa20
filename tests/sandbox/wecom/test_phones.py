"""What people do on their phones, and what the app hears of it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from sandbox.wecom import Client, MemberStatus, NotOffered, Phone, PhotoOrder, Twin
from tests.support.wecom_twin import (
    AGENT,
    AMR,
    CORP,
    JPEG,
    MP4,
    SMALL_AGENT,
    Api,
    Receiver,
    button_card,
    multiple_card,
    news_card,
    text_card,
    vote_card,
)

MENU = {
    "button": [
        {"type": "scancode_waitmsg", "name": "扫码", "key": "scan"},
        {"type": "location_select", "name": "位置", "key": "place"},
        {"type": "pic_sysphoto", "name": "拍照", "key": "photo"},
    ]
}


@pytest.fixture
def phone(twin: Twin) -> Phone:
    return twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP)


def selected(receiver: Receiver) -> dict[str, list[str]]:
    root = receiver.got[-1].root
    assert root is not None
    return {
        item.findtext("QuestionKey") or "": [option.text or "" for option in item.iterfind("OptionIds/OptionId")]
        for item in root.iterfind("SelectedItems/SelectedItem")
    }


async def test_photo_voice_video_and_link(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    await phone.send_photo(JPEG)
    await phone.send_voice(AMR)
    await phone.send_video(MP4)
    await phone.send_link(title="t", description="d", url="https://a.example")
    assert receiver.events == ["image", "voice", "video", "link"]
    image, voice, video, link = receiver.got
    assert (image.text("PicUrl") or "").startswith(twin.base_url)
    assert voice.text("Format") == "amr"
    assert voice.text("Recognition") is None
    assert video.text("ThumbMediaId")
    assert link.text("Url") == "https://a.example"
    assert [item["kind"] for item in phone.screen] == receiver.events


async def test_a_location_has_latitude_in_x_and_an_app_type_only_in_wecom(
    twin: Twin, receiver: Receiver, phone: Phone
) -> None:
    await phone.send_location("30.2500", "120.1600", label="2号罐区")
    plugin = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP, client=Client.PLUGIN)
    await plugin.send_location("30.2500", "120.1600")
    first, second = receiver.got
    assert (first.text("Location_X"), first.text("Location_Y")) == ("30.2500", "120.1600")
    assert (first.text("AppType"), second.text("AppType")) == ("wxwork", None)
    assert (first.text("Label"), first.text("Scale")) == ("2号罐区", "15")


async def test_the_plugin_shows_neither_cards_nor_markdown(api: Api, twin: Twin, receiver: Receiver) -> None:
    card = await api.send("ZhaoMin", card=button_card())
    await api.send("ZhaoMin", msgtype="markdown", markdown={"content": "**x**"})
    await api.send("ZhaoMin", text="x")
    plugin = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP, client=Client.PLUGIN)
    assert [item["kind"] for item in plugin.screen] == ["text"]
    with pytest.raises(NotOffered):
        plugin.press_button(card["msgid"], "yes")


async def test_a_press_carries_key_task_type_and_code(api: Api, receiver: Receiver, phone: Phone) -> None:
    await api.send("ZhaoMin", card=button_card("DH-1.v2".replace(".", "_")))
    await phone.press_button(phone.cards[0], "yes")
    got = receiver.got[0]
    assert got.text("Event") == "template_card_event"
    assert got.text("EventKey") == "yes"
    assert got.text("TaskId") == "DH-1_v2"
    assert got.text("CardType") == "button_interaction"
    assert got.text("MsgId") is None
    assert got.text("SelectedItems") is None
    assert got.text("AgentID") == str(AGENT)


@pytest.mark.parametrize("key", ["maybe", ""])
async def test_only_shown_buttons_can_be_pressed(api: Api, receiver: Receiver, phone: Phone, key: str) -> None:
    sent = await api.send("ZhaoMin", card=button_card())
    with pytest.raises(NotOffered):
        phone.press_button(sent["msgid"], key)
    with pytest.raises(NotOffered):
        phone.press_button("unknown", "yes")
    with pytest.raises(NotOffered):
        phone.submit(sent["msgid"])
    with pytest.raises(NotOffered):
        phone.press_card_menu(sent["msgid"], "withdraw")


async def test_a_url_button_cannot_be_pressed_as_a_callback(api: Api, receiver: Receiver, phone: Phone) -> None:
    buttons = [{"type": 1, "text": "打开", "url": "https://a.example"}, {"text": "同意", "key": "yes"}]
    await api.send("ZhaoMin", card=button_card(button_list=buttons))
    card = phone.cards[0]
    assert [button["key"] for button in card["buttons"]] == ["yes"]
    assert card["links"] == [{"where": "button_list", "text": "打开", "url": "https://a.example"}]


async def test_notices_and_others_copies_offer_nothing(api: Api, twin: Twin, receiver: Receiver, phone: Phone) -> None:
    await api.send("ZhaoMin", card=text_card())
    await api.send("ZhaoMin", card=news_card())
    assert [card["buttons"] for card in phone.cards] == [[], []]
    sent = await api.send("WangQiang", card=button_card())
    with pytest.raises(NotOffered):
        phone.press_button(sent["msgid"], "yes")


async def test_a_drop_down_beside_buttons_says_its_choice(api: Api, receiver: Receiver, phone: Phone) -> None:
    options = [{"id": "level1", "text": "一级"}, {"id": "level2", "text": "二级"}]
    question = {"question_key": "level", "title": "级别", "option_list": options}
    await api.send("ZhaoMin", card=button_card(button_selection=question))
    await phone.press_button(phone.cards[0], "yes")
    assert selected(receiver) == {"level": ["level1"]}
    await phone.press_button(phone.cards[0], "yes", choice="level2")
    assert selected(receiver) == {"level": ["level2"]}
    assert phone.cards[0]["chosen"] == {"level": ["level2"]}
    with pytest.raises(NotOffered):
        phone.press_button(phone.cards[0], "yes", choice="level3")


async def test_votes_send_what_is_ticked(api: Api, receiver: Receiver, phone: Phone) -> None:
    await api.send("ZhaoMin", card=vote_card())
    await phone.submit(phone.cards[0])
    assert selected(receiver) == {"measures": ["blind"]}, "what was ticked beforehand"
    await phone.submit(phone.cards[0], {"measures": ["blind", "purge"]})
    assert selected(receiver) == {"measures": ["blind", "purge"]}
    assert receiver.got[-1].text("EventKey") == "done"
    for wrong in ({"measures": ["nothing"]}, {"other": ["blind"]}):
        with pytest.raises(NotOffered):
            phone.submit(phone.cards[0], wrong)


async def test_a_single_vote_takes_one_and_a_disabled_choice_none(api: Api, receiver: Receiver, phone: Phone) -> None:
    card = vote_card()
    card["checkbox"]["mode"] = 0
    sent = await api.send("ZhaoMin", card=card)
    with pytest.raises(NotOffered):
        phone.submit(phone.cards[0], {"measures": ["blind", "purge"]})
    card["checkbox"]["disable"] = True
    body = {"agentid": AGENT, "response_code": sent["response_code"], "atall": 1, "template_card": card}
    await api.post("message/update_template_card", body)
    with pytest.raises(NotOffered):
        phone.submit(phone.cards[0], {"measures": ["purge"]})


async def test_multiple_choices_name_every_list(api: Api, receiver: Receiver, phone: Phone) -> None:
    await api.send("ZhaoMin", card=multiple_card())
    await phone.submit(phone.cards[0], {"shift": ["b"]})
    assert selected(receiver) == {"shift": ["b"], "post": ["b"]}


async def test_scanning_from_the_menu(api: Api, receiver: Receiver, phone: Phone) -> None:
    await api.post("menu/create", MENU, agentid=str(AGENT))
    await phone.scan_code("扫码", "site:tank-2")
    got = receiver.got[0]
    assert (got.text("Event"), got.text("EventKey")) == ("scancode_waitmsg", "scan")
    assert got.text("ScanCodeInfo/ScanType") == "qrcode"
    assert got.text("ScanCodeInfo/ScanResult") == "site:tank-2"


@pytest.mark.parametrize(
    ("order", "kinds"),
    [
        (PhotoOrder.EVENT_FIRST, ["pic_sysphoto", "image", "image"]),
        (PhotoOrder.IMAGE_FIRST, ["image", "image", "pic_sysphoto"]),
    ],
)
async def test_photos_from_the_menu_come_with_their_md5_in_both_orders(
    api: Api, twin: Twin, receiver: Receiver, phone: Phone, order: PhotoOrder, kinds: list[str]
) -> None:
    await api.post("menu/create", MENU, agentid=str(AGENT))
    twin.quirks.photo_order = order
    for delivery in phone.take_system_photo("photo", JPEG, JPEG + b"2"):
        await delivery
    assert receiver.events == kinds
    event = receiver.got[kinds.index("pic_sysphoto")]
    assert event.root is not None
    assert event.text("SendPicsInfo/Count") == "2"
    sums = [item.text for item in event.root.iterfind("SendPicsInfo/PicList/item/PicMd5Sum")]
    assert sums == [hashlib.md5(each, usedforsecurity=False).hexdigest() for each in (JPEG, JPEG + b"2")]


@pytest.mark.parametrize(("follows", "kinds"), [(False, ["location_select"]), (True, ["location_select", "location"])])
async def test_a_place_from_the_menu(
    api: Api, twin: Twin, receiver: Receiver, phone: Phone, follows: bool, kinds: list[str]
) -> None:
    await api.post("menu/create", MENU, agentid=str(AGENT))
    twin.quirks.location_message_follows = follows
    phone.location_select("place", "30.25", "120.16", label="2号罐区")
    await twin.settled()
    assert receiver.events == kinds
    assert receiver.got[0].text("SendLocationInfo/Location_X") == "30.25"
    assert receiver.got[0].text("AppType") == "wxwork"


async def test_entering_reports_a_position_only_with_consent(receiver: Receiver, twin: Twin, phone: Phone) -> None:
    phone.enter_app()
    await twin.settled()
    assert receiver.events == ["enter_agent"]


async def test_people_the_app_does_not_reach_cannot_write_to_it(twin: Twin, receiver: Receiver) -> None:
    with pytest.raises(NotOffered):
        twin.phone("ZhaoMin", agentid=SMALL_AGENT, corpid=CORP).type_text("hi")
    phone = twin.phone("WangQiang", agentid=AGENT, corpid=CORP)
    twin.set_status("WangQiang", MemberStatus.DISABLED, corpid=CORP)
    with pytest.raises(NotOffered):
        phone.type_text("hi")
    with pytest.raises(NotOffered):
        phone.enter_app()
    with pytest.raises(KeyError):
        twin.phone("nobody", agentid=AGENT, corpid=CORP)


async def test_every_screen_is_plain_json(api: Api, twin: Twin, receiver: Receiver, phone: Phone) -> None:
    await phone.type_text("hi")
    for card in (button_card(), vote_card(), multiple_card(), text_card(), news_card()):
        await api.send("ZhaoMin", card=card)
    shown: list[dict[str, Any]] = json.loads(json.dumps(phone.screen))
    assert [item["kind"] for item in shown] == ["text"] + ["template_card"] * 5
    assert shown == phone.screen


async def test_changes_are_streamed_in_order(api: Api, twin: Twin, receiver: Receiver, phone: Phone) -> None:
    changes = twin.changes()
    await phone.type_text("hi")
    sent = await api.send("ZhaoMin", text="早")
    await api.post("message/recall", {"msgid": sent["msgid"]})
    seen: list[Any] = []
    async for change in changes:
        if change["type"] == "item":
            seen.append(change)
        if len(seen) == 3:
            break
    assert [change["action"] for change in seen] == ["added", "added", "changed"]
    assert seen[0]["place"] == {"kind": "phone", "corpid": CORP, "userid": "ZhaoMin"}
    assert seen[2]["item"]["recalled"] is True


async def test_until_waits_for_a_screen(api: Api, twin: Twin, phone: Phone) -> None:
    with pytest.raises(TimeoutError):
        await twin.until(lambda: len(phone.screen) == 1, seconds=0.01)
    await api.send("ZhaoMin", text="早")
    await twin.until(lambda: len(phone.screen) == 1)
