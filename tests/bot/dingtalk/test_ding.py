"""A safety message is said loudly beside its card, in whatever way the organisation has, never at the card's cost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.dingtalk.budget import Spacing
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.ding import ASK_AGAIN_AFTER, Alarm, Alert
from bot.dingtalk.outgoing import side_panel_link
from bot.dingtalk.platform import DingTalkPlatform
from bot.platform import TryLater, Unacceptable, Undeliverable
from cards.card import Bubble, Button, Card, Tone
from tests.bot.dingtalk.conftest import SECRET, Waiting
from tests.support.clock import FakeClock
from tests.support.dingtalk_server import ScriptedDingTalk, refusal
from tests.support.eventually import eventually

TEMPLATE = "permit-1.schema"
CREATE, CARDS = "/v1.0/card/instances/createAndDeliver", "/v1.0/card/instances"
DING, SEND = "/v1.0/robot/ding/send", "/v1.0/robot/oToMessages/batchSend"
GROUP_SEND = "/v1.0/robot/groupMessages/send"
USER, TASKS = "/topapi/v2/user/get", "/v1.0/todo/users/U1/tasks"
ARRIVED = {"success": True, "result": {"outTrackId": "x", "deliverResults": [{"success": True, "carrierId": "K"}]}}
STOP = Card(subject="permit:1", key="k", title="立即停工｜2号罐", quote="可燃气 0.8% 超限", url="https://a.example/p/1")


def no() -> web.Response:
    return refusal("ding.serverquota.insufficient")


@pytest.fixture
def alarm(client: DingTalkClient, clock: FakeClock, dingtalk: ScriptedDingTalk) -> Alarm:
    dingtalk.always[CREATE] = ARRIVED
    dingtalk.always[DING] = {"openDingId": "d1", "failedList": {}}
    dingtalk.always[SEND] = {"processQueryKey": "K2", "invalidStaffIdList": [], "flowControlledStaffIdList": []}
    dingtalk.always[USER] = {"errcode": 0, "result": {"userid": "zhaomin", "unionid": "U1"}}
    dingtalk.always[TASKS] = {"id": "T1"}
    return Alarm(client, clock, page="https://a.example")


@pytest.fixture
def platform(client: DingTalkClient, alarm: Alarm, waiting: Waiting) -> DingTalkPlatform:
    spacing = Spacing(waiting.steady)
    return DingTalkPlatform(client=client, alarm=alarm, templates=(TEMPLATE,), spacing=spacing, pause=waiting)


def counts(dingtalk: ScriptedDingTalk) -> dict[str, int]:
    return {
        "card": len(dingtalk.calls(CREATE)),
        "ding": len(dingtalk.calls(DING)),
        "message": len(dingtalk.calls(SEND)),
        "todo": len(dingtalk.calls(TASKS)),
    }


async def stop(platform: DingTalkPlatform, key: str = "row-1") -> None:
    await platform.push("zhaomin", STOP, key=key, again=False, urgent=True)


async def test_a_stop_comes_as_card_and_ding(platform: DingTalkPlatform, dingtalk: ScriptedDingTalk) -> None:
    await stop(platform)
    assert counts(dingtalk) == {"card": 1, "ding": 1, "message": 0, "todo": 0}
    body = dingtalk.calls(DING)[0].json
    assert body["remindType"] == 1
    assert "立即停工" in body["content"]
    assert "可燃气 0.8% 超限" in body["content"]
    assert body["content"].count("立即停工") == 1, "a phone that reads it aloud says the title once"


async def test_what_is_not_urgent_is_not_loud(platform: DingTalkPlatform, dingtalk: ScriptedDingTalk) -> None:
    await platform.push("zhaomin", STOP, key="row-1", again=False)
    assert counts(dingtalk) == {"card": 1, "ding": 0, "message": 0, "todo": 0}


async def test_an_edition_without_ding_gets_message_and_todo(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(DING, no())
    await stop(platform)
    assert counts(dingtalk) == {"card": 1, "ding": 1, "message": 1, "todo": 1}
    assert "立即停工" in dingtalk.calls(SEND)[0].json["msgParam"]
    todo = dingtalk.calls(TASKS)[0].json
    assert todo["priority"] == 40
    assert todo["detailUrl"]["appUrl"] == side_panel_link("https://a.example/p/1")


async def test_a_no_is_remembered_and_asked_again_after_hours(
    platform: DingTalkPlatform, alarm: Alarm, dingtalk: ScriptedDingTalk, clock: FakeClock
) -> None:
    dingtalk.then(DING, no())
    for number in range(3):
        await stop(platform, f"row-{number}")
    assert counts(dingtalk) == {"card": 3, "ding": 1, "message": 3, "todo": 3}
    assert len(dingtalk.calls(USER)) == 1  # the unionId does not change
    assert alarm.notes() == ["dingtalk: no DING in this edition; alarms go as card, message and todo"]
    clock.advance(ASK_AGAIN_AFTER)
    assert alarm.notes() == []
    await stop(platform, "row-9")
    assert counts(dingtalk)["ding"] == 2


async def test_a_passing_trouble_of_ding_is_made_up_for_and_not_remembered(
    platform: DingTalkPlatform, alarm: Alarm, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(DING, refusal("system.error", 500))
    await stop(platform)
    assert counts(dingtalk) == {"card": 1, "ding": 1, "message": 1, "todo": 1}
    assert not alarm.quiet


async def test_whom_the_ding_does_not_reach_gets_message_and_todo(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(DING, {"openDingId": "d", "failedList": {"not reachable": ["zhaomin"]}})
    await stop(platform)
    assert counts(dingtalk) == {"card": 1, "ding": 1, "message": 1, "todo": 1}


async def test_nothing_loud_keeps_the_card_back(platform: DingTalkPlatform, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.always[DING] = no()
    dingtalk.always[SEND] = refusal("nobody.knows")
    dingtalk.always[USER] = {"errcode": 33012}
    pushed = await platform.push("zhaomin", STOP, key="row-1", again=False, urgent=True)
    assert pushed.msgid == "K"


async def test_a_card_that_fails_keeps_the_ding_not_back_and_a_retry_rings_once(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(CREATE, refusal("system.busy", 500), refusal("system.busy", 500))
    for _ in range(2):
        with pytest.raises(TryLater):
            await stop(platform)
    await stop(platform)
    assert counts(dingtalk) == {"card": 3, "ding": 1, "message": 0, "todo": 0}


async def test_a_ding_that_hangs_does_not_hold_the_card_and_rings_once(
    client: DingTalkClient, alarm: Alarm, dingtalk: ScriptedDingTalk
) -> None:
    answer = asyncio.Event()

    async def hangs(_: web.Request) -> web.StreamResponse:
        await answer.wait()
        return web.json_response({"openDingId": "d1", "failedList": {}})

    dingtalk.always[DING] = hangs
    platform = DingTalkPlatform(client=client, alarm=alarm, templates=(TEMPLATE,), loud_within=timedelta(0))
    for _ in range(2):
        await stop(platform)
    await eventually(lambda: bool(dingtalk.calls(DING)))
    answer.set()
    await eventually(lambda: not platform._sounding)
    await stop(platform)
    assert counts(dingtalk) == {"card": 3, "ding": 1, "message": 0, "todo": 0}


async def test_a_bug_in_the_loud_way_is_told_and_keeps_the_card_not_back(
    client: DingTalkClient, alarm: Alarm, clock: FakeClock
) -> None:
    class Broken(Alarm):
        async def sound(self, alert: Alert) -> None:
            raise RuntimeError("a bug")

    broken = Broken(client, clock, page="https://a.example")
    platform = DingTalkPlatform(client=client, alarm=broken, templates=(TEMPLATE,))
    with capture_logs() as lines:
        await stop(platform)
        await eventually(lambda: [one["event"] for one in lines] == ["alarm broke"])


async def test_a_card_that_says_danger_is_changed_past_the_queue(
    platform: DingTalkPlatform, client: DingTalkClient, dingtalk: ScriptedDingTalk
) -> None:
    """A copy that still shows a running work is as wrong as a missing alarm, and asks again as soon."""
    pushed = await platform.push("zhaomin", STOP, key="row-1", again=False)
    dingtalk.then(CARDS, *(refusal("Forbidden.AccessDenied.ApiCountLimitForOrg", 403) for _ in range(2)))
    waits = []
    for tone in (Tone.DANGER, Tone.GOOD):
        with pytest.raises(TryLater) as caught:
            await platform.edit("zhaomin", replace(STOP, tone=tone), task=pushed.task, handle=None)
        waits.append(caught.value.wait)
    assert waits == [timedelta(minutes=1), timedelta(minutes=10)]


async def test_an_alarm_to_a_group_asks_again_each_minute_too(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(GROUP_SEND, *(refusal("Forbidden.AccessDenied.ApiCountLimitForOrg", 403) for _ in range(2)))
    waits = []
    for urgent in (True, False):
        with pytest.raises(TryLater) as caught:
            await platform.say_to_group("cid", "停工", key="k", again=False, urgent=urgent)
        waits.append(caught.value.wait)
    assert waits == [timedelta(minutes=1), timedelta(minutes=10)]


async def test_without_a_template_an_alarm_asks_for_plain_words(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(CREATE, refusal("param.templateNotExist"))
    with pytest.raises(Unacceptable):
        await stop(platform)
    await platform.push("zhaomin", Bubble(text="立即停工：2号罐"), key="row-1", again=False, urgent=True)
    assert counts(dingtalk) == {"card": 1, "ding": 1, "message": 1, "todo": 0}


async def test_plain_words_are_not_said_twice_for_want_of_a_ding(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.then(DING, no())
    await platform.push("zhaomin", Bubble(text="立即停工：2号罐"), key="row-1", again=False, urgent=True)
    assert counts(dingtalk) == {"card": 0, "ding": 1, "message": 1, "todo": 1}


async def test_an_alarm_asks_again_each_minute_when_the_month_is_over(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    dingtalk.always[CREATE] = refusal("Forbidden.AccessDenied.ApiCountLimitForOrg", 403)
    with pytest.raises(TryLater) as caught:
        await stop(platform)
    assert caught.value.wait == timedelta(minutes=1)


async def test_the_todo_ends_with_the_card(platform: DingTalkPlatform, dingtalk: ScriptedDingTalk) -> None:
    dingtalk.then(DING, no())
    pushed = await platform.push("zhaomin", STOP, key="row-1", again=False, urgent=True)
    done = Card(subject="permit:1", key="k2", title="已复工｜2号罐", done="08:30 复工")
    for _ in range(2):
        await platform.edit("zhaomin", done, task=pushed.task, handle=None)
    (ticked,) = dingtalk.calls(f"{TASKS}/T1")
    assert (ticked.method, ticked.json) == ("PUT", {"done": True})


async def test_neither_tokens_nor_what_is_signed_stand_in_the_log(
    platform: DingTalkPlatform, dingtalk: ScriptedDingTalk
) -> None:
    stop_button = replace(STOP, buttons=(Button(text="确认停工", token="signed-press"),))
    dingtalk.always[DING] = refusal("token-1 and more")
    dingtalk.always[SEND] = refusal("nobody.knows", hint="token-1")
    dingtalk.always[USER] = {"errcode": 33012, "errmsg": "access_token=token-1"}
    failed = {"success": True, "result": {"deliverResults": [{"success": False, "errorMsg": "token-1 zhaomin"}]}}
    dingtalk.then(CREATE, failed)
    with capture_logs() as lines, pytest.raises(Undeliverable):
        await platform.push("zhaomin", stop_button, key="row-1", again=False, urgent=True)
    assert len(lines) >= 3
    for secret in ("token-1", "signed-press", SECRET):
        assert secret not in str(lines)
