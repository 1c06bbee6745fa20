"""Later messages: answers complete a draft, corrections change one field, taps do what their label says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.request.merge import choose, merge
from handlers.request.questions import Field, QuestionKind
from handlers.request.understand import Draft, TextRefused, Understanding, judge
from tests.support.request_plant import GAZETTEER, NOW, PEOPLE, SENDER, TZ, both, rows, say
from workflow.rules.types import Role

ROWS = rows(Path(__file__).with_name("dialogues.txt"))
FULL = "明早8点到11点 2号罐 动火 换法兰 王强 监护赵敏"


@pytest.mark.parametrize(("texts", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_a_dialogue(texts: str, wanted: dict[str, str]) -> None:
    got, expected = both(say(*(text.strip() for text in texts.split("｜"))), wanted)
    assert got == expected


def tap(found: Understanding, key: str) -> Understanding | None:
    return choose(found, key, now=NOW, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)


@pytest.mark.parametrize("text", [row[0] for row in rows(Path(__file__).with_name("sentences.txt"))])
def test_every_button_settles_its_question(text: str) -> None:
    """Pressing any button never fails, and the question it stands under is not asked again in the same words."""
    found = say(text)
    for question in found.questions:
        for choice in question.choices:
            after = tap(found, choice.key)
            assert after is not None, choice.key
            if question.kind is not QuestionKind.UNCLEAR_DAY:  # a day without hours goes on to ask the hours
                assert question not in after.questions, choice.label


def test_the_button_shows_the_interval_it_sets() -> None:
    found = say("明天8点到3点 2号罐动火换阀 王强 监护赵敏")
    choice = found.questions[0].choices[1]
    after = tap(found, choice.key)
    assert choice.label == "11月22日 周日 20:00–次日 03:00"
    assert after is not None
    assert after.interval is not None
    assert (after.interval.start.hour, after.interval.length) == (20, timedelta(hours=7))


def test_two_of_one_name_are_shown_with_their_department() -> None:
    found = say("2号罐 动火换阀 明天8点到11点 张伟 监护赵敏")
    assert [choice.label for choice in found.questions[0].choices] == ["张伟（检修部）", "张伟（仪表班）"]
    after = tap(found, found.questions[0].choices[1].key)
    assert after is not None
    assert [person.id for person in after.who(Role.WORKER)] == ["p6"]


def test_homophones_are_shown_not_picked() -> None:
    found = say("2号罐 动火换阀 明天8点到11点 王强 监护李墙")
    labels = {choice.label for choice in found.questions[0].choices}
    assert {"李强（合成车间）", "李蔷（合成车间）"} <= labels


def test_an_unknown_code_is_told_with_its_neighbours() -> None:
    question = say("R-105 动火换阀 明天8点到11点 王强 监护赵敏").questions[0]
    assert (question.kind, question.said) == (QuestionKind.UNKNOWN_CODE, "R-105")
    assert {choice.label for choice in question.choices} == {"1号反应釜 R-101", "2号反应釜 R-102"}


@pytest.mark.parametrize(
    "key",
    ["", "nonsense", "work:dance", "person:9:p1", "person:-1:p1", "person:x:p1", "place:equipment:nowhere",
     "place:moon:V-302", "interval:now/then", "interval:2026-11-22T08:00/2026-11-22T11:00", "day:2026-13-40",
     "grade:tenth", "role:worker:nobody", "self:king", "start:", "end:2026-11-22"],
)  # fmt: skip
def test_a_forged_or_old_button_changes_nothing(key: str) -> None:
    assert tap(say(FULL), key) is None


def test_a_button_cannot_name_someone_it_did_not_show() -> None:
    found = say("2号罐 动火换阀 明天8点到11点 张伟 监护赵敏")
    at = next(number for number, person in enumerate(found.draft.people) if person.doubt)
    assert tap(found, f"person:{at}:p2") is None


def test_a_draft_is_judged_anew_as_time_goes_by() -> None:
    found = say(FULL)
    later = judge(found.draft, now=NOW + timedelta(days=2), tz=TZ, sender=SENDER)
    assert later.interval is None
    assert [question.kind for question in later.questions] == [QuestionKind.PAST_START]


def test_a_shorter_limit_makes_the_interval_a_question() -> None:
    found = judge(say(FULL).draft, now=NOW, tz=TZ, sender=SENDER, longest=timedelta(hours=2))
    assert [(question.kind, question.limit) for question in found.questions] == [
        (QuestionKind.TOO_LONG, timedelta(hours=2))
    ]


def test_a_role_may_be_required() -> None:
    found = judge(
        say(FULL).draft, now=NOW, tz=TZ, sender=SENDER, required=(Role.GUARDIAN, Role.WORKER, Role.WORK_LEADER)
    )
    assert [(question.kind, question.field) for question in found.questions] == [
        (QuestionKind.MISSING_PERSON, Field.LEADER)
    ]


def test_a_later_message_may_be_too_long() -> None:
    answer = merge(say(FULL), "换" * 2000, asked=None, now=NOW, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)
    assert isinstance(answer, TextRefused)


def test_the_fields_a_message_touched_are_named() -> None:
    assert say(FULL, "监护换成刘军").changed == (Field.GUARDIAN,)
    assert say(FULL, "延到12点").changed == (Field.WHEN,)


def test_everything_said_is_kept() -> None:
    assert say("我要动火", "2号罐", "明早8点到11点").draft.said == ("我要动火", "2号罐", "明早8点到11点")


@pytest.mark.parametrize("text", [row[0] for row in rows(Path(__file__).with_name("sentences.txt"))])
def test_a_draft_can_be_stored_and_read_back(text: str) -> None:
    found = say(text)
    again = msgspec.json.decode(msgspec.json.encode(found.draft), type=Draft)
    assert again == found.draft
    assert judge(again, now=NOW, tz=TZ, sender=SENDER).questions == found.questions


_WORDS = [word for text, _ in ROWS for word in text.replace("｜", " ").split()]


@given(st.lists(st.sampled_from(_WORDS) | st.sampled_from([p.name for p in PEOPLE]) | st.text(max_size=8), max_size=10))
def test_a_conversation_of_any_words_never_raises(words: list[str]) -> None:
    found = say("动火")
    for word in words:
        asked = found.questions[0] if found.questions else None
        after = merge(found, word, asked=asked, now=NOW, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)
        if isinstance(after, Understanding):
            found = after
    if found.interval is not None:
        assert found.interval.start >= NOW
