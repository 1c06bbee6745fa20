"""Replies through a sessionWebhook, and fetching what people sent."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from aiohttp import web

from sandbox.changes import Json
from sandbox.dingtalk.calls import Call, Endpoint, Style
from sandbox.dingtalk.config import Permission
from sandbox.dingtalk.errors import ApiError, Errcode, LegacyError
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.screens import APP, Item, Place
from sandbox.dingtalk.speech import SESSION, Session

_MINUTE = timedelta(minutes=1)
_REPLIES = {
    "text": ("content",),
    "markdown": ("title", "text"),
    "actionCard": ("title", "text"),
    "link": ("title", "text", "messageUrl"),
    "feedCard": (),
    "empty": (),
}


class TalkApi:
    """The two calls around incoming messages."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def endpoints(self) -> tuple[Endpoint, ...]:
        """Both of them."""
        return (
            Endpoint(path=SESSION, method="POST", handle=self.reply, style=Style.LEGACY, needs_token=False, free=True),
            Endpoint(
                path="/v1.0/robot/messageFiles/download",
                method="POST",
                handle=self.download,
                permission=Permission.ROBOT_SEND,
            ),
        )

    def reply(self, call: Call) -> Json:
        """Show a reply where the message came from."""
        world = call.world
        session = self._hand.mouth.sessions.get(call.query.get("session", ""))
        if session is None or world.clock.now() >= session.expires_at or world.faults.session_webhooks_dead:
            raise LegacyError(Errcode.SESSION_GONE, "session 不存在")
        robot = session.app.robot
        if not world.limiter.admits("webhook", robot, limit=world.limits.webhook_per_minute, span=_MINUTE):
            raise LegacyError(Errcode.TOO_OFTEN, "send too fast")
        body = call.json()
        kind = body.get("msgtype")
        if not isinstance(kind, str) or kind not in _REPLIES:
            raise LegacyError(Errcode.BAD_PARAMETER, "msgtype 不支持")
        content = _content(kind, body.get(kind))
        if world.quirks.session_webhook_metered:
            world.meter.use(session.app.corp_id, "pushes")
        if kind != "empty":
            self._show(session, kind, content | _called(body, content))
        return {}

    def download(self, call: Call) -> Json:
        """A temporary address for a downloadCode."""
        body = call.json()
        code, robot = body.get("downloadCode"), body.get("robotCode")
        if not isinstance(code, str) or not code or not isinstance(robot, str) or not robot:
            raise ApiError("invalidParameter.robotCode.empty", "downloadCode或robotCode为空")
        if robot != call.app.robot:
            raise ApiError("invalidParameter.robotCode.auth", "appKey与robotCode不匹配")
        return {"downloadUrl": self._hand.media.address(code, robot)}

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        """The file behind a temporary address."""
        media = self._hand.media.fetch(request.match_info["token"])
        if media is None:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>", content_type="text/xml")
        return web.Response(body=media.content, headers={"Content-Type": media.content_type})

    def _show(self, session: Session, kind: str, content: Json) -> None:
        app, group = session.app, session.group
        place = self._hand.place(app, session.userid) if group is None else Place(corp_id=app.corp_id, group=group.id)
        item = Item(
            id=self._hand.mouth.message_id(),
            at=self._hand.world.clock.now(),
            sender=APP if group is None else app.robot,
            kind=kind,
            content=content,
            robot=app.robot,
        )
        self._hand.screens.add(place, item)


def _content(kind: str, value: object) -> Json:
    """The shown content, ``content`` holding the words; raises `LegacyError` when a field is missing."""
    if kind == "empty":
        return {}
    if not isinstance(value, dict):
        raise LegacyError(Errcode.BAD_PARAMETER, f"{kind} 缺失")
    for name in _REPLIES[kind]:
        if not isinstance(value.get(name), str) or not value[name]:
            raise LegacyError(Errcode.BAD_PARAMETER, f"{kind}.{name} 缺失")
    shown = cast(Json, dict(value))
    return shown | ({"content": shown.pop("text")} if "text" in shown else {})


def _called(body: Json, content: Json) -> Json:
    """Who is really called: an @ works only when the words contain it."""
    at = body.get("at")
    if not isinstance(at, dict):
        return {}
    words = str(content.get("content", ""))
    called = [str(each) for each in at.get("atUserIds") or [] if f"@{each}" in words]
    return {"at": called, "at_all": bool(at.get("isAtAll"))}
