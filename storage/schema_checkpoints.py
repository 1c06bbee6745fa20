"""The tables of the checkpoints: fingerprints of the whole journal, and the log they are taken over."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from storage.schema import Bytewise, Instant, metadata


def _site() -> Column[str]:
    """The partition key every table carries."""
    return Column("site", Text, nullable=False)


checkpoints = Table(
    "checkpoints",
    metadata,
    _site(),
    Column("number", Integer, nullable=False),
    Column("taken_at", Instant, nullable=False),
    Column("leaves", Integer, nullable=False),
    Column("log_root", LargeBinary, nullable=False),
    Column("streams", Integer, nullable=False),
    Column("heads_root", LargeBinary, nullable=False),
    Column("records", Integer, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("peaks", LargeBinary, nullable=False),  # what the log needs to grow: one hash for every bit of its size
    Column("seq", BigInteger, nullable=False),  # the last journal row looked at; not hashed
    PrimaryKeyConstraint("site", "number"),
)
"""Fingerprints of the whole journal, each chained to the last (docs/evidence.md). Append-only like the journal."""

checkpoint_leaves = Table(
    "checkpoint_leaves",
    metadata,
    _site(),
    Column("position", Integer, nullable=False),
    Column("checkpoint", Integer, nullable=False),
    Column("stream", Bytewise, nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    PrimaryKeyConstraint("site", "position"),
    Index("checkpoint_leaves_stream", "site", "stream", "position"),
)
"""The log under the checkpoints: where each stream stood whenever it had moved since the checkpoint before."""

stream_heads = Table(
    "stream_heads",
    metadata,
    _site(),
    Column("stream", Bytewise, nullable=False),
    Column("bucket", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    PrimaryKeyConstraint("site", "stream"),
    Index("stream_heads_bucket", "site", "bucket"),
)
"""Where each stream stands at the newest checkpoint: the last leaf of each."""

head_buckets = Table(
    "head_buckets",
    metadata,
    _site(),
    Column("bucket", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("site", "bucket"),
)
"""The hash of each bucket of heads that is not empty; `workflow.checkpoint` says which stream falls into which."""
