"""The remote control a demo page uses."""

from __future__ import annotations

import base64
import json
from typing import Any

from aiohttp import web

from sandbox.clock import ManualClock
from sandbox.wecom import Twin
from tests.support.wecom_twin import AGENT, CORP, JPEG, ROBOT, START, Api, Receiver, button_card, plant_config

PHONE = f"/twin/phones/{CORP}/{AGENT}/ZhaoMin"


async def call(api: Api, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with api.session.request(method, api.base_url + path, json=body) as response:
        return response.status, await response.json()


async def test_a_page_can_look_around(api: Api, twin: Twin) -> None:
    _, state = await call(api, "GET", "/twin/state")
    plant = state["corps"][0]
    assert plant["apps"][0]["name"] == "作业票"
    assert {"userid": "ZhaoMin", "name": "赵敏", "position": "", "status": 1} in plant["people"]
    assert plant["groups"][0] == {"id": ROBOT, "name": "安全群", "members": [], "robot": True}
    assert state["now"] == START.isoformat()
    await api.send("ZhaoMin", text="早")
    _, phone = await call(api, "GET", PHONE)
    assert phone["screen"][0]["content"] == "早"


async def test_a_page_can_act_for_people(api: Api, twin: Twin, receiver: Receiver) -> None:
    photo = base64.b64encode(JPEG).decode()
    assert await call(api, "POST", f"{PHONE}/type_text", {"text": "hi"}) == (200, {"deliveries": [1]})
    await call(api, "POST", f"{PHONE}/send_photo", {"content": photo})
    await call(api, "POST", f"{PHONE}/send_location", {"latitude": "30.2", "longitude": "120.1"})
    await call(api, "POST", f"{PHONE}/enter_app", {"latitude": "30.2", "longitude": "120.1"})
    sent = await api.send("ZhaoMin", card=button_card())
    await call(api, "POST", f"{PHONE}/press_button", {"message": sent["msgid"], "key": "yes"})
    await twin.settled()
    assert receiver.events == ["text", "image", "location", "enter_agent", "LOCATION", "template_card_event"]
    media_id = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP).screen[1]["media_id"]
    async with api.session.get(f"{api.base_url}/twin/media/{media_id}") as response:
        assert await response.read() == JPEG
    _, log = await call(api, "GET", "/twin/deliveries")
    assert [each["outcome"] for each in log["deliveries"]] == ["accepted"] * 6
    assert (await call(api, "POST", "/twin/deliveries/1/repeat"))[1] == {"status": 200}


async def test_what_cannot_be_done_has_a_status(api: Api) -> None:
    assert (await call(api, "POST", f"{PHONE}/press_button", {"message": "x", "key": "yes"}))[0] == 409
    assert (await call(api, "POST", f"{PHONE}/dance", {}))[0] == 404
    assert (await call(api, "GET", f"/twin/phones/{CORP}/{AGENT}/nobody"))[0] == 404
    assert (await call(api, "POST", f"{PHONE}/type_text", {}))[0] == 400
    assert (await call(api, "PATCH", "/twin/faults", {"nothing": 1}))[0] == 400


async def test_switches_scripts_clock_and_members(api: Api, twin: Twin, clock: ManualClock) -> None:
    await call(api, "PATCH", "/twin/faults", {"drop": 1, "outage": "busy"})
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == -1
    await call(api, "POST", "/twin/faults/clear")
    await call(api, "POST", "/twin/faults/script", {"api": "message/send", "code": 45033})
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == 45033
    await call(api, "PATCH", "/twin/quirks", {"omit_errcode_every": 1})
    assert "errcode" not in await api.send("ZhaoMin", text="x")
    assert twin.faults.drop == 0
    assert (await call(api, "POST", "/twin/clock/advance", {"seconds": 60}))[0] == 200
    assert (clock.now() - START).total_seconds() == 60
    await call(api, "POST", f"/twin/members/{CORP}/ZhaoMin/status", {"status": 2})
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == 81013
    await call(api, "POST", f"/twin/apps/{CORP}/{AGENT}/revoke_tokens")
    assert (await api.send("WangQiang", text="x"))["errcode"] == 40014


async def test_groups_and_links(api: Api, twin: Twin) -> None:
    await call(api, "POST", f"/twin/groups/{CORP}/{ROBOT}/say", {"userid": "ZhaoMin", "text": "收到"})
    _, group = await call(api, "GET", f"/twin/groups/{CORP}/{ROBOT}")
    assert group["screen"][0]["from"] == "ZhaoMin"
    params = {"corpid": CORP, "userid": "ZhaoMin", "url": "https://a.example/p"}
    async with api.session.get(f"{api.base_url}/twin/open", params=params, allow_redirects=False) as response:
        assert response.headers["Location"] == "https://a.example/p"
        assert response.cookies["twin_user"].value == f"{CORP}/ZhaoMin"


async def test_changes_are_pushed_as_server_sent_events(api: Api, twin: Twin) -> None:
    async with api.session.get(f"{api.base_url}/twin/changes") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": connected\n"
        await response.content.readline()
        await api.send("ZhaoMin", text="早")
        line = (await response.content.readline()).decode()
        assert json.loads(line.removeprefix("data: "))["item"]["content"] == "早"


async def test_the_twin_can_be_mounted_inside_another_application(clock: ManualClock) -> None:
    import aiohttp

    twin = Twin(plant_config(), clock)
    outer = web.Application()
    outer.add_subapp("/wecom", twin.app())
    runner = web.AppRunner(outer, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    twin.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/wecom/"
    async with aiohttp.ClientSession() as session:
        api = Api(session, twin.base_url)
        assert (await api.login())["access_token"]
        assert (await call(api, "GET", "/twin/state"))[0] == 200
    await runner.cleanup()
