"""What the app sends, as types, and the JSON bodies they become ([D90236], [D94888])."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias, assert_never

Json: TypeAlias = Mapping[str, Any]

MAX_TEXT: Final = 2048
"""Bytes of UTF-8, for text and markdown; the platform cuts what is longer in the middle of a word."""
MAX_USERS: Final = 1000
MAX_PARTIES: Final = 100
MAX_TAGS: Final = 100
DUPLICATE_WINDOW: Final = timedelta(minutes=30)
"""How long a repeated request stays unheard. The platform allows up to four hours."""
_WINDOW_SPREAD: Final = 3600


class MessageInvalid(ValueError):
    """The message breaks a documented limit; sending it would lose or mangle words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class To:
    """Who shall receive it: members, departments, tags, or everyone in the app's range."""

    users: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    everyone: bool = False

    def __post_init__(self) -> None:
        if not (self.users or self.parties or self.tags or self.everyone):
            raise MessageInvalid("a message needs a recipient")
        if len(self.users) > MAX_USERS or len(self.parties) > MAX_PARTIES or len(self.tags) > MAX_TAGS:
            raise MessageInvalid("too many recipients for one message")
        if any("|" in name or not name for name in (*self.users, *self.parties, *self.tags)):
            raise MessageInvalid("a recipient's id is empty or contains the separator")
        if "@all" in self.users:
            raise MessageInvalid("everyone must be said by name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain words, line breaks and links. At most 2048 bytes: split longer ones with `split_text`."""

    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Markdown:
    """A little markup; not shown in the WeChat plugin."""

    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateCard:
    """A card of any of the five types, already encoded (`cards.wecom`)."""

    card: Json


class MediaKind(StrEnum):
    """What a media id stands for."""

    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, voice or file uploaded within the last 3 days. Video needs a title and is not sent by this product."""

    kind: MediaKind
    media_id: str


Outgoing: TypeAlias = Text | Markdown | TemplateCard | Media


@dataclass(frozen=True, slots=True, kw_only=True)
class GreyOut:
    """An update that leaves the card as it is and kills its buttons with these words."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCard:
    """An update that replaces the whole card. A notice as replacement still needs its card_action."""

    card: Json


Update: TypeAlias = GreyOut | ReplaceCard


def send_body(message: Outgoing, to: To, *, agent_id: int, key: str) -> dict[str, Any]:
    """The JSON of message/send.

    ``key`` is the sender's idempotency key: the same key makes the same JSON, which the platform delivers once however
    often it is posted within `DUPLICATE_WINDOW`; another key makes other JSON, so that the same words said again on
    purpose are heard again. Raises `MessageInvalid`.
    """
    body: dict[str, Any] = {"agentid": agent_id, **_recipients(to), **_content(message)}
    body["enable_duplicate_check"] = 1
    body["duplicate_check_interval"] = _interval(key)
    return body


def update_body(
    update: Update, *, agent_id: int, response_code: str, users: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """The JSON of message/update_template_card; ``users`` None means every recipient of that card."""
    body: dict[str, Any] = {"agentid": agent_id, "response_code": response_code}
    if users is None:
        body["atall"] = 1
    elif 0 < len(users) <= MAX_USERS:
        body["userids"] = list(users)
    else:
        raise MessageInvalid("an update names 1 to 1000 members, or all")
    match update:
        case GreyOut(words=words):
            body["button"] = {"replace_name": words}
        case ReplaceCard(card=card):
            body["template_card"] = dict(card)
        case _:
            assert_never(update)
    return body


def split_text(text: str, limit: int = MAX_TEXT) -> Iterator[str]:
    """Cut ``text`` into pieces of at most ``limit`` bytes, between lines where possible, never inside a character.

    Raises `MessageInvalid` when even one character does not fit.
    """
    if limit < 4:
        raise MessageInvalid("no room for a character")
    rest = text
    while len(rest.encode()) > limit:
        head = rest.encode()[:limit].decode("utf-8", "ignore")
        line_end = head.rfind("\n")
        if line_end > 0:
            yield head[:line_end]
            rest = rest[line_end + 1 :]
        else:
            yield head
            rest = rest[len(head) :]
    if rest:
        yield rest


def _recipients(to: To) -> dict[str, str]:
    if to.everyone:
        return {"touser": "@all"}
    named = {"touser": to.users, "toparty": to.parties, "totag": to.tags}
    return {field: "|".join(ids) for field, ids in named.items() if ids}


def _content(message: Outgoing) -> dict[str, Any]:
    match message:
        case Text(content=content):
            return {"msgtype": "text", "text": {"content": _fitting(content)}}
        case Markdown(content=content):
            return {"msgtype": "markdown", "markdown": {"content": _fitting(content)}}
        case TemplateCard(card=card):
            return {"msgtype": "template_card", "template_card": dict(card)}
        case Media(kind=MediaKind.VIDEO):
            raise MessageInvalid("video is not sent")
        case Media(kind=kind, media_id=media_id):
            return {"msgtype": kind.value, kind.value: {"media_id": media_id}}
        case _:
            assert_never(message)


def _fitting(content: str) -> str:
    if not content or len(content.encode()) > MAX_TEXT:
        raise MessageInvalid(f"a text has 1 to {MAX_TEXT} bytes")
    return content


def _interval(key: str) -> int:
    """Seconds: the window, stretched by up to an hour depending on the key. No other field may carry a difference."""
    spread = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % _WINDOW_SPREAD
    return int(DUPLICATE_WINDOW.total_seconds()) + spread
