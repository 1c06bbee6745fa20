"""Green-channel deviations: whose account is still owed, and how often it was asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "deviations",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="deviations_pkey"),
    )
    op.create_index("deviations_opened", "deviations", ["site", "opened_at"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("deviations_opened", table_name="deviations")
    op.drop_table("deviations")
