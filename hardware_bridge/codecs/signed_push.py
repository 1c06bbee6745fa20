r"""HTTP pushes signed by their sender, checked without I/O.

The sender signs with HMAC-SHA256, hex, over five lines joined by ``\n``: method in capitals · path with query as sent ·
timestamp in whole seconds · nonce · SHA-256 of the body in hex. Headers and an example: docs/hardware-json.md.

The order is the point. First what costs nothing (form, window), then the signature in constant time, and only of a
request that is the sender's own is the nonce looked up and kept: nobody else can fill the store or use a nonce up.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from hardware_bridge.sample import DeviceKey, SourceKind, Trouble, Why
from workflow.values import aware

WINDOW: Final = timedelta(minutes=5)
"""How far the sender's clock may be from ours, either way."""
FEWEST_KEY_BYTES: Final = 32
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
_SECONDS: Final = re.compile(r"[0-9]{1,11}")
_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}")
_METHOD: Final = re.compile(r"[A-Z]{1,10}")
_PATH: Final = re.compile(r"/[\x21-\x7E]{0,1023}")


class Nonces(Protocol):
    """Remembers the nonces of each sender for as long as they could be used again."""

    def claim(self, sender: DeviceKey, nonce: str, until: datetime) -> bool:
        """Keep the nonce until then; False when it is known already. One step: of two at a time one is told False."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A request as it came."""

    method: str
    path: str
    timestamp: str
    nonce: str
    signature: str = field(repr=False)
    body: bytes = field(repr=False)


def sign(key: bytes, push: Push) -> str:
    """The signature that belongs to a request; its own ``signature`` is not looked at."""
    digest = hashlib.sha256(push.body).hexdigest()
    lines = "\n".join((push.method, push.path, push.timestamp, push.nonce, digest))
    return hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()


def verify(push: Push, *, sender: DeviceKey, key: bytes, at: datetime, nonces: Nonces) -> Trouble | None:
    """None where the request is the sender's own, fresh, and never seen before. ``at`` is our clock, aware.

    Raise `ValueError` for a key too short to sign with: that is our own set-up.
    """
    if len(key) < FEWEST_KEY_BYTES:
        raise ValueError(f"a push key has at least {FEWEST_KEY_BYTES} bytes")
    aware(at)
    forms = (
        (_METHOD, push.method), (_PATH, push.path), (_SECONDS, push.timestamp), (_NONCE, push.nonce),
        (_SIGNATURE, push.signature),
    )  # fmt: skip
    if not all(form.fullmatch(text) for form, text in forms):
        return _refused(Why.SHAPE, "a signed request lacks or misspells a header", sender)
    if abs(at.timestamp() - int(push.timestamp)) > WINDOW.total_seconds():
        return _refused(Why.TIME, "the request's time is outside the window", sender)
    if not hmac.compare_digest(sign(key, push), push.signature):
        return _refused(Why.SIGNATURE, "a wrong signature", sender)
    until = datetime.fromtimestamp(int(push.timestamp), UTC) + WINDOW + timedelta(seconds=1)
    if not nonces.claim(sender, push.nonce, until):
        return _refused(Why.SIGNATURE, "a nonce that was used before", sender)
    return None


def _refused(why: Why, detail: str, sender: DeviceKey) -> Trouble:
    return Trouble(source=SourceKind.PUSH, why=why, device=sender, detail=detail)
