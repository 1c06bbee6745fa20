"""How places belong together, and where equipment stands."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "equipment_positions",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Text(), nullable=False),
        sa.Column("longitude", sa.Text(), nullable=False),
        sa.Column("datum", sa.Text(), nullable=False),
        sa.Column("accuracy_m", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("site", "equipment", name="equipment_positions_pkey"),
        sa.ForeignKeyConstraint(["site", "equipment"], ["equipment.site", "equipment.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "place_links",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("metres", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="place_links_pkey"),
    )
    op.create_table(
        "place_link_places",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "link", "number", name="place_link_places_pkey"),
        sa.ForeignKeyConstraint(["site", "link"], ["place_links.site", "place_links.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "place_link_aliases",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "link", "alias", name="place_link_aliases_pkey"),
        sa.ForeignKeyConstraint(["site", "link"], ["place_links.site", "place_links.id"], ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Take them away."""
    for table in ("place_link_aliases", "place_link_places", "place_links", "equipment_positions"):
        op.drop_table(table)
