"""The remote control a page uses."""

from __future__ import annotations

import base64
import json
from typing import Any

from sandbox.clock import ManualClock
from sandbox.dingtalk import Outcome, Twin
from tests.support.dingtalk_twin import (
    APP,
    CORP,
    GROUP,
    JPEG,
    START,
    TEMPLATE,
    Api,
    Stream,
    card,
    exported_template,
    plant_config,
)

PHONE = f"/twin/phones/{APP}/zhaomin"


async def ask(api: Api, method: str, path: str, body: object = None, *, status: int = 200) -> dict[str, Any]:
    async with api.session.request(method, api.base + path, json=body) as response:
        assert response.status == status, await response.text()
        answer: dict[str, Any] = await response.json()
        return answer


async def test_the_state_shows_people_groups_and_connections(api: Api, stream: Stream) -> None:
    await stream.connect()
    state = await ask(api, "GET", "/twin/state")
    (corp,) = state["corps"]
    assert corp["corp_id"] == CORP
    assert "赵敏" in [person["name"] for person in corp["people"]]
    assert [group["id"] for group in corp["groups"]] == [GROUP]
    assert [connection["client_id"] for connection in state["connections"]] == [APP]


async def test_people_act_over_http(api: Api, stream: Stream, twin: Twin) -> None:
    client = await stream.connect()
    await ask(api, "POST", f"{PHONE}/type_text", {"text": "动火"})
    await ask(api, "POST", f"{PHONE}/send_photo", {"content": base64.b64encode(JPEG).decode()})
    await ask(api, "POST", f"{PHONE}/type_text?group={GROUP}", {"text": "开票", "at": [APP]})
    await client.got(3)
    shown = await ask(api, "GET", PHONE)
    assert [item["kind"] for item in shown["screen"]] == ["text", "image"]
    async with api.session.get(f"{api.base}/twin/media/{shown['screen'][1]['media_id']}") as response:
        assert await response.read() == JPEG
    assert (await ask(api, "GET", f"/twin/groups/{GROUP}"))["screen"][0]["content"] == "开票"
    pushes = (await ask(api, "GET", "/twin/pushes"))["pushes"]
    assert [push["about"] for push in pushes] == ["text", "picture", "text"]


async def test_a_card_is_pressed_over_http(api: Api, stream: Stream, twin: Twin) -> None:
    await stream.connect()
    twin.templates.load(exported_template(), TEMPLATE, client_id=APP)
    await api.post("/v1.0/card/instances/createAndDeliver", card())
    head = f"/twin/phones/{APP}/zhoujianguo"
    (item,) = (await ask(api, "GET", f"{head}?group={GROUP}"))["screen"]
    body = {"message": item["id"], "key": "approve"}
    number = (await ask(api, "POST", f"{head}/press_button?group={GROUP}", body))["push"]
    assert (await twin.pushes[number - 1]).outcome is Outcome.ACCEPTED
    await ask(api, "POST", f"{PHONE}/press_button?group={GROUP}", body, status=409)


async def test_switches_and_sockets(api: Api, stream: Stream, twin: Twin) -> None:
    client = await stream.connect()
    faults = await ask(api, "PATCH", "/twin/faults", {"drop": 2, "slow": 0, "outage": "none"})
    assert faults["drop"] == 2
    await ask(api, "PATCH", "/twin/quirks", {"redelivery": "after_60_s", "ack_limit": 2.5})
    assert twin.quirks.ack_limit.total_seconds() == 2.5
    await ask(api, "PATCH", "/twin/quirks", {"nothing": 1}, status=400)
    await ask(api, "POST", "/twin/faults/script", {"api": "/x", "code": "system.busy", "status": 500})
    assert twin.faults.scripted["/x"].status == 500
    assert (await ask(api, "POST", "/twin/faults/clear"))["drop"] == 0
    (connection,) = twin.connections()
    await ask(api, "POST", f"/twin/connections/{connection.id}/reset")
    assert await client.ended() == 1006
    await ask(api, "POST", f"/twin/connections/{connection.id}/reset", status=404)


async def test_time_and_tokens(api: Api, clock: ManualClock) -> None:
    await ask(api, "POST", "/twin/clock/advance", {"seconds": 60})
    assert (clock.now() - START).total_seconds() == 60
    await ask(api, "POST", f"/twin/apps/{APP}/revoke_tokens")
    assert (await api.post("/v1.0/oauth2/jsapiTickets", {}, status=400))["code"] == "InvalidAuthentication"


async def test_a_login_code_for_a_page_in_a_real_browser(api: Api, twin: Twin) -> None:
    path = f"{PHONE}/auth_code?page=https://permits.example/"
    await ask(api, "GET", path, status=409)
    twin.change_app(APP, page_hosts=("permits.example",))
    code = (await ask(api, "GET", path))["code"]
    assert (await api.legacy("/topapi/v2/user/getuserinfo", {"code": code}))["result"]["userid"] == "zhaomin"


async def test_changes_stream_until_the_twin_stops(clock: ManualClock, api: Api) -> None:
    twin = Twin(plant_config(), clock)
    base = await twin.start()
    async with api.session.get(f"{base}/twin/changes") as response:
        assert (await response.content.readline()).startswith(b":")
        twin.phone("zhaomin", client_id=APP).type_text("?")
        await response.content.readline()
        change = json.loads((await response.content.readline()).removeprefix(b"data: "))
        assert (change["type"], change["action"], change["place"]["userid"]) == ("item", "added", "zhaomin")
        await twin.stop()
