"""Anything that came in, free of vendor words.

A platform edge turns verified bytes into exactly one of these; nothing behind the edge knows which platform it was,
except by the `Sender`, which answers go back to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.digest_due import ShiftBegins
from handlers.held import HeldReport, StayEnds, StillDue
from handlers.outgoing import Outgoing
from workflow.camera_alarms import CameraAlarm
from workflow.hazard.commands import DebtOverdue
from workflow.ids import DeviceId, MediaHash, PermitId, PersonId, SiteId
from workflow.permit.commands import Command
from workflow.values import Position, aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote, as the platform knows them. ``user`` is spelt as `storage.directory.normal_account` spells it and
    only unique within ``corp``."""

    platform: str
    corp: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Base: where it came from and how to know it again.

    ``dedup_key`` is wide enough that two genuine events of the same second differ, and the same for a redelivery.
    ``sent_at`` is the platform's own stamp, ``received_at`` ours.
    """

    site: SiteId
    sender: Sender
    dedup_key: str
    received_at: datetime
    sent_at: datetime | None = None

    def __post_init__(self) -> None:
        aware(self.received_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Arrival):
    """A chat line."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo(Arrival):
    """A picture whose bytes still lie with the platform under ``handle``.

    ``permit`` and ``purpose``: what the sender took it for, where he could say so (a page asks; a chat cannot).
    """

    handle: str
    permit: PermitId | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraShots(Arrival):
    """The platform says its system camera took pictures with these MD5 sums (hex, lower case); order to `Photo` is
    not fixed."""

    menu_key: str
    md5: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice(Arrival):
    """A voice note; ``text`` when the platform recognised it."""

    handle: str
    format: str
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video(Arrival):
    """A video whose bytes still lie with the platform."""

    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaStored(Arrival):
    """A photo, voice or video of an earlier arrival is now in our own store (or could not be fetched: ``media``
    None)."""

    kind: str
    """``photo`` · ``voice`` · ``video``."""
    media: MediaHash | None
    md5: str
    text: str | None = None
    trouble: str = ""
    origin: str = ""
    """``dedup_key`` of the arrival that brought the platform's handle (`handlers.outgoing.Fetch.origin`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Arrival):
    """A position the person sent, or the platform reported on entry. ``label`` is the platform's address text."""

    position: Position
    label: str = ""
    asked: bool = True
    """False when reported by the platform on entering, not sent by the person."""
    mocked: bool = False
    """The phone itself says that an app makes the position up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap(Arrival):
    """A button or a submitted choice of one of our cards.

    ``token`` is what our button carried (still unverified). ``chosen`` maps question keys to option ids. ``card`` is
    our own key of the card (task id), ``update_handle`` the platform's one-use right to change it, None where cards
    can be changed freely.
    """

    token: str
    card: str
    update_handle: str | None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def answered_by(self) -> str | None:
        """What an answer on the card is given with: the right that came with the press, or the card's own key.

        None where the press was on no card.
        """
        return (self.card or None) if self.update_handle is None else self.update_handle


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuPressed(Arrival):
    """An entry of the app's fixed menu."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan(Arrival):
    """A QR or bar code scanned with the app's scan entry, or shown by a page that was opened with it.

    ``position``: where the phone was meanwhile, if it says so and says how exactly. ``fresh``: the changing number of
    the screen beside the board, if it was given, too.
    """

    menu_key: str
    code: str
    position: Position | None = None
    fresh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GasEntered(Arrival):
    """Gas values filled in on a page, for one permit and one point, each as gas, value and unit, as they were typed.

    ``sent_at`` is when they were filled in, which is when the air was sampled.
    """

    permit: PermitId
    point: str
    values: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered(Arrival):
    """The person opened the app's chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipChanged(Arrival):
    """The person joined or left the app's visible range."""

    joined: bool


WITHHELD = "withheld"
"""`Unsupported.kind` of a message whose words the platform kept back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsupported(Arrival):
    """A verified message of a kind we have no use for; it gets a helpful answer."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformNotice(Arrival):
    """Something the operator must hear, e.g. that the app will be disabled for lack of use."""

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due(Arrival):
    """A timer that fell due: the command it carries, to be asked as of now. ``sender`` is the clock itself.

    ``permit``: the number it is asked of; a hazard's where the command is a hazard's.
    """

    permit: str
    name: str
    command: Command | DebtOverdue | HeldReport | ShiftBegins | StillDue | StayEnds


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAsks(Arrival):
    """What a device's readings mean for one permit, as a command to be asked as of now. ``sender`` is the bridge."""

    permit: str
    command: Command


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenThere(Arrival):
    """A camera's box says that it sees something. ``sender`` is the bridge."""

    device: DeviceId
    kind: CameraAlarm


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideNow(Arrival):
    """Whose tags are surely inside the fence of a permit's place. ``sender`` is the bridge; ``device``: the tag that is
    spoken of."""

    permit: str
    device: DeviceId
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputAstray(Arrival):
    """A door, an ignition or a siren does not do as it was told, or says nothing. ``sender`` is the bridge.

    ``permits``: whose guardians must know; ``what``: a sentence of `cards.words_devices`.
    """

    permits: tuple[PermitId, ...]
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered(Arrival):
    """A message that was given up: nobody will get it. ``sender`` is the clock itself.

    ``alarm``: a safety message. Otherwise one that asked something of somebody and failed by our own fault.
    """

    message: Outgoing
    alarm: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unguarded(Arrival):
    """The watchdog found an open permit, or a hazard, that nothing watches. ``sender`` is the clock itself.

    ``permit``: its number. ``what``: the timer that is missing, see `workflow.permit.guards` and
    `workflow.hazard.guards`.
    """

    permit: str
    what: str


ByNobody = Due | DeviceAsks | SeenThere | InsideNow | OutputAstray | PlatformNotice | Undelivered | Unguarded
"""Arrivals no person sends: of the clock, of a device, of a platform."""
