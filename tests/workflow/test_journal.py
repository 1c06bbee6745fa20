"""A chain of records: one honest, and one for every way to tamper with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.support.works import AREA, PERMIT, SITE, at
from workflow.errors import NaiveTime
from workflow.ids import AreaId
from workflow.journal import GENESIS, BrokenChain, NewRecord, Record, instant, link, verify
from workflow.plant import Post
from workflow.values import Interval


def chain(length: int = 3) -> list[Record]:
    prev, records = GENESIS, []
    for version in range(1, length + 1):
        parts: dict[str, Any] = {
            "site": SITE, "stream": f"permit/{PERMIT}", "version": version, "cause": f"inbox:{version}",
            "kind": "NoteAdded", "body": b'{"text":"x"}',
        }  # fmt: skip
        moment = at("08:00")
        this = link(prev=prev, at=instant(moment), **parts)
        records.append(Record(at=moment, prev=prev, hash=this, **parts))
        prev = this
    return records


def test_an_honest_chain_gives_its_head() -> None:
    records = chain()
    assert verify(records) == records[-1].hash
    assert verify([]) == GENESIS


@pytest.mark.parametrize(
    ("tampered", "why"),
    [
        (lambda records: [replace(records[0], body=b'{"text":"y"}'), *records[1:]], "version 1 was altered"),
        (lambda records: [replace(records[0], at=at("08:01")), *records[1:]], "version 1 was altered"),
        (lambda records: [replace(records[0], cause="inbox:9"), *records[1:]], "version 1 was altered"),
        (lambda records: [replace(records[0], kind="WorkStarted"), *records[1:]], "version 1 was altered"),
        (lambda records: [records[0], records[2]], "version 3 where 2 was due"),
        (lambda records: records[1:], "version 2 where 1 was due"),
        (lambda records: [records[0], replace(records[1], prev=GENESIS), records[2]], "does not follow"),
    ],
)
def test_a_chain_that_was_tampered_with_says_where(tampered: Any, why: str) -> None:
    with pytest.raises(BrokenChain, match=why):
        verify(tampered(chain()))


def test_no_two_headers_run_together() -> None:
    one = link(prev=GENESIS, site="a", stream="bc", version=1, at="t", cause="c", kind="k", body=b"")
    other = link(prev=GENESIS, site="ab", stream="c", version=1, at="t", cause="c", kind="k", body=b"")
    assert one != other


def test_the_one_spelling_of_an_instant() -> None:
    assert instant(at("08:00:01")) == "2025-06-11T00:00:01.000000Z"
    with pytest.raises(NaiveTime):
        instant(datetime(2025, 6, 11, 8, 0))  # noqa: DTZ001 -- that is the point
    with pytest.raises(NaiveTime):
        NewRecord(kind="k", body=b"", at=datetime(2025, 6, 11, 8, 0), cause="c")  # noqa: DTZ001 -- that is the point


def test_an_interval_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Interval(start=at("08:00"), end=at("08:00"))


def test_a_post_without_areas_covers_the_whole_site() -> None:
    assert Post(key="x").covers(AREA)
    assert Post(key="x", areas=(AREA,)).covers(AREA)
    assert not Post(key="x", areas=(AreaId("TK9"),)).covers(AREA)
