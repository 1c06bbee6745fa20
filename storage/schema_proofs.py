"""The tables of confirmations that a service outside the house sees: what is under way, and what was used up; and what
tells a right PIN from a wrong one."""

from __future__ import annotations

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, Text

from storage.schema import Instant, metadata

proof_attempts = Table(
    "proof_attempts",
    metadata,
    Column("site", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("link", Text, nullable=False),  # hash of the link's token
    Column("way", Text, nullable=False),
    Column("said", Text, nullable=False),  # the canonical decision
    Column("reference", Text),  # the service's own number; whoever holds it may ask for the answer
    Column("begun_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    PrimaryKeyConstraint("site", "person"),
)
"""At most one a person; gone when it ends."""

proof_records = Table(
    "proof_records",
    metadata,
    Column("site", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("record", Text, nullable=False),  # SHA-256 of the service's number
    Column("person", Text, nullable=False),
    Column("permit", Text, nullable=False),
    Column("used_at", Instant, nullable=False),
    PrimaryKeyConstraint("site", "source", "record"),
)
"""What a service saw counts for one decision. Kept for good: a service may tell of it for years."""

pin_secrets = Table(
    "pin_secrets",
    metadata,
    Column("site", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("number", Integer, nullable=False),  # which enrolment of the person's stream it belongs to
    Column("salt", Text, nullable=False),
    Column("cost", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("site", "person"),
)
"""One a person at most, never in the journal nor in an export; gone with the PIN."""
