"""The pieces of a template card that only show something: each check returns the piece as the client understands it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import Quirks
from sandbox.wecom.reading import Json, NoteKind, Notes, Reader

PLAIN, URL, APPID = 0, 1, 2
"""Kinds of a link: none, web page, mini-program."""
ATTACHMENT, MEMBER = 2, 3
"""Further kinds of a line in horizontal_content_list."""
_LOWEST_RATIO, _HIGHEST_RATIO, _USUAL_RATIO = 1.3, 2.25, 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Advised lengths in characters; they differ between app cards and group-robot cards."""

    source: int
    title: int
    desc: int
    emphasis_title: int
    emphasis_desc: int
    sub_title: int
    keyname: int
    value: int
    jump_title: int
    vertical_title: int
    vertical_desc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a check needs besides the card: where remarks go, unsettled codes, lengths, and which media exist."""

    notes: Notes
    quirks: Quirks
    lengths: Lengths
    find_media: Callable[[str], object]
    """Raises `ApiError` when the media_id is unknown or expired."""

    def unlisted(self, detail: str) -> ApiError:
        """A structural mistake the error table has no code for."""
        return ApiError(self.quirks.unlisted_card_code, detail)

    def advised(self, reader: Reader, name: str, limit: int) -> str:
        """A text with an advised length."""
        text = reader.text(name)
        if len(text) > limit:
            self.notes.too_long(reader.path(name), f"has {len(text)} characters, advised are {limit}")
        return text


def any_media(media_id: str) -> None:
    """Takes every media_id for known; for checking a card without a media store."""


def keep(**pieces: object) -> Json:
    """Only the pieces that say something."""
    return {name: piece for name, piece in pieces.items() if piece not in (None, "", [])}


def source(desk: Desk, reader: Reader) -> Json:
    """Where the card comes from."""
    reader.only("icon_url", "desc", "desc_color")
    color = reader.number("desc_color") or 0
    if color not in range(4):
        desk.notes.add(NoteKind.VALUE, reader.path("desc_color"), "unknown colour, grey is used")
        color = 0
    return keep(
        icon_url=reader.text("icon_url"), desc=desk.advised(reader, "desc", desk.lengths.source), desc_color=color
    )


def main_title(desk: Desk, reader: Reader, *, title: int, desc: int) -> Json:
    """Title and line below it, with the lengths of the card type."""
    reader.only("title", "desc")
    return keep(title=desk.advised(reader, "title", title), desc=desk.advised(reader, "desc", desc))


def emphasis(desk: Desk, reader: Reader) -> Json:
    """The big figure of a text_notice."""
    reader.only("title", "desc")
    return keep(
        title=desk.advised(reader, "title", desk.lengths.emphasis_title),
        desc=desk.advised(reader, "desc", desk.lengths.emphasis_desc),
    )


def quote_area(desk: Desk, reader: Reader) -> Json:
    """A quotation, possibly with a link."""
    reader.only("type", "url", "appid", "pagepath", "title", "quote_text")
    return link(
        reader, missing_url=desk.unlisted("quote_area.url"), missing_appid=desk.unlisted("quote_area.appid")
    ) | (keep(title=reader.text("title"), quote_text=reader.text("quote_text")))


def image_text_area(desk: Desk, reader: Reader) -> Json:
    """Picture on the left, words on the right."""
    reader.only("type", "url", "appid", "pagepath", "title", "desc", "image_url")
    if not reader.text("image_url"):
        raise desk.unlisted("image_text_area.image_url")
    missing_url, missing_appid = desk.unlisted("image_text_area.url"), desk.unlisted("image_text_area.appid")
    return link(reader, missing_url=missing_url, missing_appid=missing_appid) | keep(
        title=reader.text("title"), desc=reader.text("desc"), image_url=reader.text("image_url")
    )


def card_image(desk: Desk, reader: Reader) -> Json:
    """The picture of a news_notice."""
    reader.only("url", "aspect_ratio")
    if not reader.text("url"):
        raise ApiError(Code.CARD_IMAGE_URL)
    ratio = reader.data.get("aspect_ratio", _USUAL_RATIO)
    if not isinstance(ratio, int | float) or not _LOWEST_RATIO <= ratio <= _HIGHEST_RATIO:
        desk.notes.add(NoteKind.VALUE, reader.path("aspect_ratio"), "outside 1.3 to 2.25, 1.3 is used")
        ratio = _USUAL_RATIO
    return {"url": reader.text("url"), "aspect_ratio": ratio}


def vertical_list(desk: Desk, rows: list[Reader]) -> list[Json]:
    """Lines of a news_notice, at most four."""
    if len(rows) > 4:
        raise ApiError(Code.CARD_VERTICAL_LENGTH)
    shown: list[Json] = []
    for row in rows:
        row.only("title", "desc")
        if not row.text("title"):
            raise ApiError(Code.CARD_TITLE, row.path("title"))
        shown.append(
            keep(
                title=desk.advised(row, "title", desk.lengths.vertical_title),
                desc=desk.advised(row, "desc", desk.lengths.vertical_desc),
            )
        )
    return shown


def horizontal_list(desk: Desk, rows: list[Reader]) -> list[Json]:
    """Name and value side by side, at most six lines."""
    if len(rows) > 6:
        raise ApiError(Code.CARD_HORIZONTAL_LENGTH)
    return [_horizontal(desk, row) for row in rows]


def _horizontal(desk: Desk, row: Reader) -> Json:
    row.only("type", "keyname", "value", "url", "media_id", "userid")
    if not row.text("keyname"):
        raise ApiError(Code.CARD_KEYNAME, row.path("keyname"))
    kind = row.number("type") or PLAIN
    if kind not in (PLAIN, URL, ATTACHMENT, MEMBER):
        desk.notes.add(NoteKind.VALUE, row.path("type"), "unknown type, shown as plain text")
        kind = PLAIN
    if kind == URL and not row.text("url"):
        raise ApiError(Code.CARD_URL, row.path("url"))
    if kind == ATTACHMENT:
        if not row.text("media_id"):
            raise ApiError(Code.CARD_MEDIA_ID, row.path("media_id"))
        desk.find_media(row.text("media_id"))
    if kind == MEMBER and not row.text("userid"):
        raise ApiError(Code.CARD_USERID, row.path("userid"))
    return keep(
        type=kind,
        keyname=desk.advised(row, "keyname", desk.lengths.keyname),
        value=desk.advised(row, "value", desk.lengths.value),
        url=row.text("url") if kind == URL else "",
        media_id=row.text("media_id") if kind == ATTACHMENT else "",
        userid=row.text("userid") if kind == MEMBER else "",
    )


def jump_list(desk: Desk, rows: list[Reader]) -> list[Json]:
    """Links below the card, at most three."""
    if len(rows) > 3:
        raise ApiError(Code.CARD_JUMP_LENGTH)
    shown: list[Json] = []
    for row in rows:
        row.only("type", "title", "url", "appid", "pagepath")
        if not row.text("title"):
            raise ApiError(Code.CARD_TITLE, row.path("title"))
        title = desk.advised(row, "title", desk.lengths.jump_title)
        shown.append(_listed_link(row) | {"title": title})
    return shown


def card_action(reader: Reader | None, *, required: bool) -> Json | None:
    """Where a touch on the card leads. Notices must have one of type 1 or 2."""
    if reader is None:
        if required:
            raise ApiError(Code.CARD_ACTION)
        return None
    reader.only("type", "url", "appid", "pagepath")
    kind = reader.number("type") or PLAIN
    if kind not in ((URL, APPID) if required else (PLAIN, URL, APPID)):
        raise ApiError(Code.CARD_ACTION, reader.path("type"))
    return _listed_link(reader)


def _listed_link(reader: Reader) -> Json:
    return link(
        reader,
        missing_url=ApiError(Code.CARD_URL, reader.path("url")),
        missing_appid=ApiError(Code.CARD_APPID, reader.path("appid")),
    )


def link(reader: Reader, *, missing_url: ApiError, missing_appid: ApiError) -> Json:
    """A link of type 0, 1 or 2; raises the error given for what its type needs and lacks."""
    kind = reader.number("type") or PLAIN
    if kind == URL and not reader.text("url"):
        raise missing_url
    if kind == APPID and not reader.text("appid"):
        raise missing_appid
    return keep(
        type=kind,
        url=reader.text("url") if kind == URL else "",
        appid=reader.text("appid") if kind == APPID else "",
        pagepath=reader.text("pagepath") if kind == APPID else "",
    )


def display(desk: Desk, reader: Reader, allowed: Collection[str]) -> Json:
    """All pieces of ``allowed`` that only show something, except titles and card_action."""
    shown: Json = {}
    for name, check in _OBJECTS.items():
        if name in allowed and (child := reader.child(name)) is not None:
            shown[name] = check(desk, child)
    for name, check_rows in _LISTS.items():
        if name in allowed and (rows := reader.rows(name)):
            shown[name] = check_rows(desk, rows)
    return shown


_OBJECTS: dict[str, Callable[[Desk, Reader], Json]] = {
    "source": source,
    "quote_area": quote_area,
    "emphasis_content": emphasis,
    "image_text_area": image_text_area,
    "card_image": card_image,
}
_LISTS: dict[str, Callable[[Desk, list[Reader]], list[Json]]] = {
    "vertical_content_list": vertical_list,
    "horizontal_content_list": horizontal_list,
    "jump_list": jump_list,
}
