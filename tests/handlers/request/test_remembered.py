"""What the readers remember of a text is about the text alone: names, the clock and the sender are looked at anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.request.detailing import works_in
from handlers.request.folding import REMEMBERED, Span, fold, keyed
from handlers.request.gazetteer import Gazetteer
from handlers.request.reading import Setting
from handlers.request.timescan import scan
from handlers.request.understand import Said, judge, read_first
from tests.support.request_plant import AREAS, GAZETTEER, NOW, PEOPLE, SENDER, TZ, UNITS
from workflow.values import Interval

LINE = "明早8点到11点 2号罐 动火 换法兰 王强 监护赵敏"
SETTING = Setting(now=NOW, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)


def heard(setting: Setting) -> Said:
    said = read_first(LINE, setting)
    assert isinstance(said, Said)
    return said


def test_the_same_line_is_read_with_the_names_of_now() -> None:
    before = heard(SETTING)
    moved = tuple(replace(one, id="V-999") if one.id == "V-302" else one for one in UNITS)
    without = tuple(one for one in PEOPLE if one.name != "赵敏")
    after = heard(replace(SETTING, gazetteer=Gazetteer.of(people=without, areas=AREAS, equipment=moved)))
    assert [one.entry.id for one in before.draft.places if one.entry] == ["V-302"]
    assert [one.entry.id for one in after.draft.places if one.entry] == ["V-999"]
    assert {one.said: one.person is not None for one in before.draft.people} == {"王强": True, "赵敏": True}
    assert {one.said: one.person is not None for one in after.draft.people} == {"王强": True, "赵敏": False}


def test_the_same_line_is_read_by_the_clock_of_now() -> None:
    days = []
    for later in (timedelta(0), timedelta(days=3)):
        now = NOW + later
        said = heard(replace(SETTING, now=now))
        found = judge(said.draft, now=now, tz=TZ, sender=SENDER).interval
        assert isinstance(found, Interval)
        days.append(found.start.astimezone(TZ).date() - now.astimezone(TZ).date())
    assert days == [timedelta(days=1)] * 2


@pytest.mark.parametrize("reader", [fold, keyed, scan, works_in])
def test_few_texts_are_remembered(reader: object) -> None:
    assert reader.cache_parameters()["maxsize"] == REMEMBERED  # type: ignore[attr-defined]  # made by lru_cache


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("R-101-2", "R101-2"),
        ("1 2号罐", "1 2号罐"),
        ("二十二号罐", "22号罐"),
        ("二三号罐", "二三号罐"),
        ("周三二号罐", "周三2号罐"),
        ("星期一 一号罐", "星期一 1号罐"),
        ("- R 101 -", "R101"),
        ("", ""),
    ],
)
def test_the_key_of_a_text_and_where_it_came_from(text: str, key: str) -> None:
    found = keyed(text)
    assert found.text == key
    assert len(found.starts) == len(found.ends) == len(key)
    for at, letter in enumerate(key):
        if letter in text:
            assert letter in Span(found.starts[at], found.ends[at]).of(text)
