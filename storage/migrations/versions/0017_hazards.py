"""Hazards: which are open, where, with whom, until when; and what their reporters earned, by person and day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "hazards",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("supervision", sa.Integer(), nullable=False),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("reported_on", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("earned", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="hazards_pkey"),
    )
    op.create_index("hazards_open", "hazards", ["site", "is_open", "responsible"], unique=False)
    op.create_index("hazards_earned", "hazards", ["site", "reporter", "reported_on"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("hazards_earned", table_name="hazards")
    op.drop_index("hazards_open", table_name="hazards")
    op.drop_table("hazards")
