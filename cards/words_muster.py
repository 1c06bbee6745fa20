"""What a list of who is where says: 清点."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

NOBODY: Final = "没有任何登记、签到或标签显示有人。不等于没有人，请派人看。"
STRANGER: Final = "不在任何票上"
TAP: Final = "清点{where}"
WHAT: Final = "清点名单"
_LIKELY: Final = ("在里面", "在现场", "不清楚")
_WAYS: Final[Mapping[str, str]] = {
    "board_code": "扫现场码",
    "fresh_code": "输现场动态码",
    "permit_code": "扫作业票码",
    "position": "定位",
}
_NO_SIGN: Final = "名单上有，没有任何信号"


def head(inside: int, here: int, unknown: int, *, tags: bool) -> str:
    """「在里面2人，在现场1人，不清楚1人」."""
    counts = "，".join(f"{label}{count}人" for label, count in zip(_LIKELY, (inside, here, unknown), strict=True))
    return counts if tags else f"{counts}（没有收到定位标签）"


def line(likely: int, name: str, phone: str, signs: Iterable[str]) -> str:
    """「[在里面] 王强 13800000000：08:32登记进入（12分钟前）」."""
    said = "；".join(signs) or _NO_SIGN
    return f"[{_LIKELY[likely]}] {name}{f' {phone}' if phone else ''}：{said}"


def nameless(number: str, count: int) -> str:
    """Counted and not logged by name."""
    return f"[在里面] 另有{count}人只报了人数、没有姓名（{number}）"


def logged(clock: str, age: timedelta) -> str:
    """By the entry log."""
    return f"{clock}登记进入（{ago(age)}），没有登记出来"


def checked_in(way: str, clock: str, age: timedelta) -> str:
    """By a check-in."""
    return f"{clock}{_WAYS[way]}签到（{ago(age)}）"


def tag_inside(age: timedelta) -> str:
    """By a tag inside the fence."""
    return f"定位标签在区内（{ago(age)}）"


def tag_outside(age: timedelta) -> str:
    """A tag that is surely elsewhere says where the tag is."""
    return f"定位标签在区外（{ago(age)}），请打电话确认"


def near(beacon: str, age: timedelta) -> str:
    """By a tag near a beacon of the place."""
    return f"定位标签在{beacon}附近（{ago(age)}）"


def near_elsewhere(beacon: str, age: timedelta) -> str:
    """A tag near a beacon of another place says where the tag is."""
    return f"定位标签在别处的{beacon}附近（{ago(age)}），请打电话确认"


def tag_unsure(age: timedelta) -> str:
    """A tag nobody can place."""
    return f"定位标签位置不准（{ago(age)}）"


def ago(age: timedelta) -> str:
    """「5秒前」「12分钟前」「3小时前」."""
    seconds = max(0, int(age.total_seconds()))
    if seconds < 60:
        return f"{seconds}秒前"
    return f"{seconds // 60}分钟前" if seconds < 7200 else f"{seconds // 3600}小时前"
