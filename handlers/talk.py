"""What is remembered of the conversation with one person between two messages. Durable, small, one row per person.

Nothing here is a fact of a permit: it says which question is open, which photos are on their way, what was said lately.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from handlers.answers import Say
from handlers.request.drafts import RequestDraft
from storage.codec import Codec
from storage.errors import UnknownEvent
from workflow.hazard.state import Sighting
from workflow.ids import AreaId, HazardId, MediaHash, PermitId
from workflow.permit.content import GasReading
from workflow.values import Position, aware

QUIET = timedelta(minutes=10)
"""The same answer to nonsense is given at most once within this time."""
OPEN_FOR = timedelta(minutes=15)
"""How long a typed line or a photo is taken as the answer to an open question."""
SHOTS_FOR = timedelta(minutes=30)
"""How long the camera's word about a picture waits for the picture, and the other way round."""
_MOST_SHOTS = 40
_MOST_PENDING = 20


class Expect(StrEnum):
    """What a person was asked outside of a draft."""

    REASON = "reason"
    """Why it is returned, refused, cancelled or voided. ``step``: ``<action>:<node>``."""
    CAUSE = "cause"
    """What was done about the stop. ``step``: the role that resumes."""
    JSA = "jsa"
    """The hazard analysis, as a line or a photo."""
    MEASURE = "measure"
    """The photo or the figures of one measure. ``step``: its number."""
    SKETCH = "sketch"
    """The photo of a drawing for the form."""
    PURGED = "purged"
    """How it was made sure that equipment is purged."""
    COUNT = "count"
    """How many people and tools are still inside. ``step``: ``finish`` or ``count``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaiting:
    """The one question that is open."""

    what: Expect
    permit: PermitId
    revision: int
    step: str
    at: datetime
    subject: str = ""
    """Subject of the card that asks, if it was asked with taps."""
    detail: str = ""
    """What was given already: the figures of a measure that still wants its photo."""

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A photo or voice whose bytes are being fetched, and what it is for (decided when it came).

    ``said``: its sender said so; then nothing else is offered.
    """

    origin: str
    permit: PermitId | None
    purpose: str
    at: datetime
    said: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGas:
    """Gas values that were typed before it was clear for which permit."""

    readings: tuple[GasReading, ...]
    said: str
    """The line they came in: it may name the point."""
    sampled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """The platform said that its camera took a picture with this MD5."""

    md5: str
    at: datetime


class HazardStep(StrEnum):
    """What a person was asked about a hazard."""

    REPORT = "report"
    """What is wrong and where: a line, or a photo and a line."""
    WHETHER = "whether"
    """Whether the report is one that is known already."""
    BEFORE = "before"
    """A photo of a hazard that was reported by a line."""
    AFTER = "after"
    """Photos of how it looks now, and a line on what was done."""
    SEND_BACK = "send_back"
    """Why it is not put right."""
    EXTEND = "extend"
    """Until when, and why."""
    REFUSE = "refuse"
    """Why there is no more time."""
    ASSIGN = "assign"
    """Whom it goes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardTalk:
    """The open question about a hazard, and what was given so far."""

    step: HazardStep
    at: datetime
    hazard: HazardId | None = None
    """None: not reported yet."""
    text: str = ""
    photos: tuple[MediaHash, ...] = ()
    held: Sighting | None = None
    """The report that waits for a word whether it is known."""

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """A photo or video that no permit had asked for: the line that follows may say what it shows."""

    media: MediaHash
    video: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where the person last showed to be: by a board, or by a ``position`` that may lie in no known place."""

    area: AreaId | None
    at: datetime
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer of the budget, and when it was last given."""

    key: Say
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The conversation with one person."""

    draft: RequestDraft | None = None
    awaiting: Awaiting | None = None
    pending: tuple[Pending, ...] = ()
    shots: tuple[Shot, ...] = ()
    gas: HeldGas | None = None
    told: tuple[Told, ...] = ()
    hazard: HazardTalk | None = None
    loose: tuple[Loose, ...] = ()
    spot: Spot | None = None

    def open_hazard(self, now: datetime) -> HazardTalk | None:
        """The question about a hazard a line may answer now; a newer question about a permit comes first."""
        asked = self.hazard
        if asked is None or now - asked.at > OPEN_FOR:
            return None
        return None if self.awaiting is not None and self.awaiting.at > asked.at else asked

    def open_question(self, now: datetime) -> Awaiting | None:
        """The question a line may answer now; an old one is no longer open."""
        fresh = self.awaiting is not None and now - self.awaiting.at <= OPEN_FOR
        return self.awaiting if fresh else None

    def may_say(self, key: Say, now: datetime) -> bool:
        """Whether an answer of the budget may be given (again)."""
        return all(told.key is not key or now - told.at >= QUIET for told in self.told)

    def saying(self, key: Say, now: datetime) -> Talk:
        """The budget after giving an answer."""
        rest = tuple(told for told in self.told if told.key is not key and now - told.at < QUIET)
        return replace(self, told=(*rest, Told(key=key, at=now)))

    def expecting(self, pending: Pending) -> Talk:
        """A photo or voice is on its way."""
        fresh = tuple(one for one in self.pending if pending.at - one.at < SHOTS_FOR)
        return replace(self, pending=(*fresh, pending)[-_MOST_PENDING:])

    def with_shots(self, sums: tuple[str, ...], now: datetime) -> Talk:
        """The camera's word arrived."""
        fresh = tuple(shot for shot in self.shots if now - shot.at < SHOTS_FOR)
        return replace(self, shots=(*fresh, *(Shot(md5=each, at=now) for each in sums))[-_MOST_SHOTS:])

    @property
    def empty(self) -> bool:
        """Nothing is worth keeping."""
        return self == Talk()


_CODEC: Codec[Talk] = Codec((Talk,))
_KIND = "Talk"
_UNPACKED = 32
"""How many stored conversations are kept unpacked: a line is read against one, and then written against the same."""


def pack_talk(talk: Talk) -> bytes:
    """The stored form."""
    return _CODEC.encode(talk)[1]


@lru_cache(_UNPACKED)
def unpack_talk(body: bytes | None) -> Talk:
    """The stored conversation. One written by another version begins anew rather than staying stuck."""
    if body is None:
        return Talk()
    try:
        return _CODEC.decode(_KIND, body)
    except UnknownEvent:
        return Talk()
