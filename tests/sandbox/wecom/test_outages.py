"""The API as a whole misbehaving, and answers that never arrive."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from sandbox.switches import apply, to_json
from sandbox.wecom import ALWAYS, Faults, Outage, Quirks, Twin
from tests.support.wecom_twin import AGENT, CORP, Api


async def test_a_lost_answer_hides_a_message_that_was_delivered(api: Api, twin: Twin) -> None:
    twin.faults.lose_answer("message/send")
    with pytest.raises(aiohttp.ClientError):
        await api.send("ZhaoMin", text="once", enable_duplicate_check=1)
    answer = await api.send("ZhaoMin", text="once", enable_duplicate_check=1)
    assert answer["errcode"] == 0
    assert len(twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP).screen) == 1


async def test_the_whole_api_can_be_down_in_three_ways(api: Api, twin: Twin) -> None:
    twin.faults.outage = Outage.DISCONNECT
    with pytest.raises(aiohttp.ClientError):
        await api.send("ZhaoMin", text="x")
    twin.faults.outage = Outage.BAD_GATEWAY
    async with api.session.get(f"{api.base_url}/cgi-bin/gettoken") as response:
        assert response.status == 502
        assert response.content_type == "text/html"
    twin.faults.outage = Outage.BUSY
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == -1
    assert twin.sent == []
    twin.faults.clear()
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == 0


async def test_a_slow_answer_comes_after_the_effect(api: Api, twin: Twin) -> None:
    twin.faults.slow = timedelta(minutes=1)
    sending = asyncio.ensure_future(api.send("ZhaoMin", text="x"))
    await twin.until(lambda: len(twin.sent) == 1)
    assert not sending.done()
    sending.cancel()


async def test_a_refusal_can_be_lost_as_well(api: Api, twin: Twin) -> None:
    twin.faults.lose_answer("message/send")
    with pytest.raises(aiohttp.ClientError):
        await api.send("nobody", text="x")


async def test_every_call_is_logged_with_its_code(api: Api, twin: Twin) -> None:
    await api.send("ZhaoMin", text="x")
    await api.send("nobody", text="x")
    assert [(each.api, each.code) for each in twin.requests] == [
        ("gettoken", 0),
        ("message/send", 0),
        ("message/send", 81013),
    ]
    assert twin.requests[1].body["touser"] == "ZhaoMin"


def test_switches_count_down_and_clear() -> None:
    switches = Faults(drop=2, replay=ALWAYS)
    assert [switches.take("drop") for _ in range(3)] == [True, True, False]
    assert [switches.take("replay") for _ in range(3)] == [True] * 3
    switches.clear()
    assert switches == Faults()


def test_switches_travel_as_json() -> None:
    switches, quirks = Faults(), Quirks()
    apply(switches, {"drop": 3, "delay_by": 2.5, "outage": "busy", "same_second": True})
    apply(quirks, {"userid_key": "UserId", "media_expired_code": 40145, "photo_order": "image_first"})
    assert to_json(switches)["delay_by"] == 2.5
    assert (switches.drop, switches.outage, quirks.media_expired_code) == (3, Outage.BUSY, 40145)
    wrongs: list[dict[str, object]] = [
        {"nothing": 1},
        {"drop": "3"},
        {"same_second": 1},
        {"outage": "rain"},
        {"scripted": {}},
    ]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"switch|cannot|valid"):
            apply(switches, wrong)
