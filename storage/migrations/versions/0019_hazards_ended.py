"""Hazards: when each ended, from which the keeping of its photos counts.

What ended before this stays without: what is not known to be over is kept.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Add the column."""
    op.add_column("hazards", sa.Column("ended_at", INSTANT))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("hazards", "ended_at")
