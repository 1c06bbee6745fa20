"""What becomes of a PIN: a salted scrypt digest, peppered with the house's own secret; and telling right from wrong.

Six digits are few, so whoever gets the database must not get the PINs: without the secret of the house the digests tell
him nothing. A PIN of somebody who has none takes as long as any other. scrypt holds the memory of one try at a time.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from bot.clock import Entropy
from storage.proofs import PinSecret

COST: Final = 1 << 15
_BLOCK: Final = 8
_MEMORY: Final = 64 << 20
_SALT: Final = 16
_LENGTH: Final = 32
_TAG: Final = b"permitbot.pin.v1"
LONGEST: Final = 64
"""More characters than this are no PIN, and are not even hashed."""


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals PINs and knows them again. ``key`` is the house's secret; ``cost`` scrypt's n."""

    key: bytes = field(repr=False)
    entropy: Entropy
    cost: int = COST
    _one_at_a_time: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), repr=False)

    async def seal(self, pin: str, number: int) -> PinSecret:
        """What may be kept of a PIN."""
        salt = self.entropy.take(_SALT)
        digest = await self._digest(pin, salt, self.cost)
        return PinSecret(number=number, salt=salt.hex(), cost=self.cost, digest=digest.hex())

    async def same(self, pin: str, secret: PinSecret | None) -> bool:
        """Whether it is the PIN; takes as long where there is none."""
        salt, cost = (bytes(_SALT), self.cost) if secret is None else (bytes.fromhex(secret.salt), secret.cost)
        digest = await self._digest(pin[:LONGEST], salt, cost)
        expected = bytes(_LENGTH) if secret is None else bytes.fromhex(secret.digest)
        return hmac.compare_digest(digest, expected) and secret is not None and len(pin) <= LONGEST

    async def _digest(self, pin: str, salt: bytes, cost: int) -> bytes:
        peppered = hmac.digest(self.key, _TAG + b"\0" + pin.encode(errors="replace"), "sha256")
        async with self._one_at_a_time:
            return await asyncio.to_thread(
                hashlib.scrypt, peppered, salt=salt, n=cost, r=_BLOCK, p=1, maxmem=_MEMORY, dklen=_LENGTH
            )
