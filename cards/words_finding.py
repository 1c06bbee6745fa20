"""Words of the page where a safety officer looks records up."""

from __future__ import annotations

from typing import Final

TITLE: Final = "查记录"
FIELDS: Final = (
    ("since", "从哪天"), ("until", "到哪天"), ("person", "谁（姓名或工号）"), ("device", "哪台仪器（编号）"),
    ("place", "哪里（地点、区域或位号）"), ("word", "说过什么"),
)  # fmt: skip
BUTTON: Final = "查"
NOBODY: Final = "只有安全员能查记录。"
TOO_LONG: Final = "一次最多查{days}天，请缩短时间。"
ODD: Final = "日期没看懂，请重新选。"
AT: Final = "在这里查（先用本聊天账号登录）：\n{link}"
NOWHERE: Final = "本厂没有开通网页，不能在手机上查记录。请联系系统管理员。"
NONE: Final = "没有查到。"
COUNT: Final = "查到 {count} 条。"
MORE: Final = "查到 {count} 条，只列前 {most} 条，请缩小范围。"
NOTE: Final = "这里只是查找，不是证明；要给外面核对，请管理员导出。手机号、身份证号不显示。"
BUSY: Final = "记录现在打不开，请稍后再试或联系系统管理员。"
