"""What devices say, many values in one row. What was stored before stays where it is, and is read as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Build the table."""
    op.create_table(
        "reading_blocks",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="reading_blocks_pkey"),
    )
    op.create_index("reading_blocks_device", "reading_blocks", ["site", "device", "last_at"])
    op.create_index("reading_blocks_age", "reading_blocks", ["site", "last_at"])


def downgrade() -> None:
    """A row for each value again, so that what was there before can read them; then take the table away."""
    old, new = sa.table("reading_blocks", *_columns("site", "device", "body"), sa.column("id")), _readings()
    connection = op.get_bind()
    last = 0
    while True:
        query = sa.select(old.c.id, old.c.site, old.c.device, old.c.body).where(old.c.id > last)
        blocks = connection.execute(query.order_by(old.c.id).limit(_AT_ONCE)).all()
        if not blocks:
            break
        last = blocks[-1].id
        connection.execute(sa.insert(new), [row for block in blocks for row in _rows(block)])
    op.drop_table("reading_blocks")


_AT_ONCE = 200


def _columns(*names: str) -> Iterator[sa.ColumnClause[Any]]:
    return (sa.column(name) for name in names)


def _readings() -> sa.TableClause:
    names = ("site", "device", "quantity", "value", "unit", "quality", "measured_at", "received_at")
    return sa.table("readings", *_columns(*names))


def _rows(block: Any) -> Iterator[dict[str, Any]]:
    for quantity, value, unit, quality, measured_at, received_at in json.loads(block.body):
        yield {
            "site": block.site,
            "device": block.device,
            "quantity": quantity,
            "value": format(Decimal(value), "f"),
            "unit": unit,
            "quality": quality,
            "measured_at": None if measured_at is None else _spelled(measured_at),
            "received_at": _spelled(received_at),
        }


def _spelled(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
