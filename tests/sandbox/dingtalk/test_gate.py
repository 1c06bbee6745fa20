"""Tokens, permission points, rates, quotas, and the API misbehaving."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import Edition, Limits, Outage, Permission, Twin
from tests.support.dingtalk_twin import APP, CORP, SECRET, START, Api, plant_config

SEND = "/v1.0/robot/oToMessages/batchSend"
TOKEN = "/v1.0/oauth2/accessToken"
MESSAGE = {
    "robotCode": APP,
    "userIds": ["zhaomin"],
    "msgKey": "sampleText",
    "msgParam": json.dumps({"content": "x"}),
}


async def test_a_token_stays_the_same_and_is_extended(api: Api, clock: ManualClock) -> None:
    first = api.token
    clock.advance(timedelta(seconds=7199))
    answer = await api.post(TOKEN, {"appKey": APP, "appSecret": SECRET})
    assert answer == {"accessToken": first, "expireIn": 7200}
    clock.advance(timedelta(seconds=7199))
    await api.post(SEND, MESSAGE)
    clock.advance(timedelta(seconds=1))
    refused = await api.post(SEND, MESSAGE, status=400)
    assert refused["code"] == "InvalidAuthentication"
    assert (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["errcode"] == 40014
    await api.login()
    assert api.token != first
    await api.post(SEND, MESSAGE)


async def test_the_other_forms_of_the_token(api: Api) -> None:
    assert (await api.post(TOKEN, {"appKey": APP, "appSecret": "x"}, status=400))["code"] == "invalidClientIdOrSecret"
    body = {"client_id": APP, "client_secret": SECRET, "grant_type": "client_credentials"}
    answer = await api.post(f"/v1.0/oauth2/{CORP}/token", body)
    assert answer == {"access_token": api.token, "expires_in": 7200}
    await api.post("/v1.0/oauth2/ding2/token", body, status=401)
    await api.post(f"/v1.0/oauth2/{CORP}/token", body | {"grant_type": "x"}, status=400)
    async with api.session.get(f"{api.base}/gettoken", params={"appkey": APP, "appsecret": SECRET}) as response:
        assert (await response.json())["access_token"] == api.token


async def test_a_revoked_token_and_one_that_never_works(api: Api, twin: Twin) -> None:
    twin.revoke_tokens(APP)
    assert (await api.post(SEND, MESSAGE, status=400))["code"] == "InvalidAuthentication"
    await api.login()
    twin.faults.token_always_invalid = True
    await api.post(SEND, MESSAGE, status=400)


async def test_a_missing_permission_point_is_named(api: Api, twin: Twin) -> None:
    twin.change_app(APP, permissions=frozenset(Permission) - {Permission.ROBOT_SEND, Permission.CONTACT_READ})
    refused = await api.post(SEND, MESSAGE, status=403)
    assert refused["code"] == "Forbidden.AccessDenied.AccessTokenPermissionDenied"
    assert refused["accessdenieddetail"] == {"requiredScopes": ["qyapi_robot_sendmsg"]}
    assert (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["errcode"] == 60011


async def test_twenty_calls_a_second_per_api(api: Api, clock: ManualClock, twin: Twin) -> None:
    for _ in range(20):
        await api.post(SEND, MESSAGE)
    refused = await api.post(SEND, MESSAGE, status=403)
    assert refused["code"] == "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
    assert twin.world.meter.calls(CORP) == 20
    assert (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["errcode"] == 0
    clock.advance(timedelta(seconds=1))
    await api.post(SEND, MESSAGE)


async def test_the_month_runs_out_for_what_is_not_free(api: Api, twin: Twin, clock: ManualClock) -> None:
    twin.world.meter.use(CORP, "calls", twin.limits.standard_calls_month - 1)
    await api.post(SEND, MESSAGE)
    refused = await api.post(SEND, MESSAGE, status=403)
    assert refused["code"] == "Forbidden.AccessDenied.ApiCountLimitForOrg"
    notice = await api.legacy("/topapi/message/corpconversation/getsendresult", {"agent_id": 77, "task_id": 1})
    assert notice["errcode"] == 90020
    assert (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["errcode"] == 0
    clock.advance(timedelta(days=30))
    await api.login()
    await api.post(SEND, MESSAGE)


def test_the_documented_figures() -> None:
    limits = Limits()
    assert (limits.standard_calls_month, limits.standard_pushes_month) == (5000, 3000)
    assert (limits.calls_per_second, limits.users_per_send, limits.param_bytes) == (20, 20, 15_000)


async def test_a_paying_organisation_has_more(clock: ManualClock) -> None:
    twin = Twin(plant_config(edition=Edition.PRO), clock)
    twin.world.meter.use(CORP, "calls", 5000)
    assert twin.world.meter.calls_left(CORP, Edition.PRO)
    assert twin.clock.now() == START


async def test_scripted_failures_and_lost_answers(api: Api, twin: Twin) -> None:
    twin.faults.fail(SEND, "system.busy", status=500)
    await api.post(SEND, MESSAGE, status=500)
    assert twin.phone("zhaomin", client_id=APP).screen == []
    twin.faults.overtime(SEND)
    await api.post(SEND, MESSAGE, status=504)
    assert len(twin.phone("zhaomin", client_id=APP).screen) == 1
    twin.faults.lose_answer(SEND)
    with pytest.raises(aiohttp.ClientError):
        await api.post(SEND, MESSAGE)
    assert len(twin.phone("zhaomin", client_id=APP).screen) == 2
    twin.faults.fail("/topapi/v2/user/get", 60020)
    assert (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["errcode"] == 60020


async def test_an_answer_slower_than_the_server_allows_is_504(api: Api, twin: Twin) -> None:
    twin.quirks.server_time = timedelta(milliseconds=1)
    twin.faults.slow = timedelta(seconds=5)
    await api.post(SEND, MESSAGE, status=504)
    assert (await api.legacy("/topapi/v2/user/get", {"userid": "zhaomin"}))["errcode"] == 15
    assert len(twin.phone("zhaomin", client_id=APP).screen) == 1


@pytest.mark.parametrize("outage", [Outage.BAD_GATEWAY, Outage.BUSY, Outage.BANNED, Outage.DISCONNECT])
async def test_outages(api: Api, twin: Twin, outage: Outage) -> None:
    twin.faults.outage = outage
    if outage is Outage.DISCONNECT:
        with pytest.raises(aiohttp.ClientError):
            await api.post(SEND, MESSAGE)
        return
    headers = {"x-acs-dingtalk-access-token": api.token}
    async with api.session.post(api.base + SEND, json=MESSAGE, headers=headers) as response:
        text = await response.text()
    expected: dict[Outage, tuple[int, str]] = {
        Outage.BAD_GATEWAY: (502, "<html>"),
        Outage.BUSY: (500, "system.busy"),
        Outage.BANNED: (200, '"status":1111'),
    }
    assert response.status == expected[outage][0]
    assert expected[outage][1] in text


async def test_every_call_is_logged_with_its_answer(api: Api, twin: Twin) -> None:
    await api.post(SEND, MESSAGE)
    await api.post(SEND, MESSAGE | {"msgKey": "x"}, status=400)
    log: list[Any] = [(each.status, each.code) for each in twin.requests if each.api == SEND]
    assert log == [(200, ""), (400, "invalidParameter.msgKey.invalid")]
