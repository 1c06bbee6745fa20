"""Showing to be there where a phone says more than a chat does: what a position adds to a code, and what a page says it
took."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cards.buttons import Action
from handlers import screens
from handlers.arrivals import GasEntered, Location, Photo, Scan
from handlers.fresh import plate_of
from handlers.outgoing import Fetch
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SAFETY, UNIT
from tests.support.office import Rows, Stage, World
from workflow.fresh_code import step_at
from workflow.ids import AreaId, PermitId
from workflow.permit.commands import CheckInWay
from workflow.permit.events import ArrivedOnSite, AttemptRefused, GasRecorded
from workflow.values import Datum, Position


async def middle(world: World) -> Position:
    """A point well inside the fence of the work, exact to five metres."""
    permit = await world.permit(NUMBER)
    area = await world.writer.submit(lambda tx: tx.directory.areas[permit.what.area])
    corners = area.fence
    count = Decimal(len(corners))
    return Position(
        latitude=sum((one.latitude for one in corners), Decimal(0)) / count,
        longitude=sum((one.longitude for one in corners), Decimal(0)) / count,
        datum=corners[0].datum,
        accuracy_m=Decimal(5),
    )


def far(here: Position) -> Position:
    return replace(here, latitude=here.latitude + Decimal("0.05"))


async def ways(world: World, who: str = GUARD) -> list[CheckInWay]:
    return [one.way for one in await world.events(NUMBER) if isinstance(one, ArrivedOnSite) and one.by.as_person == who]


async def attempts(world: World) -> list[tuple[str, ...]]:
    return [one.gates for one in await world.events(NUMBER) if isinstance(one, AttemptRefused)]


async def test_a_position_inside_by_more_than_its_accuracy_checks_in_and_a_mocked_one_does_not(at_stage: Stage) -> None:
    world = at_stage("issued")
    here = await middle(world)
    mocked = Location(**world.head(GUARD, None), position=here, mocked=True)
    rows = await world.take(mocked)
    assert rows.said(GUARD) == ["position_made_up"]
    assert await ways(world) == []
    assert await attempts(world) == [("place.made_up",)]
    rows = await world.take(Location(**world.head(GUARD, None), position=here))
    assert rows.said(GUARD) == ["checked_in"]
    assert await ways(world) == [CheckInWay.POSITION]


@pytest.mark.parametrize("accuracy", [None, Decimal(2000)])
async def test_a_position_that_does_not_say_how_exact_it_is_establishes_nothing(
    at_stage: Stage, accuracy: Decimal | None
) -> None:
    world = at_stage("issued")
    vague = replace(await middle(world), accuracy_m=accuracy)
    rows = await world.take(Location(**world.head(GUARD, None), position=vague))
    assert rows.said(GUARD) == ["outside_fences"]
    assert await ways(world) == []


async def test_the_boards_code_read_where_the_phone_surely_is_not_is_a_copy(at_stage: Stage) -> None:
    world = at_stage("issued")
    here = await middle(world)
    for _ in range(2):
        rows = await world.take(Scan(**world.head(GUARD, None), menu_key="page", code=BOARD, position=far(here)))
        assert rows.said(GUARD) == ["board_elsewhere"]
    assert await ways(world) == []
    assert await attempts(world) == [("place.elsewhere",)], "kept once, however often it is pressed"
    await world.writer.submit(lambda tx: screens.allow(tx, world.house, SAFETY, "罐区门口", "s", world.now, "s", "TK2"))
    number = plate_of(world.house, AreaId("TK2")).number(step_at(world.now))
    rows = await world.take(
        Scan(**world.head(GUARD, None), menu_key="page", code=BOARD, position=far(here), fresh=number)
    )
    assert rows.said(GUARD) == ["board_elsewhere"], "somebody read the screen to him"
    assert await ways(world) == []
    rows = await world.take(Scan(**world.head(GUARD, None), menu_key="page", code=BOARD, position=here))
    assert rows.said(GUARD) == ["checked_in"]


async def test_a_position_in_another_datum_is_converted_before_it_is_held_against_the_fence(at_stage: Stage) -> None:
    world = at_stage("issued")
    here = await middle(world)
    other = Datum.GCJ02 if here.datum is Datum.WGS84 else Datum.WGS84
    rows = await world.take(Location(**world.head(GUARD, None), position=replace(here, datum=other)))
    assert rows.said(GUARD) == ["outside_fences"], "half a kilometre off: the tag was wrong, and is believed"


async def test_a_board_that_also_opens_a_page_is_read_in_the_chat_as_well(at_stage: Stage) -> None:
    world = at_stage("issued")
    rows = await world.scans(GUARD, f"https://permit.example.com/site/{BOARD.removeprefix('PTB1:')}")
    assert rows.said(GUARD) == ["checked_in"]
    rows = await world.scans(GUARD, "https://permit.example.com/site/XX-99")
    assert rows.said(GUARD) == ["unknown_board"]


# --- what a page says it took ---------------------------------------------------------------------------------------


async def takes_photo(world: World, who: str, purpose: str) -> Rows:
    world.count += 1
    photo = Photo(**world.head(who, None), handle=f"h{world.count}", permit=PermitId(NUMBER), purpose=purpose)
    rows = await world.take(photo)
    (fetch,) = rows.of(Fetch, who)
    return await world.stores(fetch, f"{world.count:032x}")


async def test_a_photo_is_taken_as_what_its_sender_says_it_is(at_stage: Stage) -> None:
    world = at_stage("issued")
    permit = await world.permit(NUMBER)
    last = [one.no for one in permit.law.measures if permit.measures[one.no].involved][-1]
    rows = await takes_photo(world, GUARD, last)
    assert rows.said(GUARD) == ["photo_taken_as"]
    assert [one.purpose for one in (await world.permit(NUMBER)).photos] == [last]


@pytest.mark.parametrize(("who", "purpose"), [(GUARD, "nonsense"), (SAFETY, "H3")])
async def test_a_photo_for_nothing_of_theirs_is_nothing_else_instead(at_stage: Stage, who: str, purpose: str) -> None:
    world = at_stage("issued")
    await takes_photo(world, who, purpose)
    assert (await world.permit(NUMBER)).photos == ()


async def gas(world: World, *values: tuple[str, str, str], who: str = GUARD) -> Rows:
    await world.rows()
    entered = GasEntered(**world.head(who, None), permit=PermitId(NUMBER), point="", values=values)
    return await world.take(entered)


async def test_gas_is_entered_under_the_law_of_the_chat(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.scans(GUARD, BOARD)
    rows = await gas(world, ("可燃气", "0.2", ""))
    assert rows.said(GUARD) == ["gas_unclear"]
    rows = await gas(world, ("", "0.2", "%LEL"))
    assert rows.said(GUARD) == ["gas_unclear"]
    rows = await gas(world, ("可燃气", "0.8", "%vol"))
    assert rows.said(GUARD) == ["gas_failed"]
    rows = await gas(world, ("可燃气", "0", "%LEL"), ("氧气", "20.8", "%vol"))
    assert rows.said(GUARD) == ["gas_taken"]
    assert [one.passed for one in await world.events(NUMBER) if isinstance(one, GasRecorded)] == [False, True]


async def test_an_open_question_does_not_swallow_gas_that_was_entered(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.taps(GUARD, Action.STOP, NUMBER)
    await world.taps(GUARD, Action.RESUME, NUMBER, "guardian")
    rows = await gas(world, ("可燃气", "0", "%LEL"))
    assert rows.said(GUARD) == ["gas_taken"]


# --- one item of the checklist --------------------------------------------------------------------------------------


async def test_one_item_is_answered_and_no_other(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.taps(UNIT, Action.ACCEPT, NUMBER)
    permit = await world.permit(NUMBER)
    first, second = (one.no for one in permit.law.measures[:2])
    await world.taps(LEADER, Action.MEASURES, NUMBER, chosen={"one": (first,), "measures": (first,)})
    await world.taps(LEADER, Action.MEASURES, NUMBER, chosen={"one": (second,)})
    measures = (await world.permit(NUMBER)).measures
    by = {no: state.answered_by.as_person for no, state in measures.items() if state.answered_by is not None}
    answered = {no: measures[no].involved for no, person in by.items() if person == LEADER}
    assert answered == {first: True, second: False}


async def test_a_confirmation_brings_its_figures(at_stage: Stage) -> None:
    world = at_stage("issued")
    await world.scans(GUARD, BOARD)
    permit = await world.permit(NUMBER)
    wanting = [one for one in permit.law.measures if permit.measures[one.no].involved and "numbers" in one.evidence]
    rows = await world.taps(GUARD, Action.CONFIRM, NUMBER, wanting[0].no, chosen={"detail": ("灭火器2具 15米 10米",)})
    assert rows.refused(GUARD) == []
    state = (await world.permit(NUMBER)).measures[wanting[0].no]
    asked_more = "photo" in wanting[0].evidence
    assert (state.confirmed_by is None) is asked_more
