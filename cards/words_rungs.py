"""What is said about the ways of confirming a decision, and about what each of them does not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow.values import ProofMethod

TITLE: Final[Mapping[ProofMethod, str]] = {
    ProofMethod.PASSKEY: "用本机指纹或面容签字",
    ProofMethod.VENDOR_FACE: "刷脸核身（第三方服务）",
    ProofMethod.PLATFORM_LIVE_CHECK: "钉钉活体核验",
}
LIMITS: Final[Mapping[ProofMethod, str]] = {
    ProofMethod.PASSKEY: "",
    ProofMethod.VENDOR_FACE: "由第三方比对实名照片，不是本人钥匙签名",
    ProofMethod.PLATFORM_LIVE_CHECK: "只按人和时间对应，平台不知道您签的是什么",
}
"""Said on the page beside each way; what the printed form says of a given signature is `cards.words.PROOF`."""
