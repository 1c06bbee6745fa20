"""What is sent, as types, and how the platform spells it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final
from urllib.parse import quote

MAX_USERS: Final = 20
"""Receivers of one send, keys of one recall."""
MAX_PARAM: Final = 15_000
"""Bytes of ``msgParam``."""
MAX_TRACK_ID: Final = 64
MAX_SUBJECT: Final = 1024
MAX_TEXT: Final = 3500
"""Characters of one plain message: even if every one takes four bytes it fits."""


class MessageInvalid(ValueError):
    """The platform would refuse this message: our bug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain words."""

    content: str

    @property
    def key(self) -> str:
        """The platform's name of the kind."""
        return "sampleText"

    @property
    def params(self) -> Mapping[str, str]:
        """What fills it."""
        return {"content": self.content}


@dataclass(frozen=True, slots=True, kw_only=True)
class Markdown:
    """Words with headings and bold print; ``title`` is what the list of chats shows."""

    title: str
    text: str

    @property
    def key(self) -> str:
        """The platform's name of the kind."""
        return "sampleMarkdown"

    @property
    def params(self) -> Mapping[str, str]:
        """What fills it."""
        return {"title": self.title, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was uploaded; ``ending`` is one of xlsx, pdf, zip, rar, doc, docx."""

    media_id: str
    name: str
    ending: str

    @property
    def key(self) -> str:
        """The platform's name of the kind."""
        return "sampleFile"

    @property
    def params(self) -> Mapping[str, str]:
        """What fills it."""
        return {"mediaId": self.media_id, "fileName": self.name, "fileType": self.ending}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture that was uploaded. Official: by URL or by media id; one client library knows of URLs only."""

    media_id: str

    @property
    def key(self) -> str:
        """The platform's name of the kind."""
        return "sampleImageMsg"

    @property
    def params(self) -> Mapping[str, str]:
        """What fills it."""
        return {"photoURL": self.media_id}


RobotMessage = Text | Markdown | File | Image


def param(message: RobotMessage) -> str:
    """``msgParam``: a JSON text. Raises `MessageInvalid` beyond the platform's size."""
    text = json.dumps(message.params, ensure_ascii=False, separators=(",", ":"))
    if len(text.encode()) > MAX_PARAM:
        raise MessageInvalid(f"{message.key} of {len(text.encode())} bytes, {MAX_PARAM} fit")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class CardInstance:
    """One card for one member's chat with the robot.

    ``public`` and ``private`` are maps of texts; the private one is laid over the public one for this member only.
    """

    track: str
    template: str
    public: Mapping[str, str] = field(repr=False)
    private: Mapping[str, str] = field(repr=False)
    summary: str

    def __post_init__(self) -> None:
        if not 0 < len(self.track) <= MAX_TRACK_ID:
            raise MessageInvalid(f"an outTrackId has 1 to {MAX_TRACK_ID} characters")

    def data(self, user: str) -> dict[str, Any]:
        """The part that create and update share."""
        return {
            "outTrackId": self.track,
            "cardData": {"cardParamMap": dict(self.public)},
            "privateData": {user: {"cardParamMap": dict(self.private)}},
            "userIdType": 1,
        }


def create_body(card: CardInstance, user: str, *, robot: str) -> dict[str, Any]:
    """createAndDeliver into the member's chat with the robot. Presses come back over the stream."""
    return {
        **card.data(user),
        "cardTemplateId": card.template,
        "callbackType": "STREAM",
        **deliver_body(card, user, robot=robot),
        "imRobotOpenSpaceModel": {
            "supportForward": False,
            "lastMessageI18n": {"ZH_CN": card.summary},
            "searchSupport": {"searchDesc": card.summary},
            "notification": {"alertContent": card.summary, "notificationOff": False},
        },
    }


def deliver_body(card: CardInstance, user: str, *, robot: str) -> dict[str, Any]:
    """Deliver a card that exists."""
    return {
        "outTrackId": card.track,
        "userIdType": 1,
        "openSpaceId": f"dtv1.card//IM_ROBOT.{user}",
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": robot},
    }


def update_body(card: CardInstance, user: str) -> dict[str, Any]:
    """Change a card. By key: the other variables, and other members' private ones, stay."""
    return {
        **card.data(user),
        "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
    }


class DingKind(IntEnum):
    """How loud a DING is; the numbers are the platform's. SMS and phone need packs that were bought."""

    APP = 1
    SMS = 2
    PHONE = 3

    @property
    def receivers(self) -> int:
        """The most receivers of one DING."""
        return 200 if self is DingKind.APP else 20


def side_panel_link(url: str) -> str:
    """The address that opens a page of ours inside the client; on a computer at its side."""
    return f"dingtalk://dingtalkclient/page/link?url={quote(url, safe='')}&pc_slide=true"


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """An entry in somebody's list of things to do. One per ``source``; ``url``: the page a tap on it opens, inside the
    client, because the platform lets no other entry interrupt anybody."""

    source: str
    subject: str
    url: str
    executors: Sequence[str]
    """unionIds."""
    urgent: bool = False

    def body(self) -> dict[str, Any]:
        """As the platform spells it; a popup comes with what is urgent."""
        inside = side_panel_link(self.url)
        body: dict[str, Any] = {
            "sourceId": self.source,
            "subject": self.subject[:MAX_SUBJECT],
            "creatorId": self.executors[0],
            "executorIds": list(self.executors),
            "detailUrl": {"appUrl": inside, "pcUrl": inside},
            "priority": 40 if self.urgent else 20,
        }
        return body | ({"notifyConfigs": {"dingNotify": "1"}} if self.urgent else {})


def pieces(text: str, limit: int = MAX_TEXT) -> Iterator[str]:
    """``text`` in pieces of at most ``limit`` characters, cut between lines where there are any."""
    rest = text
    while len(rest) > limit:
        at = rest.rfind("\n", 1, limit + 1)
        at = at if at > 0 else limit
        yield rest[:at]
        rest = rest[at:].removeprefix("\n")
    if rest:
        yield rest
