"""What the equipment system says of each piece of equipment, with its times."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "equipment_states",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "equipment", name="equipment_states_pkey"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("equipment_states")
