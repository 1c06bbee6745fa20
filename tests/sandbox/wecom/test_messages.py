"""Recipients, plain message types, duplicate check, recall."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.wecom import DuplicateAnswer, MemberStatus, OverLength, Twin
from tests.support.wecom_twin import AGENT, CORP, JPEG, MP4, SMALL_AGENT, SMALL_SECRET, Api, button_card


def screen(twin: Twin, userid: str) -> list[dict[str, Any]]:
    return twin.phone(userid, agentid=AGENT, corpid=CORP).screen


async def test_recipients_out_of_reach_come_back_lower_cased(api: Api, twin: Twin) -> None:
    answer = await api.send("zhaomin|NoBody|Gone|left|unlicensed", toparty="3|77|x", totag="7|8|99", text="hi")
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody|gone|left"
    assert answer["unlicenseduser"] == "unlicensed"
    assert answer["invalidparty"] == "77|x"
    assert answer["invalidtag"] == "99"
    assert twin.sent[0].recipients == ["ZhaoMin", "WangQiang"]
    assert "response_code" not in answer
    assert len(screen(twin, "ZhaoMin")) == len(screen(twin, "WangQiang")) == 1


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ({}, 82001),
        ({"touser": ""}, 82001),
        ({"touser": "nobody"}, 81013),
        ({"touser": ["ZhaoMin"]}, 40031),
        ({"touser": "|".join(f"u{number}" for number in range(1001))}, 40032),
        ({"toparty": "|".join(str(number) for number in range(101))}, 82002),
        ({"totag": "|".join(str(number) for number in range(101))}, 82003),
    ],
)
async def test_nobody_or_too_many(api: Api, target: dict[str, Any], code: int) -> None:
    body = {"agentid": AGENT, "msgtype": "text", "text": {"content": "x"}} | target
    assert (await api.post("message/send", body))["errcode"] == code


async def test_all_means_everyone_the_app_reaches(api: Api, twin: Twin) -> None:
    await api.send("@all", text="hi")
    assert sorted(twin.sent[0].recipients) == ["LiGong", "WangQiang", "ZhaoMin"]
    twin.agent(SMALL_AGENT, corpid=CORP).config = _without_ip_rule(twin)
    await api.login(secret=SMALL_SECRET)
    body = {"touser": "@all|nobody", "agentid": SMALL_AGENT, "msgtype": "text", "text": {"content": "x"}}
    assert "invaliduser" not in await api.post("message/send", body)
    assert twin.sent[1].recipients == ["WangQiang"], "the small app sees only department 3"
    assert (await api.post("message/send", body | {"touser": "ZhaoMin"}))["errcode"] == 81013


def _without_ip_rule(twin: Twin) -> Any:
    from dataclasses import replace

    return replace(twin.agent(SMALL_AGENT, corpid=CORP).config, trusted_ips=None)


async def test_a_member_disabled_later_is_no_longer_reached(api: Api, twin: Twin) -> None:
    assert (await api.send("ZhaoMin", text="hi"))["errcode"] == 0
    twin.set_status("ZhaoMin", MemberStatus.DISABLED, corpid=CORP)
    assert (await api.send("ZhaoMin", text="hi"))["errcode"] == 81013


async def test_text_is_cut_at_2048_bytes_between_characters(api: Api, twin: Twin) -> None:
    await api.send("ZhaoMin", text="票" * 700)
    shown = screen(twin, "ZhaoMin")[0]["content"]
    assert shown == "票" * 682  # 2046 bytes; the next one would not fit
    assert twin.remarks[0].note.path == "text.content"
    twin.quirks.text_over_length = OverLength.REJECT
    assert (await api.send("ZhaoMin", text="票" * 700))["errcode"] == 45002
    assert (await api.send("ZhaoMin", text="x" * 2048))["errcode"] == 0


@pytest.mark.parametrize(("choice", "code"), [(OverLength.CUT, 0), (OverLength.REJECT, 45002)])
async def test_markdown_above_the_limit_is_cut_or_refused(api: Api, twin: Twin, choice: OverLength, code: int) -> None:
    twin.quirks.markdown_over_length = choice
    answer = await api.send("ZhaoMin", msgtype="markdown", markdown={"content": "x" * 2049})
    assert answer["errcode"] == code


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({}, 40008),
        ({"msgtype": "text"}, 40063),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "markdown", "markdown": {}}, 44004),
        ({"msgtype": "image", "image": {}}, 41006),
        ({"msgtype": "image", "image": {"media_id": "unknown"}}, 40007),
        ({"msgtype": "textcard", "textcard": {}}, 41016),
        ({"msgtype": "textcard", "textcard": {"title": "t"}}, 41033),
        ({"msgtype": "textcard", "textcard": {"title": "t", "description": "d", "url": "permits.example"}}, 40058),
        ({"msgtype": "news", "news": {"articles": []}}, 40063),
        ({"msgtype": "news", "news": {"articles": [{"url": "https://a.example"}]}}, 41016),
        ({"msgtype": "news", "news": {"articles": [{"title": "t"}]}}, 40058),
        ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "https://a.example"}] * 9}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "t", "url": "https://a.example"}]}, "safe": 1}, 40074),
        ({"msgtype": "text", "text": {"content": "x"}, "safe": 2}, 40058),
        ({"msgtype": "mpnews", "mpnews": {"articles": [{"title": "t"}]}}, 41006),
        ({"msgtype": "miniprogram_notice", "miniprogram_notice": {"title": "t"}}, 40063),
        (
            {
                "msgtype": "text",
                "text": {"content": "x"},
                "enable_duplicate_check": 1,
                "duplicate_check_interval": 14401,
            },
            40058,
        ),
    ],
)
async def test_structural_mistakes(api: Api, message: dict[str, Any], code: int) -> None:
    body = {"touser": "ZhaoMin", "agentid": AGENT} | message
    assert (await api.post("message/send", body))["errcode"] == code


async def test_files_must_be_of_the_right_type(api: Api, twin: Twin) -> None:
    image = (await api.upload("image", JPEG))["media_id"]
    video = (await api.upload("video", MP4))["media_id"]
    file = (await api.upload("file", b"%PDF-1.7", "作业票.pdf"))["media_id"]
    assert (await api.send("ZhaoMin", msgtype="image", image={"media_id": image}))["errcode"] == 0
    assert (await api.send("ZhaoMin", msgtype="file", file={"media_id": file}, safe=1))["errcode"] == 0
    assert (await api.send("ZhaoMin", msgtype="voice", voice={"media_id": image}))["errcode"] == 40004
    long = {"media_id": video, "title": "票" * 50, "description": "d" * 600}
    assert (await api.send("ZhaoMin", msgtype="video", video=long))["errcode"] == 0
    shown = screen(twin, "ZhaoMin")
    assert [item["kind"] for item in shown] == ["image", "file", "video"]
    assert len(shown[2]["title"].encode()) <= 128
    assert len(shown[2]["description"]) == 512


async def test_textcard_and_news_are_shown(api: Api, twin: Twin) -> None:
    card = {"title": "t" * 130, "description": "d" * 513, "url": "https://a.example", "btntxt": "查看全部详情"}
    assert (await api.send("ZhaoMin", msgtype="textcard", textcard=card))["errcode"] == 0
    article = {"title": "t", "appid": "wx1", "pagepath": "p"}
    assert (await api.send("ZhaoMin", msgtype="news", news={"articles": [article]}))["errcode"] == 0
    shown = screen(twin, "ZhaoMin")
    assert (len(shown[0]["title"]), len(shown[0]["description"]), shown[0]["btntxt"]) == (128, 512, "查看全部")
    assert shown[1]["articles"][0]["url"] == ""


async def test_names_replace_ids_only_where_supported(api: Api, twin: Twin) -> None:
    words = "$userName=wangqiang$ $departmentName=2$ $userName=nobody$"
    await api.send("ZhaoMin", text=words, enable_id_trans=1)
    await api.send("ZhaoMin", text=words)
    card = button_card(main_title={"title": "$userName=WangQiang$"})
    card["button_list"][0]["text"] = "$userName=WangQiang$"
    await api.send("ZhaoMin", card=card, enable_id_trans=1)
    shown = screen(twin, "ZhaoMin")
    assert shown[0]["content"] == "王强 动力车间 $userName=nobody$"
    assert shown[1]["content"] == words


async def test_an_identical_request_is_not_delivered_again_inside_the_interval(
    api: Api, twin: Twin, clock: ManualClock
) -> None:
    check = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    first = await api.send("ZhaoMin", text="once", **check)
    clock.advance(timedelta(seconds=599))
    second = await api.send("ZhaoMin", text="once", **check)
    assert second["errcode"] == 0
    assert "msgid" not in second
    twin.quirks.duplicate_answer = DuplicateAnswer.ORIGINAL
    assert (await api.send("ZhaoMin", text="once", **check))["msgid"] == first["msgid"]
    await api.send("ZhaoMin", text="other", **check)
    assert [item["content"] for item in screen(twin, "ZhaoMin")] == ["once", "other"]
    clock.advance(timedelta(seconds=1))
    await api.send("ZhaoMin", text="once", **check)
    assert len(screen(twin, "ZhaoMin")) == 3


async def test_the_interval_is_1800_seconds_unless_said(api: Api, twin: Twin, clock: ManualClock) -> None:
    for step in (1799, 1):
        await api.send("ZhaoMin", text="once", enable_duplicate_check=1)
        clock.advance(timedelta(seconds=step))
    assert len(screen(twin, "ZhaoMin")) == 1
    await api.send("ZhaoMin", text="once", enable_duplicate_check=1)
    assert len(screen(twin, "ZhaoMin")) == 2


async def test_recall_within_a_day_by_the_same_app(api: Api, twin: Twin, clock: ManualClock, receiver: object) -> None:
    sent = await api.send("ZhaoMin|WangQiang", card=button_card())
    assert (await api.post("message/recall", {}))["errcode"] == 40063
    assert (await api.post("message/recall", {"msgid": "unknown"}))["errcode"] == 40058
    assert (await api.post("message/recall", {"msgid": sent["msgid"]}))["errcode"] == 0
    for userid in ("ZhaoMin", "WangQiang"):
        shown = screen(twin, userid)[0]
        assert shown["recalled"] is True
        assert "card" not in shown
    old = await api.send("ZhaoMin", text="old")
    twin.revoke_tokens(AGENT, corpid=CORP)
    clock.advance(timedelta(hours=24))
    await api.login()
    assert (await api.post("message/recall", {"msgid": old["msgid"]}))["errcode"] == 42052
