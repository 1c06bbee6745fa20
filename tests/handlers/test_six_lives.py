"""One ordinary life of each of the six later works: from the line in the chat to the closed permit.

It is Wednesday 18 March 2026, 07:30. 李强 asks, 赵敏 guards. Every press is one the person's own card offers.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from handlers.outgoing import Answer
from storage.directory import Device, Register
from storage.readings import ReadingRow
from tests.support.office import ZONE, World, at
from tests.support.six_lives import ASKER, GUARD, Hands
from workflow.ids import DeviceId, PersonId
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.rules.types import Grade, Role

WORKER, UNIT, SAFETY, PROFESSION = (PersonId(name) for name in ("wangqiang", "zhoujianguo", "sunli", "maming"))
ANEMOMETER = DeviceId("wind-1")


async def request(world: World, line: str, number: str, *ticks: str) -> Hands:
    """Say the line, answer the lists with these ticks and what is ticked beforehand, submit."""
    await world.says(ASKER, line)
    for _ in range(6):
        question = (await world.shown(ASKER)).question
        if question is None:
            break
        assert question.key == "situations", question
        chosen = tuple(key for key, _ in question.options if key in ticks or key in question.ticked)
        await world.answers(ASKER, chosen)
    shown = await world.shown(ASKER)
    assert shown.complete, (shown.question, shown.warnings)
    await world.submits(ASKER)
    hands = Hands(world=world, number=number)
    assert await hands.status() is Status.SUBMITTED
    return hands


async def issued(hands: Hands, hazards: str, *ticks: str) -> tuple[PersonId, ...]:
    """Taken in, the measures ticked, the analysis written, signed by everybody; who signed."""
    await hands.accept()
    leader = (await hands.permit()).leader
    await hands.tick(leader, *ticks)
    await hands.analyse(leader, hazards)
    await hands.press(leader, "提交审批")
    signed = await hands.approve()
    assert await hands.status() is Status.ISSUED
    return signed


async def mustered(world: World, where: str) -> str:
    """Who may be in there, as it is told to those who lead."""
    rows = await world.says(SAFETY, f"清点 {where}")
    return "\n".join(one.args["lines"] for one in rows.of(Answer, SAFETY) if one.key.startswith("muster"))


async def at_the_place(hands: Hands) -> None:
    """The hour has come: briefing, the guardian at the place, the list, the photos."""
    permit = await hands.permit()
    hands.world.now = permit.what.planned.start.astimezone(ZONE)
    await hands.brief()
    assert "扫现场牌" in (await hands.card(GUARD)).body
    await hands.board(GUARD)
    await hands.confirm()


async def resumed(hands: Hands, cause: str) -> None:
    """Whoever has to sign for the return to work does, with the cause in his own words."""
    for _ in (await hands.permit()).law.resume_roles:
        who = await hands.who_may("确认复工")
        await hands.board(who)
        await hands.press(who, "确认复工")
        rows = await hands.world.says(who, cause)
        assert rows.refused(who) == []
    assert await hands.status() is Status.ACTIVE


async def ended(hands: Hands) -> None:
    """Counted out; the guardian is told to take the closing photo, and takes it."""
    permit = await hands.permit()
    rows = await hands.press(permit.leader, "完工清点")
    rows = await hands.world.offered(rows, permit.leader)
    assert await hands.status() is Status.COMPLETED
    assert "ask_closing" in rows.pushed(GUARD)
    assert "现场拍" in (await hands.card(GUARD)).body
    await hands.photograph()


async def blows(world: World, metres: str) -> None:
    """The plant's anemometer says this now, m/s."""
    device = Device(id=ANEMOMETER, name="风速仪", kind="wind", address="wind-1")
    row = ReadingRow(
        device=ANEMOMETER, quantity="wind", value=Decimal(metres), unit="m/s", quality="good", received_at=world.now
    )
    await world.writer.submit(lambda tx: tx.put_register(Register(devices=(device,))))
    await world.writer.submit(lambda tx: tx.add_readings([row]))


async def sees(world: World, *, dense_fog: bool) -> None:
    """The same instrument says this of the weather."""
    row = ReadingRow(
        device=ANEMOMETER, quantity="dense_fog", value=Decimal(dense_fog), unit="state", quality="good",
        received_at=world.now,
    )  # fmt: skip
    await world.writer.submit(lambda tx: tx.add_readings([row]))


async def nothing_was_refused(hands: Hands, *but: str) -> None:
    """Only what the story lets go wrong was refused."""
    kinds = await hands.world.kinds(hands.number)
    assert kinds[-1] == "PermitClosed"
    assert kinds.count("AttemptRefused") == len(but)


async def test_a_blind_is_put_in_and_both_sides_confirm_it(world: World) -> None:
    hands = await request(
        world,
        "今天9点到11点 2号罐出口管线 加盲板 45℃ 0.4MPa 碳钢 DN100 编号MB-12 图号P-03 编制人马明 王强 监护赵敏",
        "MBCD-HC-20260318-001",
    )
    permit = await hands.permit()
    assert permit.law.grade is Grade.NONE
    assert [node.key for node in permit.law.chain] == ["site_unit"]
    assert await issued(hands, "残压喷溅、苯中毒：泄压至常压，佩戴呼吸器，专人监护") == (UNIT,)

    world.now = at("09:00")
    await hands.board(ASKER)
    await hands.press(ASKER, "确认开工", refused=("blind.pressure_down", "briefing_signed", "photos"))
    hands.figures = {"B1": "0 MPa", "Q4": "MB-12"}
    await at_the_place(hands)
    await hands.start()
    started = {signature.role for signature in (await hands.permit()).start_signatures}
    assert started == {Role.GUARDIAN, Role.WORK_LEADER, Role.SHIFT_LEADER}
    await hands.prompted()

    await ended(hands)
    assert "验收签字" not in await hands.offered(UNIT), "first both sides confirm the blind (7.12)"
    await hands.press(ASKER, "作业单位已确认")
    assert "验收签字" not in await hands.offered(UNIT)
    await hands.press(UNIT, "属地单位已确认")
    assert await hands.close() == {"验收签字": UNIT}
    await nothing_was_refused(hands, "start")


async def test_high_up_the_wind_stops_and_the_guards_come_back(world: World) -> None:
    hands = await request(
        world,
        "今天9点到16点 2号罐 登高换灯 12.5米 王强 监护赵敏",
        "GCZY-HC-20260318-001",
        "outdoor",
        "guard_removed",
    )
    permit = await hands.permit()
    assert permit.law.grade is Grade.LEVEL_II
    signed = await issued(hands, "坠落：系安全带，下方拉警戒线，护栏拆除处挂安全网")
    assert signed == (UNIT, SAFETY, PROFESSION)

    hands.figures = {"Q4": "挂安全网替代"}
    await at_the_place(hands)
    await blows(world, "4.2")
    await sees(world, dense_fog=True)
    await hands.board(GUARD)
    # What is measured wins over the person who has just confirmed the weather at the place.
    await hands.press(GUARD, "确认开工", refused=("weather_stop",))
    # The station falls silent: what he confirmed before it saw fog is no word about the fog.
    world.now += timedelta(minutes=6)
    assert "确认开工" not in await hands.offered(GUARD)
    await hands.board(permit.leader)
    await hands.press(permit.leader, "确认开工", refused=("weather_stop",))
    await hands.confirm()
    await blows(world, "9.4")
    await hands.press(GUARD, "确认开工", refused=("wind_stop",))
    world.now = at("09:20")
    await blows(world, "4.2")
    await hands.start()

    await world.says(WORKER, "停工 风太大了")
    permit = await hands.permit()
    assert permit.suspension is not None
    assert permit.suspension.reasons == (SuspendReason.WIND,)
    world.now = at("09:40")
    await blows(world, "3.0")
    await hands.board(GUARD)
    await hands.press(GUARD, "确认复工")
    rows = await world.says(GUARD, "风停了")
    assert "height.reconfirm" in rows.refused(GUARD), "after a break the place is looked at again (8.2.11)"
    await hands.confirm()
    await resumed(hands, "风停了，重新检查合格")

    await ended(hands)
    assert "验收签字" not in await hands.offered(UNIT)
    await hands.press(ASKER, "防护设施已恢复")
    await hands.close()
    await nothing_was_refused(hands, "start", "start", "start", "resume")


async def test_a_lift_weighed_wrong_is_weighed_again_and_tried_again(world: World) -> None:
    hands = await request(
        world,
        "今天9点到11点 2号罐 汽车吊吊装换热器 45吨 吊装路径不出本区域 吊具钢丝绳 指挥李强 司机邹卫龙 司索高飞 监护赵敏",
        "QZDZ-HC-20260318-001",
    )
    permit = await hands.permit()
    assert permit.law.grade is Grade.SECOND
    assert await issued(hands, "吊物坠落、碰撞：方案已批，试吊，警戒区无人") == (UNIT, SAFETY, PROFESSION)

    hands.figures = {"L1": "DZ-2026-07", "L13": "46吨 额定60吨"}
    await at_the_place(hands)
    assert "L13" in (await hands.card(GUARD)).body, "heavier than the paper: the figure is asked for again"
    await hands.board(ASKER)
    await hands.press(ASKER, "确认开工", refused=("lift.mass",))
    hands.figures["L13"] = "45吨 额定60吨"
    await hands.confirm()
    await hands.start()
    assert "邹卫龙" in await mustered(world, "一号罐区"), "nobody told how far the boom reaches: he may be below it"
    assert "邹卫龙" not in await mustered(world, "泵房"), "no boom reaches so far"

    await world.says(WORKER, "停工 QZDZ-HC-20260318-001 钢丝绳打结")
    assert await hands.status() is Status.SUSPENDED
    world.now = at("09:10")
    await hands.board(GUARD)
    await hands.press(GUARD, "确认复工")
    rows = await world.says(GUARD, "重新捆扎")
    assert "lift.trial" in rows.refused(GUARD)
    assert "试吊" in (await hands.card(GUARD)).body
    await hands.confirm()
    await resumed(hands, "重新捆扎并试吊正常")

    await ended(hands)
    await hands.close()
    await nothing_was_refused(hands, "start", "resume")


async def test_temporary_power_ends_with_the_supplier_told_and_the_line_removed(world: World) -> None:
    hands = await request(
        world,
        "今天9点到17点 机修车间 临时用电 380V 两台水泵各7.5kW 电源：2号配电箱 许可功率20kW 用电人高飞 "
        "作业人夏卫军 负责人刘建平 监护赵敏",
        "LSYD-HC-20260318-001",
    )
    supplier = PersonId("hc0303")
    signed = await issued(hands, "触电：上级开关断电上锁，一机一闸一漏保，专人监护")
    assert signed[-1] == supplier
    await at_the_place(hands)
    await hands.start()
    await hands.prompted()

    await ended(hands)
    leader = (await hands.permit()).leader
    assert "验收签字" not in await hands.offered(supplier)
    await hands.press(leader, "已通知拆除线路")
    await hands.press(supplier, "已断电拆除线路")
    assert (await hands.close())["验收签字"] == supplier
    await nothing_was_refused(hands)


async def test_a_pit_with_spoil_too_near_and_a_cable_nobody_knew(world: World) -> None:
    hands = await request(
        world, "今天9点到17点 机修车间 动土 人工挖沟埋管 深1.5米 王强 监护赵敏", "PTZY-HC-20260318-001"
    )
    await issued(hands, "坍塌、挖断管线：放坡，人工开挖，专人监护")
    hands.figures = {"Q2": "0.5米 1米"}
    await at_the_place(hands)
    await hands.board(ASKER)
    await hands.press(ASKER, "确认开工", refused=("earth.spoil",))
    assert "Q2" in (await hands.card(GUARD)).body
    hands.figures = {"Q2": "1.2米 1米"}
    await hands.confirm()
    await hands.start()

    await world.says(WORKER, "停工 挖出一根电缆")
    permit = await hands.permit()
    assert permit.suspension is not None
    assert permit.suspension.reasons == (SuspendReason.UNKNOWN_OBJECT,)
    world.now = at("09:30")
    await hands.board(GUARD)
    await hands.press(GUARD, "确认复工")
    rows = await world.says(GUARD, "已经盖好")
    assert "earth.unknown_object" in rows.refused(GUARD)
    await hands.confirm()
    await resumed(hands, "电气确认是废电缆，已保护")

    await ended(hands)
    await hands.close()
    await nothing_was_refused(hands, "start", "resume")


async def test_a_report_of_a_cable_is_asked_with_the_stop_first(world: World) -> None:
    hands = await request(
        world, "今天9点到17点 机修车间 动土 人工挖沟埋管 深1.5米 王强 监护赵敏", "PTZY-HC-20260318-001"
    )
    await issued(hands, "坍塌：放坡，专人监护")
    hands.figures = {"Q2": "1.2米 1米"}
    await at_the_place(hands)
    await hands.start()
    rows = await world.says(WORKER, "挖到电缆了")
    await world.offered(rows, WORKER)
    permit = await hands.permit()
    assert permit.suspension is not None
    assert permit.suspension.reasons == (SuspendReason.UNKNOWN_OBJECT,)


async def test_a_road_in_the_rain_needs_its_lamps_and_is_reopened(world: World) -> None:
    hands = await request(
        world,
        "今天9点到17点 装卸区 断路 修路面 涉及消防队、储运车间 王强 监护赵敏",
        "DLZY-HC-20260318-001",
        "fire_route_kept",
        "rain_snow_fog",
    )
    signed = await issued(hands, "车辆伤害：设路障、警示灯，专人指挥交通")
    assert len(signed) == 4, "site, fire department, safety department, the professional department"
    hands.figures = {"R1": "消防队、储运车间", "R3": "0.8米 150米"}
    await at_the_place(hands)
    await hands.board(ASKER)
    await hands.press(ASKER, "确认开工", refused=("road.lamps",))
    hands.figures["R3"] = "1.5米 150米"
    await hands.confirm()
    await hands.start()
    await hands.prompted()

    await ended(hands)
    await hands.press(ASKER, "现场已清理恢复")
    assert (await hands.permit()).live, "a road not reported open still counts as closed (12.5)"
    await hands.press(UNIT, "已检查恢复通行")
    assert not (await hands.permit()).live
    await hands.close()
    await nothing_was_refused(hands, "start")
