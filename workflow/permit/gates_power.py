"""Gates of temporary power (GB 30871-2022 10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from workflow.permit.details import PowerDetails
from workflow.permit.gates_common import Answer, Asked, bad, good, open_
from workflow.values import WorkType

_DAY_IN_MICROSECONDS = Decimal(timedelta(days=1) // timedelta(microseconds=1))


def load(asked: Asked) -> Iterator[Answer]:
    """All consumers together take no more than the permitted power; exactly as much fits (A.6; 10.7)."""
    if asked.content.work is not WorkType.POWER:
        return
    form = asked.content.details.power or PowerDetails()
    silent = [device.name for device in form.devices if device.kw is None]
    if not form.devices or silent or form.permitted_kw is None:
        what = "、".join(silent) or ("用电设备" if not form.devices else "许可用电功率")
        yield open_(
            f"不知道{what}的功率，不能核对负荷", "请写明每台设备的额定功率和许可用电功率", "申请人", button="edit"
        )
        return
    wanted = sum((device.kw for device in form.devices if device.kw is not None), Decimal(0))
    if wanted > form.permitted_kw:
        fact = f"用电设备共{wanted} kW，超过许可{form.permitted_kw} kW"
        yield bad(fact, "请减少设备，或由配送电单位重新核定功率", "申请人", button="edit")
    else:
        yield good(f"用电设备共{wanted} kW，许可{form.permitted_kw} kW")


def duration(asked: Asked) -> Iterator[Answer]:
    """15 days as a rule, more only for a reason that is written down, and never more than 30 (10.8)."""
    normal, longest = asked.rules.bound("power.normal_d"), asked.rules.bound("power.longest_d")
    if normal is None or longest is None:
        return
    length = asked.content.planned.length
    days = Decimal(length // timedelta(microseconds=1)) / _DAY_IN_MICROSECONDS
    said = f"计划用电{days.quantize(Decimal('0.1'))}天"
    reason = (asked.content.details.power or PowerDetails()).special_reason.strip()
    if not longest.holds(days):
        yield bad(f"{said}，最长{longest.value}天", "请拆成几张票", "申请人", button="edit", clause=longest.clause)
    elif normal.holds(days) and not reason:
        fact = f"{said}，超过{normal.value}天，没有写特殊原因"
        yield bad(fact, "请写明特殊原因，或缩短时间", "申请人", button="edit", clause=normal.clause)
    else:
        yield good(said, clause=normal.clause)
