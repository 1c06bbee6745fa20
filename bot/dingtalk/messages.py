"""What a person sent to the robot: the platform's raw object as a type.

Read without the vendor's message classes: those know three of the seven kinds and break on a message whose words the
platform withholds because a quota is used up.

A quoted message (引用) comes along in its reply. It is left out: its words are not this person's, now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, TypedDict

from bot.dingtalk.callbacks import (
    AnyMessage,
    AudioMessage,
    OtherMessage,
    Picture,
    PictureMessage,
    QuotaMarker,
    RichMessage,
    TextMessage,
    VideoMessage,
    Words,
)
from bot.dingtalk.fields import Json, moment, optional, part, text
from bot.dingtalk.rejection import RejectedFrame, Rejection

MAX_WORDS: Final = 100_000
"""Characters. Longer than any person writes; how much of it is read is decided further in."""
MAX_PARTS: Final = 50
QUOTA_GONE: Final = "20001"
"""errorCode of a message that arrives without its words."""


class _Head(TypedDict):
    corp_id: str
    created_at: datetime | None
    message_id: str
    robot_code: str
    sender: str | None
    sender_id: str
    in_group: bool


def read_message(raw: Json, *, corp: str) -> AnyMessage:
    """The message in ``raw``. Raise `RejectedFrame` for one that does not tell who sent which.

    One that does, and whose content cannot be read, is of a kind we have no use for: its sender hears so, because
    silence could be taken for an answer.
    """
    head = _Head(
        corp_id=corp,
        created_at=moment(raw.get("createAt")),
        message_id=text(raw, "msgId"),
        robot_code=optional(raw, "robotCode"),
        sender=_sender(raw, corp),
        sender_id=optional(raw, "senderId"),
        in_group=str(raw.get("conversationType")) == "2",
    )
    if head["sender"] is None and not head["sender_id"]:
        raise RejectedFrame(Rejection.MISSING_FIELD)
    if _withheld(raw):
        return QuotaMarker(**head)
    kind = text(raw, "msgtype")
    try:
        return _READERS.get(kind, _other)(head, raw)
    except RejectedFrame:
        return _other(head, raw)


def _sender(raw: Json, corp: str) -> str | None:
    """The user id, if this is somebody of our own organisation. Nothing else identifies anybody."""
    user = optional(raw, "senderStaffId").strip()
    theirs = optional(raw, "senderCorpId")
    return user if user and theirs in {"", corp} else None


def _withheld(raw: Json) -> bool:
    return str(raw.get("errorCode", "")) == QUOTA_GONE and not raw.get("text") and not raw.get("content")


def _other(head: _Head, raw: Json) -> AnyMessage:
    return OtherMessage(**head, kind=text(raw, "msgtype"))


def _text(head: _Head, raw: Json) -> AnyMessage:
    # In groups a blank stands where the robot was called by name.
    return TextMessage(**head, content=_words(part(raw, "text"), "content").strip())


def _picture(head: _Head, raw: Json) -> AnyMessage:
    return PictureMessage(**head, download_code=_code(part(raw, "content")))


def _rich(head: _Head, raw: Json) -> AnyMessage:
    pieces = part(raw, "content").get("richText")
    if not isinstance(pieces, list) or len(pieces) > MAX_PARTS:
        raise RejectedFrame(Rejection.BAD_FIELD)
    parts = tuple(_joined(pieces))
    return RichMessage(**head, parts=parts) if parts else OtherMessage(**head, kind="richText")


def _joined(pieces: list[Any]) -> Iterator[Words | Picture]:
    """Pictures as they come, and the words between them, each stretch in one."""
    words: list[str] = []
    for piece in pieces:
        if not isinstance(piece, dict):
            raise RejectedFrame(Rejection.BAD_FIELD)
        if piece.get("type") == "picture":
            yield from _said(words)
            words.clear()
            yield Picture(download_code=_code(piece))
        else:
            words.append(_words(piece, "text"))
    yield from _said(words)


def _said(words: list[str]) -> Iterator[Words]:
    content = "".join(words).strip()
    if content:
        yield Words(content=content)


def _audio(head: _Head, raw: Json) -> AnyMessage:
    content = part(raw, "content")
    return AudioMessage(**head, download_code=_code(content), recognition=_words(content, "recognition").strip())


def _video(head: _Head, raw: Json) -> AnyMessage:
    # Its duration comes as milliseconds or as seconds; nobody needs it.
    return VideoMessage(**head, download_code=_code(part(raw, "content")))


def _code(raw: Json) -> str:
    return text(raw, "downloadCode", limit=4096)


def _words(raw: Json, name: str) -> str:
    return optional(raw, name, limit=MAX_WORDS)


_READERS: Final[Mapping[str, Callable[[_Head, Json], AnyMessage]]] = {
    "text": _text,
    "picture": _picture,
    "richText": _rich,
    "audio": _audio,
    "video": _video,
}
"""A kind that is not here is nothing we can use, and its sender is told so."""
