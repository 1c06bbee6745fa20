"""What a gateway may say instead of a way in: told, waited out, and never a reason for the thread to end."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from bot.dingtalk.gateway import OPEN
from tests.support.dingtalk_server import ScriptedDingTalk
from tests.support.dingtalk_stream import FakeOffice, streaming
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
            await eventually(lambda: len(dingtalk.calls(OPEN)) >= 3)
            assert not house.running.done()
    assert all(why in one["why"] for one in lines if one["event"] == "stream.not_opened")
    assert {one["event"] for one in lines} == {"stream.not_opened", "stream.stopped"}
