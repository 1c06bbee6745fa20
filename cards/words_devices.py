"""What people read about detectors."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

_SILENT: Final = "监测设备超过{bound}秒没有合格数据（{gases}）"


def silent(gases: Iterable[str], bound: timedelta) -> str:
    """「监测设备超过60秒没有合格数据（氧气、可燃气）」."""
    return _SILENT.format(bound=bound // timedelta(seconds=1), gases="、".join(gases))


def device_alarm(name: str) -> str:
    """「3号便携式检测仪报警」."""
    return f"{name}报警"


OUTPUT_UNKNOWN: Final = "没有回报状态，不知道现在是开是关"
OUTPUT_NOT_SAFE: Final = "已下令回到安全状态，但回报的不是安全状态"
OUTPUT_NOT_RELEASED: Final = "已放行，但回报仍在安全状态"
"""What is wrong with a door, an ignition or a siren; its name stands before."""
