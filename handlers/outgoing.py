"""What shall be said to whom: intents, not texts.

Handlers post these inside the transaction; after the commit the relay renders each from the state of *that* moment
and sends it. So a message that waited never shows yesterday's state, and nothing is rendered inside a transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cards.buttons import Press
from workflow.effects import Order, Purpose
from workflow.findings import Finding
from workflow.ids import AreaId, DeviceId, GroupId, HazardId, PermitId, PersonId
from workflow.stills import Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitCard:
    """The person's card of a permit, pushed as a new message (or edited in place when they already hold a fresh one).

    ``purpose`` None: the person asked to see it, or did something by a line, a photo or a scan: then ``note`` is the
    key of what was taken, and one message says both that and what comes next.
    """

    person: PersonId
    permit: PermitId
    purpose: Purpose | None
    note: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    step: str = ""
    """The step it is about (`workflow.effects.Notify.step`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overnight:
    """A `PermitCard` that waited for the morning. All of one ``night`` are one message: the first speaks for all, the
    others say nothing."""

    person: PersonId
    permit: PermitId
    purpose: Purpose
    night: str
    """How the keys of all of them begin."""
    step: str = ""
    """The step it is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRefresh:
    """Edit the copies the person already holds; push nothing. ``handle``: what a tap just brought, if any:
    a one-use right, or the key of the tapped card."""

    person: PersonId
    permit: PermitId
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldersRefresh:
    """Edit the copies of everybody who holds a card of this permit when it is rendered, except ``but``; push nothing.

    ``but`` has just pressed: a `PermitRefresh` of his own spends the right the press brought.
    """

    permit: PermitId
    but: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardCard:
    """The person's card of a hazard, pushed. ``about``: the `workflow.hazard.effects.About` value; empty: he asked."""

    person: PersonId
    hazard: HazardId
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRefresh:
    """Edit the copies of a hazard's card that are held: everybody's but ``but``'s, or one ``person``'s with what his
    press brought. Push nothing."""

    hazard: HazardId
    person: PersonId | None = None
    handle: str | None = None
    but: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCard:
    """The person's draft as it stands, with the open question (at most one at a time)."""

    person: PersonId
    handle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A short plain answer: a key of `handlers.answers` and its arguments."""

    person: PersonId
    key: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One tap under a question. ``label`` is a fact (a permit, a place, a name); empty: `cards.words` knows the
    press."""

    press: Press
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A question with a few taps, outside of a permit's own card: why, which one, how many.

    ``subject`` is the key under which the person holds at most one such card. A typed line may answer, too.
    """

    person: PersonId
    subject: str
    key: str
    args: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The question ``subject`` is answered: a copy the person still holds loses its buttons and says the answer's
    key."""

    person: PersonId
    subject: str
    key: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A plain no: what was asked, why not, who can cure it. Asked ``why``: every gate of the moment, passing ones
    too."""

    person: PersonId
    permit: PermitId | None
    asked: str
    """The `cards.buttons.Action` value of the thing asked, e.g. ``start``; or ``check_in``, ``gas``, ``photo``,
    ``note``."""
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """我的任务: what waits for this person now."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNote:
    """One line to a group about a permit. ``note``: the key of a sentence before it, with its arguments."""

    group: GroupId
    permit: PermitId
    purpose: Purpose
    note: str = ""
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupWords:
    """Words to a group about no permit: a key of `handlers.answers` and its arguments."""

    group: GroupId
    key: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """An account that belongs to nobody we know: told whom to ask.

    ``platform``, ``corp`` and ``user`` address it directly.
    """

    platform: str
    corp: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Not a message: a photo, voice or video of the platform to be copied into our own store after the commit.

    Whoever has done it hands the office a `MediaStored` with the same ``origin`` (and ``sender``).
    """

    person: PersonId
    platform: str
    corp: str
    user: str
    handle: str
    kind: str
    """``photo`` · ``voice`` · ``video``."""
    origin: str
    """``dedup_key`` of the arrival that brought the handle."""
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchedLink:
    """A one-time link the person has opened for ``whom``, or its code: two messages, for they travel two ways.

    Neither address nor code is in the row; both are made from the link's id when the message is rendered.
    """

    person: PersonId
    permit: PermitId
    link: str
    whom: PersonId
    ends: datetime
    part: str
    """``link`` · ``code``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindGlass:
    """What lies behind the glass of ``subject``, for the eyes of ``person``. None of it is in the row: it is read when
    the message is rendered, and after ``ends`` not at all."""

    person: PersonId
    subject: PersonId
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile:
    """The register of permits of whole days, as a file for the person. Who may have it is asked again when it is
    made."""

    person: PersonId
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchFile:
    """What is late now, as a workbook for the person; read, and asked whether he may have it, when it is made."""

    person: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryFile:
    """The summary of whole days, as a page for a group. ``as_of``: what was known then stands on it, however late it
    is sent."""

    group: GroupId
    since: date
    until: date
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOrder:
    """Not a message: outputs of the plant are to be driven to their safe side. ``at``: when that was decided."""

    permit: PermitId
    area: AreaId
    order: Order
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """Not a message: the equipment system is to be told where a hazard stands, as of when it is sent."""

    hazard: HazardId


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What matters at the start of a shift, to a group or to one person; nothing when there is nothing to say."""

    shift: datetime
    group: GroupId | None = None
    person: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOrder:
    """Not a message: a camera is to be asked for a picture. ``at``: when it was wanted; ``key`` names the wish."""

    permit: PermitId
    camera: DeviceId
    key: str
    occasion: Occasion
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """The figures of a day, to a group, in a few lines. ``as_of``: from when one looks back, for a retry as well."""

    group: GroupId
    day: date
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The figures of a week or a month, to a group, in a few lines before the page (`SummaryFile`). ``as_of`` as
    there: a retry says the same."""

    group: GroupId
    since: date
    until: date
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskMap:
    """The plan of the plant coloured by what goes on, to a group, as a picture; drawn when it is sent."""

    group: GroupId
    shift: datetime


Outgoing = (
    PermitCard
    | Overnight
    | PermitRefresh
    | HoldersRefresh
    | HazardCard
    | HazardRefresh
    | DraftCard
    | Answer
    | Ask
    | Settled
    | Refusal
    | TaskList
    | GroupNote
    | GroupWords
    | Stranger
    | Fetch
    | VouchedLink
    | BehindGlass
    | RegisterFile
    | WatchFile
    | SummaryFile
    | OutputOrder
    | WorkOrder
    | Digest
    | StillOrder
    | Morning
    | Period
    | RiskMap
)
