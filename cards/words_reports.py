"""Words of the reports: headings people look for, and what a report does not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.figures import Violation

LEDGER, SIGNED, AIR, ABOUT = "作业票台账", "签字", "气体检测", "说明"
"""The sheets of the register."""
AGREED: Final = "相符"
BROKEN: Final = "对不上，内容不列出，请联系系统管理员"
FIRST_OPINION: Final = "提交审批（作业负责人意见）"
BRIEFED: Final = "接受安全交底"
BOOK_NAME: Final = "作业票台账 {since}至{until}.xlsx"
SERVER: Final = "系统管理员（服务器命令行）"
HOW: Final = (
    "要哪几天的作业票台账？例如：报表 上月；报表 本周；报表 2026-03；报表 2026-03-01至2026-03-15（最多一年）。"
    "做好后发文件给您。"
)
NOT_YOURS: Final = "作业票台账写有很多人的名字，只给安全管理部门。"
TOO_MANY: Final = "{since}至{until}的作业票太多，聊天里发不了。请缩短时间，或请系统管理员在服务器上导出。"
BUSY: Final = "记录现在打不开，请稍后再试或联系系统管理员。"
CUT: Final = "……（太长，此处截断，全文见作业票）"

ABOUT_LINES: Final = (
    ("范围", "计划开始时间在 {since} 至 {until}（都含当日）的作业票，共 {count} 张；每张票只属于一个时段"),
    ("制表时间", "{at}（{zone}）；状态等以制表时为准，之后可能变化"),
    ("制表人", "{by}"),
    ("时间", "全部是工厂当地时间（{zone}），单元格是日期值，可以筛选、排序"),
    ("隐去的内容", "证书编号中间各位、文字里的手机号和身份证号已隐去；完整编号见企业登记"),
    ("记录校验", "“相符”指本系统数据库内的哈希链前后一致，属系统自证；要给外面核对，请另做证据导出"),
    ("没有办过的环节", "单元格空着；空白不代表合格"),
    ("不包含", "统计指标（见月报）、照片、隐患、设备连续读数"),
)
"""What the last sheet says: a stranger who gets the file alone must not read more into it than there is."""

# --- the summary

SUMMARY_TITLE: Final[Mapping[str, str]] = {"month": "作业票月报", "week": "作业票周报", "days": "作业票汇总"}
SUMMARY_NAME: Final = "{title} {since}至{until}.pdf"
DAYS: Final = "{since} 至 {until}"
SUMMARY_MADE: Final = "截至 {at}（{zone}）"
SUMMARY_NOTES: Final = (
    "比率后面括号里是 分子/分母；时长说的是中位数，括号里是件数。没有分母的写“—”，不写 0% 或 100%。",
    "件数很少时，比率的高低可能只差一两张票，请先看件数。",
    "数字由本系统从记录里算出，只描述发生过的事，不作为任何作业的依据；页内没有人员姓名。",
)
KPI, HAPPENED, MEANINGS = "指标", "发生了什么（次）", "指标怎么算"
BY_WORK, BY_AREA = "按作业类型", "按区域"
FIGURE, WHAT, WHERE, MEANING, LEAVES_OUT, SOURCE = "指标", "事项", "分组", "算法", "不包含", "口径来源"
BEFORE: Final = "上期（{days}）"
NOTHING: Final = "—"
SPREAD: Final = "中位 {middle}，最长 {longest}（{count}件）"
SHARE: Final = "{percent}%（{part}/{whole}）"
TIMES: Final = "{count}次"
PART_OF: Final = "{part}；{whole}"
UNKNOWN_GROUP: Final = "没有写明"
TALLY: Final[Mapping[str, str]] = {
    "PermitSubmitted": "提交申请（含改后再提交）",
    "PermitIssued": "签发",
    "WorkStarted": "开工",
    "WorkSuspended": "停工",
    "WorkResumed": "复工",
    "PermitClosed": "验收关闭",
    "PermitRejected": "拒绝",
    "PermitCancelled": "取消",
    "PermitVoided": "作废",
    "PermitExpired": "过期",
    "AttemptRefused": "被拒的操作",
    "HazardReported": "上报隐患",
    "HazardAccepted": "隐患验收通过",
}
"""The milestone events that are told, by kind."""
VIOLATION: Final[Mapping[Violation, str]] = {
    Violation.REFUSED: "条件不满足时的操作（已拦住）",
    Violation.VOIDED: "作业票作废",
    Violation.OVERRUN: "到期时人员可能还在作业",
    Violation.NO_PERMIT: "无票抢险（绿色通道）",
    Violation.GUARDIAN_LEFT: "监护人离开，停工",
    Violation.GUARDIAN_SILENT: "监护人不应答，停工",
    Violation.MISCOUNT: "进出人数对不上，停工",
    Violation.CERTIFICATE: "证件问题，停工",
    Violation.VENTILATION: "通风停止，停工",
    Violation.GAS: "气体不合格，停工",
}
SUMMARY_POSTED: Final = "{title}（{days}）"

# --- the park's files

PARK_NAME: Final = "park-{since}-{until}.zip"
PARK_WHAT: Final = "园区数据 {since}..{until}"
PARK_NO_WORK: Final = "没有签发过或没有作业就结束的票"
PARK_NO_HAZARD: Final = "不算隐患，或并入了别的隐患"
PARK_NOTES: Final = (
    "字段来自二手资料；status 为 unconfirmed 的字段没有依据园区文件核对过，上报前请逐项核对。",
    "held 为 false 的字段本系统不掌握，一律为空；空不代表没有或合格。",
    "without_code 是本系统有值、但对方没有代码、因此没有给出的个数；本系统不换算单位、不猜代码。",
    "本文件只是导出，没有上传到任何平台；园区要求的加密、签名不在内。",
)
