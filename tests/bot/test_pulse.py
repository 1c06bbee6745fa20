"""Who counts as silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.pulse import Pulse


@dataclass
class Hand:
    """A clock whose hand the test moves."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_loop_that_does_not_beat_is_named() -> None:
    hand = Hand()
    pulse = Pulse(hand)
    beat = pulse.expect("timers", timedelta(seconds=30))
    pulse.expect("relay", timedelta(seconds=60))
    hand.seconds = 30
    assert pulse.silent() == ()
    hand.seconds = 31
    assert pulse.silent() == ("timers",)
    beat()
    assert pulse.silent() == ()
    hand.seconds = 62
    assert pulse.silent() == ("timers", "relay")


def test_an_errand_may_take_so_long_and_no_errand_is_no_silence() -> None:
    hand = Hand()
    pulse = Pulse(hand)
    pulse.expect_errands("arrivals", timedelta(seconds=30))
    hand.seconds = 1000
    assert pulse.silent() == ()
    with pulse.errand("arrivals"):
        hand.seconds = 1020
        with pulse.errand("arrivals"):
            hand.seconds = 1031
            assert pulse.silent() == ("arrivals",), "the oldest one counts"
    assert pulse.silent() == ()


def test_a_bound_has_a_length() -> None:
    with pytest.raises(ValueError, match="length"):
        Pulse(Hand()).expect("x", timedelta(0))


def test_a_line_that_is_down_is_told_apart_from_a_part_of_the_house() -> None:
    hand = Hand()
    pulse = Pulse(hand)
    heard = pulse.expect_line("dingtalk", timedelta(seconds=90))
    pulse.expect("relay", timedelta(seconds=60))
    hand.seconds = 91
    assert (pulse.silent(), pulse.cut_off()) == (("relay",), ("dingtalk",))
    heard()
    assert (pulse.silent(), pulse.cut_off()) == (("relay",), ())
