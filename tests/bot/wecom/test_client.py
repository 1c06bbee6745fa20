"""What goes over the wire, and what comes back as types."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.wecom import errors
from bot.wecom.api import Limits
from bot.wecom.client import TicketKind, WeComClient, js_signature
from bot.wecom.directory import DepartmentId, MemberStatus
from bot.wecom.media import MediaTooLarge
from bot.wecom.messages import GreyOut, Markdown, Media, MediaKind, MessageInvalid, ReplaceCard, TemplateCard, Text, To
from tests.support.clock import START, FakeClock
from tests.support.wecom import CORP
from tests.support.wecom_server import ScriptedWeCom

TO = To(users=("WangQiang", "zhaomin"))
CARD = {"card_type": "text_notice", "main_title": {"title": "作业中"}, "task_id": "t1"}


# --- sending -------------------------------------------------------------------------------------------------------


async def test_a_card_goes_out_as_documented(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then(
        "message/send",
        {
            "errcode": 0,
            "errmsg": "ok",
            "msgid": "m-1",
            "response_code": "rc-1",
            "invaliduser": "LISI|wangwu",
            "invalidparty": "7",
            "unlicenseduser": "zhaoliu",
        },
    )
    sent = await client.send(TemplateCard(card=CARD), TO, key="row-1")
    (asked,) = wecom.calls("message/send")
    assert (asked.method, asked.query) == ("POST", {"access_token": "token-1"})
    body = asked.json
    interval = body.pop("duplicate_check_interval")
    assert 1800 <= interval <= 14400
    assert body == {
        "agentid": 1000002,
        "touser": "WangQiang|zhaomin",
        "msgtype": "template_card",
        "template_card": CARD,
        "enable_duplicate_check": 1,
    }
    assert "作业中".encode() in asked.body  # UTF-8 as it is, not escaped
    assert (sent.message_id, sent.response_code) == ("m-1", "rc-1")
    assert (sent.invalid_users, sent.invalid_parties, sent.invalid_tags) == (("lisi", "wangwu"), ("7",), ())
    assert sent.missed == {"lisi", "wangwu", "zhaoliu"}


@pytest.mark.parametrize(
    ("message", "kind", "payload"),
    [
        (Text(content="立即停工"), "text", {"content": "立即停工"}),
        (Markdown(content="**停工**"), "markdown", {"content": "**停工**"}),
        (Media(kind=MediaKind.IMAGE, media_id="M1"), "image", {"media_id": "M1"}),
        (Media(kind=MediaKind.FILE, media_id="M2"), "file", {"media_id": "M2"}),
        (Media(kind=MediaKind.VOICE, media_id="M3"), "voice", {"media_id": "M3"}),
    ],
)
async def test_each_kind_has_its_own_key(
    client: WeComClient, wecom: ScriptedWeCom, message: Text, kind: str, payload: dict[str, str]
) -> None:
    await client.send(message, TO, key="k")
    body = wecom.calls("message/send")[0].json
    assert (body["msgtype"], body[kind]) == (kind, payload)


@pytest.mark.parametrize(
    ("to", "fields"),
    [
        (To(parties=("2", "3")), {"toparty": "2|3"}),
        (To(tags=("1",), users=("a",)), {"totag": "1", "touser": "a"}),
        (To(everyone=True), {"touser": "@all"}),
    ],
)
async def test_recipients_are_joined_with_bars(
    client: WeComClient, wecom: ScriptedWeCom, to: To, fields: dict[str, str]
) -> None:
    await client.send(Text(content="x"), to, key="k")
    body = wecom.calls("message/send")[0].json
    assert {name: body[name] for name in ("touser", "toparty", "totag") if name in body} == fields


async def test_the_same_key_is_the_same_request_another_key_is_another(
    client: WeComClient, wecom: ScriptedWeCom
) -> None:
    """The platform drops a repeated request in silence: wanted for a retry, deadly for a second alarm."""
    for key in ("row-1", "row-1", "row-2"):
        await client.send(Text(content="立即停工"), TO, key=key)
    first, again, other = (one.body for one in wecom.calls("message/send"))
    assert first == again
    assert first != other


async def test_a_busy_platform_gets_the_identical_request_again(
    client: WeComClient, wecom: ScriptedWeCom, pauses: list[float]
) -> None:
    busy = {"errcode": -1, "errmsg": "system busy"}
    wecom.then("message/send", busy, busy, busy)
    await client.send(Text(content="x"), TO, key="k")
    assert len({one.body for one in wecom.calls("message/send")}) == 1
    assert len(wecom.calls("message/send")) == 4
    assert len(pauses) == 3


async def test_three_retries_and_no_more(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.always["message/send"] = {"errcode": -1, "errmsg": "system busy"}
    with pytest.raises(errors.PlatformBusy):
        await client.send(Text(content="x"), TO, key="k")
    assert len(wecom.calls("message/send")) == 4


async def hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.mark.parametrize(
    "answer",
    [
        hang_up,
        lambda: web.Response(status=502, text="bad gateway"),
        lambda: web.Response(text="<html>"),
        lambda: web.json_response([1]),
        lambda: web.json_response({"errcode": "0"}),
        lambda: web.Response(status=302, headers={"Location": "/cgi-bin/elsewhere"}),
    ],
    ids=["reset", "502", "html", "list", "text code", "redirect"],
)
async def test_no_usable_answer_is_network_trouble_once(
    client: WeComClient, wecom: ScriptedWeCom, answer: object
) -> None:
    wecom.then("message/send", answer if answer is hang_up else answer())  # type: ignore[operator]
    with pytest.raises(errors.NetworkTrouble) as caught:
        await client.send(Text(content="x"), TO, key="k")
    assert len(wecom.calls("message/send")) == 1
    assert "token-1" not in str(caught.value)
    assert caught.value.__cause__ is None  # it could carry the address, and with it the token
    assert wecom.calls("elsewhere") == []


async def test_silence_ends_after_the_time_allowed(wecom: ScriptedWeCom, clock: FakeClock) -> None:
    released = asyncio.Event()

    async def silent(request: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.json_response({"errcode": 0})

    wecom.then("message/send", silent)
    async with aiohttp.ClientSession() as session:
        client = WeComClient(
            session,
            clock,
            corp_id=CORP,
            agent_id=1,
            secret=SecretStr("x"),
            base_url=wecom.base_url,
            limits=Limits(timeout=aiohttp.ClientTimeout(total=0.05)),
        )
        with pytest.raises(errors.NetworkTrouble):
            await client.send(Text(content="x"), TO, key="k")
        released.set()


async def test_urgent_calls_do_not_queue_behind_ordinary_ones(wecom: ScriptedWeCom, clock: FakeClock) -> None:
    held, released = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        held.set()
        await released.wait()
        return web.json_response({"errcode": 0, "errmsg": "ok", "msgid": "slow"})

    wecom.then("message/send", slow)
    async with aiohttp.ClientSession() as session:
        client = WeComClient(
            session,
            clock,
            corp_id=CORP,
            agent_id=1,
            secret=SecretStr("x"),
            base_url=wecom.base_url,
            limits=Limits(open_calls=1, open_urgent_calls=1),
        )
        ordinary = [asyncio.create_task(client.send(Text(content="日报"), TO, key=str(n))) for n in range(3)]
        await held.wait()
        await client.send(Text(content="立即停工"), TO, key="stop", urgent=True)
        assert [one.json["text"]["content"] for one in wecom.calls("message/send")] == ["日报", "立即停工"]
        released.set()
        await asyncio.gather(*ordinary)


# --- errors --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "family"),
    [
        (60020, errors.Misconfigured),
        (48002, errors.Misconfigured),
        (301002, errors.Misconfigured),
        (43012, errors.Misconfigured),
        (81013, errors.NotVisible),
        (60111, errors.NotVisible),
        (60140, errors.CodeSpent),
        (82102, errors.NotVisible),
        (42052, errors.Gone),
        (40007, errors.Gone),
        (40145, errors.Gone),
        (42014, errors.CardRejected),
        (42027, errors.CardRejected),
        (42045, errors.CardRejected),
        (42051, errors.CardRejected),
        (40058, errors.CardRejected),
        (41016, errors.CardRejected),
        (40201, errors.ContentRefused),
        (40029, errors.CodeInvalid),
        (42003, errors.CodeInvalid),
        (45001, errors.MediaRejected),
        (93000, errors.Refused),
        (999999, errors.Refused),
    ],
)
async def test_each_code_has_its_family(
    client: WeComClient, wecom: ScriptedWeCom, code: int, family: type[errors.WeComTrouble]
) -> None:
    wecom.then("message/send", {"errcode": code, "errmsg": "from ip: 203.0.113.7, hint: [secret]"})
    with pytest.raises(family) as caught:
        await client.send(Text(content="x"), TO, key="k")
    assert type(caught.value) is family
    assert (caught.value.api, caught.value.code) == ("message/send", code)
    assert "203.0.113.7" not in str(caught.value)


def test_no_code_stands_in_two_families() -> None:
    listed = [code for _, codes in errors._FAMILIES for code in codes]
    assert len(listed) == len(set(listed)) == len(errors.FAMILY)
    assert not errors.THROTTLING & set(listed)


async def test_a_limit_hit_again_is_taken_for_the_next_unit(
    client: WeComClient, wecom: ScriptedWeCom, clock: FakeClock
) -> None:
    async def throttled() -> timedelta:
        wecom.then("message/send", {"errcode": 45009, "errmsg": "x"})
        with pytest.raises(errors.Throttled) as caught:
            await client.send(Text(content="x"), TO, key="k")
        return caught.value.retry_after

    assert await throttled() == timedelta(minutes=1)
    clock.advance(timedelta(seconds=20))
    assert await throttled() == timedelta(seconds=40)  # the same block, not a new one
    clock.advance(timedelta(seconds=40))
    assert await throttled() == timedelta(hours=1)
    clock.advance(timedelta(hours=1))
    assert await throttled() == timedelta(days=1)
    await client.send(Text(content="x"), TO, key="k")
    assert await throttled() == timedelta(minutes=1)


async def test_too_many_at_once_is_over_in_a_second(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("message/send", {"errcode": 45033, "errmsg": "x"})
    with pytest.raises(errors.Throttled) as caught:
        await client.send(Text(content="x"), TO, key="k")
    assert caught.value.retry_after == timedelta(seconds=1)


# --- bodies that must not be made ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda: To(),
        lambda: To(users=("a",) * 1001),
        lambda: To(parties=("1",) * 101),
        lambda: To(users=("a|b",)),
        lambda: To(users=("",)),
        lambda: To(users=("@all",)),
    ],
)
def test_wrong_recipients_are_refused_at_construction(make: object) -> None:
    with pytest.raises(MessageInvalid):
        make()  # type: ignore[operator]


@pytest.mark.parametrize(
    "message",
    [
        Text(content=""),
        Text(content="字" * 683),
        Markdown(content="x" * 2049),
        Media(kind=MediaKind.VIDEO, media_id="M"),
    ],
)
async def test_a_message_that_would_be_mangled_is_not_sent(
    client: WeComClient, wecom: ScriptedWeCom, message: Text
) -> None:
    with pytest.raises(MessageInvalid):
        await client.send(message, TO, key="k")
    assert wecom.asked == []


# --- cards afterwards ------------------------------------------------------------------------------------------------


async def test_a_card_is_greyed_out_for_all(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("message/update_template_card", {"errcode": 0, "errmsg": "ok", "invaliduser": ["LiSi"]})
    missed = await client.update_card(GreyOut(words="已由赵强 08:12 通过"), response_code="rc")
    assert wecom.calls("message/update_template_card")[0].json == {
        "agentid": 1000002,
        "response_code": "rc",
        "atall": 1,
        "button": {"replace_name": "已由赵强 08:12 通过"},
    }
    assert missed == {"lisi"}


async def test_a_card_is_replaced_for_one(client: WeComClient, wecom: ScriptedWeCom) -> None:
    await client.update_card(ReplaceCard(card=CARD), response_code="rc", users=["wangqiang"])
    assert wecom.calls("message/update_template_card")[0].json == {
        "agentid": 1000002,
        "response_code": "rc",
        "userids": ["wangqiang"],
        "template_card": CARD,
    }


async def test_an_update_for_nobody_is_refused(client: WeComClient) -> None:
    with pytest.raises(MessageInvalid):
        await client.update_card(GreyOut(words="x"), response_code="rc", users=[])


async def test_recall_names_the_message(client: WeComClient, wecom: ScriptedWeCom) -> None:
    await client.recall("m-1")
    assert wecom.calls("message/recall")[0].json == {"msgid": "m-1"}


# --- media -----------------------------------------------------------------------------------------------------------

PICTURE = bytes(range(256)) * 400


def media_answer(content: bytes = PICTURE) -> web.Response:
    return web.Response(
        body=content,
        content_type="image/jpeg",
        headers={"Content-Disposition": 'attachment; filename="../照片 1.jpg"'},
    )


async def test_a_picture_is_copied_with_its_digests(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("media/get", media_answer())
    sink = io.BytesIO()
    found = await client.download("M1", sink, max_bytes=len(PICTURE))
    assert sink.getvalue() == PICTURE
    assert found.size == 102_400
    assert found.md5 == hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()
    assert found.sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert (found.content_type, found.filename) == ("image/jpeg", ".._照片 1.jpg")
    assert wecom.calls("media/get")[0].query["media_id"] == "M1"


async def test_a_lapsed_picture_is_gone_and_nothing_is_written(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("media/get", {"errcode": 40007, "errmsg": "invalid media_id"})
    sink = io.BytesIO()
    with pytest.raises(errors.Gone):
        await client.download("M1", sink, max_bytes=1000)
    assert sink.getvalue() == b""


async def test_more_than_allowed_is_refused_while_it_comes(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("media/get", media_answer())
    sink = io.BytesIO()
    with pytest.raises(MediaTooLarge):
        await client.download("M1", sink, max_bytes=len(PICTURE) - 1)
    assert len(sink.getvalue()) < len(PICTURE)


async def test_a_dead_token_is_replaced_for_media_too(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("media/get", {"errcode": 42001, "errmsg": "x"}, media_answer())
    assert (await client.download("M1", io.BytesIO(), max_bytes=10**6)).size == len(PICTURE)
    assert [one.query["access_token"] for one in wecom.calls("media/get")] == ["token-1", "token-2"]


async def test_a_large_file_is_fetched_in_ranges(client: WeComClient, wecom: ScriptedWeCom) -> None:
    large = bytes(17 * 1024 * 1024 + 7)

    async def ranged(request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range")
        if asked is None:
            return web.json_response({"errcode": 830002, "errmsg": "file too large"})
        first, last = (int(part) for part in asked.removeprefix("bytes=").split("-"))
        assert (last + 1 - first) % 16 == 0
        last = min(last, len(large) - 1)
        return web.Response(
            status=206,
            body=large[first : last + 1],
            content_type="video/mp4",
            headers={"Content-Range": f"bytes {first}-{last}/{len(large)}"},
        )

    wecom.always["media/get"] = ranged
    sink = io.BytesIO()
    found = await client.download("M1", sink, max_bytes=20 * 1024 * 1024)
    assert (found.size, sink.getvalue() == large) == (len(large), True)
    assert len(wecom.calls("media/get")) == 3


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=404),
        lambda: web.json_response({"errcode": 0, "errmsg": "ok"}),
        lambda: web.Response(status=206, body=b"x" * 10, content_type="image/png"),
        lambda: web.Response(
            status=206, body=b"x", content_type="image/png", headers={"Content-Range": "bytes 5-5/10"}
        ),
    ],
    ids=["404", "words", "no range", "another range"],
)
async def test_media_of_another_shape_is_network_trouble(
    client: WeComClient, wecom: ScriptedWeCom, answer: object
) -> None:
    wecom.then("media/get", answer())  # type: ignore[operator]
    with pytest.raises(errors.NetworkTrouble):
        await client.download("M1", io.BytesIO(), max_bytes=1000)


async def test_upload_sends_the_chinese_name_as_it_is(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then(
        "media/upload", {"errcode": -1}, {"errcode": 0, "type": "file", "media_id": "M9", "created_at": "1380000000"}
    )
    uploaded = await client.upload(
        MediaKind.FILE, b"%PDF-1.7 x", filename='动火作业票"1".pdf', content_type="application/pdf"
    )
    assert uploaded.media_id == "M9"
    for asked in wecom.calls("media/upload"):
        assert asked.query["type"] == "file"
        assert 'name="media"; filename="动火作业票_1_.pdf"'.encode() in asked.body
        assert b"%PDF-1.7 x" in asked.body


@pytest.mark.parametrize(("kind", "size"), [(MediaKind.FILE, 5), (MediaKind.VOICE, 2 * 1024 * 1024 + 1)])
async def test_a_size_the_platform_refuses_is_not_uploaded(
    client: WeComClient, wecom: ScriptedWeCom, kind: MediaKind, size: int
) -> None:
    with pytest.raises(MessageInvalid):
        await client.upload(kind, bytes(size), filename="x", content_type="x/y")
    assert wecom.asked == []


# --- people ----------------------------------------------------------------------------------------------------------


async def test_a_member_is_read_with_flags_aligned(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then(
        "user/get",
        {
            "errcode": 0,
            "userid": "WangQiang",
            "name": "王强",
            "department": [8, 3],
            "is_leader_in_dept": [0, 1],
            "direct_leader": ["ZhaoMin"],
            "main_department": 3,
            "status": 1,
            "position": "班长",
        },
    )
    member = await client.member("WangQiang")
    assert (member.key.corp_id, member.key.userid, member.name, member.position) == (CORP, "wangqiang", "王强", "班长")
    assert list(member.departments) == [8, 3]
    assert set(member.leads) == {3}
    assert member.main_department == 3
    assert (member.direct_leaders, member.status) == (("zhaomin",), MemberStatus.ACTIVE)


@pytest.mark.parametrize("raw", [{"name": "no id"}, {"userid": "a", "department": ["x"]}, {"userid": 7}])
async def test_a_member_of_another_shape_is_network_trouble(
    client: WeComClient, wecom: ScriptedWeCom, raw: dict[str, object]
) -> None:
    wecom.then("user/get", {"errcode": 0, **raw})
    with pytest.raises(errors.NetworkTrouble):
        await client.member("a")


async def test_departments_and_their_members(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then(
        "department/simplelist",
        {"errcode": 0, "department_id": [{"id": 1, "parentid": 0, "order": 1}, {"id": 8, "parentid": 1, "order": 2}]},
    )
    wecom.then(
        "department/get",
        {"errcode": 0, "department": {"id": 8, "name": "储运部", "parentid": 1, "department_leader": ["ZhaoMin"]}},
    )
    wecom.then("user/list", {"errcode": 0, "userlist": [{"userid": "A", "department": [8], "status": 2}]})
    wecom.then("user/simplelist", {"errcode": 0, "userlist": [{"userid": "A", "name": "甲"}]})
    tops = await client.department_ids()
    assert [(one.id, one.parent) for one in tops] == [(1, None), (8, 1)]
    store = await client.department(DepartmentId(8))
    assert (store.name, store.leaders) == ("储运部", ("zhaomin",))
    (member,) = await client.members_of(DepartmentId(8))
    assert (member.key.userid, member.status) == ("a", MemberStatus.DISABLED)
    assert await client.userids_of(DepartmentId(8)) == ("a",)


@pytest.mark.parametrize(
    ("answer", "userid", "outsider"),
    [
        ({"userid": "WangQiang", "user_ticket": "T"}, "wangqiang", None),
        ({"UserId": "WangQiang", "DeviceId": "x"}, "wangqiang", None),
        ({"openid": "o1"}, None, "o1"),
        ({"OpenId": "o1"}, None, "o1"),
        ({"openid": "o1", "external_userid": "wm1"}, None, "o1"),
        ({"userid": "wwPartner/LiSi"}, "wwPartner/lisi", None),
    ],
)
async def test_a_visitor_is_read_in_both_spellings(
    client: WeComClient, wecom: ScriptedWeCom, answer: dict[str, str], userid: str | None, outsider: str | None
) -> None:
    wecom.then("auth/getuserinfo", {"errcode": 0, "errmsg": "ok", **answer})
    visitor = await client.visitor("CODE")
    assert (visitor.userid, visitor.outsider_id) == (userid, outsider)
    assert wecom.calls("auth/getuserinfo")[0].query["code"] == "CODE"


# --- JS-SDK ----------------------------------------------------------------------------------------------------------


def test_the_official_page_signature() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signature = js_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value#part")
    assert signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


async def test_tickets_are_cached_per_kind(client: WeComClient, wecom: ScriptedWeCom) -> None:
    for api in ("get_jsapi_ticket", "ticket/get"):
        wecom.always[api] = {"errcode": 0, "ticket": f"T-{api}", "expires_in": 7200}
    for _ in range(2):
        for kind in TicketKind:
            signed = await client.sign_page(kind, "https://permit.example.com/p", nonce="n", at=START)
            assert signed.timestamp == 1749608400
            assert signed.signature == js_signature(f"T-{kind.value}", "n", 1749608400, "https://permit.example.com/p")
    assert len(wecom.calls("get_jsapi_ticket")) == len(wecom.calls("ticket/get")) == 1
    assert wecom.calls("ticket/get")[0].query["type"] == "agent_config"


async def test_the_menu_goes_to_our_app(client: WeComClient, wecom: ScriptedWeCom) -> None:
    await client.create_menu({"button": []})
    asked = wecom.calls("menu/create")[0]
    assert (asked.query["agentid"], json.loads(asked.body)) == ("1000002", {"button": []})


async def test_what_is_printed_tells_nothing_secret(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("message/send", {"errcode": 0, "msgid": "m", "response_code": "secret-code"})
    sent = await client.send(Text(content="x"), TO, key="k")
    assert "secret-code" not in repr(sent)
    assert "s3cret" not in repr(client) + repr(vars(client))
