"""GB 11643 inside the number of a special-operation certificate: figures of the standard, none of our own making."""

from __future__ import annotations

import pytest

from storage.register_fields import national_number_fault


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("T11010519491231002X", None),  # the standard's own examples
        ("T440524188001010014", None),
        ("T320500199003071238", None),
        ("T320500199003071239", "校验位"),
        ("T110105194912310020", "校验位"),
        ("T990105194912310020", "地区"),
        ("T000000199001010000", "地区"),
        ("T11010519491331002X", "出生日期"),
        ("T11010519490230002X", "出生日期"),
        ("11010519491231002X", "T 加 18 位"),
        ("T1101051949123100", "T 加 18 位"),
        ("T11010519491231002x", "T 加 18 位"),
        ("T11010519491231002XX", "T 加 18 位"),
        ("T1101051949123１002X", "T 加 18 位"),
    ],
)
def test_a_number_is_one_that_was_given_out(number: str, fault: str | None) -> None:
    said = national_number_fault(number)
    if fault is None:
        assert said is None
    else:
        assert said is not None
        assert fault in said
        assert number[7:15] not in said, "a message never repeats the number"


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_digit_is_always_found(place: int) -> None:
    number = "320500199003071238"
    for digit in set("0123456789") - {number[place]}:
        assert national_number_fault("T" + number[:place] + digit + number[place + 1 :]) is not None
