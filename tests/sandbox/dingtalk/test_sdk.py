"""The unmodified stream SDK against the twin, as a program of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import Connection, Outcome, Phone, Push, Twin
from sandbox.dingtalk.clicks import ClickEnd
from tests.support import dingtalk_sdk_bot
from tests.support.dingtalk_twin import APP, GROUP, JPEG, SECRET, TEMPLATE, exported_template


class Bot:
    """The program, and the lines it writes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def tells(self) -> dict[str, Any]:
        """Its next line."""
        assert self._process.stdout is not None
        async with asyncio.timeout(60):
            line: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return line

    async def stop(self) -> None:
        """End the program."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.communicate()


@pytest.fixture
async def bot(twin: Twin) -> AsyncIterator[Bot]:
    twin.templates.load(exported_template(), TEMPLATE, client_id=APP)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # nothing beside the program may stand in for the SDK
        str(Path(dingtalk_sdk_bot.__file__)),
        APP,
        SECRET,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "DINGTALK_OPENAPI_ENDPOINT": twin.base_url, "NO_PROXY": "127.0.0.1"},
    )
    made = Bot(process)
    await twin.connected(seconds=60)
    yield made
    await made.stop()


@pytest.fixture
def phone(twin: Twin) -> Phone:
    return twin.phone("zhaomin", client_id=APP)


def say(phone: Phone, text: str) -> Push:
    push = phone.type_text(text)
    assert push is not None
    return push


async def again(twin: Twin, before: Connection) -> None:
    """Wait until the SDK came back on another socket."""
    await twin.until(lambda: any(each is not before for each in twin.connections()), seconds=60)


async def test_it_hears_a_message_and_answers_through_the_webhook(twin: Twin, bot: Bot, phone: Phone) -> None:
    push = say(phone, "回答")
    assert (await bot.tells())["said"] == "回答"
    assert (await push).outcome is Outcome.ACCEPTED
    await twin.until(lambda: len(phone.screen) == 2)
    assert phone.screen[1]["content"] == "收到"
    ack = push.attempts[0].ack
    assert ack is not None
    assert ack.data == {"response": "OK"}


async def test_it_fetches_a_picture(bot: Bot, phone: Phone) -> None:
    push = phone.send_photo(JPEG)
    assert (await bot.tells())["said"] == "picture"
    assert await bot.tells() == {"got": "picture", "size": len(JPEG)}
    assert (await push).outcome is Outcome.ACCEPTED


async def test_it_shows_a_card_and_answers_a_click(twin: Twin, bot: Bot, phone: Phone) -> None:
    await say(phone, "卡片")
    assert (await bot.tells())["got"] == "message"
    card = (await bot.tells())["id"]
    await twin.until(lambda: bool(phone.cards))
    (shown,) = phone.cards
    assert (shown["out_track_id"], shown["data"]["title"]) == (card, "二级动火")
    click = await phone.press_button(shown, "approve")
    told = await bot.tells()
    assert (told["by"], told["card"]) == ("zhaomin", card)
    assert told["content"]["cardPrivateData"]["actionIds"] == ["approve"]
    assert click.end is ClickEnd.ANSWERED
    assert phone.cards[0]["data"]["status"] == "你已同意"


async def test_it_hears_events_groups_and_pings(twin: Twin, bot: Bot, phone: Phone) -> None:
    push = twin.event("check_in", {"staffId": "zhaomin"}, client_id=APP)
    assert (await bot.tells())["type"] == "check_in"
    assert (await push).outcome is Outcome.ACCEPTED
    phone.in_group(GROUP).type_text("开票", at=[APP])
    assert (await bot.tells())["said"].strip() == "开票"
    ack = await twin.gateway.ping(twin.connections()[0])
    assert ack is not None
    assert ack.code == 200


async def test_a_failing_handler_sends_no_ack_and_hears_it_again(
    twin: Twin, bot: Bot, phone: Phone, clock: ManualClock
) -> None:
    push = say(phone, "失败")
    first = await bot.tells()
    clock.advance(timedelta(seconds=3))
    await twin.settled()
    assert push.attempts[0].outcome is Outcome.TIMEOUT
    clock.advance(timedelta(seconds=13))
    second = await bot.tells()
    assert first["msg_id"] == second["msg_id"]
    assert first["push"] != second["push"]


async def test_it_comes_back_however_the_socket_ends(twin: Twin, bot: Bot, phone: Phone) -> None:
    async def end_with_1011(connection: Connection) -> None:
        await twin.gateway.close_with(connection, 1011)

    async def reset(connection: Connection) -> None:
        twin.gateway.reset(connection)

    (first,) = twin.connections()
    for end in (twin.gateway.disconnect, twin.gateway.close_with, end_with_1011, reset):
        (before,) = await twin.connected(seconds=60)
        await end(before)
        await again(twin, before)
        await say(phone, "还在吗")
        assert (await bot.tells())["said"] == "还在吗"
    assert first.close_code == 1000


async def test_it_survives_a_refused_open_call_and_odd_frames(twin: Twin, bot: Bot, phone: Phone) -> None:
    (before,) = twin.connections()
    await twin.gateway.send_odd(before, "not json")
    await say(phone, "一")
    assert (await bot.tells())["said"] == "一"
    twin.faults.fail("/v1.0/gateway/connections/open", "authFailed", status=401)
    twin.gateway.reset(before)
    await again(twin, before)
    assert [request.status for request in twin.requests if request.api.endswith("/open")] == [200, 401, 200]
