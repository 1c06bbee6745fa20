"""Words that work at any moment; above all: a stop is never missed, and a plan is never taken for one in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.request.commands import AmbiguousStop, CommandKind, CommandSaid, NotACommand, NotNow, recognise
from tests.support.request_plant import rows

PERMIT = "DH-A1-20261122-001"

STOPS = [
    "停", "停！", "停！！！", "🔥停🔥", "停 工", "停工", "停工！", "马上停工", "立即停工", "请立即停工！！！",
    "快停下", "停下来", "都停下", "全停", "停停停",
    "停一下", "停手", "住手", "别干了", "不要干了", "别焊了", "不准动火了", "停止作业", "停止动火", "立即停止作业",
    "马上停", "赶紧停", "快停", "叫停",
    "暂停", "暂停作业", "紧急停车", "stop", "STOP!!", "Stop", "着火了停", "着火了，停！", "着火了！", "有人晕倒了",
    "有人触电", "爆炸了", "救命",
    "冒烟了快停", "2号罐停工", "停止2号罐动火", "暂停2号罐动火作业", "2号罐动火停一下", "马上停下2号罐 有味道",
    "立即停止作业，有人晕倒了", "8点着火了停",
    f"{PERMIT} 停工", f"停工{PERMIT}", "停工停工停工", "大家停一下", "先停", "停工吧", "停了吧", "停了",
]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_a_stop_is_heard(text: str) -> None:
    heard = recognise(text)
    assert isinstance(heard, CommandSaid)
    assert heard.kind is CommandKind.STOP_WORK


MAYBE = [
    ("明天停工检修2号罐动火", NotNow.PLANNED),
    ("停工检修2号罐动火", NotNow.PLANNED),
    ("下周一停工大修", NotNow.PLANNED),
    ("停工后再动火", NotNow.PLANNED),
    ("今天停工", NotNow.PLANNED),
    ("2号罐停工 明天8点到11点动火", NotNow.PLANNED),
    ("已停工 明天8点动火", NotNow.PLANNED),
    ("申请停工", NotNow.PLANNED),
    ("如果着火就停工", NotNow.PLANNED),
    ("先别停", NotNow.DENIED),
    ("不要停工", NotNow.DENIED),
    ("没停", NotNow.DENIED),
    ("停工了吗", NotNow.QUESTION),
    ("要不要停工", NotNow.QUESTION),
    ("谁让停工的", NotNow.QUESTION),
    ("泵停了", NotNow.REPORTED),
    ("2号罐法兰漏了", NotNow.REPORTED),
    ("挖到电缆了", NotNow.REPORTED),
    ("挖出一根不明管线", NotNow.REPORTED),
    ("起大风了", NotNow.REPORTED),
]


@pytest.mark.parametrize(("text", "why"), MAYBE)
def test_perhaps_a_stop_is_asked_never_settled_in_silence(text: str, why: NotNow) -> None:
    heard = recognise(text)
    assert isinstance(heard, AmbiguousStop)
    assert heard.why is why


@pytest.mark.parametrize(
    "text",
    ["换阀 明早8点到11点", "2号罐动火换阀 停车后 明天8点到11点", "不停车带压堵漏 2号罐", "停电检修 临时用电",
    "装置停车检修 动火", "防止着火，准备灭火器",
     "2号罐泄漏 换垫片 明天8点到11点", "受限空间 防中毒窒息", "进罐注意中毒风险", "赵敏", "11点", "2号罐", "查漏",
     "帮我开一张动火票", "我要申请动火作业",
     "取消监护刘军", "改到9点开始"],
)  # fmt: skip
def test_a_request_is_no_command(text: str) -> None:
    assert isinstance(recognise(text), NotACommand)


def test_no_request_sentence_is_taken_for_a_command() -> None:
    for text, _ in rows(Path(__file__).with_name("sentences.txt")):
        assert isinstance(recognise(text), NotACommand), text


def test_a_stop_says_what_and_how_urgent() -> None:
    assert recognise(f"{PERMIT} 停工") == CommandSaid(kind=CommandKind.STOP_WORK, permit_no=PERMIT)
    assert recognise("2号罐停工") == CommandSaid(kind=CommandKind.STOP_WORK, about="2号罐")
    assert recognise("马上停下2号罐 有味道") == CommandSaid(kind=CommandKind.STOP_WORK, about="2号罐")
    on_fire = recognise("2号罐着火了停")
    assert isinstance(on_fire, CommandSaid)
    assert on_fire.urgent
    assert "2号罐" in on_fire.about


OTHERS = [
    ("帮助", CommandKind.HELP, ""), ("帮助！", CommandKind.HELP, ""), ("help", CommandKind.HELP, ""), ("?",
    CommandKind.HELP, ""),
    ("？？", CommandKind.HELP, ""), ("怎么用啊", CommandKind.HELP, ""), ("你能做什么", CommandKind.HELP, ""),
    ("我的任务", CommandKind.MY_TASKS, ""), ("任务", CommandKind.MY_TASKS, ""), ("看一下我的待办",
    CommandKind.MY_TASKS, ""),
    ("有什么待办", CommandKind.MY_TASKS, ""), ("我的票", CommandKind.MY_TASKS, ""),
    ("刷新", CommandKind.REFRESH, ""), ("刷新一下", CommandKind.REFRESH, ""), ("再发一次", CommandKind.REFRESH, ""),
    ("取消", CommandKind.CANCEL, ""), ("取消吧，谢谢", CommandKind.CANCEL, ""), ("算了吧", CommandKind.CANCEL, ""),
    ("不办了", CommandKind.CANCEL, ""), ("撤回", CommandKind.CANCEL, ""), ("取消2号罐动火",
    CommandKind.CANCEL, "2号罐动火"),
    ("和上次一样", CommandKind.SAME_AS_LAST, ""), ("跟上次一样吧", CommandKind.SAME_AS_LAST, ""), ("老样子",
    CommandKind.SAME_AS_LAST, ""),
    ("和上次一样，明天8点到11点", CommandKind.SAME_AS_LAST, "明天8点到11点"),
    ("为什么", CommandKind.WHY, ""), ("为啥啊", CommandKind.WHY, ""), ("为什么不能动火", CommandKind.WHY, "不能动火"),
    ("为什么停工", CommandKind.WHY, "停工"), ("凭什么", CommandKind.WHY, ""),
    ("我要申请", CommandKind.APPLY, ""), ("申请", CommandKind.APPLY, ""), ("我想办票", CommandKind.APPLY, ""),
    ("麻烦帮我开张票", CommandKind.APPLY, ""), ("申请作业票", CommandKind.APPLY, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "about"), OTHERS, ids=[row[0] for row in OTHERS])
def test_other_commands(text: str, kind: CommandKind, about: str) -> None:
    assert recognise(text) == CommandSaid(kind=kind, about=about)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (f"查 {PERMIT}", PERMIT),
        (f"查{PERMIT.lower()}", PERMIT),
        (PERMIT, PERMIT),
        (f"{PERMIT}怎么样了", PERMIT),
        (f"查询一下 {PERMIT} 进度", PERMIT),
        ("查ＤＨ－Ａ１－２０２６１１２２－００１", PERMIT),
        ("查0012", "0012"),
    ],
)
def test_a_query_finds_its_permit(text: str, number: str) -> None:
    assert recognise(text) == CommandSaid(kind=CommandKind.QUERY, permit_no=number)


def test_cancelling_one_permit_names_it() -> None:
    assert recognise(f"取消 {PERMIT}") == CommandSaid(kind=CommandKind.CANCEL, permit_no=PERMIT)


@given(st.text(max_size=80) | st.lists(st.sampled_from("".join(STOPS) + "明天吗别不2号罐"), max_size=20).map("".join))
def test_never_raises(text: str) -> None:
    recognise(text)


@given(
    st.sampled_from(["", "!", "！！", "🙏", " ", "。", "~", "吧", "啊"]),
    st.sampled_from(["停工", "停", "停止作业", "马上停工"]),
)
def test_a_stop_survives_signs_and_particles(tail: str, stop: str) -> None:
    heard = recognise(f"{tail}{stop}{tail}")
    assert isinstance(heard, CommandSaid)
    assert heard.kind is CommandKind.STOP_WORK
