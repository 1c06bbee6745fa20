"""DingTalk's words → the house's words: a callback becomes arrivals, or nothing that concerns anybody.

One push may bring several things (a line and three photos); each is an arrival of its own, in the order they were
written, each with its own key: whatever fails is taken again alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, TypedDict, assert_never

from bot.dingtalk.callbacks import (
    AnyCallback,
    AnyMessage,
    AudioMessage,
    CardClicked,
    DirectoryChanged,
    OtherEvent,
    OtherMessage,
    PeopleLeft,
    Picture,
    PictureMessage,
    QuotaMarker,
    RichMessage,
    TextMessage,
    VideoMessage,
    Words,
)
from bot.dingtalk.dedup import DedupKey, dedup_key, part_key
from handlers.arrivals import (
    WITHHELD,
    Arrival,
    MembershipChanged,
    Photo,
    PlatformNotice,
    Sender,
    Tap,
    Text,
    Unsupported,
    Voice,
)
from handlers.arrivals import Video as VideoArrival
from workflow.ids import SiteId

PLATFORM: Final = "dingtalk"
OUTSIDE: Final = "outside|"
"""Begins the user of whoever has no user id with us. No user id has such a bar, so it can be nobody's account."""
QUOTA_NOTICE: Final = "push_quota_used_up"


class _Head(TypedDict):
    """What every arrival takes."""

    site: SiteId
    sender: Sender
    dedup_key: str
    received_at: datetime
    sent_at: datetime | None


def arrivals_of(callback: AnyCallback, *, site: SiteId, received_at: datetime) -> tuple[Arrival, ...]:
    """The arrivals a callback means, in order; none for what nobody needs to act on."""
    head = _Head(
        site=site,
        sender=Sender(platform=PLATFORM, corp=callback.corp_id, user=_user(callback)),
        dedup_key=dedup_key(callback),
        received_at=received_at,
        sent_at=callback.created_at,
    )
    match callback:
        case CardClicked():
            # Cards are edited freely here: there is no one-use right to take down.
            tap = Tap(**head, token=callback.token, card=callback.card, update_handle=None, chosen=callback.chosen)
            return (tap,)
        case PeopleLeft():
            return tuple(_gone(head, callback))
        case DirectoryChanged() | OtherEvent():
            return ()
        case _:
            return _message(head, callback)


def _user(callback: AnyCallback) -> str:
    match callback:
        case CardClicked():
            return callback.user
        case PeopleLeft() | DirectoryChanged() | OtherEvent():
            return ""
        case _:
            return callback.sender or f"{OUTSIDE}{callback.sender_id}"


def _message(head: _Head, message: AnyMessage) -> tuple[Arrival, ...]:
    match message:
        case TextMessage():
            return (Text(**head, text=message.content),)
        case PictureMessage():
            return (Photo(**head, handle=message.download_code),)
        case RichMessage():
            return tuple(_rich(head, message))
        case AudioMessage():
            return (Voice(**head, handle=message.download_code, format="", text=message.recognition or None),)
        case VideoMessage():
            return (VideoArrival(**head, handle=message.download_code),)
        case OtherMessage():
            return (Unsupported(**head, kind=message.kind),)
        case QuotaMarker():
            # Whoever wrote hears that it did not arrive; who runs the system hears why, once a day.
            return (Unsupported(**head, kind=WITHHELD), _quota(head))
        case _:
            assert_never(message)


def _rich(head: _Head, message: RichMessage) -> Iterator[Arrival]:
    for number, piece in enumerate(message.parts):
        own = _numbered(head, dedup_key(message), number)
        match piece:
            case Words():
                yield Text(**own, text=piece.content)
            case Picture():
                yield Photo(**own, handle=piece.download_code)
            case _:
                assert_never(piece)


def _gone(head: _Head, left: PeopleLeft) -> Iterator[Arrival]:
    for number, user in enumerate(left.users):
        own = _numbered(head, dedup_key(left), number)
        own["sender"] = Sender(platform=PLATFORM, corp=left.corp_id, user=user)
        yield MembershipChanged(**own, joined=False)


def _quota(head: _Head) -> PlatformNotice:
    notice = head.copy()
    notice["dedup_key"] = f"{PLATFORM}:{QUOTA_NOTICE}:{head['received_at']:%Y-%m-%d}"
    return PlatformNotice(**notice, kind=QUOTA_NOTICE, detail="本月推送额度已用完，员工发来的内容收不到")


def _numbered(head: _Head, key: DedupKey, number: int) -> _Head:
    own = head.copy()
    own["dedup_key"] = part_key(key, number)
    return own
