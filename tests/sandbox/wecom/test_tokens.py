"""gettoken, life and death of tokens, trusted IPs, and the shape of answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.clock import ManualClock
from sandbox.wecom import ALWAYS, TokenIssue, Twin
from tests.support.wecom_twin import (
    AGENT,
    CORP,
    OTHER_CORP,
    SECRET,
    SMALL_AGENT,
    SMALL_SECRET,
    Api,
)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, 41002),
        ({"corpid": CORP}, 41004),
        ({"corpid": "ww0", "corpsecret": SECRET}, 40013),
        ({"corpid": CORP, "corpsecret": "wrong"}, 40001),
        ({"corpid": OTHER_CORP, "corpsecret": SECRET}, 40091),
    ],
)
async def test_gettoken_refuses(api: Api, query: dict[str, str], code: int) -> None:
    assert (await api.get("gettoken", **query))["errcode"] == code


async def test_a_token_lives_two_hours_and_is_the_same_while_it_lives(api: Api, clock: ManualClock) -> None:
    first = await api.login()
    assert first["expires_in"] == 7200
    clock.advance(timedelta(seconds=7199))
    assert (await api.login())["access_token"] == first["access_token"]
    assert (await api.send("WangQiang", text="hi"))["errcode"] == 0
    clock.advance(timedelta(seconds=1))
    assert (await api.send("WangQiang", text="hi"))["errcode"] == 42001
    assert (await api.login())["access_token"] != first["access_token"]


@pytest.mark.parametrize(
    ("issue", "same", "old_works"),
    [(TokenIssue.SAME, True, True), (TokenIssue.FRESH, False, True), (TokenIssue.FRESH_REVOKES, False, False)],
)
async def test_what_a_second_gettoken_does(
    api: Api, twin: Twin, issue: TokenIssue, same: bool, old_works: bool
) -> None:
    twin.quirks.token_issue = issue
    old = api.token
    new = (await api.get("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"]
    assert (new == old) is same
    answer = await api.get("getcallbackip", access_token=old)
    assert answer["errcode"] == (0 if old_works else 40014)


async def test_tokens_die_early_and_belong_to_one_app(api: Api, twin: Twin) -> None:
    assert (await api.get("getcallbackip", access_token=""))["errcode"] == 41001
    assert (await api.get("getcallbackip", access_token="nonsense"))["errcode"] == 40014
    body = {"touser": "WangQiang", "agentid": SMALL_AGENT, "msgtype": "text", "text": {"content": "x"}}
    assert (await api.post("message/send", body))["errcode"] == 301002
    assert (await api.post("message/send", body | {"agentid": 77}))["errcode"] == 40056
    del body["agentid"]
    assert (await api.post("message/send", body))["errcode"] == 41011
    twin.revoke_tokens(AGENT, corpid=CORP)
    assert (await api.send("WangQiang", text="hi"))["errcode"] == 40014
    await api.login()
    assert (await api.send("WangQiang", text="hi"))["errcode"] == 0


async def test_a_token_that_is_always_invalid(api: Api, twin: Twin) -> None:
    twin.faults.token_always_invalid = True
    for _ in range(3):
        assert (await api.login())["errcode"] == 0
        assert (await api.send("WangQiang", text="hi"))["errcode"] == 40014


async def test_a_disabled_app_gets_no_token_and_loses_the_old_one(api: Api, twin: Twin) -> None:
    twin.disable_app(AGENT, corpid=CORP)
    assert (await api.send("WangQiang", text="hi"))["errcode"] == 50003
    assert (await api.get("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 40001


async def test_trusted_ips_guard_apps_that_list_them_and_exempt_older_ones(api: Api, twin: Twin) -> None:
    twin.faults.untrusted_ip = True
    assert (await api.send("WangQiang", text="hi"))["errcode"] == 0
    await api.login(secret=SMALL_SECRET)
    refused = await api.get("getcallbackip")
    assert refused["errcode"] == 60020
    assert "127.0.0.1" in refused["errmsg"]


async def test_an_app_that_lists_other_ips_is_refused(api: Api) -> None:
    await api.login(secret=SMALL_SECRET)
    assert (await api.get("getcallbackip"))["errcode"] == 60020


async def test_an_app_that_lists_our_ip_passes_until_the_switch(api: Api, twin: Twin) -> None:
    from dataclasses import replace

    app = twin.agent(AGENT, corpid=CORP)
    app.config = replace(app.config, trusted_ips=("127.0.0.1",))
    assert (await api.get("getcallbackip"))["errcode"] == 0
    twin.faults.untrusted_ip = True
    assert (await api.get("getcallbackip"))["errcode"] == 60020
    twin.quirks.untrusted_ip_at_gettoken = True
    assert (await api.login())["errcode"] == 60020


async def test_guessing_secrets_blocks_the_ip_for_an_hour(api: Api, twin: Twin, clock: ManualClock) -> None:
    twin.limits.wrong_secret_hour = 2
    wrong = [await api.get("gettoken", corpid=CORP, corpsecret="wrong") for _ in range(3)]
    assert [answer["errcode"] for answer in wrong] == [40001, 40001, 45009]
    assert (await api.login())["errcode"] == 45009
    clock.advance(timedelta(hours=1))
    assert (await api.login())["errcode"] == 0


async def test_error_texts_vary_and_some_successes_carry_no_errcode(api: Api, twin: Twin) -> None:
    texts = {(await api.get("user/get", userid="nobody"))["errmsg"] for _ in range(3)}
    assert len(texts) == 3
    assert all("hint: [" in text for text in texts)
    twin.quirks.omit_errcode_every = 3
    answers = [await api.get("user/get", userid="WangQiang") for _ in range(6)]
    assert sum("errcode" not in answer for answer in answers) == 2
    assert all(answer["name"] == "王强" for answer in answers)


async def test_wrong_method_and_bad_json(api: Api) -> None:
    assert (await api.get("message/send"))["errcode"] == 40058
    assert (await api.post("user/get", {}, userid="ZhaoMin"))["errcode"] == 40058
    assert (await api.post("message/send", b"not json"))["errcode"] == 40058
    assert (await api.post("message/send", b"[1]"))["errcode"] == 40058


async def test_wrong_json_types_are_converted_with_a_warning_in_errmsg(api: Api, twin: Twin) -> None:
    body = {"touser": "WangQiang", "agentid": str(AGENT), "msgtype": "text", "text": {"content": 12}}
    answer = await api.post("message/send", body)
    assert answer["errcode"] == 0
    assert "wrong json format" in answer["errmsg"]
    assert {remark.note.path for remark in twin.remarks} == {"agentid", "text.content"}


async def test_busy_is_scripted_per_api_and_counts_down(api: Api, twin: Twin) -> None:
    twin.faults.fail("message/send", -1, times=2)
    codes = [(await api.send("WangQiang", text="hi"))["errcode"] for _ in range(3)]
    assert codes == [-1, -1, 0]
    assert len(twin.sent) == 1
    twin.faults.fail("message/send", 45033, times=ALWAYS)
    assert [(await api.send("WangQiang", text="hi"))["errcode"] for _ in range(4)] == [45033] * 4
