"""What a ticket of each of the other six works says when everything is in order; and the people only they name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.support.rulebook import chemical, content
from workflow.ids import PersonId
from workflow.permit.content import Content, SiteFacts
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

HU, GAO, DENG = (PersonId(name) for name in ("hu", "gao", "deng"))
"""Commander, crane driver, slinger."""

DETAILS: dict[WorkType, Details] = {
    WorkType.BLIND: Details(
        blind=BlindDetails(
            action=BlindAction.INSERT,
            pipe="P-101 进料线",
            medium="氮气",
            temperature_c=Decimal(20),
            pressure_mpa=Decimal("0.01"),
            material="20#",
            spec="DN100 PN16",
            number="MB-07",
            drawing_no="T-12",
            drawing_author=PersonId("chen"),
        )
    ),
    WorkType.HEIGHT: Details(height=HeightDetails(height_m=Decimal(12), layers=0)),
    WorkType.LIFT: Details(
        lift=LiftDetails(
            mass_t=Decimal(12),
            load="换热器管束",
            rigging="钢丝绳 6x37",
            commander=HU,
            operators=(GAO,),
            slingers=(DENG,),
            radius_m=Decimal(10),
        )
    ),
    WorkType.POWER: Details(
        power=PowerDetails(
            source_point="2号配电箱",
            permitted_kw=Decimal(15),
            voltage_v=Decimal(380),
            devices=(PowerDevice(name="焊机", kw=Decimal(11)), PowerDevice(name="照明", kw=Decimal(4))),
            user=PersonId("li"),
        )
    ),
    WorkType.EARTH: Details(
        earth=EarthDetails(
            depth_m=Decimal("1.0"), buried_media=False, fire_route_kept=True, area_m2=Decimal(6), scope="挖电缆沟"
        )
    ),
    WorkType.ROAD: Details(
        road=RoadDetails(reason="管沟过路", units_concerned=("消防队", "储运车间"), fire_route_kept=True)
    ),
}
METHODS = {
    WorkType.BLIND: (),
    WorkType.HEIGHT: ("inspection",),
    WorkType.LIFT: ("mobile_crane",),
    WorkType.POWER: ("grid_supply",),
    WorkType.EARTH: ("hand_digging",),
    WorkType.ROAD: ("half_closure",),
}
_SAID = {"fire_explosion", "operating", "major_hazard_dike", "pipe_rack", "outdoor", "held_toxic_or_flammable"}


def cleared() -> tuple[str, ...]:
    """Everything the vocabulary can ask, said not to apply."""
    return tuple(name for name in chemical().words.questions if name not in _SAID)


def asked_for(work: WorkType, **changes: Any) -> Content:
    """A ticket of one of the six works with everything said."""
    said = SiteFacts(
        fire_explosion=False,
        operating=False,
        major_hazard_dike=False,
        pipe_rack=False,
        outdoor=True,
        held_toxic_or_flammable=False,
        cleared=cleared(),
    )
    return content(work, **{"details": DETAILS[work], "method": METHODS[work], "facts": said, **changes})
