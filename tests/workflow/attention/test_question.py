"""The question: always about this permit, the right answer always among three, and not always in the same place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.details import LEAST
from tests.support.works import Desk
from workflow.attention.question import CHOICES, About, lines_of, question_for
from workflow.permit.state import Permit, Status
from workflow.values import WorkType

SEEDS = tuple(f"approver-{number}" for number in range(60))


def in_review() -> Permit:
    return Desk().reach(Status.IN_REVIEW).permit


def test_it_is_the_same_for_the_same_person_and_revision() -> None:
    permit = in_review()
    for seed in SEEDS[:9]:
        assert question_for(permit, seed) == question_for(permit, seed)


def test_three_answers_one_of_them_the_permits_own() -> None:
    permit = in_review()
    what = permit.what
    places, asked = set(), set()
    for seed in SEEDS:
        question = question_for(permit, seed)
        assert question is not None
        assert len(set(question.answers)) == CHOICES
        asked.add(question.about)
        places.add(question.right)
        right = question.answers[question.right]
        match question.about:
            case About.GUARDIAN:
                assert right == what.guardian
            case About.ENDS:
                assert right == what.planned.end
            case About.MEASURES:
                assert right == sum(bool(one.involved) for one in permit.measures.values())
            case _:
                pytest.fail(f"{question.about} is not on this permit")
    assert places == {0, 1, 2}
    assert len(asked) > 1


def test_gas_comes_first_where_it_was_analysed() -> None:
    permit = Desk().reach(Status.ACTIVE).permit
    said = {reading.gas: reading.value for reading in permit.gas[-1].sample.readings}
    for seed in SEEDS:
        question = question_for(permit, seed)
        assert question is not None
        assert question.about is About.GAS
        assert question.answers[question.right] == said[question.subject]
        assert len(set(question.answers)) == CHOICES


@pytest.mark.parametrize(
    ("work", "about"),
    [
        (WorkType.HEIGHT, About.HEIGHT),
        (WorkType.LIFT, About.MASS),
        (WorkType.EARTH, About.DEPTH),
        (WorkType.BLIND, About.PRESSURE),
        (WorkType.POWER, About.VOLTAGE),
    ],
)
def test_the_figure_of_the_work_is_asked(work: WorkType, about: About) -> None:
    permit = in_review()
    permit = replace(permit, gas=(), content=replace(permit.what, work=work, details=LEAST[work]))
    question = question_for(permit, "somebody")
    assert question is not None
    assert question.about is about


def test_what_there_is_to_read_grows_with_the_permit() -> None:
    permit = in_review()
    more = replace(permit, jsa="一\n二\n三\n四")
    assert lines_of(more) > lines_of(permit) > 0
