"""How a vessel stands and how large it is inside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "equipment_spaces",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=True),
        sa.Column("height_m", sa.Text(), nullable=True),
        sa.Column("depth_m", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("site", "equipment", name="equipment_spaces_pkey"),
        sa.ForeignKeyConstraint(["site", "equipment"], ["equipment.site", "equipment.id"], ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("equipment_spaces")
