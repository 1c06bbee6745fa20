"""What the page shows of phones and groups: the items of both platforms in the page's own words."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from typing import cast
from urllib.parse import urlsplit

from sandbox.hands import Hand, Hands, Json, Platform
from sandbox.hands.dingtalk import DingTalkHand
from sandbox.plant.cast import CAST, CastMember

_NAMES = {member.id: member.name for member in CAST}
_LINK = re.compile(
    r"""<a href="(?P<url>[^"]+)">(?P<words>[^<]*)</a>|\[(?P<said>[^\]]+)\]\((?P<to>https?:[^)\s]+)\)"""
    r"""|(?P<bare>https?://[^\s<>，。；）]+)"""
)
_ALONE = ("/key/", "/sign/")
"""Pages of a key: made for a browser outside the chat, which holds the finger and asks for no account."""
_CODE = "/code"
_MARKS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
_LARGEST = 3 * 1024 * 1024
"""Letters of a picture in a message: a little more than the two megabytes a robot may send."""
_INSTEAD = {"voice": "［语音］", "video": "［视频］", "file": "［文件］"}


def phone_key(platform: Platform, who: str) -> str:
    """The page's name of one phone: somebody with two accounts has two."""
    return f"{platform}-{who}"


def phones(hands: Hands, first: Iterable[str]) -> list[Json]:
    """Every phone of the cast, those of the ``first`` people in front; then whoever else is on the page."""
    order = [*first, *(member.id for member in CAST)]
    shown = {member.id: member for member in CAST if member.on_page}
    people = [shown[who] for who in dict.fromkeys(order) if who in shown]
    return [_phone(hands.on(place, one.id), one) for one in people for place in hands.places(one.id)]


def _phone(hand: Hand, member: CastMember) -> Json:
    view: Json = {
        "id": phone_key(hand.platform, member.id),
        "platform": hand.platform,
        "name": member.name,
        "caption": member.on_page,
        "screen": [item_view(item) for item in hand.screen],
        "todos": [],
    }
    if isinstance(hand, DingTalkHand):
        view["todos"] = [{"id": one["id"], "text": one["subject"]} for one in hand.phone.todos if not one["done"]]
    return view


def group_views(hands: Hands, groups: Iterable[tuple[Platform, str]]) -> list[Json]:
    """The groups, each on its platform."""
    found = []
    for platform, chat in groups:
        twin = hands.wecom if platform is Platform.WECOM else hands.dingtalk
        if twin is not None:
            group = twin.group(chat)
            items = [_in_group(item) for item in group.screen]
            found.append({"id": f"{platform}-{chat}", "platform": platform, "name": group.name, "screen": items})
    return found


def _in_group(item: Json) -> Json:
    """An item of a group, with the name of the member who said it."""
    view, name = item_view(item), _NAMES.get(str(item["from"]))
    return view | {"text": f"{name}：{view['text']}"} if name and "text" in view else view


def item_view(item: Json) -> Json:
    """One bubble or card."""
    view: Json = {"id": item["id"], "at": item["at"], "mine": item["from"] == "me", "recalled": item["recalled"]}
    if item["recalled"]:
        return view | {"kind": "said"}
    if "texts" in item:
        return view | _dingtalk_card(item)
    if "card" in item:
        return view | _wecom_card(item)
    text = f"［位置］{item.get('label', '')}" if item["kind"] == "location" else _INSTEAD.get(item["kind"], "")
    said: Json = {
        "kind": "ding" if item["kind"] == "ding" else "said",
        "text": text or str(item.get("content", "")).replace("**", ""),
    }
    if item["from"] != "me" and (pieces := _with_links(said["text"])):
        said["pieces"] = pieces
    if item["kind"] == "image" and "media_id" in item:
        said["media"] = str(item["media_id"])
    elif item["kind"] == "image":
        picture = _drawn(str(item.get("base64", "")))
        said |= {"picture": picture} if picture else {"text": "［图片］"}
    if item["kind"] == "file":
        said["file"] = {"id": str(item["media_id"]), "name": str(item.get("filename", ""))}
    return view | said


def _drawn(sent: str) -> str:
    """A group robot's picture as the page draws it: what the message itself brought. Empty for one it only names."""
    if not 0 < len(sent) <= _LARGEST:
        return ""
    try:
        begins = base64.b64decode(sent, validate=True)[:8]
    except binascii.Error:
        return ""
    mime = next((mime for mark, mime in _MARKS.items() if begins.startswith(mark)), "")
    return f"data:{mime};base64,{sent}" if mime else ""


def _with_links(text: str) -> list[Json]:
    """What a client draws of the links in a text (WeCom: HTML, both in Markdown), with what stands between; nothing
    where there is none."""
    pieces: list[Json] = []
    rest = 0
    for found in _LINK.finditer(text):
        url = found["url"] or found["to"] or found["bare"]
        words = found["words"] or found["said"] or url
        pieces += [{"text": text[rest : found.start()]}, *_ways(url, words)]
        rest = found.end()
    return [*pieces, {"text": text[rest:]}] if pieces else []


def _ways(url: str, words: str) -> Iterator[Json]:
    """Where a link leads: into the phone, or past it. A code for another phone is also followed here: the visitor's
    own browser is every phone's."""
    parts = urlsplit(url)
    if not parts.path.startswith(_ALONE):
        yield {"text": words, "page": parts._replace(scheme="", netloc="").geturl()}
        return
    yield {"text": words, "url": url}
    if parts.path.endswith(_CODE):
        yield {"text": " "}
        yield {"text": "（不扫码，就在这台电脑上登记）", "url": url.removesuffix(_CODE)}


def _wecom_card(item: Json) -> Json:
    card = dict(cast(Json, item["card"]))
    if item["greyed"]:
        card["replace_text"] = item["greyed"]
    link = str((card.get("card_action") or {}).get("url", ""))
    return {"kind": "card", "card": card, "pressable": bool(item["buttons"]), "page": page_of(link)}


def _dingtalk_card(item: Json) -> Json:
    """What the template draws: texts in their looks, a form, buttons, links, and what is over and done with."""
    links = [{"text": link["text"], "page": page_of(str(link["url"]))} for link in cast(list[Json], item["links"])]
    pressable = cast(list[Json], item["buttons"])
    return {
        "kind": "dcard",
        "texts": item["texts"],
        "form": [each for each in cast(list[Json], item["form"]) if each.get("options")],
        "buttons": pressable,
        "links": [link for link in links if link["page"]],
        "done": item["greyed"],
        "click": item["click"],
    }


def page_of(url: str) -> str:
    """The path of a permit's page; empty for anything else."""
    path = urlsplit(url).path
    return path if path.startswith("/p/") else ""
