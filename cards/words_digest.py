"""Words of digests and reports."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.area_risk import Level

HEAD = "班前简报 {day} {clock}{off}"
OFF: Mapping[str, str] = {"rest": "（休息日）", "holiday": "（节假日）", "unknown": "（按节假日从严）", "work": ""}
BLOCK: Mapping[str, str] = {"mine": "待办", "running": "正在作业", "unusual": "异常", "tomorrow": "明日"}
BLOCK_OWN: Mapping[str, str] = {"mine": "待我办"}
MANY = "项"
OF_THESE = "，列{shown}项"

WAITS = "{status} {place} {work}"
WAITS_FOR = "{status} {place} {work} 等{who}"
AND_OTHERS = "{name}等{count}人"
NOBODY = "（没有人可办）"
RUNS = "{place} {work} 监护{guardian} 到{until}"
RUNS_LATE = "{place} {work} 已过{until}没收工"
STOPPED = "已停工 {place} {work} 监护{guardian}"
NOT_COUNTED = "{status}，人员未清点 {place} {work}"
HAZARD_LATE = "隐患超期 {said} {who}"
HAZARD_WATCHED = "隐患督办 {said} {who}"
HAZARD_MINE = "隐患待办 {said}"
EMERGENCY = "抢险未补票 {place}"
COMES = "{at} {place} {work} {status}"
ROOT = "存证第{number}号 {hash}"
"""The daily line has the whole of it; this reminds where it stands."""

# --- the picture

PICTURE = "作业风险图 {day} {clock}"
PICTURE_FILE = "作业风险图 {day}.png"
PICTURE_FOOT = "截至 {clock}，由作业票记录画出；只描述，不作为任何作业的依据。"
MAP_IS = "按当前作业着色，不是风险分级四色图；上北下南"
MAP_NONE = "还没有登记围栏，画不出平面图"
MAP_RUNNING, MAP_WRONG, MAP_PLANNED = "作业", "异常", "今日"
MAP_MORE = "另有{count}处没有围栏"
LEVEL: Mapping[Level, str] = {
    Level.WRONG: "有异常", Level.HIGH: "高风险作业", Level.WORKING: "作业中", Level.PLANNED: "今日有作业",
    Level.QUIET: "无作业",
}  # fmt: skip
TREND = "近{days}天：签发（蓝）与停工（红），次"
