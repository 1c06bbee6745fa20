"""Words of the page of figures and of the morning report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.figures import Cut, Outcome

TITLE: Final = "指标"
NOTE: Final = "数字由记录算出，点开就是它背后的作业票、隐患；只描述发生过的事，不作为任何作业的依据。"
NOBODY: Final = "指标页只给安全管理部门和厂领导。"
BUSY: Final = "现在查不了，请稍后再试。"
ODD: Final = "日期写得不对，或超过一年。"
SPAN: Final = "{since} 至 {until}（截至 {at}）"
BUTTON: Final = "看"
SINCE, UNTIL = "从", "到"
MEANS: Final = "{part}；{whole}。不包含：{leaves_out}。口径：{source}"
NOTHING_LEFT: Final = "无"
CASES: Final = "共{count}件"
CASES_MORE: Final = "多于{count}件，只列前{count}件"
NONE: Final = "没有"
ALL: Final = "全部"
COUNTS, COUNTS_NOT = "计入", "未计入"
BY: Final[Mapping[Cut, str]] = {
    Cut.WHOLE: "总计", Cut.AREA: "按区域", Cut.WORK: "按作业", Cut.GRADE: "按级别", Cut.CONTRACTOR: "按承包商",
    Cut.NODE: "按环节", Cut.NODE_AREA: "各环节按区域",
    Cut.NODE_WORK: "各环节按作业", Cut.NODE_CONTRACTOR: "各环节按承包商", Cut.DEPARTMENT: "按部门", Cut.KIND: "按类别",
}  # fmt: skip
OUTCOME: Final[Mapping[str, str]] = {
    Outcome.CLOSED: "已闭环", Outcome.CANCELLED: "签发后取消", Outcome.VOIDED: "作废", Outcome.EXPIRED: "过期",
    Outcome.LATE: "到期未闭环",
}  # fmt: skip
NODE: Final[Mapping[str, str]] = {"accept": "受理", "prepare": "准备"}
OWN_PEOPLE: Final = "本厂"

MORNING: Final = "昨日作业票 {day}"
PERIOD: Final = "{title} {since} 至 {until}"
HAPPENED: Final[Mapping[str, str]] = {
    "PermitSubmitted": "申请", "PermitIssued": "签发", "WorkStarted": "开工", "WorkSuspended": "停工",
    "PermitClosed": "关闭", "HazardReported": "报隐患", "HazardAccepted": "隐患归档",
}  # fmt: skip
LINE: Final = "{name} {value}"
SLOWEST: Final = "最慢环节 {node} {value}"
