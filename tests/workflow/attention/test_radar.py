"""The radar on simulated approvers and on single cases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.policy_radar import load_radar
from tests.support.approvers import BURSTY, CAREFUL, HONEST, SHIFT_LEADER, STAMPER, START, TIRED, Habit, auc, scores
from tests.support.office import POLICIES
from workflow.attention.radar import Approval, Sign, score

WEIGHTS = load_radar(POLICIES)
PEOPLE = 40


def of(habit: Habit, name: str, *, pages: bool = True, number: int = 12) -> list[int]:
    return scores(habit, name, people=PEOPLE, number=number, weights=WEIGHTS, pages=pages)


@pytest.mark.parametrize("pages", [True, False])
def test_a_stamp_is_told_from_every_honest_approver(pages: bool) -> None:
    """The floor of 0.95: one wrong order in twenty. Below it a message to the higher one of two people is a guess; the
    bench measures 0.99 and more on 200 people a habit, so chance does not reach the floor."""
    honest = [one for name, habit in HONEST.items() for one in of(habit, name, pages=pages)]
    assert auc(honest, of(STAMPER, "stamper", pages=pages)) >= 0.95
    assert max(honest) < WEIGHTS.tell_from


def test_the_tired_are_seen_only_where_there_is_a_page_to_open() -> None:
    """Waiting in the pocket hides a glance: from the chat alone a tired approver cannot be told, and is not accused."""
    careful = of(CAREFUL, "careful", number=25)
    assert auc(careful, of(TIRED, "tired", number=25)) >= 0.8
    assert max(of(TIRED, "tired", number=25, pages=False)) < WEIGHTS.tell_from


def test_bursts_of_a_reader_and_easy_permits_are_no_sign() -> None:
    for name, habit in (("bursty", BURSTY), ("shift_leader", SHIFT_LEADER)):
        assert max(of(habit, name, number=60)) < WEIGHTS.tell_from


def glances(number: int, *, words: str = "", lines: int = 20, opened: bool = False) -> list[Approval]:
    """Approvals a second after they were shown, ten seconds apart."""
    return [
        Approval(
            at=(at := START + timedelta(seconds=10 * index)),
            shown_at=at - timedelta(seconds=1),
            lines=lines,
            opened_at=at - timedelta(minutes=3) if opened else None,
            words=words,
        )
        for index in range(number)
    ]


def test_few_approvals_are_not_judged() -> None:
    assert score(glances(WEIGHTS.least - 1), WEIGHTS, pages=True) is None
    assert score(glances(WEIGHTS.least), WEIGHTS, pages=True) is not None


def test_the_score_comes_with_its_reasons() -> None:
    judged = score(glances(20, words="同意。"), WEIGHTS, pages=True)
    assert judged is not None
    assert [(one.sign, one.count, one.among) for one in judged.reasons] == [
        (Sign.QUICK, 20, 20),
        (Sign.BURST, 20, 20),
        (Sign.UNOPENED, 20, 20),
        (Sign.SAME_WORDS, 20, 20),
    ]
    assert judged.value >= WEIGHTS.ask_from


def test_more_of_the_same_says_more() -> None:
    """Robust against small numbers: eight glances weigh less than forty."""
    few, many = (score(glances(number), WEIGHTS, pages=True) for number in (WEIGHTS.least, 40))
    assert few is not None
    assert many is not None
    assert few.value < many.value


def test_a_page_opened_in_time_clears_the_whole_burst() -> None:
    judged = score(glances(20, opened=True), WEIGHTS, pages=True)
    assert judged is not None
    assert judged.reasons == ()
    assert judged.value < WEIGHTS.tell_from


def test_without_pages_nobody_is_blamed_for_not_opening_one() -> None:
    judged = score(glances(20), WEIGHTS, pages=False)
    assert judged is not None
    assert Sign.UNOPENED not in {one.sign for one in judged.reasons}


def test_what_is_on_the_card_needs_no_opening() -> None:
    judged = score(glances(20, lines=WEIGHTS.easy_lines), WEIGHTS, pages=True)
    assert judged is not None
    assert {one.sign for one in judged.reasons} == {Sign.QUICK}
    assert judged.value < WEIGHTS.ask_from
