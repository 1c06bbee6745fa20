"""Who of the crews at work held his certificates, day by day; without names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "certified",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("permit", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("lacked", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "at", "permit", "place", name="certified_pkey"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("certified")
