"""Words of the pages at the place: the board's public face, the checklist, what waits for the network."""

from __future__ import annotations

from typing import Final

NOBODY: Final = "这里现在没有作业。"
NO_NUMBER: Final = "值班电话没有登记，请找就近的班组或直接喊停。"
NO_BOARD: Final = "没有这个现场牌。"
GONE: Final = "登录过期了，请重新打开这一页。"
ODD: Final = "这次没有生效，请刷新页面再试。"
TOO_MUCH: Final = "照片太大，或者没传完的照片太多，没有收下。"
NO_PHOTO: Final = "照片还没有传完。"
NOT_YOURS: Final = "没有这张票，或者不归您管。"
TROUBLE: Final = "系统现在忙，没有办成，请再试一次。"
IN_PLACE, NOT_INVOLVED, NOT_IN_PLACE, UNDECIDED = "已落实", "不涉及", "未落实", "未定"
INVOLVED: Final = "涉及"
COUNTS, COUNTS_NOT, WANTED = "已收", "已收，但不算现场照片", "还要拍"
POINT: Final = "作业点"
DIGITS: Final = "现场码屏上的六位动态码（看得到就填）"
PHONE: Final = {
    "offline": "没有网络：待上传 {n}",
    "alone": "没有网络",
    "waiting": "待上传 {n}",
    "sending": "正在上传 {done}%",
    "kept": "没有网络，已存在手机里，有网自动上传。",
    "sent": "已上传",
    "not_queued": "没有网络，没有办成。有网以后请再点一次。",
    "stopping": "正在发送停工……",
    "stopped": "停工已送达。正在通知：{names}",
    "stopped_all": "停工已送达。已通知：{names}",
    "stopped_none": "停工已送达。",
    "unsent": "未送达！请口头叫停并打电话{number}。手机还在不停重试。",
    "login": "登录过期了：{n} 条还存在手机里，请重新打开这一页再传。",
    "login_stop": "登录过期，停工未送达！请口头叫停并打电话{number}。",
    "refused": "没有收下：{text}",
    "digits": "动态码是六位数字，请看现场码屏。不填也能签到。",
    "locating": "正在定位……",
    "no_fix": "没有取得定位。请到现场扫现场牌上的码签到。",
    "mocked": "手机说这个定位是模拟的，不能证明您在现场。请关掉模拟定位，或扫现场牌上的码签到。",
    "vague": "定位没有说明精度，不能证明您在现场。请扫现场牌上的码签到。",
    "no_value": "请填数值。",
    "no_unit": "请选单位：%LEL、%vol、ppm 还是 mg/m3？",
    "no_gas": "请选是哪种气体。",
    "no_point": "请选取样点。",
    "looking": "照片传完了，正在检查……",
    "drop": "放弃这一条？",
}
"""What the page says by itself; ``n``, ``names``, ``number``, ``text`` and ``done`` are filled in there."""
