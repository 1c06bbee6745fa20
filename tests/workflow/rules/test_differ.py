"""What differs between two rule books. The packs are the shipped ones, spoiled one value at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from tests.support.rulebook import PLANT, chemical, load_with
from workflow.rules.book import RuleBook
from workflow.rules.differ import Difference, Kind, differences
from workflow.rules.types import Grade, PackRef
from workflow.values import WorkType


def with_plant(**changes: tuple[str, str]) -> RuleBook:
    text = PLANT.read_text(encoding="utf-8")
    for old, new in changes.values():
        assert old in text
        text = text.replace(old, new)
    return load_with(text)


def only(found: tuple[Difference, ...]) -> Difference:
    (one,) = found
    return one


def test_a_book_does_not_differ_from_itself_nor_from_a_second_reading() -> None:
    assert differences(chemical(), chemical()) == ()
    assert differences(chemical(), load_with(PLANT.read_text(encoding="utf-8") + "\n# a comment\n")) == ()


@pytest.mark.parametrize(
    ("old", "new", "kind", "key"),
    [
        ("presence_valid: 15 min", "presence_valid: 10 min", Kind.TIGHTENED, "presence_valid"),
        ("presence_valid: 15 min", "presence_valid: 20 min", Kind.LOOSENED, "presence_valid"),
        ("fire_watch: {hot: 30 min}", "fire_watch: {hot: 45 min}", Kind.TIGHTENED, "tighten.fire_watch.value"),
        ("misses_to_suspend: 2", "misses_to_suspend: 1", Kind.TIGHTENED, "misses_to_suspend"),
        ("default: platform_session", "default: passkey", Kind.TIGHTENED, "proofs"),
        ("name: 示例化工厂", "name: 别的厂", Kind.REWORDED, "name"),
        ("count_reminder: 10 min", "count_reminder: 15 min", Kind.LOOSENED, "count_reminder"),
    ],
)
def test_a_changed_value_says_which_way_it_went(old: str, new: str, kind: Kind, key: str) -> None:
    one = only(differences(chemical(), with_plant(change=(old, new))))
    assert (one.kind, one.source) == (kind, "plant")
    assert one.key.startswith(key)
    back = only(differences(with_plant(change=(old, new)), chemical()))
    turned = {Kind.TIGHTENED: Kind.LOOSENED, Kind.LOOSENED: Kind.TIGHTENED}
    assert back.kind is turned.get(kind, kind)


def test_a_validity_is_told_by_work_and_grade() -> None:
    tight = with_plant(change=("tighten: {}", "tighten: {hot: {validity: {first: 6 h}}}"))
    one = only(differences(chemical(), tight))
    assert (one.kind, one.work, one.grade) == (Kind.ADDED, WorkType.HOT, Grade.FIRST)
    tighter = with_plant(change=("tighten: {}", "tighten: {hot: {validity: {first: 4 h}}}"))
    one = only(differences(tight, tighter))
    assert (one.kind, one.grade, one.before, one.after) == (Kind.TIGHTENED, Grade.FIRST, "6小时", "4小时")


def test_a_node_is_added_and_removed_by_its_name() -> None:
    extra = "{work: hot, grades: [first], key: chief_final, label: 厂长终审, role: chief, after: approver}"
    more = with_plant(change=("extra_nodes: []", f"extra_nodes: [{extra}]"))
    assert (only(differences(chemical(), more)).kind, only(differences(more, chemical())).kind) == (
        Kind.ADDED,
        Kind.REMOVED,
    )
    assert only(differences(chemical(), more)).key == "tighten.chain.chief_final"


def test_a_raised_level_and_another_order_are_seen() -> None:
    raised = [
        with_plant(change=("raise_level: {}", f"raise_level: {{hot: {{approver: {{second: {role}}}}}}}"))
        for role in ("safety_dept", "chief")
    ]
    one = only(differences(*raised))
    assert (one.kind, one.grade, one.before, one.after) == (Kind.TIGHTENED, Grade.SECOND, "safety_dept", "chief")
    book = chemical()
    place, pack = next((place, pack) for place, pack in enumerate(book.packs) if pack.id == "cn.gb30871.2022")
    turned = replace(pack.works[WorkType.HOT], chain=pack.works[WorkType.HOT].chain[::-1])
    other = replace(pack, works={**pack.works, WorkType.HOT: turned})
    packs = (*book.packs[:place], other, *book.packs[place + 1 :])
    one = only(differences(book, replace(book, packs=packs)))
    assert (one.kind, one.key.endswith("chain.order")) == (Kind.CHANGED, True)


def test_what_loosens_is_told_first() -> None:
    mixed = with_plant(
        one=("presence_valid: 15 min", "presence_valid: 10 min"),
        two=("signatures_within: 15 min", "signatures_within: 30 min"),
    )
    assert [one.kind for one in differences(chemical(), mixed)] == [Kind.LOOSENED, Kind.TIGHTENED]


# --- nothing that counts changes unseen


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case Enum():
            return next(one for one in type(value) if one is not value)
        case int() | Decimal():
            return value + 1
        case timedelta():
            return value + timedelta(minutes=1)
        case date():
            return value + timedelta(days=1)
        case time():
            return value.replace(minute=(value.minute + 1) % 60)
        case str():
            return value + "？"
        case _:
            raise TypeError(type(value))


def _spoiled(record: Any) -> Iterator[Any]:
    """The record with each of its values changed or left out, one at a time, however deep."""
    if isinstance(record, PackRef) or record is None:
        return
    if is_dataclass(record) and not isinstance(record, type):
        for name in (field.name for field in fields(record) if field.compare):
            yield from (replace(record, **{name: inner}) for inner in _spoiled(getattr(record, name)))
    elif isinstance(record, Mapping):
        for key, value in record.items():
            yield from ({**record, key: inner} for inner in _spoiled(value))
            yield {name: one for name, one in record.items() if name != key}
    elif isinstance(record, tuple):
        for place, value in enumerate(record):
            yield from ((*record[:place], inner, *record[place + 1 :]) for inner in _spoiled(value))
            yield (*record[:place], *record[place + 1 :])
    elif isinstance(record, frozenset):
        yield from (record - {one} for one in record)
    else:
        yield _other(record)


@pytest.mark.parametrize("part", ["plant", "calendar", "gas_table", "words"])
def test_no_value_of_the_tables_changes_unseen(part: str) -> None:
    book = chemical()
    found = 0
    for spoiled in _spoiled(getattr(book, part)):
        found += 1
        assert differences(book, replace(book, **{part: spoiled})), spoiled
    assert found > 20


def test_no_value_of_a_pack_changes_unseen() -> None:
    book = chemical()
    found = 0
    for place, pack in enumerate(book.packs):
        for spoiled in _spoiled(pack):
            changed = replace(book, packs=(*book.packs[:place], spoiled, *book.packs[place + 1 :]))
            found += 1
            assert differences(book, changed), pack.id
    assert found > 1000
