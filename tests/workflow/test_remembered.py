"""Answers kept by who they are about: asked once, never mixed up, and never more than so many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from workflow.remembered import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str


def test_the_same_objects_are_asked_about_once() -> None:
    memory, asked = Remembered[str](4), list[str]()
    thing, other = Thing(name="a"), Thing(name="b")

    def told() -> str:
        asked.append("now")
        return f"{thing.name}{other.name}"

    assert memory.of((thing, other), told) == "ab"
    assert memory.of((thing, other), told) == "ab"
    assert len(asked) == 1


def test_an_equal_object_is_another_one_and_so_is_another_order() -> None:
    memory = Remembered[int](8)
    one, twin = Thing(name="a"), Thing(name="a")
    assert memory.of((one,), lambda: 1) == 1
    assert memory.of((twin,), lambda: 2) == 2
    assert memory.of((one, twin), lambda: 3) == 3
    assert memory.of((twin, one), lambda: 4) == 4
    assert memory.of((one,), lambda: 5) == 1


def test_it_has_a_bottom_and_objects_that_go_never_lend_their_place() -> None:
    """Python gives the place of an object that is gone to the next one: an answer holds on to what it is about."""
    memory = Remembered[str](16)
    for number in range(500):
        thing = Thing(name=str(number))
        assert memory.of((thing,), lambda name=thing.name: name) == thing.name  # type: ignore[misc]  # bound at once
    assert 16 <= len(memory) <= 32


def test_what_is_asked_again_stays_while_others_go() -> None:
    memory, dear = Remembered[int](16), Thing(name="dear")
    memory.of((dear,), lambda: 1)
    for number in range(200):
        memory.of((Thing(name=str(number)),), lambda: 0)
        assert memory.of((dear,), lambda: 2) == 1


def test_what_is_told_by_its_value_counts_as_its_value() -> None:
    memory, thing = Remembered[int](4), Thing(name="a")
    assert memory.of((thing,), lambda: 1, given=date(2026, 3, 18)) == 1
    assert memory.of((thing,), lambda: 2, given=date(2026, 3, 19)) == 2
    assert memory.of((thing,), lambda: 3, given=date(2026, 3, 18)) == 1


def test_what_is_raised_is_not_remembered() -> None:
    memory, thing = Remembered[int](4), Thing(name="a")

    def fails() -> int:
        raise LookupError("no")

    with pytest.raises(LookupError):
        memory.of((thing,), fails)
    assert memory.of((thing,), lambda: 1) == 1
