"""The hash link of `workflow.journal`, arranged for speed.

A stream's name and site never change and kinds repeat, so their part of the hashed header is made once. The result is
`workflow.journal.link` byte for byte; a test holds the two equal.
"""

from __future__ import annotations

import hashlib

_sha256 = hashlib.sha256
_LENGTHS = tuple(number.to_bytes(4, "big") for number in range(512))
_AT = (27).to_bytes(4, "big")


def framed(raw: bytes) -> bytes:
    """Bytes with their length before them, as the header wants every field."""
    size = len(raw)
    return (_LENGTHS[size] if size < 512 else size.to_bytes(4, "big")) + raw


_VERSIONS = tuple(framed(str(number).encode()) for number in range(2048))


class Chain:
    """One stream's chain, link by link."""

    __slots__ = ("_prefix",)

    def __init__(self, site: bytes, stream: bytes) -> None:
        self._prefix = framed(site) + framed(stream)

    def link(self, prev: bytes, version: int, at: bytes, cause: bytes, kind: bytes, body: bytes) -> bytes:
        """The hash of one record; ``at`` as stored, texts as UTF-8."""
        numbered = _VERSIONS[version] if version < 2048 else framed(str(version).encode())
        dated = _AT if len(at) == 27 else len(at).to_bytes(4, "big")
        return _sha256(b"".join((prev, self._prefix, numbered, dated, at, framed(cause), framed(kind), body))).digest()
