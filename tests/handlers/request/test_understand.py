"""What holds for every text: no exception, no guess, nobody dropped; codes and digits never bridged by likeness."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.request.gazetteer import Gazetteer, PersonEntry, PlaceEntry, PlaceKind, Via
from handlers.request.numerals import to_int
from handlers.request.people import PersonDoubt
from handlers.request.places import PlaceDoubt
from handlers.request.questions import QuestionKind
from handlers.request.understand import RefusedWhy, TextRefused, Understanding, understand
from tests.support.request_plant import GAZETTEER, NOW, PEOPLE, SENDER, TZ, UNITS, rows, say
from workflow.errors import NaiveTime
from workflow.rules.types import Role


def read(text: str, gazetteer: Gazetteer = GAZETTEER) -> Understanding | TextRefused:
    return understand(text, now=NOW, tz=TZ, gazetteer=gazetteer, sender=SENDER)


def test_ten_megabytes_are_refused_unread() -> None:
    answer = read("动火" * 5_000_000)
    assert isinstance(answer, TextRefused)
    assert (answer.why, answer.length, answer.limit) == (RefusedWhy.TOO_LONG, 10_000_000, 1000)


def test_the_longest_text_that_is_read_is_read() -> None:
    assert isinstance(read("动火 " + "垫" * 997), Understanding)
    assert isinstance(read("动火 " + "垫" * 998), TextRefused)


@pytest.mark.parametrize("text", ["", "   ", "🔥🔥", "？！", "\n\t", "。。。"])
def test_a_text_without_a_letter_is_refused(text: str) -> None:
    answer = read(text)
    assert isinstance(answer, TextRefused)
    assert answer.why is RefusedWhy.EMPTY


def test_a_naive_clock_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(NaiveTime):
        understand("动火", now=naive, tz=TZ, gazetteer=GAZETTEER, sender=SENDER)


_WORDS = [word for text, _ in rows(Path(__file__).with_name("sentences.txt")) for word in text.split()]
_ANY = st.text(max_size=120) | st.lists(st.sampled_from(_WORDS) | st.text(max_size=4), max_size=20).map("".join)


@given(_ANY)
def test_understanding_never_raises_and_never_looks_back(text: str) -> None:
    found = read(text)
    if isinstance(found, Understanding):
        assert found.interval is None or NOW <= found.interval.start < found.interval.end
        assert found.complete == (not found.questions)
        for words in (*found.draft.leftovers, found.draft.task):
            assert all(piece in text for piece in words.split())


@given(_ANY)
def test_an_empty_plant_is_no_excuse(text: str) -> None:
    found = read(text, Gazetteer.of())
    if isinstance(found, Understanding):
        assert found.place is None
        assert all(person.person in {None, SENDER} for person in found.draft.people)


@given(
    st.lists(st.sampled_from([*(person.name for person in PEOPLE), "钱多多", "石小川", "小王", "李师傅"]),
    unique=True, max_size=4),
    st.sampled_from([" ", "、", "，", "和"]),
    st.sampled_from(["", "作业人", "作业人：", "监护", "监护人：", "负责人"]),
    st.sampled_from(["2号罐动火换阀 明早8点到11点 ", "动火，", ""]),
)  # fmt: skip
def test_nobody_who_is_named_falls_away(names: list[str], joint: str, role: str, before: str) -> None:
    found = read(f"{before}{role}{joint.join(names)}")
    if not isinstance(found, Understanding):
        return
    told = [person.said for person in found.draft.people]
    told += [*found.draft.leftovers, found.draft.task, *(question.said for question in found.questions)]
    for name in names:
        assert any(name in words for words in told) or name == "马上", (name, told)


@pytest.mark.parametrize("prefix", ["R", "V", "P", "T"])
def test_a_code_is_exact_or_nothing(prefix: str) -> None:
    known = {unit.code for unit in UNITS}
    for number in range(100, 1000, 1 if prefix == "R" else 7):
        for written in (f"{prefix}-{number}", f"{prefix.lower()}{number}", f"{prefix} {number}"):
            place = say(f"{written}动火换阀").place
            certain = place.entry.code if place and place.entry else None
            assert certain == (f"{prefix}-{number}" if f"{prefix}-{number}" in known else None), written


@pytest.mark.parametrize("noun", ["罐", "号罐", "#罐", "号反应釜"])
def test_a_number_is_exact_or_nothing(noun: str) -> None:
    names = {unit.name: unit.code for unit in UNITS}
    for number in range(1, 40):
        tens, ones = divmod(number, 10)
        digits = " 一二三四五六七八九"
        chinese = (("" if tens == 1 else digits[tens]) + "十" if tens else "") + (digits[ones] if ones else "")
        assert to_int(chinese) == number
        for written in (str(number), chinese):
            place = say(f"{written}{noun} 动火换阀").place
            certain = place.entry.code if place and place.entry else None
            assert certain in {None, names.get(f"{number}号{noun.lstrip('#号')}")}, written
            if noun in {"号罐", "号反应釜"}:
                assert certain == names.get(f"{number}{noun}"), written


@pytest.mark.parametrize(
    ("said", "certain"), [("北罐区", "A-04"), ("南罐区", "A-05"), ("东罐区", ""), ("西罐区", ""), ("上罐区", "")]
)
def test_a_direction_is_exact_or_nothing(said: str, certain: str) -> None:
    place = say(f"{said} 动火换阀").place
    assert (place.entry.code if place and place.entry else "") == certain


MISSPELT = [
    ("合成车建", "A-01"), ("何成车间", "A-01"), ("精留车间", "A-02"), ("精馏车健", "A-02"), ("三号灌区", "A-03"),
    ("北灌区", "A-04"), ("南灌区", "A-05"), ("一号管郎", "A-08"), ("污水处里站", "A-09"), ("污水处理战", "A-09"),
    ("空鸭站", "A-10"), ("装懈区", "A-11"), ("锅卢房", "A-12"), ("祸炉房", "A-12"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "code"), MISSPELT)
def test_a_misspelt_area_is_found_or_offered(said: str, code: str) -> None:
    found = say(f"{said} 动火换阀")
    place = found.draft.places[0]
    if place.entry is not None:
        assert (place.entry.code, place.via) == (code, Via.ALIKE)
    else:
        assert place.doubt in {PlaceDoubt.UNKNOWN, PlaceDoubt.UNKNOWN_CODE}
        assert code in [entry.code for entry in place.candidates]


def test_most_misspelt_areas_are_found_without_asking() -> None:
    found = [say(f"{said} 动火换阀").place for said, _ in MISSPELT]
    assert sum(place is not None for place in found) >= 12


def test_an_old_code_that_is_now_another_place_is_asked() -> None:
    new = PlaceEntry(kind=PlaceKind.EQUIPMENT, id="a", code="R-201", name="甲釜", area="x", old_codes=("R-101",))
    taken = PlaceEntry(kind=PlaceKind.EQUIPMENT, id="b", code="R-101", name="乙釜", area="x")
    found = read("R-101 动火换阀", Gazetteer.of(equipment=[new, taken]))
    assert isinstance(found, Understanding)
    assert found.place is None
    assert found.questions[0].kind is QuestionKind.AMBIGUOUS_PLACE
    assert {choice.label for choice in found.questions[0].choices} == {"甲釜 R-201", "乙釜 R-101"}


def test_an_old_code_alone_finds_the_place_and_says_how() -> None:
    place = say("H-21 动火换管").place
    assert place is not None
    assert place.entry is not None
    assert (place.entry.code, place.via) == ("E-201", Via.OLD_CODE)


def test_upper_and_lower_are_two_places() -> None:
    upper = PlaceEntry(kind=PlaceKind.AREA, id="u", code="U", name="上平台")
    plain = PlaceEntry(kind=PlaceKind.AREA, id="p", code="PT", name="平台")
    found = read("下平台 动火换阀", Gazetteer.of(areas=[upper, plain]))
    assert isinstance(found, Understanding)
    assert found.place is None


def test_two_people_of_one_name_and_one_firm_are_told_apart() -> None:
    twins = [
        PersonEntry(id=f"t{n}", name="周宁", department=unit, employer="华建")
        for n, unit in enumerate(["电仪", "管焊"])
    ]
    found = read("动火换阀 周宁", Gazetteer.of(people=twins))
    assert isinstance(found, Understanding)
    assert found.draft.people[0].doubt is PersonDoubt.SAME_NAME
    asked = next(question for question in found.questions if question.kind is QuestionKind.SAME_NAME)
    assert [choice.label for choice in asked.choices] == ["周宁（电仪·华建）", "周宁（管焊·华建）"]


def test_the_most_important_question_comes_first() -> None:
    kinds = [question.kind for question in say("换法兰").questions]
    assert kinds[:3] == [QuestionKind.MISSING_WORK, QuestionKind.MISSING_PLACE, QuestionKind.MISSING_TIMES]


def test_a_stated_grade_is_a_claim_beside_the_work() -> None:
    found = say("明早8点到11点 2号罐 二级动火 带压换法兰 王强 监护赵敏")
    assert found.stated_grade == "second"
    assert found.draft.facts[0].fact == "operating"


def test_the_sender_is_meant_only_where_he_takes_part() -> None:
    assert say("我要申请2号罐动火换阀 明早8点到11点").who(Role.WORKER) == ()
    assert say("我动火 2号罐 明早8点到11点").who(Role.WORKER) == (SENDER,)
    assert say("2号罐动火换阀 刘军 我监护 明早8点到11点").who(Role.GUARDIAN) == (SENDER,)
