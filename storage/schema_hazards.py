"""The table of hazards: a projection of their streams, searched by place, by person and by day."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from storage.schema import Instant, metadata

hazards = Table(
    "hazards",
    metadata,
    Column("site", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("stage", Text, nullable=False),
    Column("area", Text, nullable=False),  # empty: nobody said where
    Column("kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("reporter", Text, nullable=False),  # empty: a camera
    Column("responsible", Text, nullable=False),  # empty: nobody yet
    Column("supervision", Integer, nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("reported_on", Instant, nullable=False),  # the day at the site
    Column("due_at", Instant),  # when what is owed must be there; empty: nothing is owed
    Column("earned", Integer, nullable=False),
    Column("ended_at", Instant),  # when it was put on file, dismissed or merged; empty: it is open
    PrimaryKeyConstraint("site", "id"),
    Index("hazards_open", "site", "is_open", "responsible"),
    Index("hazards_place", "site", "area", "kind"),
    Index("hazards_reported", "site", "reported_at"),
    Index("hazards_earned", "site", "reporter", "reported_on"),
)
"""``earned`` by reporter and day is the ledger of points; what it stands on is in the journal."""
