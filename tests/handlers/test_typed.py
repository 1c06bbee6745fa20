"""「选 101-1」: a number means one card of one person, as it stood; else nothing is done and the present is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.buttons import Action, Press, pack
from cards.card import Button, Card, Choice, Option
from handlers.outgoing import DraftCard, PermitCard
from handlers.typed import OPEN_FOR, put_offer
from storage.cards_sent import CardSent
from storage.tx import Tx
from tests.support.hot_work import LEADER, NUMBER, UNIT, WORKER
from tests.support.office import SECRET, Stage, World
from workflow.permit.state import Status


def card(who: str, *actions: Action) -> Card:
    presses = [Press(action=action, subject=NUMBER, revision=1) for action in actions]
    buttons = tuple(Button(text=press.action.value, token=pack(press, person=who, secret=SECRET)) for press in presses)
    return Card(subject=f"permit:{NUMBER}", key="k", title="请受理", buttons=buttons)


async def held(world: World, who: str, shown: Card, *, version: int | None = None) -> int:
    """What the relay does: the person holds this card as a text; its number."""
    world.count += 1
    task = f"typed-{world.count}"
    now_at = (await world.permit(NUMBER)).version if version is None else version
    copy = CardSent(
        platform="wecom", task_id=task, subject=shown.subject, person=who, shown_version=now_at, content_hash="",
        sent_at=world.now, updated_at=world.now,
    )  # fmt: skip

    def both(tx: Tx) -> int:
        for old in tx.live_cards(subject=shown.subject, person=who):
            tx.close_card(old.platform, old.task_id, world.now)
        tx.record_card(copy)
        return put_offer(tx, shown, task=task, platform="wecom", person=who, now=world.now)

    return await world.writer.submit(both)


async def test_a_number_is_a_press_on_its_card(at_stage: Stage) -> None:
    world = at_stage("submitted")
    number = await held(world, UNIT, card(UNIT, Action.ACCEPT, Action.REJECT))
    assert number > 100
    await world.says(UNIT, f"选 {number}-1")
    assert await world.status(NUMBER) is Status.PREPARING


async def test_the_words_of_a_button_do_as_well(at_stage: Stage) -> None:
    world = at_stage("submitted")
    number = await held(world, UNIT, card(UNIT, Action.ACCEPT))
    await world.says(UNIT, f"选{number}accept")
    assert await world.status(NUMBER) is Status.PREPARING


async def test_a_bare_number_is_no_answer_to_anything(at_stage: Stage) -> None:
    world = at_stage("submitted")
    number = await held(world, UNIT, card(UNIT, Action.ACCEPT))
    for line in ("1", f"{number}-1", f"{number}", "同意"):
        await world.says(UNIT, line)
    assert await world.status(NUMBER) is Status.SUBMITTED


async def test_somebody_elses_number_opens_nothing(at_stage: Stage) -> None:
    world = at_stage("submitted")
    number = await held(world, UNIT, card(UNIT, Action.ACCEPT))
    rows = await world.says(WORKER, f"选 {number}-1")
    assert rows.said(WORKER) == ["no_such_number"]
    assert await world.status(NUMBER) is Status.SUBMITTED


async def test_two_people_may_have_the_same_number_and_each_means_their_own_card(at_stage: Stage) -> None:
    world = at_stage("submitted")
    mine = await held(world, UNIT, card(UNIT, Action.ACCEPT))
    assert await held(world, WORKER, card(WORKER, Action.REFRESH)) == mine
    assert (await world.says(WORKER, f"选 {mine}-1")).of(PermitCard, WORKER)
    assert await world.status(NUMBER) is Status.SUBMITTED
    await world.says(UNIT, f"选 {mine}-1")
    assert await world.status(NUMBER) is Status.PREPARING


async def test_the_number_of_a_permit_that_moved_on_does_nothing_and_shows_it_as_it_stands(at_stage: Stage) -> None:
    world = at_stage("submitted")
    version = (await world.permit(NUMBER)).version
    number = await held(world, UNIT, card(UNIT, Action.ACCEPT), version=version - 1)
    rows = await world.says(UNIT, f"选 {number}-1")
    assert await world.status(NUMBER) is Status.SUBMITTED
    (shown,) = rows.of(PermitCard, UNIT)
    assert (shown.note, shown.permit) == ("number_stale", NUMBER)


async def test_the_number_of_a_copy_that_a_newer_one_replaced_does_nothing(at_stage: Stage) -> None:
    world = at_stage("submitted")
    old = await held(world, UNIT, card(UNIT, Action.REJECT))
    new = await held(world, UNIT, card(UNIT, Action.ACCEPT))
    assert new == old + 1
    rows = await world.says(UNIT, f"选 {old}-1")
    assert rows.said(UNIT) == ["number_stale"]
    await world.says(UNIT, f"选 {new}-1")
    assert await world.status(NUMBER) is Status.PREPARING


async def test_a_stop_is_taken_from_any_copy(at_stage: Stage) -> None:
    world = at_stage("active")
    number = await held(world, LEADER, card(LEADER, Action.STOP), version=1)
    await held(world, LEADER, card(LEADER, Action.FINISH))
    await world.says(LEADER, f"选 {number}-1")
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_numbers_run_out_of_time(at_stage: Stage) -> None:
    world = at_stage("submitted")
    number = await held(world, UNIT, card(UNIT, Action.ACCEPT))
    world.now += OPEN_FOR + timedelta(seconds=1)
    rows = await world.says(UNIT, f"选 {number}-1")
    assert rows.said(UNIT) == ["no_such_number"]


async def test_what_names_nothing_offered_is_told_how(at_stage: Stage) -> None:
    world = at_stage("submitted")
    number = await held(world, UNIT, card(UNIT, Action.ACCEPT))
    for said in ("", "-2", "-1 2", "随便"):
        assert (await world.says(UNIT, f"选 {number}{said}")).said(UNIT) == ["number_how"]
    assert await world.status(NUMBER) is Status.SUBMITTED


async def test_refreshing_shows_the_card_anew(at_stage: Stage) -> None:
    world = at_stage("submitted")
    number = await held(world, UNIT, card(UNIT, Action.REFRESH))
    rows = await world.says(UNIT, f"选 {number}-1")
    assert [one.permit for one in rows.of(PermitCard, UNIT)] == [NUMBER]


async def test_ticks_are_answered_for_every_item_of_the_page(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.taps(UNIT, Action.ACCEPT, NUMBER)
    law = (await world.permit(NUMBER)).law
    press = Press(action=Action.MEASURES, subject=NUMBER, revision=1)
    ticks = Card(
        subject=f"permit:{NUMBER}", key="k", title="准备中",
        submit=Button(text="提交勾选", token=pack(press, person=LEADER, secret=SECRET)),
        choices=(Choice(key="measures", title="", many=True,
                        options=tuple(Option(id=one.no, text=one.label) for one in law.measures[:20])),),
    )  # fmt: skip
    number = await held(world, LEADER, ticks)
    await world.says(LEADER, f"选 {number} 1 2")
    answered = {
        no: state.involved for no, state in (await world.permit(NUMBER)).measures.items() if state.involved is not None
    }
    assert [answered[one.no] for one in law.measures[:3]] == [True, True, False]


async def test_a_place_that_begins_with_a_number_is_no_answer_to_a_card(world: World) -> None:
    rows = await world.says(WORKER, "选2号罐 明早8点到11点 换法兰 电焊 作业人王强 监护赵敏")
    assert "no_such_number" not in rows.said(WORKER)
    assert rows.of(DraftCard, WORKER)


@pytest.mark.parametrize("line", ["选 999-1", "选 999 同意"])
async def test_a_number_never_given_is_said_to_be_none(world: World, line: str) -> None:
    assert (await world.says(WORKER, line)).said(WORKER) == ["no_such_number"]
