"""Template cards of group robots: two notices, nothing to press, shorter lengths than app cards."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.wecom import card_parts
from sandbox.wecom.card_parts import Desk, Lengths
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import Quirks
from sandbox.wecom.reading import Json, Notes, Reader

WEBHOOK_LENGTHS = Lengths(
    source=13,
    title=26,
    desc=30,
    emphasis_title=10,
    emphasis_desc=15,
    sub_title=112,
    keyname=5,
    value=26,
    jump_title=13,
    vertical_title=26,
    vertical_desc=112,
)
_COMMON = ("card_type", "source", "main_title", "quote_area", "horizontal_content_list", "jump_list", "card_action")
_FIELDS = {
    "text_notice": (*_COMMON, "emphasis_content", "sub_title_text"),
    "news_notice": (*_COMMON, "image_text_area", "card_image", "vertical_content_list"),
}


def check_webhook_card(
    card: Json, *, notes: Notes, quirks: Quirks, find_media: Callable[[str], object] = card_parts.any_media
) -> Json:
    """The card as understood; raises `ApiError`."""
    desk = Desk(notes=notes, quirks=quirks, lengths=WEBHOOK_LENGTHS, find_media=find_media)
    reader = Reader(card, notes, "template_card")
    card_type = reader.text("card_type")
    if card_type not in _FIELDS:
        raise ApiError(Code.CARD_TYPE)
    allowed = _FIELDS[card_type]
    reader.only(*allowed)
    shown: Json = {"card_type": card_type} | _titles(desk, reader, card_type)
    shown |= card_parts.display(desk, reader, allowed)
    if card_type == "news_notice" and "card_image" not in shown:
        raise ApiError(Code.CARD_IMAGE_URL)
    action = card_parts.card_action(reader.child("card_action"), required=True)
    return shown | {"card_action": action}


def _titles(desk: Desk, reader: Reader, card_type: str) -> Json:
    shown: Json = {}
    title = ""
    if (child := reader.child("main_title")) is not None:
        title = child.text("title")
        shown["main_title"] = card_parts.main_title(desk, child, title=desk.lengths.title, desc=desk.lengths.desc)
    if card_type == "text_notice" and reader.text("sub_title_text"):
        shown["sub_title_text"] = desk.advised(reader, "sub_title_text", desk.lengths.sub_title)
    if not title and "sub_title_text" not in shown:
        raise desk.unlisted("main_title.title or sub_title_text missing")
    return shown
