"""Conversations: from a sentence to a draft that can be submitted, at most one question at a time.

It is Wednesday 18 March 2026, 07:30. 李强 asks; 2号罐 (T-202) stands in a fire and explosion place, stopped and purged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from cards.buttons import Action
from handlers.forgetting import sweep
from handlers.outgoing import PermitCard, Settled
from tests.support.office import World, at
from tests.support.retention import RETENTION
from workflow.rules.types import Grade

ASKER = "liqiang"
WHOLE = "今天8点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏"
NONE: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What is typed or tapped, and what the card then says."""

    steps: tuple[str | tuple[str, ...], ...]
    heading: str | None = None
    lines: dict[str, str] = field(default_factory=dict)
    asks: str | None = None
    warns: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    complete: bool = False
    by: str = ASKER
    clock: str = "07:30"


TALKS = {
    "whole sentence": Talk(
        steps=(WHOLE,),
        heading="一级动火",
        lines={
            "时间": "3月18日 周三 08:00–11:00",
            "地点": "二号罐区 2号罐",
            "作业人": "王强（李强负责）",
            "监护人": "赵敏",
        },
        asks="勾选",
    ),
    "whole sentence, situations answered": Talk(steps=(WHOLE, NONE), heading="一级动火", asks=None, complete=True),
    "situations in words": Talk(steps=(WHOLE, "都没有"), complete=True),
    "only the work": Talk(steps=("我要办个动火",), heading="动火作业", asks="在哪里"),
    "then the place": Talk(steps=("我要办个动火", "2号罐"), lines={"地点": "二号罐区 2号罐"}, asks="什么时候"),
    "then the time": Talk(
        steps=("我要办个动火", "2号罐", "明天8点到11点"), lines={"时间": "3月19日 周四 08:00–11:00"}, asks="监护人"
    ),
    "then the guardian": Talk(
        steps=("我要办个动火", "2号罐", "明天8点到11点", "赵敏"), lines={"监护人": "赵敏"}, asks="作业人"
    ),
    "all the way": Talk(
        steps=("我要办个动火", "2号罐", "明天8点到11点", "赵敏", "王强", "换法兰", ("electric_welding",), NONE),
        heading="一级动火",
        complete=True,
    ),
    "method in words": Talk(
        steps=("我要办个动火", "2号罐", "明天8点到11点", "赵敏", "王强", "换法兰", "用电焊"), asks="勾选"
    ),
    "workshop outside an explosion place": Talk(
        steps=("机修车间 打磨支架 今天14点到16点 王强 监护赵敏",),
        heading="二级动火",
        lines={"时间": "3月18日 周三 14:00–16:00", "地点": "机修车间"},
        warns=("岗位培训",),
    ),
    "evening raises the grade": Talk(
        steps=("今晚8点到11点 2号罐 电焊换管 王强 监护赵敏", NONE),
        heading="特级动火",
        lines={"时间": "3月18日 周三 20:00–23:00"},
        warns=("由一级升为特级",),
        complete=True,
    ),
    "weekend raises the grade": Talk(
        steps=("本周六8点到11点 2号罐 电焊换管 王强 监护赵敏", NONE),
        heading="特级动火",
        warns=("公休日",),
        complete=True,
    ),
    "operating tank is special": Talk(
        steps=("今天9点到11点 T-203 外壁电焊补漏 王强 监护赵敏",), heading="特级动火", asks="勾选"
    ),
    "dike of a major hazard is special": Talk(
        steps=("今天9点到11点 1号罐 电焊换法兰 王强 监护赵敏",), heading="特级动火", asks="勾选"
    ),
    "area without equipment asks for the state": Talk(
        steps=("今天9点到11点 二号罐区 电焊支架 王强 监护赵敏",), asks="运行状态"
    ),
    "state answered no": Talk(
        steps=("今天9点到11点 二号罐区 电焊支架 王强 监护赵敏", "不是"), heading="一级动火", asks="勾选"
    ),
    "state answered yes by tap": Talk(
        steps=("今天9点到11点 二号罐区 电焊支架 王强 监护赵敏", "=yes"), heading="特级动火", asks="勾选"
    ),
    "stated grade never lowers": Talk(
        steps=("今天9点到11点 2号罐 二级动火 电焊换法兰 王强 监护赵敏", NONE),
        heading="一级动火",
        warns=("申请写的是二级",),
        complete=True,
    ),
    "too long for the grade": Talk(
        steps=("今天8点到20点 2号罐 电焊换管 王强 监护赵敏",),
        heading="一级动火",
        asks="最长8小时",
        warns=("计划 12小时",),
    ),
    "past time": Talk(steps=("今天6点到7点 2号罐 电焊换法兰 王强 监护赵敏",), asks="已经过了"),
    "unknown tank": Talk(steps=("明早8点到11点 9号罐 电焊换法兰 王强 监护赵敏",), asks="9号罐"),
    "unknown tank, one tapped": Talk(
        steps=("明早8点到11点 9号罐 电焊换法兰 王强 监护赵敏", "=place:equipment:T-202"),
        lines={"地点": "二号罐区 2号罐"},
        asks="勾选",
    ),
    "unknown person": Talk(steps=("明早8点到11点 2号罐 电焊换法兰 王小强 监护赵敏",), asks="王小强"),
    "unknown person, one tapped": Talk(
        steps=("明早8点到11点 2号罐 电焊换法兰 王小强 监护赵敏", "=person:1:wangqiang"),
        lines={"作业人": "王强（李强负责）"},
        asks="勾选",
    ),
    "guardian works too": Talk(
        steps=("明早8点到11点 2号罐 电焊换法兰 王强 监护王强", NONE), asks="不能提交", warns=("监护人王强同时是作业人",)
    ),
    "applicant guards: who leads": Talk(
        steps=("明早8点到11点 2号罐 电焊换法兰 王强 监护我",), lines={"监护人": "李强"}, asks="作业负责人"
    ),
    "applicant guards, leader named": Talk(
        steps=("明早8点到11点 2号罐 电焊换法兰 王强 监护我", "马明"), lines={"作业人": "王强（马明负责）"}, asks="勾选"
    ),
    "expired certificate stops": Talk(
        steps=("明早8点到11点 2号罐 电焊换法兰 刘军 监护赵敏", NONE), asks="不能提交", warns=("已过有效期",)
    ),
    "expired certificate cured by a change": Talk(
        steps=("明早8点到11点 2号罐 电焊换法兰 刘军 监护赵敏", NONE, "作业人换成王强"),
        lines={"作业人": "王强（李强负责）"},
        complete=True,
    ),
    "height without a figure": Talk(
        steps=("明天下午2点到5点 高处作业 2号罐 刷漆 王强 监护赵敏",), heading="高处作业", asks="还缺：作业高度"
    ),
    "height asks what decides its grade": Talk(
        steps=("明天下午2点到5点 高处作业 2号罐 刷漆 12米 王强 监护赵敏",), heading="高处作业", asks="勾选"
    ),
    "height without a factor": Talk(
        steps=("明天下午2点到5点 高处作业 2号罐 刷漆 12米 王强 监护赵敏", NONE), heading="Ⅱ级高处", asks="勾选"
    ),
    "height with a factor": Talk(
        steps=("明天下午2点到5点 高处作业 2号罐 刷漆 12米 王强 监护赵敏", ("slippery",), NONE),
        heading="Ⅲ级高处",
        complete=True,
    ),
    "height corrected by a further line": Talk(
        steps=("明天下午2点到5点 高处作业 2号罐 刷漆 12米 王强 监护赵敏", NONE, "高度改成18米", NONE),
        heading="Ⅲ级高处",
        complete=True,
    ),
    "lift of forty tonnes": Talk(
        steps=("明天14点到16点 2号罐 汽车吊吊装换热器 40吨 吊具钢丝绳 指挥马明 司机王强 司索高飞 监护赵敏",),
        heading="二级吊装",
        lines={"内容": "汽车吊吊装换热器"},
        asks="勾选",
    ),
    "lift just below": Talk(
        steps=("明天14点到16点 2号罐 汽车吊吊装换热器 39.9吨 吊具钢丝绳 指挥马明 司机王强 司索高飞 监护赵敏",),
        heading="三级吊装",
        asks="勾选",
    ),
    "the crane's tonnes are not the load's": Talk(
        steps=("明天14点到16点 2号罐 100吨吊车吊装换热器 指挥马明 司机王强 司索高飞 监护赵敏",),
        heading="吊装作业",
        asks="吊物重量",
    ),
    "work at height with fire is two permits": Talk(
        steps=("明天14点到16点 2号罐 高处动火 8米 电焊换护栏 王强 监护赵敏",), asks="每种各要一张票"
    ),
    "work at height with fire, both": Talk(
        steps=("明天14点到16点 2号罐 高处动火 8米 电焊换护栏 王强 监护赵敏", "=works:linked"),
        heading="高处作业",
        warns=("接着办：动火作业",),
        asks="勾选",
    ),
    "power for a fortnight": Talk(
        steps=(
            "明天8点开始15天 机修车间 临时用电 380V 水泵15kW 电源：2号配电箱 许可功率20kW 用电人高飞 王强 监护赵敏",
        ),
        heading="临时用电",
        lines={"时间": "3月19日 周四 08:00–4月3日 周五 08:00"},
        asks="勾选",
    ),
    "power for longer needs a shorter time": Talk(
        steps=(
            "明天8点开始20天 机修车间 临时用电 380V 水泵15kW 电源：2号配电箱 许可功率20kW 用电人高飞 王强 监护赵敏",
        ),
        asks="最长15天",
    ),
    "digging": Talk(
        steps=("明天8点到17点 机修车间 动土 人工挖沟埋管 深1.5米 王强 监护赵敏", NONE), heading="动土", complete=True
    ),
    "closing a road": Talk(
        steps=("明天8点到17点 装卸区 断路 修路面 涉及消防队 王强 监护赵敏", ("fire_route_kept",)),
        heading="断路",
        complete=True,
    ),
    "a blind takes its medium from the register": Talk(
        steps=(
            "明天8点到11点 2号罐出口管线 加盲板 45℃ 0.4MPa 碳钢 DN100 编号MB-12 图号P-03 编制人马明 王强 监护赵敏",
            NONE,
        ),
        heading="盲板抽堵",
        complete=True,
    ),
    "fixed hot-work area": Talk(
        steps=("明早8点到11点 固定动火点 电焊支架 王强 监护赵敏",), asks="不能提交", warns=("不用申请作业票",)
    ),
    "correct the guardian": Talk(steps=(WHOLE, "监护换成吴刚"), lines={"监护人": "吴刚"}),
    "correct the start": Talk(steps=(WHOLE, "改到9点开始"), lines={"时间": "3月18日 周三 09:00–11:00"}),
    "correct the place": Talk(steps=(WHOLE, "地点改成T-204"), lines={"地点": "二号罐区 4号罐"}),
    "one more worker": Talk(steps=(WHOLE, "作业人再加高飞"), lines={"作业人": "王强、高飞（李强负责）"}),
    "one worker less": Talk(steps=(WHOLE, "作业人再加高飞", "高飞不去了"), lines={"作业人": "王强（李强负责）"}),
    "correct a complete draft": Talk(
        steps=(WHOLE, NONE, "改到9点开始"), lines={"时间": "3月18日 周三 09:00–11:00"}, complete=True
    ),
    "a new request replaces the draft": Talk(
        steps=(WHOLE, "明天14点到16点 机修车间 打磨支架 动火 王强 监护赵敏"),
        heading="二级动火",
        lines={"地点": "机修车间"},
    ),
    "confined space": Talk(
        steps=("今天14点到17点 进R-102清淤 王强 监护赵敏",), heading="受限空间", asks="勾选", lines={"内容": "清淤"}
    ),
    "confined space, complete": Talk(steps=("今天14点到17点 进R-102清淤 王强 监护赵敏", NONE), complete=True),
    "two works at once": Talk(steps=("明早8点到11点 T-202 进罐检修 里面电焊 王强 监护赵敏",), asks="要办哪种"),
    "two works, both": Talk(
        steps=("明早8点到11点 T-202 进罐检修 里面电焊 王强 监护赵敏", "=works:linked"),
        heading="受限空间",
        warns=("接着办：动火作业",),
    ),
    "outdoors said, and pre-ticked": Talk(steps=("今天9点到11点 2号罐 露天 电焊换法兰 王强 监护赵敏",), asks="勾选"),
    "words nobody understands are shown": Talk(steps=(WHOLE + " 叽里咕噜",), asks="勾选"),
}


async def play(world: World, talk: Talk) -> Any:
    world.now = at(talk.clock)
    for step in talk.steps:
        if isinstance(step, tuple):
            await world.answers(talk.by, step)
        elif step.startswith("="):
            await world.answers(talk.by, step[1:])
        else:
            await world.says(talk.by, step)
    return await world.shown(talk.by)


@pytest.mark.parametrize("name", TALKS)
async def test_a_conversation(world: World, name: str) -> None:
    talk = TALKS[name]
    shown = await play(world, talk)
    if talk.heading is not None:
        assert shown.heading == talk.heading
    lines = dict(shown.lines)
    assert {label: lines.get(label) for label in talk.lines} == talk.lines
    if talk.asks is not None:
        assert shown.question is not None
        assert talk.asks in shown.question.text
    for warning in talk.warns:
        assert any(warning in one for one in shown.warnings), shown.warnings
    assert shown.complete is talk.complete
    assert not (shown.complete and shown.question)


async def test_control_characters_are_not_kept(world: World) -> None:
    await world.says(ASKER, "今天8点到11点 2号罐 换\x00法兰 电焊 作业人王强 监护赵敏")
    draft = (await world.talk(ASKER)).draft
    assert draft is not None
    assert "\x00" not in draft.said.task + "".join(draft.said.said) + "".join(draft.said.leftovers)


async def test_a_draft_is_no_permit(world: World) -> None:
    await world.says(ASKER, WHOLE)
    await world.answers(ASKER, ())
    assert await world.kinds("DHZY-HC-20260318-001") == []


async def test_submitting_makes_exactly_what_the_card_showed(world: World) -> None:
    await world.says(ASKER, WHOLE)
    await world.answers(ASKER, ("outdoor", "temporary_power"))
    await world.says(ASKER, "关联票 LSYD-2026-011")
    rows = await world.submits(ASKER)
    permit = await world.permit("DHZY-HC-20260318-001")
    content = permit.what
    assert (content.leader, content.workers, content.guardian) == (ASKER, ("wangqiang",), "zhaomin")
    assert content.planned.length == timedelta(hours=3)
    assert content.facts.outdoor is True
    assert content.facts.triggers == ("temporary_power",)
    assert content.linked == ("LSYD-2026-011",)
    assert content.method == ("electric_welding",)
    assert permit.law.grade is Grade.FIRST
    assert [one.key for one in rows.of(Settled, ASKER)] == ["submitted"]
    assert [one.permit for one in rows.of(PermitCard, ASKER)] == ["DHZY-HC-20260318-001"]
    assert rows.pushed("zhoujianguo") == ["ask_accept"]
    assert (await world.talk(ASKER)).draft is None


async def test_an_incomplete_draft_cannot_be_submitted(world: World) -> None:
    await world.says(ASKER, WHOLE)
    await world.submits(ASKER)
    assert await world.kinds("DHZY-HC-20260318-001") == []
    assert (await world.talk(ASKER)).draft is not None


async def test_a_draft_whose_start_went_by_asks_again(world: World) -> None:
    await world.says(ASKER, WHOLE)
    await world.answers(ASKER, ())
    world.now = at("08:10")
    await world.submits(ASKER)
    assert await world.kinds("DHZY-HC-20260318-001") == []
    assert "已经过了" in (await world.shown(ASKER)).question.text


async def test_a_button_of_an_older_draft_does_nothing(world: World) -> None:
    await world.says(ASKER, WHOLE)
    await world.answers(ASKER, ())
    old = (await world.talk(ASKER)).draft
    assert old is not None
    await world.says(ASKER, "改到9点开始")
    rows = await world.taps(ASKER, Action.SUBMIT, old.id, revision=old.version)
    assert rows.said(ASKER) == ["draft_moved"]
    assert await world.kinds("DHZY-HC-20260318-001") == []


async def test_a_draft_is_given_up_by_word_or_tap(world: World) -> None:
    await world.says(ASKER, WHOLE)
    rows = await world.says(ASKER, "取消")
    assert rows.said(ASKER) == ["draft_dropped"]
    assert (await world.talk(ASKER)).draft is None
    await world.says(ASKER, WHOLE)
    draft = (await world.talk(ASKER)).draft
    assert draft is not None
    rows = await world.taps(ASKER, Action.DROP_DRAFT, draft.id, revision=draft.version)
    assert [one.key for one in rows.of(Settled, ASKER)] == ["draft_dropped"]
    rows = await world.taps(ASKER, Action.SUBMIT, draft.id, revision=draft.version)
    assert rows.said(ASKER) == ["draft_gone"]


async def test_the_same_again_copies_people_and_place_but_asks_the_time(world: World) -> None:
    rows = await world.says(ASKER, "和上次一样")
    assert rows.said(ASKER) == ["nothing_to_copy"]
    await world.says(ASKER, WHOLE)
    await world.answers(ASKER, ())
    await world.submits(ASKER)
    await world.says(ASKER, "和上次一样")
    shown = await world.shown(ASKER)
    lines = dict(shown.lines)
    assert lines["作业人"] == "王强（李强负责）"
    assert lines["地点"] == "二号罐区 2号罐"
    assert "时间" not in lines
    assert "什么时候" in shown.question.text
    await world.says(ASKER, "明天8点到11点")
    await world.answers(ASKER, ())
    assert (await world.shown(ASKER)).complete


async def test_a_repeated_request_is_warned_of_and_still_possible(world: World) -> None:
    await world.says(ASKER, WHOLE)
    await world.answers(ASKER, ())
    await world.submits(ASKER)
    await world.says(ASKER, WHOLE)
    await world.answers(ASKER, ())
    shown = await world.shown(ASKER)
    assert any("DHZY-HC-20260318-001（已申请）" in one for one in shown.warnings)
    await world.submits(ASKER)
    assert (await world.kinds("DHZY-HC-20260318-002"))[0] == "PermitSubmitted"


async def test_two_works_of_one_job_get_two_permits_that_name_each_other(world: World) -> None:
    await world.says(ASKER, "明早8点到11点 T-202 进罐检修 里面电焊 王强 监护赵敏")
    await world.answers(ASKER, "works:linked")
    await world.answers(ASKER, ())
    await world.submits(ASKER)
    first = await world.permit("YXKJ-HC-20260318-001")
    assert first.what.linked == ("DHZY-HC-20260318-001",)
    shown = await world.shown(ASKER)
    assert shown.heading == "一级动火"
    assert shown.question.ticked == ("in_confined_space",)
    await world.answers(ASKER, ("in_confined_space",))
    await world.submits(ASKER)
    second = await world.permit("DHZY-HC-20260318-001")
    assert second.what.linked == ("YXKJ-HC-20260318-001",)


async def test_numbers_run_on_without_gaps(world: World) -> None:
    await world.says(ASKER, "明早8点到11点 2号罐 电焊换法兰 刘军 监护赵敏")
    await world.answers(ASKER, ())
    await world.submits(ASKER)  # refused: the welder's certificate has run out
    await world.says(ASKER, "作业人换成王强")
    await world.submits(ASKER)
    assert (await world.kinds("DHZY-HC-20260318-001"))[0] == "PermitSubmitted"


async def test_outdoors_is_ticked_when_it_was_said(world: World) -> None:
    await world.says(ASKER, "今天9点到11点 2号罐 露天 电焊换法兰 王强 监护赵敏")
    assert (await world.shown(ASKER)).question.ticked == ("outdoor",)


async def test_a_draft_nobody_touches_is_gone_after_a_day(world: World) -> None:
    await world.says(ASKER, WHOLE)
    later = world.now + timedelta(hours=25)
    await world.writer.submit(lambda tx: sweep(tx, RETENTION, later))
    assert (await world.talk(ASKER)).draft is None
