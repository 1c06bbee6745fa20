"""Small values shared by the whole core."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from workflow.errors import NaiveTime
from workflow.ids import DeviceId, PersonId


def aware(moment: datetime) -> datetime:
    """Return ``moment`` unchanged; raise `NaiveTime` when it carries no zone."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise NaiveTime(f"{moment.isoformat()} has no time zone")
    return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A half-open stretch of time ``[start, end)``; both ends aware, end after start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        aware(self.start)
        aware(self.end)
        if self.end <= self.start:
            raise ValueError("an interval ends after it starts")

    @property
    def length(self) -> timedelta:
        """How long the interval lasts."""
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Overlap test of domain 4.3: ``A.start < B.end and B.start < A.end``."""
        return self.start < other.end and other.start < self.end


class WorkType(StrEnum):
    """The eight special works of GB 30871-2022 (domain 1.1); values are the codes used in ``policies/``."""

    HOT = "hot"
    CONFINED_SPACE = "cs"
    BLIND = "blind"
    HEIGHT = "height"
    LIFT = "lift"
    POWER = "power"
    EARTH = "earth"
    ROAD = "road"


class ActorKind(StrEnum):
    """Who or what acts."""

    PERSON = "person"
    DEVICE = "device"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who caused a command: a person, a device, or the clock.

    Starting and resuming work is only ever open to a person.
    """

    kind: ActorKind
    id: str

    @staticmethod
    def person(who: PersonId) -> Actor:
        """A named human."""
        return Actor(kind=ActorKind.PERSON, id=who)

    @staticmethod
    def device(which: DeviceId) -> Actor:
        """A registered device."""
        return Actor(kind=ActorKind.DEVICE, id=which)

    @staticmethod
    def clock() -> Actor:
        """A timer that fell due."""
        return Actor(kind=ActorKind.CLOCK, id="clock")

    @property
    def as_person(self) -> PersonId | None:
        """The person behind the actor, or None for devices and the clock."""
        return PersonId(self.id) if self.kind is ActorKind.PERSON else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """By whom, and when by the server's time: what every command is asked with, and what every event tells."""

    by: Actor
    at: datetime

    def __post_init__(self) -> None:
        aware(self.at)


class Datum(StrEnum):
    """The coordinate system of a position; GCJ-02 and WGS-84 differ by some 500 m in China (domain 5.9)."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position with its datum. Degrees as exact decimals, accuracy in metres (None: unknown)."""

    latitude: Decimal
    longitude: Decimal
    datum: Datum
    accuracy_m: Decimal | None = None


class ProofMethod(StrEnum):
    """How a person confirmed a decision, from weakest to strongest (docs/adr/0114).

    Stored by value, ranked by place in this list: a new rung may go anywhere.
    """

    OFFLINE_PIN = "offline_pin"
    """A number the person knows, while the chat was down, before a second person who gave hers (docs/adr/0190)."""
    VOUCHED_LINK = "vouched_link"
    """No account of one's own: a one-time link and a code, both had from a foreman who vouches for the person."""
    PLATFORM_SESSION = "platform_session"
    PLATFORM_SESSION_AT_SITE = "platform_session_at_site"
    PLATFORM_SESSION_FRESH_CODE = "platform_session_fresh_code"
    """As before, and minutes ago the person gave the changing number of the screen at the place (docs/adr/0211)."""
    WECHAT_SOTER = "wechat_soter"
    """A phone confirmed this very decision after a finger or face enrolled on it; whose, nobody knows."""
    PLATFORM_LIVE_CHECK = "platform_live_check"
    """The chat platform saw a living face of this account in the time of the attempt; it names no decision."""
    VENDOR_FACE = "vendor_face"
    """A service for faces compared a living face with the person's identity papers, for this very decision."""
    PASSKEY = "passkey"


STRENGTH: dict[ProofMethod, int] = {method: rank for rank, method in enumerate(ProofMethod)}
STRONGEST_TAP = ProofMethod.PLATFORM_SESSION_FRESH_CODE
"""The most a tap in the chat is worth; everything above it has a page of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a person's own key signed, whole: enough for anybody to check the signature years later.

    All base64url without padding, but ``decision``, which is the canonical text of `workflow.decision.Decision`. The
    signature covers ``authenticator_data`` and the SHA-256 of ``client_data``; that holds the challenge, which is made
    of ``nonce`` and ``decision``. ``public_key`` is COSE, as it was enrolled.
    """

    credential: str
    public_key: str
    authenticator_data: str
    client_data: str
    signature: str
    nonce: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a service outside the house answered to our own server about one confirmation.

    Nothing of a face and no number of papers is in it: ``record`` is the SHA-256 (hex) of the service's own number for
    what it saw, ``answer`` that of the part of its answer that was judged.
    """

    source: str
    """Which service, e.g. ``tencent-faceid``."""
    record: str
    at: datetime
    """By the clock of the service."""
    answer: str
    score: str | None = None
    """How alike the faces are, as the service spells it; None where it does not say."""

    def __post_init__(self) -> None:
        aware(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Evidence that a named human confirmed exactly one decision.

    ``decision_hash`` is the SHA-256 of the canonical decision; ``evidence`` points at raw evidence kept in media.
    A chat click is ``PLATFORM_SESSION`` and is never called biometric.
    """

    method: ProofMethod
    subject: PersonId
    decision_hash: str
    at: datetime
    at_site: bool | None = None
    """Whether the person was shown to be at the place (position in the fence or the site's code); None = not shown."""
    evidence: str | None = None
    assertion: Assertion | None = None
    """The raw signature of a `PASSKEY`; None for everything weaker."""
    voucher: PersonId | None = None
    """Who vouches for the person; exactly where ``method`` is ``VOUCHED_LINK``."""
    seen: Seen | None = None
    """What a service outside the house saw; None where none was asked."""
    second: PersonId | None = None
    """Who stood beside the person and gave a PIN of her own; exactly where ``method`` is ``OFFLINE_PIN``."""
    down_since: datetime | None = None
    """Since when the person's chat was known to be down, by our own look; exactly with a `second`."""

    def __post_init__(self) -> None:
        aware(self.at)
        offline = self.method is ProofMethod.OFFLINE_PIN
        if (self.second is not None, self.down_since is not None) != (offline, offline):
            raise ValueError("a proof by PIN, and only that, names a second person and since when the chat was down")
        if self.down_since is not None:
            aware(self.down_since)
        if (self.method is ProofMethod.VOUCHED_LINK) is (self.voucher is None):
            raise ValueError("a vouched proof, and only that, names its voucher")
