"""One call: whatever comes back instead of success gets its name, its wait, and no secret in its words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.dingtalk import errors
from bot.dingtalk.api import Api, Limits
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.errors import FAMILY, DingTalkTrouble
from bot.dingtalk.outgoing import Text
from tests.bot.dingtalk.conftest import APP, SECRET, Meter, Waiting
from tests.support.clock import FakeClock
from tests.support.dingtalk_server import TOKEN, ScriptedDingTalk, refusal

SEND = "/v1.0/robot/oToMessages/batchSend"
USER = "/topapi/v2/user/get"
ACCESS = "Forbidden.AccessDenied."
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


async def send(client: DingTalkClient) -> None:
    await client.send(("zhaomin",), Text(content="立即停工"))


# --- families -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "family"),
    [
        (f"{ACCESS}QpsLimitForAppkeyAndApi", 403, errors.Throttled),
        (f"{ACCESS}QpmLimitForAppkeyAndApi", 403, errors.Throttled),
        ("send.too.fast", 400, errors.Throttled),
        (f"{ACCESS}ApiCountLimitForOrg", 403, errors.QuotaGone),
        (f"{ACCESS}AccessTokenPermissionDenied", 403, errors.ScopeMissing),
        (f"{ACCESS}IpNotInWhiteList", 403, errors.Misconfigured),
        (f"{ACCESS}SomethingNew", 403, errors.Misconfigured),
        ("invalidParameter.robotCode.auth", 400, errors.Misconfigured),
        ("param.templateNotExist", 400, errors.Misconfigured),
        ("invalidParameter.msgParam.tooLong", 400, errors.CardRejected),
        ("param.userIdNotExist", 400, errors.Unreachable),
        ("group.disbanded", 400, errors.Unreachable),
        ("param.contentUnsafe", 400, errors.ContentRefused),
        ("contain.notAllowed.words", 400, errors.ContentRefused),
        ("param.cardAlreadyExist", 400, errors.AlreadyThere),
        ("processQueryKey.expireTime", 400, errors.Gone),
        ("ding.serverquota.insufficient", 400, errors.NotInEdition),
        ("system.busy", 500, errors.PlatformBusy),
        ("nobody.knows", 500, errors.PlatformBusy),
        ("nobody.knows", 400, errors.Refused),
    ],
)
async def test_the_new_host_s_codes_have_families(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, code: str, status: int, family: type[DingTalkTrouble]
) -> None:
    dingtalk.then(SEND, refusal(code, status))
    with pytest.raises(DingTalkTrouble) as caught:
        await send(client)
    assert type(caught.value) is family
    assert caught.value.code == code
    assert "words that vary" not in str(caught.value)
    assert len(dingtalk.calls(SEND)) == 1  # nothing was tried again behind the relay's back


@pytest.mark.parametrize(
    ("code", "more", "family"),
    [
        (33012, {}, errors.Unreachable),
        (60121, {}, errors.Unreachable),
        (50002, {}, errors.Unreachable),
        (60011, {}, errors.ScopeMissing),
        (60020, {}, errors.Misconfigured),
        (90018, {}, errors.Throttled),
        (90020, {}, errors.QuotaGone),
        (40078, {}, errors.CodeInvalid),
        (15, {}, errors.NetworkTrouble),
        (88, {"sub_code": ""}, errors.NetworkTrouble),
        (88, {"sub_code": "60011x"}, errors.ScopeMissing),
        (88, {"sub_code": "90020"}, errors.QuotaGone),
        (424242, {}, errors.Refused),
    ],
)
async def test_the_old_host_says_no_under_http_200(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, code: int, more: dict[str, Any], family: type[DingTalkTrouble]
) -> None:
    dingtalk.then(USER, {"errcode": code, "errmsg": "words that vary", **more})
    with pytest.raises(DingTalkTrouble) as caught:
        await client.member("zhaomin")
    assert type(caught.value) is family


def test_each_code_stands_in_one_family_only() -> None:
    codes = [code for _, text in errors._FAMILIES for code in text.split()]
    assert len(codes) == len(set(codes)) == len(FAMILY)
    assert not set(FAMILY) & (set(errors._WAITS) | errors.PERMISSION)


@pytest.mark.parametrize(
    ("code", "wait"),
    [
        (f"{ACCESS}QpsLimitForAppkeyAndApi", SECOND),
        (f"{ACCESS}QpsLimitForApi", SECOND),
        (f"{ACCESS}QpmLimitForAppkeyAndApi", MINUTE),
        ("toomuch.msg", MINUTE),
    ],
)
async def test_too_fast_says_when_to_come_back(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, code: str, wait: timedelta
) -> None:
    dingtalk.then(SEND, refusal(code, 403))
    with pytest.raises(errors.Throttled) as caught:
        await send(client)
    assert caught.value.retry_after == wait


async def test_the_missing_permission_point_is_named(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    detail = {"requiredScopes": ["qyapi_robot_sendmsg", "<script>"]}
    dingtalk.then(SEND, refusal(f"{ACCESS}AccessTokenPermissionDenied", 403, accessdenieddetail=detail))
    with pytest.raises(errors.ScopeMissing) as caught:
        await send(client)
    assert caught.value.scopes == ("qyapi_robot_sendmsg",)
    assert "qyapi_robot_sendmsg" in str(caught.value)


# --- answers nobody promised ----------------------------------------------------------------------------------------


async def hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


PAGE = "<html><body>访问被拒绝</body></html>"


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (hang_up, timedelta(0)),
        (lambda: web.Response(status=504, text='{"code":"x"}'), timedelta(0)),
        (lambda: web.Response(status=502, text=PAGE), timedelta(0)),
        (lambda: web.Response(status=403, text=PAGE), MINUTE),
        (lambda: web.Response(status=200, text=PAGE), MINUTE),
        (lambda: web.json_response([1]), timedelta(0)),
        (lambda: web.json_response({"message": "no code"}, status=400), timedelta(0)),
        (lambda: web.Response(status=302, headers={"Location": "/elsewhere"}), timedelta(0)),
    ],
    ids=["reset", "504", "502 page", "403 page", "200 page", "list", "no code", "redirect"],
)
async def test_no_usable_answer_is_an_unknown_outcome_asked_once(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, answer: Callable[..., Any], wait: timedelta
) -> None:
    dingtalk.then(SEND, answer if answer is hang_up else answer())
    with pytest.raises(errors.NetworkTrouble) as caught:
        await send(client)
    assert (caught.value.sure, caught.value.wait) == (False, wait)
    assert caught.value.__cause__ is None
    assert len(dingtalk.calls(SEND)) == 1
    assert dingtalk.calls("/elsewhere") == []


async def test_a_ban_of_the_address_lasts_five_minutes(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(SEND, {"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "u"})
    with pytest.raises(errors.Throttled) as caught:
        await send(client)
    assert caught.value.retry_after == timedelta(minutes=5)


async def test_no_connection_at_all_is_known_to_have_done_nothing(
    session: aiohttp.ClientSession, dingtalk: ScriptedDingTalk, clock: FakeClock, meter: Meter, dead_port: int
) -> None:
    nobody = f"http://127.0.0.1:{dead_port}"
    api = Api(
        session, clock, app_key=APP, app_secret=SecretStr(SECRET), base_url=dingtalk.base_url, old_base_url=nobody,
        meter=meter,
    )  # fmt: skip
    client = DingTalkClient(session, clock, api, corp_id="c", robot_code="r")
    with pytest.raises(errors.NetworkTrouble) as caught:
        await client.member("zhaomin")
    assert caught.value.sure
    assert "token-1" not in str(caught.value)


async def test_silence_ends_after_the_time_allowed(
    session: aiohttp.ClientSession, dingtalk: ScriptedDingTalk, clock: FakeClock
) -> None:
    released = asyncio.Event()

    async def silent(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.json_response({})

    dingtalk.then(SEND, silent)
    api = Api(
        session, clock, app_key=APP, app_secret=SecretStr(SECRET), base_url=dingtalk.base_url,
        limits=Limits(timeout=aiohttp.ClientTimeout(total=0.05)),
    )  # fmt: skip
    client = DingTalkClient(session, clock, api, corp_id="c", robot_code="r")
    with pytest.raises(errors.NetworkTrouble):
        await send(client)
    released.set()


# --- tokens ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dead",
    [
        lambda: refusal("InvalidAuthentication", 400),
        lambda: refusal("InvalidAuthentication", 401),
        lambda: web.json_response({}, status=401),
        lambda: refusal("whatever", 401),
    ],
)
async def test_a_token_that_died_on_the_way_is_replaced_once(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, dead: Callable[[], web.Response]
) -> None:
    dingtalk.then(SEND, dead())
    await send(client)
    assert [one.token for one in dingtalk.calls(SEND)] == ["token-1", "token-2"]


@pytest.mark.parametrize("code", [40014, 40001, 42001])
async def test_the_same_on_the_old_host(client: DingTalkClient, dingtalk: ScriptedDingTalk, code: int) -> None:
    dingtalk.then(USER, {"errcode": code, "errmsg": "x"}, {"errcode": 0, "result": {"userid": "zhaomin"}})
    await client.member("zhaomin")
    assert [one.token for one in dingtalk.calls(USER)] == ["token-1", "token-2"]


async def test_a_platform_that_refuses_every_token_is_asked_twice(
    client: DingTalkClient, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(SEND, *(refusal("InvalidAuthentication") for _ in range(5)))
    with pytest.raises(errors.TokenDead):
        await send(client)
    assert (len(dingtalk.calls(SEND)), len(dingtalk.calls(TOKEN))) == (2, 2)


async def test_many_callers_with_one_dead_token_fetch_one_new_one(
    client: DingTalkClient, dingtalk: ScriptedDingTalk
) -> None:
    await send(client)

    async def judged(request: web.Request) -> web.StreamResponse:
        dead = request.headers["x-acs-dingtalk-access-token"] == "token-1"
        return refusal("InvalidAuthentication") if dead else web.json_response({})

    dingtalk.always[SEND] = judged
    await asyncio.gather(*(send(client) for _ in range(5)))
    assert len(dingtalk.calls(TOKEN)) == 2


async def test_a_token_is_renewed_before_it_lapses(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, clock: FakeClock
) -> None:
    await send(client)
    clock.advance(timedelta(seconds=7200 - 301))
    await send(client)
    assert len(dingtalk.calls(TOKEN)) == 1
    clock.advance(timedelta(seconds=2))
    await send(client)
    assert len(dingtalk.calls(TOKEN)) == 2


async def test_a_wrong_secret_is_asked_once_a_minute(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, clock: FakeClock
) -> None:
    dingtalk.always[TOKEN] = {}
    dingtalk.then(TOKEN, refusal("invalidClientIdOrSecret"), refusal("invalidClientIdOrSecret"))
    for _ in range(3):
        with pytest.raises(errors.Misconfigured) as caught:
            await send(client)
        assert SECRET not in str(caught.value)
    assert len(dingtalk.calls(TOKEN)) == 1
    clock.advance(MINUTE)
    with pytest.raises(errors.Misconfigured):
        await send(client)
    assert len(dingtalk.calls(TOKEN)) == 2


async def test_neither_token_nor_secret_stands_in_an_error(client: DingTalkClient, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(USER, {"errcode": 33012, "errmsg": "access_token=token-1"}, hang_up)
    for _ in range(2):
        with pytest.raises(DingTalkTrouble) as caught:
            await client.member("zhaomin")
        shown = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
        assert "token-1" not in shown
    dingtalk.then(SEND, refusal("token-1 secret/../ " * 9))
    with pytest.raises(errors.Refused, match=r"code \?"):
        await send(client)


# --- pace and count -------------------------------------------------------------------------------------------------


async def test_an_api_is_asked_half_as_often_as_it_bears(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, waiting: Waiting
) -> None:
    began = waiting.now
    for _ in range(25):
        await send(client)
    assert waiting.now - began == pytest.approx(2.0)  # 10, 10 and 5 of the 20 a second
    await client.send(("zhaomin",), Text(content="停工"), urgent=True)
    assert waiting.now - began == pytest.approx(2.0)  # the other half is there for a stop


async def test_one_api_does_not_slow_another(client: DingTalkClient, waiting: Waiting) -> None:
    for _ in range(10):
        await send(client)
    await client.recall(("k",))
    assert waiting.waits == []


async def test_urgent_calls_do_not_queue_behind_ordinary_ones(
    session: aiohttp.ClientSession, dingtalk: ScriptedDingTalk, clock: FakeClock
) -> None:
    held, released = asyncio.Event(), asyncio.Event()

    async def slow(_: web.Request) -> web.StreamResponse:
        held.set()
        await released.wait()
        return web.json_response({})

    dingtalk.then(SEND, slow)
    api = Api(
        session, clock, app_key=APP, app_secret=SecretStr(SECRET), base_url=dingtalk.base_url,
        limits=Limits(open_calls=1, open_urgent_calls=1),
    )  # fmt: skip
    client = DingTalkClient(session, clock, api, corp_id="c", robot_code="r")
    ordinary = [asyncio.create_task(send(client)) for _ in range(3)]
    await held.wait()
    await client.send(("a",), Text(content="停工"), urgent=True)
    assert "停工".encode() in dingtalk.calls(SEND)[-1].body
    released.set()
    await asyncio.gather(*ordinary)


async def test_what_counts_is_counted_before_it_is_sent(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, meter: Meter
) -> None:
    seen: list[int] = []

    async def look(_: web.Request) -> web.StreamResponse:
        seen.append(meter.calls)
        return web.json_response({})

    dingtalk.then(SEND, look)
    await send(client)
    assert seen == [1]


async def test_look_ups_and_tickets_are_free(client: DingTalkClient, dingtalk: ScriptedDingTalk, meter: Meter) -> None:
    dingtalk.always[USER] = {"errcode": 0, "result": {"userid": "zhaomin"}}
    dingtalk.always["/v1.0/oauth2/jsapiTickets"] = {"jsapiTicket": "T", "expireIn": 7200}
    await client.member("zhaomin")
    await client.sign_page("https://a.example/p", nonce="n", at=FakeClock().now())
    assert meter.calls == 0


async def test_a_call_that_was_too_fast_does_not_count(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, meter: Meter
) -> None:
    dingtalk.then(SEND, refusal(f"{ACCESS}QpsLimitForAppkeyAndApi", 403))
    with pytest.raises(errors.Throttled):
        await send(client)
    dingtalk.then(SEND, refusal("nobody.knows"))
    with pytest.raises(errors.Refused):
        await send(client)
    assert (meter.calls, meter.free) == (2, 1)


async def test_the_end_of_the_month_is_passed_on(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, meter: Meter
) -> None:
    dingtalk.then(SEND, refusal(f"{ACCESS}ApiCountLimitForOrg", 403))
    with pytest.raises(errors.QuotaGone):
        await send(client)
    assert meter.said_gone == 1


async def test_a_busy_look_up_is_asked_twice_more(
    client: DingTalkClient, dingtalk: ScriptedDingTalk, waiting: Waiting
) -> None:
    busy = {"errcode": -1, "errmsg": "系统繁忙"}
    dingtalk.then(USER, busy, busy, {"errcode": 0, "result": {"userid": "zhaomin"}})
    await client.member("zhaomin")
    assert waiting.waits == [0.5, 2.0]
    dingtalk.always[USER] = busy
    with pytest.raises(errors.PlatformBusy):
        await client.member("zhaomin")
    assert len(dingtalk.calls(USER)) == 6
