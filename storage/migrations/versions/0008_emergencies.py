"""Zones with an emergency in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "emergencies",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("called_by", sa.Text(), nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "zone", name="emergencies_pkey"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("emergencies")
