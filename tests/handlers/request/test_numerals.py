from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.request.folding import fold, key
from handlers.request.numerals import to_decimal, to_int


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("十五", 15), ("二十三", 23), ("廿三", 23), ("廿", 20), ("两", 2), ("俩", 2), ("十", 10), ("九十九", 99),
        ("一百二", 120), ("一百零二", 102), ("两千零二", 2002), ("二零二六", 2026), ("一零一", 101), ("８", 8),
        ("１０", 10), ("二三", None), ("八九", None), ("百", None), ("", None), ("十十", None), ("三二一二一", None),
        ("半", None), ("零", 0),
    ],
)  # fmt: skip
def test_whole_numbers(said: str, value: int | None) -> None:
    assert to_int(said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [("半", "0.5"), ("一个半", "1.5"), ("俩半", "2.5"), ("1.5", "1.5"), ("３", "3"), ("两个", "2"), ("十二", "12")],
)
def test_numbers_with_halves_are_exact(said: str, value: str) -> None:
    assert to_decimal(said) == Decimal(value)


@pytest.mark.parametrize("said", ["两三个", "三点五", "几", "个半", "", "1.2.3", "一百万"])
def test_what_is_not_one_number_is_none(said: str) -> None:
    assert to_decimal(said) is None


@given(st.integers(min_value=1, max_value=99))
def test_every_number_below_a_hundred_reads_back(value: int) -> None:
    tens, ones = divmod(value, 10)
    digits = " 一二三四五六七八九"
    said = (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")
    assert to_int(said) == value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2号罐", "二号罐"), ("2#罐", "2号罐"), ("#2罐", "二号罐"), ("R-101", "r101"), ("R 101", "Ｒ－１０１"),
        ("三号罐区", "3 号 罐区"),
        ("十五单元", "15单元"),
    ],
)  # fmt: skip
def test_two_ways_to_write_one_name(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("R-101", "R-102"),
        ("R-101-2", "R-1012"),
        ("二三车间", "23车间"),
        ("12号罐", "1 2号罐"),
        ("北罐区", "南罐区"),
        ("P101A", "P101B"),
    ],
)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(st.text(max_size=200))
def test_folding_never_moves_a_letter(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
