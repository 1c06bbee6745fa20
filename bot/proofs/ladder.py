"""What every plug of the ladder looks like: it begins with words to sign, and finishes with what the phone sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from workflow.keys import Key
from workflow.values import Assertion, ProofMethod


class Why(StrEnum):
    """Why something a phone sent is no proof."""

    MALFORMED = "malformed"
    FOREIGN_KEY = "foreign_key"
    """A key that is not of the person the decision is about."""
    CROSS_ORIGIN = "cross_origin"
    NOT_PROVEN = "not_proven"
    """Another decision, another page, a bad signature, or nobody was verified by finger, face or code."""


class Unproven(Exception):
    """What the phone sent proves nothing. Theirs: it is kept as an attempt, and nobody has signed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A right signature over exactly the words asked for. Whether the key still counts is decided in memory."""

    assertion: Assertion
    counter: int


class Verifier(Protocol):
    """One plug. Pure: nonce and keys come in, nothing is remembered."""

    method: ProofMethod

    def begin(self, said: str, nonce: bytes, keys: Sequence[Key]) -> dict[str, Any]:
        """What the page hands to the browser, ready for JSON."""
        ...

    def finish(self, said: str, nonce: bytes, keys: Sequence[Key], payload: object) -> Proven:
        """What the browser sent back, checked. Raise `Unproven`."""
        ...
