"""Words of the home page: three big entries, and what waits."""

from __future__ import annotations

from typing import Final

TITLE: Final = "作业票"
HELLO: Final = "{name}，您好"
APPLY, TASKS, HAZARD = "我要申请", "我的任务", "报隐患"
APPLY_HOW: Final = "点一下，到聊天里说一句话就行"
TASKS_HOW: Final = "{waiting}件等您办"
TASKS_NONE: Final = "现在没有等您办的事"
HAZARD_HOW: Final = "点一下，到聊天里拍一张、说一句"
DANGER: Final = "有危险：先喊停、撤人，再在聊天里发「停工」。"
PHONE: Final = "紧急电话 {phone}"
SENT: Final = "机器人已在聊天里回您，请回到聊天接着说。"
MINE: Final = "我参与的"
WAITS: Final = "等您办"
MORE: Final = "更多"
LINKS: Final = (("/board", "作业看板"), ("/watch", "督办"), ("/keys", "我的签字钥匙"), ("/seen", "谁看过我"))
OFFICER_LINKS: Final = (("/report", "作业票台账（Excel）"), ("/find", "查记录"))
REPORT_NOTE: Final = "下载后写有很多人的名字，请自己保管。台账里的人都能看到是您下载的。"
REPORT_WINDOWS: Final = ("本月", "上月", "本周", "上周")
