"""The redelivery engine: what is pushed again, when, and with which ids."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from sandbox.clock import ManualClock
from sandbox.dingtalk import Heard, Outcome, Push, Redelivery, Twin
from tests.support.dingtalk_twin import APP, GROUP, OTHER_APP, OTHER_SECRET, Stream, saying, silence, yes

T = timedelta(seconds=3)


def say(twin: Twin, text: str = "?") -> Push:
    push = twin.phone("zhaomin", client_id=APP).type_text(text)
    assert push is not None
    return push


@pytest.mark.parametrize(("profile", "pause"), [(Redelivery.AFTER_16_S, 16), (Redelivery.AFTER_60_S, 60)])
async def test_an_unacked_message_comes_again_with_a_new_id_and_the_same_data(
    twin: Twin, stream: Stream, clock: ManualClock, profile: Redelivery, pause: int
) -> None:
    twin.quirks.redelivery = profile
    client = await stream.connect(silence)
    push = say(twin)
    await client.got(1)
    client.answer = yes
    clock.advance(T)
    await twin.settled()
    clock.advance(timedelta(seconds=pause) - T - timedelta(milliseconds=1))
    await twin.settled()
    assert len(client.frames) == 1
    clock.advance(timedelta(milliseconds=1))
    assert (await push).outcome is Outcome.ACCEPTED
    first, second = client.frames
    assert first["headers"]["messageId"] != second["headers"]["messageId"]
    assert first["data"] == second["data"]


async def test_it_gives_up_after_the_last_repeat(twin: Twin, stream: Stream, clock: ManualClock) -> None:
    client = await stream.connect(silence)
    push = say(twin)
    for number in range(4):
        await client.got(number + 1)
        clock.advance(T)
        await twin.settled()
        clock.advance(timedelta(seconds=13))
    assert (await push).outcome is Outcome.LOST
    assert [attempt.outcome for attempt in push.attempts] == [Outcome.TIMEOUT] * 4


async def test_the_profile_never(twin: Twin, stream: Stream, clock: ManualClock) -> None:
    twin.quirks.redelivery = Redelivery.NEVER
    client = await stream.connect(silence)
    push = say(twin)
    await client.got(1)
    clock.advance(T)
    assert (await push).outcome is Outcome.LOST


@pytest.mark.parametrize("code", [404, 500])
async def test_only_200_counts(twin: Twin, stream: Stream, clock: ManualClock, code: int) -> None:
    client = await stream.connect(saying(code, {}))
    push = say(twin)
    await client.got(1)
    await twin.settled()
    client.answer = yes
    clock.advance(timedelta(seconds=16))
    assert [attempt.outcome for attempt in (await push).attempts] == [Outcome.REFUSED, Outcome.ACCEPTED]


@pytest.mark.parametrize(
    "answer", [saying(200, {"status": "LATER"}), saying(500, {"status": "LATER"}), saying(500, {})]
)
async def test_an_event_put_off_comes_again_with_the_same_event_id(
    twin: Twin, stream: Stream, clock: ManualClock, answer: object
) -> None:
    client = await stream.connect(answer)  # type: ignore[arg-type]  # parametrized
    push = twin.event("check_in", {"staffId": "zhaomin"}, client_id=APP)
    await client.got(1)
    await twin.settled()
    client.answer = saying(200, {"status": "SUCCESS"})
    clock.advance(timedelta(seconds=16))
    assert (await push).outcome is Outcome.ACCEPTED
    first, second = (frame["headers"] for frame in client.frames)
    assert first["eventId"] == second["eventId"]
    assert first["messageId"] != second["messageId"]


async def test_an_event_waits_for_a_connection_and_a_message_does_not(
    twin: Twin, stream: Stream, clock: ManualClock
) -> None:
    event, message = twin.event("check_in", {}, client_id=APP), say(twin)
    await twin.settled()
    client = await stream.connect()
    clock.advance(timedelta(seconds=16))
    assert (await event).outcome is Outcome.ACCEPTED
    assert (await message).outcome is Outcome.NO_CONNECTION
    assert [frame["type"] for frame in client.frames] == ["EVENT"]


async def test_a_repeat_goes_to_the_connection_that_is_up_then(twin: Twin, stream: Stream, clock: ManualClock) -> None:
    first = await stream.connect(silence)
    push = say(twin)
    await first.got(1)
    twin.gateway.reset(twin.connections()[0])
    await first.ended()
    second = await stream.connect()
    await twin.settled()
    clock.advance(timedelta(seconds=16))
    assert [attempt.outcome for attempt in (await push).attempts] == [Outcome.CUT, Outcome.ACCEPTED]
    assert len(second.frames) == 1


async def test_late_foreign_second_and_unreadable_acks_are_told_apart(
    twin: Twin, stream: Stream, clock: ManualClock
) -> None:
    twin.quirks.redelivery = Redelivery.NEVER
    client = await stream.connect(silence)
    push = say(twin)
    (frame,) = await client.got(1)
    other = await stream.connect(topics=[("EVENT", "*")])
    await other.send(yes(frame))
    await twin.until(lambda: len(twin.acks) == 1)
    clock.advance(T)
    await push
    await client.send(yes(frame))
    await client.send("not json")
    await client.send({"code": 200})
    await client.send(yes({"headers": {"messageId": "never-sent"}}))
    await twin.until(lambda: len(twin.acks) == 5)
    assert [record.heard for record in twin.acks] == [
        Heard.FOREIGN,
        Heard.LATE,
        Heard.MALFORMED,
        Heard.MALFORMED,
        Heard.UNKNOWN,
    ]
    assert push.outcome is Outcome.LOST


async def test_a_deaf_gateway_repeats_what_was_acked(twin: Twin, stream: Stream, clock: ManualClock) -> None:
    twin.faults.deaf = 1
    client = await stream.connect()
    push = say(twin)
    await client.got(1)
    await twin.until(lambda: bool(twin.acks))
    clock.advance(T)
    await twin.settled()
    clock.advance(timedelta(seconds=13))
    assert (await push).outcome is Outcome.ACCEPTED
    assert len(client.frames) == 2


async def test_needless_repeats(twin: Twin, stream: Stream) -> None:
    client = await stream.connect()
    twin.faults.duplicate = 1
    await say(twin)
    twin.faults.same_id_twice = 1
    await say(twin)
    ids = [frame["headers"]["messageId"] for frame in client.frames]
    assert len(ids) == 4
    assert ids[0] != ids[1]
    assert ids[2] == ids[3]


async def test_dropped_delayed_and_reordered(twin: Twin, stream: Stream, clock: ManualClock) -> None:
    client = await stream.connect()
    twin.faults.drop = 1
    assert say(twin, "dropped").outcome is Outcome.DROPPED
    twin.faults.reorder = 1
    held, quick = say(twin, "held"), say(twin, "quick")
    await quick
    await held
    twin.faults.delay = 1
    late, soon = say(twin, "late"), say(twin, "soon")
    await soon
    clock.advance(timedelta(seconds=10))
    await late
    said = [json.loads(frame["data"])["text"]["content"] for frame in client.frames]
    assert said == ["quick", "held", "soon", "late"]


async def test_one_message_for_two_robots_has_one_msg_id(twin: Twin, stream: Stream) -> None:
    ours = await stream.connect()
    theirs = await stream.connect(client_id=OTHER_APP, secret=OTHER_SECRET)
    twin.phone("zhaomin", client_id=APP).in_group(GROUP).type_text("开票", at=[APP, OTHER_APP])
    (one,), (two,) = await ours.got(1), await theirs.got(1)
    mine, other = json.loads(one["data"]), json.loads(two["data"])
    assert mine["msgId"] == other["msgId"]
    assert (mine["robotCode"], other["robotCode"]) == (APP, OTHER_APP)
    assert mine["conversationId"] == GROUP
    assert mine["text"]["content"] == " 开票"
    assert {key: mine[key] for key in ("isInAtList",)} == {"isInAtList": True}
    assert len(mine["atUsers"]) == 2


async def test_a_group_message_without_at_reaches_no_robot(twin: Twin, stream: Stream) -> None:
    await stream.connect()
    assert twin.phone("zhaomin", client_id=APP).in_group(GROUP).type_text("大家好") is None
    assert twin.pushes == []


async def test_without_push_quota_the_content_is_missing(twin: Twin, stream: Stream) -> None:
    client = await stream.connect()
    twin.limits.standard_pushes_month = 1
    await say(twin)
    await say(twin)
    first, second = (json.loads(frame["data"]) for frame in client.frames)
    assert "text" in first
    assert "text" not in second
    assert (second["errorCode"], "errorMessage" in second) == (20001, True)
