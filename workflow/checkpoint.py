"""The shape of a checkpoint: one hash that stands for every record of every stream of a site. Pure.

Two trees are taken together, because each sees what the other cannot (docs/evidence.md):

- the *log* (RFC 6962, grows only): one leaf for each stream that moved since the checkpoint before. Nothing that was
  ever in it can be taken out, and a later log proves that an earlier one is its beginning;
- the *heads*: where every stream stands now, in `BUCKETS` buckets by the hash of its name. One bucket with its path
  proves where a stream ends, so that a cut tail shows even in the export of a single permit.

A checkpoint is hashed over both roots and the hash of the checkpoint before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workflow.journal import GENESIS, instant
from workflow.merkle import leaf_hash
from workflow.values import aware

BUCKETS: Final = 4096
"""Buckets of the heads: enough that one holds a handful of streams for decades, few enough to hash anew every day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Where a stream stood when a checkpoint was taken: its version and the hash of that record."""

    stream: str
    version: int
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One fingerprint of a site's journal. ``records`` and ``streams`` count what it covers, ``leaves`` the log."""

    site: str
    number: int
    taken_at: datetime
    leaves: int
    log_root: bytes
    streams: int
    heads_root: bytes
    records: int
    prev: bytes = GENESIS

    def __post_init__(self) -> None:
        aware(self.taken_at)

    @property
    def hash(self) -> bytes:
        """What leaves the building: SHA-256 over all fields, each with its length before it."""
        return hashlib.sha256(
            _framed(
                b"permitbot.checkpoint.v1", self.site.encode(), str(self.number).encode(),
                instant(self.taken_at).encode(), str(self.leaves).encode(), self.log_root,
                str(self.streams).encode(), self.heads_root, str(self.records).encode(), self.prev,
            )
        ).digest()  # fmt: skip


def _framed(*fields: bytes) -> bytes:
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def log_leaf(site: str, leaf: Leaf) -> bytes:
    """The hash of a leaf of the log."""
    return leaf_hash(
        _framed(b"permitbot.leaf.v1", site.encode(), leaf.stream.encode(), str(leaf.version).encode(), leaf.head)
    )


def stream_key(site: str, stream: str) -> bytes:
    """What stands for a stream in the heads: its name is not shown to who asks about another one."""
    return hashlib.sha256(_framed(b"permitbot.stream.v1", site.encode(), stream.encode())).digest()


def bucket_of(key: bytes) -> int:
    """The bucket of a stream: the first twelve bits of its key."""
    return int.from_bytes(key[:2], "big") >> 4


def head_entry(key: bytes, version: int, head: bytes) -> bytes:
    """One stream inside its bucket: 72 bytes."""
    return key + version.to_bytes(8, "big") + head


def bucket_hash(entries: Iterable[bytes]) -> bytes:
    """The leaf of a bucket in the tree of heads: its entries in the order of their keys."""
    return leaf_hash(b"".join(sorted(entries)))


EMPTY_BUCKET: Final = bucket_hash(())
