"""Fingerprints of the whole journal that can leave the building, and the log they are taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BYTEWISE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Ordered byte by byte on both databases."""
LOCKED = ("checkpoints", "checkpoint_leaves")

_SQLITE_TRIGGER = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION checkpoints_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'checkpoints are append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION checkpoints_are_append_only()
"""


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in LOCKED:
            for verb in ("update", "delete"):
                op.execute(_SQLITE_TRIGGER.format(table=table, verb=verb))
    else:
        op.execute(_POSTGRES_FUNCTION)
        for table in LOCKED:
            op.execute(_POSTGRES_TRIGGER.format(table=table))


def upgrade() -> None:
    """Build the tables and lock what was taken against change."""
    op.create_table(
        "checkpoints",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("taken_at", BYTEWISE, nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("log_root", sa.LargeBinary(), nullable=False),
        sa.Column("streams", sa.Integer(), nullable=False),
        sa.Column("heads_root", sa.LargeBinary(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "number", name="checkpoints_pkey"),
    )
    op.create_table(
        "checkpoint_leaves",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("checkpoint", sa.Integer(), nullable=False),
        sa.Column("stream", BYTEWISE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "position", name="checkpoint_leaves_pkey"),
    )
    op.create_index("checkpoint_leaves_stream", "checkpoint_leaves", ["site", "stream", "position"])
    op.create_table(
        "stream_heads",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("stream", BYTEWISE, nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "stream", name="stream_heads_pkey"),
    )
    op.create_index("stream_heads_bucket", "stream_heads", ["site", "bucket"])
    op.create_table(
        "head_buckets",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "bucket", name="head_buckets_pkey"),
    )
    _forbid_changes()


def downgrade() -> None:
    """Take it away, with the triggers; the function of PostgreSQL goes last."""
    for table in ("head_buckets", "stream_heads", "checkpoint_leaves", "checkpoints"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION checkpoints_are_append_only()")
