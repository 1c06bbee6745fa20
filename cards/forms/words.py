"""Words of the printed forms (terms after domain 0.3 and 1.9). Labels are our short ones; see `NOTE`."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.permit.details import BlindAction
from workflow.permit.state import Status
from workflow.rules.types import Grade, Role
from workflow.values import WorkType

TITLE: Mapping[WorkType, str] = {
    WorkType.HOT: "动火安全作业票",
    WorkType.CONFINED_SPACE: "受限空间安全作业票",
    WorkType.BLIND: "盲板抽堵安全作业票",
    WorkType.HEIGHT: "高处安全作业票",
    WorkType.LIFT: "吊装安全作业票",
    WorkType.POWER: "临时用电安全作业票",
    WorkType.EARTH: "动土安全作业票",
    WorkType.ROAD: "断路安全作业票",
}
ANNEX: Mapping[WorkType, str] = {work: f"A.{number}" for number, work in enumerate(TITLE, 1)}
"""The sample form of GB 30871-2022 each follows."""

GUARDIAN = "监护人"
COPY = ("第一联", "第二联", "第三联（存档）")
SECOND: Mapping[WorkType, str] = {
    WorkType.HOT: "作业单位（动火人）",
    WorkType.CONFINED_SPACE: "作业单位负责人",
    WorkType.BLIND: "作业单位实施人",
    WorkType.HEIGHT: "作业单位实施人",
    WorkType.LIFT: "吊装指挥",
    WorkType.POWER: "作业单位，完工后交配送电执行人注销",
    WorkType.EARTH: "作业单位负责人",
    WorkType.ROAD: "作业单位负责人",
}
THIRD: Mapping[WorkType, str] = {
    WorkType.HOT: "安全管理部门",
    WorkType.CONFINED_SPACE: "所在基层单位",
    WorkType.BLIND: "所在基层单位",
    WorkType.HEIGHT: "所在基层单位",
    WorkType.LIFT: "所在基层单位",
    WorkType.POWER: "电气管理部门",
    WorkType.EARTH: "所在单位专业部门",
    WorkType.ROAD: "所在单位专业部门",
}
THIRD_OF_SECOND_GRADE = "所在基层单位"
"""Who keeps the third copy of 二级动火."""


def holder(work: WorkType, grade: Grade, copy: int) -> str:
    """Who holds a copy (domain 1.11). ``copy`` is 1, 2 or 3."""
    if copy == 1:
        return GUARDIAN
    if copy == 2:
        return SECOND[work]
    return THIRD_OF_SECOND_GRADE if (work, grade) == (WorkType.HOT, Grade.SECOND) else THIRD[work]


ACTION: Mapping[BlindAction, str] = {BlindAction.INSERT: "堵盲板", BlindAction.REMOVE: "抽盲板"}
STAMP: Mapping[Status, str] = {
    Status.DRAFT: "未签发",
    Status.SUBMITTED: "未签发",
    Status.PREPARING: "未签发",
    Status.IN_REVIEW: "未签发",
    Status.ISSUED: "",
    Status.ACTIVE: "",
    Status.SUSPENDED: "已停工",
    Status.COMPLETED: "",
    Status.FIRE_WATCH: "",
    Status.CLOSED: "",
    Status.ARCHIVED: "",
    Status.REJECTED: "已拒绝",
    Status.CANCELLED: "已取消",
    Status.EXPIRED: "已过期",
    Status.VOIDED: "作废",
}
"""Written across every page: whoever holds this paper may not work by it."""

SIGNER: Mapping[Role, str] = {
    Role.WORK_LEADER: "作业负责人",
    Role.GUARDIAN: "监护人",
    Role.SHIFT_LEADER: "岗位当班班长",
    Role.SITE_UNIT: "所在单位",
    Role.ACCEPTOR: "验收人",
}
START = "开工确认（{role}）"
CHECK_TICKET = "动火前，岗位当班班长验票"
RESUME = "复工确认（{role}）"
ACCEPTANCE = "完工验收（{role}）"
HANDOVER = "交接班签字（第{number}份）"
LEADER_OPINION = "作业负责人意见"
COMMANDER_OPINION = "作业指挥意见"

SYSTEM = "系统"
WENT_IN, CAME_OUT = "进入", "出来"
SINCE = "{name}（{at}起）"
"""Who took over, and when."""
YES, NO = "☑ 涉及", "☐ 不涉及"
PASSED, FAILED = "合格", "不合格"
BY_CAMERA, NOT_BY_CAMERA = "现场拍摄", "非现场相机"

SKETCH = "示意图（{name} {at} 附，原件 SHA-256 {hash}…）"
SKETCH_LOST = "原件打不开或被动过，未印出"
SKETCH_BELOW = "见所附示意图"
ACCEPTABLE = "合格标准"

NOTE = (
    "本票由系统按 GB 30871-2022 附录{annex}（资料性）的栏目排版；安全措施为简写，企业可装入标准原文。"
    "空白处为未填写，不代填。“确认方式”如实写明签字凭据的强度，聊天账号点按不是指纹、人脸核验。"
    "证书编号中间各位隐去，完整编号见企业登记。"
)
HEAD = "记录截至第{version}条（{at}），链头 SHA-256："
CODE = "扫码核对编号与链头"
PAGE = "第 {0} 页，共 {1} 页"
BROKEN = "这张作业票的记录对不上，不能打印，请联系系统管理员。"
"""Instead of a form whose history does not verify."""
