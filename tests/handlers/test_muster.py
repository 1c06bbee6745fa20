"""清点: everybody there may be, each sign with its age, what is unknown, and who is told a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from cards.buttons import Action
from handlers.last_positions import LastPosition
from handlers.outgoing import Answer, Ask
from storage.directory import Register
from tests.support.hot_work import BOARD, GUARD, LEADER, NUMBER, SAFETY, SHIFT, WORKER
from tests.support.office import Rows, Stage, World
from tests.support.tags import spot
from workflow.ids import AreaId, DeviceId, PersonId
from workflow.permit.state import Status

STRANGER = PersonId("hc0001")


async def sees(world: World, person: PersonId, *, east: float, ago: int = 5) -> None:
    """The tag of a person says so many metres east of the place's middle, so many seconds ago."""
    areas = (await world.writer.submit(lambda tx: tx.directory)).areas
    fence = areas[AreaId((await world.permit(NUMBER)).what.area)].fence
    middle = sum(one.latitude for one in fence) / Decimal(4), sum(one.longitude for one in fence) / Decimal(4)
    last = LastPosition(person=person, at=world.now - timedelta(seconds=ago), place=spot(east, middle=middle))
    world.house.last_positions.saw(DeviceId(f"TAG-{person}"), last)


def told(rows: Rows, who: str) -> list[Answer]:
    return [one for one in rows.of(Answer, who) if one.key in ("muster", "muster_more")]


def lines(rows: Rows, who: str) -> dict[str, str]:
    """The lines by the name they begin with."""
    found = [line for one in told(rows, who) for line in one.args["lines"].split("\n")]
    return {line.split("] ")[1].split("：")[0].split(" ")[0]: line for line in found}


async def test_every_sign_with_its_age_and_what_is_unknown(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    await world.passes(minutes=12)
    await sees(world, GUARD, east=0)
    await sees(world, LEADER, east=400, ago=70)
    rows = await world.says(SAFETY, "清点 2号罐区")
    (answer,) = told(rows, SAFETY)
    assert answer.args["where"] == "二号罐区"
    assert answer.args["head"].startswith("在里面2人，")
    found = lines(rows, SAFETY)
    assert found["王强"].startswith("[在里面] 王强")
    assert "08:01登记进入（12分钟前），没有登记出来" in found["王强"]
    assert "定位标签在区内（5秒前）" in found["赵敏"]
    assert "扫现场码签到（12分钟前）" in found["赵敏"]
    assert found["李强"].startswith("[不清楚] 李强")
    assert found["李强"].endswith("定位标签在区外（1分钟前），请打电话确认")
    assert rows.lanes(Answer) == {"safety"}


async def test_a_name_without_any_sign_is_told_as_unknown(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.says(STRANGER, "清点2号罐区")
    assert lines(rows, STRANGER)["王强"] == "[不清楚] 王强：名单上有，没有任何信号"
    assert "（没有收到定位标签）" in told(rows, STRANGER)[0].args["head"]


async def test_the_log_is_never_outweighed_by_a_tag_that_is_elsewhere(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    await sees(world, WORKER, east=400)
    rows = await world.says(SAFETY, "清点 2号罐区")
    assert lines(rows, SAFETY)["王强"].startswith("[在里面] 王强")


async def test_an_old_tag_says_where_it_was(at_stage: Stage) -> None:
    world = at_stage("active")
    await sees(world, WORKER, east=0, ago=301)
    rows = await world.says(SAFETY, "清点 2号罐区")
    assert lines(rows, SAFETY)["王强"].startswith("[在现场] 王强")


async def test_a_tag_of_nobody_on_a_permit_is_found(at_stage: Stage) -> None:
    world = at_stage("active")
    await sees(world, STRANGER, east=0)
    rows = await world.says(SAFETY, "清点 2号罐区")
    (line,) = [one for one in lines(rows, SAFETY).values() if "不在任何票上" in one]
    assert line.startswith("[在里面] ")


async def test_numbers_are_for_those_who_lead_the_rescue(at_stage: Stage) -> None:
    world = at_stage("active")
    phone = "13800000001"
    worker = replace((await world.writer.submit(lambda tx: tx.directory)).people[WORKER], phone=phone)
    await world.writer.submit(lambda tx: tx.put_register(Register(people=(worker,))))
    for who, sees_it in ((SAFETY, True), (SHIFT, True), (STRANGER, False), (LEADER, False)):
        assert (phone in lines(await world.says(who, "清点 2号罐区"), who)["王强"]) is sees_it, who
    looks = await world.writer.submit(lambda tx: tx.looks_at(WORKER, since=world.now.date(), most=50))
    assert {(one.viewer, one.kind) for one in looks if one.kind == "contact"} == {
        (SAFETY, "contact"),
        (SHIFT, "contact"),
    }


async def test_one_tap_in_an_emergency(at_stage: Stage) -> None:
    world = at_stage("active")
    rows = await world.taps(STRANGER, Action.EMERGENCY, "zone:TK2", revision=0)
    (ask,) = [one for one in rows.of(Ask, SAFETY) if one.key == "muster_offer"]
    (offer,) = ask.offers
    assert offer.label == "清点二号罐区"
    assert (offer.press.action, offer.press.subject) == (Action.MUSTER, "zone:TK2")
    rows = await world.taps(SAFETY, Action.MUSTER, "zone:TK2", revision=0)
    assert "王强" in lines(rows, SAFETY)
    rows = await world.says(SAFETY, "清点")
    assert told(rows, SAFETY)[0].args["where"] == "二号罐区"
    assert await world.status(NUMBER) is Status.SUSPENDED


async def test_the_whole_plant_and_a_place_where_nobody_is_known(at_stage: Stage) -> None:
    world = at_stage("active")
    assert "王强" in lines(await world.says(SAFETY, "清点 全厂"), SAFETY)
    rows = await world.says(SAFETY, "清点 污水站")
    assert told(rows, SAFETY)[0].args["lines"].startswith("没有任何登记、签到或标签显示有人")


@pytest.mark.parametrize("line", ["清点3人 2件工具", "清点 3人"])
async def test_a_count_that_is_told_is_no_question(at_stage: Stage, line: str) -> None:
    world = at_stage("active")
    assert told(await world.says(GUARD, line), GUARD) == []


async def test_without_a_place_it_is_asked_for(at_stage: Stage) -> None:
    world = at_stage("active")
    assert (await world.says(SAFETY, "清点")).said(SAFETY) == ["muster_how"]


async def test_a_long_list_is_told_whole(at_stage: Stage) -> None:
    world = at_stage("active")
    for number in range(1, 41):
        await sees(world, PersonId(f"hc{number:04}"), east=0)
    rows = await world.says(SAFETY, "清点 2号罐区")
    assert all(len(one.args["lines"].encode()) < 1800 for one in told(rows, SAFETY))
    assert len(told(rows, SAFETY)) == 6
    found = [line for one in told(rows, SAFETY) for line in one.args["lines"].split("\n")]
    assert len([line for line in found if "不在任何票上" in line]) == 40


async def test_more_inside_than_names_is_told(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.says(GUARD, "王强进")
    await world.says(GUARD, "清点3人 2件工具")
    rows = await world.says(SAFETY, "清点 2号罐区")
    found = [line for one in told(rows, SAFETY) for line in one.args["lines"].split("\n")]
    assert [line for line in found if line.startswith("[在里面] 另有2人只报了人数") and NUMBER in line], found


async def test_a_visitor_who_just_showed_to_be_there_is_looked_for(at_stage: Stage) -> None:
    world = at_stage("active")
    await world.scans(SHIFT, BOARD)
    assert SHIFT in (await world.permit(NUMBER)).presence
    name = (await world.writer.submit(lambda tx: tx.directory)).people[SHIFT].name
    assert name in lines(await world.says(SAFETY, "清点 2号罐区"), SAFETY)
    await world.passes(hours=2, minutes=1)
    assert name not in lines(await world.says(SAFETY, "清点 2号罐区"), SAFETY)


async def test_what_comes_late_of_a_tag_does_not_outweigh_what_is_newer(at_stage: Stage) -> None:
    world = at_stage("active")
    await sees(world, WORKER, east=0, ago=5)
    await sees(world, WORKER, east=400, ago=60)
    assert lines(await world.says(SAFETY, "清点 2号罐区"), SAFETY)["王强"].startswith("[在里面]")


async def test_a_contractors_leader_gets_no_numbers_of_other_firms(at_stage: Stage) -> None:
    world = at_stage("active")
    people = (await world.writer.submit(lambda tx: tx.directory)).people
    worker, shift = replace(people[WORKER], phone="13800000001"), replace(people[SHIFT], employer="another firm")
    await world.writer.submit(lambda tx: tx.put_register(Register(people=(worker, shift))))
    assert "13800000001" not in lines(await world.says(SHIFT, "清点 2号罐区"), SHIFT)["王强"]
