"""Checkpoints: taking one, and reading what proofs are made from.

Taking one looks only at what was written since the last: the streams that moved, and the buckets they fall into. The
log is continued from its peaks; nothing of the past is read again. Every moved stream is first held against where it
stood at the checkpoint before: a past that changed is not sealed over but told (`PastChanged`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select

from storage.errors import StorageError
from storage.schema import journal
from storage.schema_checkpoints import checkpoint_leaves, checkpoints, head_buckets, stream_heads
from storage.sql import Channel, Row, Statement, asked, insert_row, put_row
from storage.times import read, spell
from storage.tx_base import TxBase
from workflow.checkpoint import (
    BUCKETS,
    EMPTY_BUCKET,
    Checkpoint,
    Leaf,
    bucket_hash,
    bucket_of,
    head_entry,
    log_leaf,
    stream_key,
)
from workflow.journal import GENESIS
from workflow.merkle import Frontier, root


class PastChanged(StorageError):
    """What an earlier checkpoint covered is not in the journal any more as it was; no new checkpoint is taken."""


_c, _l, _h, _j = checkpoints.c, checkpoint_leaves.c, stream_heads.c, journal.c
_WHOLE = (
    _c.number, _c.taken_at, _c.leaves, _c.log_root, _c.streams, _c.heads_root, _c.records, _c.prev, _c.peaks, _c.seq,
)  # fmt: skip
_ALL = Statement(
    select(*_WHOLE, _c.hash).where(*asked(checkpoints, "site")).order_by(_c.number),
    "site",
    channel=Channel.CHECKPOINTS,
)
_NEWEST = Statement(
    select(*_WHOLE).where(*asked(checkpoints, "site")).order_by(_c.number.desc()).limit(1),
    "site",
    channel=Channel.CHECKPOINTS,
)
_LEAVES = Statement(
    select(_l.stream, _l.version, _l.head).where(*asked(checkpoint_leaves, "site")).order_by(_l.position),
    "site",
    channel=Channel.CHECKPOINTS,
)
_WRITTEN = Statement(
    # By the number alone, so that only what is new is read: an index that begins with the site walks all of its years.
    select(_j.stream, _j.version, _j.hash, _j.seq)
    .where(_j.seq > bindparam("seq"), _j.site.concat("") == bindparam("site"))
    .order_by(_j.seq),
    "site",
    "seq",
    channel=Channel.JOURNAL,
)
_HEAD_OF = Statement(
    select(_h.version, _h.head).where(*asked(stream_heads, "site", "stream")),
    "site",
    "stream",
    channel=Channel.CHECKPOINTS,
)
_HASH_AT = Statement(
    select(_j.hash).where(*asked(journal, "site", "stream", "version")),
    "site",
    "stream",
    "version",
    channel=Channel.JOURNAL,
)
_LAST_STANDS = Statement(
    select(_j.seq)
    .join(stream_heads, and_(_h.site == _j.site, _h.stream == _j.stream, _h.version == _j.version, _h.head == _j.hash))
    .where(*asked(journal, "site", "seq")),
    "site",
    "seq",
    channel=Channel.JOURNAL,
)
_NOT_STANDING = Statement(
    select(_h.stream, _h.version)
    .outerjoin(journal, and_(_j.site == _h.site, _j.stream == _h.stream, _j.version == _h.version))
    .where(*asked(stream_heads, "site"), or_(_j.hash.is_(None), _j.hash != _h.head))
    .order_by(_h.stream),
    "site",
    channel=Channel.JOURNAL,
)
_IN_BUCKET = Statement(
    select(_h.stream, _h.version, _h.head).where(*asked(stream_heads, "site", "bucket")),
    "site",
    "bucket",
    channel=Channel.CHECKPOINTS,
)
_HEADS = Statement(
    select(_h.stream, _h.version, _h.head).where(*asked(stream_heads, "site")).order_by(_h.stream),
    "site",
    channel=Channel.CHECKPOINTS,
)
_BUCKETS = Statement(
    select(head_buckets.c.bucket, head_buckets.c.hash).where(*asked(head_buckets, "site")),
    "site",
    channel=Channel.CHECKPOINTS,
)
_ADD = insert_row(checkpoints, channel=Channel.CHECKPOINTS)
_ADD_LEAF = insert_row(checkpoint_leaves, channel=Channel.CHECKPOINTS)
_PUT_HEAD = put_row(stream_heads, channel=Channel.CHECKPOINTS)
_PUT_BUCKET = put_row(head_buckets, channel=Channel.CHECKPOINTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moved:
    """A stream that moved since the last checkpoint, and the version it stood at then (0: it is new)."""

    leaf: Leaf
    known: int
    seq: int


class CheckpointsTx(TxBase):
    """Checkpoints."""

    __slots__ = ()

    def take_checkpoint(self, at: datetime) -> Checkpoint:
        """Seal everything that is in the journal now, rows of this batch included.

        Raise `PastChanged` when a stream that moved is not the continuation of what was sealed before.
        """
        rows = self.read(_NEWEST, (self.site,))
        last, log, seq = _opened(self.site, rows[0]) if rows else (_nothing(self.site, at), Frontier(), 0)
        moved = self._streams_moved(seq)
        number = last.number + 1
        for position, one in enumerate(moved, start=last.leaves):
            leaf = one.leaf
            self.write(_ADD_LEAF, (self.site, position, number, leaf.stream, leaf.version, leaf.head))
        log = log.grown(log_leaf(self.site, one.leaf) for one in moved)
        taken = Checkpoint(
            site=self.site,
            number=number,
            taken_at=at,
            leaves=log.size,
            log_root=log.root,
            streams=last.streams + sum(not one.known for one in moved),
            heads_root=self._heads_moved([one.leaf for one in moved]),
            records=last.records + sum(one.leaf.version - one.known for one in moved),
            prev=last.hash if rows else GENESIS,
        )
        self.write(
            _ADD,
            (
                self.site, number, spell(at), taken.leaves, taken.log_root, taken.streams, taken.heads_root,
                taken.records, taken.prev, taken.hash, b"".join(log.peaks),
                max((one.seq for one in moved), default=seq),
            ),
        )  # fmt: skip
        return taken

    def newest_checkpoint(self) -> Checkpoint | None:
        """The last one taken; None before the first."""
        rows = self.read(_NEWEST, (self.site,))
        return _opened(self.site, rows[0])[0] if rows else None

    def checkpoints(self) -> tuple[tuple[Checkpoint, bytes], ...]:
        """All of them, oldest first, each with the hash that was stored: whoever checks compares the two."""
        return tuple((_opened(self.site, row)[0], bytes(row[-1])) for row in self.read(_ALL, (self.site,)))

    def checkpoint_leaves(self) -> tuple[Leaf, ...]:
        """The whole log, oldest first. A plant adds some ten thousand leaves a year."""
        return _leaves(self.read(_LEAVES, (self.site,)))

    def sealed_heads(self) -> tuple[Leaf, ...]:
        """Where every stream stood at the newest checkpoint, by name."""
        return _leaves(self.read(_HEADS, (self.site,)))

    def broken_seals(self) -> tuple[tuple[str, int], ...]:
        """Streams that are not in the journal as they were sealed, each with the sealed version."""
        rows = self.read(_NOT_STANDING, (self.site,), Channel.JOURNAL, Channel.CHECKPOINTS)
        return tuple((stream, version) for stream, version in rows)

    def _streams_moved(self, seq: int) -> list[_Moved]:
        found: list[_Moved] = []
        # SQLite gives the number of a deleted last row to the next one: what follows it would not be looked at.
        if seq and not self.read(_LAST_STANDS, (self.site, seq), Channel.JOURNAL, Channel.CHECKPOINTS):
            raise PastChanged("the last record that was sealed is not in its place")
        written = self.read(_WRITTEN, (self.site, seq), Channel.JOURNAL, Channel.CHECKPOINTS)
        for stream, version, head, newest in sorted({row[0]: row for row in written}.values()):
            sealed = self.read(_HEAD_OF, (self.site, stream))
            for known, known_head in sealed:
                stands = self.read(_HASH_AT, (self.site, stream, known))
                if version <= known or [bytes(row[0]) for row in stands] != [bytes(known_head)]:
                    raise PastChanged(f"{stream} does not continue from version {known}, where it was sealed")
            leaf = Leaf(stream=stream, version=version, head=bytes(head))
            found.append(_Moved(leaf=leaf, known=sealed[0][0] if sealed else 0, seq=newest))
        return found

    def _heads_moved(self, leaves: Sequence[Leaf]) -> bytes:
        """Move the heads of these streams; the new root of all heads. Only buckets that changed are read."""
        hashes = {bucket: bytes(digest) for bucket, digest in self.read(_BUCKETS, (self.site,))}
        fallen: defaultdict[int, dict[str, Leaf]] = defaultdict(dict)
        for leaf in leaves:
            fallen[bucket_of(stream_key(self.site, leaf.stream))][leaf.stream] = leaf
        for bucket, moved in fallen.items():
            stood = {leaf.stream: leaf for leaf in _leaves(self.read(_IN_BUCKET, (self.site, bucket)))}
            hashes[bucket] = bucket_hash(entries(self.site, (stood | moved).values()))
        for bucket, moved in fallen.items():
            self.write(_PUT_BUCKET, (self.site, bucket, hashes[bucket]))
            for leaf in moved.values():
                self.write(_PUT_HEAD, (self.site, leaf.stream, bucket, leaf.version, leaf.head))
        return root([hashes.get(bucket, EMPTY_BUCKET) for bucket in range(BUCKETS)])


def entries(site: str, leaves: Iterable[Leaf]) -> list[bytes]:
    """What these streams put into their buckets."""
    return [head_entry(stream_key(site, leaf.stream), leaf.version, leaf.head) for leaf in leaves]


def contradictions(
    taken: Sequence[tuple[Checkpoint, bytes]], leaves: Sequence[Leaf], heads: Iterable[Leaf]
) -> Iterator[str]:
    """What does not fit among the checkpoints themselves, computed anew from the log; nothing when all of it fits."""
    log, prev = Frontier(), GENESIS
    for number, (one, stored) in enumerate(taken, start=1):
        log = log.grown(log_leaf(one.site, leaf) for leaf in leaves[log.size : one.leaves])
        if (one.number, one.prev, one.hash, one.log_root) != (number, prev, stored, log.root):
            yield f"checkpoint {one.number} is not what was taken"
        prev = one.hash
    if log.size != len(leaves):
        yield f"{len(leaves) - log.size} leaves of the log belong to no checkpoint"
    ends = {leaf.stream: leaf for leaf in leaves}
    buckets: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for last, _ in taken[-1:]:
        for entry in entries(last.site, ends.values()):
            buckets[bucket_of(entry)].append(entry)
        if set(heads) != set(ends.values()) or root([bucket_hash(each) for each in buckets]) != last.heads_root:
            yield "the sealed ends of the streams are not those of the log"


def _leaves(rows: Iterable[Row]) -> tuple[Leaf, ...]:
    return tuple(Leaf(stream=stream, version=version, head=bytes(head)) for stream, version, head in rows)


def _nothing(site: str, at: datetime) -> Checkpoint:
    """Where the first checkpoint continues from."""
    return Checkpoint(
        site=site, number=0, taken_at=at, leaves=0, log_root=GENESIS, streams=0, heads_root=GENESIS, records=0
    )


def _opened(site: str, row: Row) -> tuple[Checkpoint, Frontier, int]:
    number, taken_at, leaves, log_root, streams, heads_root, records, prev, peaks, seq, *_ = row
    peaks = bytes(peaks)
    log = Frontier(size=leaves, peaks=tuple(peaks[start : start + 32] for start in range(0, len(peaks), 32)))
    taken = Checkpoint(
        site=site,
        number=number,
        taken_at=read(taken_at),
        leaves=leaves,
        log_root=bytes(log_root),
        streams=streams,
        heads_root=bytes(heads_root),
        records=records,
        prev=bytes(prev),
    )
    return taken, log, seq
