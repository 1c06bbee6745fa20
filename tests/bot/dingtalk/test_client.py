"""What goes over the wire, and what comes back as types."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.dingtalk import errors
from bot.dingtalk.client import DingTalkClient, js_plain
from bot.dingtalk.media import Downloads, MediaKind, MediaTooLarge
from bot.dingtalk.outgoing import CardInstance, DingKind, Markdown, MessageInvalid, Text, Todo, pieces
from bot.dingtalk.results import ReadStatus
from tests.bot.dingtalk.conftest import ROBOT
from tests.support.dingtalk_server import ScriptedDingTalk, refusal

SEND = "/v1.0/robot/oToMessages/batchSend"
CREATE, DELIVER, CARDS = (
    "/v1.0/card/instances/createAndDeliver",
    "/v1.0/card/instances/deliver",
    "/v1.0/card/instances",
)
DING, FILES = "/v1.0/robot/ding/send", "/v1.0/robot/messageFiles/download"
CARD = CardInstance(
    track="pb-1", template="t.schema", public={"status": "待会签"}, private={"v": "1"}, summary="待会签｜2号罐"
)
ARRIVED = {"success": True, "result": {"outTrackId": "pb-1", "deliverResults": [{"success": True, "carrierId": "K=="}]}}


# --- messages -------------------------------------------------------------------------------------------------------


async def test_a_message_goes_out_as_documented(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(
        SEND,
        {
            "processQueryKey": "K+/=",
            "invalidStaffIdList": ["gone"],
            "filteredStaffIdList": ["outside"],
            "flowControlledStaffIdList": ["busy"],
        },
    )
    sent = await client.send(("zhaomin", "gone", "outside", "busy"), Text(content="立即停工"))
    (asked,) = dingtalk.calls(SEND)
    assert (asked.method, asked.token, asked.query) == ("POST", "token-1", {})
    assert asked.json == {
        "robotCode": ROBOT,
        "userIds": ["zhaomin", "gone", "outside", "busy"],
        "msgKey": "sampleText",
        "msgParam": '{"content":"立即停工"}',
    }
    assert (sent.key, sent.invalid, sent.held_back) == ("K+/=", frozenset({"gone", "outside"}), frozenset({"busy"}))


async def test_a_group_is_named_by_its_open_conversation_id(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then("/v1.0/robot/groupMessages/send", {"processQueryKey": "K"})
    assert await client.send_to_group("cid1", Markdown(title="日报", text="**3** 张票")) == "K"
    (asked,) = dingtalk.calls("/v1.0/robot/groupMessages/send")
    assert asked.json == {
        "robotCode": ROBOT,
        "openConversationId": "cid1",
        "msgKey": "sampleMarkdown",
        "msgParam": '{"title":"日报","text":"**3** 张票"}',
    }


@pytest.mark.parametrize("count", [0, 21])
async def test_a_send_has_one_to_twenty_receivers(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, count: int
) -> None:
    with pytest.raises(MessageInvalid):
        await client.send(["u"] * count, Text(content="x"))
    assert dingtalk.asked == []


async def test_what_is_too_long_is_not_sent(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    with pytest.raises(MessageInvalid):
        await client.send(("u",), Text(content="票" * 5001))
    assert dingtalk.asked == []


async def test_a_recall_says_which_failed(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then("/v1.0/robot/otoMessages/batchRecall", {"successResult": ["a"], "failedResult": {"b": "too old"}})
    assert await client.recall(("a", "b")) == {"b"}
    (asked,) = dingtalk.calls("/v1.0/robot/otoMessages/batchRecall")
    assert asked.json == {"robotCode": ROBOT, "processQueryKeys": ["a", "b"]}
    dingtalk.then("/v1.0/robot/groupMessages/recall", {"successResult": ["a"], "failedResult": {}})
    assert await client.recall_in_group("cid1", ("a",)) == frozenset()
    dingtalk.then("/v1.0/robot/otoMessages/batchRecall", refusal("processQueryKey.expireTime"))
    with pytest.raises(errors.Gone):
        await client.recall(("a",))


async def test_a_key_with_signs_survives_the_address(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    read = [{"userId": "a", "readStatus": "READ"}, {"userId": "b", "readStatus": "UNREAD"}, {"userId": "c"}]
    dingtalk.then("/v1.0/robot/oToMessages/readStatus", {"sendStatus": "SUCCESS", "messageReadInfoList": read})
    found = await client.read_by("K+/=")
    assert found == {"a": ReadStatus.READ, "b": ReadStatus.UNREAD, "c": ReadStatus.UNKNOWN}
    (asked,) = dingtalk.calls("/v1.0/robot/oToMessages/readStatus")
    assert asked.query == {"robotCode": ROBOT, "processQueryKey": "K+/="}


def test_long_words_are_cut_between_lines() -> None:
    text = "\n".join(f"第{number}条" for number in range(50))
    parts = list(pieces(text, 40))
    assert all(len(one) <= 40 for one in parts)
    assert "\n".join(parts) == text
    assert list(pieces("x" * 95, 40)) == ["x" * 40, "x" * 40, "x" * 15]


# --- cards ----------------------------------------------------------------------------------------------------------


async def test_a_card_is_created_for_one_member(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(CREATE, ARRIVED)
    delivered = await client.create_card(CARD, "zhaomin")
    assert (delivered.ok, delivered.carrier) == (True, "K==")
    (asked,) = dingtalk.calls(CREATE)
    assert asked.json == {
        "cardTemplateId": "t.schema",
        "outTrackId": "pb-1",
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"status": "待会签"}},
        "privateData": {"zhaomin": {"cardParamMap": {"v": "1"}}},
        "userIdType": 1,
        "openSpaceId": "dtv1.card//IM_ROBOT.zhaomin",
        "imRobotOpenSpaceModel": {
            "supportForward": False,
            "lastMessageI18n": {"ZH_CN": "待会签｜2号罐"},
            "searchSupport": {"searchDesc": "待会签｜2号罐"},
            "notification": {"alertContent": "待会签｜2号罐", "notificationOff": False},
        },
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": ROBOT},
    }


async def test_http_200_is_not_a_delivery(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    result = {"deliverResults": [{"success": False, "errorMsg": "user invisible"}]}
    dingtalk.then(CREATE, {"success": True, "result": result})
    delivered = await client.create_card(CARD, "zhaomin")
    assert not delivered.ok
    for silent in ({"success": True, "result": {"deliverResults": []}}, {"success": True}, {"success": False}):
        dingtalk.then(CREATE, silent)
        with pytest.raises(errors.NetworkTrouble):
            await client.create_card(CARD, "zhaomin")


async def test_what_was_created_and_did_not_arrive_is_delivered(
    client: DingTalkClient, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(DELIVER, {"success": True, "result": [{"success": True, "carrierId": "K"}]})
    assert (await client.deliver_card(CARD, "zhaomin")).ok
    (asked,) = dingtalk.calls(DELIVER)
    assert asked.json == {
        "outTrackId": "pb-1",
        "userIdType": 1,
        "openSpaceId": "dtv1.card//IM_ROBOT.zhaomin",
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": ROBOT},
    }


async def test_a_change_is_merged_by_key(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(CARDS, {"success": True, "result": True})
    await client.update_card(CARD, "zhaomin")
    (asked,) = dingtalk.calls(CARDS)
    assert asked.method == "PUT"
    assert asked.json == {
        "outTrackId": "pb-1",
        "cardData": {"cardParamMap": {"status": "待会签"}},
        "privateData": {"zhaomin": {"cardParamMap": {"v": "1"}}},
        "userIdType": 1,
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
    }
    dingtalk.then(CARDS, {"success": True, "result": False}, refusal("param.cardNotExist"))
    with pytest.raises(errors.Refused):
        await client.update_card(CARD, "zhaomin")
    with pytest.raises(errors.Gone):
        await client.update_card(CARD, "zhaomin")


@pytest.mark.parametrize("track", ["", "x" * 65])
def test_a_name_the_platform_would_not_take_is_refused(track: str) -> None:
    with pytest.raises(MessageInvalid):
        CardInstance(track=track, template="t", public={}, private={}, summary="")


def test_what_a_person_reads_and_presses_is_not_printed() -> None:
    card = CardInstance(track="t", template="t", public={"a": "厂区"}, private={"token": "signed"}, summary="s")
    assert "厂区" not in repr(card)
    assert "signed" not in repr(card)


# --- DING and todo --------------------------------------------------------------------------------------------------


async def test_a_ding_names_whom_it_does_not_reach(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(DING, {"openDingId": "d1", "failedList": {"not in scope": ["b"], "left": ["c"]}})
    dinged = await client.ding(("a", "b", "c"), "2号罐 立即停工", kind=DingKind.PHONE)
    assert (dinged.ding, dinged.failed) == ("d1", frozenset({"b", "c"}))
    (asked,) = dingtalk.calls(DING)
    assert asked.json == {
        "robotCode": ROBOT,
        "remindType": 3,
        "receiverUserIdList": ["a", "b", "c"],
        "content": "2号罐 立即停工",
    }
    await client.recall_ding("d1")
    (taken,) = dingtalk.calls("/v1.0/robot/ding/recall")
    assert taken.json == {"robotCode": ROBOT, "openDingId": "d1"}


@pytest.mark.parametrize(("kind", "most"), [(DingKind.APP, 200), (DingKind.SMS, 20), (DingKind.PHONE, 20)])
async def test_a_ding_has_its_receivers(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, kind: DingKind, most: int
) -> None:
    with pytest.raises(MessageInvalid):
        await client.ding(["u"] * (most + 1), "x", kind=kind)
    await client.ding(["u"] * most, "x", kind=kind)
    assert len(dingtalk.calls(DING)) == 1


@pytest.mark.parametrize(
    ("answer", "family"),
    [
        (lambda: refusal("ding.serverquota.insufficient"), errors.NotInEdition),
        (lambda: refusal("Forbidden.AccessDenied.AccessTokenPermissionDenied", 403), errors.NotInEdition),
        (lambda: refusal("Forbidden.AccessDenied.EditionNotSupported", 403), errors.NotInEdition),
        (lambda: refusal("Forbidden.AccessDenied.IpNotInWhiteList", 403), errors.Misconfigured),
        (lambda: refusal("toomuch.msg"), errors.Throttled),
    ],
)
async def test_an_edition_without_ding_is_told_from_a_mistake(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, answer: object, family: type[errors.DingTalkTrouble]
) -> None:
    dingtalk.then(DING, answer())  # type: ignore[operator]
    with pytest.raises(errors.DingTalkTrouble) as caught:
        await client.ding(("a",), "x")
    assert type(caught.value) is family


async def test_a_todo_is_made_changed_and_ticked_off(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    tasks = "/v1.0/todo/users/U1/tasks"
    dingtalk.then(tasks, {"id": "T1"})
    todo = Todo(source="s1", subject="2号罐 立即停工", url="https://a.example/p/1", executors=("U1",), urgent=True)
    assert await client.create_todo(todo) == "T1"
    (asked,) = dingtalk.calls(tasks)
    assert asked.query == {"operatorId": "U1"}
    inside = "dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fa.example%2Fp%2F1&pc_slide=true"
    assert asked.json == {
        "sourceId": "s1",
        "subject": "2号罐 立即停工",
        "creatorId": "U1",
        "executorIds": ["U1"],
        "detailUrl": {"appUrl": inside, "pcUrl": inside},
        "priority": 40,
        "notifyConfigs": {"dingNotify": "1"},
    }
    await client.update_todo("U1", "T1", done=True)
    (ticked,) = dingtalk.calls(f"{tasks}/T1")
    assert (ticked.method, ticked.json) == ("PUT", {"done": True})


# --- people and pages -----------------------------------------------------------------------------------------------


async def test_a_page_s_visitor_is_known_by_a_one_time_code(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    path = "/topapi/v2/user/getuserinfo"
    dingtalk.then(path, {"errcode": 0, "result": {"userid": "ZhaoMin", "unionid": "U", "name": "赵敏"}})
    assert (await client.visitor("code-1")).userid == "ZhaoMin"
    dingtalk.then(path, {"errcode": 40078, "errmsg": "不存在的临时授权码"}, {"errcode": 0, "result": {}})
    with pytest.raises(errors.CodeInvalid):
        await client.visitor("code-1")
    with pytest.raises(errors.NetworkTrouble):
        await client.visitor("code-2")
    with pytest.raises(errors.CodeInvalid):
        await client.visitor("")
    assert len(dingtalk.calls(path)) == 3


async def test_a_page_is_signed_with_a_ticket_that_is_kept(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.always["/v1.0/oauth2/jsapiTickets"] = {"jsapiTicket": "TICKET", "expireIn": 7200}
    at = datetime(2026, 3, 2, tzinfo=UTC)
    url = "https://a.example/p/1?x=1#frag"
    signed = [await client.sign_page(url, nonce="n1", at=at) for _ in range(2)]
    plain = "jsapi_ticket=TICKET&noncestr=n1&timestamp=1772409600&url=https://a.example/p/1?x=1"
    assert js_plain("TICKET", "n1", 1772409600, url) == plain
    assert {one.signature for one in signed} == {hashlib.sha256(plain.encode()).hexdigest()}
    assert len(dingtalk.calls("/v1.0/oauth2/jsapiTickets")) == 1


# --- files ----------------------------------------------------------------------------------------------------------


def offer(dingtalk: ScriptedDingTalk, path: str = "/files/1.jpg") -> None:
    dingtalk.then(FILES, {"downloadUrl": f"{dingtalk.base_url}{path}?sig=s3"})


async def test_a_photo_is_fetched_without_our_token(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    offer(dingtalk)
    dingtalk.then("/files/1.jpg", web.Response(body=b"\xff\xd8jpeg", content_type="image/jpeg"))
    fetched = await client.download("code", max_bytes=100)
    assert (fetched.data, fetched.mime) == (b"\xff\xd8jpeg", "image/jpeg")
    (asked,) = dingtalk.calls("/files/1.jpg")
    assert asked.token is None
    assert dingtalk.calls(FILES)[0].json == {"downloadCode": "code", "robotCode": ROBOT}


async def test_a_photo_past_its_time_is_gone(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(FILES, refusal("invalidParameter.robotCode.downloadCode"))
    with pytest.raises(errors.Gone):
        await client.download("old", max_bytes=100)
    offer(dingtalk)
    dingtalk.then("/files/1.jpg", web.Response(status=403, text="expired"))
    with pytest.raises(errors.Gone) as caught:
        await client.download("code", max_bytes=100)
    assert "s3" not in str(caught.value)


async def test_what_is_too_large_is_broken_off(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    """Both kinds: what says so in its head, and what only turns out to be."""
    offer(dingtalk)
    dingtalk.then("/files/1.jpg", web.Response(body=b"x" * 101))
    with pytest.raises(MediaTooLarge):
        await client.download("code", max_bytes=100)
    stopped = asyncio.Event()

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 64)
                await asyncio.sleep(0)
        except (ConnectionError, asyncio.CancelledError):
            stopped.set()
            raise

    offer(dingtalk)
    dingtalk.then("/files/1.jpg", endless)
    with pytest.raises(MediaTooLarge):
        await client.download("code", max_bytes=10_000)
    async with asyncio.timeout(30):
        await stopped.wait()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://zjk-dingtalk.oss-cn-zhangjiakou.aliyuncs.com/x?s=1", True),
        ("http://down.dingtalk.com/x", True),
        ("https://DOWN.DINGTALK.COM/x", True),
        ("https://dingtalk.com.evil.example/x", False),
        ("https://evildingtalk.com/x", False),
        ("https://a@evil.example/.dingtalk.com", False),
        ("https://user:pass@down.dingtalk.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("ftp://down.dingtalk.com/x", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_only_the_platform_s_own_hosts_are_asked(url: str, allowed: bool) -> None:
    assert Downloads().allow(url) is allowed


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8999/download/x", True),
        ("http://127.0.0.1:9000/download/x", False),
        ("https://127.0.0.1:8999/download/x", False),
        ("http://user@127.0.0.1:8999/download/x", False),
        ("https://dd.plant.example/x", True),
        ("https://other.plant.example/x", False),
        ("https://zjk-dingtalk.oss-cn-zhangjiakou.aliyuncs.com/x?s=1", True),
    ],
)
def test_a_server_in_the_platform_s_place_is_asked_for_files_on_its_own_port_only(url: str, allowed: bool) -> None:
    assert Downloads.beside(("http://127.0.0.1:8999", "https://dd.plant.example")).allow(url) is allowed


async def test_another_host_is_not_asked(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(FILES, {"downloadUrl": dingtalk.base_url.replace("127.0.0.1", "localhost") + "/files/1.jpg"})
    with pytest.raises(errors.NetworkTrouble):
        await client.download("code", max_bytes=100)
    offer(dingtalk)
    dingtalk.then("/files/1.jpg", web.Response(status=302, headers={"Location": "/secret"}))
    with pytest.raises(errors.NetworkTrouble):
        await client.download("code", max_bytes=100)
    assert dingtalk.calls("/secret") == []


async def test_an_upload_carries_its_kind_and_its_name(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then("/media/upload", {"errcode": 0, "media_id": "@l1"})
    media = await client.upload(MediaKind.FILE, b"%PDF", filename='作业票"1".pdf', content_type="application/pdf")
    assert media == "@l1"
    (asked,) = dingtalk.calls("/media/upload")
    assert asked.query == {"access_token": "token-1", "type": "file"}
    assert 'filename="作业票_1_.pdf"'.encode() in asked.body
    with pytest.raises(MessageInvalid):
        await client.upload(MediaKind.VOICE, b"x" * (2 * 1024 * 1024 + 1), filename="a.amr", content_type="audio/amr")
