"""The keys of one person: how one is enrolled, when it counts, and how it ends.

A key belongs to the person, not to a chat account. It is enrolled in front of a safety officer, who opens a short
window and stays beside the phone; it ends by the person's own word, by an officer's, or by itself when its counter
goes back, for then two devices hold it. A key that has ended never comes back. Only public keys are kept; the finger or
face never leaves the phone (docs/adr/0124).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from workflow.errors import ImpossibleEvent, Refused
from workflow.findings import Finding
from workflow.findings import no as finding
from workflow.ids import PersonId, SiteId
from workflow.plant import Person
from workflow.values import Actor, Stamped, aware

WINDOW = timedelta(minutes=10)
"""How long an officer's window stays open."""
MOST = 5
"""Keys of one person that may be in use at once."""


class Stage(StrEnum):
    """What has become of a key."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    """Its counter went back: somebody holds a copy."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One passkey. ``credential`` and ``public_key`` (COSE) are base64url without padding."""

    credential: str
    public_key: str
    aaguid: str
    """Which make of authenticator, as it says itself: unattested, for people to read only."""
    device: str
    counter: int
    """The highest use counter seen; 0 for good where the maker does not count."""
    enrolled_at: datetime
    supervised_by: PersonId
    stage: Stage = Stage.ACTIVE
    used_at: datetime | None = None
    """When it last signed; None: never yet."""

    def __post_init__(self) -> None:
        aware(self.enrolled_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """An officer stands beside the person and lets one key in."""

    officer: PersonId
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """All keys a person ever had, oldest first."""

    id: PersonId
    site: SiteId
    keys: tuple[Key, ...] = ()
    window: Window | None = None

    @property
    def active(self) -> tuple[Key, ...]:
        """Those that count."""
        return tuple(key for key in self.keys if key.stage is Stage.ACTIVE)

    def key(self, credential: str) -> Key | None:
        """The key with this credential id, whatever has become of it."""
        return next((key for key in self.keys if key.credential == credential), None)


# --- events: the class name is the stored kind ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Stamped):
    """Base of all events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentOpened(Event):
    """An officer let this person enrol one key until then."""

    until: datetime

    def __post_init__(self) -> None:
        Event.__post_init__(self)
        aware(self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEnrolled(Event):
    """A key was enrolled while the officer's window was open."""

    credential: str
    public_key: str
    aaguid: str
    device: str
    counter: int
    supervised_by: PersonId
    synced: bool
    """Whether the maker copies the key to the person's other devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUsed(Event):
    """A key signed; the counter it showed."""

    credential: str
    counter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySuspended(Event):
    """A key showed a counter that does not lie above the last: a copy of it is about."""

    credential: str
    counter: int
    expected_above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRevoked(Event):
    """A key was given up, by its owner or by an officer."""

    credential: str


ALL: tuple[type[Event], ...] = (EnrolmentOpened, KeyEnrolled, KeyUsed, KeySuspended, KeyRevoked)


def evolve(ring: KeyRing, event: Event) -> KeyRing:
    """The ring after the event. Raise `ImpossibleEvent` for one that cannot follow."""
    match event:
        case EnrolmentOpened(until=until) if (officer := event.by.as_person) is not None:
            return replace(ring, window=Window(officer=officer, until=until))
        case KeyEnrolled() if ring.window is not None and ring.key(event.credential) is None:
            key = Key(
                credential=event.credential,
                public_key=event.public_key,
                aaguid=event.aaguid,
                device=event.device,
                counter=event.counter,
                enrolled_at=event.at,
                supervised_by=event.supervised_by,
            )
            return replace(ring, window=None, keys=(*ring.keys, key))
        case KeyUsed(counter=counter):
            return _moved(ring, event.credential, counter=counter, used_at=event.at)
        case KeySuspended():
            return _moved(ring, event.credential, stage=Stage.SUSPENDED)
        case KeyRevoked():
            return _moved(ring, event.credential, stage=Stage.REVOKED)
        case _:
            raise ImpossibleEvent(f"keys of {ring.id}: {type(event).__name__} cannot follow")


def _moved(
    ring: KeyRing,
    credential: str,
    *,
    counter: int | None = None,
    stage: Stage | None = None,
    used_at: datetime | None = None,
) -> KeyRing:
    old = ring.key(credential)
    if old is None or old.stage is Stage.REVOKED or (counter is not None and old.stage is not Stage.ACTIVE):
        raise ImpossibleEvent(f"keys of {ring.id}: there is no such key to move")
    new = replace(
        old,
        counter=old.counter if counter is None else counter,
        stage=stage or old.stage,
        used_at=used_at or old.used_at,
    )
    return replace(ring, keys=tuple(new if one is old else one for one in ring.keys))


# --- decisions ------------------------------------------------------------------------------------------------------


def open_window(ring: KeyRing, *, officer: Person, safety: tuple[PersonId, ...], at: datetime) -> tuple[Event, ...]:
    """An officer of the safety department, never for himself, lets the person enrol one key. Raise `Refused`."""
    if officer.id not in safety or not officer.active:
        raise Refused((_no("key.officer", "只有安全管理部门能开钥匙登记", "请找安全管理部门的人当面登记"),))
    if officer.id == ring.id:
        raise Refused((_no("key.self", "不能给自己登记钥匙", "请安全管理部门另一位同事当面给您登记"),))
    if len(ring.active) >= MOST:
        raise Refused((_no("key.most", f"已经有{MOST}把在用的钥匙", "先注销不用的钥匙"),))
    return (EnrolmentOpened(by=Actor.person(officer.id), at=at, until=at + WINDOW),)


def enrol(ring: KeyRing, *, officer: PersonId, key: Key, synced: bool, at: datetime) -> tuple[Event, ...]:
    """The person's own phone made a key while the window of this officer is open. Raise `Refused`."""
    window = ring.window
    if window is None or window.officer != officer or at >= window.until:
        raise Refused((_no("key.window", "登记时间已过", "请安全员当面重新开一次登记"),))
    if ring.key(key.credential) is not None:
        raise Refused((_no("key.again", "这把钥匙登记过了", "换一台手机，或用已登记的钥匙"),))
    return (
        KeyEnrolled(
            by=Actor.person(ring.id),
            at=at,
            credential=key.credential,
            public_key=key.public_key,
            aaguid=key.aaguid,
            device=key.device,
            counter=key.counter,
            supervised_by=officer,
            synced=synced,
        ),
    )


def use(ring: KeyRing, *, credential: str, counter: int, at: datetime) -> KeyUsed | KeySuspended:
    """A signature of this key was right: does the key still count? Raise `Refused` for one that does not.

    Makers who do not count show 0 for ever. Every other counter must lie above the last one seen: else the key was
    copied, and it is suspended at once.
    """
    key = ring.key(credential)
    if key is None or key.stage is not Stage.ACTIVE:
        raise Refused((_no("key.gone", "这把钥匙已停用或不是您的", "请用在用的钥匙，或找安全员重新登记"),))
    by = Actor.person(ring.id)
    if counter > key.counter or counter == key.counter == 0:
        return KeyUsed(by=by, at=at, credential=credential, counter=counter)
    return KeySuspended(by=by, at=at, credential=credential, counter=counter, expected_above=key.counter)


def revoke(
    ring: KeyRing, *, credential: str, by: PersonId, safety: tuple[PersonId, ...], at: datetime
) -> tuple[Event, ...]:
    """Its owner or an officer gives a key up. Raise `Refused`."""
    if by != ring.id and by not in safety:
        raise Refused((_no("key.owner", "只有本人或安全管理部门能注销钥匙", "请本人或安全管理部门办理"),))
    key = ring.key(credential)
    if key is None or key.stage is Stage.REVOKED:
        raise Refused((_no("key.none", "没有这把在用的钥匙", "发「我的钥匙」看有哪些"),))
    return (KeyRevoked(by=Actor.person(by), at=at, credential=credential),)


def _no(gate: str, fact: str, cure: str) -> Finding:
    return finding(gate, fact, clause="厂内钥匙管理", cure=cure)


Decide = Callable[[KeyRing], tuple[Event, ...]]
"""What follows from a ring as it is now. Raise `Refused`."""
