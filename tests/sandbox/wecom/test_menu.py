"""The app's menu and settings."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.wecom import NotOffered, Twin
from tests.support.wecom_twin import AGENT, CORP, SMALL_AGENT, Api, Receiver

CLICK = {"type": "click", "name": "我的作业票", "key": "mine"}
MENU = {
    "button": [
        CLICK,
        {"type": "view", "name": "看板", "url": "https://permits.example"},
        {"name": "现场", "sub_button": [{"type": "pic_sysphoto", "name": "拍照", "key": "photo"}]},
    ]
}


async def test_a_menu_is_created_read_and_deleted(api: Api, twin: Twin) -> None:
    agent = str(AGENT)
    assert (await api.get("menu/get", agentid=agent))["errcode"] == 46003
    assert (await api.post("menu/create", MENU, agentid=agent))["errcode"] == 0
    assert (await api.get("menu/get", agentid=agent))["button"] == MENU["button"]
    names = [entry["name"] for entry in twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP).menu]
    assert names == ["我的作业票", "看板", "拍照"]
    assert (await api.get("menu/delete", agentid=agent))["errcode"] == 0
    assert twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP).menu == []
    assert (await api.get("menu/get"))["errcode"] == 41011
    assert (await api.get("menu/get", agentid=str(SMALL_AGENT)))["errcode"] == 301002


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        ([CLICK | {"type": "dance"}], 40017),
        ([CLICK | {"name": "票" * 6}], 40018),
        ([CLICK | {"key": "k" * 129}], 40019),
        ([{"type": "view", "name": "n", "url": "https://" + "u" * 1024}], 40020),
        ([{"type": "view", "name": "n", "url": "permits.example"}], 40054),
        ([{"name": "n", "sub_button": [CLICK] * 6}], 40023),
        ([{"name": "n", "sub_button": [CLICK | {"type": "dance"}]}], 40024),
        ([{"name": "n", "sub_button": [CLICK | {"name": "票" * 14}]}], 40025),
        ([{"name": "n", "sub_button": [CLICK | {"key": ""}]}], 40026),
    ],
)
async def test_menus_that_are_refused(api: Api, buttons: list[Any], code: int) -> None:
    assert (await api.post("menu/create", {"button": buttons}, agentid=str(AGENT)))["errcode"] == code


async def test_settings_switch_the_enter_events(api: Api, twin: Twin, receiver: Receiver) -> None:
    phone = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP)
    for each in phone.enter_app(at=("30.1", "120.2")):
        await each
    assert receiver.events == ["enter_agent", "LOCATION"]
    assert receiver.got[1].text("Latitude") == "30.1"
    off = {"agentid": AGENT, "report_location_flag": 0, "isreportenter": 0, "name": "新名"}
    assert (await api.post("agent/set", off))["errcode"] == 0
    assert phone.enter_app(at=("30.1", "120.2")) == []
    settings = await api.get("agent/get", agentid=str(AGENT))
    assert (settings["name"], settings["isreportenter"]) == ("新名", 0)
    assert (await api.post("agent/set", {"agentid": AGENT, "name": "x" * 33}))["errcode"] == 40058


async def test_a_phone_presses_only_what_the_menu_offers(api: Api, twin: Twin, receiver: Receiver) -> None:
    phone = twin.phone("ZhaoMin", agentid=AGENT, corpid=CORP)
    with pytest.raises(NotOffered):
        phone.press_menu("mine")
    await api.post("menu/create", MENU, agentid=str(AGENT))
    await phone.press_menu("我的作业票")
    await phone.press_menu("看板")
    assert receiver.events == ["click", "view"]
    assert [got.text("EventKey") for got in receiver.got] == ["mine", "https://permits.example"]
    with pytest.raises(NotOffered):
        phone.press_menu("拍照")
    with pytest.raises(NotOffered):
        phone.scan_code("mine", "x")
