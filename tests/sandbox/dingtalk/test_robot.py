"""What a robot sends on its own, and replies through a sessionWebhook."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import Twin
from tests.support.dingtalk_twin import APP, GROUP, JPEG, OTHER_APP, OTHER_SECRET, Api, Stream

SEND = "/v1.0/robot/oToMessages/batchSend"
GROUP_SEND = "/v1.0/robot/groupMessages/send"
STATUS = "/v1.0/robot/oToMessages/readStatus"


def text(content: str = "动火票待审批", **more: object) -> dict[str, Any]:
    body: dict[str, Any] = {"robotCode": APP, "msgKey": "sampleText", "msgParam": json.dumps({"content": content})}
    return body | more


async def test_a_batch_reaches_some_and_names_the_others(api: Api, twin: Twin) -> None:
    twin.faults.users_flow_controlled = 1
    answer = await api.post(SEND, text(userIds=["wangqiang", "zhaomin", "hidden", "nobody"]))
    assert answer["invalidStaffIdList"] == ["hidden", "nobody"]
    assert answer["flowControlledStaffIdList"] == ["wangqiang"]
    assert [item["content"] for item in twin.phone("zhaomin", client_id=APP).screen] == ["动火票待审批"]
    assert twin.phone("wangqiang", client_id=APP).screen == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"userIds": [str(number) for number in range(21)]}, "invalidParameter.userIds.overMax"),
        ({"msgKey": "sampleCard"}, "invalidParameter.msgKey.invalid"),
        ({"msgKey": ""}, "invalidParameter.msgKey.empty"),
        ({"msgParam": {"content": "x"}}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": "{}"}, "invalidParameter.msgParam.invalid"),
        ({"msgParam": json.dumps({"content": "字" * 5000})}, "invalidParameter.msgParam.tooLong"),
        ({"robotCode": OTHER_APP}, "invalidParameter.robotCode.auth"),
        ({"robotCode": "nobody"}, "invalidParameter.robotCode.notExsit"),
    ],
)
async def test_what_a_batch_is_refused_for(api: Api, change: dict[str, Any], code: str) -> None:
    assert (await api.post(SEND, text(userIds=["zhaomin"]) | change, status=400))["code"] == code


async def test_a_group_message_and_its_readers(api: Api, twin: Twin) -> None:
    answer = await api.post(GROUP_SEND, text(openConversationId=GROUP))
    member = twin.phone("wangqiang", client_id=APP).in_group(GROUP)
    assert member.screen[0]["content"] == "动火票待审批"
    member.read()
    query = {"robotCode": APP, "openConversationId": GROUP, "processQueryKey": answer["processQueryKey"]}
    found = await api.post("/v1.0/robot/groupMessages/query", query | {"maxResults": 200})
    assert (found["sendStatus"], found["readUserIds"], found["hasMore"]) == ("SUCCESS", ["wangqiang"], False)


@pytest.mark.parametrize(
    ("identity", "code"), [("cidnowhere==", "invalid.openConversationId"), ("", "miss.openConversationId")]
)
async def test_a_group_that_is_not_there(api: Api, identity: str, code: str) -> None:
    assert (await api.post(GROUP_SEND, text(openConversationId=identity), status=400))["code"] == code


async def test_a_group_the_robot_cannot_write_to(api: Api, twin: Twin) -> None:
    group = twin.corp().groups[GROUP]
    group.muted = True
    answer = await api.post(GROUP_SEND, text(openConversationId=GROUP), status=400)
    assert answer["code"] == "bot.forbidden.sendMessage"
    group.robots.clear()
    assert (await api.post(GROUP_SEND, text(openConversationId=GROUP), status=400))["code"] == "chatbotNotInstall"
    group.disbanded = True
    assert (await api.post(GROUP_SEND, text(openConversationId=GROUP), status=400))["code"] == "group.disbanded"


async def test_read_status_and_recall_work_for_a_day(api: Api, twin: Twin, clock: ManualClock) -> None:
    key = (await api.post(SEND, text(userIds=["zhaomin"])))["processQueryKey"]
    asked = {"robotCode": APP, "processQueryKey": key}
    _, found = await api.call("GET", STATUS, params=asked)
    assert [row["readStatus"] for row in found["messageReadInfoList"]] == ["UNREAD"]
    twin.phone("zhaomin", client_id=APP).read()
    _, found = await api.call("GET", STATUS, params=asked)
    assert [row["readStatus"] for row in found["messageReadInfoList"]] == ["READ"]
    recalled = await api.post("/v1.0/robot/otoMessages/batchRecall", {"robotCode": APP, "processQueryKeys": [key, "x"]})
    assert (recalled["successResult"], list(recalled["failedResult"])) == ([key], ["x"])
    assert twin.phone("zhaomin", client_id=APP).screen[0]["recalled"]
    clock.advance(timedelta(hours=24))
    await api.login()
    status, refused = await api.call("GET", STATUS, params=asked)
    assert (status, refused["code"]) == (400, "processQueryKey.expireTime")


async def test_a_group_recall(api: Api, twin: Twin) -> None:
    key = (await api.post(GROUP_SEND, text(openConversationId=GROUP)))["processQueryKey"]
    body = {"robotCode": APP, "openConversationId": GROUP, "processQueryKeys": [key]}
    assert (await api.post("/v1.0/robot/groupMessages/recall", body))["successResult"] == [key]
    assert twin.phone("zhaomin", client_id=APP).in_group(GROUP).screen[0]["recalled"]


async def test_action_cards_show_links_and_no_callbacks(api: Api, twin: Twin) -> None:
    param = {"title": "t", "text": "x", "singleTitle": "看", "singleURL": "https://a.example"}
    body = text(userIds=["zhaomin"], msgKey="sampleActionCard", msgParam=json.dumps(param))
    await api.post(SEND, body)
    (shown,) = twin.phone("zhaomin", client_id=APP).screen
    assert (shown["kind"], shown["links"]) == ("action_card", [{"text": "看", "url": "https://a.example"}])
    wrong = json.dumps(param | {"singleURL": "a.example"})
    await api.post(SEND, body | {"msgParam": wrong}, status=400)


async def webhook(twin: Twin, stream: Stream) -> str:
    client = await stream.connect()
    push = twin.phone("zhaomin", client_id=APP).type_text("?")
    assert push is not None
    await push
    return str(json.loads(client.frames[-1]["data"])["sessionWebhook"])


async def test_a_reply_through_the_webhook(api: Api, twin: Twin, stream: Stream) -> None:
    url = await webhook(twin, stream)
    body = {"msgtype": "text", "text": {"content": "@zhaomin 收到"}, "at": {"atUserIds": ["zhaomin", "x"]}}
    async with api.session.post(url, json=body) as response:
        assert (response.status, (await response.json())["errcode"]) == (200, 0)
    shown = twin.phone("zhaomin", client_id=APP).screen[-1]
    assert (shown["from"], shown["content"], shown["at"]) == ("app", "@zhaomin 收到", ["zhaomin"])


async def test_webhooks_expire_and_can_die_early(api: Api, twin: Twin, stream: Stream, clock: ManualClock) -> None:
    url = await webhook(twin, stream)
    body = {"msgtype": "text", "text": {"content": "x"}}
    twin.faults.session_webhooks_dead = True
    async with api.session.post(url, json=body) as response:
        assert (response.status, (await response.json())["errcode"]) == (200, 300001)
    twin.faults.clear()
    clock.advance(timedelta(seconds=5400))
    async with api.session.post(url, json=body) as response:
        assert (await response.json())["errmsg"] == "session 不存在"


async def test_a_picture_is_fetched_with_a_code_that_belongs_to_one_robot(
    api: Api, twin: Twin, stream: Stream, clock: ManualClock
) -> None:
    client = await stream.connect()
    await twin.phone("zhaomin", client_id=APP).send_photo(JPEG)
    content = json.loads(client.frames[0]["data"])["content"]
    body = {"downloadCode": content["downloadCode"], "robotCode": APP}
    fetch = "/v1.0/robot/messageFiles/download"
    url = (await api.post(fetch, body))["downloadUrl"]
    async with api.session.get(url) as response:
        assert await response.read() == JPEG
    assert (await api.post(fetch, body | {"downloadCode": "x"}, status=400))["code"].endswith("downloadCode")
    assert (await api.post(fetch, body | {"robotCode": OTHER_APP}, status=400))["code"].endswith("auth")
    await api.login(OTHER_APP, OTHER_SECRET)
    assert (await api.post(fetch, body | {"robotCode": OTHER_APP}, status=400))["code"].endswith("auth")
    clock.advance(twin.quirks.download_url_life)
    async with api.session.get(url) as response:
        assert response.status == 403
