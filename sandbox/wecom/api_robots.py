"""Group robots: webhook/send and webhook/upload_media. The key is all the authority there is."""

from __future__ import annotations

import base64
import binascii
import hashlib

from sandbox.wecom.api_media import receipt, store
from sandbox.wecom.calls import Call, Endpoint
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.limits import Rule, Unit
from sandbox.wecom.media import MediaType
from sandbox.wecom.messages import Renderer, Workshop, chat_news, render
from sandbox.wecom.reading import Json, Notes, Reader
from sandbox.wecom.screens import Item
from sandbox.wecom.webhook_cards import check_webhook_card

_TEXT_BYTES, _MARKDOWN_BYTES = 2048, 4096
_IMAGE_BYTES = 2 * 1024 * 1024


def send(call: Call) -> Json:
    """Post to the robot's group. What is too long is refused, not cut."""
    world = call.world
    chat = world.robot(call.query.get("key", ""))
    world.limiter.demand(("robot", chat.id), Rule(limit=world.limits.webhook_minute, unit=Unit.MINUTE))
    if not call.body:
        raise ApiError(Code.WEBHOOK_EMPTY)
    shop = Workshop(
        notes=call.notes,
        quirks=world.quirks,
        find_media=lambda media_id: world.media.get(chat.id, media_id),
        translate=str,
    )
    kind, content = render(shop, call.reader(), ROBOT_RENDERERS)
    item = Item(id=world.next_item_id(), at=world.clock.now(), sender=chat.name, kind=kind, content=content)
    world.screens.add(chat.place, item)
    return {}


def upload_media(call: Call) -> Json:
    """Keep a file or voice for this robot alone."""
    chat = call.world.robot(call.query.get("key", ""))
    if call.query.get("type") not in ("file", "voice"):
        raise ApiError(Code.BAD_MEDIA_TYPE)
    return receipt(store(call, chat.id))


def _bounded(reader: Reader, most: int) -> str:
    content = reader.text("content")
    if not content:
        raise ApiError(Code.TEXT_EMPTY)
    if len(content.encode()) > most:
        raise ApiError(Code.BAD_PARAMETER, f"content exceed max length {most}")
    return content


def _text(shop: Workshop, reader: Reader) -> Json:
    del shop
    reader.only("content", "mentioned_list", "mentioned_mobile_list")
    shown: Json = {"content": _bounded(reader, _TEXT_BYTES)}
    mentioned = reader.strings("mentioned_list") + reader.strings("mentioned_mobile_list")
    return shown | ({"mentioned": mentioned} if mentioned else {})


def _markdown(shop: Workshop, reader: Reader) -> Json:
    del shop
    reader.only("content")
    return {"content": _bounded(reader, _MARKDOWN_BYTES)}


def _image(shop: Workshop, reader: Reader) -> Json:
    del shop
    try:
        content = base64.b64decode(reader.text("base64"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ApiError(Code.IMAGE_BROKEN) from error
    if len(content) > _IMAGE_BYTES:
        raise ApiError(Code.WEBHOOK_IMAGE_TOO_BIG)
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise ApiError(Code.IMAGE_BROKEN)
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != reader.text("md5").lower():
        raise ApiError(Code.BAD_PARAMETER, "md5 does not match")
    return {"base64": reader.text("base64")}


def _file(shop: Workshop, reader: Reader) -> Json:
    return shop.media(reader, MediaType.FILE)


def _voice(shop: Workshop, reader: Reader) -> Json:
    return shop.media(reader, MediaType.VOICE)


def _template_card(shop: Workshop, reader: Reader) -> Json:
    notes = Notes(strict_lengths=shop.quirks.strict_card_lengths, items=shop.notes.items)
    return {"card": check_webhook_card(reader.data, notes=notes, quirks=shop.quirks, find_media=shop.find_media)}


ROBOT_RENDERERS: dict[str, Renderer] = {
    "text": _text,
    "markdown": _markdown,
    "markdown_v2": _markdown,
    "image": _image,
    "news": chat_news,
    "file": _file,
    "voice": _voice,
    "template_card": _template_card,
}

ENDPOINTS = (
    Endpoint(api="webhook/send", method="POST", handle=send, needs_token=False, counted=False),
    Endpoint(
        api="webhook/upload_media", method="POST", handle=upload_media, needs_token=False, counted=False, upload=True
    ),
)
