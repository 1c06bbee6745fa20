"""What people read about detectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from workflow.camera_alarms import CameraAlarm
from workflow.monitoring import Quality
from workflow.stills import Occasion, Silence

_SILENT: Final = "{devices}超过{bound}秒没有合格数据（{gases}）"
_NAMED: Final = 3
"""Devices a sentence names; who stands at a plant's biggest area reads no list of thirty."""


def silent(gases: Iterable[str], bound: timedelta, devices: Sequence[str] = ()) -> str:
    """「四合一 A-103超过60秒没有合格数据（氧气、可燃气）」."""
    named = "、".join(devices[:_NAMED]) + ("等" if len(devices) > _NAMED else "")
    return _SILENT.format(bound=bound // timedelta(seconds=1), gases="、".join(gases), devices=named or "监测设备")


def tag_silent(bound: timedelta) -> str:
    """「监护人定位标签超过60秒没有显示在作业点内」."""
    return f"监护人定位标签超过{bound // timedelta(seconds=1)}秒没有显示在作业点内"


def device_alarm(name: str) -> str:
    """「3号便携式检测仪报警」."""
    return f"{name}报警"


OUTPUT_UNKNOWN: Final = "没有回报状态，不知道现在是开是关"
OUTPUT_NOT_SAFE: Final = "已下令回到安全状态，但回报的不是安全状态"
OUTPUT_NOT_RELEASED: Final = "已放行，但回报仍在安全状态"
"""What is wrong with a door, an ignition or a siren; its name stands before."""

CAMERA: Final = "作业点摄像头"
CAMERA_PICTURE: Final = "摄像头画面"
SILENCE: Final[Mapping[Silence, str]] = {
    Silence.NO_CAMERA: "作业点没有登记摄像头",
    Silence.UNREACHED: "连不上",
    Silence.DENIED: "摄像头拒绝访问",
    Silence.NO_PICTURE: "连上了，但没有能看的画面",
    Silence.TOO_LARGE: "画面过大",
    Silence.UNANSWERED: "规定时间内没有回音",
}
"""Why there is no picture; the camera's name stands before."""
OCCASION: Final[Mapping[Occasion, str]] = {
    Occasion.BEGIN: "开工或复工",
    Occasion.STOP: "停工",
    Occasion.RANDOM: "随机",
}
"""Why a picture was wanted."""


def camera_silent(name: str, why: Silence) -> str:
    """「2号罐顶摄像头没有画面：连不上」."""
    return f"{name or CAMERA}没有画面：{SILENCE[why]}"


SEEN: Final[Mapping[CameraAlarm, str]] = {
    CameraAlarm.NO_HELMET: "有人没戴安全帽",
    CameraAlarm.NO_HARNESS: "有人没系安全带",
    CameraAlarm.CROSSING: "有人越线",
}


def seen_by(name: str, kind: CameraAlarm) -> str:
    """「2号罐顶识别：有人没戴安全帽」."""
    return f"{name}识别：{SEEN[kind]}"


QUALITY: Final[Mapping[Quality, str]] = {
    Quality.GOOD: "正常",
    Quality.MANUAL: "人工检测",
    Quality.OUT_OF_RANGE: "超出量程",
    Quality.STALE: "数据过时",
    Quality.CLOCK_DRIFT: "设备时钟不准",
    Quality.STUCK: "数值卡死",
    Quality.ZERO_DRIFT: "零点漂移",
    Quality.CALIBRATION_EXPIRED: "检定过期",
    Quality.BUMP_MISSING: "没做功能测试",
    Quality.FAULTY: "设备故障",
    Quality.WRONG_UNIT: "单位不对",
    Quality.UNKNOWN_DEVICE: "没有登记",
    Quality.GAP: "数据缺失",
}
"""What a reading is worth, in a word or two."""


def unheard(age: timedelta) -> str:
    """「静默45秒」, 「静默6分钟」."""
    seconds = int(age / timedelta(seconds=1))
    return f"静默{seconds}秒" if seconds < 120 else f"静默{seconds // 60}分钟"


NEVER_HEARD: Final = "没有数据"
ALARMS: Final = "报警"
BADGE_TITLE: Final = "进门码"
BADGE_NOTE: Final = "请在{name}的读码口出示。两分钟内有效，用一次就作废；只认您本人，只认这一处。过期请刷新本页。"
