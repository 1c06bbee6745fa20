"""What an app may answer inside a push: words for the member, or a change of the clicker's own card."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sandbox.wecom import markup
from sandbox.wecom.card_xml import UnknownElement, card_from_xml
from sandbox.wecom.crypto import EnvelopeBroken
from sandbox.wecom.events import News
from sandbox.wecom.messages import TEXT_BYTES
from sandbox.wecom.reading import Json, Notes, cut_bytes
from sandbox.wecom.screens import APP, Item, Place
from sandbox.wecom.updates import apply_update, demand_fitting, read_update
from sandbox.wecom.world import App, Remark, World

_CARD_EVENTS = frozenset({"template_card_event", "template_card_menu_event"})
_WORDS_FOR = frozenset(
    {
        *("text", "image", "voice", "video", "location", "link"),
        *("subscribe", "enter_agent", "LOCATION", "click", "view", "view_miniprogram", "scancode_waitmsg"),
        "template_card_menu_event",
    }
)
"""Messages and events an ordinary reply is accepted for."""


class ReplyBroken(Exception):
    """The receiver answered a push with something the platform cannot use; the member sees nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A decrypted reply."""

    msgtype: str
    root: Element


def open_reply(app: App, body: bytes) -> Reply | None:
    """The reply in the body of an accepted push, None for an empty body; raises `ReplyBroken`."""
    if not body.strip():
        return None
    try:
        outer = markup.read(body)
        stamp = markup.text_of(outer, "TimeStamp")
        if not stamp.isdigit():
            raise ReplyBroken("TimeStamp is not a number")
        inner = app.envelope.open_signed(
            encrypted=markup.text_of(outer, "Encrypt"),
            msg_signature=markup.text_of(outer, "MsgSignature"),
            timestamp=stamp,
            nonce=markup.text_of(outer, "Nonce"),
        )
        root = markup.read(inner)
    except (markup.MarkupBroken, EnvelopeBroken) as error:
        raise ReplyBroken(str(error)) from error
    return Reply(msgtype=markup.text_of(root, "MsgType"), root=root)


def apply_reply(world: World, app: App, news: News, reply: Reply) -> None:
    """Show the reply to the member who caused the push; raises `ReplyBroken` or `ApiError`."""
    if markup.text_of(reply.root, "FromUserName") != app.corpid:
        raise ReplyBroken("FromUserName is not the corpid")
    if markup.text_of(reply.root, "ToUserName").lower() != news.userid.lower():
        raise ReplyBroken("ToUserName is not the member who caused the push")
    if reply.msgtype in ("update_button", "update_template_card"):
        _change_card(world, app, news, reply)
        return
    if news.kind not in _WORDS_FOR:
        raise ReplyBroken(f"no {reply.msgtype} reply to {news.kind}")
    person = world.corp(app.corpid).directory.find(news.userid)
    if person is None:
        raise ReplyBroken("the member is gone")
    kind, content = _words(world, app, reply)
    item = Item(
        id=world.next_item_id(), at=world.clock.now(), sender=APP, kind=kind, content=content, agentid=app.agentid
    )
    world.screens.add(Place(corpid=app.corpid, userid=person.userid), item)


def _change_card(world: World, app: App, news: News, reply: Reply) -> None:
    if news.kind not in _CARD_EVENTS:
        raise ReplyBroken(f"no {reply.msgtype} reply to {news.kind}")
    notes = Notes()
    card: Json | None = None
    button: Json | None = None
    if reply.msgtype == "update_template_card":
        element = reply.root.find("TemplateCard")
        if element is None:
            raise ReplyBroken("TemplateCard missing")
        try:
            card = card_from_xml(element)
        except UnknownElement as error:
            raise ReplyBroken(f"unknown element {error}") from error
    else:
        button = {"replace_name": reply.root.findtext("Button/ReplaceName") or ""}
    update = read_update(world, app, card=card, button=button, translate=False, notes=notes)
    sent = world.ledger.sent[news.card]
    demand_fitting(world, sent, update)
    at = world.clock.now()
    world.remarks.extend(Remark(api=f"passive/{reply.msgtype}", at=at, note=note) for note in notes.items)
    clicker = sent.name_of(news.userid)
    if clicker is None:
        raise ReplyBroken("the clicker has no copy of the card")
    apply_update(world, sent, clicker, update)


def _words(world: World, app: App, reply: Reply) -> tuple[str, Json]:
    root = reply.root
    if reply.msgtype == "text":
        content = markup.text_of(root, "Content")
        if not content:
            raise ReplyBroken("Content missing")
        return "text", {"content": cut_bytes(content, TEXT_BYTES)}
    if reply.msgtype in ("image", "voice", "video"):
        element = root.find(reply.msgtype.capitalize())
        media_id = "" if element is None else markup.text_of(element, "MediaId")
        media = world.media.get(app.corpid, media_id)
        shown: Json = {"media_id": media.media_id, "filename": media.filename}
        if element is not None and reply.msgtype == "video":
            shown["title"] = cut_bytes(markup.text_of(element, "Title"), 128)
            shown["description"] = cut_bytes(markup.text_of(element, "Description"), 512)
        return reply.msgtype, shown
    if reply.msgtype == "news":
        return "news", {"articles": [_article(item) for item in root.iterfind("Articles/item")]}
    raise ReplyBroken(f"unknown reply type {reply.msgtype!r}")


def _article(item: Element) -> Json:
    return {
        "title": cut_bytes(markup.text_of(item, "Title"), 128),
        "description": cut_bytes(markup.text_of(item, "Description"), 512),
        "url": markup.text_of(item, "Url"),
        "picurl": markup.text_of(item, "PicUrl"),
    }
