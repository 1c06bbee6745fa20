"""The radar at work: what is noted, who is told, and the one question before 同意, which never blocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from cards.buttons import Action
from handlers.judging import judge, tell_managers
from handlers.office import Office
from handlers.outgoing import Answer, Ask, GroupWords
from storage.attention import Decided, Standing
from storage.emergencies import EmergencyRow
from storage.policy_radar import load_radar
from storage.tx import Tx
from tests.support.hot_work import NUMBER, SAFETY, UNIT
from tests.support.office import POLICIES, Rows, World
from workflow.attention.question import question_for
from workflow.permit.state import Status

WEIGHTS = load_radar(POLICIES)
NODE = "site_unit"


@pytest.fixture
def world(at_stage: Callable[[str], World]) -> World:
    """In review: the owning unit is asked, and the radar runs."""
    world = at_stage("review")
    world.house = replace(world.house, radar=WEIGHTS)
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    return world


async def suspected(world: World, score: int = WEIGHTS.ask_from) -> None:
    standing = Standing(person=UNIT, score=score, permits=20, judged_at=world.now)
    await world.writer.submit(lambda tx: tx.put_standing(standing))


async def approves(world: World) -> Rows:
    await world.scans(UNIT, "PTB1:HC-TK2-B1")
    return await world.taps(UNIT, Action.APPROVE, NUMBER, NODE)


async def signed(world: World) -> int:
    return len((await world.permit(NUMBER)).signatures)


def asked(rows: Rows) -> list[Ask]:
    return [one for one in rows.of(Ask, UNIT) if one.key.startswith("attend_")]


async def test_whoever_reads_is_not_asked_and_his_approval_is_noted(world: World) -> None:
    await suspected(world, WEIGHTS.ask_from - 1)
    assert asked(await approves(world)) == []
    assert await signed(world) == 1
    (one,) = await world.writer.submit(lambda tx: tx.decisions_of(UNIT, world.now - timedelta(days=1), 9))
    permit = await world.permit(NUMBER)
    assert (one.permit, one.revision, one.at, one.words, one.questioned) == (NUMBER, 1, world.now, "", False)
    assert one.asked_at == permit.review_requested_at
    assert one.lines > WEIGHTS.easy_lines


async def test_a_right_answer_signs(world: World) -> None:
    await suspected(world)
    (ask,) = asked(await approves(world))
    assert (ask.key, await signed(world)) == ("attend_ask", 0)
    question = question_for(await world.permit(NUMBER), UNIT)
    assert question is not None
    assert len(ask.offers) == len({one.label for one in ask.offers}) == 3
    await world.taps(UNIT, Action.ATTEND, NUMBER, ask.offers[question.right].press.arg)
    assert await signed(world) == 1
    (one,) = await world.writer.submit(lambda tx: tx.decisions_of(UNIT, world.now - timedelta(days=1), 9))
    assert one.questioned


async def test_a_wrong_answer_shows_the_line_and_costs_one_tap(world: World) -> None:
    await suspected(world)
    (ask,) = asked(await approves(world))
    question = question_for(await world.permit(NUMBER), UNIT)
    assert question is not None
    wrong = ask.offers[(question.right + 1) % 3].press.arg
    (again,) = asked(await world.taps(UNIT, Action.ATTEND, NUMBER, wrong))
    assert (again.key, await signed(world), len(again.offers)) == ("attend_missed", 0, 1)
    assert ask.offers[question.right].label in again.args["line"]
    assert again.subject == ask.subject
    await world.taps(UNIT, Action.ATTEND, NUMBER, again.offers[0].press.arg)
    assert await signed(world) == 1


async def test_the_question_stays_until_it_is_answered(world: World) -> None:
    await suspected(world)
    first, second = asked(await approves(world)), asked(await approves(world))
    assert first == second != []


async def test_at_most_one_approval_in_three(world: World) -> None:
    await suspected(world)

    def decided(ago: int, *, questioned: bool) -> Decided:
        at = world.now - timedelta(minutes=ago)
        return Decided(permit=f"P{ago}", revision=1, at=at, asked_at=at, lines=9, words="", questioned=questioned)

    async def add(one: Decided) -> None:
        await world.writer.submit(lambda tx: tx.add_decision(UNIT, one))

    await add(decided(20, questioned=True))
    await add(decided(10, questioned=False))
    assert asked(await approves(world)) == []
    assert await signed(world) == 1


async def test_never_in_an_emergency(world: World) -> None:
    await suspected(world)
    row = EmergencyRow(zone="elsewhere", called_by=SAFETY, called_at=world.now)
    await world.writer.submit(lambda tx: tx.put_emergency(row))
    rows = await approves(world)
    assert asked(rows) == []
    assert rows.refused(UNIT) == ["emergency"]  # the law's own word, as for everybody


async def test_whoever_is_not_asked_to_sign_gets_the_laws_answer(world: World) -> None:
    await suspected(world)
    standing = Standing(person=SAFETY, score=1000, permits=20, judged_at=world.now)
    await world.writer.submit(lambda tx: tx.put_standing(standing))
    rows = await world.taps(SAFETY, Action.APPROVE, NUMBER, NODE)
    assert [one.key for one in rows.of(Ask, SAFETY)] == []
    assert rows.refused(SAFETY) != []


async def test_stopping_is_never_asked_about(at_stage: Callable[[str], World]) -> None:
    world = at_stage("active")
    world.house = replace(world.house, radar=WEIGHTS)
    world.office = Office(writer=world.writer, house=world.house, clock=lambda: world.now)
    await suspected(world, 1000)
    rows = await world.taps(UNIT, Action.STOP, NUMBER)
    assert asked(rows) == []
    assert await world.status(NUMBER) is Status.SUSPENDED


# --- the night ------------------------------------------------------------------------------------------------------


async def glances(world: World) -> None:
    """Twenty approvals ten seconds apart, each a second after it was asked for."""

    def write(tx: Tx) -> None:
        for index in range(20):
            at = world.now - timedelta(days=1) + timedelta(seconds=10 * index)
            one = Decided(
                permit=f"P{index}", revision=1, at=at, asked_at=at - timedelta(seconds=1), lines=20, words="",
                questioned=False,
            )  # fmt: skip
            tx.add_decision(UNIT, one)

    await world.writer.submit(write)


async def night(world: World) -> Rows:
    def work(tx: Tx) -> None:
        judge(tx, world.house, UNIT, WEIGHTS, pages=True, now=world.now)
        tell_managers(tx, world.house, world.now)

    await world.writer.submit(work)
    return await world.rows()


async def test_the_approver_hears_it_first_alone_and_once_a_week(world: World) -> None:
    await glances(world)
    told = await night(world)
    (answer,) = told.of(Answer, UNIT)
    assert answer.key == "attend_told"
    assert "20张从送到您手机到点同意" in answer.args["lines"]
    assert told.of(GroupWords) == []
    world.now += timedelta(days=6)
    assert (await night(world)).of(Answer, UNIT) == []
    world.now += timedelta(days=1)
    assert len((await night(world)).of(Answer, UNIT)) == 1


async def test_managers_get_a_number_a_month_later(world: World) -> None:
    await glances(world)
    await night(world)
    world.now += timedelta(days=20)
    groups = (await night(world)).of(GroupWords)
    assert [(one.key, one.args) for one in groups] == [("attend_month", {"month": "3月", "people": "1"})]
    assert (await night(world)).of(GroupWords) == []


async def test_an_opened_page_is_seen_by_the_radar(world: World) -> None:
    await glances(world)
    at = world.now - timedelta(days=1, minutes=10)

    def write(tx: Tx) -> None:
        for index in range(20):
            tx.add_sight(f"P{index}", 1, UNIT, at)

    await world.writer.submit(write)
    assert (await night(world)).of(Answer, UNIT) == []
    standing = await world.writer.submit(lambda tx: tx.standing(UNIT))
    assert standing is not None
    assert standing.score < WEIGHTS.tell_from
