"""The changing number of a place's screen: what it shows, for whom, how often; and what it is worth on the permit."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle, islice

import pytest

from cards.buttons import Action
from handlers import screens
from handlers.arrivals import Scan
from handlers.fresh import plate_of
from tests.support.hot_work import BOARD, CHIEF, GUARD, LEADER, NUMBER, SAFETY, UNIT
from tests.support.office import SITE, Rows, Stage, World
from workflow.errors import Refused
from workflow.fresh_code import PLACE_TRIES, STEP, TRIES, TRIES_WITHIN, Plate, step_at
from workflow.ids import AreaId, PersonId
from workflow.permit.commands import CheckInWay
from workflow.permit.events import ArrivedOnSite, AttemptRefused
from workflow.permit.signing import PROOF_FRESH
from workflow.permit.state import Status
from workflow.values import ProofMethod

PLACE = BOARD.removeprefix("PTB1:")
SCREEN = "the secret of the screen"


async def place(world: World, board: str = PLACE) -> AreaId:
    area = await world.writer.submit(lambda tx: tx.directory.area_of_board(board))
    assert area is not None
    return area.id


async def hangs(world: World, board: str = PLACE) -> Plate:
    """A screen for the number of a place."""
    area = await place(world, board)
    secret = SCREEN + board
    assert await world.writer.submit(
        lambda tx: screens.allow(tx, world.house, SAFETY, "罐区门口", secret, world.now, secret, area)
    )
    return plate_of(world.house, area)


def shown(world: World, plate: Plate) -> str:
    return plate.number(step_at(world.now))


def wrong(world: World, plate: Plate) -> str:
    """A number that is none of those around now."""
    near = {plate.number(step_at(world.now) + one) for one in (-1, 0, 1)}
    return next(one for one in ("123456", "234567", "345678", "456789") if one not in near)


async def gives(world: World, who: str, number: str, code: str = BOARD) -> Rows:
    return await world.take(Scan(**world.head(who, None), menu_key="page", code=code, fresh=number))


async def ways(world: World, who: str = GUARD) -> list[CheckInWay]:
    return [one.way for one in await world.events(NUMBER) if isinstance(one, ArrivedOnSite) and one.by.as_person == who]


async def attempts(world: World) -> list[tuple[str, ...]]:
    return [one.gates for one in await world.events(NUMBER) if isinstance(one, AttemptRefused)]


# --- by which way -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spelled", ["签到 {number}", "签到{number}", "打卡：{number}"])
async def test_the_number_typed_in_any_chat_shows_that_somebody_saw_the_screen(at_stage: Stage, spelled: str) -> None:
    world = at_stage("issued")
    plate = await hangs(world)
    rows = await world.says(GUARD, spelled.format(number=shown(world, plate)))
    assert rows.said(GUARD) == ["checked_in"]
    assert await ways(world) == [CheckInWay.FRESH_CODE]


async def test_the_screens_own_code_says_board_and_number_in_one(at_stage: Stage) -> None:
    world = at_stage("issued")
    plate = await hangs(world)
    rows = await world.scans(GUARD, f"https://permit.example.com/site/{PLACE}?now={shown(world, plate)}")
    assert rows.said(GUARD) == ["checked_in"]
    assert await ways(world) == [CheckInWay.FRESH_CODE]


async def test_a_scan_of_a_photo_of_the_screen_is_no_scan_of_the_board(at_stage: Stage) -> None:
    """A number that is over does not fall back to the weaker way: who sends a photo is not there."""
    world = at_stage("issued")
    plate = await hangs(world)
    old = f"https://permit.example.com/site/{PLACE}?now={shown(world, plate)}"
    world.now += 2 * STEP
    rows = await world.scans(GUARD, old)
    assert rows.said(GUARD) == ["fresh_wrong"]
    assert await ways(world) == []
    assert await attempts(world) == [("place.number_wrong",)]


async def test_six_digits_are_no_number_where_no_screen_is_or_nothing_is_theirs(at_stage: Stage) -> None:
    world = at_stage("issued")
    bare = plate_of(world.house, await place(world))
    assert (await gives(world, GUARD, shown(world, bare))).said(GUARD) == ["fresh_no_screen"]
    other = await hangs(world, "HC-TK1-B1")
    assert "checked_in" not in (await world.says(GUARD, f"签到 {shown(world, other)}")).said(GUARD)
    assert await ways(world) == []


async def test_digits_of_somebody_without_business_there_use_up_nobodys_tries(at_stage: Stage) -> None:
    """Typed from anywhere, by anybody: they are taken for no number at all."""
    world = at_stage("issued")
    plate = await hangs(world)
    strangers = [PersonId(f"hc{number:04}") for number in range(1, PLACE_TRIES // TRIES + 2)]
    for stranger in strangers:
        for _ in range(TRIES):
            rows = await world.says(stranger, f"签到 {wrong(world, plate)}")
            assert not any(said.startswith("fresh_") for said in rows.said(stranger))
    assert (await world.says(GUARD, f"签到 {shown(world, plate)}")).said(GUARD) == ["checked_in"]
    assert await ways(world) == [CheckInWay.FRESH_CODE]


async def test_a_screen_that_was_ended_takes_its_number_with_it(at_stage: Stage) -> None:
    world = at_stage("issued")
    plate = await hangs(world)
    secret = screens.hash_of(SCREEN + PLACE)
    await world.writer.submit(lambda tx: screens.end(tx, world.house, SAFETY, secret, world.now, "end"))
    assert (await gives(world, GUARD, shown(world, plate))).said(GUARD) == ["fresh_no_screen"]
    assert await ways(world) == []


async def test_a_screen_is_hung_only_beside_a_board(at_stage: Stage) -> None:
    world = at_stage("issued")
    with pytest.raises(Refused):
        await world.writer.submit(
            lambda tx: screens.allow(tx, world.house, SAFETY, "门口", "s", world.now, "s", "nowhere")
        )
    assert not await world.writer.submit(
        lambda tx: screens.allow(tx, world.house, PersonId(GUARD), "门口", "s", world.now, "s")
    )


async def test_only_a_screen_for_a_place_shows_its_number(at_stage: Stage) -> None:
    world = at_stage("issued")
    plate, secret = await hangs(world), SCREEN + PLACE
    await world.writer.submit(lambda tx: screens.allow(tx, world.house, SAFETY, "中控室", "wall", world.now, "wall"))
    assert await world.writer.submit(lambda tx: screens.take(tx, world.house, secret, "kept", world.now, "taken"))

    async def seen(by: str) -> AreaId | None:
        area = await world.writer.submit(lambda tx: screens.number_screen(tx, world.house, by, world.now))
        return None if area is None else area.id

    assert [await seen(one) for one in ("kept", secret, "wall", "")] == [plate.area, None, None, None]


# --- how often --------------------------------------------------------------------------------------------------------


async def test_a_number_counts_once_for_a_person_and_once_for_each_other(at_stage: Stage) -> None:
    world = at_stage("issued")
    plate = await hangs(world)
    number = shown(world, plate)
    assert (await gives(world, GUARD, number)).said(GUARD) == ["checked_in"]
    world.now += STEP
    assert (await gives(world, GUARD, number)).said(GUARD) == ["fresh_used"]
    assert (await gives(world, LEADER, number)).said(LEADER) == ["checked_in"], "two read the same screen"
    assert await ways(world) == [CheckInWay.FRESH_CODE]
    world.now += STEP
    assert (await gives(world, GUARD, shown(world, plate))).said(GUARD) == ["checked_in"]


async def test_a_number_of_one_place_uses_up_no_number_of_another(at_stage: Stage) -> None:
    world = at_stage("issued")
    here, there = await hangs(world), await hangs(world, "HC-TK1-B1")
    assert (await gives(world, GUARD, shown(world, here))).said(GUARD) == ["checked_in"]
    assert "fresh_used" not in (await gives(world, GUARD, shown(world, there), "PTB1:HC-TK1-B1")).said(GUARD)


async def test_who_guesses_is_not_looked_at_and_nobody_else_suffers(at_stage: Stage) -> None:
    world = at_stage("issued")
    plate = await hangs(world)
    for _ in range(TRIES):
        assert (await gives(world, GUARD, wrong(world, plate))).said(GUARD) == ["fresh_wrong"]
    assert (await gives(world, GUARD, shown(world, plate))).said(GUARD) == ["fresh_too_often"]
    assert await ways(world) == []
    assert (await gives(world, LEADER, shown(world, plate))).said(LEADER) == ["checked_in"]
    assert (await world.scans(GUARD, BOARD)).said(GUARD) == ["checked_in"], "the board's own code is no lock's business"
    world.now += TRIES_WITHIN
    await gives(world, GUARD, shown(world, plate))
    assert await ways(world) == [CheckInWay.BOARD_CODE, CheckInWay.FRESH_CODE]


@pytest.mark.deep
async def test_many_who_guess_at_one_place_are_stopped_together(at_stage: Stage) -> None:
    world = at_stage("issued")
    plate, other = await hangs(world), await hangs(world, "HC-TK1-B1")
    everybody = await world.writer.submit(lambda tx: [account.userid for account in tx.directory.register.accounts])
    guessing = [one for one in dict.fromkeys(everybody) if one != GUARD][: PLACE_TRIES // TRIES]
    assert len(guessing) == PLACE_TRIES // TRIES
    for who in islice(cycle(guessing), PLACE_TRIES):
        await gives(world, who, wrong(world, plate))
    assert (await gives(world, GUARD, shown(world, plate))).said(GUARD) == ["fresh_too_often"]
    elsewhere = await gives(world, GUARD, shown(world, other), "PTB1:HC-TK1-B1")
    assert "fresh_too_often" not in elsewhere.said(GUARD)
    world.now += TRIES_WITHIN
    assert (await gives(world, GUARD, shown(world, plate))).said(GUARD) == ["checked_in"]


# --- what it is worth -------------------------------------------------------------------------------------------------


async def decided(world: World, wait: timedelta) -> ProofMethod:
    """The last approver gives the number, waits, and approves: what the permit says of it."""
    plate = await hangs(world)
    await world.scans(UNIT, BOARD)
    await world.taps(UNIT, Action.APPROVE, NUMBER, "site_unit")
    await world.taps(SAFETY, Action.APPROVE, NUMBER, "safety_dept")
    await gives(world, CHIEF, shown(world, plate))
    world.now += wait
    await world.taps(CHIEF, Action.APPROVE, NUMBER, "approver")
    permit = await world.permit(NUMBER)
    assert permit.status is Status.ISSUED
    proof = permit.signatures[-1].proof
    assert proof is not None
    assert proof.at_site
    return proof.method


async def test_an_approval_beside_the_screen_says_so(at_stage: Stage) -> None:
    assert await decided(at_stage("review"), PROOF_FRESH) is ProofMethod.PLATFORM_SESSION_FRESH_CODE


async def test_a_number_of_a_while_ago_is_worth_no_more_than_the_boards_code(at_stage: Stage) -> None:
    late = PROOF_FRESH + timedelta(seconds=1)
    assert await decided(at_stage("review"), late) is ProofMethod.PLATFORM_SESSION_AT_SITE


async def test_the_number_is_of_the_site_of_this_house(at_stage: Stage) -> None:
    world = at_stage("issued")
    assert plate_of(world.house, await place(world)).site == SITE
