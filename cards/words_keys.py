"""What is said about keys: on the pages for enrolling and signing, and in the list of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.keys import Stage

STAGE: Final[Mapping[Stage, str]] = {
    Stage.ACTIVE: "在用",
    Stage.SUSPENDED: "已停用（疑似被复制）",
    Stage.REVOKED: "已注销",
}
GONE: Final = "这个链接用过了、过期了，或者票已经变了，什么也没办。请回到聊天里重新点那个按钮。"
ENROL_GONE: Final = "登记时间已过，或这个链接用过了，什么也没办。请安全员当面重新开一次登记。"
SIGNED: Final = "已签字。可以关掉这个页面。"
ENROLLED: Final = "已登记。以后签字用这台手机的指纹或面容。"
TROUBLE: Final = "没有成功，什么也没办。请稍后再试。"
UNPROVEN: Final = "没有通过核验，没有签字。请回到聊天里重新点那个按钮。"
UNPROVEN_ENROL: Final = "这台手机没有给出合格的钥匙，没有登记。请设好锁屏指纹或面容后，让安全员重新开一次登记。"
CLONED: Final = "这把钥匙疑似被复制，已停用，没有签字。请马上联系安全员。"
ATTEMPT: Final[Mapping[str, str]] = {
    "malformed": "提交的内容不完整",
    "foreign_key": "用的不是本人登记的钥匙",
    "cross_origin": "在别的网页里打开",
    "not_proven": "签名与本次决定对不上，或没有验指纹面容",
    "cloned": "钥匙计数倒退，疑似被复制",
}
"""Why a signature did not count, by `bot.proofs.Why` and for the journal."""
ATTEMPTED: Final = "{name}用钥匙签字没有通过：{why}"


WORK_STEP: Final[Mapping[str, str]] = {"start": "开工", "resume": "复工", "accept": "验收"}
"""Steps after the issue, by verdict."""
SIGN_BUTTON: Final[Mapping[str, str]] = {
    "approve": "同意并签字",
    "start": "确认开工并签字",
    "resume": "确认复工并签字",
    "accept": "验收并签字",
}
SIGN_FOOT: Final[Mapping[str, str]] = {
    "approve": "签的是现在这一版作业票：票面改动一个字，签字就作废。不同意：关掉页面，在聊天卡片上点「退回」。",
    "start": "签的是现在这一版作业票的开工。条件不齐，签了也不开工。不开工：关掉页面就行。随时可以停工，停工不用签字。",
    "resume": "签的是这一次复工：之后再有人停工，这个签字就作废。不复工：关掉页面就行。停工不用签字。",
    "accept": "签的是现在这一版作业票的完工验收。现场不行：关掉页面，让现场整改好再验收。",
}
"""What the signature covers, and how to say no, by verdict."""
FIRST: Final = "条件和周边作业"
NO_DOUBTS: Final = "✔ 系统没有发现不满足的条件、没有冲突作业。现场情况请您自己判断。"
MORE_DOUBTS: Final = "还有{count}条"
DOUBT: Final[Mapping[str, tuple[str, str]]] = {
    "stops": ("✖", "不满足，挡住"),
    "unknown_stops": ("✖", "不明，挡住"),
    "unknown": ("？", "不明"),
    "warns": ("！", "提醒"),
}
"""Icon and word of a finding that does not pass."""
AROUND: Final = "周边作业·"
COMPARED: Final[Mapping[str, tuple[str, str]]] = {
    "warns": ("▲", "有不同"),
    "unknown": ("？", "没有可比的"),
    "fine": ("✔", "无异常"),
}
"""Icon and word of the comparison with the last permits of the kind."""
CAUSE: Final = "停工原因怎样消除"


def key_line(number: int, device: str, day: str, officer: str, stage: str) -> str:
    """One key in the list of a person's own."""
    return f"{number}. {device}，{day}登记（{officer}在场），{stage}"


DEVICE: Final[Mapping[str, str]] = {
    "iPhone": "苹果手机",
    "iPad": "苹果平板",
    "HarmonyOS": "鸿蒙设备",
    "Android": "安卓手机",
    "Windows": "Windows 电脑",
    "Macintosh": "苹果电脑",
    "Linux": "Linux 电脑",
}
"""By what a browser calls itself; the first that is named counts, for Android phones are Linux, too."""
OTHER_DEVICE: Final = "其他设备"
ASKING: Final = "请按手机提示验指纹或面容……"
NOT_ASKED: Final = "没有验成，什么也没办。可以再试一次；不签字就关掉页面。"
COPIED: Final = "已复制。打开手机自带的浏览器，粘贴到地址栏。"
AT_PLACE: Final = "地点"
TASK: Final = "内容"
UNITS: Final = "单位"
LEADER: Final = "负责人"


# --- where the browser has no keys ----------------------------------------------------------------------------------

ADDRESS: Final = "本页链接（只能用一次，不要转发）"
COPY: Final = "复制链接"
SCAN: Final = "或用登记过的手机扫这个码打开。"
OTHER_WAYS: Final = "其他确认办法"
ELSEWHERE: Final[Mapping[str, tuple[str, str]]] = {
    "wecom": (
        "用手机浏览器打开",
        "企业微信里的页面不能验指纹或面容。点右上角「…」，选「在浏览器打开」；没有这一项就复制链接，粘贴到手机自带的浏览器。",
    ),
    "dingtalk": (
        "用手机浏览器打开",
        "钉钉里的页面不能验指纹或面容。点右上角「…」，选「在浏览器打开」；没有这一项就复制链接，粘贴到手机自带的浏览器。",
    ),
    "phone": (
        "换一个浏览器打开",
        "这个浏览器不能验指纹或面容，或手机没有设锁屏指纹、面容。先在手机设置里设好，再复制链接，用手机自带的浏览器打开。",
    ),
    "desk": ("用登记过的手机打开", "这台电脑不能验指纹或面容。用登记过的手机扫下面的码，或把链接复制过去打开。"),
}
"""Title and way on, by the browser that came."""
LOWER: Final = (
    "登记的手机丢了、坏了：在聊天里发「我的钥匙」挂失，再点一次那个按钮。本厂这一步没有钥匙也能签，票上会写明怎么签的。"
)
KEYS_ONLY: Final = (
    "本厂规定这一步必须用指纹或面容签字。登记的手机不在身边，请找安全员当面登记另一台，或由有权的同事签。"
)
AGENTS: Final[tuple[tuple[str, str], ...]] = (
    ("wxwork", "wecom"),
    ("MicroMessenger", "wecom"),
    ("DingTalk", "dingtalk"),
    ("Mobile", "phone"),
    ("Android", "phone"),
    ("HarmonyOS", "phone"),
)
"""What a browser calls itself, first match first; every other one stands on a desk."""


# --- one's own keys -------------------------------------------------------------------------------------------------

OWN_STAGE: Final[Mapping[Stage, tuple[str, str]]] = {
    Stage.ACTIVE: ("fine", "✔ 在用"),
    Stage.SUSPENDED: ("stops", "✖ 已停用（疑似被复制）"),
    Stage.REVOKED: ("gone", "○ 已注销，不能再签字"),
}
"""Tone, and icon with word."""
ENROLLED_BY: Final = "{day} {clock} 登记，{officer}在场"
USED: Final = "{day} {clock} 最近一次签字"
NEVER_USED: Final = "还没有签过字"
NO_KEYS: Final = "您还没有签字钥匙。"
FACE_TO_FACE: Final = "登记新钥匙：请安全员在聊天里发「登记钥匙 您的姓名」，当面办。这个页面不能登记。"
LOSE: Final = "手机丢了，挂失"
LOSING: Final = "挂失后这把钥匙马上不能签字，不能恢复。新手机要找安全员当面登记。"
LOSE_NOW: Final = "确认挂失"
KEEP: Final = "不挂失，返回"
POSTED_ODD: Final = "没有办成：这个页面太旧了，或不是从本页面提交的。请重新打开再试。"
