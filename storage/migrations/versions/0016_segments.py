"""Which device served which permit, and the hash of every hour of readings that belong to one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Ordered byte by byte on both databases."""


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "device_services",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("permit", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("since", BYTEWISE, nullable=False),
        sa.Column("until", BYTEWISE),
        sa.PrimaryKeyConstraint("site", "permit", "device", "since", name="device_services_pkey"),
    )
    op.create_index("device_services_device", "device_services", ["site", "device", "since"])
    op.create_table(
        "reading_segments",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("subject", BYTEWISE, nullable=False),
        sa.Column("hour", BYTEWISE, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "subject", "hour", name="reading_segments_pkey"),
    )
    op.create_index("reading_segments_hour", "reading_segments", ["site", "hour"])


def downgrade() -> None:
    """Take them away; the readings themselves stay."""
    op.drop_table("reading_segments")
    op.drop_table("device_services")
