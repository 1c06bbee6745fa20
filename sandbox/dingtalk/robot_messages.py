"""msgKey and msgParam of a robot's own messages: checked, and turned into what a screen shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.media import MediaType
from sandbox.dingtalk.world import App

Json = dict[str, Any]
_URLS = ("http://", "https://", "dingtalk://")
_FILE_TYPES = ("xlsx", "pdf", "zip", "rar", "doc", "docx")


def _cards() -> dict[str, tuple[str, ...]]:
    """sampleActionCard2 … 5 stand their buttons one below the other."""
    found = {}
    for number in range(2, 6):
        buttons = [(f"actionTitle{each}", f"actionURL{each}") for each in range(1, number + 1)]
        found[f"sampleActionCard{number}"] = ("title", "text", *(name for pair in buttons for name in pair))
    return found


PARAMS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("title", "text", "messageUrl", "picUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
    "sampleAudio": ("mediaId", "duration"),
    "sampleFile": ("mediaId", "fileName", "fileType"),
    "sampleVideo": ("videoMediaId", "videoType", "duration", "picMediaId"),
} | _cards()
"""What each msgKey must have."""


def render(hand: Hand, app: App, body: Json) -> tuple[str, Json]:
    """The kind of bubble and its content; raises `ApiError`."""
    key, text = body.get("msgKey"), body.get("msgParam")
    if not key:
        raise ApiError("invalidParameter.msgKey.empty", "msgKey不能为空")
    if not isinstance(key, str) or key not in PARAMS:
        raise ApiError("invalidParameter.msgKey.invalid", f"msgKey无效: {key}")
    if not isinstance(text, str) or not text:
        raise ApiError("invalidParameter.msgParam.invalid", "msgParam不是JSON字符串")
    if len(text.encode()) > hand.world.limits.param_bytes:
        raise ApiError("invalidParameter.msgParam.tooLong", "msgParam过长")
    param = _param(text, PARAMS[key])
    if key.startswith("sampleActionCard"):
        return "action_card", _action_card(param)
    return _RENDERERS[key](hand, app, param)


def _param(text: str, needed: tuple[str, ...]) -> Json:
    try:
        param: object = json.loads(text)
    except ValueError:
        param = None
    if not isinstance(param, dict):
        raise ApiError("invalidParameter.msgParam.invalid", "msgParam不是JSON对象")
    for name in needed:
        if not isinstance(param.get(name), str) or (not param[name] and name != "picUrl"):
            raise ApiError("invalidParameter.msgParam.invalid", f"msgParam.{name}缺失或不是字符串")
    return param


def _action_card(param: Json) -> Json:
    """Buttons that open pages; nothing comes back to the robot."""
    pairs = [("singleTitle", "singleURL")]
    pairs += [(f"actionTitle{each}", f"actionURL{each}") for each in range(1, 6)]
    pairs += [(f"buttonTitle{each}", f"buttonUrl{each}") for each in range(1, 3)]
    links = [{"text": param[title], "url": _url(param, url)} for title, url in pairs if title in param]
    return {"title": param["title"], "content": param["text"], "links": links}


def _text(_: Hand, __: App, param: Json) -> tuple[str, Json]:
    return "text", {"content": param["content"]}


def _markdown(_: Hand, __: App, param: Json) -> tuple[str, Json]:
    return "markdown", {"title": param["title"], "content": param["text"]}


def _image(hand: Hand, app: App, param: Json) -> tuple[str, Json]:
    photo = param["photoURL"]
    if photo.startswith(_URLS):
        return "image", {"url": photo}
    if not hand.world.quirks.image_by_media_id:
        raise ApiError("invalidParameter.msgParam.invalid", "photoURL不是网址")
    return "image", {"media_id": _media(hand, app, photo, MediaType.IMAGE)}


def _link(_: Hand, __: App, param: Json) -> tuple[str, Json]:
    return "link", {"title": param["title"], "content": param["text"], "url": _url(param, "messageUrl")}


def _audio(hand: Hand, app: App, param: Json) -> tuple[str, Json]:
    return "voice", {"media_id": _media(hand, app, param["mediaId"], MediaType.VOICE), "duration": param["duration"]}


def _file(hand: Hand, app: App, param: Json) -> tuple[str, Json]:
    if param["fileType"] not in _FILE_TYPES:
        raise ApiError("invalidParameter.msgParam.invalid", "fileType不支持")
    media = _media(hand, app, param["mediaId"], MediaType.FILE)
    return "file", {"media_id": media, "filename": param["fileName"]}


def _video(hand: Hand, app: App, param: Json) -> tuple[str, Json]:
    _media(hand, app, param["picMediaId"], MediaType.IMAGE)
    return "video", {"media_id": _media(hand, app, param["videoMediaId"], MediaType.VIDEO)}


def _media(hand: Hand, app: App, media_id: str, kind: MediaType) -> str:
    if not hand.media.usable(media_id, app.client_id, kind):
        raise ApiError("invalidParameter.msgParam.invalid", f"mediaId无效: {media_id[:12]}…")
    return media_id


def _url(param: Json, name: str) -> str:
    url = str(param.get(name, ""))
    if not url.startswith(_URLS):
        raise ApiError("invalidParameter.msgParam.invalid", f"{name}不是网址")
    return url


_RENDERERS: dict[str, Callable[[Hand, App, Json], tuple[str, Json]]] = {
    "sampleText": _text,
    "sampleMarkdown": _markdown,
    "sampleImageMsg": _image,
    "sampleLink": _link,
    "sampleAudio": _audio,
    "sampleFile": _file,
    "sampleVideo": _video,
}
