"""The last permits of one work and grade are found by an index."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("board_kind", "board", ["site", "work", "grade", "starts_at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("board_kind", "board")
