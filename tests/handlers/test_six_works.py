"""Requests of the six later works in the office: whole, repeated, copied, corrected; and checklists longer than a card.

It is Wednesday 18 March 2026, 07:30. 李强 asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from cards.answers import ANSWERS
from cards.buttons import Action
from cards.draft import draft_card
from cards.steps_review import MOST_TICKS, open_measures
from cards.wecom import encode
from handlers.request.drafts import draft_view
from handlers.request.forms import said_again
from handlers.request.understand import Understanding
from tests.support.office import World
from tests.support.request_plant import say
from workflow.ids import PersonId
from workflow.permit.details import BlindAction
from workflow.permit.state import Permit, Status
from workflow.values import WorkType

ASKER = "liqiang"
NONE: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Job:
    """A whole request of one work and the answers to its lists."""

    line: str
    number: str
    answers: tuple[tuple[str, ...], ...]
    again: str = "明天14点到16点"


JOBS = {
    WorkType.HOT: Job(
        line="今天9点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏", number="DHZY-HC-20260318-001", answers=(NONE,)
    ),
    WorkType.CONFINED_SPACE: Job(
        line="今天14点到17点 进R-102清淤 王强 监护赵敏", number="YXKJ-HC-20260318-001", answers=(NONE,)
    ),
    WorkType.BLIND: Job(
        line="今天9点到11点 2号罐出口管线 加盲板 45℃ 0.4MPa 碳钢 DN100 编号MB-12 图号P-03 编制人马明 王强 监护赵敏",
        number="MBCD-HC-20260318-001",
        answers=(NONE,),
    ),
    WorkType.HEIGHT: Job(
        line="今天9点到11点 2号罐 登高换灯 12.5米 王强 监护赵敏", number="GCZY-HC-20260318-001", answers=(NONE, NONE)
    ),
    WorkType.LIFT: Job(
        line="今天9点到11点 2号罐 汽车吊吊装换热器 45吨 吊装路径不出本区域 吊具钢丝绳 "
        "指挥李强 司机邹卫龙 司索高飞 监护赵敏",
        number="QZDZ-HC-20260318-001",
        answers=(NONE,),
    ),
    WorkType.POWER: Job(
        line="今天9点到17点 机修车间 临时用电 380V 两台水泵各7.5kW 电源：2号配电箱 许可功率20kW 用电人高飞 "
        "作业人夏卫军 负责人夏卫军 监护赵敏",
        number="LSYD-HC-20260318-001",
        answers=(NONE,),
    ),
    WorkType.EARTH: Job(
        line="今天9点到17点 机修车间 动土 人工挖沟埋管 深1.5米 王强 监护赵敏",
        number="PTZY-HC-20260318-001",
        answers=(NONE,),
    ),
    WorkType.ROAD: Job(
        line="今天9点到17点 装卸区 断路 修路面 涉及消防队、储运车间 王强 监护赵敏",
        number="DLZY-HC-20260318-001",
        answers=(("fire_route_kept",),),
    ),
}


async def ask(world: World, line: str, answers: tuple[tuple[str, ...], ...]) -> None:
    await world.says(ASKER, line)
    for chosen in answers:
        await world.answers(ASKER, chosen)


async def submit(world: World, job: Job) -> Permit:
    await ask(world, job.line, job.answers)
    shown = await world.shown(ASKER)
    assert shown.complete, (shown.question, shown.warnings)
    await world.submits(ASKER)
    return await world.permit(job.number)


@pytest.mark.parametrize("work", JOBS)
async def test_one_line_and_its_lists_are_enough(world: World, work: WorkType) -> None:
    permit = await submit(world, JOBS[work])
    assert permit.status is Status.SUBMITTED
    assert permit.what.work is work


async def test_what_was_typed_stands_in_the_form_exactly(world: World) -> None:
    blind = (await submit(world, JOBS[WorkType.BLIND])).what.details.blind
    assert blind is not None
    assert (blind.action, blind.pipe, blind.medium) == (BlindAction.INSERT, "2号罐出口管线", "苯")
    assert (blind.temperature_c, blind.pressure_mpa) == (Decimal(45), Decimal("0.4"))
    assert (blind.material, blind.spec, blind.number, blind.drawing_no) == ("碳钢", "DN100", "MB-12", "P-03")
    assert blind.drawing_author == "maming"
    power = (await submit(world, JOBS[WorkType.POWER])).what.details.power
    assert power is not None
    assert [(one.name, one.kw) for one in power.devices] == [("水泵", Decimal("7.5"))] * 2
    assert (power.voltage_v, power.permitted_kw, power.source_point) == (Decimal(380), Decimal(20), "2号配电箱")
    assert power.user == "gaofei"


@pytest.mark.parametrize("work", JOBS)
async def test_the_same_again_asks_for_a_new_time_only(world: World, work: WorkType) -> None:
    job = JOBS[work]
    first = await submit(world, job)
    await world.says(ASKER, "和上次一样")
    shown = await world.shown(ASKER)
    assert shown.question is not None
    assert "什么时候" in shown.question.text
    await world.says(ASKER, job.again)
    for chosen in job.answers:
        if (question := (await world.shown(ASKER)).question) is not None and question.key == "situations":
            assert set(chosen) <= set(question.ticked), "what was ticked is ticked again, and seen again"
            await world.answers(ASKER, chosen)
    assert (await world.shown(ASKER)).complete
    await world.submits(ASKER)
    second = await world.permit(job.number.removesuffix("001") + "002")
    assert second.what.details == first.what.details
    assert second.what.workers == first.what.workers
    assert second.what.method == first.what.method
    assert second.what.facts == first.what.facts


@pytest.mark.parametrize("work", JOBS)
async def test_a_live_request_said_twice_is_warned_of(world: World, work: WorkType) -> None:
    job = JOBS[work]
    await submit(world, job)
    await ask(world, job.line, job.answers)
    assert any(job.number in one for one in (await world.shown(ASKER)).warnings)


@pytest.mark.parametrize("work", JOBS)
async def test_every_card_on_the_way_is_one_the_platform_takes(world: World, work: WorkType) -> None:
    job = JOBS[work]
    await world.says(ASKER, job.line)
    for chosen in (*job.answers, None):
        draft = (await world.talk(ASKER)).draft
        assert draft is not None
        card = draft_card(draft_view(draft, PersonId(ASKER), lambda press: f"{press.action.value}{press.arg}"))
        assert len(card.body) <= 160, card.body
        assert encode(card, task_id="t", notice_url="https://example.com")
        if chosen is not None:
            await world.answers(ASKER, chosen)


async def test_a_field_is_corrected_by_a_further_line(world: World) -> None:
    job = JOBS[WorkType.LIFT]
    await ask(world, job.line, job.answers)
    assert (await world.shown(ASKER)).heading == "二级吊装"
    await world.says(ASKER, "重量改成4.5吨")
    shown = await world.shown(ASKER)
    assert shown.heading == "三级吊装"
    assert "4.5吨" in shown.details
    await world.says(ASKER, "吊车司机换成贺兴红")
    assert "吊装司机：贺兴红" in (await world.shown(ASKER)).details


async def test_a_checklist_longer_than_a_card_is_answered_page_by_page(world: World) -> None:
    permit = await submit(world, JOBS[WorkType.LIFT])
    items = [measure.no for measure in permit.law.measures]
    assert len(items) > MOST_TICKS
    await world.taps("zhoujianguo", Action.ACCEPT, permit.id)
    await world.taps(ASKER, Action.MEASURES, permit.id, chosen={"measures": (items[0], items[-1])})
    left = [measure.no for measure in open_measures(await world.permit(permit.id))]
    assert left
    assert set(left) <= set(items[MOST_TICKS:])
    # the first page pressed once more says nothing about the second
    await world.taps(ASKER, Action.MEASURES, permit.id, chosen={"measures": (items[0], items[-1])})
    assert [measure.no for measure in open_measures(await world.permit(permit.id))] == left
    await world.taps(ASKER, Action.MEASURES, permit.id, "1", chosen={"measures": (items[-1],)})
    permit = await world.permit(permit.id)
    assert permit.measures[items[-1]].involved is True
    assert permit.measures[items[1]].involved is False


async def test_a_height_said_beside_fire_is_ticked_and_not_forgotten(world: World) -> None:
    await world.says(ASKER, "今天9点到11点 2号罐 8米高 电焊换护栏 王强 监护赵敏")
    question = (await world.shown(ASKER)).question
    assert question is not None
    assert question.ticked == ("at_height",)


async def test_a_fortnight_of_power_needs_a_reason_to_be_longer(world: World) -> None:
    line = (
        "明天8点开始20天 机修车间 临时用电 380V 水泵15kW 电源：2号配电箱 许可功率20kW 用电人高飞 "
        "作业人夏卫军 负责人雷兴亮 监护赵敏"
    )
    await world.says(ASKER, line)
    assert "最长15天" in (await world.shown(ASKER)).question.text
    await world.says(ASKER, "特殊原因：大修延期")
    shown = await world.shown(ASKER)
    assert dict(shown.lines)["时间"] == "3月19日 周四 08:00–4月8日 周三 08:00"
    assert "大修延期" in shown.details


def test_the_help_names_eight_works_and_every_example_is_understood() -> None:
    lines = [line for line in ANSWERS["help"].split("\n") if line.startswith("· ")][: len(WorkType)]
    found = []
    for line in lines:
        example = line.removeprefix("· ").partition("：")[2]
        heard = say(f"明早8点到11点 2号罐 {line.removeprefix('· ').partition('：')[0]} {example} 王强 监护赵敏")
        assert isinstance(heard, Understanding)
        assert heard.draft.leftovers == ()
        found += [said.work for said in heard.draft.works]
    assert sorted(found) == sorted(WorkType)
    assert len(ANSWERS["help"]) <= 420


def test_nothing_said_is_nothing_copied() -> None:
    from workflow.permit.details import NOTHING_SAID

    assert said_again(NOTHING_SAID) == ()


async def test_fields_beside_other_work_are_read_shown_and_corrected(world: World) -> None:
    await world.says(ASKER, "今天9点到11点 2号罐 拆脚手架 12.5米 双层隔离 高飞 监护赵敏")
    for _ in range(2):
        await world.answers(ASKER, NONE)
    assert "上下隔离层：2层" in (await world.shown(ASKER)).details
    await world.says(ASKER, "隔离层改成1层")
    assert "上下隔离层：1层" in (await world.shown(ASKER)).details
    await world.submits(ASKER)
    permit = await world.permit(JOBS[WorkType.HEIGHT].number)
    assert permit.what.method == ("scaffold_dismantling",)
    height = permit.what.details.height
    assert height is not None
    assert (height.height_m, height.layers) == (Decimal("12.5"), 1)


async def test_the_radius_of_a_lift_is_a_field_of_its_own(world: World) -> None:
    job = JOBS[WorkType.LIFT]
    await ask(world, job.line.replace("45吨", "45吨 回转半径15米"), job.answers)
    assert "作业半径：15米" in (await world.shown(ASKER)).details
    await world.says(ASKER, "半径改成18米")
    await world.submits(ASKER)
    lift = (await world.permit(job.number)).what.details.lift
    assert lift is not None
    assert (lift.mass_t, lift.radius_m) == (Decimal(45), Decimal(18))


@pytest.mark.parametrize(
    ("said", "buried", "kept"),
    [
        ("地下有可燃介质管线 消防通道保留", True, True),
        ("地下没有易燃有毒介质 不占消防道", False, True),
        ("占用消防通道", False, False),
        ("", False, None),
    ],
)
async def test_what_is_said_of_the_ground_and_the_fire_engines(
    world: World, said: str, buried: bool, kept: bool | None
) -> None:
    job = JOBS[WorkType.EARTH]
    await world.says(ASKER, job.line.replace("深1.5米", f"深1.1米 {said}"))
    question = (await world.shown(ASKER)).question
    assert question is not None
    wanted = {*(("buried_media",) if buried else ()), *(("fire_route_kept",) if kept else ())}
    assert wanted == set(question.ticked) & {"buried_media", "fire_route_kept"}
    await world.answers(ASKER, question.ticked)
    shown = await world.shown(ASKER)
    assert shown.leftovers == ()
    draft = (await world.talk(ASKER)).draft
    assert draft is not None
    if shown.complete:
        await world.submits(ASKER)
        earth = (await world.permit(job.number)).what.details.earth
        assert earth is not None
        assert (earth.buried_media, earth.fire_route_kept) == (buried, kept)


async def test_a_far_welding_machine_is_asked_for_its_place(world: World) -> None:
    await world.says(ASKER, "今天9点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏")
    await world.answers(ASKER, ("welder_machine_over_10m",))
    question = (await world.shown(ASKER)).question
    assert question is not None
    assert question.key == "machine"
    await world.says(ASKER, "焊机在机修车间")
    assert "焊机位置：机修车间" in (await world.shown(ASKER)).details
    assert (await world.shown(ASKER)).complete
    await world.submits(ASKER)
    hot = (await world.permit(JOBS[WorkType.HOT].number)).what.details.hot
    assert hot is not None
    assert (hot.machine_place, hot.machine_area is not None) == ("机修车间", True)


async def test_a_welding_machine_in_the_sentence_is_no_second_place(world: World) -> None:
    await world.says(ASKER, "今天9点到11点 2号罐 换法兰 电焊 焊机放在装卸区 作业人王强 监护赵敏")
    await world.answers(ASKER, ("welder_machine_over_10m",))
    shown = await world.shown(ASKER)
    assert shown.complete, shown.question
    assert dict(shown.lines)["地点"] == "二号罐区 2号罐"
