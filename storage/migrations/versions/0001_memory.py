"""Memory: journal, inbox, agenda, cards, board, media, readings, links, settings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""As spelled by storage.times; ordered byte by byte."""
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def partial(condition: str) -> dict[str, Any]:
    """The WHERE of a partial index, for both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


_SQLITE_TRIGGER = """
CREATE TRIGGER journal_no_{verb} BEFORE {verb} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
"""


def _forbid_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE_TRIGGER.format(verb=verb))
    else:
        op.execute(_POSTGRES_FUNCTION)
        op.execute(_POSTGRES_TRIGGER)


def upgrade() -> None:
    """Build the tables and lock the journal against change."""
    op.create_table(
        "agenda",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", INSTANT, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("wake_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("permit", sa.Text(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("coalesce_key", sa.Text(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="agenda_pkey"),
        sa.UniqueConstraint("site", "kind", "key", name="agenda_site_kind_key_key"),
    )
    op.create_index(
        "agenda_coalesce",
        "agenda",
        ["site", "lane", "coalesce_key"],
        unique=True,
        **partial("state = 'pending' AND claimed_by IS NULL AND coalesce_key IS NOT NULL"),
    )
    op.create_index("agenda_due", "agenda", ["site", "lane", "wake_at"], unique=False, **partial("state = 'pending'"))
    op.create_index(
        "agenda_overtaking",
        "agenda",
        ["site", "lane", "coalesce_key"],
        unique=False,
        **partial("state = 'pending' AND coalesce_key IS NOT NULL"),
    )
    op.create_table(
        "board",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("permit", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("equipment", sa.Text(), nullable=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "permit", name="board_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("board_area", "board", ["site", "area", "starts_at"], unique=False, **partial("is_open"))
    op.create_index("board_status", "board", ["site", "status"], unique=False)
    op.create_table(
        "board_people",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("permit", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "permit", "role", "person", name="board_people_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("board_people_person", "board_people", ["site", "person"], unique=False)
    op.create_table(
        "card_codes",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("obtained_at", INSTANT, nullable=False),
        sa.Column("spent_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("site", "platform", "code", name="card_codes_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "card_codes_unspent",
        "card_codes",
        ["site", "platform", "task_id", "obtained_at"],
        unique=False,
        **partial("spent_at IS NULL"),
    )
    op.create_table(
        "cards_sent",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("msgid", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("site", "platform", "task_id", name="cards_sent_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("cards_sent_person", "cards_sent", ["site", "person"], unique=False)
    op.create_index("cards_sent_subject", "cards_sent", ["site", "subject", "person"], unique=False)
    op.create_table(
        "counters",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "series", name="counters_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drafts",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("site", "person", name="drafts_pkey"),
    )
    op.create_table(
        "inbox",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("dedup_key", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "dedup_key", name="inbox_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "journal",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="journal_pkey"),
        sa.UniqueConstraint("site", "stream", "version", name="journal_site_stream_version_key"),
    )
    op.create_index("journal_site_at_kind", "journal", ["site", "at", "kind"], unique=False)
    op.create_table(
        "links",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("permit", sa.Text(), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("site", "token_hash", name="links_pkey"),
    )
    op.create_table(
        "media",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("permit", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("md5", sa.Text(), nullable=True),
        sa.Column("derived_from", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("site", "sha256", "permit", "purpose", name="media_pkey"),
    )
    op.create_index("media_md5", "media", ["site", "md5"], unique=False)
    op.create_index("media_permit", "media", ["site", "permit"], unique=False)
    op.create_table(
        "readings",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("measured_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("permit", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="readings_pkey"),
    )
    op.create_index("readings_device", "readings", ["site", "device", "received_at"], unique=False)
    op.create_index(
        "readings_permit",
        "readings",
        ["site", "permit", "received_at"],
        unique=False,
        **partial("permit IS NOT NULL"),
    )
    op.create_table(
        "settings",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", "key", name="settings_pkey"),
        sqlite_with_rowid=False,
    )
    _forbid_changes()


def downgrade() -> None:
    """Refuse: taking this back would delete the journal."""
    raise NotImplementedError("the journal is never taken back")
