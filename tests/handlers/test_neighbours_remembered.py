"""What a neighbour is to a permit is worked out once; whatever changes of either is seen at the very next look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.board import BoardRow
from storage.directory import Register
from storage.tx import Tx
from tests.handlers.test_neighbours import OTHER, beside, desk_of
from tests.support.hot_work import NUMBER
from tests.support.office import SITE, Stage, World, at
from workflow.facts import OtherPermit
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit import events as e
from workflow.permit.content import Content
from workflow.permit.details import Details, LiftDetails
from workflow.plant import LinkKind, PlaceLink
from workflow.values import Interval, WorkType

LATER = Interval(start=at("08:00"), end=at("10:30"))
GUARDS = (("work_leader", "maming"), ("guardian", "chenan"), ("worker", "dengkai"))
LEADS = (("work_leader", "sunli"), ("guardian", "gaofei"), ("worker", "dengkai"))
WORKS = (("work_leader", "maming"), ("guardian", "gaofei"), ("worker", "zhengwei"))


def neighbour(world: World, tx: Tx) -> OtherPermit:
    permit = tx.load(world.house.permits, NUMBER)[0]
    (found,) = desk_of(world, tx).around(permit.id, permit.what).others() or ()
    return found


def put_as_pressed(world: World, tx: Tx) -> BoardRow:
    """Have the board hold the very row we wrote, as it does after a press: a row that is read from the database is
    made of other objects, and no remembered answer is found for it whatever it was remembered by."""
    row = beside()
    tx.put_on_board(replace(row, task="摸底"))
    neighbour(world, tx)
    tx.put_on_board(row)
    return row


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"status": "suspended"}, {"status": "suspended"}),
        ({"status": "in_review", "live": False}, {"status": "in_review", "live": False}),
        ({"live": False}, {"live": False}),
        ({"work": WorkType.LIFT.value}, {"work": WorkType.LIFT}),
        ({"planned": LATER}, {"interval": LATER}),
        ({"place": "甲苯管线"}, {"place": "甲苯管线"}),
        ({"equipment": "T-203"}, {"equipment": "T-203"}),
        ({"area": "TK1"}, {"area": "TK1", "same_area": False, "adjacent": True}),
        ({"people": GUARDS}, {"guardian": "chenan"}),
        ({"people": LEADS}, {"leader": "sunli"}),
        ({"people": WORKS}, {"workers": ("zhengwei",)}),
    ],
    ids=str,
)
async def test_a_change_of_the_other_is_seen_at_once(at_stage: Stage, change: Any, shown: dict[str, Any]) -> None:
    world = at_stage("active")

    def look(tx: Tx) -> tuple[OtherPermit, OtherPermit, OtherPermit]:
        row = put_as_pressed(world, tx)
        first, second = neighbour(world, tx), neighbour(world, tx)
        tx.put_on_board(replace(row, **change))
        return first, second, neighbour(world, tx)

    first, second, changed = await world.writer.submit(look)
    assert first is second, "worked out once"
    assert changed == replace(first, **{**shown, "meetings": changed.meetings})


async def test_what_its_content_says_is_seen_at_once(at_stage: Stage) -> None:
    """The row of the board stays as it is: a request that was changed names the same place and people."""
    world = at_stage("active")
    told = [one for one in await world.events(NUMBER) if isinstance(one, e.PermitSubmitted)]

    def look(tx: Tx) -> tuple[OtherPermit, OtherPermit]:
        put_as_pressed(world, tx)
        unread = neighbour(world, tx)
        tx.append(world.house.permits, OTHER, 0, told[:1], world.now, "test")
        return unread, neighbour(world, tx)

    unread, read = await world.writer.submit(look)
    assert unread.what is None
    assert read.what == (await world.permit(NUMBER)).content


async def test_a_change_of_the_register_is_seen_at_once(at_stage: Stage) -> None:
    world = at_stage("active")

    def look(tx: Tx) -> tuple[OtherPermit, OtherPermit, OtherPermit]:
        tx.put_on_board(beside(area="TK1"))
        before = neighbour(world, tx)
        tx.put_register(Register(areas=(replace(tx.directory.areas[AreaId("TK1")], fire_explosion=None),)))
        doubtful = neighbour(world, tx)
        dike = PlaceLink(id="d", site=SITE, kind=LinkKind.DIKE, places=("TK1", "TK2"))
        tx.put_register(Register(links=(dike,)))
        return before, doubtful, neighbour(world, tx)

    before, doubtful, diked = await world.writer.submit(look)
    assert before.explosion is True
    assert doubtful.explosion is None
    assert [one.meetings[0].between.same_dike for one in (before, doubtful, diked)] == [None, None, True]


async def test_what_we_say_ourselves_is_seen_at_once(at_stage: Stage) -> None:
    world = at_stage("active")

    def look(tx: Tx) -> list[bool]:
        tx.put_on_board(beside())
        content = tx.load(world.house.permits, NUMBER)[0].what
        moved = replace(content, area=AreaId("TK1"))
        found = (desk_of(world, tx).around(PermitId(NUMBER), one).others() or () for one in (content, moved))
        return [one.same_area for (one,) in found]

    assert await world.writer.submit(look) == [True, False]


async def test_however_far_away_it_counts_while_it_needs_one_of_ours(at_stage: Stage) -> None:
    """Nothing of its place makes it matter, and that is what is remembered; who is needed there is asked each time."""
    world = at_stage("active")

    def look(tx: Tx) -> list[int]:
        guardian = tx.load(world.house.permits, NUMBER)[0].guardian
        ours = (("work_leader", "maming"), ("guardian", guardian), ("worker", "dengkai"))
        found = []
        for people in (beside().people, ours, beside().people):
            tx.put_on_board(beside(area="SHP", work=WorkType.POWER.value, people=people))
            permit = tx.load(world.house.permits, NUMBER)[0]
            found.append(len(desk_of(world, tx).around(permit.id, permit.what).others() or ()))
        return found

    assert await world.writer.submit(look) == [0, 1, 0]


async def test_however_far_away_it_counts_while_something_joins_the_places(at_stage: Stage) -> None:
    """A boom, a drain, a load that is carried over it: what is remembered to be far is far without any of these."""
    world = at_stage("active")
    power = beside(area="SHP", work=WorkType.POWER.value)

    def look(tx: Tx) -> list[int]:
        permit = tx.load(world.house.permits, NUMBER)[0]
        over = Details(lift=LiftDetails(path=(AreaId("SHP"),)))
        carries = replace(permit.what, work=WorkType.LIFT, details=over)

        def found(row: BoardRow, content: Content = permit.what) -> int:
            tx.put_on_board(row)
            return len(desk_of(world, tx).around(permit.id, content).others() or ())

        apart, lifted, under = found(power), found(replace(power, work=WorkType.LIFT.value)), found(power, carries)
        drain = PlaceLink(id="d", site=SITE, kind=LinkKind.DRAIN, places=("SHP", "TK2"))
        tx.put_register(Register(links=(drain,)))
        return [apart, lifted, under, found(power)]

    assert await world.writer.submit(look) == [0, 1, 1, 1]


async def test_who_leads_the_shift_is_asked_of_the_register_as_it_is(world: World) -> None:
    posts = world.house.posts

    def look(tx: Tx) -> tuple[PersonId | None, PersonId | None]:
        before = posts.duty_leader(tx.directory)
        assert before is not None
        tx.put_register(Register(people=(replace(tx.directory.people[before], active=False),)))
        return before, posts.duty_leader(tx.directory)

    before, after = await world.writer.submit(look)
    assert after != before


async def test_past_its_end_its_end_is_open_at_once(at_stage: Stage) -> None:
    world = at_stage("active")

    def look(tx: Tx) -> Interval:
        tx.put_on_board(beside())
        return neighbour(world, tx).interval

    assert (await world.writer.submit(look)).end == at("11:00")
    world.now = at("11:00")
    assert (await world.writer.submit(look)).end > at("11:00") + timedelta(days=365)


async def test_another_permit_beside_the_same_place_has_its_own_answer(at_stage: Stage) -> None:
    world = at_stage("active")

    def look(tx: Tx) -> list[str]:
        first = put_as_pressed(world, tx)
        second = replace(first, permit="MB-HC-20260318-010")
        found = []
        for row, gone in ((first, second), (second, first), (first, second)):
            tx.put_on_board(replace(gone, open=False, live=False))
            tx.put_on_board(row)
            found.append(str(neighbour(world, tx).id))
        return found

    assert await world.writer.submit(look) == ["MB-HC-20260318-009", "MB-HC-20260318-010", "MB-HC-20260318-009"]
