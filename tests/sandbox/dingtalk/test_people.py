"""What people say, and what the robot hears of it; check-ins and live checks."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import Edition, NotOffered, Outcome, Phone, TimeKind, Twin
from sandbox.dingtalk.frames import millis
from tests.support.dingtalk_twin import AMR, APP, GROUP, JPEG, START, Api, Client, Stream, plant_config, silence


@pytest.fixture
def phone(twin: Twin) -> Phone:
    return twin.phone("zhaomin", client_id=APP)


def last(client: Client) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(client.frames[-1]["data"])
    return data


async def test_voice_video_file_and_place(twin: Twin, stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    await phone.send_voice(AMR, recognition="明早八点动火")
    heard = last(client)
    assert (heard["msgtype"], heard["content"]["recognition"]) == ("audio", "明早八点动火")
    assert heard["content"]["duration"] == 3000
    await phone.send_video(b"mp4")
    assert last(client)["content"]["duration"] == 5000
    twin.quirks.video_seconds_as_text = True
    await phone.send_video(b"mp4")
    assert last(client)["content"]["duration"] == "5"
    await phone.send_file(b"pdf", "方案.pdf")
    assert last(client)["content"]["fileName"] == "方案.pdf"
    await phone.send_location("30.25", "120.16", label="2号罐")
    assert last(client)["msgtype"] == "unknownMsgType"
    assert "text" not in last(client)
    assert [item["kind"] for item in phone.screen] == ["voice", "video", "video", "file", "location"]


async def test_rich_text_carries_pictures_into_a_group(stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    group = phone.in_group(GROUP)
    push = group.send_rich_text(["隐患", JPEG], at=[APP])
    assert push is not None
    await push
    text, picture = last(client)["content"]["richText"]
    assert text == {"text": "隐患"}
    assert (picture["type"], set(picture)) == ("picture", {"type", "downloadCode", "pictureDownloadCode"})
    with pytest.raises(NotOffered):
        group.send_voice(AMR)
    with pytest.raises(NotOffered):
        group.send_location("1", "2")
    with pytest.raises(NotOffered):
        group.send_photo(JPEG)


async def test_a_quoted_reply(stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    await phone.send_photo(JPEG)
    push = phone.type_text("这张", quoting=phone.screen[0])
    assert push is not None
    await push
    assert last(client)["text"]["repliedMsg"]["msgId"] == phone.screen[0]["id"]


async def test_an_outsider_and_an_unpublished_app_have_no_staff_id(twin: Twin, stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    await (twin.phone("visitor", client_id=APP).type_text("?") or pytest.fail("unheard"))
    assert "senderStaffId" not in last(client)
    assert last(client)["senderId"].startswith("$:LWCP_v1:$")
    twin.change_app(APP, published=False)
    await (phone.type_text("?") or pytest.fail("unheard"))
    assert not {"senderStaffId", "isAdmin"} & set(last(client))


async def test_limits_can_run_in_real_time(twin: Twin, stream: Stream, phone: Phone) -> None:
    twin.quirks.limits_in = TimeKind.REAL
    twin.quirks.ack_limit = timedelta(milliseconds=1)
    twin.quirks.redeliveries = 0
    await stream.connect(silence)
    push = phone.type_text("?")
    assert push is not None
    assert (await push).outcome is Outcome.LOST


async def test_a_message_can_wait_for_a_connection(
    twin: Twin, stream: Stream, phone: Phone, clock: ManualClock
) -> None:
    twin.quirks.unheard_messages_wait = True
    push = phone.type_text("?")
    assert push is not None
    await twin.settled()
    await stream.connect()
    clock.advance(timedelta(seconds=16))
    assert (await push).outcome is Outcome.ACCEPTED


async def test_a_check_in_is_recorded_and_told(api: Api, stream: Stream, phone: Phone) -> None:
    client = await stream.connect()
    await phone.check_in("2号罐区", latitude="30.25", longitude="120.16")
    assert client.frames[0]["headers"]["eventType"] == "check_in"
    now = millis(START)
    asked = {"userid_list": "zhaomin", "start_time": now - 1000, "end_time": now, "cursor": 0, "size": 100}
    rows = (await api.legacy("/topapi/checkin/record/get", asked))["result"]["page_list"]
    assert [(row["place"], row["latitude"]) for row in rows] == [("2号罐区", "30.25")]
    two_days = asked | {"userid_list": "zhaomin,wangqiang", "start_time": now - 2 * 86_400_000}
    assert (await api.legacy("/topapi/checkin/record/get", two_days))["errcode"] == 400002


async def test_live_checks_exist_on_the_exclusive_edition_only(api: Api, phone: Phone, clock: ManualClock) -> None:
    query = "/v1.0/exclusive/faces/recognizeRecords/query"
    now = millis(START)
    asked = {"agentId": 77, "userIds": ["zhaomin"], "fromTime": now - 1, "toTime": now + 1, "maxResults": 50}
    with pytest.raises(NotOffered):
        phone.live_check()
    await api.post(query, asked, status=403)
    twin = Twin(plant_config(edition=Edition.EXCLUSIVE), clock)
    await twin.start()
    try:
        rich = Api(api.session, twin.base_url)
        await rich.login()
        twin.phone("zhaomin", client_id=APP).live_check(passed=False)
        (row,) = (await rich.post(query, asked))["data"]
        assert (row["userId"], row["invokeTime"], row["faceCompareResult"]) == ("zhaomin", now, 2)
    finally:
        await twin.stop()
