"""The site's keys for the gate: signing passes and lists of status, and checking either.

One private key signs; public keys of earlier ones stay valid as long as paper signed with them is about. A key's name
is the beginning of its own hash, so that nobody has to number them (docs/adr/0143).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bot.new_file import written
from workflow.gate_pass import Pass, StatusList, key_id, list_message, opened, pass_message, read, spelled

if TYPE_CHECKING:
    from bot.settings import Settings

SEED_BYTES: Final = 32
EARLY: Final = timedelta(hours=1)
"""How long before its planned start a permit opens the gate: the crew must get in to prepare."""


class Forged(Exception):
    """The signature is not that of the key it names: somebody made or changed this."""


class Foreign(Exception):
    """Signed by a key this site does not have, or for another site."""


class GateRing:
    """The keys of one site."""

    def __init__(self, *, site: str, seed: bytes, earlier: Iterable[bytes] = ()) -> None:
        """``seed``: 32 secret bytes; ``earlier``: raw public keys. Raise `ValueError` for any other length."""
        self.site = site
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        own = self._private.public_key().public_bytes_raw()
        self.public: dict[bytes, bytes] = {key_id(raw): raw for raw in (own, *earlier)}
        """Raw public keys by their name, the signing one first."""
        self._checks = {name: Ed25519PublicKey.from_public_bytes(raw) for name, raw in self.public.items()}
        self._name = key_id(own)

    def sign(self, content: Pass | StatusList) -> str:
        """A pass or a list as text, signed."""
        write = pass_message(content, self._name) if isinstance(content, Pass) else list_message(content, self._name)
        return spelled(write, self._private.sign(write))

    def check(self, text: str) -> Pass | StatusList:
        """A pass or a list whose signature is good. Raise `workflow.gate_pass.NotAPass`, `Forged` or `Foreign`."""
        found = opened(text)
        key = self._checks.get(found.key)
        if key is None:
            raise Foreign
        try:
            key.verify(found.signature, found.message)
        except InvalidSignature:
            raise Forged from None
        content = read(found.message)
        if content.site != self.site:
            raise Foreign
        return content

    def published(self) -> dict[str, object]:
        """What a gate and an outsider need to check either: the site and the public keys, for JSON."""
        return {
            "site": self.site,
            "keys": [{"id": name.hex(), "x": in_text(raw)} for name, raw in self.public.items()],
        }


def ring_of(settings: Settings) -> GateRing | None:
    """The keys of this site; None where it has none."""
    if settings.gate_key is None:
        return None
    seed = bytes.fromhex(settings.gate_key.get_secret_value())
    return GateRing(site=settings.site_id, seed=seed, earlier=earlier_keys(settings.gate_earlier_keys))


def earlier_keys(text: str) -> list[bytes]:
    """Raw public keys from a line that divides them by commas. Raise `ValueError` for one that is none."""
    return [from_text(one.strip()) for one in text.split(",") if one.strip()]


def in_text(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """A public key from base64url without padding. Raise `ValueError` for anything else."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if len(raw) != SEED_BYTES:
        raise ValueError(f"a public key has {SEED_BYTES} bytes, this has {len(raw)}")
    return raw


def keys_file(ring: GateRing) -> str:
    """The public keys as a file for an outsider."""
    return json.dumps({"format": "permitbot.gate.keys.v1", **ring.published()}, indent=1)


def tell(*, settings: Settings, path: Path | None, say: Callable[[str], None]) -> int:
    """Say the public keys and, with ``path``, write them to a new file; 1 when that cannot be done."""
    ring = ring_of(settings)
    if ring is None:
        say("There is no key for the gate: set PERMITBOT_GATE_KEY, `openssl rand -hex 32` makes one.")
        return 1
    for place, (name, raw) in enumerate(ring.public.items()):
        say(f"{name.hex()}  {in_text(raw)}  {'signs' if place == 0 else 'still counts'}")
    return 0 if path is None or written(path, keys_file(ring).encode(), say) else 1
