"""The shape of a checkpoint, hashed here by the words of docs/evidence.md 2 and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from workflow.checkpoint import Checkpoint, Leaf, bucket_hash, bucket_of, head_entry, log_leaf, stream_key

TAKEN = Checkpoint(
    site="HC", number=12, taken_at=datetime(2026, 6, 11, 19, 0, tzinfo=UTC), leaves=31, log_root=b"\x01" * 32,
    streams=9, heads_root=b"\x02" * 32, records=204, prev=b"\x03" * 32,
)  # fmt: skip
LEAF = Leaf(stream="permit/DHZY-HC-20260611-001", version=17, head=b"\x04" * 32)


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def framed(*fields: bytes) -> bytes:
    return b"".join(len(one).to_bytes(4, "big") + one for one in fields)


def test_the_hash_is_that_of_the_document() -> None:
    fields = (
        b"permitbot.checkpoint.v1", b"HC", b"12", b"2026-06-11T19:00:00.000000Z", b"31", b"\x01" * 32, b"9",
        b"\x02" * 32, b"204", b"\x03" * 32,
    )  # fmt: skip
    assert TAKEN.hash == sha(framed(*fields))
    assert TAKEN.hash != replace(TAKEN, prev=bytes(32)).hash


def test_leaves_and_heads_are_those_of_the_document() -> None:
    name = LEAF.stream.encode()
    assert log_leaf("HC", LEAF) == sha(b"\x00", framed(b"permitbot.leaf.v1", b"HC", name, b"17", b"\x04" * 32))
    key = stream_key("HC", LEAF.stream)
    assert key == sha(framed(b"permitbot.stream.v1", b"HC", name))
    assert bucket_of(key) == int(key.hex()[:3], 16)
    low, high = head_entry(b"\x10" * 32, 1, b"\x04" * 32), head_entry(b"\x20" * 32, 2, b"\x05" * 32)
    assert low == b"\x10" * 32 + (1).to_bytes(8, "big") + b"\x04" * 32
    assert bucket_hash([high, low]) == bucket_hash([low, high]) == sha(b"\x00", low, high)
