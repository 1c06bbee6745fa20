"""What lies behind the glass is read when the message is sent, and after its moment not at all."""

from __future__ import annotations

from cards.words_privacy import behind_glass


def test_all_of_it_and_what_nobody_noted() -> None:
    text = behind_glass("王强", "13912345678", {"blood": "A型", "contact": "张三 13800138000"})
    assert text.splitlines() == [
        "王强的紧急信息（只给您看，不要转发）",
        "本人电话：13912345678",
        "血型：A型",
        "作业禁忌：未登记",
        "紧急联系人：张三 13800138000",
    ]
