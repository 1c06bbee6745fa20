"""What every plug of the ladder looks like: it begins with words to sign, and finishes with what the phone sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from workflow.decision import challenge
from workflow.ids import PersonId
from workflow.keys import Key
from workflow.values import Assertion, ProofMethod, Seen


class Why(StrEnum):
    """Why something a phone sent is no proof."""

    MALFORMED = "malformed"
    FOREIGN_KEY = "foreign_key"
    """A key that is not of the person the decision is about."""
    CROSS_ORIGIN = "cross_origin"
    NOT_PROVEN = "not_proven"
    """Another decision, another page, a bad signature, or nobody was verified by finger, face or code."""
    NOT_PASSED = "not_passed"
    """The service looked and says no: no living face, or not the face of this person."""
    NOT_ALIKE = "not_alike"
    """The service says yes, but less surely than the plant asks for."""
    OTHER_PERSON = "other_person"
    OTHER_DECISION = "other_decision"
    """The answer is about something else that was asked."""
    OUT_OF_TIME = "out_of_time"
    """Not seen while this attempt was open."""


class Unproven(Exception):
    """What the phone sent proves nothing. Theirs: it is kept as an attempt, and nobody has signed."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class NothingYet(Exception):
    """The service has nothing to tell yet: the person has not been there, or not finished. Asking again is fine."""


class Unavailable(Exception):
    """The service cannot be asked: it is down, unreachable, or refuses us. Nothing was decided; another way is open.

    ``code`` is the service's own word, for the operator; never shown to people.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One decision of one person, as a service outside the house is asked about it. ``nonce`` as in an attempt."""

    person: PersonId
    said: str
    nonce: bytes
    begun_at: datetime
    page: str
    """The address of the rung's page."""
    reference: str | None = field(default=None, repr=False)
    """The service's own number, once it has begun."""

    @property
    def back(self) -> str:
        """Where the service may send the browser afterwards. What it sends along is never read."""
        return f"{self.page}/back"

    @property
    def bound(self) -> str:
        """What binds a number of the service to this decision: its challenge, in hex."""
        return challenge(self.said, self.nonce).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """How it goes on in the browser: at another address (``go``), or by a call of the chat's own (``call``)."""

    reference: str | None = field(default=None, repr=False)
    go: str = field(default="", repr=False)
    call: Mapping[str, Any] = field(default_factory=dict)


class Plug(Protocol):
    """A rung where somebody else looks at the person. What the browser brings is only ever a reason to ask."""

    method: ProofMethod
    way: str
    scripts: str
    """A script of somebody else's that its page needs; empty for none."""
    posted_by_phone: bool
    """Whether a program of the phone outside of our pages begins and ends it; it comes by the code on the page."""

    async def begin(self, asked: Asked) -> Begun:
        """Open it at the service. Raise `Unavailable`."""
        ...

    async def finish(self, asked: Asked, now: datetime, given: object) -> tuple[Seen, ...]:
        """Ask the service what it saw; every answer that would do, the oldest first.

        ``given`` was posted by whoever holds the link: at most something to ask the service about.
        Raise `NothingYet`, `Unproven` or `Unavailable`.
        """
        ...
