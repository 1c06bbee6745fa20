"""One box is one detector, however often and however differently somebody wrote its label down."""

from __future__ import annotations

import pytest

from workflow.instruments import named_twice, spelled_plainly


@pytest.mark.parametrize(
    "other", ["GX-6000 123", "gx6000-123", "ＧＸ６０００　１２３", "GX–6000−123", "G\u200bX_6000 123\t", "Ｇx 6000123"]
)
def test_a_label_is_the_same_however_it_is_spelt(other: str) -> None:
    assert spelled_plainly(other) == spelled_plainly("GX6000123")


@pytest.mark.parametrize("other", ["GX6000124", "GX6000.123", "", "6000123"])
def test_what_differs_by_more_than_its_spelling_is_another(other: str) -> None:
    assert spelled_plainly(other) != spelled_plainly("GX6000123")


@pytest.mark.parametrize(
    ("second", "twice"),
    [
        (("GX-6000", "12-3"), True), (("gx 6000", "１２３"), True), (("", "123"), True), (("BW", "123"), False),
        (("GX-6000", "124"), False), (("GX-6000", ""), False),
    ],
)  # fmt: skip
def test_two_entries_are_one_box_by_serial_and_model(second: tuple[str, str], *, twice: bool) -> None:
    found = list(named_twice([("a", "GX-6000", "123"), ("b", *second)]))
    assert found == ([("b", "a")] if twice else [])
    found = list(named_twice([("b", *second), ("a", "GX-6000", "123")]))
    assert found == ([("a", "b")] if twice else [])


def test_without_a_serial_nobody_can_tell() -> None:
    assert list(named_twice([("a", "GX", ""), ("b", "GX", "-"), ("c", "GX", " ")])) == []


def test_a_third_name_is_named_too() -> None:
    assert list(named_twice([(name, "K", "1") for name in "abc"])) == [("b", "a"), ("c", "a")]
