"""What is said about the ways of confirming a decision, and about what each of them does not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.values import ProofMethod

TITLE: Final[Mapping[ProofMethod, str]] = {
    ProofMethod.PASSKEY: "用本机指纹或面容签字",
    ProofMethod.VENDOR_FACE: "刷脸核身（第三方服务）",
    ProofMethod.PLATFORM_LIVE_CHECK: "钉钉活体核验",
    ProofMethod.WECHAT_SOTER: "微信里验指纹或面容",
}
LIMITS: Final[Mapping[ProofMethod, str]] = {
    ProofMethod.PASSKEY: "",
    ProofMethod.VENDOR_FACE: "由第三方比对实名照片，不是本人钥匙签名",
    ProofMethod.WECHAT_SOTER: "只说明这部手机上录过的指纹或面容确认了这一项，不说明是谁的",
    ProofMethod.PLATFORM_LIVE_CHECK: "只按人和时间对应，平台不知道您签的是什么",
}
"""Said on the page beside each way; what the printed form says of a given signature is `cards.words.PROOF`."""
FAILED: Final[Mapping[str, str]] = {
    "not_passed": "服务方核验没有通过",
    "not_alike": "相似度不够",
    "other_person": "核验的不是本人",
    "other_decision": "核验结果对应的不是这一次确认",
    "out_of_time": "不是在这一次确认的时间里做的，或者已过期",
    "malformed": "提交的内容不完整",
    "not_proven": "签名与本次确认对不上",
    "used_before": "这次核验已经用于别的确认",
}
"""Why a confirmation did not count, by `bot.proofs.ladder.Why` and for the journal."""
ATTEMPTED: Final = "{name}用“{way}”确认没有通过：{why}"
CLAUSE: Final = "厂内身份核验管理"
USED: Final = "这次核验已经用于别的确认，没有签字"
USED_CURE: Final = "请回到聊天里重新点一次，再做一次核验"
NOT_COUNTED: Final = "没有通过：{why}。没有签字。请回到聊天里重新点一次。"
BUSY: Final = "您还有另一项确认没有做完。请先做完那一项，或等几分钟它过期后再来。"
JUST_OVER: Final = (
    "您上一次活体核验没有做完，刚过期。为免算错到这一次上，请过两分钟再点「开始核验」，"
    "或返回换一种方式。要停工不用核验。"
)
NOTHING_YET: Final = "还没有查到核验结果。做完核验后，请点「查询结果」。"
UNAVAILABLE: Final = (
    "核验服务现在连不上，什么也没办。可以稍后再试，或返回换一种方式；要停工不用核验，直接在聊天里点「立即停工」。"
)
WAITING: Final = "请稍候……"
START: Final = "开始核验"
ASK: Final = "查询结果"
CONSENT: Final = (
    "点「开始核验」就是单独同意：本厂把您的姓名和身份证号交给核身服务方，只为确认这一次是您本人。"
    "人脸只在服务方那里比对；本系统不接收、不保存人脸照片和身份证号，只留下通过与否、时间和相似度。不同意就返回换一种方式。"
)
CONSENT_LIVE: Final = (
    "点「开始核验」就是单独同意：钉钉对您做一次活体核验，只为确认这一次是您本人。本系统不接收、不保存人脸照片，"
    "只留下通过与否和时间。不同意就返回换一种方式。"
)
CONSENT_SOTER: Final = (
    "用微信打开本厂小程序，扫下面的码，再按手机提示验指纹或面容。指纹和面容不离开手机，本系统只收到手机的签名。"
    "结果显示在小程序里，聊天里的卡片也会更新。不同意就返回换一种方式。"
)
