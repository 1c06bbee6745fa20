"""The words somebody stopped work with, as they are shown beside 「停工」: the order itself is not said twice."""

from __future__ import annotations

import re
from typing import Final

_NOW: Final = "(?:立即|立刻|马上|赶紧|赶快|紧急|快|全部|都|先)?"
_AFTER: Final = r"[了吧啊！!，,。：:、\s]"
_ORDER: Final = re.compile(f"(?:{_NOW}(?:停工|停止作业|叫停|停下来?|停){_AFTER}*)+")
_ENDS: Final = re.compile(rf"{_AFTER}\Z")


def without_order(text: str) -> str:
    """「停工 着火了」 → 「着火了」; empty for the bare order. The journal keeps the words as they were said."""
    order = _ORDER.match(text)
    if order is None or not (order.end() == len(text) or _ENDS.search(order.group())):
        return text  # 「停工区域…」: the word belongs to what follows
    return text[order.end() :]
