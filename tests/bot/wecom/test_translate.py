"""Each callback becomes the arrival it means, in words that know no platform."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.wecom.dedup import dedup_key
from bot.wecom.documents import read
from bot.wecom.translate import arrival_of
from handlers import arrivals as a
from tests.support.clock import START
from tests.support.wecom import CORP, SAMPLES, sample
from workflow.ids import SiteId
from workflow.values import Datum, Position

RECEIVED = START + timedelta(seconds=2)
HERE = Position(latitude=Decimal("31.237049"), longitude=Decimal("121.500877"), datum=Datum.GCJ02)
SHOTS = ("1b5f7c23b5bf75682a53e7b6d163e185", "7e1a1b0a4e0d4e6f9e4e7fdb8c6ac2f1")

EXPECTED: dict[str, tuple[type[a.Arrival], dict[str, Any]] | None] = {
    "text": (a.Text, {"text": "明早8点到11点 2号罐 二级动火 换法兰 王强 监护赵敏"}),
    "image": (a.Photo, {"handle": "2GHmhGQN8fkgkHY4xPOzxSKoWVNOCN2GHmhGQN8f"}),
    "voice": (a.Voice, {"handle": "1voice8fkgkHY4xPOzxSKoWVNOCN2GHmhGQN8f", "format": "amr"}),
    "video": (a.Video, {"handle": "1video8fkgkHY4xPOzxSKoWVNOCN2GHmhGQN8f"}),
    "location": (a.Location, {"position": HERE, "label": "2号罐区 东门", "asked": True}),
    "location_from_wechat": (a.Location, {"position": HERE, "label": "", "asked": True}),
    "link": (a.Unsupported, {"kind": "link"}),
    "template_card_event_button": (
        a.Tap,
        {"token": "p1.approve.SFMtMQ.3..abc", "card": "permit-7@3", "update_handle": "c0deA1", "chosen": {}},
    ),
    "template_card_event_choices": (
        a.Tap,
        {
            "token": "p1.answer.ZDE.1..abc",
            "card": "draft-9@1",
            "update_handle": "c0deB2",
            "chosen": {"grade": ("second",), "tools": ("welder", "grinder")},
        },
    ),
    "template_card_menu_event": (
        a.Tap,
        {"token": "p1.why.SFMtMQ.3..abc", "card": "permit-7@3", "update_handle": "c0deC3", "chosen": {}},
    ),
    "click": (a.MenuPressed, {"key": "tasks"}),
    "view": None,
    "scancode_waitmsg": (a.Scan, {"menu_key": "scan", "code": "PB1:area:tank-2"}),
    "scancode_push": (a.Scan, {"menu_key": "scan", "code": "PB1:area:tank-2"}),
    "pic_sysphoto": (a.CameraShots, {"menu_key": "shoot", "md5": SHOTS}),
    "pic_photo_or_album": None,
    "pic_weixin": None,
    "location_select": (a.Location, {"position": HERE, "label": "上海市 2号罐区 东门", "asked": True}),
    "location_event": (
        a.Location,
        {
            "position": Position(
                latitude=HERE.latitude, longitude=HERE.longitude, datum=Datum.GCJ02, accuracy_m=Decimal("65.0")
            ),
            "label": "",
            "asked": False,
        },
    ),
    "enter_agent": (a.Entered, {}),
    "subscribe": (a.MembershipChanged, {"joined": True}),
    "unsubscribe": (a.MembershipChanged, {"joined": False}),
    "change_contact_update_user": None,
    "change_contact_delete_party": None,
    "inactive_alert": (a.PlatformNotice, {"kind": "inactive_alert", "detail": "2025-07-11T02:20:00+00:00"}),
    "close_inactive_agent": (a.PlatformNotice, {"kind": "close_inactive_agent", "detail": ""}),
    "unknown_event": None,
    "unknown_message": (a.Unsupported, {"kind": "file"}),
}
SYSTEM = {"inactive_alert", "close_inactive_agent"}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_callback_becomes_its_arrival(name: str) -> None:
    callback = read(sample(name))
    found = arrival_of(callback, site=SiteId("main"), received_at=RECEIVED, datum=Datum.GCJ02)
    expected = EXPECTED[name]
    if expected is None:
        assert found is None
        return
    kind, fields = expected
    user = "sys" if name in SYSTEM else "wangqiang"
    assert found == kind(
        site=SiteId("main"),
        sender=a.Sender(platform="wecom", corp=CORP, user=user),
        dedup_key=dedup_key(callback),
        received_at=RECEIVED,
        sent_at=datetime(2025, 6, 11, 2, 20, tzinfo=UTC),
        **fields,
    )


def test_every_sample_has_its_arrival() -> None:
    assert set(EXPECTED) == {path.stem for path in (SAMPLES / "callbacks").glob("*.xml")}


def test_the_datum_is_the_one_the_site_says() -> None:
    found = arrival_of(read(sample("location")), site=SiteId("main"), received_at=RECEIVED, datum=Datum.WGS84)
    assert isinstance(found, a.Location)
    assert found.position.datum is Datum.WGS84


def test_a_tap_without_a_code_has_no_right_to_change_the_card() -> None:
    tapped = read(sample("template_card_event_button").replace(b"c0deA1", b""))
    found = arrival_of(tapped, site=SiteId("main"), received_at=RECEIVED, datum=Datum.GCJ02)
    assert isinstance(found, a.Tap)
    assert found.update_handle is None
