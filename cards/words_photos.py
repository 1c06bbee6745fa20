"""What photos and other media are called, how far they are believed, and why one cannot be kept."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.permit.state import Photo

SKETCH, SKETCH_LABEL = "sketch", "示意图"
"""What the photo of a drawing is for, and what it is called."""
JSA_SHEET = "危害分析表"
NOTE_PHOTO = "现场情况"
BY_CAMERA, NOT_BY_CAMERA = "现场拍摄", "不是现场相机拍的"
BY_CODE = "照片里有现场验证码"
LIKE_AN_OLD_ONE, LET_COUNT = "像是旧照片，不算数", "像是旧照片，已有人认可"
PHOTO_REASONS: Mapping[str, str] = {
    "seen": "我到现场看过",
    "same_view": "机位固定，画面变化小",
    "same_thing": "同型设备，外观一样",
}
"""Why a photo that resembles an earlier one counts."""
BEFORE = "以前"
"""Of an earlier photo that served no permit."""
MEDIA: Mapping[str, str] = {"photo": "照片", "voice": "语音", "video": "视频"}
MEDIA_GONE = "{what}在聊天软件里已经过期"
MEDIA_TOO_LARGE = "{what}太大（最多20兆）"
MEDIA_REFUSED = "{what}取不下来"


def photo_worth(photo: Photo) -> str:
    """How it is known that a photo is of here and now, and whether it is doubted."""
    fresh = BY_CAMERA if photo.camera else BY_CODE if photo.code else NOT_BY_CAMERA
    if photo.copies is None:
        return fresh
    return f"{fresh} · {LIKE_AN_OLD_ONE if photo.doubtful else LET_COUNT}"
