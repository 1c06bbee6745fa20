"""The six other works: what may be taken from a sentence, what must be asked."""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.request.details import DetailKey, likely
from handlers.request.folding import fold
from handlers.request.merge import choose, merge
from handlers.request.quantities import Measure, quantities
from handlers.request.understand import Draft, Understanding, judge
from tests.support.request_plant import GAZETTEER, NOW, SENDER, TZ, both, rows, say
from workflow.values import WorkType

ROWS = rows(Path(__file__).with_name("works.txt"))
TALKS = rows(Path(__file__).with_name("works_dialogues.txt"))
NEW = tuple(work for work in WorkType if work not in {WorkType.HOT, WorkType.CONFINED_SPACE})


@pytest.mark.parametrize(("text", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_a_sentence_of_the_six_other_works(text: str, wanted: dict[str, str]) -> None:
    got, expected = both(say(text), wanted)
    assert {key: value.replace(" ", "_") for key, value in got.items()} == expected


@pytest.mark.parametrize(("texts", "wanted"), TALKS, ids=[row[0] for row in TALKS])
def test_an_answer_or_a_correction(texts: str, wanted: dict[str, str]) -> None:
    got, expected = both(say(*(text.strip() for text in texts.split("｜"))), wanted)
    assert {key: value.replace(" ", "_") for key, value in got.items()} == expected


def by_work() -> dict[str, list[int]]:
    counts: dict[str, list[int]] = defaultdict(list)
    for text, wanted in ROWS:
        counts[wanted.get("w", "").split(",")[0]].append(len(say(text).questions))
    return counts


def test_every_work_has_its_sentences_and_few_questions_come_back(capsys: pytest.CaptureFixture[str]) -> None:
    counts = by_work()
    with capsys.disabled():
        for work in NEW:
            found = counts[work.value]
            told = f"{work.value}: {len(found)} sentences, median {statistics.median(found)} questions"
            sys.stdout.write(f"\n{told}")
    assert len({text for text, _ in ROWS}) >= 150
    for work in NEW:
        assert len(counts[work.value]) >= 25, work
        assert statistics.median(counts[work.value]) <= 2, work


NEAR_MISSES = [
    ("T-204 登高换灯 12米", DetailKey.HEIGHT, "12"),
    ("T-204 登高换灯 1.2米", DetailKey.HEIGHT, None),
    ("T-204 登高换灯 1。2米", DetailKey.HEIGHT, None),
    ("T-204 登高换灯 1,2米", DetailKey.HEIGHT, None),
    ("T-204 登高换灯 1 2米", DetailKey.HEIGHT, None),
    ("T-204 登高换灯 12", DetailKey.HEIGHT, None),
    ("T-204 登高换灯 十几米", DetailKey.HEIGHT, None),
    ("装卸区 吊装换热器 10吨", DetailKey.MASS, "10"),
    ("装卸区 吊装换热器 100吨", DetailKey.MASS, "100"),
    ("装卸区 吊装换热器 10 0吨", DetailKey.MASS, None),
    ("装卸区 吊装换热器 0吨", DetailKey.MASS, None),
    ("装卸区 100吨吊车 吊装换热器", DetailKey.MASS, None),
    ("装卸区 吊装换热器 100吨吊车 重10吨", DetailKey.MASS, "10"),
    ("装卸区 吊装换热器 100吨吊车 10吨", DetailKey.MASS, None),
    ("装卸区 吊装换热器 800公斤", DetailKey.MASS, "0.8"),
    ("装卸区 吊装换热器 800", DetailKey.MASS, None),
    ("空压站 临时用电 220V", DetailKey.VOLTAGE, "220"),
    ("空压站 临时用电 380V", DetailKey.VOLTAGE, "380"),
    ("空压站 临时用电 220V或380V", DetailKey.VOLTAGE, None),
    ("空压站 临时用电 380", DetailKey.VOLTAGE, None),
    ("空压站 临时用电 3800V", DetailKey.VOLTAGE, None),
    ("空压站 动土 深1.2米", DetailKey.DEPTH, "1.2"),
    ("空压站 动土 深12米", DetailKey.DEPTH, "12"),
    ("空压站 动土 深1.2", DetailKey.DEPTH, None),
    ("2号罐出口管线 盲板 0.4MPa", DetailKey.PRESSURE, "0.4"),
    ("2号罐出口管线 盲板 4公斤压力", DetailKey.PRESSURE, None),
]


@pytest.mark.parametrize(("text", "key", "value"), NEAR_MISSES)
def test_a_figure_one_slip_away_is_taken_exactly_or_not_at_all(text: str, key: DetailKey, value: str | None) -> None:
    found = [one.number for one in say(text).draft.details if one.key is key and one.doubt is None]
    assert found == ([Decimal(value)] if value is not None else [])


@pytest.mark.parametrize(
    ("text", "action"),
    [("堵盲板", "insert"), ("抽盲板", "remove"), ("加盲板", "insert"), ("拆盲板", "remove"), ("盲板抽堵", None),
     ("抽一块盲板再堵一块盲板", None), ("堵漏 换盲板", None)],
)  # fmt: skip
def test_putting_in_and_taking_out_are_never_mixed_up(text: str, action: str | None) -> None:
    found = say(f"2号罐出口管线 {text} 明天8点到11点 王强 监护赵敏").draft.details
    told = [one.text for one in found if one.key is DetailKey.ACTION and one.doubt is None]
    assert told == ([action] if action is not None else [])


_UNITS = {"米": Measure.LENGTH, "吨": Measure.MASS, "V": Measure.VOLTAGE, "kW": Measure.POWER, "MPa": Measure.PRESSURE}


@given(
    st.decimals(min_value=0, max_value=9999, places=3, allow_nan=False),
    st.sampled_from(sorted(_UNITS)),
    st.sampled_from(["", " "]),
)
def test_an_arabic_figure_is_read_exactly(number: Decimal, unit: str, gap: str) -> None:
    told = format(number.normalize(), "f")
    found = quantities(fold(f"x {told}{gap}{unit} y"))
    assert [(one.measure, one.value) for one in found] == [(_UNITS[unit], Decimal(told))]


@given(st.integers(min_value=1, max_value=9999), st.sampled_from(["公斤", "千克", "kg"]))
def test_kilograms_are_tonnes_exactly(number: int, unit: str) -> None:
    assert [one.value for one in quantities(fold(f"{number}{unit}"))] == [Decimal(number) / 1000]


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_figures(text: str) -> None:
    for one in quantities(fold(text)):
        assert one.value is None or one.value.is_finite()


def tap(found: Understanding, key: str) -> Understanding | None:
    return choose(found, key, now=NOW, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)


@pytest.mark.parametrize("text", [row[0] for row in ROWS])
def test_every_button_settles_what_it_stands_under(text: str) -> None:
    found = say(text)
    for question in found.questions:
        for choice in question.choices:
            after = tap(found, choice.key)
            assert after is not None, choice.key
            assert question not in after.questions, choice.label


@pytest.mark.parametrize(
    "key",
    ["detail:0:12", "detail:-1:8", "detail:9:8", "detail:0:", "detail:x:8", "cell:height:8", "cell:voltage:230",
     "cell:action:both", "cell:moon:1", "detail:0:NaN"],
)  # fmt: skip
def test_a_forged_button_fills_nothing(key: str) -> None:
    assert tap(say("T-204 登高换灯 七八米 明天8点到11点 王强 监护赵敏"), key) is None


@pytest.mark.parametrize("text", [row[0] for row in ROWS])
def test_a_draft_with_details_can_be_stored_and_read_back(text: str) -> None:
    found = say(text)
    again = msgspec.json.decode(msgspec.json.encode(found.draft), type=Draft)
    assert again == found.draft
    assert judge(again, now=NOW, tz=TZ, sender=SENDER).questions == found.questions


_WORDS = sorted({word for text, _ in (*ROWS, *TALKS) for word in text.replace("｜", " ").split()})


@given(st.lists(st.sampled_from(_WORDS) | st.text(max_size=6), max_size=8))
def test_no_conversation_about_these_works_breaks(words: list[str]) -> None:
    found = say("登高 吊装 临时用电 盲板 动土 断路")
    for word in words:
        asked = found.questions[0] if found.questions else None
        after = merge(found, word, asked=asked, now=NOW, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)
        found = after if isinstance(after, Understanding) else found
    for one in found.draft.details:
        if one.number is not None and one.doubt is None:
            assert likely(one.key, one.number)
