"""Raw telemetry, in batches. Readings are not events: what matters of them becomes an event by its own command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, select

from storage.schema import readings
from storage.sql import Channel, Row, Statement, asked, insert_row
from storage.times import read, read_optional, spell, spell_optional
from storage.tx_base import TxBase
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


_r = readings.c
_COLUMNS = (_r.device, _r.quantity, _r.value, _r.unit, _r.quality, _r.measured_at, _r.received_at, _r.permit)
_ADD = insert_row(readings, channel=Channel.READINGS, without=["id"])
_WITHIN = (_r.received_at >= bindparam("since"), _r.received_at < bindparam("until"))
_OF_DEVICE = Statement(
    select(*_COLUMNS).where(*asked(readings, "site", "device"), *_WITHIN).order_by(_r.received_at, _r.id),
    "site",
    "device",
    "since",
    "until",
    channel=Channel.READINGS,
)
_OF_PERMIT = Statement(
    select(*_COLUMNS).where(*asked(readings, "site", "permit"), *_WITHIN).order_by(_r.received_at, _r.id),
    "site",
    "permit",
    "since",
    "until",
    channel=Channel.READINGS,
)


class ReadingsTx(TxBase):
    """Telemetry."""

    __slots__ = ()

    def add_readings(self, rows: Iterable[ReadingRow]) -> None:
        """Keep a batch of readings."""
        for row in rows:
            self.write(
                _ADD,
                (
                    self.site, row.device, row.quantity, format(row.value, "f"), row.unit, row.quality,
                    spell_optional(row.measured_at), spell(row.received_at), row.permit,
                ),
            )  # fmt: skip

    def readings_of_device(self, device: str, since: datetime, until: datetime) -> tuple[ReadingRow, ...]:
        """Readings of a device received in ``[since, until)``."""
        return readings_of(self.read(_OF_DEVICE, (self.site, device, spell(since), spell(until))))

    def readings_of_permit(self, permit: str, since: datetime, until: datetime) -> tuple[ReadingRow, ...]:
        """Readings bound to a permit received in ``[since, until)``."""
        return readings_of(self.read(_OF_PERMIT, (self.site, permit, spell(since), spell(until))))


def readings_of(rows: Iterable[Row]) -> tuple[ReadingRow, ...]:
    """Rows of ``readings`` without id and site, as records."""
    return tuple(
        ReadingRow(
            device=device, quantity=quantity, value=Decimal(value), unit=unit, quality=quality,
            measured_at=read_optional(measured_at), received_at=read(received_at), permit=permit,
        )
        for device, quantity, value, unit, quality, measured_at, received_at, permit in rows
    )  # fmt: skip
