"""The line of a permit's card that only one work has: figures whole, in the form's units, never cut."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cards.own_form import own_line
from tests.support.scenes import asked_for
from workflow.permit.details import (
    BlindAction,
    BlindDetails,
    Details,
    EarthDetails,
    HeightDetails,
    LiftDetails,
    PowerDetails,
    PowerDevice,
    RoadDetails,
)
from workflow.values import WorkType

LONG = "三号装置换热器管箱及附属管道支架一整套设备和平台"

CASES = [
    (WorkType.HOT, Details(), None),
    (WorkType.CONFINED_SPACE, Details(), None),
    (WorkType.HEIGHT, Details(height=HeightDetails(height_m=Decimal("12.5"))), ("高度", "12.5米")),
    (WorkType.HEIGHT, Details(), None),
    (
        WorkType.LIFT,
        Details(lift=LiftDetails(mass_t=Decimal("0.8"), load="电机", rigging="3吨葫芦")),
        ("吊物", "0.8吨 电机 3吨葫芦"),
    ),
    (
        WorkType.LIFT,
        Details(lift=LiftDetails(mass_t=Decimal(100), load=LONG, rigging="吊带")),
        ("吊物", f"100吨 {LONG}"),
    ),
    (
        WorkType.BLIND,
        Details(blind=BlindDetails(action=BlindAction.REMOVE, pipe="2号罐出口管线", medium="苯")),
        ("盲板", "抽 2号罐出口管线 苯"),
    ),
    (
        WorkType.POWER,
        Details(
            power=PowerDetails(
                voltage_v=Decimal(380),
                devices=(PowerDevice(name="水泵", kw=Decimal("7.5")), PowerDevice(name="水泵", kw=Decimal("7.5"))),
                source_point="2号配电箱",
            )
        ),
        ("用电", "380V 设备15kW 2号配电箱"),
    ),
    (
        WorkType.POWER,
        Details(power=PowerDetails(voltage_v=Decimal(220), devices=(PowerDevice(name="水泵"),))),
        ("用电", "220V"),
    ),
    (
        WorkType.EARTH,
        Details(earth=EarthDetails(depth_m=Decimal("1.5"), area_m2=Decimal(16))),
        ("挖深", "1.5米 16平方米"),
    ),
    (
        WorkType.ROAD,
        Details(road=RoadDetails(reason="修路面", units_concerned=("消防队", "调度室"))),
        ("断路", "修路面 消防队、调度室"),
    ),
]


@pytest.mark.parametrize(("work", "details", "told"), CASES)
def test_a_card_tells_the_works_own_figures(work: WorkType, details: Details, told: tuple[str, str] | None) -> None:
    line = own_line(replace(asked_for(WorkType.HOT), work=work, details=details))
    assert (None if line is None else (line.label, line.value)) == told
    assert line is None or (len(line.label) <= 5 and len(line.value) <= 30)
