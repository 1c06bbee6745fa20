"""Gates of digging (GB 30871-2022 11)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.permit.commands import SuspendReason
from workflow.permit.gates_common import Answer, Asked, bad, good
from workflow.permit.gates_items import confirmed_since

_OBJECT = "earth.unknown_object"


def unknown_object(asked: Asked) -> Iterator[Answer]:
    """Something nobody knows was dug up: back only after it is reported and protected, on record since (11.4)."""
    stop = asked.permit.suspension
    if stop is None or SuspendReason.UNKNOWN_OBJECT not in stop.reasons:
        return
    if confirmed_since(asked, _OBJECT, stop.newest):
        yield good("不明物已报告，保护措施已落实")
    else:
        fact = f"{asked.clock(stop.newest)}因挖出不明物停工，还没有确认已报告并采取保护措施"
        yield bad(fact, "请报告审批单位，查明并保护好，再逐项确认", "作业负责人", button="confirm")
