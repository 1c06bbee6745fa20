"""One token, one refresher, and no loop whatever the platform says."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiohttp import web

from bot.wecom.client import WeComClient
from bot.wecom.errors import Misconfigured, NetworkTrouble, PlatformBusy, Throttled, TokenDead
from bot.wecom.messages import Text, To
from bot.wecom.tokens import COOL_DOWN, TokenSource
from tests.support.clock import FakeClock
from tests.support.wecom_server import ScriptedWeCom

DEAD = [{"errcode": code, "errmsg": "x"} for code in (40014, 42001, 41001)]


async def ask(client: WeComClient) -> None:
    await client.recall("m1")


async def test_one_token_serves_many_calls(client: WeComClient, wecom: ScriptedWeCom) -> None:
    for _ in range(3):
        await ask(client)
    assert len(wecom.calls("gettoken")) == 1
    assert {one.query["access_token"] for one in wecom.calls("message/recall")} == {"token-1"}


async def test_many_askers_one_fetch(client: WeComClient, wecom: ScriptedWeCom) -> None:
    await asyncio.gather(*(ask(client) for _ in range(20)))
    assert len(wecom.calls("gettoken")) == 1


async def test_a_token_is_renewed_before_it_lapses(client: WeComClient, wecom: ScriptedWeCom, clock: FakeClock) -> None:
    await ask(client)
    clock.advance(timedelta(seconds=7200 - 301))
    await ask(client)
    assert len(wecom.calls("gettoken")) == 1
    clock.advance(timedelta(seconds=2))
    await ask(client)
    assert len(wecom.calls("gettoken")) == 2


@pytest.mark.parametrize("dead", DEAD, ids=lambda answer: str(answer["errcode"]))
async def test_a_dead_token_is_replaced_once(
    client: WeComClient, wecom: ScriptedWeCom, dead: dict[str, object]
) -> None:
    wecom.then("message/recall", dead)
    await ask(client)
    assert [one.query["access_token"] for one in wecom.calls("message/recall")] == ["token-1", "token-2"]


async def test_a_platform_that_refuses_every_token_is_asked_twice(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.always["message/recall"] = {"errcode": 40014, "errmsg": "x"}
    with pytest.raises(TokenDead):
        await ask(client)
    assert len(wecom.calls("message/recall")) == 2
    assert len(wecom.calls("gettoken")) == 2


async def test_many_callers_with_one_dead_token_fetch_one_new_one(client: WeComClient, wecom: ScriptedWeCom) -> None:
    await ask(client)

    async def judged(request: web.Request) -> web.StreamResponse:
        dead = request.query["access_token"] == "token-1"
        return web.json_response({"errcode": 42001 if dead else 0, "errmsg": "x"})

    wecom.always["message/recall"] = judged
    await asyncio.gather(*(ask(client) for _ in range(5)))
    assert len(wecom.calls("gettoken")) == 2


async def test_a_wrong_secret_is_not_tried_again_until_it_has_cooled(
    client: WeComClient, wecom: ScriptedWeCom, clock: FakeClock
) -> None:
    wecom.always["gettoken"] = {"errcode": 40001, "errmsg": "invalid credential"}
    for _ in range(5):
        with pytest.raises(Misconfigured) as caught:
            await ask(client)
        assert caught.value.code == 40001
    assert len(wecom.calls("gettoken")) == 1
    clock.advance(COOL_DOWN)
    del wecom.always["gettoken"]
    await ask(client)
    assert len(wecom.calls("gettoken")) == 2


async def test_a_disabled_app_is_left_alone_until_it_has_cooled(
    client: WeComClient, wecom: ScriptedWeCom, clock: FakeClock
) -> None:
    wecom.then("message/recall", {"errcode": 40001, "errmsg": "x"})
    for _ in range(3):
        with pytest.raises(Misconfigured):
            await ask(client)
    assert (len(wecom.calls("message/recall")), len(wecom.calls("gettoken"))) == (1, 1)
    clock.advance(COOL_DOWN)
    await ask(client)


async def test_a_blocked_address_is_left_alone_for_a_while(
    client: WeComClient, wecom: ScriptedWeCom, clock: FakeClock
) -> None:
    wecom.always["gettoken"] = {"errcode": 45009, "errmsg": "x"}
    for _ in range(3):
        with pytest.raises(Throttled) as caught:
            await ask(client)
        assert caught.value.retry_after == timedelta(hours=1)
    assert len(wecom.calls("gettoken")) == 1


async def test_a_busy_token_service_is_asked_four_times(
    client: WeComClient, wecom: ScriptedWeCom, pauses: list[float]
) -> None:
    wecom.always["gettoken"] = {"errcode": -1, "errmsg": "x"}
    with pytest.raises(PlatformBusy):
        await ask(client)
    assert len(wecom.calls("gettoken")) == 4
    assert pauses == sorted(pauses)


@pytest.mark.parametrize(
    "answer",
    [
        {"errcode": 0},
        {"errcode": 0, "access_token": "", "expires_in": 7200},
        {"errcode": 0, "access_token": "x", "expires_in": "7200"},
        {"errcode": 0, "access_token": "x", "expires_in": 0},
    ],
)
async def test_an_answer_without_a_token_is_no_token(
    client: WeComClient, wecom: ScriptedWeCom, answer: dict[str, object]
) -> None:
    wecom.then("gettoken", answer)
    with pytest.raises(NetworkTrouble):
        await ask(client)


async def test_a_cancelled_refresher_leaves_the_door_open() -> None:
    started, calls = asyncio.Event(), 0

    async def fetch() -> tuple[str, timedelta]:
        nonlocal calls
        calls += 1
        if calls == 1:
            started.set()
            await asyncio.Event().wait()
        return "second", timedelta(hours=2)

    source = TokenSource(fetch, FakeClock())
    first = asyncio.create_task(source.get())
    await started.wait()
    first.cancel()
    assert await source.get() == "second"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_the_error_tells_nothing_secret(client: WeComClient, wecom: ScriptedWeCom) -> None:
    wecom.then("gettoken", {"errcode": 40001, "errmsg": "corpsecret s3cret-of-the-app-0123456789 wrong"})
    with pytest.raises(Misconfigured) as caught:
        await client.send(Text(content="x"), To(users=("a",)), key="k")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(caught.value.__cause__)
