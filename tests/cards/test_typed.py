"""A card as a text: what is typed for it names exactly one press, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.card import Button, Card, Choice, Option
from cards.typed import Offered, Typed, offer_of, pressable, pressed, read_typed, typed_text


def options(letter: str, count: int) -> tuple[Option, ...]:
    return tuple(Option(id=f"{letter}{n}", text=f"{n}号") for n in range(1, count + 1))


BUTTONS = Card(
    subject="permit:1", key="k", title="请审批",
    buttons=(Button(text="同意", token="t1"), Button(text="退回修改", token="t2")),
    menu=(Button(text="刷新", token="t3"),),
)  # fmt: skip
TICKS = Card(
    subject="permit:1", key="k", title="准备中", submit=Button(text="提交勾选", token="t9"),
    menu=(Button(text="刷新", token="t3"),),
    choices=(Choice(key="measures", title="", many=True, options=options("m", 12)),),
)  # fmt: skip
PLACE = Card(
    subject="draft:1", key="k", title="还差一点", submit=Button(text="确定", token="t8"),
    choices=(Choice(key="place", title="在哪里？", options=options("p", 3)),),
)  # fmt: skip


def offer(card: Card) -> Offered:
    return offer_of(card, platform="dingtalk", task="task")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("选 417-1", Typed(number=417, said="1")),
        ("选417－1", Typed(number=417, said="1")),
        ("选４１７ １", Typed(number=417, said="1")),
        ("选 417：同意", Typed(number=417, said="同意")),
        ("选417同意", Typed(number=417, said="同意")),
        ("选 417 1 3", Typed(number=417, said="1 3")),
        ("选 417", Typed(number=417, said="")),
        ("选2号罐", Typed(number=2, said="号罐")),
        ("417-1", None),
        ("1", None),
        ("选好了", None),
        ("我选 417-1", None),
        ("4171", None),
    ],
)
def test_only_a_line_that_names_the_card_is_an_answer(line: str, expected: Typed | None) -> None:
    assert read_typed(line) == expected


@pytest.mark.parametrize(
    ("card", "said", "token", "chosen"),
    [
        (BUTTONS, "1", "t1", {}),
        (BUTTONS, "退回修改", "t2", {}),
        (BUTTONS, "3", "t3", {}),
        (TICKS, "1 3", "t9", {"measures": ("m1", "m3")}),
        (TICKS, "1、12", "t9", {"measures": ("m1", "m12")}),
        (TICKS, "3 3", "t9", {"measures": ("m3",)}),
        (TICKS, "0", "t9", {"measures": ()}),
        (TICKS, "无", "t9", {"measures": ()}),
        (TICKS, "刷新", "t3", {}),
        (PLACE, "2", "t8", {"place": ("p2",)}),
    ],
)
def test_a_press(card: Card, said: str, token: str, chosen: dict[str, tuple[str, ...]]) -> None:
    found = pressed(offer(card), said)
    assert found is not None
    assert (found.token, found.chosen) == (token, chosen)


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (BUTTONS, ""),
        (BUTTONS, "0"),
        (BUTTONS, "4"),
        (BUTTONS, "1 2"),
        (BUTTONS, "1吧"),
        (BUTTONS, "同意吗"),
        (TICKS, ""),
        (TICKS, "13"),
        (TICKS, "1 13"),
        (TICKS, "全部"),
        (PLACE, "0"),
        (PLACE, "1 2"),
        (PLACE, "4"),
    ],
)
def test_what_was_not_offered_is_no_press(card: Card, said: str) -> None:
    assert pressed(offer(card), said) is None


def test_two_buttons_of_the_same_words_are_told_apart_by_their_place_only() -> None:
    twice = Card(
        subject="s", key="k", title="t", buttons=(Button(text="确认", token="a"), Button(text="确认", token="b"))
    )
    assert pressed(offer(twice), "确认") is None
    second = pressed(offer(twice), "2")
    assert second is not None
    assert second.token == "b"


@given(st.text(max_size=30))
def test_whatever_is_typed_the_press_is_one_of_those_offered(said: str) -> None:
    for card in (BUTTONS, TICKS, PLACE):
        found = pressed(offer(card), said)
        if found is not None:
            assert found.token in {"t1", "t2", "t3", "t8", "t9"}
            assert all(set(ids) <= set(one.ids) for one in offer(card).asked for ids in [found.chosen.get(one.key, ())])


def test_no_token_is_in_the_text() -> None:
    for card in (BUTTONS, TICKS, PLACE):
        assert pressable(card)
        text = typed_text(card, 417).text
        assert not any(token in text for token in ("t1", "t2", "t3", "t8", "t9"))
        assert "选 417" in text
