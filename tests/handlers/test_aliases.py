"""Old and new codes of one place: three permits for one scaffold in a day, and what a person's word changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.aliases import DECISIONS, NotDecided, decide, suspicions, with_history
from handlers.desk import Desk
from storage.directory import Register
from storage.tx import Tx
from tests.handlers.test_neighbours import beside, desk_of, put
from tests.support.hot_work import NUMBER
from tests.support.office import SITE, Stage, World, at
from workflow.facts import OtherPermit
from workflow.ids import AreaId, PermitId, PersonId
from workflow.permit.content import Content
from workflow.permit.details import Details, HeightDetails
from workflow.plant import Area
from workflow.rules.situation import Known
from workflow.rules.types import ConflictRule
from workflow.simops.decisions import PlacesJudged
from workflow.simops.meeting import ours, pair_of
from workflow.simops.pairs import bites
from workflow.simops.places import Spot
from workflow.values import WorkType

OLD, NEW = AreaId("TW12"), AreaId("TW-012")
"""One platform under its old and its new code."""


def doubled(tx: Tx) -> None:
    """Somebody loaded the new list of places beside the old one."""
    old = Area(id=OLD, site=SITE, name="二合成塔顶平台", fire_explosion=True, neighbours=(AreaId("RX2"),))
    new = Area(id=NEW, site=SITE, name="合成二塔塔顶平台", fire_explosion=True, board_code="HC-TW-1")
    rx2 = tx.directory.areas[AreaId("RX2")]
    tx.put_register(Register(areas=(old, new, replace(rx2, neighbours=(*rx2.neighbours, OLD)))))


def climbing(tx: Tx, world: World, where: AreaId) -> Content:
    """A third request for work at height, at one of the codes."""
    permit = tx.load(world.house.permits, NUMBER)[0]
    details = Details(height=HeightDetails())
    return replace(
        permit.what, work=WorkType.HEIGHT, area=where, equipment=None, place="塔顶", method=(), details=details
    )


def seen(desk: Desk, content: Content) -> tuple[OtherPermit, ...]:
    others = desk.around(PermitId("GC-3"), content).others() or ()
    return tuple(other for other in others if other.work is WorkType.HEIGHT)


def verdicts(world: World, content: Content, others: tuple[OtherPermit, ...]) -> list[bool | None]:
    rules: tuple[ConflictRule, ...] = tuple(rule for pack in world.house.book.packs for rule in pack.conflicts)
    falls = next(rule for rule in rules if rule.key == "X7")
    nothing = Known(holds=frozenset(), excluded=frozenset())
    return [bites(falls, pair_of(ours(PermitId("GC-3"), content, nothing), content, other)) for other in others]


async def test_three_permits_for_one_spot_under_two_codes(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.writer.submit(doubled)
    for number, code in (("GC-1", OLD), ("GC-2", NEW)):
        await put(world, beside(permit=number, work="height", area=code, place="塔顶", updated_at=at("08:00")))

    def suspected(tx: Tx) -> tuple[set[frozenset[str]], list[bool | None], int]:
        content = climbing(tx, world, NEW)
        others = seen(desk_of(world, tx), content)
        return {frozenset(pair) for pair in suspicions(tx.directory)}, verdicts(world, content, others), len(others)

    pairs, answers, count = await world.writer.submit(suspected)
    assert pairs == {frozenset((OLD, NEW))}
    assert count == 2, "the permit under the old code is found from the new one"
    assert None in answers, "until somebody says so it may be one place, and nothing hard slips through"

    def confirm(tx: Tx) -> PlacesJudged:
        return decide(
            tx, world.house.book, one=NEW, other=OLD, same=True, by=PersonId("sunli"), at=world.now,
            zone=world.house.zone,
        )  # fmt: skip

    event = await world.writer.submit(confirm)
    assert "编码只差符号" in event.reasons[0]

    def known(tx: Tx) -> tuple[list[str], set[str], bool | None]:
        content = climbing(tx, world, OLD)
        others = seen(desk_of(world, tx), content)
        stored = [record.kind for record in tx.records(DECISIONS, SITE)]
        same = desk_of(world, tx).around(PermitId("GC-3"), content)
        here = same.graph.between(Spot(area=OLD), Spot(area=NEW)).same_area
        return stored, {str(other.id) for other in others if other.same_area}, here

    stored, together, here = await world.writer.submit(known)
    assert stored == ["PlacesJudged"]
    assert together == {"GC-1", "GC-2"}
    assert here is True
    left = await world.writer.submit(with_history)
    assert all(one.pair != {OLD, NEW} for one in left)


async def test_two_places_are_two_once_somebody_looked(at_stage: Stage) -> None:
    world = at_stage("submitted")
    await world.writer.submit(doubled)

    def refuse(tx: Tx) -> set[tuple[str, str]]:
        decide(tx, world.house.book, one=OLD, other=NEW, same=False, by=PersonId("sunli"), at=world.now,
               zone=world.house.zone)  # fmt: skip
        return set(suspicions(tx.directory))

    assert await world.writer.submit(refuse) == set()

    def think_again(tx: Tx) -> tuple[dict[tuple[str, str], bool], int]:
        decide(tx, world.house.book, one=OLD, other=NEW, same=True, by=PersonId("sunli"), at=world.now,
               zone=world.house.zone)  # fmt: skip
        active = [link for link in tx.directory.register.links if link.active]
        return dict(tx.load(DECISIONS, SITE)[0].pairs), len(active)

    judged, active = await world.writer.submit(think_again)
    assert list(judged.values()) == [True]
    assert active == 1, "the newer word ends the older one"


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        (OLD, NEW, "liqiang"),
        (OLD, NEW, "nobody"),
        (OLD, OLD, "sunli"),
        (OLD, "NOWHERE", "sunli"),
        (OLD, "T-202", "sunli"),
    ],
)
async def test_only_the_safety_department_and_only_real_pairs(at_stage: Stage, one: str, other: str, by: str) -> None:
    world = at_stage("submitted")
    await world.writer.submit(doubled)

    def say(tx: Tx) -> None:
        decide(tx, world.house.book, one=one, other=other, same=True, by=PersonId(by), at=world.now,
               zone=world.house.zone)  # fmt: skip

    with pytest.raises(NotDecided):
        await world.writer.submit(say)
