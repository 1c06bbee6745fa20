"""Every documented callback, read into exactly the value it means."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.wecom import callbacks as c
from bot.wecom.documents import EVENTS, MESSAGES, read
from bot.wecom.rejection import RejectedCallback, Rejection
from tests.support.wecom import CORP, SAMPLES, sample

AT = datetime(2025, 6, 11, 2, 20, tzinfo=UTC)
LAT, LON = Decimal("31.237049"), Decimal("121.500877")
MD5S = ("1b5f7c23b5bf75682a53e7b6d163e185", "7e1a1b0a4e0d4e6f9e4e7fdb8c6ac2f1")
SYSTEM = {"sender": "sys"}
DIRECTORY = {"sender": "sys", "agent_id": None}

EXPECTED: dict[str, tuple[type[c.Callback], dict[str, Any]]] = {
    "text": (
        c.TextMessage,
        {"message_id": "7514129834461184001", "content": "明早8点到11点 2号罐 二级动火 换法兰 王强 监护赵敏"},
    ),
    "image": (
        c.ImageMessage,
        {
            "message_id": "7514129834461184002",
            "media_id": "2GHmhGQN8fkgkHY4xPOzxSKoWVNOCN2GHmhGQN8f",
            "picture_url": "https://wework.qpic.cn/wwpic3az/1_a/0",
        },
    ),
    "voice": (
        c.VoiceMessage,
        {"message_id": "7514129834461184003", "media_id": "1voice8fkgkHY4xPOzxSKoWVNOCN2GHmhGQN8f", "format": "amr"},
    ),
    "video": (
        c.VideoMessage,
        {
            "message_id": "7514129834461184004",
            "media_id": "1video8fkgkHY4xPOzxSKoWVNOCN2GHmhGQN8f",
            "thumbnail_media_id": "1thumb8fkgkHY4xPOzxSKoWVNOCN2GHmhGQN8f",
        },
    ),
    "location": (
        c.LocationMessage,
        {
            "message_id": "7514129834461184005",
            "latitude": LAT,
            "longitude": LON,
            "scale": 16,
            "label": "2号罐区 东门",
            "from_wechat": False,
        },
    ),
    "location_from_wechat": (
        c.LocationMessage,
        {
            "message_id": "7514129834461184006",
            "latitude": LAT,
            "longitude": LON,
            "scale": 16,
            "label": "",
            "from_wechat": True,
        },
    ),
    "link": (
        c.LinkMessage,
        {
            "message_id": "7514129834461184007",
            "title": "吊装方案",
            "description": "第三版",
            "url": "https://example.com/plan?a=1&b=2",
            "picture_url": "https://example.com/p.png",
        },
    ),
    "template_card_event_button": (
        c.CardTapped,
        {
            "key": "p1.approve.SFMtMQ.3..abc",
            "task_id": "permit-7@3",
            "card_type": "button_interaction",
            "response_code": "c0deA1",
            "selections": (),
        },
    ),
    "template_card_event_choices": (
        c.CardTapped,
        {
            "key": "p1.answer.ZDE.1..abc",
            "task_id": "draft-9@1",
            "card_type": "multiple_interaction",
            "response_code": "c0deB2",
            "selections": (
                c.Selection(question_key="grade", option_ids=("second",)),
                c.Selection(question_key="tools", option_ids=("welder", "grinder")),
            ),
        },
    ),
    "template_card_menu_event": (
        c.CardMenuTapped,
        {
            "key": "p1.why.SFMtMQ.3..abc",
            "task_id": "permit-7@3",
            "card_type": "text_notice",
            "response_code": "c0deC3",
        },
    ),
    "click": (c.MenuClicked, {"key": "tasks"}),
    "view": (c.MenuViewed, {"url": "https://example.com/board"}),
    "scancode_waitmsg": (
        c.CodeScanned,
        {"key": "scan", "scan_type": "qrcode", "result": "PB1:area:tank-2", "waiting": True},
    ),
    "scancode_push": (
        c.CodeScanned,
        {"key": "scan", "scan_type": "qrcode", "result": "PB1:area:tank-2", "waiting": False},
    ),
    "pic_sysphoto": (
        c.PicturesPicked,
        {"key": "shoot", "source": c.PictureSource.CAMERA, "count": 2, "md5s": MD5S},
    ),
    "pic_photo_or_album": (
        c.PicturesPicked,
        {"key": "shoot", "source": c.PictureSource.CAMERA_OR_ALBUM, "count": 2, "md5s": MD5S},
    ),
    "pic_weixin": (
        c.PicturesPicked,
        {"key": "shoot", "source": c.PictureSource.WECHAT_ALBUM, "count": 2, "md5s": MD5S},
    ),
    "location_select": (
        c.LocationPicked,
        {
            "key": "place",
            "latitude": LAT,
            "longitude": LON,
            "scale": 16,
            "label": "上海市 2号罐区",
            "place": "东门",
            "from_wechat": False,
        },
    ),
    "location_event": (
        c.LocationReported,
        {"latitude": LAT, "longitude": LON, "precision_m": Decimal("65.0"), "from_wechat": False},
    ),
    "enter_agent": (c.AppEntered, {}),
    "subscribe": (c.Subscribed, {}),
    "unsubscribe": (c.Unsubscribed, {}),
    "change_contact_update_user": (
        c.ContactChanged,
        {
            **DIRECTORY,
            "change": "update_user",
            "user_id": "WangQiang",
            "new_user_id": "wangqiang2",
            "party_id": None,
            "tag_id": None,
        },
    ),
    "change_contact_delete_party": (
        c.ContactChanged,
        {
            **DIRECTORY,
            "change": "delete_party",
            "user_id": None,
            "new_user_id": None,
            "party_id": "8",
            "tag_id": None,
        },
    ),
    "inactive_alert": (
        c.AppActivityChanged,
        {
            **SYSTEM,
            "activity": c.AppActivity.INACTIVE_ALERT,
            "effective_at": datetime(2025, 7, 11, 2, 20, tzinfo=UTC),
        },
    ),
    "close_inactive_agent": (
        c.AppActivityChanged,
        {**SYSTEM, "activity": c.AppActivity.CLOSED, "effective_at": None},
    ),
    "unknown_event": (c.UnknownCallback, {**SYSTEM, "name": "event:batch_job_result"}),
    "unknown_message": (c.UnknownCallback, {"name": "file"}),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_documented_callback_is_read_whole(name: str) -> None:
    document = sample(name)
    kind, fields = EXPECTED[name]
    head: dict[str, Any] = {"corp_id": CORP, "agent_id": 1000002, "sender": "WangQiang", "created_at": AT}
    if issubclass(kind, c.Event):
        head["digest"] = hashlib.sha256(document).hexdigest()
    assert read(document) == kind(**{**head, **fields})


def test_every_sample_is_expected_and_every_kind_has_a_sample() -> None:
    assert set(EXPECTED) == {path.stem for path in (SAMPLES / "callbacks").glob("*.xml")}
    seen = {kind for kind, _ in EXPECTED.values()}
    assert len(seen) == 20
    activities = {activity.value for activity in c.AppActivity}
    assert set(MESSAGES) <= set(EXPECTED)
    assert set(EVENTS) - activities - {"location", "template_card_event", "change_contact"} <= set(EXPECTED)


def test_event_names_are_compared_without_case() -> None:
    assert isinstance(read(sample("click").replace(b"[click]", b"[CLICK]")), c.MenuClicked)


def test_a_single_option_is_still_a_list() -> None:
    callback = read(sample("template_card_event_choices"))
    assert isinstance(callback, c.CardTapped)
    assert callback.selections[0].option_ids == ("second",)


def test_an_empty_text_is_a_text() -> None:
    callback = read(sample("text").replace("明早8点到11点 2号罐 二级动火 换法兰 王强 监护赵敏".encode(), b""))
    assert isinstance(callback, c.TextMessage)
    assert callback.content == ""


def test_blanks_around_words_are_kept() -> None:
    callback = read(sample("text").replace("明早8点".encode(), " \n 明早8点".encode()))
    assert isinstance(callback, c.TextMessage)
    assert callback.content.startswith(" \n 明早8点")


def test_a_text_that_ended_its_own_section_is_not_believed() -> None:
    """Should the platform ever fail to escape a text, the second sender it forges makes the document void."""
    forged = sample("text").replace(
        b"[\xe6\x98\x8e", b"[]]></Content><FromUserName>boss</FromUserName><Content><![CDATA["
    )
    with pytest.raises(RejectedCallback) as caught:
        read(forged)
    assert caught.value.reason is Rejection.BAD_DOCUMENT
