"""The tables about personal data: what was forgotten, who looked, what is hidden, and how approvers decide."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from storage.schema import Instant, metadata


def _site() -> Column[str]:
    return Column("site", Text, nullable=False)


forgotten_media = Table(
    "forgotten_media",
    metadata,
    _site(),
    Column("sha256", Text, nullable=False),
    Column("thing", Text, nullable=False),
    Column("forgotten_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),  # of the record in the stream retention/forgotten that names the batch
    Column("erased", Boolean, nullable=False),  # whether the bytes are known to be off the disk
    PrimaryKeyConstraint("site", "sha256", "version"),
    Index("forgotten_media_version", "site", "version"),
)
"""Originals whose time was over. Their rows in `storage.schema.media` stay: the hash still tells a copy."""

looks = Table(
    "looks",
    metadata,
    _site(),
    Column("subject", Text, nullable=False),
    Column("day", Text, nullable=False),  # at the site
    Column("viewer", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),  # the first look of the day
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    PrimaryKeyConstraint("site", "subject", "day", "viewer", "kind"),
    Index("looks_at", "site", "at"),
)
"""Who looked at whose data: one row per viewer, subject, kind and day. A trigger refuses changes."""

confidential = Table(
    "confidential",
    metadata,
    _site(),
    Column("person", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("noted_at", Instant, nullable=False),
    Column("noted_by", Text, nullable=False),
    PrimaryKeyConstraint("site", "person", "kind"),
    Index("confidential_noted_at", "site", "noted_at"),
)
"""What is seen by its owner, and by others only behind the glass."""

decisions = Table(
    "decisions",
    metadata,
    _site(),
    Column("person", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("permit", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("asked_at", Instant, nullable=False),  # since when this step waited
    Column("lines", Integer, nullable=False),  # how much there was to read
    Column("words", Text, nullable=False),  # the opinion he wrote himself; empty: the button's
    Column("questioned", Boolean, nullable=False),
    PrimaryKeyConstraint("site", "person", "at", "permit"),
    Index("decisions_at", "site", "at"),
)
"""Approvals, for telling a reader from a stamp. Not evidence: the journal is."""

sights = Table(
    "sights",
    metadata,
    _site(),
    Column("permit", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "permit", "revision", "person"),
    Index("sights_at", "site", "at"),
)
"""When somebody first opened the page of a permit as it stood."""

attention = Table(
    "attention",
    metadata,
    _site(),
    Column("person", Text, nullable=False),
    Column("score", Integer, nullable=False),  # in thousandths
    Column("permits", Integer, nullable=False),  # how many it was judged on
    Column("judged_at", Instant, nullable=False),
    Column("told_at", Instant),
    PrimaryKeyConstraint("site", "person"),
)
"""How attentively somebody approves, as last judged, and when he was last told."""
