"""The decrypted callback document → a typed value ([D90239], [D90240], [D90970]).

Only authentic documents get here, but the reader still refuses what the platform never sends: anything before the root
element (so there is no place for a document type or its entities), repeated fields, depth.

The tables at the end are the whole routing: message type or event name → reader. A name that is missing there becomes
an `UnknownCallback` that keeps the name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeAlias, TypedDict
from xml.etree import ElementTree

from bot.wecom.callbacks import (
    AnyCallback,
    AppActivity,
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
    Selection,
    Subscribed,
    TextMessage,
    UnknownCallback,
    Unsubscribed,
    VideoMessage,
    VoiceMessage,
)
from bot.wecom.rejection import RejectedCallback, Rejection

MAX_DEPTH: Final = 8
"""Levels below the root. The deepest documented document, an approval, needs six."""

_OPENING: Final = re.compile(rb"\s*(?:<\?xml [^<>]*\?>\s*)?<xml>")
_NUMBER: Final = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_FROM_WECOM: Final = "wxwork"


class _Head(TypedDict):
    """The keyword arguments every `Callback` takes."""

    corp_id: str
    agent_id: int | None
    sender: str
    created_at: datetime


class _Fields:
    """The leaves of a document by name, its branches, and the bytes it came from."""

    __slots__ = ("_document", "branches", "leaves")

    def __init__(self, root: ElementTree.Element, document: bytes = b"") -> None:
        self._document = document
        self.leaves: dict[str, str] = {}
        self.branches: dict[str, ElementTree.Element] = {}
        for child in root:
            if len(child):
                _refuse_depth(child, MAX_DEPTH - 1)
                self.branches[child.tag] = child
            else:
                self.leaves[child.tag] = child.text or ""
        # A field said twice is how an unescaped end of a text would look; none of the two is believed.
        if len(self.leaves) + len(self.branches) != len(root):
            raise RejectedCallback(Rejection.BAD_DOCUMENT)

    @property
    def digest(self) -> str:
        """SHA-256 of the document; worked out only for events that have nothing better to be known by."""
        return hashlib.sha256(self._document).hexdigest()

    def need(self, name: str) -> str:
        """The text of a leaf that must be there and not be empty."""
        value = self.leaves.get(name)
        if not value:
            raise RejectedCallback(Rejection.MISSING_FIELD)
        return value

    def text(self, name: str) -> str:
        """The text of a leaf, empty when it is missing."""
        return self.leaves.get(name, "")

    def part(self, name: str) -> _Fields:
        """The leaves inside a branch, none when it is missing."""
        branch = self.branches.get(name)
        return _Fields(ElementTree.Element(name) if branch is None else branch)


_Reader: TypeAlias = Callable[[_Head, _Fields], AnyCallback]


def read(document: bytes) -> AnyCallback:
    """The typed value of a decrypted document.

    Raises `RejectedCallback` (bad_document, missing_field, bad_field).
    """
    fields = _Fields(_parse(document), document)
    kind = fields.need("MsgType").lower()
    head = _Head(
        corp_id=fields.need("ToUserName"),
        agent_id=_integer_or_none(fields.text("AgentID")),
        sender=fields.need("FromUserName"),
        created_at=_moment(fields.need("CreateTime")),
    )
    if kind != "event":
        reader, name = MESSAGES.get(kind), kind
    else:
        event = fields.need("Event").lower()
        reader, name = EVENTS.get(event), f"event:{event}"
    if reader is None:
        return UnknownCallback(**head, digest=fields.digest, name=name)
    return reader(head, fields)


def _parse(document: bytes) -> ElementTree.Element:
    if not _OPENING.match(document):
        raise RejectedCallback(Rejection.BAD_DOCUMENT)
    # The encoding is fixed here, so that a declaration inside the document cannot change what the bytes mean.
    parser = ElementTree.XMLParser(encoding="utf-8")  # noqa: S314 - no document type can stand before the root, see _OPENING
    try:
        parser.feed(document)
        return parser.close()
    except ElementTree.ParseError:
        raise RejectedCallback(Rejection.BAD_DOCUMENT) from None


def _refuse_depth(element: ElementTree.Element, left: int) -> None:
    if left == 0:
        raise RejectedCallback(Rejection.BAD_DOCUMENT)
    for child in element:
        if len(child):
            _refuse_depth(child, left - 1)


# --- values -------------------------------------------------------------------------------------------------------


def _is_integer(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20


def _integer_or_none(text: str) -> int | None:
    if not text:
        return None
    if not _is_integer(text):
        raise RejectedCallback(Rejection.BAD_FIELD)
    return int(text)


def _message_id(fields: _Fields) -> str:
    text = fields.need("MsgId")
    if not _is_integer(text):
        raise RejectedCallback(Rejection.BAD_FIELD)
    return text


def _moment(text: str) -> datetime:
    """Unix seconds → aware UTC."""
    if not _is_integer(text):
        raise RejectedCallback(Rejection.BAD_FIELD)
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise RejectedCallback(Rejection.BAD_FIELD) from None


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise RejectedCallback(Rejection.BAD_FIELD)
    return Decimal(text)


def _degrees(text: str, limit: int) -> Decimal:
    value = _decimal(text)
    if abs(value) > limit:
        raise RejectedCallback(Rejection.BAD_FIELD)
    return value


def _selections(fields: _Fields) -> tuple[Selection, ...]:
    branch = fields.branches.get("SelectedItems")
    if branch is None:
        return ()
    return tuple([_selection(item) for item in branch])


def _selection(item: ElementTree.Element) -> Selection:
    question = ""
    options: tuple[str, ...] = ()
    for part in item:
        if part.tag == "QuestionKey":
            question = part.text or ""
        elif part.tag == "OptionIds":
            options = tuple([option.text or "" for option in part])
    return Selection(question_key=question, option_ids=options)


# --- readers ------------------------------------------------------------------------------------------------------


def _text(head: _Head, fields: _Fields) -> AnyCallback:
    return TextMessage(**head, message_id=_message_id(fields), content=fields.text("Content"))


def _image(head: _Head, fields: _Fields) -> AnyCallback:
    return ImageMessage(
        **head,
        message_id=_message_id(fields),
        media_id=fields.need("MediaId"),
        picture_url=fields.text("PicUrl"),
    )


def _voice(head: _Head, fields: _Fields) -> AnyCallback:
    return VoiceMessage(
        **head,
        message_id=_message_id(fields),
        media_id=fields.need("MediaId"),
        format=fields.text("Format").lower(),
    )


def _video(head: _Head, fields: _Fields) -> AnyCallback:
    return VideoMessage(
        **head,
        message_id=_message_id(fields),
        media_id=fields.need("MediaId"),
        thumbnail_media_id=fields.text("ThumbMediaId"),
    )


def _location(head: _Head, fields: _Fields) -> AnyCallback:
    return LocationMessage(
        **head,
        message_id=_message_id(fields),
        latitude=_degrees(fields.need("Location_X"), 90),
        longitude=_degrees(fields.need("Location_Y"), 180),
        scale=_integer_or_none(fields.text("Scale")),
        label=fields.text("Label"),
        from_wechat=fields.text("AppType") != _FROM_WECOM,
    )


def _link(head: _Head, fields: _Fields) -> AnyCallback:
    return LinkMessage(
        **head,
        message_id=_message_id(fields),
        title=fields.text("Title"),
        description=fields.text("Description"),
        url=fields.text("Url"),
        picture_url=fields.text("PicUrl"),
    )


def _card_tapped(head: _Head, fields: _Fields) -> AnyCallback:
    return CardTapped(
        **head,
        key=fields.text("EventKey"),
        task_id=fields.need("TaskId"),
        card_type=fields.text("CardType"),
        response_code=fields.text("ResponseCode"),
        selections=_selections(fields),
    )


def _card_menu_tapped(head: _Head, fields: _Fields) -> AnyCallback:
    return CardMenuTapped(
        **head,
        key=fields.text("EventKey"),
        task_id=fields.need("TaskId"),
        card_type=fields.text("CardType"),
        response_code=fields.text("ResponseCode"),
    )


def _menu_clicked(head: _Head, fields: _Fields) -> AnyCallback:
    return MenuClicked(**head, digest=fields.digest, key=fields.need("EventKey"))


def _menu_viewed(head: _Head, fields: _Fields) -> AnyCallback:
    return MenuViewed(**head, digest=fields.digest, url=fields.text("EventKey"))


def _scanned(*, waiting: bool) -> _Reader:
    def reader(head: _Head, fields: _Fields) -> AnyCallback:
        code = fields.part("ScanCodeInfo")
        return CodeScanned(
            **head,
            digest=fields.digest,
            key=fields.text("EventKey"),
            scan_type=code.text("ScanType"),
            result=code.need("ScanResult"),
            waiting=waiting,
        )

    return reader


def _pictures(source: PictureSource) -> _Reader:
    def reader(head: _Head, fields: _Fields) -> AnyCallback:
        branch = fields.branches.get("SendPicsInfo")
        md5s = () if branch is None else tuple(m.text or "" for m in branch.iterfind("PicList/item/PicMd5Sum"))
        count = "" if branch is None else branch.findtext("Count", "")
        return PicturesPicked(
            **head,
            digest=fields.digest,
            key=fields.text("EventKey"),
            source=source,
            count=_integer_or_none(count) or 0,
            md5s=tuple(md5.lower() for md5 in md5s),
        )

    return reader


def _location_picked(head: _Head, fields: _Fields) -> AnyCallback:
    place = fields.part("SendLocationInfo")
    return LocationPicked(
        **head,
        digest=fields.digest,
        key=fields.text("EventKey"),
        latitude=_degrees(place.need("Location_X"), 90),
        longitude=_degrees(place.need("Location_Y"), 180),
        scale=_integer_or_none(place.text("Scale")),
        label=place.text("Label"),
        place=place.text("Poiname"),
        from_wechat=fields.text("AppType") != _FROM_WECOM,
    )


def _location_reported(head: _Head, fields: _Fields) -> AnyCallback:
    precision = fields.text("Precision")
    return LocationReported(
        **head,
        digest=fields.digest,
        latitude=_degrees(fields.need("Latitude"), 90),
        longitude=_degrees(fields.need("Longitude"), 180),
        precision_m=_decimal(precision) if precision else None,
        from_wechat=fields.text("AppType") != _FROM_WECOM,
    )


def _contact_changed(head: _Head, fields: _Fields) -> AnyCallback:
    leaves: Mapping[str, str] = fields.leaves
    return ContactChanged(
        **head,
        digest=fields.digest,
        change=fields.need("ChangeType"),
        user_id=leaves.get("UserID"),
        new_user_id=leaves.get("NewUserID"),
        party_id=leaves.get("Id"),
        tag_id=leaves.get("TagId"),
    )


def _activity(activity: AppActivity) -> _Reader:
    def reader(head: _Head, fields: _Fields) -> AnyCallback:
        effective = fields.text("EffectTime")
        return AppActivityChanged(
            **head, digest=fields.digest, activity=activity, effective_at=_moment(effective) if effective else None
        )

    return reader


MESSAGES: Final[Mapping[str, _Reader]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "location": _location,
    "link": _link,
}

EVENTS: Final[Mapping[str, _Reader]] = {
    "template_card_event": _card_tapped,
    "template_card_menu_event": _card_menu_tapped,
    "click": _menu_clicked,
    "view": _menu_viewed,
    "scancode_waitmsg": _scanned(waiting=True),
    "scancode_push": _scanned(waiting=False),
    **{source.value: _pictures(source) for source in PictureSource},
    "location_select": _location_picked,
    "location": _location_reported,
    "enter_agent": lambda head, fields: AppEntered(**head, digest=fields.digest),
    "subscribe": lambda head, fields: Subscribed(**head, digest=fields.digest),
    "unsubscribe": lambda head, fields: Unsubscribed(**head, digest=fields.digest),
    "change_contact": _contact_changed,
    **{activity.value: _activity(activity) for activity in AppActivity},
}
"""Event names are compared in lower case: the platform writes ``LOCATION`` beside ``enter_agent``."""
