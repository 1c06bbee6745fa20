"""What is said about personal data: how long it is kept, who looked, what lies behind the glass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.privacy.glass import Kind
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
    "glass_how": (
        "可以只给自己登记：「我的血型 A型」「我的作业禁忌 恐高」「我的紧急联系人 姓名 电话」。平时谁也看不到；"
        "有人出事时安全员等可以紧急查看，看了会马上告诉您。「我的紧急信息」看，「删除我的紧急信息」全部删掉。一年后自动删除。"
    ),
    "glass_noted": "{what}已记下，平时只有您自己能看。发「删除我的紧急信息」随时删掉。",
    "glass_gone": "您的紧急信息已全部删除。",
    "glass_whom": "紧急查看谁？写全姓名和原因，例如：紧急查看 王强 中暑昏倒",
    "glass_told": "{by}紧急查看了您的紧急信息和电话，原因：{why}。有疑问请找安全管理部门。",
    "glass_broken": "{by}紧急查看了{name}的紧急信息和电话，原因：{why}。",
}
LOOK: Final[Mapping[LookKind, str]] = {
    LookKind.PERMIT: "打开了写有您名字的作业票 {what}",
    LookKind.SEARCH: "在记录里查到了您（{what}）",
    LookKind.EXPORT: "导出了写有您名字的记录（{what}）",
    LookKind.CONTACT: "看到了您的电话，为了找您（{what}）",
    LookKind.GLASS: "紧急查看了您的{what}",
}
SEEN_TITLE: Final = "谁看过我"
SEEN_NOTE: Final = "最近{days}天看过您信息的人，同一个人一天只记一次。"
SEEN_NONE: Final = "没有人看过。"
PHOTO_FORGOTTEN: Final = "照片已按保存期限删除，指纹还在记录里。"


def look_line(*, day: str, name: str, kind: str, why: str) -> str:
    """One look at somebody's data."""
    return f"{day} {name}{kind}" + (f"：{why}" if why else "")


KIND: Final[Mapping[Kind, str]] = {
    Kind.BLOOD: "血型",
    Kind.CONTRAINDICATION: "作业禁忌",
    Kind.CONTACT: "紧急联系人",
}
GLASS_TITLE: Final = "{name}的紧急信息（只给您看，不要转发）"
GLASS_PHONE: Final = "本人电话"
GLASS_NOTHING: Final = "未登记"


def behind_glass(name: str, phone: str, found: Mapping[str, str]) -> str:
    """All that lies behind the glass, for one pair of eyes."""
    lines = [GLASS_TITLE.format(name=name), f"{GLASS_PHONE}：{phone or GLASS_NOTHING}"]
    lines += [f"{label}：{found.get(kind.value, GLASS_NOTHING)}" for kind, label in KIND.items()]
    return "\n".join(lines)
