"""What 督办 says of late steps, hazards that climbed and departments: in the chat, on the page, in the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.hazard.state import Supervision

SUPERVISION: Mapping[str, str] = {
    "supervision": "审批督办：{late}件超时，共{waiting}件在等。\n{lines}{page}",
    "supervision_none": "审批督办：现在没有超时的票，{waiting}件在等。{page}",
    "supervision_mine": "没有超时的票上报到您这里。{page}",
}
"""Answers by their keys; arguments are named in `handlers.answers`."""
STEP = "· {permit} {place} {label}：等{asked}；{told}"
NOBODY = "（没有人任这个岗）"
TAKEN, TOLD = "已有上级接手", "已上报{names}，还没人接手"
DEPUTISED = "已请{names}代办"
TO_GROUP, GROUP_NEXT, NOBODY_ABOVE = "已报管理群", "正在报管理群", "已没有可上报的人"
MORE = "……还有{more}件"
SHARE = "{department}：{waiting}件里{late}件超时（{percent}%）"
BY_DEPARTMENT = "各部门现在："
NO_DEPARTMENT = "没有人任岗"
PAGE_AT: Final = "\n全部（含隐患）：{link}\n发“督办表”可得 Excel。"

# --- the page

TITLE: Final = "督办"
AT: Final = "{at} 的情况，刷新可看最新。"
WHOLE, OWN = "全厂", "上报到您这里的"
COUNTS: Final = "票：{waiting}件在等，{late}件超时　隐患督办：{hazards}条"
LATE, EARLY, HAZARDS = "超时的步骤", "在等、还没超时", "督办中的隐患"
RATES, HAZARD_RATES = "各部门现在欠的步骤", "各部门没整改完的隐患"
NONE_LATE: Final = "现在没有超时的票。"
NONE_MINE: Final = "没有超时的票上报到您这里。"
NO_HAZARDS: Final = "没有督办中的隐患。"
WAITS: Final = "等{asked}"
SINCE: Final = "从{day} {clock}起，已等{span}"
SINCE_UNKNOWN: Final = "没有记下从何时起"
FILE: Final = "下载 Excel"
FILE_NOTE: Final = "表里写有人名，请自己保管；表里的人都能看到是您下载的。"
CLIMBED: Final = "已督办到{level}"
RATE_NOTE: Final = "一个步骤算在第一个被请的人的部门，不算在被上报的上级。"
BUSY: Final = "记录现在打不开，请稍后再试。"

# --- the workbook

FILE_NAME: Final = "督办表 {at}.xlsx"
FILE_WHAT: Final = "督办表"
SHEET_STEPS, SHEET_HAZARDS, SHEET_RATES = "审批步骤", "隐患", "各部门"
OF_PERMITS, OF_HAZARDS = "审批步骤", "隐患"
NOT_ASSIGNED: Final = "还没有指派"
YES, NO = "是", "否"
LEVEL: Final[Mapping[int, str]] = {
    Supervision.NONE: "",
    Supervision.SUPERIORS: "直接上级",
    Supervision.SAFETY_HEAD: "安全部门负责人",
    Supervision.LEADERSHIP: "厂领导",
}
ABOUT_LINES: Final = (
    ("范围", "{scope}；审批步骤 {steps} 件，其中超时 {late} 件；督办中的隐患 {hazards} 条"),
    ("制表时间", "{at}（{zone}）；只是这一刻的情况，之后会变化"),
    ("制表人", "{by}"),
    ("超时", "这一步等满了规定的时间，已经请了代办人或报给上级；隐患的超期以规定的期限为准"),
    ("责任部门", "第一个被请的人的部门，不是被上报的上级的部门"),
    ("各部门", "只有看全厂的人有这一张表；“在等”含没有超时的"),
    ("隐去的内容", "文字里的手机号和身份证号已隐去"),
    ("不包含", "一段时间内的统计（见指标）"),
)
"""What the last sheet says: who gets the file alone must not read more into it than there is."""
