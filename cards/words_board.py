"""Words of the board people look at: states with a sign and a word, what is late, how old the picture is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.figures import Unit
from workflow.overdue import Late
from workflow.permit.state import Status

TITLE: Final = "作业看板"
SIGN: Final[Mapping[Status, str]] = {
    Status.DRAFT: "✎",
    Status.SUBMITTED: "◇",
    Status.PREPARING: "◇",
    Status.IN_REVIEW: "◇",
    Status.ISSUED: "○",
    Status.ACTIVE: "▶",
    Status.SUSPENDED: "■",
    Status.COMPLETED: "□",
    Status.FIRE_WATCH: "◔",
    Status.CLOSED: "●",
    Status.ARCHIVED: "●",
    Status.REJECTED: "×",
    Status.CANCELLED: "×",
    Status.EXPIRED: "‼",
    Status.VOIDED: "‼",
}
"""A colour is never alone: its sign and the state's word stand beside it."""
TONE: Final[Mapping[Status, str]] = {
    Status.DRAFT: "asked",
    Status.SUBMITTED: "asked",
    Status.PREPARING: "asked",
    Status.IN_REVIEW: "asked",
    Status.ISSUED: "issued",
    Status.ACTIVE: "active",
    Status.SUSPENDED: "stopped",
    Status.COMPLETED: "ending",
    Status.FIRE_WATCH: "ending",
    Status.CLOSED: "over",
    Status.ARCHIVED: "over",
    Status.REJECTED: "over",
    Status.CANCELLED: "over",
    Status.EXPIRED: "stopped",
    Status.VOIDED: "stopped",
}
TONES: Final = ("stopped", "active", "ending", "issued", "asked", "over")
"""From what wants eyes first to what wants them last."""
GROUP: Final[Mapping[str, tuple[str, str]]] = {
    "stopped": ("■", "停工、过期"),
    "active": ("▶", "作业中"),
    "ending": ("◔", "留守、待验收"),
    "issued": ("○", "已签发·未开工"),
    "asked": ("◇", "申请、审批中"),
    "over": ("●", "已结束"),
}
LATE: Final[Mapping[Late, str]] = {
    Late.SIGNATURE: "审批超时",
    Late.START: "过了计划开始时间还没开工",
    Late.END: "已过有效期，现场还没清点完",
    Late.ANSWER: "监护人没有应答",
    Late.COUNT: "催过清点，还没清点完",
}
FOR: Final = "{what}（{span}）"
NEXT: Final[Mapping[Status, str]] = {
    Status.DRAFT: "修改",
    Status.SUBMITTED: "受理",
    Status.PREPARING: "准备措施、提交审批",
    Status.IN_REVIEW: "签字",
    Status.ISSUED: "交底、确认开工",
    Status.ACTIVE: "监护应答",
    Status.SUSPENDED: "确认复工",
    Status.COMPLETED: "清点、验收",
    Status.FIRE_WATCH: "留守、验收",
    Status.CLOSED: "",
    Status.ARCHIVED: "",
    Status.REJECTED: "",
    Status.CANCELLED: "",
    Status.EXPIRED: "清点、验收",
    Status.VOIDED: "清点、验收",
}
"""What is asked for in a state, where no node of a chain says it."""
WAITS: Final = "等：{step}"
WAITS_FOR: Final = "等 {who}：{step}"
SINCE: Final = "已等{span}"
NOBODY_ASKED: Final = "没有人在办"
CONFLICT: Final = "与 {other} 相互影响"
STOPPED: Final = "{clock} 停工：{why}"
GUARDS: Final = "监护 {guardian} · 负责 {leader}"

MAP, LIST, BLOCKS, HEAT = "厂区图", "作业票", "谁卡着谁", "隐患热图"
NO_PERMITS: Final = "现在没有作业票。"
NO_BLOCKS: Final = "没有等着的，也没有相互卡住的。"
NO_FENCE: Final = "没有画围栏的地方"
NO_MAP: Final = "还没有一个地方画了围栏：在登记里给区域写上 fence，这里就有图。"
NOT_YOURS: Final = "不在您的范围"
HEAT_OF: Final = "{open} 条"
HEAT_LATE: Final = "逾期 {late}"
HEAT_CLIMBED: Final = "督办 {climbed}"
HEAT_NOWHERE: Final = "没说在哪里：{open} 条"
HEAT_NOTE: Final = "数字是没整改完的隐患条数；颜色越深越急，逾期和督办的最深。"
NO_HEAT: Final = "没有没整改完的隐患。"
EMERGENCY: Final = "紧急停工：{name}（{clock} 起）"
GREEN: Final = "绿色通道抢险，没有作业票：{name}（{clock} 起）"
LATE_COUNT: Final = ("‼", "超时")
HAZARD_COUNT: Final = ("△", "隐患未整改")

SCOPE_WHOLE: Final = "全厂"
SCOPE_AREAS: Final = "您岗位所管的 {n} 处，和与您有关的票"
SCOPE_OWN: Final = "与您有关的票"
WALL: Final = "大屏：不显示人名、电话和手写的内容"

PHRASES: Final = {
    "live": "实时 · {clock} 的样子",
    "loaded": "{clock} 的样子，打开以后没有更新过",
    "connecting": "正在连接……下面是 {clock} 的样子",
    "lost": "连接断了 {seconds} 秒：下面是 {clock} 的样子，可能已经变了，不要当作现在",
    "blind": "服务器 {seconds} 秒没有读到数据：下面是 {clock} 的样子，可能已经变了，不要当作现在",
    "ended": "登录或大屏授权过期了：下面是 {clock} 的样子，不要当作现在。请重新打开这一页",
}
"""How old the picture is, always in words; ``clock`` and ``seconds`` are filled in by the page."""

BACK: Final = "回看"
BACK_NOW: Final = "回到现在"
BACK_HEAD: Final = "这是 {when} 的样子，由流水账重放得出，不是现在"
BACK_NOTE: Final = (
    "按流水账逐条重放到这一刻：票的状态、签字、停工、超时，和隐患、紧急停工。当时的气象、检测设备、"
    "票与票的相互影响没有逐刻记录，不回放；绿色通道抢险也不在这里。人名、岗位、区域按现在的登记。"
)
BACK_MORE: Final = "这一刻的票或隐患太多，只重放了前 {most} 张：下面不全。"
BACK_FUTURE: Final = "还没到这个时候。请选过去的时间。"
BACK_ODD: Final = "看不懂这个时间。"
DAY, TIME, BACK_GO = "日期", "时间", "看那一刻"
LACKS: Final = "下一步还差 {n} 项"
BUSY: Final = "现在读不到数据，请稍后再试。"

GAS: Final = "气体曲线"
GAS_NONE: Final = "这段时间没有气体数据。"
GAS_NOTE: Final = "{since}–{until} 收到的 {rows} 个数值；断开的地方没有数据，不连线。"
GAS_MORE: Final = "还有 {n} 条曲线没有画。"
GAS_CUT: Final = "数值太多，更早的没有画。"
GAS_NOTHING: Final = "没有可用的数值"
GAS_NEWEST: Final = "最新 {value}{unit}（{clock}，{quality}）"
GAS_RANGE: Final = "最低 {least}，最高 {most}{unit}"
GAS_LIMIT: Final = "合格 {limit}{unit}"
GAS_OTHER_UNIT: Final = "限值是另一种单位，没有画"
GAS_ODD: Final = "{n} 个数值不能用，没有画"
GAS_TYPED: Final = "{who} 手工检测"

ONE: Final = "作业票 {number}"
HISTORY: Final = "流水账：每一条是怎么来的"
FROM_RECORD: Final = "「{status}」来自第 {version} 条记录"
RECORD, AT, WHAT, HASH = "条", "时间", "发生了什么", "指纹"
OPEN_GATES: Final = "下一步还差"
NO_GATES: Final = "没有查到缺的。"
GATES_THEN: Final = "当时还差什么没有逐刻记录，不回放。"
OWN_PAGE: Final = "票面和照片"
TO_BOARD: Final = "回看板"

NUMBER_SCREEN: Final = "现场码屏：动态码半分钟一换"
NUMBER_SCREEN_HOW: Final = "到这里的人：在机器人里发「签到」加上面六位数，或用机器人菜单扫下面的码。"
NUMBER_SCREEN_NOTE: Final = (
    "码只能证明有人刚才看到这块屏。请不要替不在现场的人念码、拍照发码：签字会写明“输过现场动态码”。"
)
NUMBER_SCREEN_LEFT: Final = "离换码还有"
NUMBER_SCREEN_PICTURE: Final = "现场牌和动态码的二维码"
NUMBER_SCREEN_PHRASES: Final = {
    "away": "连不上系统，先不显示动态码。请用现场牌上的码签到。",
    "over": "这块码屏已停用或过期。请用现场牌上的码签到，并告诉安全管理部门。",
}
NUMBER_SCREEN_DEAD: Final = "这块码屏没有授权，或者授权停用、过期了。请安全管理部门在看板的「大屏」里重新授权。"
NUMBER_SCREEN_TAKE_NOTE: Final = "这个链接只能在一块屏上打开一次。请在现场那块屏上点，不要在自己的手机上点。"
NUMBER_SCREEN_TAKE: Final = "就在这块屏上显示动态码"
NUMBER_SCREEN_TAKEN: Final = (
    "这个链接已经在一块屏上打开过，或者停用、过期了。不是您打开的，请马上在看板的「大屏」里停用那块屏，重新授权。"
)
WALL_DEAD: Final = "这块大屏没有授权，或者授权停用、过期了。请安全管理部门在看板的「大屏」里重新授权。"
SCREENS: Final = "大屏"
SCREENS_NOTE: Final = (
    "授权一块大屏显示看板，或显示一个地方的动态码（给现场签到用）：不用登录，一直开着，不显示人名、电话和手写的内容，"
    "也办不了任何事。半年后过期，随时可以停用。"
)
SCREENS_NOW: Final = "已授权的大屏"
SCREENS_NONE: Final = "还没有。"
SCREENS_NOBODY: Final = "大屏由安全管理部门授权。"
SCREEN: Final = "{who} {day}授权，{until}过期"
SCREEN_NAME: Final = "放在哪里"
SCREEN_SHOWS: Final = "显示什么"
SCREEN_BOARD: Final = "看板（全厂）"
SCREEN_NUMBER: Final = "动态码：{place}"
SCREEN_UNOPENED: Final = "（链接还没有打开）"
SCREEN_ALLOW: Final = "授权一块大屏"
SCREEN_END: Final = "停用"
SCREEN_NEW: Final = "在那块大屏的浏览器里打开这个链接"
SCREEN_ONCE: Final = (
    "只显示这一次。谁有这个链接谁就能看大屏，请不要转发。动态码的链接只能打开一次，请在现场那块屏上打开。"
)

TRENDS: Final = "指标趋势"
TREND_UNIT: Final[Mapping[Unit, str]] = {Unit.SPREAD: "小时（中位数）", Unit.SHARE: "%", Unit.COUNT: "次"}
TREND_MEANS: Final = "怎么算的"
AS_OF: Final = "截至 {at}，最近八周；最后一周还没过完"
