"""The record shape of the journal and its hash link. Pure.

One chain per stream: ``hash = SHA-256(prev || canonical header || body)``. Bodies are canonical JSON bytes, stored once
and never re-serialised to verify.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from workflow.values import aware

GENESIS = bytes(32)
"""The ``prev`` of a stream's first record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecord:
    """An event about to be written: its kind, canonical JSON body, time and cause (the inbox key or timer key)."""

    kind: str
    body: bytes
    at: datetime
    cause: str

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One link of a stream's chain, as stored."""

    site: str
    stream: str
    version: int
    at: datetime
    cause: str
    kind: str
    body: bytes
    prev: bytes
    hash: bytes


class BrokenChain(Exception):
    """A journal stream does not verify: a record was changed, removed, reordered or never linked."""


def instant(moment: datetime) -> str:
    """The one spelling of a time that is hashed and stored: UTC, microseconds, ``Z``."""
    return aware(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _header(*, site: str, stream: str, version: int, at: str, cause: str, kind: str) -> bytes:
    parts = (site, stream, str(version), at, cause, kind)
    return b"".join(len(raw := part.encode()).to_bytes(4, "big") + raw for part in parts)


def link(*, prev: bytes, site: str, stream: str, version: int, at: str, cause: str, kind: str, body: bytes) -> bytes:
    """The hash of one record. ``at`` is spelled by `instant`. Fields are length-prefixed: no two records collide."""
    header = _header(site=site, stream=stream, version=version, at=at, cause=cause, kind=kind)
    return hashlib.sha256(prev + header + body).digest()


def verify(records: Iterable[Record]) -> bytes:
    """Check a whole stream from its first record; return the head hash. `BrokenChain` names the first bad version."""
    prev, expected = GENESIS, 1
    for record in records:
        if record.version != expected:
            raise BrokenChain(f"{record.stream}: version {record.version} where {expected} was due")
        if record.prev != prev:
            raise BrokenChain(f"{record.stream}: version {record.version} does not follow its predecessor")
        computed = link(
            prev=prev,
            site=record.site,
            stream=record.stream,
            version=record.version,
            at=instant(record.at),
            cause=record.cause,
            kind=record.kind,
            body=record.body,
        )
        if computed != record.hash:
            raise BrokenChain(f"{record.stream}: version {record.version} was altered")
        prev, expected = computed, expected + 1
    return prev
