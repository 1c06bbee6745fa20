"""The stream over real sockets: nothing lost, nothing twice, one answer for each frame, and always stoppable."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict

from bot.dingtalk.gateway import OPEN
from bot.dingtalk.stream import Timing
from handlers.arrivals import MembershipChanged, Photo, Tap, Text
from sandbox.clock import ManualClock
from sandbox.dingtalk import Redelivery, Twin
from sandbox.dingtalk.frames import FrameType
from sandbox.dingtalk.gateway import OVERSIZE
from sandbox.dingtalk.phones import Phone
from sandbox.dingtalk.pushes import Heard, News, Outcome, Push
from tests.support.dingtalk_stream import HASTY, LONG, PATIENT, WATCHFUL, FakeOffice, calm, streaming
from tests.support.dingtalk_twin import APP, CARD_TOPIC, CORP, JPEG, SECRET
from tests.support.eventually import eventually

REPEATS = (Redelivery.AFTER_16_S, Redelivery.AFTER_60_S)


def told(figure: str) -> None:
    """A figure to look at (pytest -s); none is asserted."""
    sys.stdout.write(f"\n{figure}\n")


def phone(twin: Twin, userid: str = "zhaomin") -> Phone:
    return twin.phone(userid, client_id=APP)


def said(twin: Twin, text: str) -> Push:
    push = phone(twin).type_text(text)
    assert push is not None
    return push


def clicked(twin: Twin, token: str = "t1", version: str = "1") -> Push:
    content = {"cardPrivateData": {"actionIds": ["b1"], "params": {"token": token, "v": version}}}
    data: dict[str, Any] = {"outTrackId": "card-1", "corpId": CORP, "userId": "zhaomin", "content": json.dumps(content)}
    app = twin.app_of(APP)
    news = News(type=FrameType.CALLBACK, topic=CARD_TOPIC, data=data, about="click", limit=timedelta(seconds=2))
    return twin.gateway.courier.dispatch(app, news)


def texts(office: FakeOffice) -> list[str]:
    return [one.text for one in office.committed if isinstance(one, Text)]


def one_answer_each(twin: Twin) -> None:
    """Every frame was answered once, on the connection it came on, in time."""
    assert {one.heard for one in twin.acks} <= {Heard.GOOD, Heard.LOST}
    assert all(count == 1 for count in Counter(one.message_id for one in twin.acks).values())


# --- what arrives


async def test_everything_a_person_can_do_arrives_and_is_accepted(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office):
        await twin.connected()
        mine = phone(twin)
        await said(twin, "2号罐 动火")
        await mine.send_photo(JPEG)
        rich = mine.send_rich_text(["现场", JPEG, JPEG])
        assert rich is not None
        await rich
        await mine.send_voice(b"amr", recognition="停工")
        await mine.send_file(b"x", "a.pdf")
        await mine.send_location("30.1", "120.1")
        await twin.event("user_leave_org", {"userId": ["wangqiang"]}, client_id=APP, free=True)
        await clicked(twin)
    assert [type(one).__name__ for one in office.committed] == [
        "Text", "Photo", "Text", "Photo", "Photo", "Voice", "Unsupported", "Unsupported", "MembershipChanged", "Tap",
    ]  # fmt: skip
    assert {push.outcome for push in twin.pushes} == {Outcome.ACCEPTED}
    assert all(len(push.attempts) == 1 for push in twin.pushes)
    one_answer_each(twin)
    assert {one.sender.user for one in office.committed} == {"zhaomin", "wangqiang"}
    photos = [one for one in office.committed if isinstance(one, Photo)]
    assert len({one.handle for one in photos}) == 3
    left = [one for one in office.committed if isinstance(one, MembershipChanged)]
    assert [one.joined for one in left] == [False]


async def test_a_click_is_answered_with_a_card_that_can_be_pressed_again(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office):
        await twin.connected()
        push = await clicked(twin)
        (attempt,) = push.attempts
        assert attempt.ack is not None
        shown: Any = attempt.ack.data["response"]
        assert "cardData" not in shown
        assert shown["cardUpdateOptions"] == {"updateCardDataByKey": True, "updatePrivateDataByKey": True}
        await clicked(twin, version=shown["userPrivateData"]["cardParamMap"]["v"])
        await clicked(twin)
    taps = [one for one in office.committed if isinstance(one, Tap)]
    assert [(tap.token, tap.card, tap.update_handle) for tap in taps] == [("t1", "card-1", None)] * 2
    assert max(office.asked.values()) == 2, "the repeat of the first press came under the first one's key"


async def test_a_press_whose_card_will_not_be_drawn_is_told_so_on_the_presser_s_copy(
    twin: Twin, office: FakeOffice
) -> None:
    async with streaming(twin.base_url, office, aside=lambda _: "收到了"):
        await twin.connected()
        push = await clicked(twin)
    (attempt,) = push.attempts
    assert attempt.ack is not None
    shown: Any = attempt.ack.data["response"]
    assert shown["cardData"] == {"cardParamMap": {"source": "收到了"}}
    assert shown["cardUpdateOptions"]["updateCardDataByKey"] is True, "the rest of the card stays"
    assert shown["userPrivateData"]["cardParamMap"].keys() == {"v"}


async def test_a_click_is_held_for_a_time_of_its_own(twin: Twin, office: FakeOffice) -> None:
    """The person sees a failure after two seconds, long before a line would be given up."""
    office.gate = asyncio.Event()
    async with streaming(twin.base_url, office, timing=replace(PATIENT, hold_click=timedelta(milliseconds=200))):
        await twin.connected()
        clicked(twin)
        await twin.until(lambda: [one.code for one in twin.acks] == [500])
        office.gate.set()


async def test_an_outside_contact_is_a_stranger(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office):
        await twin.connected()
        push = phone(twin, "visitor").type_text("你好")
        assert push is not None
        await push
    (one,) = office.committed
    assert one.sender.user.startswith("outside|$:LWCP_v1:")


async def test_pings_of_the_platform_are_echoed(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office):
        (line,) = await twin.connected()
        assert await twin.gateway.ping(line) is not None


# --- nothing lost, nothing twice


async def test_nothing_is_answered_before_it_is_committed(twin: Twin, office: FakeOffice) -> None:
    office.gate = asyncio.Event()
    async with streaming(twin.base_url, office):
        await twin.connected()
        push = said(twin, "停工")
        await office.started.wait()
        assert twin.acks == []
        office.gate.set()
        await push
    assert push.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("profile", REPEATS)
async def test_a_slow_office_finishes_once_and_the_repeat_finds_its_work(
    twin: Twin, manual: ManualClock, office: FakeOffice, profile: Redelivery
) -> None:
    twin.quirks.redelivery = profile
    office.gate, timing = asyncio.Event(), replace(HASTY)
    async with streaming(twin.base_url, office, timing=timing):
        await twin.connected()
        push = said(twin, "停工 2号罐")
        await twin.until(lambda: push.resting is not None)
        assert office.committed == []
        calm(timing)
        office.gate.set()
        await eventually(lambda: len(office.committed) == 1)
        manual.advance(profile.pause)
        await push
    assert [one.outcome for one in push.attempts] == [Outcome.REFUSED, Outcome.ACCEPTED]
    assert texts(office) == ["停工 2号罐"]
    one_answer_each(twin)


async def test_a_repeat_that_comes_while_the_first_one_is_under_way_joins_it(twin: Twin, office: FakeOffice) -> None:
    office.gate = asyncio.Event()
    async with streaming(twin.base_url, office):
        (line,) = await twin.connected()
        first, again = clicked(twin), clicked(twin)
        await twin.until(lambda: len(line.sent) == 2)
        await twin.gateway.ping(line)  # whatever came before it has been read by now
        office.gate.set()
        await _ends(first, again)
    assert list(office.asked.values()) == [1]
    assert {first.outcome, again.outcome} == {Outcome.ACCEPTED}


async def _ends(*pushes: Push) -> None:
    for push in pushes:
        await push


@pytest.mark.parametrize("fault", ["duplicate", "same_id_twice"])
async def test_a_needless_repeat_changes_nothing(twin: Twin, office: FakeOffice, fault: str) -> None:
    async with streaming(twin.base_url, office):
        await twin.connected()
        setattr(twin.faults, fault, 2)
        await said(twin, "开工")
        await clicked(twin)
    assert len(office.committed) == 2
    assert twin.counters["frames"] == 4


@pytest.mark.parametrize("profile", REPEATS)
async def test_an_answer_that_was_lost_is_given_again(
    twin: Twin, manual: ManualClock, office: FakeOffice, profile: Redelivery
) -> None:
    twin.quirks.redelivery = profile
    async with streaming(twin.base_url, office):
        await twin.connected()
        twin.faults.deaf = 2
        pushes = said(twin, "开工"), clicked(twin)
        await twin.until(lambda: twin.counters["ack_lost"] == 2)
        manual.advance(twin.quirks.ack_limit)
        await twin.until(lambda: all(push.resting is not None for push in pushes))
        manual.advance(profile.pause)
        await _ends(*pushes)
    assert {push.outcome for push in pushes} == {Outcome.ACCEPTED}
    assert len(office.committed) == 2


async def test_a_bug_of_ours_is_answered_so_that_the_platform_comes_again(
    twin: Twin, manual: ManualClock, office: FakeOffice
) -> None:
    office.bugs = frozenset({1, 2})
    async with streaming(twin.base_url, office):
        await twin.connected()
        push = said(twin, "开工")
        await twin.until(lambda: len(push.attempts) == 1 and push.resting is not None)
        manual.advance(timedelta(seconds=16))
        await twin.until(lambda: len(push.attempts) == 2 and push.resting is not None)
        manual.advance(timedelta(seconds=16))
        await push
    assert [one.outcome for one in push.attempts] == [Outcome.REFUSED, Outcome.REFUSED, Outcome.ACCEPTED]
    assert texts(office) == ["开工"]
    one_answer_each(twin)


async def test_of_a_rich_message_only_what_failed_is_taken_again(
    twin: Twin, manual: ManualClock, office: FakeOffice
) -> None:
    office.bugs = frozenset({2})
    async with streaming(twin.base_url, office):
        await twin.connected()
        push = phone(twin).send_rich_text(["现场", JPEG, JPEG])
        assert push is not None
        await twin.until(lambda: push.resting is not None)
        assert texts(office) == ["现场"]
        manual.advance(timedelta(seconds=16))
        await push
    assert [type(one).__name__ for one in office.committed] == ["Text", "Photo", "Photo"]


async def test_two_connections_share_the_pushes_and_nothing_is_lost_or_twice(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office), streaming(twin.base_url, office):
        await twin.connected(2)
        await _ends(*[said(twin, f"第{number}句") for number in range(40)])
    assert sorted(texts(office)) == sorted(f"第{number}句" for number in range(40))
    assert all(len([one for one in line.sent if one["type"] == "CALLBACK"]) > 0 for line in twin.gateway.connections)
    one_answer_each(twin)


# --- connections come and go


async def test_a_connection_that_is_told_to_go_still_answers_while_the_next_one_is_up(
    twin: Twin, manual: ManualClock, office: FakeOffice
) -> None:
    """The slow handler is neither cut off nor answered on the wrong connection."""
    office.gate = asyncio.Event()
    async with streaming(twin.base_url, office):
        (old,) = await twin.connected()
        push = said(twin, "停工")
        await office.started.wait()
        await twin.gateway.disconnect(old)
        (new,) = await twin.connected()
        assert new is not old
        assert not old.closed
        office.gate.set()
        await push
        assert push.outcome is Outcome.ACCEPTED
        manual.advance(timedelta(seconds=10))
        await twin.until(lambda: old.closed)
        await said(twin, "再说一句")
    assert texts(office) == ["停工", "再说一句"]
    assert not [one for one in twin.acks if one.heard is not Heard.GOOD]


async def test_a_bare_disconnect_is_understood_and_not_answered_with_nonsense(twin: Twin, office: FakeOffice) -> None:
    twin.quirks.bare_system_frames = True
    async with streaming(twin.base_url, office):
        (old,) = await twin.connected()
        await twin.gateway.disconnect(old)
        await twin.connected()
    assert not [one for one in twin.acks if one.heard is Heard.MALFORMED]


async def test_a_connection_that_breaks_under_a_slow_handler_loses_nothing(
    twin: Twin, manual: ManualClock, office: FakeOffice
) -> None:
    office.gate = asyncio.Event()
    async with streaming(twin.base_url, office):
        (old,) = await twin.connected()
        push = said(twin, "停工")
        await office.started.wait()
        twin.gateway.reset(old)
        await twin.connected()
        office.gate.set()
        await eventually(lambda: len(office.committed) == 1)
        await twin.until(lambda: push.resting is not None)
        manual.advance(timedelta(seconds=16))
        await push
    assert [one.outcome for one in push.attempts] == [Outcome.CUT, Outcome.ACCEPTED]
    assert texts(office) == ["停工"]


@pytest.mark.parametrize("code", [1000, 1001, 1011])
async def test_a_closed_connection_is_followed_by_another(twin: Twin, office: FakeOffice, code: int) -> None:
    async with streaming(twin.base_url, office):
        (old,) = await twin.connected()
        await twin.gateway.close_with(old, code)
        await twin.connected()
        await said(twin, "开工")
    assert texts(office) == ["开工"]


async def test_a_connection_on_which_nothing_comes_back_is_cut(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office, timing=WATCHFUL):
        (old,) = await twin.connected()
        twin.gateway.half_kill(old)
        await twin.until(lambda: old.closed)
        await twin.until(lambda: any(line is not old and not line.closed for line in twin.gateway.connections))


async def test_pongs_alone_keep_a_quiet_connection(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office, timing=replace(WATCHFUL, pong_within=LONG)) as house:
        (line,) = await twin.connected()
        await twin.until(lambda: line.pings >= 5)
        assert not line.closed
    assert house.beats >= 5


async def test_frames_alone_keep_a_connection_whose_pongs_are_withheld(twin: Twin, office: FakeOffice) -> None:
    twin.faults.withhold_pongs = True
    async with streaming(twin.base_url, office, timing=replace(WATCHFUL, pong_within=timedelta(seconds=1))):
        (line,) = await twin.connected()
        while line.pings < 2:  # the second is asked once the first was waited for in vain
            await said(twin, "还在")
        assert not line.closed
        await twin.until(lambda: line.closed)


async def test_a_gateway_that_closes_at_once_is_not_stormed(twin: Twin, office: FakeOffice) -> None:
    brisk = replace(PATIENT, healthy_after=timedelta(seconds=30), first_pause=timedelta(milliseconds=100))
    brisk = replace(brisk, longest_pause=timedelta(seconds=30))
    async with streaming(twin.base_url, office, timing=brisk):
        for _ in range(3):
            (line,) = await twin.connected()
            await twin.gateway.close_with(line)
        began = time.monotonic()
        await twin.connected()
        told(f"the fourth connection, after three that were closed at once: {time.monotonic() - began:.2f} s later")
        assert len(twin.gateway.connections) == 4


async def test_wrong_credentials_are_told_and_tried_again_until_they_are_right(twin: Twin, office: FakeOffice) -> None:
    twin.change_app(APP, client_secret="was-changed")
    with structlog.testing.capture_logs() as lines:
        async with streaming(twin.base_url, office):
            await eventually(lambda: len([one for one in lines if one["event"] == "stream.not_opened"]) >= 2)
            assert {one["log_level"] for one in lines if one["event"] == "stream.not_opened"} == {"error"}
            twin.change_app(APP, client_secret=SECRET)
            await twin.connected()
            await said(twin, "开工")
    assert texts(office) == ["开工"]


@pytest.mark.parametrize("odd", ["raw_data", "bad_time", "not_json"])
async def test_a_frame_that_is_none_does_not_hurt_the_next(
    twin: Twin, manual: ManualClock, office: FakeOffice, odd: str
) -> None:
    async with streaming(twin.base_url, office):
        (line,) = await twin.connected()
        setattr(twin.faults, odd, 1)
        push = said(twin, "开工")
        if odd == "not_json":
            await twin.until(lambda: len(line.sent) == 1)
            manual.advance(timedelta(seconds=3))
        if odd != "bad_time":
            await twin.until(lambda: push.resting is not None)
            manual.advance(timedelta(seconds=16))
        await push
        assert not line.closed
    assert texts(office) == ["开工"]
    one_answer_each(twin)


async def test_odd_texts_on_the_socket_hurt_nobody(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office):
        (line,) = await twin.connected()
        for odd in (
            "",
            "null",
            "[]",
            '{"type":"NEWS","headers":{"topic":"x","messageId":"m9"}}',
            '{"type":"CALLBACK"}',
        ):
            await twin.gateway.send_odd(line, odd)
        await twin.gateway.send_odd(
            line, '{"type":"CALLBACK","headers":{"topic":"/other","messageId":"m8"},"data":"{}"}'
        )
        await twin.until(lambda: {one.message_id for one in twin.acks} == {"m8", "m9"})
        assert {one.message_id: one.code for one in twin.acks} == {"m8": 404, "m9": 400}
        await said(twin, "开工")
        await twin.gateway.send_odd(line, "x" * OVERSIZE)
        await twin.until(lambda: line.closed)
        await twin.until(lambda: any(one is not line and not one.closed for one in twin.gateway.connections))
        await said(twin, "再来")
    assert texts(office) == ["开工", "再来"]


# --- stopping


async def _at(state: str, twin: Twin, office: FakeOffice, lines: list[EventDict]) -> None:
    """Wait until the stream, just started, waits for something that will not come."""
    match state:
        case "gateway_hangs":
            await twin.until(lambda: any(request.api == OPEN for request in twin.requests))
        case "quiet":
            await twin.connected()
        case "half_dead":
            (line,) = await twin.connected()
            twin.gateway.half_kill(line)
        case "slow_handler":
            await twin.connected()
            office.gate = asyncio.Event()
            said(twin, "停工")
            await office.started.wait()
        case "pausing" | "nobody_there":
            await eventually(lambda: "stream.not_opened" in {one["event"] for one in lines})


@pytest.mark.parametrize("state", ["gateway_hangs", "quiet", "half_dead", "slow_handler", "pausing", "nobody_there"])
async def test_it_stops_at_once_whatever_it_is_at(twin: Twin, office: FakeOffice, state: str) -> None:
    twin.faults.refuse_sockets = state == "pausing"
    if state == "gateway_hangs":
        twin.faults.slow_open = twin.quirks.server_time = LONG
    if state == "nobody_there":
        await twin.stop()
    with structlog.testing.capture_logs() as lines:
        timing = replace(PATIENT, first_pause=LONG, longest_pause=LONG)
        async with streaming(twin.base_url, office, timing=timing) as house:
            await _at(state, twin, office, lines)
            async with asyncio.timeout(30):  # whatever it waits for takes ten times as long
                await house.stop()
    events = {one["event"] for one in lines}
    assert "stream.stopped" in events
    assert "stream.left_behind" not in events


async def test_a_hanging_gateway_does_not_hold_up_the_house(twin: Twin, office: FakeOffice) -> None:
    """Printed, not asserted: the longest the house's loop was away while the gateway hung."""
    twin.faults.slow_open = timedelta(milliseconds=300)
    longest = 0.0
    async with streaming(twin.base_url, office):
        began = last = time.monotonic()
        while not twin.connections():
            await asyncio.sleep(0.002)
            now = time.monotonic()
            longest, last = max(longest, now - last - 0.002), now
    told(f"gateway hung {last - began:.2f} s; the house's loop was away for {longest * 1000:.1f} ms at most")


async def test_a_house_that_does_not_answer_at_all_makes_the_platform_come_again(
    twin: Twin, manual: ManualClock, office: FakeOffice
) -> None:
    """The whole loop stands still, twin and all; the stream's own thread answers for it."""
    timing = replace(HASTY)
    async with streaming(twin.base_url, office, timing=timing):
        await twin.connected()
        push = said(twin, "开工")
        await eventually(lambda: any(one["type"] == "CALLBACK" for one in twin.connections()[0].sent))
        time.sleep(HASTY.hold.total_seconds() + 0.2)  # noqa: ASYNC251 - standing still is the point
        calm(timing)
        await twin.until(lambda: push.resting is not None or push.outcome is Outcome.ACCEPTED)
        manual.advance(timedelta(seconds=16))
        await push
    assert texts(office) == ["开工"]
    one_answer_each(twin)


async def test_what_came_while_the_house_stood_still_is_taken_even_if_it_never_comes_again(
    twin: Twin, office: FakeOffice
) -> None:
    """Nobody promises a second push. The thread has given up waiting, the frame is the house's all the same."""
    async with streaming(twin.base_url, office, timing=HASTY):
        await twin.connected()
        said(twin, "停工")
        await eventually(lambda: any(one["type"] == "CALLBACK" for one in twin.connections()[0].sent))
        time.sleep(HASTY.hold.total_seconds() + 0.2)  # noqa: ASYNC251 - standing still is the point
        await eventually(lambda: texts(office) == ["停工"])
    one_answer_each(twin)


async def test_what_a_broken_connection_brought_last_is_taken(twin: Twin, office: FakeOffice) -> None:
    async with streaming(twin.base_url, office):
        (line,) = await twin.connected()
        said(twin, "停工")
        await eventually(lambda: any(one["type"] == "CALLBACK" for one in line.sent))
        twin.gateway.reset(line)
        time.sleep(0.2)  # noqa: ASYNC251 - the thread sees the end before the house sees the frame
        await eventually(lambda: texts(office) == ["停工"])


# --- secrets


async def test_neither_ticket_nor_secret_nor_words_are_logged(
    twin: Twin, office: FakeOffice, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        async with streaming(twin.base_url, office):
            (line,) = await twin.connected()
            await said(twin, "只有自己人能看的话")
            await twin.gateway.send_odd(line, '{"secret words"')
            await twin.gateway.disconnect(line)
            await twin.connected()
    written = "\n".join([str(lines), caplog.text, *capfd.readouterr()])
    assert "stream.open" in written
    assert SECRET not in written
    assert "只有自己人" not in written
    assert "secret words" not in written
    assert not re.search(r"ticket[=:]\s*[A-Za-z0-9+/%]{6,}", written)


async def test_several_platforms_in_one_process(manual: ManualClock, twin: Twin, office: FakeOffice) -> None:
    """The vendor's client reads its address once, from the environment; ours is told."""
    from tests.support.dingtalk_twin import plant_config

    other, elsewhere = Twin(plant_config(), manual, seed="other"), FakeOffice()
    await other.start()
    try:
        async with streaming(twin.base_url, office), streaming(other.base_url, elsewhere):
            await twin.connected()
            await other.connected()
            await said(twin, "这里")
            await said(other, "那里")
    finally:
        await other.stop()
    assert (texts(office), texts(elsewhere)) == (["这里"], ["那里"])


def test_the_limits_leave_the_platform_time_to_hear() -> None:
    timing = Timing()
    assert timing.hold < timedelta(seconds=2)
    assert timing.hold_click <= timedelta(seconds=1.5)


def test_what_cannot_be_interrupted_is_left_behind_within_a_second() -> None:
    assert Timing().farewell < timedelta(seconds=1)
