"""Every word a plant worker reads on cards, in plain Chinese (terms after domain 0.3).

One home for the language: renderers put facts into these, they never write sentences of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo

from cards.buttons import Action
from workflow.effects import Purpose
from workflow.permit.commands import SuspendReason
from workflow.permit.state import Status
from workflow.rules.types import GRADE_WORDS, Grade, Role
from workflow.values import Interval, ProofMethod, WorkType

STATUS: Mapping[Status, str] = {
    Status.DRAFT: "退回待改",
    Status.SUBMITTED: "已申请",
    Status.PREPARING: "准备中",
    Status.IN_REVIEW: "审批中",
    Status.ISSUED: "已签发·未开工",
    Status.ACTIVE: "作业中",
    Status.SUSPENDED: "已停工",
    Status.COMPLETED: "作业结束·待验收",
    Status.FIRE_WATCH: "留守观察",
    Status.CLOSED: "已验收关闭",
    Status.ARCHIVED: "已归档",
    Status.REJECTED: "已拒绝",
    Status.CANCELLED: "已取消",
    Status.EXPIRED: "已过期",
    Status.VOIDED: "已作废",
}

WORK: Mapping[WorkType, str] = {
    WorkType.HOT: "动火",
    WorkType.CONFINED_SPACE: "受限空间",
    WorkType.BLIND: "盲板抽堵",
    WorkType.HEIGHT: "高处",
    WorkType.LIFT: "吊装",
    WorkType.POWER: "临时用电",
    WorkType.EARTH: "动土",
    WorkType.ROAD: "断路",
}

GRADE: Mapping[Grade, str] = GRADE_WORDS

ROLE: Mapping[Role, str] = {
    Role.APPLICANT: "申请人",
    Role.WORK_LEADER: "作业负责人",
    Role.WORKER: "作业人",
    Role.GUARDIAN: "监护人",
    Role.GAS_ANALYST: "分析人",
    Role.SITE_UNIT: "所在单位",
    Role.SAFETY_DEPT: "安全管理部门",
    Role.APPROVER: "审批人",
    Role.SHIFT_LEADER: "当班班长",
    Role.ACCEPTOR: "验收人",
    Role.CHIEF: "主管领导",
    Role.BASE_UNIT: "所在基层单位",
    Role.PRINCIPAL: "主要负责人或书面委托人",
    Role.PROF_DEPT: "专业部门",
    Role.REVIEWER: "审核部门",
    Role.POWER_USER: "用电单位",
    Role.POWER_UNIT: "配送电单位",
    Role.WATER_UNIT: "给排水单位",
    Role.ELECTRIC_UNIT: "电气单位",
    Role.STEAM_UNIT: "供汽单位",
    Role.PROCESS_UNIT: "工艺单位",
    Role.EQUIPMENT_UNIT: "设备单位",
    Role.FIRE_DEPT: "消防管理部门",
    Role.LIFT_COMMANDER: "吊装指挥",
    Role.LIFT_OPERATOR: "吊装作业人",
    Role.SLINGER: "司索人",
}

BUTTON: Mapping[Action, str] = {
    Action.ANSWER: "选这个",
    Action.SUBMIT: "提交申请",
    Action.EDIT: "修改",
    Action.DROP_DRAFT: "不申请了",
    Action.ACCEPT: "受理",
    Action.APPROVE: "同意",
    Action.ATTEND: "回答",
    Action.RETURN: "退回修改",
    Action.REJECT: "拒绝",
    Action.REASON: "选理由",
    Action.ACKNOWLEDGE: "我来跟进",
    Action.JSA: "填危害分析",
    Action.MEASURES: "提交勾选",
    Action.REVIEW: "提交审批",
    Action.BRIEF: "交底已签字",
    Action.CONFIRM: "已落实",
    Action.CONFIRM_ALL: "全部已落实",
    Action.GAS_HELP: "怎么报气体",
    Action.VENTILATION: "通风已开",
    Action.START: "确认开工",
    Action.PROMPT: "在岗·正常",
    Action.EXCUSE: "办不了",
    Action.STOP: "立即停工",
    Action.RESUME: "确认复工",
    Action.FINISH: "完工清点",
    Action.END_WATCH: "确认无残火",
    Action.ACCEPTANCE: "验收签字",
    Action.COUNT: "清点人数",
    Action.PHOTO: "改用途",
    Action.LOG: "进出登记",
    Action.HANDOVER: "交接班",
    Action.CLOSING: "收尾确认",
    Action.AGAIN: "重新发起原作业",
    Action.COPY: "照此另办一张",
    Action.EMERGENCY: "紧急停工",
    Action.MUSTER: "清点",
    Action.MENU: "首页",
    Action.ASK_PHOTO: "请安环部看",
    Action.ACCEPT_PHOTO: "认可照片",
    Action.BOX: "锁箱",
    Action.PLACES: "是不是同一处",
    Action.PURGED: "人工确认置换",
    Action.VOUCH: "开链接",
    Action.HAZARD: "隐患",
    Action.CANCEL: "取消作业票",
    Action.VOID: "作废",
    Action.WHY: "为什么",
    Action.REFRESH: "刷新",
    Action.SHOW: "查看",
}

SUSPENDED: Mapping[SuspendReason, str] = {
    SuspendReason.STOP_WORK: "有人叫停",
    SuspendReason.GUARDIAN_LEFT: "监护人离开现场",
    SuspendReason.GUARDIAN_SILENT: "监护人两次未应答",
    SuspendReason.GAS: "气体分析不合格",
    SuspendReason.WIND: "风力超限",
    SuspendReason.VENTILATION: "通风停止",
    SuspendReason.DEVICE_SILENT: "检测设备失联",
    SuspendReason.DEVICE_ALARM: "检测设备报警",
    SuspendReason.UNKNOWN_OBJECT: "挖出不明物",
    SuspendReason.SUDDEN_RELEASE: "突发排放",
    SuspendReason.EMERGENCY: "厂区应急",
    SuspendReason.SHIFT_CHANGE: "交接班",
    SuspendReason.CONFLICT: "交叉作业冲突",
    SuspendReason.CERTIFICATE: "人员证件失效",
    SuspendReason.RULES_CHANGED: "规则更新",
    SuspendReason.HAZARD: "作业地点发现隐患",
    SuspendReason.CONDITIONS: "作业条件不再满足",
    SuspendReason.LINKED: "关联票停工或结束",
    SuspendReason.MISCOUNT: "人数对不上",
}

REASONS: Mapping[str, str] = {
    "place_unclear": "作业地点不清",
    "time_wrong": "作业时间不妥",
    "grade_wrong": "级别不符",
    "risk_missing": "风险辨识不全",
    "measure_missing": "措施不落实",
    "person_unfit": "人员或证件不符",
    "conflict": "与其他作业冲突",
    "process_not_ready": "工艺处理未完成",
    "not_needed": "不需要作业",
    "weather": "天气不允许",
}
"""Reason chips for return and reject; a typed line is always possible."""

PURPOSE: Mapping[Purpose, str] = {
    Purpose.ASK_ACCEPT: "请受理",
    Purpose.ASK_PREPARE: "请准备",
    Purpose.ASK_APPROVE: "请审批",
    Purpose.REMIND: "还在等您",
    Purpose.DEPUTISE: "请代为办理",
    Purpose.ESCALATED: "超时未审，请关注",
    Purpose.RETURNED: "被退回，请修改",
    Purpose.REJECTED: "被拒绝",
    Purpose.CANCELLED: "已取消",
    Purpose.VOIDED: "已作废",
    Purpose.ISSUED: "已签发",
    Purpose.ASK_START: "请到现场确认开工",
    Purpose.ASK_BRIEF: "请安全交底",
    Purpose.STARTED: "已开工",
    Purpose.PROMPT: "请报现场情况",
    Purpose.SUSPENDED: "立即停工",
    Purpose.RESUMED: "已复工",
    Purpose.ENDING: "快到期了",
    Purpose.EXPIRED: "已过期，人员撤离",
    Purpose.COUNT_REMINDER: "还没清点完，请清点",
    Purpose.FIRE_WATCH: "留守观察",
    Purpose.ASK_ACCEPTANCE: "请验收",
    Purpose.CLOSED: "已关闭",
    Purpose.UNGUARDED: "系统没在看，请到现场",
    Purpose.ASK_HANDOVER: "请签交接班",
    Purpose.ASK_CLOSING: "请收尾确认",
    Purpose.LINKED: "关联票有变化",
    Purpose.LOOK_AFTER: "请核实监护人",
}

UNGUARDED: Mapping[str, str] = {
    "validity": "到期没有人叫停",
    "start": "过了开工时限没有人管",
    "prompt": "到点不会问监护人",
    "watch": "留守观察没有人催",
    "count": "没清点完也没有人催",
    "acceptance": "完工一天了还没有验收",
    "asked_by_permit": "别处要它停工，一直没有停下来",
}
"""What does not happen any more when a permit's timer is lost, by the timer's name."""

WEEKDAY = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def day(moment: datetime, zone: tzinfo) -> str:
    """「11月22日 周日」, site time."""
    local = moment.astimezone(zone)
    return f"{local.month}月{local.day}日 {WEEKDAY[local.weekday()]}"


def clock(moment: datetime, zone: tzinfo) -> str:
    """「08:05」, site time."""
    return moment.astimezone(zone).strftime("%H:%M")


def stretch(interval: Interval, zone: tzinfo) -> str:
    """「11月22日 周日 08:00–11:00」, or with both dates when it crosses midnight."""
    start, end = interval.start.astimezone(zone), interval.end.astimezone(zone)
    if start.date() == end.date():
        return f"{day(start, zone)} {clock(start, zone)}–{clock(end, zone)}"
    if end - start < timedelta(days=1):
        return f"{day(start, zone)} {clock(start, zone)}–次日{clock(end, zone)}"
    return f"{start.month}月{start.day}日{clock(start, zone)}–{end.month}月{end.day}日{clock(end, zone)}"


def span(length: timedelta) -> str:
    """「12分钟」「1小时30分」「2天」: how long, rounded down to minutes."""
    minutes = max(0, int(length.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes}分钟"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{hours // 24}天"


def work_name(work: WorkType, grade: Grade) -> str:
    """「一级动火」「受限空间」."""
    return f"{GRADE[grade]}{WORK[work]}"


ROLE_SITE_UNIT = ROLE[Role.SITE_UNIT]


DRAFT_OPEN = "还差一点"
DRAFT_COMPLETE = "请核对"
DRAFT_CHECK = "没问题就点提交申请；不点不会提交。"
DRAFT_MORE = "一共{count}个，这里只列前{shown}个。不在里面，请写全名或位号。"
DRAFT_LEFTOVERS = "没看懂：{words}。要紧的话请换个说法。"

NO_TASKS = "现在没有等您办的事。"
TASKS_TITLE = "我的任务：{waiting}件等您办，共{total}件"
NIGHT_TITLE = "夜里没打扰您，现在有{count}件事"
NIGHT_MORE = "还有{left}件没列出来：发「我的任务」看等您办的。"
STATUS_SHORT: Mapping[Status, str] = {
    Status.DRAFT: "待改",
    Status.SUBMITTED: "已申请",
    Status.PREPARING: "准备中",
    Status.IN_REVIEW: "审批中",
    Status.ISSUED: "待开工",
    Status.ACTIVE: "作业中",
    Status.SUSPENDED: "已停工",
    Status.COMPLETED: "待验收",
    Status.FIRE_WATCH: "留守",
    Status.CLOSED: "已关闭",
    Status.ARCHIVED: "已归档",
    Status.REJECTED: "已拒绝",
    Status.CANCELLED: "已取消",
    Status.EXPIRED: "已过期",
    Status.VOIDED: "已作废",
}

REFUSED = "现在不能{asked}{permit}，原因："
ASKED: Mapping[str, str] = {
    "box": "办锁箱",
    "deviation": "办绿色通道",
    "isolation": "办隔离",
    "key": "办钥匙",
    "purged": "确认置换",
    "lift_emergency": "解除紧急状态",
    "vouch": "开链接",
    "check_in": "签到",
    "gas": "记气体分析",
    "photo": "存这张照片",
    "note": "记下这句话",
    "hold": "封存作业票",
    "points": "隐患积分",
    "glass": "紧急查看",
    "away": "请假",
    "hazard": "办隐患",
}
"""What was asked in words and not by a button."""
WHY_STOPPED = "{permit}：有{n}项不满足。"
WHY_OPEN = "{permit}：有{n}项还不知道，不知道就不能干。"
WHY_BOTH = "{permit}：有{n}项不满足，{m}项还不知道（不知道就不能干）。"
WHY_CLEAR = "{permit}：没有拦住的项目。"
WHY_PASSED = "已满足{n}项。"
WHY_MORE = "另有{n}项没有列出，办好上面的再问。"
WHY_STOP_RULE = "停工后，原因消除、各项重新确认才能复工"
WHY_STOP_CLAUSE = "GB 30871-2022 4.8"
WHY_STOP_FACT = "{at}停工，{reasons}{said}"
WHY_STOP_CURE = "原因消除后，由监护人和作业负责人签字复工"
WHY_STOP_WHO = "监护人、作业负责人"
WHY_NO_REASON = "已经办完"
REFUSED_MORE = "另有{n}项，发「为什么」看。"

REPLACED_TITLE = "这张卡片过时了"
REPLACED_HINT = "请看后来的那张。"
REPLACED_DONE = "请看新卡片"
REFRESHED = "{what} · {at}更新"
"""Where a card comes from, on the copy that answers a tap: every tap is seen to have had its effect."""

NOT_REACHED = "「{what}」没有送到{names}"
"""On the record of a permit."""
SAFETY_NEWS = "安全消息"
UNSAID = "等他办的事"
PLAIN_ALARM = "【{what}】{number}。请马上照办；卡片没能送出，发「查 {number}」看详情。"
"""A safety message whose card could not be made."""

ASK_TITLE = "请选择"
SETTLED = "已处理"
TAP: Mapping[tuple[Action, str], str] = {
    (Action.MENU, "apply"): "我要申请",
    (Action.MENU, "tasks"): "我的任务",
    (Action.MENU, "hazard"): "报隐患",
    (Action.MENU, "stop"): "立即停工",
    (Action.PLACES, "same"): "是同一处",
    (Action.PLACES, "apart"): "不是",
    (Action.PLACES, "later"): "以后再说",
}
"""Words of taps under questions, by action and argument, where the button's usual word would not do."""

PROOF: Mapping[ProofMethod, str] = {
    ProofMethod.OFFLINE_PIN: "聊天平台中断时凭离线码确认（未核验指纹人脸）",
    ProofMethod.VOUCHED_LINK: "凭带班人担保的链接确认（没有本人账号）",
    ProofMethod.PLATFORM_SESSION: "聊天账号点按（未核验指纹人脸）",
    ProofMethod.PLATFORM_SESSION_AT_SITE: "在现场用聊天账号点按（未核验指纹人脸）",
    ProofMethod.PLATFORM_SESSION_FRESH_CODE: "输过现场码屏的动态码后用聊天账号点按（未核验指纹人脸，码可能是别人念的）",
    ProofMethod.WECHAT_SOTER: "微信生物认证（手机上录过的指纹或面容，未核验是谁的）",
    ProofMethod.PLATFORM_LIVE_CHECK: "聊天平台活体核验（按人和时间对应，不含本次决定的内容）",
    ProofMethod.VENDOR_FACE: "第三方人脸核身通过（比对实名照片，不是本人钥匙签名）",
    ProofMethod.PASSKEY: "本人设备上指纹或人脸确认",
}
"""What a signature is worth, said no better than it is."""
NO_PROOF = "没有留下凭据"

GAS: Mapping[str, str] = {
    "flammable": "可燃",
    "oxygen": "氧",
    "o2": "氧",
    "h2s": "硫化氢",
    "co": "一氧化碳",
    "nh3": "氨",
    "cl2": "氯",
    "benzene": "苯",
}

THIS_PLACE = "这里"
STOP = "停工"
ALL_OUT_TAP = "全部撤出"
CAUSE_REMOVED_TAP = "原因已消除"
CAUSE_REMOVED = "原因已消除，现场复查正常"
"""What a tap on `CAUSE_REMOVED_TAP` says on the record."""
TICKED = "选好了"
"""Under a list in which nothing ticked is an answer, too."""

DRAFT_TICKED = "就这些"
WORK_POINT = "作业点"
"""The one sampling point where the rules name none."""

PAGE_NOT_FOUND = "没有这张作业票，或您与它无关。"
PAGE_LOGIN_BROKEN = "登录没有完成，请从聊天里重新点开。"
PAGE_STRANGER = "没有找到您的登记信息，请联系安环部。"
PAGE_PHOTO_GONE = "照片打不开，原件可能被动过，请联系系统管理员。"


MESSAGE_KIND: Mapping[str, str] = {
    "link": "链接",
    "file": "文件",
    "emotion": "表情",
    "card": "名片",
    "mixed": "图文混排",
}
OTHER_MESSAGE = "这类消息"

GAS_WHY: Mapping[str, str] = {
    "no_unit": "没有写单位，例如 %LEL、%vol、ppm、mg/m3",
    "no_gas": "没有写是哪种气体",
    "ambiguous_percent": "光写%分不清，请写 %LEL 或 %vol",
    "wrong_unit": "这种气体不用这个单位",
    "not_exact": "请报一个准确的数",
    "out_of_range": "这个数超出了可能的范围",
    "no_value": "没有写数值",
    "twice": "同一种气体写了两个数",
}
"""Why a typed gas value was not taken, by `handlers.request.gasvalues.GasWhy`."""

AGREED = "同意"
"""The opinion a tap on 同意 puts on the record."""

ASIDE = "办理中"
SIGNED = "您已签字"

BY_HAND = "人工确认（系统无回传）"
"""What a permit shows where a human stood in for a silent equipment system."""


WENT_IN, CAME_OUT = "进", "出"
NOBODY_INSIDE = "里面没有人"
NOT_LOGGED = "没有进出登记，作业人员"
NOBODY_AT_WORK = "没有人在里面，也没有人在作业。"
SHIFT_CHANGE = "交接班"
HANDOVER_PARTS: Mapping[str, str] = {
    "guardian": "接班监护人",
    "leader": "接班负责人",
    "isolation": "隔离状态",
    "people": "人数",
    "tools": "工具数",
    "issues": "遗留问题",
}
STOP_ZONE = "{zone}全部停"
STOP_PLANT = "全厂全部停"
WHOLE_PLANT = "全厂"
EMERGENCY_BY = "{name}发起紧急停工"
PLATFORM = {"wecom": "企业微信", "dingtalk": "钉钉"}
