"""The plant: people, accounts, posts, certificates, areas, equipment, groups, devices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "areas",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("fire_explosion", sa.Boolean(), nullable=True),
        sa.Column("pipe_rack", sa.Boolean(), nullable=False),
        sa.Column("major_hazard_dike", sa.Boolean(), nullable=False),
        sa.Column("fixed_hot_work", sa.Boolean(), nullable=False),
        sa.Column("board_code", sa.Text(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("confined_space", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="areas_pkey"),
    )
    op.create_index("areas_board_code", "areas", ["site", "board_code"], unique=True)
    op.create_table(
        "chat_groups",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="chat_groups_pkey"),
    )
    op.create_table(
        "contractors",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="contractors_pkey"),
    )
    op.create_table(
        "devices",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("permit", sa.Text(), nullable=True),
        sa.Column("calibrated_on", sa.Text(), nullable=True),
        sa.Column("calibration_due", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="devices_pkey"),
    )
    op.create_index("devices_address", "devices", ["site", "address"], unique=False)
    op.create_table(
        "equipment",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("operating", sa.Boolean(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("held_toxic_or_flammable", sa.Boolean(), nullable=True),
        sa.Column("purged", sa.Boolean(), nullable=True),
        sa.Column("confined_space", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "id", name="equipment_pkey"),
    )
    op.create_table(
        "people",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("superior", sa.Text(), nullable=True),
        sa.Column("employer", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("experience_years", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("site", "id", name="people_pkey"),
    )
    op.create_table(
        "accounts",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("corp", sa.Text(), nullable=False),
        sa.Column("userid", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["site", "person"], ["people.site", "people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "platform", "corp", "userid", name="accounts_pkey"),
    )
    op.create_index("accounts_site_person", "accounts", ["site", "person"], unique=False)
    op.create_table(
        "area_aliases",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site", "area"], ["areas.site", "areas.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "area", "alias", name="area_aliases_pkey"),
    )
    op.create_table(
        "area_neighbours",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("neighbour", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site", "area"], ["areas.site", "areas.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "area", "neighbour", name="area_neighbours_pkey"),
    )
    op.create_table(
        "certificates",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Text(), nullable=False),
        sa.Column("review_due", sa.Text(), nullable=True),
        sa.Column("reviewed_on", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site", "person"], ["people.site", "people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "person", "kind", "number", name="certificates_pkey"),
    )
    op.create_table(
        "chat_group_areas",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("chat_group", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site", "chat_group"], ["chat_groups.site", "chat_groups.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "chat_group", "area", name="chat_group_areas_pkey"),
    )
    op.create_table(
        "chat_group_chats",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("chat_group", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("corp", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site", "chat_group"], ["chat_groups.site", "chat_groups.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "chat_group", "platform", "corp", "chat", name="chat_group_chats_pkey"),
    )
    op.create_table(
        "equipment_aliases",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site", "equipment"], ["equipment.site", "equipment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "equipment", "alias", name="equipment_aliases_pkey"),
    )
    op.create_table(
        "fences",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("corner", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Text(), nullable=False),
        sa.Column("longitude", sa.Text(), nullable=False),
        sa.Column("datum", sa.Text(), nullable=False),
        sa.Column("accuracy_m", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site", "area"], ["areas.site", "areas.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "area", "corner", name="fences_pkey"),
    )
    op.create_table(
        "posts",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site", "person"], ["people.site", "people.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site", "person", "key", "area", name="posts_pkey"),
    )
    op.create_index("posts_site_key", "posts", ["site", "key"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("posts_site_key", table_name="posts")
    op.drop_table("posts")
    op.drop_table("fences")
    op.drop_table("equipment_aliases")
    op.drop_table("chat_group_chats")
    op.drop_table("chat_group_areas")
    op.drop_table("certificates")
    op.drop_table("area_neighbours")
    op.drop_table("area_aliases")
    op.drop_index("accounts_site_person", table_name="accounts")
    op.drop_table("accounts")
    op.drop_table("people")
    op.drop_table("equipment")
    op.drop_index("devices_address", table_name="devices")
    op.drop_table("devices")
    op.drop_table("contractors")
    op.drop_table("chat_groups")
    op.drop_index("areas_board_code", table_name="areas")
    op.drop_table("areas")
