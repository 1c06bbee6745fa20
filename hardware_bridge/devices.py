"""The plant's devices as the bridge knows them: what each measures, in which unit and range, and whether it may serve.

They are rows of the register (`storage.directory.Device`): id, address, place or wearer, calibration. The rest stands
in ``settings``, a JSON object in the shape of `Settings`; an unknown key is an error. A device whose settings cannot
be read is not known: everything it says is `Quality.UNKNOWN_DEVICE`, and the health page names it and the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final

import msgspec

from hardware_bridge.sample import DeviceKey, Quantity, Unit, quantity_named
from hardware_bridge.units import normal
from storage.directory import BEACON, Device
from workflow.ids import AreaId, DeviceId, PersonId
from workflow.instruments import named_twice
from workflow.nearness import DROP_DB, HEARD_FOR, MOST_DROP_DB, MOST_HEARD_S, STRONGEST_DBM, WEAKEST_DBM, Beacon

STALE_AFTER: Final = timedelta(seconds=30)
"""Domain 5.1: older than this when it comes in counts as stale."""
CLOCK_AHEAD: Final = timedelta(seconds=5)
"""How far a device's clock may be ahead of ours."""
BUMP_EVERY: Final = timedelta(hours=24)
"""Domain 5.1: a bump test within 24 h, for what people carry."""

_Seconds = Annotated[int, msgspec.Meta(ge=1, le=86400)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ChannelSettings(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One sensor. ``low`` and ``high`` in ``unit``; ``channel`` as the wire says it, empty for any."""

    quantity: _Text
    unit: Unit
    low: Decimal
    high: Decimal
    channel: str = ""
    response_s: _Seconds | None = None
    """T90, seconds: told to people, judged by nobody."""
    stuck_s: _Seconds | None = None
    """Standing still for longer is a fault; left out: it may (clean air is)."""


class Settings(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the register keeps of a device as JSON."""

    channels: Annotated[list[ChannelSettings], msgspec.Meta(max_length=64)] = []
    model: str = ""
    serial: str = ""
    point: str = ""
    """The sampling point it stands at (``upper``, ``middle`` …); empty: none in particular."""
    gateway: str = ""
    """The site gateway it stands behind, the only one that may speak for it; empty: none may."""
    bump_tested_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    bump_every_h: Annotated[int, msgspec.Meta(ge=1, le=8760)] | None = None
    """Left out: 24 h for a device with a wearer, never for one with a place."""
    stale_s: _Seconds = 30
    clock_ahead_s: _Seconds = 5
    near_dbm: Annotated[int, msgspec.Meta(gt=WEAKEST_DBM, lt=STRONGEST_DBM)] | None = None
    """Of a beacon: heard this strongly, the tag is near."""
    drop_db: Annotated[int, msgspec.Meta(ge=1, le=MOST_DROP_DB)] = DROP_DB
    heard_s: Annotated[int, msgspec.Meta(ge=1, le=MOST_HEARD_S)] = int(HEARD_FOR.total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One sensor, in normal units."""

    quantity: Quantity
    unit: Unit
    low: Decimal
    high: Decimal
    response: timedelta | None = None
    stuck_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A device of the plant. Days are the site's."""

    id: DeviceId
    name: str
    model: str = ""
    serial: str = ""
    area: AreaId | None = None
    person: PersonId | None = None
    permit: str | None = None
    point: str = ""
    gateway: str = ""
    calibration_due: date | None = None
    bump_every: timedelta | None = None
    bump_tested_at: datetime | None = None
    stale_after: timedelta = STALE_AFTER
    clock_ahead: timedelta = CLOCK_AHEAD
    channels: Mapping[tuple[str, Quantity], Channel] = field(default_factory=dict)
    beacon: Beacon | None = None
    """What stands at a place and is heard there, or hears who is there."""

    def channel(self, name: str, quantity: Quantity) -> Channel | None:
        """The sensor behind a channel of the wire; None where the register gives it none of this quantity."""
        return self.channels.get((name, quantity)) or self.channels.get(("", quantity))


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """The register of one moment. ``problems``: rows that could not be read, a sentence each."""

    by_key: Mapping[DeviceKey, Known] = field(default_factory=dict)
    by_id: Mapping[DeviceId, Known] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read(rows: Iterable[Device]) -> Devices:
    """The register's devices that are in use. Never raises: what cannot be read is left out and named."""
    by_key: dict[DeviceKey, Known] = {}
    problems: list[str] = []
    for row in rows:
        if not row.active:
            continue
        key = DeviceKey(row.address)
        try:
            one = known(row)
        except ValueError as wrong:
            problems.append(f"{row.id}: {wrong}")
            continue
        if key in by_key:
            # Two devices under one address: neither can be believed.
            problems.append(f"{row.id}: address {row.address} belongs to {by_key[key].id} as well")
            by_key[key] = Known(id=by_key[key].id, name=by_key[key].name)
            continue
        by_key[key] = one
    twins = tuple(named_twice((key, one.model, one.serial) for key, one in by_key.items()))
    for key, twin in twins:
        problems.append(f"{by_key[key].id}: serial {by_key[key].serial} is that of {by_key[twin].id} as well")
        for each in (key, twin):
            by_key[each] = Known(id=by_key[each].id, name=by_key[each].name)
    return Devices(by_key=by_key, by_id={one.id: one for one in by_key.values()}, problems=tuple(problems))


def known(row: Device) -> Known:
    """One device. Raise `ValueError` that names the key of ``settings`` that is wrong."""
    try:
        said = msgspec.json.decode(row.settings.encode(), type=Settings)
    except msgspec.DecodeError as wrong:
        raise ValueError(f"settings: {wrong}") from None
    every = said.bump_every_h
    worn = BUMP_EVERY if row.person is not None else None
    return Known(
        id=row.id,
        name=row.name,
        model=said.model,
        serial=said.serial,
        area=row.area,
        person=row.person,
        permit=row.permit,
        point=said.point,
        gateway=said.gateway,
        calibration_due=row.calibration_due,
        bump_every=timedelta(hours=every) if every is not None else worn,
        bump_tested_at=said.bump_tested_at,
        stale_after=timedelta(seconds=said.stale_s),
        clock_ahead=timedelta(seconds=said.clock_ahead_s),
        channels=_channels(said.channels),
        beacon=_beacon(row, said),
    )


def _beacon(row: Device, said: Settings) -> Beacon | None:
    if row.kind != BEACON:
        return None
    if row.area is None or said.near_dbm is None:
        raise ValueError("a beacon needs an area and `near_dbm`")
    return Beacon(
        id=row.id, name=row.name, area=row.area, near_dbm=said.near_dbm, drop_db=said.drop_db,
        heard_for=timedelta(seconds=said.heard_s),
    )  # fmt: skip


def _channels(said: Iterable[ChannelSettings]) -> dict[tuple[str, Quantity], Channel]:
    """One sensor for each quantity: of two of one kind, the calm of one would take back what the other cries."""
    found: dict[tuple[str, Quantity], Channel] = {}
    for number, one in enumerate(said):
        key, channel = _channel(number, one)
        if key[1] in {quantity for _, quantity in found}:
            raise ValueError(
                f"settings: a second sensor of one quantity; make it a device of its own - at `$.channels[{number}]`"
            )
        found[key] = channel
    return found


def _channel(number: int, said: ChannelSettings) -> tuple[tuple[str, Quantity], Channel]:
    try:
        quantity = quantity_named(said.quantity)
    except ValueError as wrong:
        raise ValueError(f"settings: {wrong} - at `$.channels[{number}].quantity`") from None
    if not said.low < said.high:
        raise ValueError(f"settings: low is not below high - at `$.channels[{number}]`")
    low, unit = normal(said.low, said.unit)
    high, _ = normal(said.high, said.unit)
    return (said.channel, quantity), Channel(
        quantity=quantity,
        unit=unit,
        low=low,
        high=high,
        response=None if said.response_s is None else timedelta(seconds=said.response_s),
        stuck_after=None if said.stuck_s is None else timedelta(seconds=said.stuck_s),
    )
