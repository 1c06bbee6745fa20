"""What a gateway may say instead of a way in: told, waited out, and never a reason for the thread to end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog

from bot.dingtalk.gateway import OPEN, Account
from bot.dingtalk.protocol import Frame
from bot.dingtalk.replies import Reply
from bot.dingtalk.stream import Stream, StreamDied
from tests.support.dingtalk_server import ScriptedDingTalk
from tests.support.dingtalk_stream import PATIENT, FakeOffice, streaming
from tests.support.eventually import eventually


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"endpoint": "wss://[", "ticket": "t"}, "an address that is none"),
        ({"endpoint": "wss://127.0.0.1:99999/connect", "ticket": "t"}, "socket: "),
        ({"endpoint": "ws://elsewhere.example/connect", "ticket": "t"}, "not encrypted"),
        ({"endpoint": "wss:///connect", "ticket": "t"}, "socket: "),
        ({"endpoint": 7, "ticket": "t"}, "without endpoint and ticket"),
        ({"endpoint": "", "ticket": "t"}, "without endpoint and ticket"),
        ({}, "without endpoint and ticket"),
    ],
)
async def test_an_odd_way_in_is_tried_again_after_a_pause(
    dingtalk: ScriptedDingTalk, office: FakeOffice, answer: dict[str, Any], why: str
) -> None:
    dingtalk.always[OPEN] = answer
    with structlog.testing.capture_logs() as lines:
        async with streaming(dingtalk.base_url, office) as house:
            await eventually(lambda: len([one for one in lines if one["event"] == "stream.not_opened"]) >= 3)
            assert not house.running.done()
    assert all(why in one["why"] for one in lines if one["event"] == "stream.not_opened")
    assert {one["event"] for one in lines} == {"stream.not_opened", "stream.stopped"}


async def test_a_gateway_that_gives_no_way_in_is_left_alone_for_longer_each_time(
    dingtalk: ScriptedDingTalk, office: FakeOffice
) -> None:
    dingtalk.always[OPEN] = {}
    patient = replace(PATIENT, first_pause=timedelta(minutes=1), longest_pause=timedelta(minutes=1))
    with structlog.testing.capture_logs() as lines:

        def tries() -> list[int]:
            return [one["tries"] for one in lines if one["event"] == "stream.not_opened"]

        async with streaming(dingtalk.base_url, office):
            # The gateway has counted a call before the stream has read its answer: the third line is the end.
            await eventually(lambda: len(tries()) >= 3)
        assert tries()[:3] == [1, 2, 3]
        before = len(dingtalk.calls(OPEN))
        async with streaming(dingtalk.base_url, office, timing=patient):
            await eventually(lambda: len(dingtalk.calls(OPEN)) > before)
            await asyncio.sleep(0.2)
            assert len(dingtalk.calls(OPEN)) == before + 1


async def test_a_thread_that_ends_by_itself_is_told_so_that_another_is_started(dingtalk: ScriptedDingTalk) -> None:
    class Broken:
        def take(self, count: int) -> bytes:
            raise RuntimeError("a bug")

    async def take(frame: Frame) -> Reply:
        raise AssertionError(frame)

    dingtalk.always[OPEN] = {}
    account = Account(client_id="app", client_secret="secret", base_url=dingtalk.base_url)
    with pytest.raises(StreamDied):
        async with asyncio.timeout(30):
            await Stream(account=account, take=take, entropy=Broken()).run()
