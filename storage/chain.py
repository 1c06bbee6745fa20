"""The hash link of `workflow.journal`, arranged for speed.

A stream's name and site never change and kinds repeat, so their part of the hashed header is made once. The result is
`workflow.journal.link` byte for byte; a test holds the two equal.
"""

from __future__ import annotations

import hashlib

_sha256 = hashlib.sha256
_TABLE = 2048
LENGTHS = tuple(number.to_bytes(4, "big") for number in range(_TABLE))


def framed(raw: bytes) -> bytes:
    """Bytes with their length before them, as the header wants every field."""
    return len(raw).to_bytes(4, "big") + raw


VERSIONS = tuple(framed(str(number).encode()) for number in range(_TABLE))


class Chain:
    """One stream's chain, link by link."""

    __slots__ = ("prefix",)

    def __init__(self, site: bytes, stream: bytes) -> None:
        self.prefix = framed(site) + framed(stream)

    def link(self, prev: bytes, version: int, at: bytes, cause: bytes, kind: bytes, body: bytes) -> bytes:
        """The hash of one record; ``at`` as stored, texts as UTF-8."""
        header: tuple[bytes, ...]
        try:
            header = (
                prev, self.prefix, VERSIONS[version], LENGTHS[len(at)], at,
                LENGTHS[len(cause)], cause, LENGTHS[len(kind)], kind, body,
            )  # fmt: skip
        except IndexError:  # a field longer, or a stream older, than the tables reach
            fields = (str(version).encode(), at, cause, kind)
            header = (prev, self.prefix, *map(framed, fields), body)
        return _sha256(b"".join(header)).digest()
