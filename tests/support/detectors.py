"""Detectors for tests: a row of the register, a sample off the wire, work that must be watched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from handlers.house import House
from handlers.monitoring import Served
from hardware_bridge.devices import Devices, read
from hardware_bridge.sample import NO_FLAGS, DeviceKey, Flag, Sample, SourceKind, Unit, quantity_named
from storage.directory import Device
from tests.support.rulebook import content, planned, rules
from workflow.ids import AreaId, DeviceId, PermitId, PersonId
from workflow.monitoring import Watch
from workflow.permit.content import Content, SiteFacts
from workflow.permit.state import Status
from workflow.rules.types import GasRules
from workflow.values import WorkType

FOUR: tuple[tuple[str, str, str, str], ...] = (
    ("o2", "%vol", "0", "30"), ("flammable", "%LEL", "0", "100"),
    ("h2s", "ppm", "0", "100"), ("co", "ppm", "0", "1000"),
)  # fmt: skip
"""A usual portable: quantity, unit, range."""
CLEAN = {"o2": "20.9", "flammable": "0", "h2s": "0", "co": "0"}
UNITS = {name: Unit(unit) for name, unit, _, _ in FOUR}
KEY = DeviceKey("GD-1")
LATER = date(2099, 1, 1)


def device(
    name: str = "GD-1",
    *,
    area: str | None = "A-1",
    person: str | None = None,
    permit: str | None = None,
    due: date | None = LATER,
    active: bool = True,
    channels: tuple[tuple[str, str, str, str], ...] = FOUR,
    **settings: Any,
) -> Device:
    """A registered four-gas detector; more ``settings`` as the register writes them."""
    said = [{"quantity": what, "unit": unit, "low": low, "high": high} for what, unit, low, high in channels]
    return Device(
        id=DeviceId(name),
        name=f"{name}号检测仪",
        kind="gas",
        address=name,
        area=None if area is None else AreaId(area),
        person=None if person is None else PersonId(person),
        permit=permit,
        calibration_due=due,
        active=active,
        settings=msgspec.json.encode({"channels": said, **settings}).decode(),
    )


def sample(
    quantity: str = "o2",
    value: str | Decimal = "20.9",
    *,
    key: str = KEY,
    unit: Unit | None = None,
    at: datetime | None = None,
    flags: frozenset[Flag] = NO_FLAGS,
    sequence: int | None = None,
    channel: str = "",
) -> Sample:
    """One value off the wire."""
    return Sample(
        source=SourceKind.REPLAY,
        device=DeviceKey(key),
        quantity=quantity_named(quantity),
        value=Decimal(value),
        unit=unit or UNITS[quantity],
        device_time=at,
        flags=flags,
        sequence=sequence,
        channel=channel,
    )


def clean(key: str = KEY, at: datetime | None = None, **other: str) -> list[Sample]:
    """A whole report of clean air, but for what is said otherwise."""
    return [sample(name, other.get(name, value), key=key, at=at) for name, value in CLEAN.items()]


def space() -> Content:
    """Confined-space work at place A-1, May 2026."""
    return content(
        WorkType.CONFINED_SPACE,
        facts=SiteFacts(held_toxic_or_flammable=True, flammable_gas="methane"),
        planned=planned("2026-05-12 10:00", "2026-05-12 16:00"),
    )


def gas_rules() -> GasRules:
    """What the rules say of the air in `space`."""
    found = rules(space()).gas
    assert found is not None
    return found


BOUND = timedelta(seconds=60)
WATCH = Watch(works=frozenset({WorkType.CONFINED_SPACE}), quantities=tuple(CLEAN), silent_after=BOUND)


def served(
    now: datetime, *, number: str = "P-1", status: Status = Status.ACTIVE, watch: Watch | None = WATCH, **other: Any
) -> Served:
    """A permit as the office describes it."""
    one = Served(
        permit=PermitId(number),
        status=status,
        version=1,
        content=replace(space(), area=AreaId("A-1")),
        gas=gas_rules(),
        watch=watch,
        guardian=PersonId("zhaomin"),
        people=frozenset({PersonId("zhaomin")}),
        points=frozenset(),
        at=now,
        sampled=now,
    )
    return replace(one, **other)


def register(*rows: Device) -> Devices:
    """The register of these."""
    found = read(rows)
    assert found.problems == ()
    return found


def watched(house: House, *watches: Watch) -> House:
    """The same house of a plant that asks for detectors."""
    plant = replace(house.book.plant, monitoring=watches)
    return replace(house, book=replace(house.book, plant=plant))
