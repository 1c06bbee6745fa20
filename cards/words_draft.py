"""The words of a request in the making: the questions asked for, the labels of its lines, the warnings of its own.

Keys are the values of `handlers.request.questions.QuestionKind`; a test holds the two lists equal.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow.values import WorkType

QUESTIONS: Mapping[str, str] = {
    "missing_work": "要办哪种作业票？",
    "several_works": "提到了{said}，要办哪种？",
    "missing_place": "在哪里作业？请写设备位号或区域名。",
    "unknown_place": "「{said}」没有登记，是下面哪个？都不是请写全称。",
    "unknown_code": "没有位号「{said}」，是下面哪个？都不是请核对后重写。",
    "ambiguous_place": "「{said}」指的是哪个？",
    "several_places": "写了几个地点（{said}），一张票只能一个，是哪个？",
    "place_conflict": "{said}不在同一处，以哪个为准？",
    "missing_times": "什么时候作业？例如：明早8点到11点。",
    "missing_start": "从几点开始？",
    "missing_end": "{start}开始，到几点结束？",
    "ambiguous_hour": "是上午还是下午？",
    "unclear_day": "「{said}」是哪一天？",
    "unclear_time": "「{said}」是几点？请写清楚，例如：14点到17点。",
    "impossible_date": "没有「{said}」这一天，请重新写日期。",
    "weekday_mismatch": "「{said}」日期和星期对不上，是哪一天？",
    "several_days": "「{said}」写了几天，一张票先办哪天？",
    "several_intervals": "「{said}」写了几个时间，一张票只能一段，是哪段？",
    "conflicting_times": "时间前后对不上，是哪个？",
    "past_start": "这个时间已经过了，要改到什么时候？",
    "end_before_start": "结束时间早于开始时间，请重新写。",
    "too_long": "时间太长，这类票最长{limit}。到几点结束？",
    "ambiguous_change": "要改的是开始还是结束？",
    "missing_person": "谁是{role}？请写姓名。",
    "unknown_person": "名单里没有「{said}」，{role}是谁？",
    "same_name": "有几位{said}，{role}是哪位？",
    "unsure_person": "「{said}」是{role}吗？请确认是谁。",
    "missing_task": "干什么活？例如：换法兰。",
    "several_grades": "写了几个级别（{said}），是哪个？",
    "no_such_grade": "动火没有{said}，是哪个级别？",
    "unknown_company": "没有登记「{said}」这家单位，是下面哪家？",
}

METHOD = "用什么方式动火？"
SITUATIONS = "勾选符合的情况，没勾的就是没有"
FORMER_MEDIUM = "里面盛装过什么？说不清请先问属地。"
YES, NO = "是", "不是"
LEADER = "作业负责人是谁？负责人不能兼监护人。"
BLOCKED = "这样不能提交，请改一下再提交。"

HEADING: Mapping[WorkType, str] = {
    WorkType.HOT: "动火作业",
    WorkType.CONFINED_SPACE: "受限空间作业",
    WorkType.BLIND: "盲板抽堵作业",
    WorkType.HEIGHT: "高处作业",
    WorkType.LIFT: "吊装作业",
    WorkType.POWER: "临时用电作业",
    WorkType.EARTH: "动土作业",
    WorkType.ROAD: "断路作业",
}
HEADING_OPEN = "新申请"
NOT_OFFERED = "{work}还不能在这里办票，请按厂里的纸质流程办理。"

LINE_TIME, LINE_PLACE, LINE_TASK = "时间", "地点", "内容"
LINE_WORKERS, LINE_GUARDIAN, LINE_CHAIN = "作业人", "监护人", "审批"
LEADS = "（{name}负责）"

SITUATION: Mapping[str, str] = {
    "outdoor": "露天作业",
    "at_height": "离地2米及以上",
    "large_vessel": "大设备，要分层取样",
    "outer_wall": "在管道或罐、塔外壁上",
    "open_surroundings": "在设备外敞开处",
    "in_confined_space": "在受限空间里",
    "pressure_part": "焊的是承压件",
    "welder_machine_over_10m": "焊机离动火点超10米",
    "temporary_power": "要接临时用电",
    "blind_work": "要抽堵盲板",
    "oxygen_service": "是氧气设备或管道",
    "rotating_equipment": "里面有转动设备",
    "dusty": "有扬尘",
    "sudden_change": "气体可能突然变化",
    "oxygen_shortage": "可能缺氧",
    "oxygen_rich": "富氧环境",
}
"""A situation to tick, ≤16 characters."""

DUPLICATE = "您已有一张相近的票：{number}（{status}）。确实要另办再提交。"
COPIED = "照{number}填的，请改时间并核对人员。"
REVISED = "{number}被退回：{reason}"
LINKED = "与{numbers}是同一件活，互相关联。"
MORE_FOLLOWS = "提交后接着办：{works}。"
GRADED = "{grade}：{why}"
