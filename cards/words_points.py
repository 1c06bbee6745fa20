"""What people read about their points. Every line says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from cards import words
from workflow.points import Account, Entry, EntryKind

ANSWERS_POINTS: Final[Mapping[str, str]] = {
    "points_ledger": "{name}的积分：余额{balance}分。\n{lines}",
    "points_none": "{name}还没有积分。报的隐患整改验收通过后记分，重复的、不属实的不记。",
    "points_officers": "积分台账由安全管理部门看。发「我的积分」看您自己的。",
    "points_standings": "积分余额：\n{lines}\n发「积分台账 姓名」看每一笔。",
    "points_how": "请写一个姓名：积分台账 王强；积分兑换 王强 10分 手套一副；积分更正 王强 第3笔 原因。",
    "points_done": "已记入{name}的积分，余额{balance}分。",
    "points_changed": "您的积分有变动，余额{balance}分。发「我的积分」看每一笔。",
}
KIND: Mapping[EntryKind, str] = {
    EntryKind.CREDIT: "隐患",
    EntryKind.COUNTER: "冲销第{counters}笔：",
    EntryKind.EXCHANGE: "兑换",
}


def entry_line(entry: Entry, zone: tzinfo, *, by: str, gone: bool) -> str:
    """「第3笔 3月18日 周三 −10分 兑换手套一副（孙丽）」."""
    what = KIND[entry.kind].format(counters=entry.counters)
    marked = "，已冲销" if gone else ""
    hand = f"（{by}）" if by and entry.kind is not EntryKind.CREDIT else ""
    return (
        f"第{entry.number}笔 {words.day(entry.at, zone)} {_signed(entry.points)}分 {what}{entry.reason}{hand}{marked}"
    )


def standing_line(name: str, account: Account) -> str:
    """「王强 12分（已兑换10分）」."""
    spent = -sum(
        one.points for one in account.entries if one.kind is EntryKind.EXCHANGE and not account.countered(one.number)
    )
    return f"{name} {account.balance}分" + (f"（已兑换{spent}分）" if spent else "")


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"−{-points}"
