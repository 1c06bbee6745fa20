"""What DingTalk can push to a robot over its stream, as types.

Every class is a value: frozen, compared by content. ``corp_id`` is our own; what names another one is turned away
earlier. Times are UTC; the platform's stamps have milliseconds and may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Base: when the platform says it happened, if it says so."""

    corp_id: str
    created_at: datetime | None = None


# --- robot messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Callback):
    """Base of everything a person sends to the robot.

    ``sender`` is the user id (staffId), exactly as the platform spells it; None for contacts from outside and until the
    app is published. ``sender_id`` is the platform's encrypted id: stable, and no user id. Names and nicknames are left
    out on purpose: whoever decides by them decides by what anybody may call himself.
    """

    message_id: str
    robot_code: str
    sender: str | None
    sender_id: str
    in_group: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage(Message):
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMessage(Message):
    download_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A piece of text of a rich message; the platform cuts at every change of style, we join what is adjacent."""

    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture inside a rich message."""

    download_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RichMessage(Message):
    """Text and pictures, in the order they were written; never empty."""

    parts: tuple[Words | Picture, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioMessage(Message):
    """``recognition`` is what the platform heard; empty when it heard nothing."""

    download_code: str
    recognition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoMessage(Message):
    download_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMessage(Message):
    """Well-formed, but of a kind this product has no use for. ``kind``: file, unknownMsgType or any other name."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaMarker(Message):
    """Somebody wrote, but the organisation's monthly pushes are used up: the words are not in it."""


# --- card clicks


@dataclass(frozen=True, slots=True, kw_only=True)
class CardClicked(Callback):
    """A button of one of our cards. All but ``user`` comes out of the card and may be stale.

    ``params`` are everything the button sent, for knowing the click again; ``chosen`` the values of a form.
    """

    user: str
    card: str
    """outTrackId: our own key of the card."""
    action: str
    """Id of the component in the template; empty when the platform names none."""
    token: str = field(repr=False)
    version: str
    """The version the card showed; empty when it carries none."""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict, repr=False)


# --- events


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Callback):
    """Base of what is pushed without anybody having written."""

    event_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleLeft(Event):
    """Members who left the organisation."""

    users: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryChanged(Event):
    """Somebody came or changed, or a department did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent(Event):
    """Well-formed, and nothing this product acts on: read and recall notices, check-ins, everything not asked for."""


AnyMessage: TypeAlias = (
    TextMessage | PictureMessage | RichMessage | AudioMessage | VideoMessage | OtherMessage | QuotaMarker
)
AnyEvent: TypeAlias = PeopleLeft | DirectoryChanged | OtherEvent
AnyCallback: TypeAlias = AnyMessage | CardClicked | AnyEvent
"""Closed: a ``match`` over it ends in ``assert_never``."""
