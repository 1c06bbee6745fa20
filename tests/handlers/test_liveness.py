"""What the guardian does when he is asked: by tap, number, scan and picture, right and wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.asked import ASKED
from handlers.outgoing import PermitCard
from storage.tx import Tx
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SAFETY, SHIFT
from tests.support.office import Stage, World
from tests.support.six_lives import Hands
from workflow.permit.events import PromptRaised
from workflow.permit.state import Status
from workflow.permit.tasks import PHOTO_PURPOSE, Task
from workflow.rules.tasks import TaskKind
from workflow.values import Actor

TASKS = {
    TaskKind.WORK: Task(kind=TaskKind.WORK, choices=("road", "hot", "earth"), right="hot"),
    TaskKind.PLACE: Task(kind=TaskKind.PLACE, choices=("二号罐区", "一号罐区", "三号罐区"), right="二号罐区"),
}


async def asked_for(world: World, kind: TaskKind) -> Hands:
    """Two minutes later the guardian is asked for this kind of task: event and board are written as the office does."""
    world.now += timedelta(minutes=2)

    def write(tx: Tx) -> None:
        permit, version = tx.load(world.house.permits, NUMBER)
        raised = PromptRaised(
            by=Actor.clock(),
            at=world.now,
            number=permit.prompts_raised + 1,
            wants_gas=kind is TaskKind.GAS,
            task=TASKS.get(kind, Task(kind=kind)),
            draw="00",
        )
        tx.append(world.house.permits, NUMBER, version, (raised,), world.now, "test")
        row = tx.on_board(NUMBER)
        assert row is not None
        tx.put_on_board(replace(row, version=version + 1, people=(*row.people, (ASKED, str(GUARD)))))

    await world.writer.submit(write)
    return Hands(world=world, number=NUMBER)


async def open_prompt(world: World) -> int | None:
    return (await world.permit(NUMBER)).prompt_open


async def test_every_kind_of_the_works_list_can_be_answered_from_its_card(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    for kind in TaskKind:
        hands = await asked_for(world, kind)
        rows = await hands.answer()
        assert rows.refused(GUARD) == [], kind
        assert await open_prompt(world) is None, kind


async def test_a_number_typed_with_people_inside(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    await asked_for(world, TaskKind.COUNT)
    rows = await world.says(GUARD, "3")
    assert [card.note for card in rows.of(PermitCard, GUARD)] == [""]
    card = await Hands(world=world, number=NUMBER).card(GUARD)
    assert "答得不对" in card.quote
    assert "几个人" in card.quote
    rows = await world.says(GUARD, "一个人")
    assert rows.said(GUARD) == ["prompt_taken"]
    assert await open_prompt(world) is None


async def test_two_wrong_answers_are_a_miss_and_the_safety_officer_hears_of_it(at_stage: Stage) -> None:
    world = at_stage("active")
    hands = await asked_for(world, TaskKind.WORK)
    rows = await hands.press(GUARD, "动土")
    assert rows.pushed(SAFETY) == []
    assert "答得不对" in (await hands.card(GUARD)).quote
    rows = await hands.press(GUARD, "动土")
    assert rows.said(GUARD) == ["prompt_failed"]
    assert rows.pushed(SAFETY) == rows.pushed(SHIFT) == rows.pushed(LEADER) == ["look_after"]
    assert rows.lanes(PermitCard) == {"safety"}
    permit = await world.permit(NUMBER)
    assert (permit.status, permit.prompts_missed) == (Status.ACTIVE, 1)


async def test_a_board_elsewhere_is_a_wrong_answer(at_stage: Stage) -> None:
    world = at_stage("active")
    await asked_for(world, TaskKind.BOARD)
    directory = await world.writer.submit(lambda tx: tx.directory)
    other = next(
        one.board_code for one in directory.areas.values() if one.board_code and f"PTB1:{one.board_code}" != BOARD
    )
    rows = await world.scans(GUARD, f"PTB1:{other}")
    assert rows.refused(GUARD) == []
    asking = (await world.permit(NUMBER)).asking
    assert asking is not None
    assert asking.tries == 1
    await world.scans(GUARD, BOARD)
    assert await open_prompt(world) is None


async def test_a_picture_from_the_album_waits_for_the_cameras_word(at_stage: Stage) -> None:
    world = at_stage("active")
    await asked_for(world, TaskKind.PHOTO)
    rows = await world.photographs(GUARD, camera="never", name="album")
    assert rows.said(GUARD) == ["photo_taken_as"], "no question what it is for"
    assert await open_prompt(world) is not None
    await world.shots(GUARD, world.md5("album"))
    assert await open_prompt(world) is None
    photos = (await world.permit(NUMBER)).photos
    assert {photo.purpose for photo in photos if photo.media == photos[-1].media} == {PHOTO_PURPOSE}


async def test_a_broken_camera_has_a_way_out_that_others_see(at_stage: Stage) -> None:
    world = at_stage("active")
    hands = await asked_for(world, TaskKind.PHOTO)
    rows = await hands.press(GUARD, "办不了")
    assert rows.pushed(LEADER) == rows.pushed(SHIFT) == ["look_after"]
    assert "办不了" not in await hands.offered(GUARD)
    rows = await hands.answer()
    assert await open_prompt(world) is None


async def test_a_voice_may_tell_the_number(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    await asked_for(world, TaskKind.COUNT)
    await world.speaks(GUARD, "一个人。")
    assert await open_prompt(world) is None


async def test_numbers_of_others_and_codes_nobody_asked_for_mean_nothing(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(GUARD, "3")
    assert rows.said(GUARD) == ["not_understood"]
    await asked_for(world, TaskKind.PHOTO)
    rows = await world.says(LEADER, "3")
    assert rows.said(LEADER) == ["not_understood"]
