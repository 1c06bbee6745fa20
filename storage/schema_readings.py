"""The tables around raw readings: what devices said, what instruments said last of the sky, which device served which
permit and when, and the hash of every sealed hour."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from storage.schema import Bytewise, Instant, Serial, metadata


def _site() -> Column[str]:
    """The partition key every table carries."""
    return Column("site", Text, nullable=False)


reading_blocks = Table(
    "reading_blocks",
    metadata,
    Column("id", Serial, primary_key=True),
    _site(),
    Column("device", Text, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("reading_blocks_device", "site", "device", "last_at"),
    Index("reading_blocks_age", "site", "last_at"),
)
"""`storage.reading_blocks.Block`: what one device said, received from ``first_at`` to ``last_at``, both of one hour of
UTC. What is older than this table, and what people type, lies in ``readings``, a row each."""

sky_words = Table(
    "sky_words",
    metadata,
    _site(),
    Column("device", Text, nullable=False),
    Column("quantity", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "device", "quantity", "unit"),
)
"""The last word of each instrument about wind and weather that meant something. It outlives the readings: a bad word
holds until a newer one."""

device_services = Table(
    "device_services",
    metadata,
    _site(),
    Column("permit", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),  # empty: it still serves
    PrimaryKeyConstraint("site", "permit", "device", "since"),
    Index("device_services_device", "site", "device", "since"),
)
"""A device watched a permit in ``[since, until)``: its readings of that time belong to the permit."""

reading_segments = Table(
    "reading_segments",
    metadata,
    _site(),
    Column("subject", Bytewise, nullable=False),  # device:<id>, or permit:<number> for typed values
    Column("hour", Instant, nullable=False),
    Column("count", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("site", "subject", "hour"),
    Index("reading_segments_hour", "site", "hour"),
)
"""`workflow.segments.Segment`, written once, after the hour is over. The export reads it by permit."""
