"""What only some works ask for: the fields of forms A.3 to A.8 that the other forms do not have (domain 1.9).

None, or an empty text, is what nobody has said yet. Quantities are exact decimals in the unit their name ends with.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from workflow.ids import AreaId, EquipmentId, PersonId


class BlindAction(StrEnum):
    """One permit is one blind and one action (GB 30871-2022 7)."""

    INSERT = "insert"
    """堵."""
    REMOVE = "remove"
    """抽."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HotDetails:
    """动火 (A.1): where the welding machine stands when it is more than 10 m away, a second hot point (5.2.12)."""

    machine_area: AreaId | None = None
    machine_equipment: EquipmentId | None = None
    machine_place: str = ""
    """The machine's place in the applicant's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindDetails:
    """盲板抽堵 (A.3)."""

    action: BlindAction | None = None
    pipe: str = ""
    """设备、管道名称: the line as the plant calls it; two permits on one line are told by it (7.10)."""
    medium: str = ""
    temperature_c: Decimal | None = None
    pressure_mpa: Decimal | None = None
    material: str = ""
    spec: str = ""
    number: str = ""
    """盲板编号."""
    drawing_no: str = ""
    drawing_author: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeightDetails:
    """高处 (A.4)."""

    height_m: Decimal | None = None
    """Above the lowest level somebody can fall to."""
    layers: int | None = None
    """Protective layers between this work and what goes on below or above it (8.2.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftDetails:
    """吊装 (A.5)."""

    mass_t: Decimal | None = None
    load: str = ""
    """吊物内容."""
    rigging: str = ""
    """吊具名称."""
    commander: PersonId | None = None
    """吊装指挥人员: signs in the place of the work leader."""
    operators: tuple[PersonId, ...] = ()
    slingers: tuple[PersonId, ...] = ()
    """司索人."""
    radius_m: Decimal | None = None
    """作业半径: how far the boom reaches with this load."""
    path: tuple[AreaId, ...] = ()
    """Areas the load is carried over; empty = nobody has said. Its own area alone: it stays there, the radius says how
    far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerDevice:
    """One consumer: 用电设备名称及额定功率."""

    name: str
    kw: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerDetails:
    """临时用电 (A.6)."""

    source_point: str = ""
    """电源接入点."""
    permitted_kw: Decimal | None = None
    voltage_v: Decimal | None = None
    devices: tuple[PowerDevice, ...] = ()
    user: PersonId | None = None
    """用电人."""
    special_reason: str = ""
    """Why more than 15 days are needed (10.8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarthDetails:
    """动土 (A.7)."""

    depth_m: Decimal | None = None
    buried_media: bool | None = None
    """Toxic or flammable media may lie in the ground, in a unit or tank area (11.10)."""
    fire_route_kept: bool | None = None
    """Fire engines still get through beside the pit."""
    area_m2: Decimal | None = None
    scope: str = ""
    """作业范围、内容、方式."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadDetails:
    """断路 (A.8)."""

    reason: str = ""
    units_concerned: tuple[str, ...] = ()
    """涉及相关单位."""
    fire_route_kept: bool | None = None
    """The traffic plan keeps a way for fire engines (12.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """At most the part of the permit's own work is filled."""

    hot: HotDetails | None = None
    blind: BlindDetails | None = None
    height: HeightDetails | None = None
    lift: LiftDetails | None = None
    power: PowerDetails | None = None
    earth: EarthDetails | None = None
    road: RoadDetails | None = None


NOTHING_SAID = Details()
"""No field of any form is filled."""
