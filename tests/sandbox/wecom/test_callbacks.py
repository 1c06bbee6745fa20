"""The courier: envelope, URL check, retries and every misfortune on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.clock import ManualClock
from sandbox.wecom import ALWAYS, Outcome, Phone, RetryTime, Twin
from tests.support.wecom_twin import AGENT, CORP, START, Receiver

SHORT = timedelta(milliseconds=400)


@pytest.fixture
def phone(twin: Twin) -> Phone:
    return twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP)


async def test_saving_an_address_needs_the_bare_echo_within_a_second(twin: Twin, receiver: Receiver) -> None:
    twin.set_callback(None, AGENT, corpid=CORP)
    assert (await twin.save_callback(receiver.url, AGENT, corpid=CORP)).ok
    assert twin.agent(AGENT, corpid=CORP).config.callback_url == receiver.url


@pytest.mark.parametrize("spoil", [b'"%s"', b"%s\n", b"\xef\xbb\xbf%s", b""])
async def test_a_decorated_echo_is_refused(twin: Twin, receiver: Receiver, spoil: bytes) -> None:
    twin.set_callback(None, AGENT, corpid=CORP)
    receiver.echo = lambda echo: spoil.replace(b"%s", echo)
    assert not (await twin.save_callback(receiver.url, AGENT, corpid=CORP)).ok
    assert twin.agent(AGENT, corpid=CORP).config.callback_url is None


async def test_a_slow_or_missing_echo_is_refused(twin: Twin, receiver: Receiver) -> None:
    twin.quirks.verify_timeout = SHORT
    receiver.silent = 1
    assert "time" in (await twin.save_callback(receiver.url, AGENT, corpid=CORP)).reason
    assert not (await twin.save_callback("http://127.0.0.1:9/none", AGENT, corpid=CORP)).ok
    assert twin.quirks.callback_timeout == timedelta(seconds=5), "pushes have five seconds, checks one"


async def test_a_message_arrives_sealed_and_signed_with_all_fields(
    twin: Twin, receiver: Receiver, phone: Phone
) -> None:
    delivery = await phone.type_text("明早8点 2号罐 动火 <王强> ]]> &")
    got = receiver.got[0]
    assert got.text("ToUserName") == CORP
    assert got.text("FromUserName") == "ZhaoMin"
    assert got.text("CreateTime") == str(int(START.timestamp()))
    assert got.text("MsgType") == "text"
    assert got.text("AgentID") == str(AGENT)
    assert got.text("Content") == "明早8点 2号罐 动火 <王强> ]]> &"
    assert 0 < int(got.text("MsgId") or 0) < 2**63
    assert b"<ToUserName><![CDATA[ww1plant]]></ToUserName>" in got.raw
    assert set(got.query) == {"msg_signature", "timestamp", "nonce"}
    assert delivery.outcome is Outcome.ACCEPTED
    assert (twin.counters["pushed"], twin.counters["accepted"], twin.counters["retried"]) == (1, 1, 0)


async def test_a_failed_push_is_repeated_three_times_with_the_same_content(
    twin: Twin, receiver: Receiver, phone: Phone
) -> None:
    receiver.statuses = [500] * 9
    delivery = await phone.type_text("hi")
    assert delivery.outcome is Outcome.LOST
    assert len({got.text("MsgId") for got in receiver.got}) == 1
    assert len(receiver.got) == 4
    assert len({got.query["nonce"] for got in receiver.got}) == 4, "fresh envelopes"
    assert len({got.raw for got in receiver.got}) == 4
    assert (twin.counters["http_error"], twin.counters["lost"]) == (4, 1)


async def test_a_repeat_can_be_byte_identical(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.quirks.fresh_envelope_on_retry = False
    receiver.statuses = [500]
    delivery = await phone.type_text("hi")
    assert delivery.outcome is Outcome.ACCEPTED
    assert receiver.got[0].raw == receiver.got[1].raw
    assert receiver.got[0].query == receiver.got[1].query


async def test_non_200_may_count_as_answered(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.quirks.retry_non_200 = False
    receiver.statuses = [500]
    assert (await phone.type_text("hi")).outcome is Outcome.LOST
    assert len(receiver.got) == 1


async def test_silence_is_cut_off_and_repeated(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.quirks.callback_timeout = SHORT
    receiver.silent = 1
    delivery = await phone.type_text("hi")
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.TIMEOUT, Outcome.ACCEPTED]
    assert len(receiver.got) == 2


async def test_a_receiver_that_is_down_loses_the_news_after_all_retries(twin: Twin, phone: Phone) -> None:
    twin.set_callback("http://127.0.0.1:9/callback", AGENT, corpid=CORP)
    delivery = await phone.type_text("hi")
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.UNREACHABLE] * 4
    assert delivery.outcome is Outcome.LOST
    assert twin.counters["lost"] == 1


async def test_without_an_address_nothing_is_pushed(twin: Twin, phone: Phone) -> None:
    assert (await phone.type_text("hi")).outcome is Outcome.UNCONFIGURED


async def test_retries_wait_on_the_twins_clock(
    twin: Twin, receiver: Receiver, phone: Phone, clock: ManualClock
) -> None:
    twin.quirks.retry_spacing = timedelta(seconds=5)
    receiver.statuses = [500, 500]
    delivery = phone.type_text("hi")
    await twin.settled()
    assert len(receiver.got) == 1
    clock.advance(timedelta(seconds=4))
    await twin.settled()
    assert len(receiver.got) == 1
    clock.advance(timedelta(seconds=1))
    await twin.settled()
    assert len(receiver.got) == 2
    clock.advance(timedelta(seconds=5))
    await delivery
    assert [attempt.at - START for attempt in delivery.attempts] == [timedelta(seconds=s) for s in (0, 5, 10)]


async def test_retries_can_wait_in_real_time(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.quirks.retry_spacing = timedelta(milliseconds=1)
    twin.quirks.retry_time = RetryTime.REAL
    receiver.statuses = [500]
    assert (await phone.type_text("hi")).outcome is Outcome.ACCEPTED


async def test_duplicate(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.faults.duplicate = 1
    await phone.type_text("twice")
    await phone.type_text("once")
    assert [got.text("Content") for got in receiver.got] == ["twice", "twice", "once"]
    assert receiver.got[0].text("MsgId") == receiver.got[1].text("MsgId")
    assert receiver.got[0].query["nonce"] != receiver.got[1].query["nonce"]


async def test_replay_repeats_the_very_bytes(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.faults.replay = 1
    delivery = await phone.type_text("hi")
    assert (receiver.got[0].raw, receiver.got[0].query) == (receiver.got[1].raw, receiver.got[1].query)
    assert await twin.courier.repeat(delivery) == 200
    assert len(receiver.got) == 3


async def test_reorder_swaps_two_events(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.faults.reorder = 1
    phone.type_text("first")
    phone.type_text("second")
    await twin.settled()
    assert [got.text("Content") for got in receiver.got] == ["second", "first"]


async def test_a_held_back_event_is_let_go_when_nothing_follows(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.faults.reorder = 1
    phone.type_text("alone")
    await twin.settled()
    assert [got.text("Content") for got in receiver.got] == ["alone"]


async def test_delay_lets_later_events_overtake(
    twin: Twin, receiver: Receiver, phone: Phone, clock: ManualClock
) -> None:
    twin.faults.delay = 1
    twin.faults.delay_by = timedelta(minutes=10)
    phone.type_text("slow")
    phone.type_text("fast")
    await twin.settled()
    assert [got.text("Content") for got in receiver.got] == ["fast"]
    clock.advance(timedelta(minutes=10))
    await twin.settled()
    assert [got.text("Content") for got in receiver.got] == ["fast", "slow"]
    assert receiver.got[1].text("CreateTime") == str(int(START.timestamp())), "the event is as old as it is"
    assert int(receiver.got[1].query["timestamp"]) == int(clock.now().timestamp())


async def test_drop_and_outage_lose_events(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.faults.drop = 1
    assert (await phone.type_text("dropped")).outcome is Outcome.DROPPED
    twin.faults.callback_outage = True
    assert (await phone.type_text("lost too")).outcome is Outcome.DROPPED
    twin.faults.callback_outage = False
    await phone.type_text("heard")
    assert [got.text("Content") for got in receiver.got] == ["heard"]
    assert len(phone.screen) == 3, "the person sees what was sent"


async def test_same_second_pins_the_create_time(
    twin: Twin, receiver: Receiver, phone: Phone, clock: ManualClock
) -> None:
    twin.faults.same_second = True
    for _ in range(2):
        await phone.type_text("x")
        clock.advance(timedelta(seconds=7))
    twin.faults.same_second = False
    await phone.type_text("x")
    times = [int(got.text("CreateTime") or 0) - int(START.timestamp()) for got in receiver.got]
    assert times == [0, 0, 14]


async def test_a_late_200_is_repeated_and_its_reply_thrown_away(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    receiver.reply = lambda root: (
        f"<xml><ToUserName>{root.findtext('FromUserName')}</ToUserName><FromUserName>{CORP}</FromUserName>"
        "<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>收到</Content></xml>"
    )
    twin.faults.late_200 = 1
    delivery = await phone.type_text("hi")
    assert [attempt.outcome for attempt in delivery.attempts] == [Outcome.LATE, Outcome.ACCEPTED]
    assert [item["from"] for item in phone.screen] == ["me", "app"]


@pytest.mark.parametrize("fault", ["truncated_body", "wrong_signature", "wrong_receiveid"])
async def test_spoiled_pushes_cannot_be_opened_and_the_next_one_can(
    twin: Twin, receiver: Receiver, phone: Phone, fault: str
) -> None:
    setattr(twin.faults, fault, 1)
    delivery = await phone.type_text("hi")
    assert [attempt.status for attempt in delivery.attempts] == [400, 200]
    assert [got.root is None for got in receiver.got] == [True, False]
    setattr(twin.faults, fault, ALWAYS)
    assert (await phone.type_text("hi")).outcome is Outcome.LOST


async def test_one_members_events_keep_their_order_and_do_not_wait_for_others(
    twin: Twin, receiver: Receiver, phone: Phone
) -> None:
    receiver.silent = 1
    phone.type_text("first")
    phone.type_text("second")
    await twin.until(lambda: len(receiver.got) == 1)
    await twin.phone("WangQiang", agentid=AGENT, corpid=CORP).type_text("other")
    assert [got.text("Content") for got in receiver.got] == ["first", "other"]
    receiver.over.set()
    await twin.settled()
    assert [got.text("Content") for got in receiver.got] == ["first", "other", "second"]


async def test_one_members_events_can_also_race(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.quirks.ordered_per_member = False
    receiver.silent = 1
    phone.type_text("first")
    await twin.until(lambda: len(receiver.got) == 1)
    await phone.type_text("second")
    receiver.over.set()
    await twin.settled()
    assert len(receiver.got) == 2


async def test_a_redirect_is_a_failed_push_and_not_followed(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    receiver.statuses = [302]
    delivery = await phone.type_text("hi")
    assert [attempt.status for attempt in delivery.attempts] == [302, 200]


async def test_lower_case_senders(twin: Twin, receiver: Receiver, phone: Phone) -> None:
    twin.quirks.lower_case_from_user = True
    receiver.reply = lambda root: (
        f"<xml><ToUserName>{root.findtext('FromUserName')}</ToUserName><FromUserName>{CORP}</FromUserName>"
        "<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>收到</Content></xml>"
    )
    await phone.type_text("hi")
    assert receiver.got[0].text("FromUserName") == "zhaomin"
    assert phone.screen[-1]["content"] == "收到", "still one person's screen"


async def test_system_events(twin: Twin, receiver: Receiver) -> None:
    await twin.system_event("inactive_alert", ("EffectTime", 1772411400), agentid=AGENT, corpid=CORP)
    assert receiver.got[0].text("FromUserName") == "sys"
    assert receiver.got[0].text("EffectTime") == "1772411400"
