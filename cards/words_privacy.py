"""What is said about personal data: how long it is kept, who looked, what lies behind the glass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.privacy.looks import LookKind

ANSWERS_PRIVACY: Final[Mapping[str, str]] = {
    "hold_how": "请写清票号和原因，例如：封存 DHZY-HC-20260611-001 事故调查。解封发「解除封存 票号 原因」。",
    "hold_placed": "{number} 已封存：照片、录音、读数到期也不删，直到有人「解除封存」。",
    "hold_lifted": "{number} 已解封，照片、录音、读数按保存期限处理。",
    "hold_list": "封存中的作业票：\n{lines}",
    "hold_none": "没有封存的作业票。",
    "hold_officers": "封存清单只给安全管理部门看。",
    "looks": "最近{days}天看过您信息的人（同一个人一天只记一次）：\n{lines}",
    "looks_none": "最近{days}天没有人看过您的信息。",
}
LOOK: Final[Mapping[LookKind, str]] = {
    LookKind.PERMIT: "打开了写有您名字的作业票 {what}",
    LookKind.SEARCH: "在记录里查到了您（{what}）",
    LookKind.EXPORT: "导出了写有您名字的记录（{what}）",
    LookKind.CONTACT: "看到了您的电话，为了找您（{what}）",
    LookKind.GLASS: "紧急查看了您的{what}",
}
PHOTO_FORGOTTEN: Final = "照片已按保存期限删除，指纹还在记录里。"


def look_line(*, day: str, name: str, kind: str, why: str) -> str:
    """One look at somebody's data."""
    return f"· {day} {name}{kind}" + (f"：{why}" if why else "")
