"""DING, todos, groups, contacts, uploads, work notifications and login-free pages."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.clock import ManualClock
from sandbox.dingtalk import Edition, NotOffered, Permission, StandardDing, Twin
from sandbox.dingtalk.config import PersonConfig
from sandbox.dingtalk.logins import page_signature
from tests.support.dingtalk_twin import APP, GROUP, JPEG, OTHER_APP, Api, plant_config

DING = "/v1.0/robot/ding/send"
NOTICE = "/topapi/message/corpconversation/asyncsend_v2"


def union(twin: Twin, userid: str) -> str:
    return twin.corp().people[userid].unionid


# -- DING -------------------------------------------------------------------------------------------------------------


def ding(**more: object) -> dict[str, Any]:
    return {"robotCode": APP, "remindType": 1, "receiverUserIdList": ["zhaomin"], "content": "超时未批"} | more


@pytest.mark.parametrize(
    ("reading", "status", "code"),
    [
        (StandardDing.NO_QUOTA, 400, "ding.serverquota.insufficient"),
        (StandardDing.DENIED, 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied"),
        (StandardDing.SENT, 200, None),
    ],
)
async def test_ding_on_the_standard_edition_is_switchable(
    api: Api, twin: Twin, reading: StandardDing, status: int, code: str | None
) -> None:
    twin.quirks.standard_ding = reading
    assert (await api.post(DING, ding(), status=status)).get("code") == code
    assert len(twin.phone("zhaomin", client_id=APP).screen) == (status == 200)


async def test_ding_on_a_paid_edition(api: Api, twin: Twin, clock: ManualClock) -> None:
    other = Twin(plant_config(edition=Edition.PRO), clock)
    await other.start()
    try:
        pro = Api(api.session, other.base_url)
        await pro.login()
        answer = await pro.post(DING, ding(receiverUserIdList=["zhaomin", "hidden"]))
        assert list(answer["failedList"].values()) == [["hidden"]]
        (shown,) = other.phone("zhaomin", client_id=APP).screen
        assert (shown["kind"], shown["content"], shown["remind_type"]) == ("ding", "超时未批", 1)
        assert (await pro.post(DING, ding(remindType=3), status=400))["code"] == "ding.serverquota.insufficient"
        many = [str(number) for number in range(201)]
        assert (await pro.post(DING, ding(receiverUserIdList=many), status=400))["code"] == "ding.receivercount.limit"
        await pro.post("/v1.0/robot/ding/recall", {"robotCode": APP, "openDingId": answer["openDingId"]})
        assert other.phone("zhaomin", client_id=APP).screen[0]["recalled"]
    finally:
        await other.stop()


# -- todos ------------------------------------------------------------------------------------------------------------


async def test_a_todo_stands_in_the_list_until_it_is_done(api: Api, twin: Twin) -> None:
    mine = union(twin, "zhaomin")
    path = f"/v1.0/todo/users/{mine}/tasks"
    body: dict[str, Any] = {
        "sourceId": "permit-1",
        "subject": "批动火票",
        "executorIds": [mine],
        "detailUrl": {"appUrl": "https://a.example", "pcUrl": "https://a.example"},
    }
    task = (await api.post(path, body))["id"]
    phone = twin.phone("zhaomin", client_id=APP)
    assert [(todo["subject"], todo["done"]) for todo in phone.todos] == [("批动火票", False)]
    assert (await api.post(path, body, status=400))["code"] == "sourceId.exist"
    await api.put(f"{path}/{task}", {"done": True})
    assert phone.todos[0]["done"]
    status, _ = await api.call("DELETE", f"{path}/{task}")
    assert (status, phone.todos) == (200, [])


@pytest.mark.parametrize(
    "change",
    [
        {"detailUrl": None},
        {"subject": "x" * 1025},
        {"executorIds": ["zhaomin"]},
        {"notifyConfigs": {"dingNotify": "1"}},
    ],
)
async def test_what_a_todo_is_refused_for(api: Api, twin: Twin, change: dict[str, Any]) -> None:
    body = {"subject": "x", "detailUrl": {"appUrl": "https://a.example", "pcUrl": "https://a.example"}}
    await api.post(f"/v1.0/todo/users/{union(twin, 'zhaomin')}/tasks", body | change, status=400)


# -- groups -----------------------------------------------------------------------------------------------------------


async def test_a_scene_group_has_the_robot_and_comes_once_per_uuid(api: Api, twin: Twin) -> None:
    body = {
        "title": "2号罐动火",
        "template_id": "t",
        "owner_user_id": "zhoujianguo",
        "user_ids": "zhaomin,wangqiang",
        "uuid": "permit-1",
    }
    first = await api.post("/v1.0/im/sceneGroup/create", body)
    assert await api.post("/v1.0/im/sceneGroup/create", body) == first
    group = first["open_conversation_id"]
    assert twin.corp().groups[group].members == ["zhoujianguo", "zhaomin", "wangqiang"]
    robots = await api.post("/v1.0/robot/groups/robots/query", {"openConversationId": group})
    assert [row["robotCode"] for row in robots["chatbotInstanceVOList"]] == [APP]
    converted = await api.post(f"/v1.0/im/chat/{first['chat_id']}/convertToOpenConversationId", {})
    assert converted["openConversationId"] == group
    await api.post("/v1.0/im/sceneGroup/member/delete", {"open_conversation_id": group, "user_ids": "zhaomin"})
    with pytest.raises(NotOffered):
        twin.phone("zhaomin", client_id=APP).in_group(group)
    await api.post("/v1.0/im/chat/scenegroup/disband", {"openConversationId": group})
    await api.post("/v1.0/robot/groups/robots/query", {"openConversationId": group}, status=400)


async def test_an_ordinary_group_has_no_robot(api: Api, twin: Twin) -> None:
    body = {"name": "检修群", "owner": "zhaomin", "useridlist": ["wangqiang"], "conversationTag": 2}
    group = (await api.post("/v1.0/im/group/create", body))["openConversationId"]
    assert twin.corp().groups[group].robots == []
    await api.post("/v1.0/im/group/create", body | {"name": "长" * 21}, status=400)


# -- contacts ---------------------------------------------------------------------------------------------------------


async def test_who_somebody_is(api: Api, twin: Twin) -> None:
    got = (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["result"]
    assert (got["name"], got["manager_userid"], got["mobile"]) == ("赵敏", "zhoujianguo", "13800000001")
    assert "manager_userid" not in (await api.legacy("/topapi/v2/user/get", {"userid": "wangqiang"}))["result"]
    twin.change_app(APP, permissions=frozenset(Permission) - {Permission.MOBILE_READ})
    assert "mobile" not in (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["result"]
    for userid, code in (("nobody", 33012), ("hidden", 50002), ("visitor", 50002)):
        assert (await api.legacy("/topapi/v2/user/get", {"userid": userid}))["errcode"] == code
    twin.set_active("zhaomin", active=False)
    assert (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["errcode"] == 60121


async def test_by_mobile_and_by_union(api: Api, twin: Twin) -> None:
    found = await api.legacy("/topapi/v2/user/getbymobile", {"mobile": "13800000002"})
    assert found["result"]["userid"] == "wangqiang"
    assert (await api.legacy("/topapi/v2/user/getbymobile", {"mobile": "13999999999"}))["errcode"] == 60121
    assert (await api.legacy("/topapi/v2/user/getbymobile", {"mobile": "abc"}))["errcode"] == 40104
    found = await api.legacy("/topapi/user/getbyunionid", {"unionid": union(twin, "zhaomin")})
    assert found["result"]["userid"] == "zhaomin"


async def test_superiors_by_department(api: Api) -> None:
    row = (await api.legacy("/topapi/v2/department/get", {"dept_id": 2}))["result"]
    assert (row["dept_manager_userid_list"], row["parent_id"], row["member_count"]) == (["zhoujianguo"], 1, 3)
    rows = (await api.legacy("/topapi/v2/department/listsub", {"dept_id": 1}))["result"]
    assert [each["dept_id"] for each in rows] == [2, 3]


# -- uploads and notifications ----------------------------------------------------------------------------------------


async def upload(api: Api, kind: str, name: str, content: bytes) -> dict[str, Any]:
    form = aiohttp.FormData()
    form.add_field("media", io.BytesIO(content), filename=name)
    params = {"access_token": api.token, "type": kind}
    async with api.session.post(f"{api.base}/media/upload", params=params, data=form) as response:
        answer: dict[str, Any] = await response.json()
    return answer


async def test_uploads_are_limited_by_type_and_size(api: Api, twin: Twin) -> None:
    answer = await upload(api, "image", "a.jpg", JPEG)
    assert (answer["errcode"], answer["media_id"][:2], answer["type"]) == (0, "@l", "image")
    for kind, name, content in (
        ("image", "a.exe", JPEG),
        ("nothing", "a.jpg", JPEG),
        ("voice", "a.amr", bytes(2 * 1024 * 1024 + 1)),
        ("image", "a.jpg", b""),
    ):
        assert (await upload(api, kind, name, content))["errcode"] != 0
    param = json.dumps({"photoURL": answer["media_id"]})
    body = {"robotCode": APP, "userIds": ["zhaomin"], "msgKey": "sampleImageMsg", "msgParam": param}
    await api.post("/v1.0/robot/oToMessages/batchSend", body)
    assert twin.phone("zhaomin", client_id=APP).screen[0]["media_id"] == answer["media_id"]


async def test_a_notice_repeated_the_same_day_vanishes(api: Api, twin: Twin, clock: ManualClock) -> None:
    body = {
        "agent_id": 77,
        "userid_list": "zhaomin,hidden",
        "msg": {"msgtype": "text", "text": {"content": "今日作业"}},
    }
    phone = twin.phone("zhaomin", client_id=APP)
    await api.legacy(NOTICE, body)
    second = await api.legacy(NOTICE, body)
    assert second["errcode"] == 0
    assert [item["content"] for item in phone.screen] == ["今日作业"]
    asked = {"agent_id": 77, "task_id": second["task_id"]}
    result = (await api.legacy("/topapi/message/corpconversation/getsendresult", asked))["send_result"]
    assert result["forbidden_list"] == [{"code": "143106", "count": 1, "userid": "zhaomin"}]
    assert result["invalid_user_id_list"] == ["hidden"]
    clock.advance(timedelta(days=1))
    await api.login()
    await api.legacy(NOTICE, body)
    assert len(phone.screen) == 2
    assert (await api.legacy(NOTICE, body | {"agent_id": 78}))["errcode"] == 400002


# -- pages ------------------------------------------------------------------------------------------------------------


async def test_a_login_code_works_once_for_a_page_of_the_app(api: Api, twin: Twin, clock: ManualClock) -> None:
    phone = twin.phone("zhaomin", client_id=APP)
    with pytest.raises(NotOffered):
        phone.request_auth_code("https://permits.example/page")
    twin.change_app(APP, page_hosts=("permits.example",))
    code = phone.request_auth_code("https://permits.example/page")
    found = await api.legacy("/topapi/v2/user/getuserinfo", {"code": code})
    assert (found["result"]["userid"], found["result"]["name"]) == ("zhaomin", "赵敏")
    assert (await api.legacy("/topapi/v2/user/getuserinfo", {"code": code}))["errcode"] == 40078
    late = phone.request_auth_code("dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fpermits.example%2F")
    clock.advance(timedelta(minutes=5))
    assert (await api.legacy("/topapi/v2/user/getuserinfo", {"code": late}))["errcode"] == 40078


async def test_a_page_opens_inside_the_client(twin: Twin) -> None:
    async def page(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["User-Agent"])

    app = web.Application()
    app.router.add_get("/p", page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/p"
    opened = await twin.phone("zhaomin", client_id=APP).open_link(f"dingtalk://dingtalkclient/page/link?url={url}")
    assert (opened.url, opened.status) == (url, 200)
    assert "DingTalk" in opened.text
    await runner.cleanup()


async def test_page_signatures_with_either_digest(api: Api, twin: Twin) -> None:
    ticket = (await api.post("/v1.0/oauth2/jsapiTickets", {}))["jsapiTicket"]
    page = {"noncestr": "n", "timestamp": "1", "url": "https://permits.example/p?a=1"}
    signature = page_signature(ticket, **page)
    for good in (signature, page_signature(ticket, **page, digest="sha1")):
        assert twin.js_signature_holds(**page, signature=good, client_id=APP)
    assert not twin.js_signature_holds(**page, signature="0" * 64, client_id=APP)
    assert not twin.js_signature_holds(**page, signature=signature, client_id=OTHER_APP)


# -- people -----------------------------------------------------------------------------------------------------------


async def test_people_who_come_later_and_people_who_go(twin: Twin) -> None:
    twin.add_person(PersonConfig(userid="liuliang", name="刘亮", departments=(2,)))
    assert twin.phone("liuliang", client_id=APP).screen == []
    twin.set_active("liuliang", active=False)
    with pytest.raises(NotOffered):
        twin.phone("liuliang", client_id=APP).type_text("?")
    with pytest.raises(NotOffered):
        twin.phone("hidden", client_id=APP).type_text("?")
    with pytest.raises(NotOffered):
        twin.phone("hidden", client_id=APP).in_group(GROUP)
