"""What to do next and what must not be overlooked: the sentences of the steps on a permit's card."""

from __future__ import annotations

from collections.abc import Mapping

HINT_RETURNED = "按退回意见修改后重新提交；原来的签字全部作废。"
HINT_ACCEPT = "请确认地点、时间和工艺条件，受理后由作业负责人准备。"
HINT_ESCALATED = "这一步超时没人办，升到您这里。可以跟进，也可以直接办理。"
HINT_WAIT = "已送出，等待审批，有结果马上告诉您。"
HINT_PREPARING = "负责人正在准备；请准备好监护用品，开工前到现场扫码。"
HINT_MEASURES = "勾选涉及的安全措施，没勾的就是不涉及"
HINT_JSA = "直接发一句话或一张照片，写清危害和对策（JSA）。"
HINT_REVIEW = "准备齐了就提交审批；提交即为您本人签字。"
HINT_APPROVE = "点同意即为您本人签字，只对当前内容有效。"
HINT_APPROVE_AT_SITE = "须在现场审批：先扫现场码或发送位置，再点同意。"
HINT_BRIEF = "听完安全交底后签字。"
HINT_START = "核对现场和作业票一致后确认开工；每项条件都会重新检查。"
HINT_SCAN = "请到现场，点菜单「扫码」扫现场牌上的码签到（或发送位置）。"
HINT_CONFIRM = "措施 {done}/{total}：{no} {text}。看过现场再点。"
HINT_EXPECT: Mapping[str, str] = {
    "photo": "{no} {text}：请点菜单「现场拍照」拍一张。",
    "text": "{no} {text}：请发一句话写明数量或编号。",
}
"""What a measure still wants after the tap."""
HINT_PHOTO = "请用菜单「现场拍照」现场拍：{what}"
HINT_PHOTO_FIRST = "等监护人或负责人拍好照片再验收签字：{what}"
HINT_GAS = "请报气体分析，例如：可燃 0.1%LEL 氧 20.8% 硫化氢 0ppm 一氧化碳 0ppm"
HINT_VENTILATION = "确认通风一直在运行后点「通风已开」。"
HINT_GUARD = "守在现场，不做别的事。有异常马上点停工。"
HINT_FINISH = "干完后清点人员工具，再点完工。"
HINT_RESUME = "原因消除、重新检测合格后，由监护人和负责人各自确认复工。"
HINT_WATCH = "请留守，看守时间到了会提醒您。"
HINT_WATCH_OVER = "看守时间已到：确认没有残火后点确认。"
HINT_ACCEPTANCE = "现场清理干净、恢复原状后验收签字。"
ALARM_PROMPT = "现场正常吗？不应答两次会自动停工。"
ALARM_PROMPT_GAS = "该测气了：请报最新数值。不报两次会自动停工。"
ALARM_SUSPENDED = "停工！{reason}。所有人停止作业。"
ALARM_COUNT = "人员和工具还没清点完，请马上清点。"
MECHANICAL_AIR = "机械通风已开"
SIGN_HANDOVER = "交接签字"
HINT_HANDOVER = "交接班没签完不能复工。负责人或监护人发：交接 监护刘军 负责不变 隔离正常 人0 工具0 遗留无"
HINT_SIGN_HANDOVER = (
    "接班监护{guardian}、负责{leader}；隔离{isolation}；人{people}工具{tools}；遗留{issues}。核对后签字。"
)
ALARM_INSIDE = "里面还有人：{names}。请马上叫出来，逐个登记。"
HINT_CLOSING = "收尾：{label}。看过现场再点。"
