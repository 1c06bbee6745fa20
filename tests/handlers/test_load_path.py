"""吊装路径: said in the sentence, asked for when it matters, held against the register, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from handlers.emergencies import holds
from handlers.request.lifting import OWN, read_path
from tests.support.office import Stage, World
from tests.support.simops import AREAS, EQUIPMENT, LINKS
from tests.support.works import content
from workflow.emergency.state import PLANT
from workflow.ids import AreaId, EquipmentId
from workflow.permit.details import Details, LiftDetails
from workflow.simops.places import PlaceGraph
from workflow.values import Datum, Position, WorkType

ASKER = "liqiang"
NUMBER = "QZDZ-HC-20260318-001"
LINE = "今天9点到11点 2号罐 汽车吊吊装换热器 {}吨 {} 吊具钢丝绳 指挥李强 司机邹卫龙 司索高飞 监护赵敏"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("吊装路径 经过 罐区A、泵房", "罐区A、泵房"),
        ("吊装路径:泵房", "泵房"),
        ("路线改成跨过装卸区", "装卸区"),
        ("吊物要经过泵房", "泵房"),
        ("从A区吊到B区", "A区、B区"),
        ("从装卸区吊运至泵房,45吨", "装卸区、泵房"),
        ("吊装路径不出本区域", OWN),
        ("只在作业区域内", OWN),
        ("不经过其他区域", OWN),
    ],
)
def test_a_path_is_read(text: str, words: str) -> None:
    (claim,) = read_path(text)
    assert claim.detail.text == words


@pytest.mark.parametrize("text", ["吊装换热器 45吨", "从9点到11点吊装换热器", "吊到就位", "经理在场"])
def test_what_is_no_path_is_not_read_as_one(text: str) -> None:
    assert read_path(text) == []


async def test_a_lift_with_a_plan_is_asked_where_its_load_goes(world: World) -> None:
    await world.says(ASKER, LINE.format(45, ""))
    await world.answers(ASKER, ())
    question = (await world.shown(ASKER)).question
    assert question is not None
    assert question.key == "path"
    await world.says(ASKER, "经过月亮湾")
    question = (await world.shown(ASKER)).question
    assert question is not None, "half a path is none"
    await world.says(ASKER, "吊装路径经过机修车间")
    shown = await world.shown(ASKER)
    assert shown.complete, shown.question
    assert "吊装路径：机修车间" in shown.details
    assert dict(shown.lines)["地点"] == "二号罐区 2号罐", "a path is no second place"
    await world.submits(ASKER)
    lift = (await world.permit(NUMBER)).what.details.lift
    assert lift is not None
    assert len(lift.path) == 1
    assert lift.path[0] != (await world.permit(NUMBER)).what.area


async def test_it_is_told_with_one_tap_when_the_load_stays(world: World) -> None:
    await world.says(ASKER, LINE.format(45, ""))
    await world.answers(ASKER, ())
    await world.answers(ASKER, (OWN,))
    assert (await world.shown(ASKER)).complete
    await world.submits(ASKER)
    permit = await world.permit(NUMBER)
    assert permit.what.details.lift is not None
    assert permit.what.details.lift.path == (permit.what.area,)


async def test_a_place_nobody_registered_is_asked_about_by_its_name(world: World) -> None:
    await world.says(ASKER, LINE.format(12, "吊装路径经过机修车间、月亮湾"))
    await world.answers(ASKER, ())
    question = (await world.shown(ASKER)).question
    assert question is not None
    assert "「机修车间、月亮湾」没有登记" in question.text


async def test_a_small_lift_with_nobody_near_is_not_asked(world: World) -> None:
    await world.says(ASKER, LINE.format(12, ""))
    await world.answers(ASKER, ())
    assert (await world.shown(ASKER)).complete


async def test_a_small_lift_beside_other_work_is_asked(at_stage: Stage) -> None:
    world = at_stage("review")
    await world.says(ASKER, LINE.format(12, ""))
    await world.answers(ASKER, ())
    question = (await world.shown(ASKER)).question
    assert question is not None
    assert question.key == "path"


# --- an emergency below it ------------------------------------------------------------------------------------------


def _plant(east_m: int | None) -> PlaceGraph:
    """T1 so many metres from the west fence of A, which is 100 m wide, or not surveyed. F begins 40 m east of A."""
    thing = EQUIPMENT[EquipmentId("T1")]
    metre = Decimal("0.00000899322")
    if east_m is not None:
        here = Position(latitude=50 * metre, longitude=east_m * metre, datum=Datum.WGS84, accuracy_m=Decimal(0))
        thing = replace(thing, position=here)
    return PlaceGraph(AREAS, {**EQUIPMENT, thing.id: thing}, LINKS)


def _inside(
    zone: str, east_m: int | None, radius: str | None, path: str = "", work: WorkType = WorkType.LIFT
) -> object:
    lift = LiftDetails(
        radius_m=None if radius is None else Decimal(radius), path=(AreaId(path),) if path else ()
    )  # fmt: skip
    what = content(work, area=AreaId("A"), equipment=EquipmentId("T1"), details=Details(lift=lift))
    return holds(_plant(east_m), zone, what)


@pytest.mark.parametrize(
    ("zone", "east_m", "radius", "path", "inside"),
    [
        ("F", 90, "51", "A", True),
        ("F", 90, "49", "A", False),
        ("F", None, "45", "A", None),
        ("F", None, "39", "A", False),
        ("F", 95, None, "A", None),
        ("F", 80, None, "A", False),
        ("F", 95, "10", "", None),
        ("F", 80, "10", "", False),
        ("F", 80, "10", "F", True),
        ("F", None, "80", "", None),
        ("C", 90, "10", "A", None),
        ("A", 90, "10", "A", True),
        (PLANT, 90, "10", "A", True),
    ],
    ids=str,
)
def test_a_boom_or_a_load_over_the_zone_is_inside_and_what_nobody_tells_may_be(
    zone: str, east_m: int | None, radius: str | None, path: str, inside: bool | None
) -> None:
    assert _inside(zone, east_m, radius, path) is inside


def test_other_work_reaches_no_farther_than_its_place() -> None:
    assert _inside("F", 90, None, work=WorkType.HOT) is False
    assert _inside("C", None, None, work=WorkType.HOT) is False
