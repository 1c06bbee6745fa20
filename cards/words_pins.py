"""What people read about offline PINs, in the chat and on the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.pins import Stage

CLAUSE: Final = "厂内离线确认规定"
STAGE: Final[Mapping[Stage, str]] = {
    Stage.NONE: "没有登记",
    Stage.ACTIVE: "在用",
    Stage.LOCKED: "输错太多次，那次平台中断期间不能用；下次中断可以再用",
    Stage.REVOKED: "已注销",
}

# --- in the chat ----------------------------------------------------------------------------------------------------
ANSWERS_PINS: Final[Mapping[str, str]] = {
    "pin_off": "本厂没有启用离线确认，不用登记离线码。",
    "pin_how": "请写清给谁登记，例如：登记离线码 王强。要当面办：对方用自己的手机扫码。",
    "pin_window": "给{name}登记离线码，{until}前有效。核对本人，打开下面的码让本人自己扫，输码时请转身：\n{link}",
    "pin_state": "{name}的离线码：{state}。它只在聊天平台中断时、和第二人一起在作业点用。",
    "pin_enrolled": "您登记了离线码，{officer}在场。不是您本人办的：马上发「注销离线码」，并打电话给安全员。",
    "pin_witnessed": "{name}的离线码已登记。不是本人当面办的，马上发「注销离线码 {name}」。",
    "pin_revoked": "已注销{name}的离线码。",
    "pin_revoked_by": "{name}注销了您的离线码。有疑问请联系安全员。",
    "pin_locked": "{name}的离线码输错太多次，这次平台中断期间不能再用。不是本人在试，请马上查；急用请当面重新登记。",
    "pin_signed": "平台中断时，{number}用您的离线码签了字，第二人{name}。不是您本人：马上停工并打电话给安全员。",
    "pin_stood_by": "平台中断时，您的离线码作第二人用在{number}，签字人{name}。不是您本人：马上停工并打电话给安全员。",
}

# --- on the permit --------------------------------------------------------------------------------------------------
ON_CARD: Final = "离线确认"
ATTEMPTED: Final = "离线确认没有通过：以{name}的名义，姓名或离线码不对"

# --- on the pages ---------------------------------------------------------------------------------------------------
SHUT: Final = "现在不能离线确认：聊天平台正常，或本厂没有启用。请在聊天里办理。"
ODD: Final = "没有收到。请回到上一页，刷新后重新输入。"
SLOW: Final = "试得太快了，请过一分钟再试。"
WRONG: Final = "没有通过：姓名或离线码不对，或者不能用"
WRONG_CURE: Final = "请核对后再试；输错太多次，这次平台中断期间就不能用了"
TOO_OFTEN: Final = (
    "这块现场牌前输错太多次，十分钟内先不看离线码，也不再记任何人输错。请稍后再试；有本人密钥的可以用钥匙签字。"
    "要停工不用确认：喊停，打电话。"
)
NOTHING: Final = "这个作业点现在没有等您确认的事。"
SIGNED: Final = "已确认。聊天平台恢复后，会通知两位本人。"
GONE: Final = "这一项已经办过、已变更，或超过5分钟，或聊天平台已恢复。请重新从作业点的码进入。"
NO_TEXT: Final = "请写明停工原因如何消除。"
ENROLLED: Final = "登记好了。请记住这个离线码，不要告诉任何人。"
ENROL_GONE: Final = "登记已结束或已超时，请安全员当面重新开一次。"
PLAIN: Final = "离线码要 6 到 12 位数字，不能全是一两个数字重复，也不能是连号。请换一个。"
UNLIKE: Final = "两次输入的不一样，请重新输入。"
BY_KEY: Final = "用本机指纹或面容签字"
BY_PIN: Final = "离线码加第二人"
LIMITS: Final = "离线确认是最弱的方式，票面会写明：平台中断时凭离线码确认，未核验指纹人脸，以及第二人是谁。"
