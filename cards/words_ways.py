"""How things are done on each platform, in words: where one has a menu and a camera of its own, the other has none.

Whatever is not here is said alike everywhere. docs/platforms.md has the table of what differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cards import words_prompts as prompts
from cards import words_steps as steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The words of one platform. ``scans``: codes are scanned in the chat itself; otherwise they are typed."""

    scans: bool
    preparing: str
    approve_at_site: str
    check_in: str
    measure_photo: str
    """What a measure still wants: ``no``, ``text``."""
    photo: str
    """Photos that are missing: ``what``."""
    prompt_photo: str
    """A photo of the work, asked for now and then."""
    prompt_board: str
    """The code of the board, asked for now and then."""
    cures: Mapping[str, str] = field(default_factory=dict)
    """Cures of findings, by the words the rules have for them."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Short answers that differ from `cards.answers.ANSWERS`."""
    also: Mapping[str, str] = field(default_factory=dict)
    """What is said here after a short answer that is otherwise the same."""

    def cure(self, cure: str) -> str:
        """A finding's cure as it is done here."""
        return self.cures.get(cure, cure)


WECOM: Final = Ways(
    scans=True,
    preparing=steps.HINT_PREPARING,
    approve_at_site=steps.HINT_APPROVE_AT_SITE,
    check_in=steps.HINT_SCAN,
    measure_photo=steps.HINT_EXPECT_PHOTO,
    photo=steps.HINT_PHOTO,
    prompt_photo=prompts.PHOTO,
    prompt_board=prompts.BOARD,
)
_CODE_IN_PICTURE: Final = "让同伴的手机打开票面页，页上的验证码一起入镜"
DINGTALK: Final = Ways(
    scans=False,
    preparing="负责人正在准备；请准备好监护用品，开工前到现场签到。",
    approve_at_site="须在现场审批：先发「签到」加现场牌上的码，再点同意。",
    check_in="请到现场，发「签到」加现场牌上的码，例如「签到 A1B2」。",
    measure_photo=f"{{no}} {{text}}：请在这里发一张现场照片，{_CODE_IN_PICTURE}。",
    photo=f"请现场拍：{{what}}。{_CODE_IN_PICTURE}。",
    prompt_photo=f"请拍一张作业现场发到这里，{_CODE_IN_PICTURE}。",
    prompt_board="请到现场牌前，发「签到」加牌上的码，例如「签到 A1B2」。",
    cures={
        "请到作业点扫码或定位签到": "请到作业点发「签到」加现场牌上的码",
        "请发送定位签到": "请联系属地给这个作业点登记现场牌的码",
        "请用系统相机重拍": f"请重拍，{_CODE_IN_PICTURE}",
    },
    answers={
        "how_to_scan": (
            "现场签到请发「签到」加现场牌上的码，例如「签到 A1B2」。也可以用钉钉扫一扫现场牌，把看到的文字发过来。"
        ),
        "how_to_photo": f"现场拍：{{what}}，发到这里。{_CODE_IN_PICTURE}；验证码十分钟一换。",
        "unsupported": "{kind}这里办不了。请用文字说；照片和语音请发在和机器人的单聊里。",
        "outside_fences": "您的位置不在作业区域里（或定位不够准）。请到现场发「签到」加现场牌上的码。",
        "unknown_code": "这个码看不懂，没有生效。请发现场牌上的码，例如「签到 A1B2」。",
    },
    also={"help": "\n· 签到 现场牌上的码：到现场报到"},
)
_WAYS: Final[Mapping[str, Ways]] = {"wecom": WECOM, "dingtalk": DINGTALK}


def ways_of(platform: str) -> Ways:
    """The ways of a platform. Raise `KeyError` for one we do not speak: a bug of ours."""
    return _WAYS[platform]
