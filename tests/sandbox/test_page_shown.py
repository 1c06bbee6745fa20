"""What the demo's phones draw of a text."""

from __future__ import annotations

import base64

import pytest

from sandbox.page.shown import item_view


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("没有链接 [1]", None),
        (
            '待办\n<a href="http://127.0.0.1:1/p/A-1">待开工</a>\n完',
            [{"text": "待办\n"}, {"text": "待开工", "page": "/p/A-1"}, {"text": "\n完"}],
        ),
        (
            "[闭环率](https://a.example/figures?key=x) 98%",
            [{"text": ""}, {"text": "闭环率", "page": "/figures?key=x"}, {"text": " 98%"}],
        ),
        (
            "全部：http://localhost:1/watch\n",
            [{"text": "全部："}, {"text": "http://localhost:1/watch", "page": "/watch"}, {"text": "\n"}],
        ),
        (
            "请签字：\nhttp://localhost:1/sign/t",
            [
                {"text": "请签字：\n"},
                {"text": "http://localhost:1/sign/t", "url": "http://localhost:1/sign/t"},
                {"text": ""},
            ],
        ),
        (
            "http://localhost:1/key/t/code",
            [
                {"text": ""},
                {"text": "http://localhost:1/key/t/code", "url": "http://localhost:1/key/t/code"},
                {"text": " "},
                {"text": "（不扫码，就在这台电脑上登记）", "url": "http://localhost:1/key/t"},
                {"text": ""},
            ],
        ),
    ],
)
def test_a_link_in_a_text_is_drawn_as_one(said: str, pieces: object) -> None:
    item = {"id": "1", "at": "", "from": "bot", "recalled": False, "kind": "text", "content": said}
    assert item_view(item).get("pieces") == pieces
    assert "pieces" not in item_view(item | {"from": "me"})


def test_a_picture_without_a_file_leaves_the_page_standing() -> None:
    item = {"id": "1", "at": "", "from": "bot", "recalled": False, "kind": "image"}
    assert item_view(item | {"md5": "0" * 32})["text"] == "［图片］"
    assert item_view(item | {"url": "https://a.example/1.png"})["text"] == "［图片］"
    assert item_view(item | {"media_id": "m1"})["media"] == "m1"


def test_a_group_robots_picture_is_drawn_and_nothing_else_is() -> None:
    item = {"id": "1", "at": "", "from": "bot", "recalled": False, "kind": "image"}
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()
    shown = item_view(item | {"base64": png})
    assert (shown["picture"], shown["text"]) == (f"data:image/png;base64,{png}", "")
    script = base64.b64encode(b"<svg onload=alert(1)>").decode()
    large = base64.b64encode(b"\xff\xd8\xff" + bytes(3 * 1024 * 1024)).decode()
    for odd in (script, "%%%", large, ""):
        shown = item_view(item | {"base64": odd})
        assert ("picture" in shown, shown["text"]) == (False, "［图片］")
