"""Where pages are read from: one loader for every door, and what it compiled is kept for the process."""

from __future__ import annotations

from pathlib import Path

import jinja2
from jinja2.bccache import Bucket

LOADER = jinja2.FileSystemLoader(Path(__file__).parent / "templates")


class _Kept(jinja2.BytecodeCache):
    """Three doors show the same parts, each through an environment of its own, which would compile them anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was compiled from this very source, if anything was."""
        known = self._compiled.get(bucket.key)
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next environment."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


KEPT = _Kept()
