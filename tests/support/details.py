"""The least each of the later works must say of itself, so that a request gets past the first gate."""

from __future__ import annotations

from decimal import Decimal

from workflow.ids import PersonId
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

LEAST: dict[WorkType, Details] = {
    WorkType.HOT: Details(),
    WorkType.CONFINED_SPACE: Details(),
    WorkType.BLIND: Details(
        blind=BlindDetails(
            action=BlindAction.INSERT, pipe="P-1203", medium="轻石脑油", temperature_c=Decimal(42),
            pressure_mpa=Decimal("0.6"), material="20#", spec="DN150", number="MB-0117", drawing_no="TZ-31",
            drawing_author=PersonId("qian"),
        )
    ),
    WorkType.HEIGHT: Details(height=HeightDetails(height_m=Decimal(6))),
    WorkType.LIFT: Details(
        lift=LiftDetails(
            mass_t=Decimal(12), load="管束", rigging="四腿吊索", commander=PersonId("wang"),
            operators=(PersonId("li"),), slingers=(PersonId("zhou"),),
        )
    ),
    WorkType.POWER: Details(
        power=PowerDetails(
            source_point="AA5-3", permitted_kw=Decimal(45), voltage_v=Decimal(380),
            devices=(PowerDevice(name="电焊机", kw=Decimal("18.5")),), user=PersonId("li"),
        )
    ),
    WorkType.EARTH: Details(earth=EarthDetails(depth_m=Decimal(1), area_m2=Decimal(4), scope="挖沟")),
    WorkType.ROAD: Details(road=RoadDetails(reason="敷设管线", units_concerned=("消防队",))),
}  # fmt: skip
