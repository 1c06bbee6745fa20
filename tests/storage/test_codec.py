"""Canonical bytes: golden spellings, and every event of the law there and back."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.codec import Codec
from storage.errors import UnknownEvent
from storage.times import read, spell
from workflow.ids import PersonId
from workflow.journal import instant
from workflow.permit import events
from workflow.rules.types import Ladder
from workflow.values import Interval, Proof, ProofMethod

BEIJING = timezone(timedelta(hours=8))


class Colour(StrEnum):
    """A colour."""

    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A value with its time."""

    value: Decimal
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One field of every sort."""

    text: str
    colour: Colour
    inner: tuple[Inner, ...]
    by_colour: dict[Colour, Inner]
    left: timedelta
    maybe: datetime | None
    count: int
    flag: bool | None
    pair: tuple[str, int]


CODEC = Codec((Sample,))
MORNING = datetime(2026, 5, 1, 8, 0, tzinfo=BEIJING)


def test_the_spelling_is_canonical() -> None:
    sample = Sample(
        text='动火 "A"',
        colour=Colour.RED,
        inner=(Inner(value=Decimal("0.50"), at=MORNING),),
        by_colour={Colour.RED: Inner(value=Decimal("1E+2"), at=MORNING)},
        left=timedelta(minutes=90),
        maybe=MORNING,
        count=3,
        flag=None,
        pair=("x", 1),
    )
    kind, body = CODEC.encode(sample)
    assert kind == "Sample"
    assert body.decode() == (
        '{"by_colour":{"red":{"at":"2026-05-01T00:00:00.000000Z","value":"1E+2"}},'
        '"colour":"red","count":3,"flag":null,'
        '"inner":[{"at":"2026-05-01T00:00:00.000000Z","value":"0.50"}],'
        '"left":"PT5400S","maybe":"2026-05-01T00:00:00.000000Z","pair":["x",1],"text":"动火 \\"A\\""}'
    )
    assert CODEC.decode(kind, body) == sample


def test_a_naive_time_never_gets_in() -> None:
    naive = Sample(
        text="", colour=Colour.RED, inner=(), by_colour={}, left=timedelta(), maybe=datetime(2026, 5, 1),  # noqa: DTZ001
        count=0, flag=True, pair=("", 0),
    )  # fmt: skip
    with pytest.raises(ValueError, match="no time zone"):
        CODEC.encode(naive)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("Unheard", b"{}"), ("Sample", b"{}"), ("Sample", b"not json"), ("Sample", b'{"text":1}'), ("Sample", b"\xff")],
)
def test_what_cannot_be_read_is_said(kind: str, body: bytes) -> None:
    with pytest.raises(UnknownEvent, match=kind):
        CODEC.decode(kind, body)


def test_a_stored_event_that_breaks_its_own_rule_is_refused() -> None:
    codec = Codec((Interval,))
    body = b'{"start":"2026-05-01T10:00:00.000000Z","end":"2026-05-01T09:00:00.000000Z"}'
    with pytest.raises(UnknownEvent, match="ends after it starts"):
        codec.decode("Interval", body)


def test_a_class_that_is_not_registered_is_refused() -> None:
    with pytest.raises(UnknownEvent, match="Inner"):
        CODEC.encode(Inner(value=Decimal(1), at=MORNING))  # type: ignore[arg-type]  # on purpose


def test_two_events_may_not_share_a_name() -> None:
    with pytest.raises(TypeError, match="two events are called Sample"):
        Codec((Sample, Sample))


def test_a_type_that_could_be_read_two_ways_is_refused_at_once() -> None:
    @dataclass(frozen=True)
    class Either:
        what: Inner | Interval

    with pytest.raises(TypeError, match="may not hold instants"):
        Codec((Either,))


_aware = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, BEIJING]),
)
_length = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))
_SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(2**53), 2**53),
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10_000, max_value=10_000),
    date: st.dates(),
    datetime: _aware,
    timedelta: _length,
    type(None): st.none(),
    Interval: st.builds(
        lambda start, length: Interval(start=start, end=start + length + timedelta(seconds=1)), _aware, _length
    ),
    Ladder: st.builds(
        Ladder, remind=st.integers(1, 99), superior=st.integers(101, 2**53), further=st.integers(1, 2**53)
    ),
}


def any_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type as events use types; an unknown sort of type is an error, so that none is left out silently."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    if hasattr(hint, "__supertype__"):
        return any_of(hint.__supertype__)
    if origin in (Union, UnionType):
        return st.one_of(*map(any_of, arguments))
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(any_of(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(any_of, arguments))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(any_of(arguments[0]), any_of(arguments[1]), max_size=3)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        parts = {field.name: any_of(hints[field.name]) for field in fields(hint)}
        if hint is Proof:
            return st.one_of(*(st.builds(hint, **parts | more) for more in _proofs()))
        return st.builds(hint, **parts)
    raise TypeError(f"no values known for {hint}")


def _proofs() -> list[dict[str, st.SearchStrategy[Any]]]:
    """What a vouched proof alone names, what one by PIN alone does, and all the others."""
    vouched, by_pin = ProofMethod.VOUCHED_LINK, ProofMethod.OFFLINE_PIN
    others = [one for one in ProofMethod if one not in {vouched, by_pin}]
    alone = {"voucher": any_of(PersonId), "second": any_of(PersonId), "down_since": _aware}
    return [
        {name: values if name in names else st.none() for name, values in alone.items()} | {"method": method}
        for names, method in (
            ({"voucher"}, st.just(vouched)),
            ({"second", "down_since"}, st.just(by_pin)),
            (set(), st.sampled_from(others)),
        )
    ]


PERMIT_EVENTS: Codec[events.Event] = Codec(events.ALL)


@pytest.mark.parametrize("cls", events.ALL, ids=lambda cls: cls.__name__)
def test_every_event_of_a_permit_comes_back_as_it_was(cls: type[events.Event]) -> None:
    @given(any_of(cls))
    def there_and_back(event: events.Event) -> None:
        kind, body = PERMIT_EVENTS.encode(event)
        again = PERMIT_EVENTS.decode(kind, body)
        assert again == event
        assert type(again) is cls
        assert PERMIT_EVENTS.encode(again) == (kind, body)
        assert f'"at":"{instant(event.at)}"'.encode() in body

    there_and_back()


@given(st.datetimes(timezones=st.timezones() | st.just(UTC)))
def test_times_are_spelled_as_the_journal_hashes_them(moment: datetime) -> None:
    if moment.astimezone(UTC).year < 1000:
        return  # the C library and Python disagree about leading zeros before the year 1000
    assert spell(moment) == instant(moment)
    assert read(spell(moment)) == moment.astimezone(UTC), "in UTC: of an hour that comes twice no two zones agree"
    assert len(spell(moment)) == 27


def test_times_that_take_turns_are_each_spelled_as_themselves() -> None:
    three = [datetime(2026, 5, day, 8, tzinfo=UTC) for day in (1, 2, 3)]
    for turns in itertools.product(three, repeat=5):
        assert [spell(moment) for moment in turns] == [instant(moment) for moment in turns]
