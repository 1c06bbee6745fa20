"""The menu obeys the platform's limits and never takes pictures from an album."""

from __future__ import annotations

import pytest

from bot.wecom.menu import MENU, Entry, EntryType, Folder, MenuInvalid, MenuKey, menu_body


def test_the_menu_as_it_goes_out() -> None:
    assert menu_body() == {
        "button": [
            {"type": "click", "name": "我要申请", "key": "apply"},
            {"type": "click", "name": "我的任务", "key": "tasks"},
            {
                "name": "报隐患/停工",
                "sub_button": [
                    {"type": "click", "name": "立即停工", "key": "stop"},
                    {"type": "click", "name": "报隐患", "key": "hazard"},
                    {"type": "pic_sysphoto", "name": "现场拍照", "key": "shoot"},
                    {"type": "scancode_waitmsg", "name": "扫码", "key": "scan"},
                ],
            },
        ]
    }


def test_every_key_is_in_the_menu_once() -> None:
    keys = [one.key for entry in MENU for one in (entry.entries if isinstance(entry, Folder) else (entry,))]
    assert sorted(keys) == sorted(MenuKey)


@pytest.mark.parametrize(
    "make",
    [
        lambda: menu_body(()),
        lambda: menu_body(MENU + MENU[:1]),
        lambda: menu_body((Entry(name="我要申请作业", key="k"),)),  # 18 bytes; 16 are allowed
        lambda: Entry(name="", key="k"),
        lambda: Entry(name="x" * 41, key="k"),
        lambda: Entry(name="x", key=""),
        lambda: Entry(name="x", key="k" * 129),
        lambda: Folder(name="x", entries=()),
        lambda: Folder(name="x", entries=(Entry(name="x", key="k"),) * 6),
    ],
)
def test_what_the_platform_would_refuse_is_not_made(make: object) -> None:
    with pytest.raises(MenuInvalid):
        make()  # type: ignore[operator]


def test_sixteen_bytes_are_allowed() -> None:
    menu = (Entry(name="申请作业票a", key="k", type=EntryType.CLICK),)
    assert menu_body(menu)["button"][0]["name"] == "申请作业票a"
