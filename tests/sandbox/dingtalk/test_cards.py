"""Cards: what is accepted, who sees what, and what updates and clicks change."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import ExistingCard, NotOffered, Phone, Twin
from sandbox.dingtalk.clicks import ClickEnd
from tests.support.dingtalk_twin import (
    APP,
    GROUP,
    OTHER_APP,
    OTHER_SECRET,
    TEMPLATE,
    Api,
    Stream,
    card,
    exported_template,
    saying,
    silence,
)

CARDS = "/v1.0/card/instances"
SHOW = f"{CARDS}/createAndDeliver"


@pytest.fixture(autouse=True)
def template(twin: Twin) -> None:
    twin.templates.load(exported_template(), TEMPLATE, client_id=APP)


@pytest.fixture
def head(twin: Twin) -> Phone:
    return twin.phone("zhoujianguo", client_id=APP).in_group(GROUP)


@pytest.fixture
def worker(twin: Twin) -> Phone:
    return twin.phone("wangqiang", client_id=APP).in_group(GROUP)


def responding(**response: Any) -> Any:
    return saying(200, {"response": response})


async def test_everybody_sees_the_card_and_only_the_approver_his_button(
    api: Api, twin: Twin, head: Phone, worker: Phone
) -> None:
    answer = await api.post(SHOW, card())
    results = answer["result"]["deliverResults"]
    assert [(row["spaceType"], row["success"]) for row in results] == [("IM_GROUP", True), ("IM_ROBOT", True)]
    assert all(row["carrierId"] for row in results)
    (mine,), (other,) = head.cards, worker.cards
    assert mine["card"]["main_title"]["title"] == other["card"]["main_title"]["title"] == "二级动火"
    assert other["card"]["sub_title_text"] == "状态：待审批"
    assert [button["text"] for button in mine["buttons"]] == ["同意"]
    assert other["buttons"] == []
    assert "approve_token" not in other["data"]
    assert twin.phone("zhaomin", client_id=APP).cards[0]["out_track_id"] == "permit-1-r1"
    with pytest.raises(NotOffered):
        worker.press_button(other, "approve")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"outTrackId": ""}, "param.outTrackIdEmpty"),
        ({"cardTemplateId": ""}, "param.cardTemplateIdEmpty"),
        ({"cardTemplateId": "nobody.schema"}, "param.templateNotExist"),
        ({"cardData": None}, "param.cardPublicDataEmpty"),
        ({"cardData": {"cardParamMap": {"title": 7}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"titel": "x"}}}, "param.invalid"),
        ({"privateData": {"nobody": {"cardParamMap": {}}}}, "param.userIdNotExist"),
        ({"callbackType": "stream"}, "param.invalid"),
        ({"openSpaceId": ""}, "param.openSpaceIdEmpty"),
        ({"openSpaceId": f"IM_GROUP.{GROUP}"}, "param.openSpaceIdInvalid"),
        ({"imGroupOpenDeliverModel": None}, "param.openDeliverModelEmpty"),
        ({"imGroupOpenDeliverModel": {}}, "param.openDeliverModelEmpty"),
        ({"imRobotOpenDeliverModel": {"spaceType": "IM_GROUP"}}, "param.openDeliverModelEmpty"),
        ({"imGroupOpenSpaceModel": None}, "param.openSpaceModelInvalid"),
        ({"imGroupOpenSpaceModel": {}}, "param.openSpaceModelInvalid"),
        ({"imGroupOpenDeliverModel": {"robotCode": APP, "atUserIds": {"hidden": "x"}}}, "atMember.nonexist"),
    ],
)
async def test_what_a_create_is_refused_for(api: Api, change: dict[str, Any], code: str, twin: Twin) -> None:
    answer = await api.post(SHOW, card(**change), status=400)
    assert answer["code"] == code


async def test_surplus_space_models_and_lower_case_spaces_are_fine(api: Api, twin: Twin) -> None:
    await api.post(SHOW, card(openSpaceId="dtv1.card//im_robot.zhaomin"))
    assert len(twin.phone("zhaomin", client_id=APP).cards) == 1


async def test_a_space_can_fail_inside_a_success(api: Api, twin: Twin) -> None:
    spaces = "dtv1.card//IM_ROBOT.zhaomin;IM_ROBOT.hidden;IM_GROUP.cidnowhere=="
    answer = await api.post(SHOW, card(openSpaceId=spaces))
    assert answer["success"]
    results = answer["result"]["deliverResults"]
    assert [row["success"] for row in results] == [True, False, False]
    assert all(row["errorMsg"] for row in results[1:])
    twin.faults.spaces_fail = 1
    answer = await api.post(SHOW, card("permit-2-r1"))
    assert [row["success"] for row in answer["result"]["deliverResults"]] == [False, True]


async def test_a_robot_outside_the_group_cannot_deliver(api: Api, twin: Twin) -> None:
    twin.corp().groups[GROUP].robots.remove(APP)
    answer = await api.post(SHOW, card())
    assert [row["success"] for row in answer["result"]["deliverResults"]] == [False, True]


async def test_creating_twice(api: Api, twin: Twin, worker: Phone) -> None:
    await api.post(SHOW, card())
    assert (await api.post(SHOW, card(), status=400))["code"] == "param.cardAlreadyExist"
    twin.quirks.existing_card = ExistingCard.UNCHANGED
    await api.post(SHOW, card(cardData={"cardParamMap": {"title": "另一张"}}))
    (shown,) = worker.cards
    assert shown["data"]["title"] == "二级动火"


async def test_create_then_deliver(api: Api, worker: Phone) -> None:
    whole = card()
    models = {name: whole.pop(name) for name in ("imGroupOpenDeliverModel", "imRobotOpenDeliverModel")}
    spaces = whole.pop("openSpaceId")
    assert (await api.post(CARDS, whole))["result"] == "permit-1-r1"
    assert worker.cards == []
    request = {"outTrackId": "permit-1-r1", "openSpaceId": spaces}
    assert (await api.post(f"{CARDS}/deliver", request, status=400))["code"] == "param.spaceDeliverModelEmpty"
    answer = await api.post(f"{CARDS}/deliver", request | models)
    assert [row["success"] for row in answer["result"]] == [True, True]
    assert len(worker.cards) == 1


async def test_an_update_replaces_or_goes_by_key(api: Api, head: Phone) -> None:
    await api.post(SHOW, card())
    update: dict[str, Any] = {"outTrackId": "permit-1-r1", "cardData": {"cardParamMap": {"status": "已批准"}}}
    by_key = {"cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True}}
    await api.put(CARDS, update | by_key)
    assert head.cards[0]["data"] | {"title": "二级动火", "status": "已批准"} == head.cards[0]["data"]
    await api.put(CARDS, update)
    assert "title" not in head.cards[0]["data"]
    await api.put(CARDS, {"outTrackId": "permit-1-r1", "privateData": {"zhoujianguo": {"cardParamMap": {}}}})
    assert head.cards[0]["buttons"] == []
    refused = await api.put(CARDS, {"outTrackId": "permit-1-r1"}, status=400)
    assert refused["code"] == "param.cardDataAndPrivateDataBothEmpty"
    assert (await api.put(CARDS, {"outTrackId": "x", "cardData": {}}, status=400))["code"] == "param.cardNotExist"


async def test_a_click_tells_who_pressed_what(api: Api, stream: Stream, head: Phone) -> None:
    client = await stream.connect()
    await api.post(SHOW, card())
    click = await head.press_button(head.cards[0], "approve")
    assert click.end is ClickEnd.ANSWERED
    (frame,) = client.frames
    data = json.loads(frame["data"])
    assert (data["type"], data["outTrackId"], data["userId"]) == ("actionCallback", "permit-1-r1", "zhoujianguo")
    assert (data["spaceType"], data["spaceId"], data["extension"]) == ("IM_GROUP", GROUP, "{}")
    content = json.loads(data["content"])
    assert content["cardPrivateData"] == {"actionIds": ["approve"], "params": {"token": "t-1", "kind": "permit"}}


async def test_the_answer_to_a_click_is_shown_to_the_clicker_alone(
    api: Api, stream: Stream, head: Phone, worker: Phone
) -> None:
    await stream.connect(
        responding(
            cardUpdateOptions={"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            cardData={"cardParamMap": {"status": "你已同意"}},
            userPrivateData={"cardParamMap": {"approve_text": ""}},
        )
    )
    await api.post(SHOW, card())
    await head.press_button(head.cards[0], "approve")
    assert head.cards[0]["data"]["status"] == "你已同意"
    assert head.cards[0]["buttons"] == []
    assert worker.cards[0]["data"]["status"] == "待审批"
    update = {"outTrackId": "permit-1-r1", "cardData": {"cardParamMap": {"status": "已批准"}}}
    await api.put(CARDS, update | {"cardUpdateOptions": {"updateCardDataByKey": True}})
    assert [phone.cards[0]["data"]["status"] for phone in (head, worker)] == ["已批准", "已批准"]


async def test_a_click_fails_after_two_seconds(
    api: Api, stream: Stream, head: Phone, clock: ManualClock, twin: Twin
) -> None:
    client = await stream.connect(silence)
    await api.post(SHOW, card())
    click = head.press_button(head.cards[0], "approve")
    await client.got(1)
    clock.advance(timedelta(seconds=2))
    assert (await click).end is ClickEnd.FAILED
    assert head.cards[0]["click"] == "failed"
    client.answer = responding(cardData={"cardParamMap": {"status": "迟到"}})
    clock.advance(timedelta(seconds=14))
    assert click.push is not None
    await click.push
    assert len(client.frames) == 2
    assert head.cards[0]["data"]["status"] == "待审批"


async def test_an_answer_with_numbers_fails_the_click(api: Api, stream: Stream, head: Phone, twin: Twin) -> None:
    await stream.connect(responding(cardData={"cardParamMap": {"status": 3}}))
    await api.post(SHOW, card())
    assert (await head.press_button(head.cards[0], "approve")).end is ClickEnd.FAILED
    assert "refused" in twin.remarks[-1].text


async def test_clicks_on_a_card_without_stream_go_nowhere(api: Api, stream: Stream, head: Phone, twin: Twin) -> None:
    await stream.connect()
    await api.post(SHOW, card(callbackType=None))
    assert (await head.press_button(head.cards[0], "approve")).end is ClickEnd.FAILED
    assert twin.pushes == []
    assert any("STREAM" in remark.text for remark in twin.remarks)


async def test_a_form_is_filled_in_and_sent(api: Api, stream: Stream, twin: Twin) -> None:
    client = await stream.connect()
    options = [{"value": "a", "text": "甲"}, {"value": "b", "text": "乙"}]
    fields = [
        {"name": "place", "type": "TEXT", "required": True},
        {"name": "kind", "type": "SELECT", "options": options},
        {"name": "risks", "type": "MULTI_SELECT", "options": options},
        {"name": "secret", "type": "TEXT", "hidden": True, "defaultValue": "s"},
    ]
    private = {"zhaomin": {"cardParamMap": {"form": json.dumps({"fields": fields}), "approve_token": "t-2"}}}
    await api.post(SHOW, card(privateData=private))
    phone = twin.phone("zhaomin", client_id=APP)
    with pytest.raises(NotOffered):
        phone.submit(phone.cards[0])
    with pytest.raises(NotOffered):
        phone.submit(phone.cards[0], {"place": "2号罐", "secret": "x"})
    await phone.submit(phone.cards[0], {"place": "2号罐", "kind": "b", "risks": ["a", "b"]})
    content = json.loads(json.loads(client.frames[0]["data"])["content"])
    assert content["cardPrivateData"] == {
        "actionIds": ["form"],
        "params": {
            "token": "t-2",
            "form": {
                "place": "2号罐",
                "kind": {"index": 1, "value": "b"},
                "risks": {"index": [0, 1], "value": ["a", "b"]},
                "secret": "s",
            },
        },
    }


async def test_recipients_alone_see_a_card_in_a_group(api: Api, head: Phone, worker: Phone) -> None:
    await api.post(SHOW, card(imGroupOpenDeliverModel={"robotCode": APP, "recipients": ["zhoujianguo"]}))
    assert len(head.cards) == 1
    assert worker.cards == []


async def test_another_apps_private_template_cannot_be_drawn(api: Api, twin: Twin, worker: Phone) -> None:
    await api.login(OTHER_APP, OTHER_SECRET)
    await api.post(SHOW, card(imGroupOpenDeliverModel={"robotCode": OTHER_APP}))
    assert worker.cards[0]["card"]["main_title"]["title"] == "卡片加载失败"
    assert worker.cards[0]["buttons"] == []


async def test_an_unpublished_template_is_refused(api: Api, twin: Twin) -> None:
    twin.templates.load(exported_template(), TEMPLATE, client_id=APP, published=False)
    assert (await api.post(SHOW, card(), status=400))["code"] == "param.templateUnpublished"


async def test_hasty_updates_are_remarked(api: Api, twin: Twin, clock: ManualClock) -> None:
    update: dict[str, Any] = {"outTrackId": "permit-1-r1", "cardData": {"cardParamMap": {"status": "x"}}}
    await api.post(SHOW, card())
    await api.put(CARDS, update)
    clock.advance(timedelta(milliseconds=799))
    await api.put(CARDS, update)
    clock.advance(timedelta(milliseconds=800))
    await api.put(CARDS, update)
    assert [remark.text for remark in twin.remarks] == [
        "updated less than 500 ms after delivery",
        "updated less than 800 ms after the last update",
    ]


async def test_the_link_and_the_grey_end(api: Api, worker: Phone) -> None:
    data = {"title": "二级动火", "page": "https://a.example/p", "done": "已关闭"}
    await api.post(SHOW, card(cardData={"cardParamMap": data}))
    (shown,) = worker.cards
    assert [link["url"] for link in shown["links"]] == ["https://a.example/p"]
    assert shown["greyed"] == "已关闭"
