"""Response codes and card copies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import ManualClock
from sandbox.wecom import NotOffered, Phone, Twin
from tests.support.wecom_twin import (
    AGENT,
    CORP,
    SMALL_SECRET,
    Api,
    Receiver,
    button_card,
    multiple_card,
    text_card,
    vote_card,
)

GREY = {"button": {"replace_name": "已处理"}}
DONE = {"template_card": text_card()}


@pytest.fixture
def phones(twin: Twin) -> dict[str, Phone]:
    return {name: twin.phone(name, agentid=AGENT, corpid=CORP) for name in ("ZhaoMin", "WangQiang", "LiGong")}


async def update(api: Api, code: str, **body: Any) -> dict[str, Any]:
    return await api.post("message/update_template_card", {"agentid": AGENT, "response_code": code} | body)


async def pressed_code(phone: Phone, receiver: Receiver, key: str = "yes") -> str:
    await phone.press_button(phone.cards[-1], key)
    return receiver.got[-1].text("ResponseCode") or ""


async def test_the_code_of_the_send_changes_all_copies_at_once(
    api: Api, receiver: Receiver, phones: dict[str, Phone]
) -> None:
    sent = await api.send("ZhaoMin|WangQiang", card=button_card())
    assert (await update(api, sent["response_code"], atall=1, **GREY))["errcode"] == 0
    for name in ("ZhaoMin", "WangQiang"):
        card = phones[name].cards[0]
        assert (card["greyed"], card["buttons"]) == ("已处理", [])
        with pytest.raises(NotOffered):
            phones[name].press_button(card, "yes")


async def test_a_code_works_once(api: Api, receiver: Receiver) -> None:
    sent = await api.send("ZhaoMin", card=button_card())
    assert (await update(api, sent["response_code"], atall=1, **GREY))["errcode"] == 0
    assert (await update(api, sent["response_code"], atall=1, **GREY))["errcode"] == 60140
    assert (await update(api, "made-up", atall=1, **GREY))["errcode"] == 60140
    assert (await update(api, "", atall=1, **GREY))["errcode"] == 60140


async def test_a_code_lives_72_hours(api: Api, receiver: Receiver, clock: ManualClock) -> None:
    early = await api.send("ZhaoMin", card=button_card("T-1"))
    late = await api.send("ZhaoMin", card=button_card("T-2"))
    clock.advance(timedelta(hours=72) - timedelta(seconds=1))
    await api.login()
    assert (await update(api, early["response_code"], atall=1, **GREY))["errcode"] == 0
    clock.advance(timedelta(seconds=1))
    assert (await update(api, late["response_code"], atall=1, **GREY))["errcode"] == 60140


async def test_every_click_brings_a_fresh_code_even_after_the_old_ones_died(
    api: Api, receiver: Receiver, phones: dict[str, Phone], clock: ManualClock
) -> None:
    sent = await api.send("ZhaoMin|WangQiang", card=button_card())
    clock.advance(timedelta(days=5))
    await api.login()
    first = await pressed_code(phones["ZhaoMin"], receiver)
    second = await pressed_code(phones["ZhaoMin"], receiver)
    assert len({sent["response_code"], first, second}) == 3
    answer = await update(api, first, userids=["zhaomin", "WANGQIANG", "LiGong", "nobody"], **DONE)
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == ["nobody", "ligong"], "an array, lower-cased; the code also reaches others"
    assert phones["WangQiang"].cards[0]["card"]["card_type"] == "text_notice"


async def test_targets(api: Api, receiver: Receiver, phones: dict[str, Phone]) -> None:
    sent = await api.send("ZhaoMin|WangQiang", card=button_card())
    code = sent["response_code"]
    assert (await update(api, code, **GREY))["errcode"] == 82101
    assert (await update(api, code, userids=["LiGong"], **GREY))["errcode"] == 82102
    too_many = [f"u{number}" for number in range(1001)]
    assert (await update(api, code, userids=too_many, **GREY))["errcode"] == 40032
    assert (await update(api, code, partyids=[3], **GREY))["errcode"] == 0, "refusals spend nothing"
    assert phones["WangQiang"].cards[0]["greyed"] == "已处理"
    assert phones["ZhaoMin"].cards[0]["greyed"] == ""


async def test_another_app_cannot_use_the_code(api: Api, twin: Twin, receiver: Receiver) -> None:
    from dataclasses import replace

    sent = await api.send("WangQiang", card=button_card())
    small = twin.agent(1000003, corpid=CORP)
    small.config = replace(small.config, trusted_ips=None)
    await api.login(secret=SMALL_SECRET)
    body = {"agentid": 1000003, "response_code": sent["response_code"], "atall": 1} | GREY
    assert (await api.post("message/update_template_card", body))["errcode"] == 60140


async def test_what_an_update_must_say(api: Api, receiver: Receiver) -> None:
    code = (await api.send("ZhaoMin", card=button_card()))["response_code"]
    assert (await update(api, code, atall=1))["errcode"] == 40058
    assert (await update(api, code, atall=1, button={}))["errcode"] == 42020
    notice = {"card_type": "text_notice", "main_title": {"title": "t"}}
    assert (await update(api, code, atall=1, template_card=notice))["errcode"] == 42045
    assert (await update(api, code, atall=1, **DONE))["errcode"] == 0


async def test_a_card_that_calls_back_cannot_be_put_in_without_an_address(
    api: Api, twin: Twin, receiver: Receiver
) -> None:
    code = (await api.send("ZhaoMin", card=button_card()))["response_code"]
    twin.set_callback(None, AGENT, corpid=CORP)
    assert (await update(api, code, atall=1, template_card=button_card("T-8")))["errcode"] == 43012
    assert (await update(api, code, atall=1, **DONE))["errcode"] == 0


async def test_a_notice_with_a_corner_menu_can_be_updated_but_has_no_button_to_grey(
    api: Api, receiver: Receiver, phones: dict[str, Phone]
) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "撤回", "key": "withdraw"}]}
    code = (await api.send("ZhaoMin", card=text_card(task_id="T-1", action_menu=menu)))["response_code"]
    assert (await update(api, code, atall=1, **GREY))["errcode"] == 40058
    await phones["ZhaoMin"].press_card_menu(phones["ZhaoMin"].cards[0], "withdraw")
    assert receiver.events == ["template_card_menu_event"]
    assert receiver.got[0].text("CardType") == "text_notice"
    assert (await update(api, receiver.got[0].text("ResponseCode") or "", atall=1, **DONE))["errcode"] == 0
    with pytest.raises(NotOffered):
        phones["ZhaoMin"].press_card_menu(phones["ZhaoMin"].cards[0], "withdraw")


async def test_a_card_may_become_another_type_that_lives_on(
    api: Api, receiver: Receiver, phones: dict[str, Phone]
) -> None:
    phone = phones["ZhaoMin"]
    code = (await api.send("ZhaoMin", card=button_card("T-5")))["response_code"]
    assert (await update(api, code, atall=1, template_card=multiple_card("T-6")))["errcode"] == 0
    await phone.submit(phone.cards[0], {"shift": ["b"]})
    got = receiver.got[-1]
    assert got.text("CardType") == "multiple_interaction"
    assert got.text("TaskId") == "T-5", "the message keeps its task"
    assert got.text("EventKey") == "done"


async def test_replace_text_kills_the_buttons_of_the_new_card(
    api: Api, receiver: Receiver, phones: dict[str, Phone]
) -> None:
    code = (await api.send("ZhaoMin", card=vote_card()))["response_code"]
    assert (await update(api, code, atall=1, template_card=vote_card(replace_text="已提交")))["errcode"] == 0
    card = phones["ZhaoMin"].cards[0]
    assert card["greyed"] == "已提交"
    with pytest.raises(NotOffered):
        phones["ZhaoMin"].submit(card)


async def test_a_recalled_card_cannot_be_pressed(api: Api, receiver: Receiver, phones: dict[str, Phone]) -> None:
    sent = await api.send("ZhaoMin", card=button_card())
    await api.post("message/recall", {"msgid": sent["msgid"]})
    with pytest.raises(NotOffered):
        phones["ZhaoMin"].press_button(sent["msgid"], "yes")


async def test_a_stale_press_still_arrives_when_the_hand_was_faster(
    api: Api, receiver: Receiver, phones: dict[str, Phone]
) -> None:
    sent = await api.send("ZhaoMin", card=button_card())
    before = phones["ZhaoMin"].cards[0]
    await update(api, sent["response_code"], atall=1, **DONE)
    await phones["ZhaoMin"].press_stale(sent["msgid"], "yes", stale=before)
    assert receiver.got[-1].text("EventKey") == "yes"
    assert phones["ZhaoMin"].cards[0]["card"]["card_type"] == "text_notice"


async def test_members_who_were_dropped_have_no_copy(api: Api, twin: Twin, receiver: Receiver) -> None:
    twin.limits.member_minute = 0
    sent = await api.send("ZhaoMin", card=button_card())
    answer = await update(api, sent["response_code"], userids=["ZhaoMin"], **GREY)
    assert answer["errcode"] == 82102
