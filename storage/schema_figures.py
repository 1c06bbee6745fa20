"""The one table of figures: what the journal alone cannot say of a day that is over."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, Table, Text

from storage.schema import Instant, metadata

certified = Table(
    "certified",
    metadata,
    Column("site", Text, nullable=False),
    Column("at", Instant, nullable=False),  # when the day began at the site
    Column("permit", Text, nullable=False),
    Column("place", Integer, nullable=False),  # which of the crew; nobody is named
    Column("held", Boolean, nullable=False),
    Column("lacked", Text, nullable=False),  # what the first certificate that was missing is called
    PrimaryKeyConstraint("site", "at", "permit", "place"),
    sqlite_with_rowid=False,
)
"""One row for each day and each of the crew of work that went on whom the rules asked a certificate of."""
