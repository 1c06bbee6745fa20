"""The detectors that would watch a permit, and what they said last, as memory has it.

The bridge writes which devices serve a permit, and every reading of theirs within a second or two. What it has not
written is not heard here: then work does not begin.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from storage.directory import Device
from storage.readings import ReadingRow
from storage.tx import Tx
from workflow.ids import AreaId, DeviceId, PermitId, PersonId
from workflow.monitoring import LOOK_BACK, Detector, Quality, Reading

LENT: Final = "借给本票"


class _Channel(msgspec.Struct):
    quantity: str


class _Settings(msgspec.Struct):
    channels: list[_Channel] = []


def bound_to(
    tx: Tx, permit: PermitId, area: AreaId, people: Collection[PersonId], now: datetime, *, live: bool
) -> tuple[Detector, ...]:
    """The devices in use that watch the permit, by id. ``live``: with what each said last."""
    rows = [one for one in tx.directory.register.devices if one.active and _watches(one, permit, area, people)]
    # Words from before it served this permit are of another place.
    serves = [one for one in tx.services_of(permit) if one.until is None] if live else []
    since = {one.device: max(now - LOOK_BACK, one.since) for one in serves}
    return tuple(
        Detector(
            id=row.id,
            name=row.name,
            where=_where(tx, row),
            quantities=(measures := _measures(row)),
            calibration_due=row.calibration_due,
            newest=(newest := dict(_newest(tx, row.id, measures, since[row.id], now)) if row.id in since else None),
            since_good=_since_good(tx, row.id, newest, since[row.id], now) if newest else {},
        )
        for row in sorted(rows, key=lambda one: one.id)
    )


def _watches(row: Device, permit: PermitId, area: AreaId, people: Collection[PersonId]) -> bool:
    """As the bridge has it (`hardware_bridge.watching`): lent to one permit it watches no other, worn it goes with its
    wearer, else it watches where it stands."""
    if row.permit is not None:
        return row.permit == permit
    if row.person is not None:
        return row.person in people
    return row.area == area


def _where(tx: Tx, row: Device) -> str:
    directory = tx.directory
    if row.permit is not None:
        return LENT
    if row.person is not None:
        wearer = directory.people.get(row.person)
        return f"{wearer.name if wearer is not None else row.person}佩戴"
    area = directory.areas.get(row.area) if row.area is not None else None
    return area.name if area is not None else ""


def _measures(row: Device) -> tuple[str, ...]:
    """Quantities by the register; none where its settings cannot be read, as for the bridge."""
    try:
        said = msgspec.json.decode(row.settings.encode(), type=_Settings)
    except msgspec.DecodeError:
        return ()
    return tuple(dict.fromkeys(one.quantity for one in said.channels))


def _newest(
    tx: Tx, device: DeviceId, measures: tuple[str, ...], since: datetime, now: datetime
) -> Iterator[tuple[str, Reading]]:
    """What it said last where it stands now."""
    for quantity in measures:
        row = tx.newest_reading(device, quantity, since, now + timedelta.resolution)
        if row is not None:
            yield quantity, _reading(row)


def _since_good(
    tx: Tx, device: DeviceId, newest: Mapping[str, Reading], since: datetime, now: datetime
) -> dict[str, tuple[Reading, ...]]:
    """What it said before a last word that is not good."""
    wanted = [quantity for quantity, said in newest.items() if said.quality is not Quality.GOOD]
    if not wanted:
        return {}
    found = tx.values_since(device, wanted, Quality.GOOD.value, since, now + timedelta.resolution)
    return {quantity: tuple(map(_reading, rows)) for quantity, rows in found.items()}


def _reading(row: ReadingRow) -> Reading:
    return Reading(
        device=DeviceId(row.device),
        quantity=row.quantity,
        value=row.value,
        unit=row.unit,
        quality=Quality(row.quality),
        received_at=row.received_at,
        measured_at=row.measured_at,
    )
