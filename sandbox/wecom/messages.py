"""What a message of each msgtype must carry, and what of it a client shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from sandbox.wecom.cards import Phase, check_app_card
from sandbox.wecom.directory import Directory
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import OverLength, Quirks
from sandbox.wecom.media import Media, MediaType
from sandbox.wecom.reading import Json, NoteKind, Notes, Reader, cut_bytes

TEXT_BYTES = 2048
_URL_BYTES = 2048
_MOST_ARTICLES = 8
_SAFE: dict[str, tuple[int, ...]] = {
    "text": (0, 1),
    "image": (0, 1),
    "video": (0, 1),
    "file": (0, 1),
    "mpnews": (0, 1, 2),
}
_ID_PATTERN = re.compile(r"\$(userName|departmentName|userAlias|userAliasOrName)=([^$]+)\$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What rendering needs besides the request."""

    notes: Notes
    quirks: Quirks
    find_media: Callable[[str], Media]
    """Raises `ApiError` when the media_id is unknown or expired."""
    translate: Callable[[str], str]
    """Replaces ``$userName=ID$`` and its like, or leaves the text alone."""

    def media(self, reader: Reader, kind: MediaType, name: str = "media_id") -> Json:
        """A file of the right type."""
        found = self.find_media(reader.text(name))
        if found.type is not kind:
            raise ApiError(Code.BAD_MEDIA_TYPE, f"{reader.path(name)} is a {found.type}")
        return {"media_id": found.media_id, "filename": found.filename}

    def cut(self, reader: Reader, name: str, limit: int) -> str:
        """At most ``limit`` bytes, with a remark when something was cut off."""
        return self.cut_text(reader.path(name), reader.text(name), limit)

    def cut_text(self, path: str, text: str, limit: int) -> str:
        """At most ``limit`` bytes of ``text``, with a remark when something was cut off."""
        if len(text.encode()) <= limit:
            return text
        self.notes.add(NoteKind.LENGTH, path, f"cut at {limit} bytes")
        return cut_bytes(text, limit)

    def cut_chars(self, reader: Reader, name: str, limit: int) -> str:
        """At most ``limit`` characters, with a remark when something was cut off."""
        text = reader.text(name)
        if len(text) > limit:
            self.notes.add(NoteKind.LENGTH, reader.path(name), f"cut at {limit} characters")
        return text[:limit]


Renderer = Callable[[Workshop, Reader], Json]


def render(shop: Workshop, body: Reader, renderers: dict[str, Renderer]) -> tuple[str, Json]:
    """msgtype and shown content of a request body; raises `ApiError` 40008 for a type that is not served here."""
    msgtype = body.text("msgtype")
    if msgtype not in renderers:
        raise ApiError(Code.BAD_MSGTYPE, "invalid message type")
    payload = body.child(msgtype)
    if payload is None:
        raise ApiError(Code.EMPTY_PARAMETER, f"{msgtype} missing")
    return msgtype, renderers[msgtype](shop, payload)


def check_safe(body: Reader) -> None:
    """The ``safe`` flag: allowed for a few types, refused for news, without effect elsewhere."""
    safe = body.number("safe") or 0
    if not safe:
        return
    msgtype = body.text("msgtype")
    if msgtype == "news":
        raise ApiError(Code.BAD_SAFE)
    allowed = _SAFE.get(msgtype)
    if allowed is None:
        body.notes.add(NoteKind.IGNORED, "safe", "has no effect here")
    elif safe not in allowed:
        raise ApiError(Code.BAD_PARAMETER, "safe")


def translator(directory: Directory, *, on: bool) -> Callable[[str], str]:
    """Names for ids (enable_id_trans); unknown ids stay as typed."""

    def name(match: re.Match[str]) -> str:
        kind, key = match.groups()
        if kind == "departmentName":
            department = directory.departments.get(int(key)) if key.isdigit() else None
            return match.group() if department is None else department.name
        person = directory.find(key)
        if person is None:
            return match.group()
        return {"userName": person.name, "userAlias": person.alias}.get(kind, person.alias or person.name)

    return (lambda text: _ID_PATTERN.sub(name, text)) if on else str


def translate_card(card: Json, translate: Callable[[str], str]) -> Json:
    """Names for ids in the card fields that support it: not in buttons, options, quotes or vertical lists."""
    changed = dict(card)
    for name, fields in (("source", ("desc",)), ("main_title", ("title", "desc"))):
        if name in changed:
            part = cast(Json, changed[name])
            changed[name] = part | {field: translate(str(part[field])) for field in fields if field in part}
    if "sub_title_text" in changed:
        changed["sub_title_text"] = translate(str(changed["sub_title_text"]))
    if "horizontal_content_list" in changed:
        lines = cast(list[Json], changed["horizontal_content_list"])
        changed["horizontal_content_list"] = [
            line | ({"value": translate(str(line["value"]))} if "value" in line else {}) for line in lines
        ]
    return changed


def _text(shop: Workshop, reader: Reader) -> Json:
    reader.only("content", "mentioned_list")
    content = shop.translate(reader.text("content"))
    if not content:
        raise ApiError(Code.TEXT_EMPTY)
    mentioned = reader.strings("mentioned_list")
    shown: Json = {"content": _limited(shop, reader, content, shop.quirks.text_over_length)}
    return shown | ({"mentioned": mentioned} if mentioned else {})


def _markdown(shop: Workshop, reader: Reader) -> Json:
    reader.only("content")
    content = reader.text("content")
    if not content:
        raise ApiError(Code.TEXT_EMPTY)
    return {"content": _limited(shop, reader, content, shop.quirks.markdown_over_length)}


def _limited(shop: Workshop, reader: Reader, content: str, too_long: OverLength) -> str:
    if too_long is OverLength.REJECT and len(content.encode()) > TEXT_BYTES:
        raise ApiError(Code.CONTENT_TOO_BIG)
    return shop.cut_text(reader.path("content"), content, TEXT_BYTES)


def _image(shop: Workshop, reader: Reader) -> Json:
    return shop.media(reader, MediaType.IMAGE)


def _voice(shop: Workshop, reader: Reader) -> Json:
    return shop.media(reader, MediaType.VOICE)


def _file(shop: Workshop, reader: Reader) -> Json:
    return shop.media(reader, MediaType.FILE)


def _video(shop: Workshop, reader: Reader) -> Json:
    reader.only("media_id", "title", "description")
    words = {"title": shop.cut(reader, "title", 128), "description": shop.cut(reader, "description", 512)}
    return shop.media(reader, MediaType.VIDEO) | words


def _textcard(shop: Workshop, reader: Reader) -> Json:
    return _titled(reader) | {
        "title": shop.translate(shop.cut_chars(reader, "title", 128)),
        "description": shop.translate(shop.cut_chars(reader, "description", 512)),
        "url": address(reader, "url"),
        "btntxt": shop.cut_chars(reader, "btntxt", 4) or "详情",
    }


def _chat_textcard(shop: Workshop, reader: Reader) -> Json:
    return _titled(reader) | {
        "title": shop.cut(reader, "title", 128),
        "description": shop.cut(reader, "description", 512),
        "url": address(reader, "url"),
        "btntxt": shop.cut_chars(reader, "btntxt", 4) or "详情",
    }


def _titled(reader: Reader) -> Json:
    reader.only("title", "description", "url", "btntxt")
    if not reader.text("title"):
        raise ApiError(Code.TITLE_MISSING)
    if not reader.text("description"):
        raise ApiError(Code.DESCRIPTION_MISSING)
    return {}


def address(reader: Reader, name: str, *, required: bool = True) -> str:
    """A web address with scheme, at most 2048 bytes; raises `ApiError` 40058."""
    url = reader.text(name)
    if not url and not required:
        return ""
    if not url.startswith(("http://", "https://")) or len(url.encode()) > _URL_BYTES:
        raise ApiError(Code.BAD_PARAMETER, f"{reader.path(name)} is not a usable url")
    return url


def _articles(reader: Reader) -> list[Reader]:
    rows = reader.rows("articles")
    if not rows:
        raise ApiError(Code.EMPTY_PARAMETER, "articles")
    if len(rows) > _MOST_ARTICLES:
        raise ApiError(Code.TOO_MANY_ARTICLES)
    for row in rows:
        if not row.text("title"):
            raise ApiError(Code.TITLE_MISSING, row.path("title"))
    return rows


def _news(shop: Workshop, reader: Reader) -> Json:
    return _news_shown(shop, reader, program_allowed=True)


def chat_news(shop: Workshop, reader: Reader) -> Json:
    """News in a group: every article needs a url."""
    return _news_shown(shop, reader, program_allowed=False)


def _news_shown(shop: Workshop, reader: Reader, *, program_allowed: bool) -> Json:
    shown: list[Json] = []
    for row in _articles(reader):
        row.only("title", "description", "url", "picurl", "appid", "pagepath")
        program = program_allowed and bool(row.text("appid") and row.text("pagepath"))
        shown.append(
            {
                "title": shop.translate(shop.cut(row, "title", 128)),
                "description": shop.translate(shop.cut(row, "description", 512)),
                "url": "" if program else address(row, "url"),
                "picurl": address(row, "picurl", required=False),
            }
        )
    return {"articles": shown}


def _mpnews(shop: Workshop, reader: Reader) -> Json:
    shown: list[Json] = []
    for row in _articles(reader):
        thumb = shop.media(row, MediaType.IMAGE, "thumb_media_id")["media_id"]
        if not row.text("content"):
            raise ApiError(Code.EMPTY_PARAMETER, row.path("content"))
        if len(row.text("content").encode()) > 666 * 1024:
            raise ApiError(Code.CONTENT_TOO_BIG, row.path("content"))
        words: Json = {name: shop.cut(row, name, limit) for name, limit in (("author", 64), ("digest", 512))}
        shown.append({"title": row.text("title"), "thumb_media_id": thumb, "content": row.text("content")} | words)
    return {"articles": shown}


def _miniprogram(shop: Workshop, reader: Reader) -> Json:
    if not reader.text("appid"):
        raise ApiError(Code.EMPTY_PARAMETER, "appid")
    if not reader.text("title"):
        raise ApiError(Code.TITLE_MISSING)
    rows = reader.rows("content_item") or []
    if len(rows) > 10:
        raise ApiError(Code.BAD_PARAMETER, "content_item")
    items = [{"key": row.text("key"), "value": shop.translate(row.text("value"))} for row in rows]
    return {
        "appid": reader.text("appid"),
        "page": reader.text("page"),
        "title": shop.translate(reader.text("title")),
        "description": shop.translate(reader.text("description")),
        "content_item": items,
    }


def _template_card(shop: Workshop, reader: Reader) -> Json:
    notes = Notes(strict_lengths=shop.quirks.strict_card_lengths, items=shop.notes.items)
    card = check_app_card(reader.data, phase=Phase.SEND, notes=notes, quirks=shop.quirks, find_media=shop.find_media)
    return {"card": translate_card(card, shop.translate)}


CHAT_RENDERERS: dict[str, Renderer] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "file": _file,
    "textcard": _chat_textcard,
    "news": chat_news,
    "mpnews": _mpnews,
    "markdown": _markdown,
}
"""What a group made by an app can be sent: no cards."""

APP_RENDERERS: dict[str, Renderer] = CHAT_RENDERERS | {
    "textcard": _textcard,
    "news": _news,
    "miniprogram_notice": _miniprogram,
    "template_card": _template_card,
}
"""What a member can be sent by an app."""
