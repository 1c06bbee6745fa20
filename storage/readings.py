"""Raw telemetry, in batches. Readings are not events: what matters of them becomes an event by its own command.

What devices say lies in blocks (`storage.reading_blocks`), what people type for a permit is a row each. Both are told
in one shape, `ReadingRow`, in the order they came in; so are devices' readings from before there were blocks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain
from operator import itemgetter

from sqlalchemy import Column, ColumnElement, bindparam, func, or_, select

from storage.reading_blocks import Entry, Heard, blocks_of, entries
from storage.schema import readings
from storage.schema_readings import device_services, reading_blocks
from storage.sky_words import SkyWordsTx
from storage.sql import Channel, Row, Statement, asked, insert_row
from storage.times import read, read_optional, spell, spell_optional
from workflow.monitoring import Reading
from workflow.segments import HOUR
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
_ADD_BLOCK = insert_row(reading_blocks, channel=Channel.READINGS, without=["id"])
_ADD_TYPED = insert_row(readings, channel=Channel.TYPED, without=["id"])
_WITHIN = (_r.received_at >= bindparam("since"), _r.received_at < bindparam("until"))
_OF_DEVICE = Statement(
    select(*_COLUMNS).where(*asked(readings, "site", "device"), *_WITHIN).order_by(_r.received_at, _r.id),
    "site",
    "device",
    "since",
    "until",
    channel=Channel.READINGS,
)
_CAME = Statement(
    select(*_COLUMNS).where(*asked(readings, "site", "device"), *_WITHIN).order_by(_r.id),
    "site",
    "device",
    "since",
    "until",
    channel=Channel.READINGS,
)
CAME_FOR_PERMIT = Statement(
    select(*_COLUMNS).where(*asked(readings, "site", "permit"), *_WITHIN).order_by(_r.id),
    "site",
    "permit",
    "since",
    "until",
    channel=Channel.TYPED,
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
_b = reading_blocks.c
_BLOCKS = Statement(
    select(_b.body)
    .where(
        *asked(reading_blocks, "site", "device"),
        _b.last_at >= bindparam("since"),
        _b.last_at < bindparam("hour_ends"),
        _b.first_at < bindparam("until"),
    )
    .order_by(_b.id),
    "site",
    "device",
    "since",
    "hour_ends",
    "until",
    channel=Channel.READINGS,
)
_NEWEST_BLOCKS = Statement(
    select(_b.last_at, _b.body)
    .where(*asked(reading_blocks, "site", "device"), _b.last_at >= bindparam("since"))
    .order_by(_b.last_at.desc(), _b.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("past")),
    "site",
    "device",
    "since",
    "most",
    "past",
    channel=Channel.READINGS,
)
_PAGE = 32
"""Blocks looked through at once for the last word of a device: half a minute of it."""
_v = device_services.c
_HOUR = len("2026-01-05T01")


def served_in_the_hour(at: Column[str]) -> ColumnElement[bool]:
    """The device of a row served some permit in the hour of UTC that the row's column ``at`` names."""
    table, hour = at.table, func.substr(at, 1, _HOUR)
    return (
        select(_v.device)
        .where(
            _v.site == table.c.site,
            _v.device == table.c.device,
            func.substr(_v.since, 1, _HOUR) <= hour,
            or_(_v.until.is_(None), func.substr(_v.until, 1, _HOUR) >= hour),
        )
        .correlate(table)
        .exists()
    )


class ReadingsTx(SkyWordsTx):
    """Telemetry."""

    __slots__ = ()

    def add_readings(self, rows: Iterable[ReadingRow]) -> None:
        """Keep a batch of readings; those of one permit alone are what people typed."""
        said: list[ReadingRow] = []
        for row in rows:
            if row.permit is None:
                said.append(row)
                continue
            self.write(
                _ADD_TYPED,
                (
                    self.site, row.device, row.quantity, format(row.value, "f"), row.unit, row.quality,
                    spell_optional(row.measured_at), spell(row.received_at), row.permit,
                ),
            )  # fmt: skip
        self.add_said(said)

    def add_said(self, said: Iterable[Heard]) -> None:
        """Keep what devices said, in the order it came in."""
        said = tuple(said)
        self.keep_sky(said)
        for one in blocks_of(said):
            self.write(_ADD_BLOCK, (self.site, one.device, spell(one.first), spell(one.last), one.size, one.body))

    def newest_reading(self, device: str, quantity: str, since: datetime, until: datetime) -> ReadingRow | None:
        """What a device said last of a quantity, received in ``[since, until)``; None: nothing."""
        rows = readings_of(self.read(_NEWEST, (self.site, device, spell(since), spell(until), quantity)))
        best = rows[0] if rows else None
        for last, block in self._backwards(device, since):
            if best is not None and last < best.received_at:
                break
            # Of two of one moment the later one counts; blocks come backwards, and entries forwards.
            found = [one for one in block if one.quantity == quantity and since <= one.received_at < until]
            newest = max(reversed(found), key=lambda one: one.received_at, default=None)
            if newest is not None and (best is None or newest.received_at > best.received_at):
                best = _row(device, newest)
        return best

    def values_since(
        self, device: str, quantities: Collection[str], quality: str, since: datetime, until: datetime
    ) -> Mapping[str, tuple[ReadingRow, ...]]:
        """By quantity every value a device said from its last reading of this quality on (that one included; all of
        ``[since, until)`` where it has none), each once as it was said last, the newest in the end. Without the
        device's own times. One way through its blocks for all of them, no further back than somebody needs."""
        newest: dict[tuple[str, Decimal, str, str], datetime] = {}
        begins = dict.fromkeys(quantities, since)
        old = readings_of(self.read(_OF_DEVICE, (self.site, device, spell(since), spell(until))))
        told: Iterator[tuple[datetime, Sequence[Entry | ReadingRow]]]
        told = chain([(until, old)], self._backwards(device, since))
        for last, block in told:
            if last < min(begins.values(), default=until):
                break
            for one in block:
                at, what = one.received_at, one.quantity
                if what not in begins or not since <= at < until:
                    continue
                key = (what, one.value, one.unit, one.quality)
                newest[key] = max(at, newest.get(key, at))
                if one.quality == quality:
                    begins[what] = max(begins[what], at)
        found: dict[str, list[ReadingRow]] = {what: [] for what in begins}
        for (what, value, unit, worth), at in sorted(newest.items(), key=itemgetter(1)):
            if at >= begins[what]:
                found[what].append(
                    ReadingRow(
                        device=device, quantity=what, value=value, unit=unit, quality=worth,
                        received_at=at.astimezone(UTC),
                    )
                )  # fmt: skip
        return {what: tuple(rows) for what, rows in found.items()}

    def _backwards(self, device: str, since: datetime) -> Iterator[tuple[datetime, list[Entry]]]:
        """A device's blocks from the last on, as far as somebody asks for more."""
        past = 0
        while rows := self.read(_NEWEST_BLOCKS, (self.site, device, spell(since), _PAGE, past)):
            yield from ((read(last), entries(body)) for last, body in rows)
            past += len(rows)

    def readings_of_device(self, device: str, since: datetime, until: datetime) -> tuple[ReadingRow, ...]:
        """Readings of a device received in ``[since, until)``, in the order they came in."""
        span = spell(since), spell(until)
        rows = readings_of(self.read(_OF_DEVICE, (self.site, device, *span)))
        said = self._in_blocks(device, since, until)
        return tuple(sorted((*rows, *said), key=lambda row: row.received_at)) if said else rows

    def readings_as_they_came(self, device: str, since: datetime, until: datetime) -> tuple[ReadingRow, ...]:
        """The same in the order they were stored in, which is another one where a clock was set back."""
        rows = readings_of(self.read(_CAME, (self.site, device, spell(since), spell(until))))
        return (*rows, *self._in_blocks(device, since, until))

    def _in_blocks(self, device: str, since: datetime, until: datetime) -> list[ReadingRow]:
        span = (self.site, device, spell(since), spell(_hour_ends(until)), spell(until))
        blocks = self.read(_BLOCKS, span)
        return [_row(device, one) for (body,) in blocks for one in entries(body) if since <= one.received_at < until]


def _hour_ends(moment: datetime) -> datetime:
    """The end of the hour of UTC a moment lies in: no block that begins before it ends later."""
    hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour if hour >= datetime.max.replace(tzinfo=UTC) - HOUR else hour + HOUR


def _row(device: str, one: Entry) -> ReadingRow:
    return ReadingRow(
        device=device, quantity=one.quantity, value=one.value, unit=one.unit, quality=one.quality,
        measured_at=None if one.measured_at is None else one.measured_at.astimezone(UTC),
        received_at=one.received_at.astimezone(UTC),
    )  # fmt: skip


def readings_of(rows: Iterable[Row]) -> tuple[ReadingRow, ...]:
    """Rows of ``readings`` without id and site, as records."""
    return tuple(
        ReadingRow(
            device=device, quantity=quantity, value=Decimal(value), unit=unit, quality=quality,
            measured_at=read_optional(measured_at), received_at=read(received_at), permit=permit,
        )
        for device, quantity, value, unit, quality, measured_at, received_at, permit in rows
    )  # fmt: skip
