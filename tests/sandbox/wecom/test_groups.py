"""Groups made by the app, and group robots with their own rules."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.wecom import NotOffered, Twin
from tests.support.wecom_twin import (
    CORP,
    JPEG,
    ROBOT,
    SMALL_SECRET,
    Api,
    button_card,
    news_card,
    text_card,
)

PEOPLE = ["zhaomin", "WangQiang"]


async def create(api: Api, **body: Any) -> dict[str, Any]:
    return await api.post("appchat/create", {"name": "安全群", "userlist": PEOPLE, "chatid": "safety"} | body)


async def say(api: Api, **body: Any) -> dict[str, Any]:
    text = {"chatid": "safety", "msgtype": "text", "text": {"content": "早"}}
    return await api.post("appchat/send", text | body)


async def test_a_group_is_made_changed_and_written_to(api: Api, twin: Twin) -> None:
    assert (await create(api))["chatid"] == "safety"
    change = {"chatid": "safety", "add_user_list": ["LiGong"], "del_user_list": ["ZHAOMIN"], "owner": "LiGong"}
    assert (await api.post("appchat/update", change))["errcode"] == 0
    info = (await api.get("appchat/get", chatid="safety"))["chat_info"]
    assert (info["userlist"], info["owner"]) == (["WangQiang", "LiGong"], "LiGong")
    answer = await say(api)
    assert set(answer) == {"errcode", "errmsg"}
    group = twin.group("safety", corpid=CORP)
    assert group.screen[0]["content"] == "早"
    group.say("LiGong", "收到")
    assert [item["from"] for item in group.screen] == ["app", "LiGong"]
    with pytest.raises(NotOffered):
        group.say("ZhaoMin", "我被移出了")
    assert twin.deliveries == [], "apps do not hear groups"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"userlist": ["WangQiang"]}, 86006),
        ({"userlist": ["WangQiang", "nobody"]}, 86216),
        ({"owner": "LiGong"}, 86207),
        ({"chatid": "has-dash"}, 86001),
    ],
)
async def test_groups_that_are_refused(api: Api, body: dict[str, Any], code: int) -> None:
    assert (await create(api, **body))["errcode"] == code


async def test_group_mistakes(api: Api, twin: Twin) -> None:
    await create(api)
    assert (await create(api))["errcode"] == 86215
    assert (await say(api, chatid="unknown"))["errcode"] == 86003
    assert (await say(api, chatid=""))["errcode"] == 86201
    assert (await say(api, chatid=ROBOT))["errcode"] == 86008
    assert (await say(api, msgtype="template_card", template_card=text_card()))["errcode"] == 40008
    removed = {"chatid": "safety", "del_user_list": ["ZhaoMin"]}
    assert (await api.post("appchat/update", removed))["errcode"] == 86006
    owner_leaves = {"chatid": "safety", "add_user_list": ["LiGong"], "del_user_list": ["ZhaoMin"]}
    assert (await api.post("appchat/update", owner_leaves))["errcode"] == 86207


async def test_only_apps_that_see_the_root_department_have_groups(api: Api, twin: Twin) -> None:
    from dataclasses import replace

    small = twin.agent(1000003, corpid=CORP)
    small.config = replace(small.config, trusted_ips=None)
    await api.login(secret=SMALL_SECRET)
    assert (await create(api))["errcode"] == 48002


async def test_too_many_group_messages_are_dropped_without_a_word(api: Api, twin: Twin) -> None:
    await create(api)
    twin.limits.chat_member_minute = 1
    assert [(await say(api))["errcode"] for _ in range(2)] == [0, 0]
    assert len(twin.dropped) == 2
    assert sorted(twin.group("safety", corpid=CORP).screen[1]["not_shown_to"]) == ["WangQiang", "ZhaoMin"]
    twin.limits.chat_minute = 4
    assert (await say(api))["errcode"] == 45009


async def robot(api: Api, body: dict[str, Any] | bytes, key: str = ROBOT) -> dict[str, Any]:
    return await api.post("webhook/send", body, key=key)


def text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content, "mentioned_list": ["@all"]}}


async def test_a_robot_posts_with_nothing_but_its_key(api: Api, twin: Twin) -> None:
    api.token = ""
    assert (await robot(api, text("停工"), key="wrong"))["errcode"] == 93000
    assert (await robot(api, text("停工")))["errcode"] == 0
    shown = twin.group(ROBOT, corpid=CORP).screen[0]
    assert (shown["content"], shown["mentioned"], shown["from"]) == ("停工", ["@all"], "安全群")
    twin.remove_robot(ROBOT)
    assert (await robot(api, text("停工")))["errcode"] == 93000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 93017),
        (text(""), 44004),
        (text("票" * 683), 40058),
        ({"msgtype": "markdown", "markdown": {"content": "x" * 4097}}, 40058),
        ({"msgtype": "markdown_v2", "markdown_v2": {"content": "x" * 4097}}, 40058),
        ({"msgtype": "video", "video": {}}, 40008),
        ({"msgtype": "image", "image": {"base64": base64.b64encode(JPEG).decode(), "md5": "0"}}, 40058),
        ({"msgtype": "image", "image": {"base64": "!!", "md5": "0"}}, 40123),
        ({"msgtype": "template_card", "template_card": button_card()}, 42031),
        ({"msgtype": "template_card", "template_card": text_card(card_action={"type": 0})}, 42045),
        ({"msgtype": "template_card", "template_card": {"card_type": "news_notice"}}, 40058),
    ],
)
async def test_robot_messages_are_refused_not_cut(api: Api, body: Any, code: int) -> None:
    answer = await robot(api, body)
    assert answer["errcode"] == code


async def test_the_longest_robot_messages_pass(api: Api) -> None:
    assert (await robot(api, text("x" * 2048)))["errcode"] == 0
    for kind in ("markdown", "markdown_v2"):
        assert (await robot(api, {"msgtype": kind, kind: {"content": "x" * 4096}}))["errcode"] == 0


async def test_a_robot_image_needs_the_right_md5(api: Api) -> None:
    md5 = hashlib.md5(JPEG, usedforsecurity=False).hexdigest()
    image = {"base64": base64.b64encode(JPEG).decode(), "md5": md5}
    assert (await robot(api, {"msgtype": "image", "image": image}))["errcode"] == 0
    big = b"\xff\xd8\xff" + bytes(2 * 1024 * 1024)
    image = {"base64": base64.b64encode(big).decode(), "md5": hashlib.md5(big, usedforsecurity=False).hexdigest()}
    assert (await robot(api, {"msgtype": "image", "image": image}))["errcode"] == 93018


async def test_robot_cards_are_shorter_and_have_nothing_to_press(api: Api, twin: Twin) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "t", "key": "k"}]}
    card = text_card(task_id="T-1", action_menu=menu, main_title={"title": "票" * 27})
    assert (await robot(api, {"msgtype": "template_card", "template_card": card}))["errcode"] == 0
    paths = {remark.note.path for remark in twin.remarks}
    assert paths == {"template_card.task_id", "template_card.action_menu", "template_card.main_title.title"}
    shown = twin.group(ROBOT, corpid=CORP).screen[0]["card"]
    assert "action_menu" not in shown
    assert (await robot(api, {"msgtype": "template_card", "template_card": news_card()}))["errcode"] == 0


async def test_a_robot_is_blocked_for_a_minute_after_twenty(api: Api, clock: ManualClock) -> None:
    codes = [(await robot(api, text(str(number))))["errcode"] for number in range(21)]
    assert codes == [0] * 20 + [45009]
    clock.advance(timedelta(seconds=59))
    assert (await robot(api, text("x")))["errcode"] == 45009
    clock.advance(timedelta(seconds=1))
    assert (await robot(api, text("x")))["errcode"] == 0


async def test_robot_files_belong_to_the_robot(api: Api) -> None:
    import aiohttp

    form = aiohttp.FormData()
    form.add_field("media", b"%PDF-1.7", filename="a.pdf")
    url = f"{api.base_url}/cgi-bin/webhook/upload_media"
    async with api.session.post(url, params={"key": ROBOT, "type": "file"}, data=form) as response:
        media_id = (await response.json())["media_id"]
    assert (await robot(api, {"msgtype": "file", "file": {"media_id": media_id}}))["errcode"] == 0
    assert (await api.send("ZhaoMin", msgtype="file", file={"media_id": media_id}))["errcode"] == 40007
    own = (await api.upload("file", b"%PDF-1.7"))["media_id"]
    assert (await robot(api, {"msgtype": "file", "file": {"media_id": own}}))["errcode"] == 40007
    assert (await api.post("webhook/upload_media", b"", key=ROBOT, type="image"))["errcode"] == 40004
