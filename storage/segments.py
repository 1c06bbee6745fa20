"""Whose readings belong to a permit, and the sealed hours they lie in.

For checkpoints and exports: ``tx.segments_of_permit(number)`` gives every sealed segment that holds readings of the
permit, with its hash; ``tx.segment_lines(subject, hour)`` gives the exact bytes that were hashed, in order, and
``tx.segments_between(since, until)`` all segments of the site sealed for a span, in the order of subject and hour. To
verify, put the lines through `workflow.segments.sealed` with the segment's ``previous`` and compare the hashes.

A segment holds what had come in when it was sealed, and no more. What comes in later with a time of that hour (a clock
was set back) lies in a segment of its own: of the same hour, of a subject of its own (``device+1:GD-1``), with a chain
of its own. So what was sealed stays as it is, and what was added shows as added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, update

from storage.readings import CAME_FOR_PERMIT, OF_PERMIT, ReadingRow, ReadingsTx, readings_of
from storage.schema import readings
from storage.schema_readings import device_services, reading_segments
from storage.sql import Channel, Row, Statement, asked, insert_row
from storage.times import read, read_optional, spell, spell_optional
from workflow.monitoring import Quality
from workflow.segments import HOUR, NOTHING, Segment, canonical, sealed
from workflow.values import aware

DEVICE, PERMIT = "device:", "permit:"
"""What subjects begin with."""
_LATER = "+"
"""Between the kind of a subject and how often something was added to its hour."""
_HOUR = len("2026-01-05T01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A device watched a permit in ``[since, until)``; None: it still does."""

    permit: str
    device: str
    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        aware(self.since)


_v, _g, _r = device_services.c, reading_segments.c, readings.c
_SERVE = insert_row(device_services, channel=Channel.READINGS, ignore=True)
_END = Statement(
    update(device_services)
    .where(*asked(device_services, "site", "permit", "device"), _v.until.is_(None))
    .values(until=bindparam("ended")),
    "site", "permit", "device", "ended",
    channel=Channel.READINGS,
)  # fmt: skip
_SERVICE = (_v.permit, _v.device, _v.since, _v.until)
_OPEN = Statement(
    select(*_SERVICE).where(*asked(device_services, "site"), _v.until.is_(None)), "site", channel=Channel.READINGS
)
_FOR_PERMIT = Statement(
    select(*_SERVICE).where(*asked(device_services, "site", "permit")).order_by(_v.since, _v.device),
    "site",
    "permit",
    channel=Channel.READINGS,
)
_SEGMENT = (_g.subject, _g.hour, _g.count, _g.lost, _g.prev, _g.hash)
_ADD = insert_row(reading_segments, channel=Channel.READINGS, ignore=True)
_LAST = Statement(
    select(_g.hash)
    .where(*asked(reading_segments, "site", "subject"), _g.hour < bindparam("hour_"))
    .order_by(_g.hour.desc())
    .limit(1),
    "site", "subject", "hour_",
    channel=Channel.READINGS,
)  # fmt: skip
_NEWEST = Statement(select(func.max(_g.hour)).where(*asked(reading_segments, "site")), "site", channel=Channel.READINGS)
_OLDEST = Statement(select(func.min(_v.since)).where(*asked(device_services, "site")), "site", channel=Channel.READINGS)
_OLDEST_TYPED = Statement(
    select(func.min(_r.received_at)).where(*asked(readings, "site"), _r.permit.is_not(None)),
    "site",
    channel=Channel.TYPED,
)
_BETWEEN = Statement(
    select(*_SEGMENT)
    .where(*asked(reading_segments, "site"), _g.hour >= bindparam("since"), _g.hour < bindparam("until"))
    .order_by(_g.subject, _g.hour),
    "site", "since", "until",
    channel=Channel.READINGS,
)  # fmt: skip
_OF_SUBJECT = Statement(
    select(*_SEGMENT)
    .where(
        *asked(reading_segments, "site", "subject"), _g.hour >= bindparam("since"), _g.hour < bindparam("until")
    )
    .order_by(_g.hour),
    "site", "subject", "since", "until",
    channel=Channel.READINGS,
)  # fmt: skip


_SERVED = Statement(
    select(*_SERVICE).where(
        *asked(device_services, "site"),
        _v.since < bindparam("until_"),
        or_(_v.until.is_(None), _v.until >= bindparam("since_")),
    ),
    "site", "since_", "until_",
    channel=Channel.READINGS,
)  # fmt: skip
_UNSEALED_PERMITS = Statement(
    select(_r.permit, func.substr(_r.received_at, 1, _HOUR).label("hour"))
    .distinct()
    .where(
        *asked(readings, "site"),
        _r.permit.is_not(None),
        _r.received_at >= bindparam("since"),
        _r.received_at < bindparam("until"),
    )
    .order_by("hour", _r.permit),
    "site", "since", "until",
    channel=Channel.TYPED,
)  # fmt: skip


class SegmentsTx(ReadingsTx):
    """Services and segments."""

    __slots__ = ()

    # --- services

    def serve(self, permit: str, device: str, since: datetime) -> None:
        """The device begins to watch the permit."""
        self.write(_SERVE, (self.site, permit, device, spell(since), None))

    def stop_serving(self, permit: str, device: str, until: datetime) -> None:
        """It watches no longer. Harmless when it did not."""
        self.write(_END, (self.site, permit, device, spell(until)))

    def services_open(self) -> tuple[Service, ...]:
        """Who watches what now."""
        return _services(self.read(_OPEN, (self.site,)))

    def services_of(self, permit: str) -> tuple[Service, ...]:
        """Which devices watched the permit, and when."""
        return _services(self.read(_FOR_PERMIT, (self.site, permit)))

    def readings_of_permit(self, permit: str, since: datetime, until: datetime) -> tuple[ReadingRow, ...]:
        """The permit's gas curve received in ``[since, until)``: what was typed for it, and what its devices said
        while they served it, in the order it came in."""
        found = list(readings_of(self.read(OF_PERMIT, (self.site, permit, spell(since), spell(until)))))
        for one in self.services_of(permit):
            first, last = max(since, one.since), until if one.until is None else min(until, one.until)
            found += [row for row in self.readings_of_device(one.device, first, last) if row.permit is None]
        return tuple(sorted(found, key=lambda row: row.received_at))

    # --- segments

    def unsealed(self, since: datetime, until: datetime) -> tuple[tuple[str, datetime], ...]:
        """Subjects and hours of UTC, begun in ``[since, until)`` (whole hours), in which something belonged to a permit
        and that nobody sealed yet; to be handed to `seal`, the earlier first."""
        span = (self.site, spell(since), spell(until))
        found = {(hour, f"{PERMIT}{name}") for name, hour in self.read(_UNSEALED_PERMITS, span)}
        for one in _services(self.read(_SERVED, span)):
            hour = max(since, one.since.replace(minute=0, second=0, microsecond=0))
            while hour < until and (one.until is None or hour < one.until):
                found.add((spell(hour)[:_HOUR], f"{DEVICE}{one.device}"))
                hour += HOUR
        found -= {(spell(one.hour)[:_HOUR], one.subject) for one in self.segments_between(since, until)}
        return tuple((subject, read(f"{hour}:00:00.000000Z")) for hour, subject in sorted(found))

    def sealed_to(self) -> datetime | None:
        """From which hour on something may still be unsealed; None: no device ever served, nobody ever typed."""
        found = self.read(_NEWEST, (self.site,))[0][0]
        if found is None:
            begun = [self.read(each, (self.site,))[0][0] for each in (_OLDEST, _OLDEST_TYPED)]
            found = min((one for one in begun if one is not None), default=None)
        return None if found is None else read(found).replace(minute=0, second=0, microsecond=0)

    def sealed_end(self) -> datetime | None:
        """The end of the last hour that is sealed; None: none is."""
        found = self.read(_NEWEST, (self.site,))[0][0]
        return None if found is None else read(found).replace(minute=0, second=0, microsecond=0) + HOUR

    def sealed_before(self, since: datetime, until: datetime) -> tuple[tuple[str, datetime], ...]:
        """Subjects and hours sealed in ``[since, until)``, without what was added to them; for `seal_added`."""
        found = ((one.subject, one.hour) for one in self.segments_between(since, until))
        return tuple((subject, hour) for subject, hour in found if not _first(subject)[1])

    def seal(self, subject: str, hour: datetime) -> Segment:
        """Hash an hour that is over. Sealed before: that segment, unchanged, whatever the rows say now."""
        known = self._segments(subject, hour, hour + HOUR)
        return known[0] if known else self._seal(subject, hour, self._came(subject, hour))

    def seal_added(self, subject: str, hour: datetime) -> Segment | None:
        """Hash what came into an hour after it was sealed, or all of it where nobody sealed it; None: nothing did."""
        before = self._of_hour(subject, hour)
        if not before:
            return self.seal(subject, hour)
        added = self._came(subject, hour)[sum(one.count for one in before) :]
        return self._seal(_later(subject, len(before)), hour, added) if added else None

    def _of_hour(self, subject: str, hour: datetime) -> list[Segment]:
        """All segments of an hour, in the order they were sealed in."""
        found: list[Segment] = []
        while one := self._segments(_later(subject, len(found)), hour, hour + HOUR):
            found += one
        return found

    def _seal(self, subject: str, hour: datetime, came: tuple[ReadingRow, ...]) -> Segment:
        last = self.read(_LAST, (self.site, subject, spell(hour)))
        rows = _in_order(came)
        segment = sealed(
            site=self.site,
            subject=subject,
            hour=hour,
            lines=map(line, rows),
            lost=sum(int(row.value) for row in rows if row.quality == Quality.GAP),
            previous=bytes(last[0][0]) if last else NOTHING,
        )
        self.write(
            _ADD,
            (self.site, subject, spell(hour), segment.count, segment.lost, segment.previous, segment.hash),
        )
        return segment

    def segment_lines(self, subject: str, hour: datetime) -> tuple[bytes, ...]:
        """The bytes a segment was hashed from, as memory holds them now; of an hour nobody sealed, all there is."""
        first, nth = _first(subject)
        came, known = self._came(first, hour), self._of_hour(first, hour)
        start = sum(one.count for one in known[:nth])
        end = start + known[nth].count if nth < len(known) else None
        return tuple(map(line, _in_order(came[start:end])))

    def segments_of_permit(self, permit: str) -> tuple[Segment, ...]:
        """Every sealed segment that holds readings of the permit, by subject and hour."""
        typed = self._with_added(f"{PERMIT}{permit}", _FIRST, _END_OF_TIME)
        found = {one.subject + spell(one.hour): one for one in typed}
        for service in self.services_of(permit):
            until = _END_OF_TIME if service.until is None else service.until
            since = service.since.replace(minute=0, second=0, microsecond=0)
            for one in self._with_added(f"{DEVICE}{service.device}", since, until):
                found[one.subject + spell(one.hour)] = one
        return tuple(found[key] for key in sorted(found))

    def _with_added(self, subject: str, since: datetime, until: datetime) -> Iterator[Segment]:
        nth = 0
        while segments := self._segments(_later(subject, nth), since, until):
            yield from segments
            nth += 1

    def segments_between(self, since: datetime, until: datetime) -> tuple[Segment, ...]:
        """All sealed segments whose hour begins in ``[since, until)``, by subject and hour."""
        return _segments(self.read(_BETWEEN, (self.site, spell(since), spell(until))))

    def _segments(self, subject: str, since: datetime, until: datetime) -> tuple[Segment, ...]:
        return _segments(self.read(_OF_SUBJECT, (self.site, subject, spell(since), spell(until))))

    def _came(self, subject: str, hour: datetime) -> tuple[ReadingRow, ...]:
        """What a subject said in an hour, in the order it was stored in."""
        kind, _, name = subject.partition(":")
        match kind:
            case "permit":
                return readings_of(self.read(CAME_FOR_PERMIT, (self.site, name, spell(hour), spell(hour + HOUR))))
            case "device":
                return tuple(row for row in self.readings_as_they_came(name, hour, hour + HOUR) if row.permit is None)
            case _:
                raise KeyError(kind)


def _in_order(came: Iterable[ReadingRow]) -> tuple[ReadingRow, ...]:
    """By time; of one moment, as they came."""
    return tuple(sorted(came, key=lambda row: row.received_at))


def _later(subject: str, nth: int) -> str:
    """The subject of what was added to its hours for the ``nth`` time; itself for none."""
    kind, _, name = subject.partition(":")
    return f"{kind}{_LATER}{nth}:{name}" if nth else subject


def _first(subject: str) -> tuple[str, int]:
    """The reverse of `_later`."""
    kind, _, name = subject.partition(":")
    kind, _, nth = kind.partition(_LATER)
    return f"{kind}:{name}", int(nth or 0)


_FIRST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_END_OF_TIME = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def line(row: ReadingRow) -> bytes:
    """One reading as it is hashed: canonical JSON of everything that is stored of it."""
    return canonical(
        {
            "device": row.device,
            "quantity": row.quantity,
            "value": format(row.value, "f"),
            "unit": row.unit,
            "quality": row.quality,
            "measured_at": spell_optional(row.measured_at),
            "received_at": spell(row.received_at),
            "permit": row.permit,
        }
    )


def _services(rows: Iterable[Row]) -> tuple[Service, ...]:
    return tuple(
        Service(permit=permit, device=device, since=read(since), until=read_optional(until))
        for permit, device, since, until in rows
    )


def _segments(rows: Iterable[Row]) -> tuple[Segment, ...]:
    return tuple(
        Segment(subject=subject, hour=read(hour), count=count, lost=lost, previous=bytes(prev), hash=bytes(hash_))
        for subject, hour, count, lost, prev, hash_ in rows
    )
