"""Every codec under bytes nobody should send: no crash, no false reading, the same in chunks, bounded memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzz_subjects import SUBJECTS, Subject
from tests.support.mutants import QuickDice, mutants

QUICK = 1_000
MILLION = 1_000_000

each_codec = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: str(subject.name))


def walk(subject: Subject, count: int, seed: int) -> int:
    return sum(subject.check(dice, data) for dice, data in mutants(seed, count, subject.good, subject.words))


@each_codec
def test_damaged_copies(subject: Subject) -> None:
    assert walk(subject, QUICK, seed=1) > 0, "something was read, too"


@pytest.mark.deep
@each_codec
def test_a_million_damaged_copies(subject: Subject, record_property: Callable[[str, object], None]) -> None:
    read = walk(subject, MILLION, seed=2)
    assert read > 0
    record_property("reached", f"{subject.name}: {MILLION} inputs, {read} readings")


@each_codec
@given(seed=st.integers(0, 2**32), data=st.data())
def test_any_bytes(subject: Subject, seed: int, data: st.DataObject) -> None:
    pieces = st.one_of(st.binary(max_size=64), st.sampled_from([*subject.good, *subject.words]))
    subject.check(QuickDice(seed), b"".join(data.draw(st.lists(pieces, max_size=6))))


@pytest.mark.deep
@each_codec
@given(seed=st.integers(0, 2**32), data=st.data())
def test_any_bytes_for_longer(subject: Subject, seed: int, data: st.DataObject) -> None:
    pieces = st.one_of(st.binary(max_size=64), st.sampled_from([*subject.good, *subject.words]))
    subject.check(QuickDice(seed), b"".join(data.draw(st.lists(pieces, max_size=6))))
