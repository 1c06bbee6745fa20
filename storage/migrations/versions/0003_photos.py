"""Photos: what an earlier photo looked like, and what was found in a new one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("media", sa.Column("copies", sa.Text(), nullable=True))
    op.add_column("media", sa.Column("codes", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "likeness",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("prints", sa.LargeBinary(), nullable=False),
        sa.Column("thumb", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "sha256", name="likeness_pkey"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("likeness")
    op.drop_column("media", "codes")
    op.drop_column("media", "copies")
