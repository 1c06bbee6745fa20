"""The words a key signs: one decision of one person, spelled so that anybody can spell it again.

The challenge a device signs is the SHA-256 of a tag, a nonce and these words; so its signature covers the decision, and
no page, server or transport in between can put another one in its place. The record is described in docs/keys.md.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from workflow.ids import PermitId, PersonId
from workflow.values import aware

TAG = b"permitbot.passkey.v1"
NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Exactly one decision: this person, this content of this permit, this verdict on this step, in this window.

    ``verdict`` and ``step`` as in `workflow.permit.signing.decision_hash`; ``role`` is the one signed in, ``text`` what
    was said with it (how the cause of a stop was removed; empty elsewhere).
    """

    permit: PermitId
    revision: int
    content_hash: str
    verdict: str
    step: str
    role: str
    text: str
    person: PersonId
    start: datetime
    until: datetime

    def __post_init__(self) -> None:
        aware(self.start)
        aware(self.until)
        if self.until <= self.start:
            raise ValueError("a window ends after it begins")

    def canonical(self) -> str:
        """JSON with sorted keys and no blanks; instants in UTC to the second."""
        said = {
            "content_hash": self.content_hash,
            "from": _spelled(self.start),
            "permit": self.permit,
            "person": self.person,
            "revision": self.revision,
            "role": self.role,
            "step": self.step,
            "text": self.text,
            "until": _spelled(self.until),
            "verdict": self.verdict,
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def challenge(canonical: str, nonce: bytes) -> bytes:
    """What the device is asked to sign: SHA-256 over tag, nonce and canonical words, divided by a zero byte.

    Raise `ValueError` for a nonce of another length: with a fixed one the three parts cannot run into each other.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"a nonce has {NONCE_BYTES} bytes, not {len(nonce)}")
    return hashlib.sha256(b"\0".join((TAG, nonce, canonical.encode()))).digest()


def _spelled(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
