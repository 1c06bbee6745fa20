"""Raw telemetry, in batches. Readings are not events: what matters of them becomes an event by its own command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, func, or_, select

from storage.schema import readings
from storage.schema_readings import device_services
from storage.sql import Channel, Row, Statement, asked, insert_row
from storage.times import read, read_optional, spell, spell_optional
from storage.tx_base import TxBase
from workflow.monitoring import Reading
from workflow.values import aware


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """One value with its unit and quality. ``measured_at`` is the device's stamp, None when it has no clock."""

    device: str
    quantity: str
    value: Decimal
    unit: str
    quality: str
    received_at: datetime
    measured_at: datetime | None = None
    permit: str | None = None

    def __post_init__(self) -> None:
        aware(self.received_at)
        if self.measured_at is not None:
            aware(self.measured_at)


def row_of(reading: Reading, permit: str | None = None) -> ReadingRow:
    """A reading as it is stored. ``permit``: only for what was said for this permit and no other."""
    return ReadingRow(
        device=reading.device,
        quantity=reading.quantity,
        value=reading.value,
        unit=reading.unit,
        quality=reading.quality.value,
        received_at=reading.received_at,
        measured_at=reading.measured_at,
        permit=permit,
    )


_r = readings.c
_COLUMNS = (_r.device, _r.quantity, _r.value, _r.unit, _r.quality, _r.measured_at, _r.received_at, _r.permit)
_ADD = insert_row(readings, channel=Channel.READINGS, without=["id"])
_ADD_TYPED = insert_row(readings, channel=Channel.TYPED, without=["id"])
_WITHIN = (_r.received_at >= bindparam("since"), _r.received_at < bindparam("until"))
OF_DEVICE = Statement(
    select(*_COLUMNS).where(*asked(readings, "site", "device"), *_WITHIN).order_by(_r.received_at, _r.id),
    "site",
    "device",
    "since",
    "until",
    channel=Channel.READINGS,
)
OF_PERMIT = Statement(
    select(*_COLUMNS).where(*asked(readings, "site", "permit"), *_WITHIN).order_by(_r.received_at, _r.id),
    "site",
    "permit",
    "since",
    "until",
    channel=Channel.TYPED,
)
_NEWEST = Statement(
    select(*_COLUMNS)
    .where(*asked(readings, "site", "device"), *_WITHIN, _r.quantity == bindparam("what"))
    .order_by(_r.received_at.desc(), _r.id.desc())
    .limit(1),
    "site",
    "device",
    "since",
    "until",
    "what",
    channel=Channel.READINGS,
)
_LAST_OF = Statement(
    select(func.max(_r.received_at)).where(
        *asked(readings, "site", "device"), *_WITHIN, _r.quantity == bindparam("what"),
        _r.quality == bindparam("worth"),
    ),
    "site", "device", "since", "until", "what", "worth",
    channel=Channel.READINGS,
)  # fmt: skip
_VALUES = Statement(
    select(_r.value, _r.unit, _r.quality, func.max(_r.received_at).label("last"))
    .where(*asked(readings, "site", "device"), *_WITHIN, _r.quantity == bindparam("what"))
    .group_by(_r.value, _r.unit, _r.quality)
    .order_by("last"),
    "site", "device", "since", "until", "what",
    channel=Channel.READINGS,
)  # fmt: skip
_v = device_services.c
_HOUR = len("2026-01-05T01")
SERVED_IN_THAT_HOUR = (
    select(_v.device)
    .where(
        _v.site == _r.site,
        _v.device == _r.device,
        func.substr(_v.since, 1, _HOUR) <= func.substr(_r.received_at, 1, _HOUR),
        or_(_v.until.is_(None), func.substr(_v.until, 1, _HOUR) >= func.substr(_r.received_at, 1, _HOUR)),
    )
    .correlate(readings)
    .exists()
)
"""The device of this reading served some permit in the hour of UTC it came in."""


class ReadingsTx(TxBase):
    """Telemetry."""

    __slots__ = ()

    def add_readings(self, rows: Iterable[ReadingRow]) -> None:
        """Keep a batch of readings; those of one permit alone are what people typed."""
        for row in rows:
            self.write(
                _ADD if row.permit is None else _ADD_TYPED,
                (
                    self.site, row.device, row.quantity, format(row.value, "f"), row.unit, row.quality,
                    spell_optional(row.measured_at), spell(row.received_at), row.permit,
                ),
            )  # fmt: skip

    def newest_reading(self, device: str, quantity: str, since: datetime, until: datetime) -> ReadingRow | None:
        """What a device said last of a quantity, received in ``[since, until)``; None: nothing."""
        found = readings_of(self.read(_NEWEST, (self.site, device, spell(since), spell(until), quantity)))
        return found[0] if found else None

    def values_since(
        self, device: str, quantity: str, quality: str, since: datetime, until: datetime
    ) -> tuple[ReadingRow, ...]:
        """Every value a device said of a quantity from its last reading of this quality on (that one included; all of
        ``[since, until)`` where it has none), each once as it was said last, the newest in the end. Without the
        device's own times."""
        last = self.read(_LAST_OF, (self.site, device, spell(since), spell(until), quantity, quality))[0][0]
        begin = spell(since) if last is None else last
        return tuple(
            ReadingRow(
                device=device, quantity=quantity, value=Decimal(value), unit=unit, quality=worth, received_at=read(at)
            )
            for value, unit, worth, at in self.read(_VALUES, (self.site, device, begin, spell(until), quantity))
        )  # fmt: skip

    def readings_of_device(self, device: str, since: datetime, until: datetime) -> tuple[ReadingRow, ...]:
        """Readings of a device received in ``[since, until)``."""
        return readings_of(self.read(OF_DEVICE, (self.site, device, spell(since), spell(until))))


def readings_of(rows: Iterable[Row]) -> tuple[ReadingRow, ...]:
    """Rows of ``readings`` without id and site, as records."""
    return tuple(
        ReadingRow(
            device=device, quantity=quantity, value=Decimal(value), unit=unit, quality=quality,
            measured_at=read_optional(measured_at), received_at=read(received_at), permit=permit,
        )
        for device, quantity, value, unit, quality, measured_at, received_at, permit in rows
    )  # fmt: skip
