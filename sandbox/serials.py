"""Opaque identifiers without randomness: the same seed gives the same run, another seed another one."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter

_LOWEST_MESSAGE_ID = 1_000_000_000_000_000_000
_MESSAGE_ID_SPAN = 8_000_000_000_000_000_000


class Serials:
    """Hands out tokens, codes, nonces and 64-bit message ids."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._drawn: Counter[str] = Counter()

    def number(self, kind: str) -> int:
        """1, 2, 3 … per kind."""
        self._drawn[kind] += 1
        return self._drawn[kind]

    def noise(self, kind: str, size: int) -> bytes:
        """``size`` bytes that look random."""
        drawn = self.number(kind)
        stream = b""
        block = 0
        while len(stream) < size:
            stream += hashlib.sha256(f"{self._seed}|{kind}|{drawn}|{block}".encode()).digest()
            block += 1
        return stream[:size]

    def opaque(self, kind: str, length: int) -> str:
        """``length`` characters of the URL-safe base64 alphabet."""
        return base64.urlsafe_b64encode(self.noise(kind, length)).decode()[:length]

    def digits(self, kind: str, length: int) -> str:
        """``length`` decimal digits, the first not zero."""
        value = int.from_bytes(self.noise(kind, 32), "big")
        return str(10 ** (length - 1) + value % (9 * 10 ** (length - 1)))

    def message_id(self) -> int:
        """A positive 64-bit MsgId, unique within the run."""
        start = int.from_bytes(hashlib.sha256(self._seed.encode()).digest()[:8], "big")
        return _LOWEST_MESSAGE_ID + (start + 7_919 * self.number("message")) % _MESSAGE_ID_SPAN
