"""The words of prompts: what a guardian is asked to do, how he is told that it was wrong, and what others read then.

Read with gloves on, in wind: what to do comes first, in one breath.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow.rules.tasks import TaskKind

PROMPT_PHOTO = "巡查照片"
"""What people call the photo that answers a prompt."""

TASK: Mapping[TaskKind, str] = {
    TaskKind.TAP: "按一下在岗",
    TaskKind.COUNT: "数里面的人",
    TaskKind.PHOTO: "现场拍一张",
    TaskKind.BOARD: "扫现场牌",
    TaskKind.GAS: "报检测仪读数",
    TaskKind.PLACE: "选作业地点",
    TaskKind.WORK: "选作业类型",
}
"""A task in a word, for the history and for those who look after him."""

ASK: Mapping[TaskKind, str] = {
    TaskKind.TAP: "现场正常吗？请按在岗。",
    TaskKind.COUNT: "请数一下里面几个人，发人数，例如：2人。",
    TaskKind.GAS: "请看检测仪，发现在的读数，带单位。",
    TaskKind.PLACE: "您监护的作业在哪里？请按一个。",
    TaskKind.WORK: "您监护的是什么作业？请按一个。",
}
"""What the guardian reads when he is asked; for the board and the photo each platform has a way of its own
(`cards.words_ways`)."""

PHOTO = "请点菜单「现场拍照」拍一张作业现场。"
BOARD = "请到现场牌前，点菜单「扫码」扫牌上的码。"

TWICE_STOPS = "不应答两次会自动停工。"
WRONG = "答得不对。请核对现场，再答一次；再错算一次未应答。"
"""Before the same question, the second time."""

WRONG_TOLD = "监护人{name}两次答错（{task}，答“{said}”），已算一次未应答。请联系他，到现场看一下。"
EXCUSED_TOLD = "监护人{name}说这次办不了：{task}。已换一种方式问他，请核实原因。"
