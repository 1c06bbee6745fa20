"""What only one work's own form says, as one line of its permit's card (Annex A.3 to A.8); figures are never cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from cards.card import Line
from workflow.permit.content import Content
from workflow.permit.details import (
    BlindAction,
    BlindDetails,
    Details,
    EarthDetails,
    HeightDetails,
    LiftDetails,
    PowerDetails,
    RoadDetails,
)
from workflow.values import WorkType

_MOST = 30


def own_line(content: Content) -> Line | None:
    """The one line; None where the form has nothing of its own or nobody has filled it."""
    label, parts = _OF[content.work](content.details)
    value = ""
    for part in filter(None, parts):
        longer = f"{value} {part}".strip()
        # a part that does not fit is left out whole: half a figure is another figure
        value = longer if len(longer) <= _MOST else value
    return Line(label=label, value=value) if value else None


Told = tuple[str, tuple[str, ...]]


def _nothing(_details: Details) -> Told:
    return "", ()


def _blind(details: Details) -> Told:
    said = details.blind or BlindDetails()
    acts = "" if said.action is None else _ACTS[said.action]
    figures = (_figure(said.pressure_mpa, "MPa"), _figure(said.temperature_c, "℃"))
    return "盲板", (acts, said.pipe, said.medium, *figures, said.number)


_ACTS: Mapping[BlindAction, str] = {BlindAction.INSERT: "堵", BlindAction.REMOVE: "抽"}


def _height(details: Details) -> Told:
    said = details.height or HeightDetails()
    layers = "" if said.layers is None else f"隔离{said.layers}层"
    return "高度", (_figure(said.height_m, "米"), layers)


def _lift(details: Details) -> Told:
    said = details.lift or LiftDetails()
    radius = "" if said.radius_m is None else f"半径{format(said.radius_m, 'f')}米"
    return "吊物", (_figure(said.mass_t, "吨"), said.load, radius, said.rigging)


def _power(details: Details) -> Told:
    said = details.power or PowerDetails()
    each = [device.kw for device in said.devices]
    known = [kw for kw in each if kw is not None]
    load = f"设备{format(sum(known, Decimal(0)).normalize(), 'f')}kW" if each and len(known) == len(each) else ""
    return "用电", (_figure(said.voltage_v, "V"), load, said.source_point)


def _earth(details: Details) -> Told:
    said = details.earth or EarthDetails()
    return "挖深", (_figure(said.depth_m, "米"), _figure(said.area_m2, "平方米"))


def _road(details: Details) -> Told:
    said = details.road or RoadDetails()
    return "断路", (said.reason, "、".join(said.units_concerned))


def _figure(value: Decimal | None, unit: str) -> str:
    return "" if value is None else f"{format(value, 'f')}{unit}"


_OF: Mapping[WorkType, Callable[[Details], Told]] = {
    WorkType.HOT: _nothing,
    WorkType.CONFINED_SPACE: _nothing,
    WorkType.BLIND: _blind,
    WorkType.HEIGHT: _height,
    WorkType.LIFT: _lift,
    WorkType.POWER: _power,
    WorkType.EARTH: _earth,
    WorkType.ROAD: _road,
}
