"""Confirmations that a service outside the house sees: one attempt a person, every answer used once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "proof_attempts",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text()),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "person", name="proof_attempts_pkey"),
    )
    op.create_table(
        "proof_records",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("permit", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "source", "record", name="proof_records_pkey"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("proof_records")
    op.drop_table("proof_attempts")
