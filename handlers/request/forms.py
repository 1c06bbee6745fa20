"""The fields of a work's own form (A.3 to A.8): from words to content, and back for a copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from cards.words_draft import ANSWERED
from handlers.request.amounts import amount
from handlers.request.detailing import of_work, pipe_of
from handlers.request.details import DetailKey, DetailSaid
from handlers.request.understand import Draft, Understanding
from workflow.ids import AreaId, PersonId
from workflow.permit.details import (
    BlindAction,
    BlindDetails,
    Details,
    EarthDetails,
    HeightDetails,
    HotDetails,
    LiftDetails,
    PowerDetails,
    PowerDevice,
    RoadDetails,
)
from workflow.values import WorkType


class _Cells:
    """What was said for the cells of one work, certain values only."""

    def __init__(self, details: Sequence[DetailSaid]) -> None:
        self._details = [one for one in details if one.doubt is None]

    def text(self, key: DetailKey) -> str:
        return next((one.text for one in self._details if one.key is key), "")

    def number(self, key: DetailKey) -> Decimal | None:
        return next((one.number for one in self._details if one.key is key), None)

    def answer(self, key: DetailKey) -> bool | None:
        """A cell of yes or no; None while nobody has said."""
        return {"yes": True, "no": False}.get(self.text(key))

    def devices(self) -> tuple[PowerDevice, ...]:
        rows = [one for one in self._details if one.key is DetailKey.DEVICE]
        return tuple(PowerDevice(name=one.text, kw=one.number) for one in rows for _ in range(one.count))


def _worse(said: bool | None, ticked: bool | None, *, bad: bool) -> bool | None:
    """The word of the sentence and the tick: whoever says the bad of the two is heard."""
    if bad in (said, ticked):
        return bad
    return said if said is not None else ticked


def details_of(work: WorkType, found: Understanding, *, task: str, facts: Mapping[str, bool]) -> Details:
    """The fields of the form of ``work``; what nobody has said stays empty. ``facts`` are the ticks answered."""
    said = found.draft
    cells = _Cells(of_work(said.details, work))
    match work:
        case WorkType.HOT:
            machine = cells.text(DetailKey.MACHINE)
            return Details(hot=HotDetails(machine_place=machine)) if machine else Details()
        case WorkType.CONFINED_SPACE:
            return Details()
        case WorkType.BLIND:
            return Details(blind=_blind(cells, found))
        case WorkType.HEIGHT:
            layers = cells.number(DetailKey.LAYERS)
            height = HeightDetails(
                height_m=cells.number(DetailKey.HEIGHT), layers=None if layers is None else int(layers)
            )
            return Details(height=height)
        case WorkType.LIFT:
            return Details(lift=_lift(cells, found))
        case WorkType.POWER:
            return Details(power=_power(cells, found))
        case WorkType.EARTH:
            earth = EarthDetails(
                depth_m=cells.number(DetailKey.DEPTH),
                area_m2=cells.number(DetailKey.AREA),
                scope=cells.text(DetailKey.SCOPE) or task,
                buried_media=_worse(cells.answer(DetailKey.BURIED), facts.get("buried_media"), bad=True),
                # not ticked is not said: only whoever digs beside a way of fire engines has to answer it (X11)
                fire_route_kept=_worse(cells.answer(DetailKey.ROUTE), facts.get("fire_route_kept") or None, bad=False),
            )
            return Details(earth=earth)
        case WorkType.ROAD:
            units = cells.text(DetailKey.UNITS)
            reason = cells.text(DetailKey.REASON) or task
            road = RoadDetails(
                reason=reason,
                units_concerned=tuple(units.split("、")) if units else (),
                fire_route_kept=_worse(cells.answer(DetailKey.ROUTE), facts.get("fire_route_kept"), bad=False),
            )
            return Details(road=road)


def _blind(cells: _Cells, found: Understanding) -> BlindDetails:
    action = cells.text(DetailKey.ACTION)
    author = _one(found, DetailKey.AUTHOR)
    return BlindDetails(
        action=BlindAction(action) if action else None,
        pipe=cells.text(DetailKey.PIPE) or pipe_of(found.draft.places),
        medium=cells.text(DetailKey.MEDIUM),
        temperature_c=cells.number(DetailKey.TEMPERATURE),
        pressure_mpa=cells.number(DetailKey.PRESSURE),
        material=cells.text(DetailKey.MATERIAL),
        spec=cells.text(DetailKey.SPEC),
        number=cells.text(DetailKey.BLIND_NO),
        drawing_no=cells.text(DetailKey.DRAWING),
        drawing_author=author,
    )


def _lift(cells: _Cells, found: Understanding) -> LiftDetails:
    return LiftDetails(
        mass_t=cells.number(DetailKey.MASS),
        load=cells.text(DetailKey.LOAD),
        rigging=cells.text(DetailKey.RIGGING),
        commander=_one(found, DetailKey.COMMANDER),
        operators=_all(found, DetailKey.OPERATOR),
        slingers=_all(found, DetailKey.SLINGER),
        radius_m=cells.number(DetailKey.RADIUS),
    )


def _power(cells: _Cells, found: Understanding) -> PowerDetails:
    return PowerDetails(
        source_point=cells.text(DetailKey.SOURCE),
        permitted_kw=cells.number(DetailKey.PERMITTED),
        voltage_v=cells.number(DetailKey.VOLTAGE),
        devices=cells.devices(),
        user=_one(found, DetailKey.USER),
        special_reason=cells.text(DetailKey.SPECIAL),
    )


def _one(found: Understanding, duty: DetailKey) -> PersonId | None:
    people = found.on_duty(duty)
    return PersonId(people[0].id) if people else None


def _all(found: Understanding, duty: DetailKey) -> tuple[PersonId, ...]:
    return tuple(PersonId(one.id) for one in found.on_duty(duty))


# --- back again -----------------------------------------------------------------------------------------------------


def said_again(details: Details, named: Callable[[AreaId], str] = str) -> tuple[DetailSaid, ...]:
    """What somebody would have said to get these fields; people apart. ``named``: what an area is called."""
    told: list[DetailSaid] = []

    def text(key: DetailKey, value: str) -> None:
        if value:
            told.append(DetailSaid(key=key, said=value, text=value))

    def number(key: DetailKey, value: Decimal | None) -> None:
        if value is not None:
            told.append(DetailSaid(key=key, said=amount(key, value), number=value))

    if details.hot is not None:
        text(DetailKey.MACHINE, details.hot.machine_place)
    if (blind := details.blind) is not None:
        text(DetailKey.ACTION, blind.action.value if blind.action is not None else "")
        text(DetailKey.PIPE, blind.pipe)
        text(DetailKey.MEDIUM, blind.medium)
        number(DetailKey.TEMPERATURE, blind.temperature_c)
        number(DetailKey.PRESSURE, blind.pressure_mpa)
        text(DetailKey.MATERIAL, blind.material)
        text(DetailKey.SPEC, blind.spec)
        text(DetailKey.BLIND_NO, blind.number)
        text(DetailKey.DRAWING, blind.drawing_no)
    if details.height is not None:
        number(DetailKey.HEIGHT, details.height.height_m)
        layers = details.height.layers
        number(DetailKey.LAYERS, None if layers is None else Decimal(layers))
    if (lift := details.lift) is not None:
        number(DetailKey.MASS, lift.mass_t)
        text(DetailKey.LOAD, lift.load)
        text(DetailKey.RIGGING, lift.rigging)
        number(DetailKey.RADIUS, lift.radius_m)
        text(DetailKey.PATH, "、".join(map(named, lift.path)))
    if (power := details.power) is not None:
        text(DetailKey.SOURCE, power.source_point)
        number(DetailKey.VOLTAGE, power.voltage_v)
        told += _devices(power.devices)
        number(DetailKey.PERMITTED, power.permitted_kw)
        text(DetailKey.SPECIAL, power.special_reason)
    told += _ground_again(details)
    return tuple(told)


def _ground_again(details: Details) -> list[DetailSaid]:
    """Digging and closed roads."""
    told: list[DetailSaid] = []
    if (earth := details.earth) is not None:
        figures = ((DetailKey.DEPTH, earth.depth_m), (DetailKey.AREA, earth.area_m2))
        told += [DetailSaid(key=key, said=amount(key, value), number=value) for key, value in figures if value]
        told += _texts((DetailKey.SCOPE, earth.scope), (DetailKey.BURIED, _YES_NO[earth.buried_media]))
        told += _texts((DetailKey.ROUTE, _YES_NO[earth.fire_route_kept]))
    if (road := details.road) is not None:
        told += _texts((DetailKey.REASON, road.reason), (DetailKey.UNITS, "、".join(road.units_concerned)))
        told += _texts((DetailKey.ROUTE, _YES_NO[road.fire_route_kept]))
    return told


_YES_NO: Mapping[bool | None, str] = {None: "", True: "yes", False: "no"}


def _texts(*pairs: tuple[DetailKey, str]) -> list[DetailSaid]:
    return [DetailSaid(key=key, said=value, text=value) for key, value in pairs if value]


def _devices(devices: Sequence[PowerDevice]) -> list[DetailSaid]:
    """Alike consumers are one saying with a count."""
    alike: dict[PowerDevice, int] = {}
    for device in devices:
        alike[device] = alike.get(device, 0) + 1
    return [
        DetailSaid(key=DetailKey.DEVICE, said=device.name, text=device.name, number=device.kw, count=count)
        for device, count in alike.items()
    ]


def people_again(details: Details) -> tuple[tuple[DetailKey, PersonId], ...]:
    """The people of the form's own cells."""
    lift, power, blind = details.lift, details.power, details.blind
    found: list[tuple[DetailKey, PersonId]] = []
    if lift is not None:
        found += [(DetailKey.COMMANDER, lift.commander)] if lift.commander is not None else []
        found += [(DetailKey.OPERATOR, one) for one in lift.operators]
        found += [(DetailKey.SLINGER, one) for one in lift.slingers]
    if power is not None and power.user is not None:
        found.append((DetailKey.USER, power.user))
    if blind is not None and blind.drawing_author is not None:
        found.append((DetailKey.AUTHOR, blind.drawing_author))
    return tuple(found)


# --- shown ----------------------------------------------------------------------------------------------------------

_MOST_DEVICES = 4


def told(
    work: WorkType, found: Understanding, labels: Mapping[str, str], actions: Mapping[str, str]
) -> tuple[str, ...]:
    """The cells as a person reads them, each with its label, in the form's order; only what is certain."""
    draft: Draft = found.draft
    parts: list[str] = []
    devices: list[str] = []
    for one in of_work(draft.details, work):
        if one.doubt is not None or one.key is DetailKey.BLINDS:
            continue
        if one.key is DetailKey.DEVICE:
            rated = amount(one.key, one.number) if one.number is not None else ""
            devices.append(f"{one.text}{rated}" + (f"×{one.count}台" if one.count > 1 else ""))
        elif one.key is DetailKey.ACTION:
            parts.append(actions[one.text])
        elif one.key.value in ANSWERED:
            parts.append(f"{labels[one.key.value]}：{ANSWERED[one.key.value][one.text]}")
        else:
            value = amount(one.key, one.number) if one.number is not None else one.text
            parts.append(f"{labels[one.key.value]}：{value}")
    if work is WorkType.BLIND and (pipe := pipe_of(draft.places)):
        parts.insert(min(1, len(parts)), f"{labels['pipe']}：{pipe}")
    if devices:
        more = f"等{len(devices)}种" if len(devices) > _MOST_DEVICES else ""
        parts.append("、".join(devices[:_MOST_DEVICES]) + more)
    for duty in (DetailKey.COMMANDER, DetailKey.OPERATOR, DetailKey.SLINGER, DetailKey.USER, DetailKey.AUTHOR):
        names = "、".join(one.name for one in found.on_duty(duty))
        if names:
            parts.append(f"{labels[duty.value]}：{names}")
    return tuple(parts)
