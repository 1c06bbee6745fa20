"""What people read about strangers, too many people, and people who stay too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

_NAMED: Final = 3
"""Names a sentence holds."""


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等{len(names)}人" if len(names) > _NAMED else "")


def overtime(names: Sequence[str], length: timedelta) -> str:
    """「王强、李强连续作业超过60分钟」."""
    return f"{_some(names)}连续作业超过{length // timedelta(minutes=1)}分钟"


def stranger_inside(names: Sequence[str]) -> str:
    """「无关人员进入作业区：钱进」."""
    return f"无关人员进入作业区：{_some(names)}"


def too_many_inside(count: int, most: int) -> str:
    """「作业区内有6人，最多4人」."""
    return f"作业区内有{count}人，最多{most}人"
