"""What is refused and blocked, what is dropped without a word, on the twin's clock."""

from __future__ import annotations

from datetime import timedelta

from sandbox.clock import ManualClock
from sandbox.wecom import Twin
from tests.support.wecom_twin import AGENT, CORP, START, Api


async def test_the_31st_message_in_a_minute_is_dropped_with_errcode_0(api: Api, twin: Twin, clock: ManualClock) -> None:
    answers = [await api.send("ZhaoMin", text=str(number)) for number in range(31)]
    assert {answer["errcode"] for answer in answers} == {0}
    phone = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP)
    assert len(phone.screen) == 30
    assert [dropped.userid for dropped in twin.dropped] == ["ZhaoMin"]
    assert (await api.send("WangQiang", text="others are not affected"))["errcode"] == 0
    clock.advance(timedelta(seconds=60))
    await api.send("ZhaoMin", text="again")
    assert phone.screen[-1]["content"] == "again"


async def test_the_hour_limit_drops_as_well(api: Api, twin: Twin, clock: ManualClock) -> None:
    twin.limits.member_hour = 3
    for number in range(4):
        await api.send("ZhaoMin", text=str(number))
        clock.advance(timedelta(minutes=2))
    assert len(twin.dropped) == 1


async def test_the_drop_can_be_told_with_45009(api: Api, twin: Twin) -> None:
    twin.limits.member_minute = 1
    twin.quirks.silent_drop_code = 45009
    assert (await api.send("ZhaoMin", text="1"))["errcode"] == 0
    assert (await api.send("ZhaoMin|WangQiang", text="2"))["errcode"] == 45009
    assert len(twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP).screen) == 1
    assert len(twin.phone("WangQiang", agentid=AGENT, corpid=CORP).screen) == 1


async def test_the_daily_allowance_ends_at_midnight_in_china(api: Api, twin: Twin, clock: ManualClock) -> None:
    twin.limits.sends_per_account_and_day = 1  # times 200 accounts
    twin.limits.member_minute = twin.limits.member_hour = 10_000
    for _ in range(100):
        await api.send("ZhaoMin|WangQiang", text="x")
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == 45009
    clock.move_to(START.replace(hour=15, minute=59))  # 23:59 in China
    await api.login()
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == 45009
    clock.move_to(START.replace(hour=16, minute=0))
    assert (await api.send("ZhaoMin", text="x"))["errcode"] == 0


async def test_basic_limits_block_for_their_unit_and_do_not_count_sends(
    api: Api, twin: Twin, clock: ManualClock
) -> None:
    twin.limits.corp_api_minute = 2
    codes = [(await api.get("user/get", userid="ZhaoMin"))["errcode"] for _ in range(3)]
    assert codes == [0, 0, 45009]
    assert (await api.get("department/get", id="1"))["errcode"] == 0, "each API counts for itself"
    clock.advance(timedelta(seconds=59))
    assert (await api.get("user/get", userid="ZhaoMin"))["errcode"] == 45009
    clock.advance(timedelta(seconds=1))
    assert (await api.get("user/get", userid="ZhaoMin"))["errcode"] == 0
    for _ in range(5):
        assert (await api.send("ZhaoMin", text="x"))["errcode"] == 0


async def test_an_hour_limit_blocks_for_an_hour(api: Api, twin: Twin, clock: ManualClock) -> None:
    twin.limits.ip_api_hour = 1
    assert (await api.get("user/get", userid="ZhaoMin"))["errcode"] == 0
    clock.advance(timedelta(minutes=50))
    assert (await api.get("user/get", userid="ZhaoMin"))["errcode"] == 45009
    clock.advance(timedelta(minutes=59))
    assert (await api.get("user/get", userid="ZhaoMin"))["errcode"] == 45009
    clock.advance(timedelta(minutes=1))
    assert (await api.get("user/get", userid="ZhaoMin"))["errcode"] == 0


async def test_debug_calls_are_capped_at_five_a_minute(api: Api) -> None:
    codes = [(await api.get("getcallbackip", debug="1"))["errcode"] for _ in range(6)]
    assert codes == [0, 0, 0, 0, 0, 45009]


async def test_asking_for_tickets_is_limited(api: Api, twin: Twin) -> None:
    twin.limits.app_ticket_hour = twin.limits.corp_ticket_hour = 1
    assert (await api.get("ticket/get", type="agent_config"))["errcode"] == 0
    assert (await api.get("ticket/get", type="agent_config"))["errcode"] == 45009
    assert (await api.get("get_jsapi_ticket"))["errcode"] == 0
    assert (await api.get("get_jsapi_ticket"))["errcode"] == 45009


async def test_wrong_mobile_numbers_block_the_corp_until_tomorrow(api: Api, twin: Twin, clock: ManualClock) -> None:
    twin.limits.wrong_mobile_percent = 1  # of 200 accounts
    wrong = [(await api.post("user/getuserid", {"mobile": "13900000000"}))["errcode"] for _ in range(3)]
    assert wrong == [46004, 46004, 45009]
    assert (await api.post("user/getuserid", {"mobile": "13800000001"}))["errcode"] == 45009
    clock.move_to(START.replace(hour=16))
    await api.login()
    assert (await api.post("user/getuserid", {"mobile": "13800000001"}))["userid"] == "WangQiang"
