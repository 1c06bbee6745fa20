"""Every reading of unsettled behaviour can be turned to the other one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from sandbox.clock import ManualClock
from sandbox.dingtalk import ClickEnd, Outcome, Phone, Twin, Unsettled
from tests.support.dingtalk_twin import (
    AMR,
    APP,
    CORP,
    GROUP,
    ROBOT_TOPIC,
    SECRET,
    TEMPLATE,
    Api,
    Stream,
    address,
    card,
    exported_template,
    silence,
    yes,
)

CARDS = "/v1.0/card/instances"
SHOW = f"{CARDS}/createAndDeliver"
OPEN = "/v1.0/gateway/connections/open"
PUBLIC = "382e4302-551d-4880-bf29-a30acfab2e71.schema"


@pytest.fixture
def phone(twin: Twin) -> Phone:
    twin.templates.load(exported_template(), TEMPLATE, client_id=APP)
    return twin.phone("zhaomin", client_id=APP)


async def test_the_gateway_can_push_nothing(twin: Twin, stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    twin.faults.push_outage = True
    assert phone.send_voice(AMR).outcome is Outcome.DROPPED
    assert twin.event("check_in", {}, client_id=APP).outcome is Outcome.DROPPED
    assert client.frames == []


async def test_odd_spellings_of_messages_and_events(twin: Twin, stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    quirks = twin.quirks
    quirks.event_topic, quirks.quota_text_key = "dingTalk", "errMsg"
    quirks.create_at_as_text, quirks.duration_in_voice = True, False
    await phone.send_voice(AMR)
    twin.faults.push_quota_gone = True
    await phone.send_voice(AMR)
    await twin.event("check_in", {}, client_id=APP)
    voice, marked = (json.loads(frame["data"]) for frame in client.frames[:2])
    assert isinstance(voice["createAt"], str)
    assert "duration" not in voice["content"]
    assert (marked["errorCode"], "errMsg" in marked, "content" in marked) == (20001, True, False)
    assert client.frames[2]["headers"]["topic"] == "dingTalk"


async def test_tickets_and_the_open_call(twin: Twin, api: Api, stream: Stream) -> None:
    twin.quirks.bad_ticket_status, twin.quirks.xml_without_accept = 403, False
    twin.quirks.ticket_life = timedelta()
    opened = await stream.open()
    with pytest.raises(InvalidStatus) as refused:
        await connect(address(opened), proxy=None)
    assert refused.value.response.status_code == 403
    body = {"clientId": APP, "clientSecret": SECRET, "subscriptions": [{"type": "CALLBACK", "topic": ROBOT_TOPIC}]}
    async with api.session.post(api.base + OPEN, json=body) as response:
        assert response.content_type == "application/json"


async def test_an_ack_on_another_connection_can_count(twin: Twin, stream: Stream, phone: Phone) -> None:
    twin.quirks.foreign_ack_counts = True
    client = await stream.connect(silence)
    push = phone.send_voice(AMR)
    (frame,) = await client.got(1)
    other = await stream.connect(topics=[("EVENT", "*")])
    await other.send(yes(frame))
    assert (await push).outcome is Outcome.ACCEPTED


async def test_the_real_life_of_a_webhook_and_its_price(twin: Twin, api: Api, stream: Stream, phone: Phone) -> None:
    twin.quirks.session_webhook_metered = True
    client = await stream.connect()
    await phone.send_voice(AMR)
    heard = json.loads(client.frames[0]["data"])
    body = {"msgtype": "text", "text": {"content": "x"}}
    async with api.session.post(heard["sessionWebhook"], json=body) as response:
        assert (await response.json())["errcode"] == 0
    assert twin.world.meter.pushes(CORP) == 2
    twin.quirks.session_webhook_life = timedelta()
    await phone.send_voice(AMR)
    heard = json.loads(client.frames[1]["data"])
    assert heard["sessionWebhookExpiredTime"] > heard["createAt"]
    async with api.session.post(heard["sessionWebhook"], json=body) as response:
        assert (await response.json())["errcode"] == 300001


async def test_other_readings_of_card_requests(twin: Twin, api: Api, phone: Phone) -> None:
    quirks = twin.quirks
    quirks.missing_deliver_model, quirks.strict_value_length = Unsettled.ERROR, True
    answer = await api.post(SHOW, card(imGroupOpenDeliverModel=None), status=400)
    assert answer["code"] == "param.openDeliverModelError"
    long = {"cardParamMap": {"title": "x" * 1025}}
    assert (await api.post(SHOW, card(cardData=long), status=400))["code"] == "param.invalid"
    quirks.unknown_variables_refused = False
    await api.post(SHOW, card(cardData={"cardParamMap": {"title": "x", "titel": "y"}}))
    assert "titel" not in phone.cards[0]["data"]
    quirks.replace_spares_other_viewers = False
    head = twin.phone("zhoujianguo", client_id=APP).in_group(GROUP)
    assert head.cards[0]["buttons"]
    other = {"wangqiang": {"cardParamMap": {"approve_text": "同意"}}}
    await api.put(CARDS, {"outTrackId": "permit-1-r1", "privateData": other})
    assert head.cards[0]["buttons"] == []


async def test_other_readings_of_a_click(
    twin: Twin, api: Api, stream: Stream, phone: Phone, clock: ManualClock
) -> None:
    quirks = twin.quirks
    quirks.click_in_value = quirks.params_beside = True
    quirks.clicks_repeat = quirks.clicks_are_metered = False
    quirks.click_limit = timedelta(seconds=1)
    client = await stream.connect(silence)
    await api.post(SHOW, card())
    head = twin.phone("zhoujianguo", client_id=APP).in_group(GROUP)
    click = head.press_button(head.cards[0], "approve")
    (frame,) = await client.got(1)
    data = json.loads(frame["data"])
    assert "content" not in data
    assert set(json.loads(data["value"])) == {"cardPrivateData", "params"}
    clock.advance(timedelta(seconds=1))
    assert (await click).end is ClickEnd.FAILED
    assert click.push is not None
    assert (await click.push).outcome is Outcome.LOST
    assert twin.world.meter.pushes(CORP) == 0


async def test_a_card_that_speaks_of_union_ids(twin: Twin, api: Api, stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    head = twin.corp().people["zhoujianguo"]
    private = {head.unionid: {"cardParamMap": {"approve_text": "同意", "approve_token": "t"}}}
    spaces = f"dtv1.card//IM_ROBOT.{head.unionid}"
    await api.post(SHOW, card(userIdType=2, privateData=private, openSpaceId=spaces))
    shown = twin.phone("zhoujianguo", client_id=APP)
    await shown.press_button(shown.cards[0], "approve")
    data = json.loads(client.frames[0]["data"])
    assert (data["userId"], data["userIdType"]) == (head.unionid, 2)


async def test_a_public_template_of_the_sdk_and_one_without_a_file(
    twin: Twin, api: Api, stream: Stream, phone: Phone
) -> None:
    client = await stream.connect()
    buttons = [{"text": "通过", "id": "yes", "request": True}, {"text": "看", "url": "https://a.example"}]
    data: dict[str, Any] = {"msgTitle": "动火票", "msgContent": "二级"}
    data["sys_full_json_obj"] = json.dumps({"msgButtons": buttons})
    await api.post(SHOW, card(cardTemplateId=PUBLIC, cardData={"cardParamMap": data}, privateData=None))
    (shown,) = phone.cards
    assert (shown["card"]["main_title"]["title"], shown["links"][0]["url"]) == ("动火票", "https://a.example")
    await phone.press_button(shown, "yes")
    assert json.loads(json.loads(client.frames[0]["data"])["content"])["cardPrivateData"]["actionIds"] == ["yes"]
    twin.templates.declare("any.schema")
    plain = card("permit-2-r1", cardTemplateId="any.schema", privateData=None)
    await api.post(SHOW, plain | {"cardData": {"cardParamMap": {"title": "随便", "whatever": "x"}}})
    assert phone.cards[1]["data"]["whatever"] == "x"


async def test_an_image_may_need_a_public_address(twin: Twin, api: Api) -> None:
    twin.quirks.image_by_media_id = False
    param = json.dumps({"photoURL": "@lALPmedia"})
    body = {"robotCode": APP, "userIds": ["zhaomin"], "msgKey": "sampleImageMsg", "msgParam": param}
    await api.post("/v1.0/robot/oToMessages/batchSend", body, status=400)
    await api.post("/v1.0/robot/oToMessages/batchSend", body | {"msgParam": '{"photoURL": "https://a.example/p.jpg"}'})
