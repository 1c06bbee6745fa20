"""WeCom's words → the house's words: a `Callback` becomes an `Arrival`, or nothing that concerns anybody."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TypedDict, assert_never

from bot.wecom.callbacks import (
    AnyCallback,
    AppActivityChanged,
    AppEntered,
    CardMenuTapped,
    CardTapped,
    CodeScanned,
    ContactChanged,
    ImageMessage,
    LinkMessage,
    LocationMessage,
    LocationPicked,
    LocationReported,
    MenuClicked,
    MenuViewed,
    PictureSource,
    PicturesPicked,
    Subscribed,
    TextMessage,
    UnknownCallback,
    Unsubscribed,
    VideoMessage,
    VoiceMessage,
)
from bot.wecom.dedup import dedup_key
from bot.wecom.directory import normalise
from handlers.arrivals import (
    Arrival,
    CameraShots,
    Entered,
    Location,
    MembershipChanged,
    MenuPressed,
    Photo,
    PlatformNotice,
    Scan,
    Sender,
    Tap,
    Text,
    Unsupported,
    Video,
    Voice,
)
from workflow.ids import SiteId
from workflow.values import Datum, Position

PLATFORM = "wecom"


class _Head(TypedDict):
    """What every arrival takes."""

    site: SiteId
    sender: Sender
    dedup_key: str
    received_at: datetime
    sent_at: datetime


def arrival_of(callback: AnyCallback, *, site: SiteId, received_at: datetime, datum: Datum) -> Arrival | None:
    """The arrival a callback means; None for what nobody needs to act on.

    ``datum`` is the coordinate system the platform's positions are taken to be in: its pages do not say.
    """
    head = _Head(
        site=site,
        sender=Sender(platform=PLATFORM, corp=callback.corp_id, user=normalise(callback.sender)),
        dedup_key=dedup_key(callback),
        received_at=received_at,
        sent_at=callback.created_at,
    )
    match callback:
        case TextMessage() | ImageMessage() | VoiceMessage() | VideoMessage() | LocationMessage() | LinkMessage():
            return _message(head, callback, datum)
        case CardTapped() | CardMenuTapped():
            return _tap(head, callback)
        case MenuClicked() | MenuViewed() | CodeScanned() | PicturesPicked() | LocationPicked():
            return _menu(head, callback, datum)
        case AppEntered() | LocationReported() | Subscribed() | Unsubscribed():
            return _presence(head, callback, datum)
        case AppActivityChanged():
            until = "" if callback.effective_at is None else callback.effective_at.isoformat()
            return PlatformNotice(**head, kind=callback.activity.value, detail=until)
        case ContactChanged():
            return None
        case UnknownCallback():
            # A message deserves an answer. An event we never asked for does not.
            return None if callback.name.startswith("event:") else Unsupported(**head, kind=callback.name)
        case _:
            assert_never(callback)


def _message(
    head: _Head,
    message: TextMessage | ImageMessage | VoiceMessage | VideoMessage | LocationMessage | LinkMessage,
    datum: Datum,
) -> Arrival:
    match message:
        case TextMessage():
            return Text(**head, text=message.content)
        case ImageMessage():
            return Photo(**head, handle=message.media_id)
        case VoiceMessage():
            return Voice(**head, handle=message.media_id, format=message.format)
        case VideoMessage():
            return Video(**head, handle=message.media_id)
        case LocationMessage():
            return Location(**head, position=_position(message, datum), label=message.label)
        case LinkMessage():
            return Unsupported(**head, kind="link")
        case _:
            assert_never(message)


def _tap(head: _Head, tapped: CardTapped | CardMenuTapped) -> Arrival:
    chosen = {one.question_key: one.option_ids for one in tapped.selections} if isinstance(tapped, CardTapped) else {}
    handle = tapped.response_code or None
    return Tap(**head, token=tapped.key, card=tapped.task_id, update_handle=handle, chosen=chosen)


def _menu(
    head: _Head, pressed: MenuClicked | MenuViewed | CodeScanned | PicturesPicked | LocationPicked, datum: Datum
) -> Arrival | None:
    match pressed:
        case MenuClicked():
            return MenuPressed(**head, key=pressed.key)
        case MenuViewed():
            return None
        case CodeScanned():
            return Scan(**head, menu_key=pressed.key, code=pressed.result)
        case PicturesPicked():
            # Only the system camera vouches for here and now. Other pictures arrive by themselves, as pictures.
            if pressed.source is PictureSource.CAMERA:
                return CameraShots(**head, menu_key=pressed.key, md5=pressed.md5s)
            return None
        case LocationPicked():
            label = " ".join(part for part in (pressed.label, pressed.place) if part)
            return Location(**head, position=_position(pressed, datum), label=label)
        case _:
            assert_never(pressed)


def _presence(head: _Head, event: AppEntered | LocationReported | Subscribed | Unsubscribed, datum: Datum) -> Arrival:
    match event:
        case AppEntered():
            return Entered(**head)
        case LocationReported():
            return Location(**head, position=_position(event, datum, event.precision_m), asked=False)
        case Subscribed():
            return MembershipChanged(**head, joined=True)
        case Unsubscribed():
            return MembershipChanged(**head, joined=False)
        case _:
            assert_never(event)


def _position(
    place: LocationMessage | LocationPicked | LocationReported, datum: Datum, accuracy_m: Decimal | None = None
) -> Position:
    return Position(latitude=place.latitude, longitude=place.longitude, datum=datum, accuracy_m=accuracy_m)
