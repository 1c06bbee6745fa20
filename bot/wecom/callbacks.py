"""What WeCom can deliver to a self-built app, as types ([D90239] messages, [D90240] events, [D90970] directory).

Every class is a value: frozen, compared by content. ``created_at`` has the platform's one-second resolution and is UTC.
A coordinate is exact; the platform does not state its datum (GCJ-02 is likely), so callers must not guess WGS-84.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What every delivery carries."""

    corp_id: str
    agent_id: int | None
    """None on the contact-sync address, which belongs to no app."""
    sender: str
    """The userid as delivered; WeCom userids are case-insensitive (`identity.normalise`). ``sys`` for the platform."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Callback):
    """Something that happened and carries no id of its own."""

    digest: str
    """SHA-256 (hex) of the decrypted document; tells events apart that share every named field."""


# --- messages: somebody wrote, photographed, spoke ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Callback):
    """Something a member sent to the app's conversation."""

    message_id: str
    """64-bit number, unique per message; the dedup key the platform names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage(Message):
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageMessage(Message):
    """The picture itself must be fetched within 3 days."""

    media_id: str
    picture_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceMessage(Message):
    media_id: str
    format: str
    """``amr`` or ``speex``; no recognised text comes with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoMessage(Message):
    media_id: str
    thumbnail_media_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationMessage(Message):
    """A place the member *chose* on a map: a statement, not a measurement."""

    latitude: Decimal
    longitude: Decimal
    scale: int | None
    label: str
    from_wechat: bool
    """Sent from the WeChat plugin, which shows neither cards nor markdown (AppType missing, [D90239])."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMessage(Message):
    title: str
    description: str
    url: str
    picture_url: str


# --- cards --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The options chosen for one question of a card."""

    question_key: str
    option_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTapped(Callback):
    """A button or submit was pressed (template_card_event).

    Pressing twice is normal: nothing disables a card that was not updated.
    """

    key: str
    task_id: str
    card_type: str
    response_code: str
    """Good for one card update within 72 hours."""
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMenuTapped(Callback):
    """An entry of a card's right-corner menu (template_card_menu_event)."""

    key: str
    task_id: str
    card_type: str
    response_code: str


# --- the app's menu -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuClicked(Event):
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuViewed(Event):
    """A menu entry opened a page (view)."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeScanned(Event):
    key: str
    scan_type: str
    result: str
    waiting: bool
    """The phone shows "receiving" and takes a passive reply (scancode_waitmsg)."""


class PictureSource(StrEnum):
    """Which menu entry produced the pictures. Only ``CAMERA`` excludes old pictures from the album."""

    CAMERA = "pic_sysphoto"
    CAMERA_OR_ALBUM = "pic_photo_or_album"
    WECHAT_ALBUM = "pic_weixin"


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesPicked(Event):
    """Announces pictures that arrive as image messages of their own, before or after; MD5 lets them be matched."""

    key: str
    source: PictureSource
    count: int
    md5s: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationPicked(Event):
    """A place chosen through a location_select menu entry."""

    key: str
    latitude: Decimal
    longitude: Decimal
    scale: int | None
    label: str
    place: str
    from_wechat: bool


# --- the app's conversation ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationReported(Event):
    """The phone's own position, once per entry into the conversation and only after consent (LOCATION)."""

    latitude: Decimal
    longitude: Decimal
    precision_m: Decimal | None
    from_wechat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEntered(Event):
    """The member opened the app's conversation (enter_agent)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed(Event):
    """The member came into the app's visible range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribed(Event):
    """The member left the visible range or the corp, or was disabled."""


# --- the corp and the app -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(Event):
    """The directory changed. New callback addresses get ids only, so this is a reason to read again, not a record."""

    change: str
    """create_user, update_user, delete_user, create_party, update_party, delete_party, update_tag."""
    user_id: str | None
    new_user_id: str | None
    party_id: str | None
    tag_id: str | None


class AppActivity(StrEnum):
    """The platform closes apps nobody uses; an operator must hear of it ([D90240])."""

    INACTIVE_ALERT = "inactive_alert"
    CLOSED = "close_inactive_agent"
    REOPENED = "reopen_inactive_agent"
    LOW_ACTIVE_ALERT = "low_active_alert"
    LOW_ACTIVE = "low_active"
    RESTORED = "active_restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppActivityChanged(Event):
    activity: AppActivity
    effective_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCallback(Event):
    """Well-formed and authentic, but of a kind this product has no use for."""

    name: str
    """The message type, or ``event:`` and the event, lower-case."""


KnownCallback: TypeAlias = (
    TextMessage
    | ImageMessage
    | VoiceMessage
    | VideoMessage
    | LocationMessage
    | LinkMessage
    | CardTapped
    | CardMenuTapped
    | MenuClicked
    | MenuViewed
    | CodeScanned
    | PicturesPicked
    | LocationPicked
    | LocationReported
    | AppEntered
    | Subscribed
    | Unsubscribed
    | ContactChanged
    | AppActivityChanged
)
AnyCallback: TypeAlias = KnownCallback | UnknownCallback
"""Closed: a ``match`` over it ends in ``assert_never``."""
