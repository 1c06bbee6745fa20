"""Personal data: what was forgotten, who looked, what is hidden; and how approvers decide."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

_SQLITE_TRIGGER = """
CREATE TRIGGER looks_no_update BEFORE UPDATE ON looks
BEGIN SELECT RAISE(ABORT, 'who looked is never changed'); END
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION looks_stay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'who looked is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER looks_no_update BEFORE UPDATE OR TRUNCATE ON looks FOR EACH STATEMENT EXECUTE FUNCTION looks_stay()
"""


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Build the tables, and lock who looked against change; only the table of retention lets it go."""
    op.create_table(
        "forgotten_media",
        *_text("site", "sha256", "thing"),
        sa.Column("forgotten_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "sha256", "version", name="forgotten_media_pkey"),
    )
    op.create_index("forgotten_media_version", "forgotten_media", ["site", "version"])
    op.create_table(
        "looks",
        *_text("site", "subject", "day", "viewer", "kind"),
        sa.Column("at", INSTANT, nullable=False),
        *_text("what", "why"),
        sa.PrimaryKeyConstraint("site", "subject", "day", "viewer", "kind", name="looks_pkey"),
    )
    op.create_index("looks_at", "looks", ["site", "at"])
    op.create_table(
        "confidential",
        *_text("site", "person", "kind", "value"),
        sa.Column("noted_at", INSTANT, nullable=False),
        *_text("noted_by"),
        sa.PrimaryKeyConstraint("site", "person", "kind", name="confidential_pkey"),
    )
    op.create_index("confidential_noted_at", "confidential", ["site", "noted_at"])
    _radar()
    op.create_index(
        "readings_loose",
        "readings",
        ["site", "received_at"],
        sqlite_where=sa.text("permit IS NULL"),
        postgresql_where=sa.text("permit IS NULL"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_SQLITE_TRIGGER)
    else:
        op.execute(_POSTGRES_FUNCTION)
        op.execute(_POSTGRES_TRIGGER)


def _radar() -> None:
    op.create_table(
        "decisions",
        *_text("site", "person"),
        sa.Column("at", INSTANT, nullable=False),
        *_text("permit"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        *_text("words"),
        sa.Column("questioned", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("site", "person", "at", "permit", name="decisions_pkey"),
    )
    op.create_index("decisions_at", "decisions", ["site", "at"])
    op.create_table(
        "sights",
        *_text("site", "permit"),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_text("person"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "permit", "revision", "person", name="sights_pkey"),
    )
    op.create_index("sights_at", "sights", ["site", "at"])
    op.create_table(
        "attention",
        *_text("site", "person"),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("permits", sa.Integer(), nullable=False),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT),
        sa.PrimaryKeyConstraint("site", "person", name="attention_pkey"),
    )


def downgrade() -> None:
    """Take it away, with the trigger; the function of PostgreSQL goes last."""
    op.drop_index("readings_loose", "readings")
    for table in ("attention", "sights", "decisions", "confidential", "looks", "forgotten_media"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION looks_stay()")
