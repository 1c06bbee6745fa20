"""The old API's uploads and work notifications (工作通知), which vanish without a word beyond their limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint, Handler, Style
from sandbox.dingtalk.errors import Errcode, LegacyError
from sandbox.dingtalk.frames import dumps, millis
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.limits import CHINA
from sandbox.dingtalk.screens import APP, Item, Place
from sandbox.dingtalk.world import App

Json = dict[str, Any]
_KINDS = ("text", "image", "voice", "file", "link", "oa", "markdown", "action_card")
_MOST_USERS, _MOST_DEPARTMENTS, _MOST_ASKED = 100, 20, 100
_MINUTE, _DAY, _WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(days=7)
PER_MINUTE, PER_DAY, DUPLICATE = 143103, 143105, 143106


@dataclass(slots=True, kw_only=True)
class Notice:
    """One accepted notification. ``dropped`` are people who silently did not get it, with the reason code."""

    task_id: int
    client_id: str
    at: datetime
    msg: Json
    shown: dict[str, tuple[Place, Item]] = field(default_factory=dict)
    invalid: list[str] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)


class NoticeApi:
    """``/media/upload`` and ``/topapi/message/corpconversation``."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.sent: dict[int, Notice] = {}
        self._today: set[tuple[str, str, str, str]] = set()

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them."""
        root = "/topapi/message/corpconversation"
        return (
            Endpoint(path="/media/upload", method="POST", handle=self.upload, style=Style.LEGACY, upload=True),
            _legacy(f"{root}/asyncsend_v2", self.send),
            _legacy(f"{root}/getsendresult", self.result),
            _legacy(f"{root}/recall", self.recall),
            _legacy(f"{root}/status_bar/update", self.status_bar),
        )

    def upload(self, call: Call) -> Json:
        """Keep a file for messages; there is no way to get it back."""
        if call.upload is None:
            raise LegacyError(Errcode.BAD_PARAMETER, "缺少media")
        media = self._hand.media.upload(
            client_id=call.app.client_id,
            kind=call.query.get("type", ""),
            filename=call.upload.filename,
            content_type=call.upload.content_type,
            content=call.upload.content,
        )
        return {"media_id": media.media_id, "type": str(media.type), "created_at": millis(media.created_at)}

    def send(self, call: Call) -> Json:
        """Accepts nearly everything; what is over a limit is dropped silently."""
        body, app = call.json(), call.app
        self._demand_agent(app, body)
        msg = self._message(call, body)
        number = self._hand.world.serials.number("notice")
        notice = Notice(task_id=256_271_667_526 + number, client_id=app.client_id, at=call.world.clock.now(), msg=msg)
        for userid in self._recipients(call, body):
            if not call.corp.sees(app, userid):
                notice.invalid.append(userid)
            elif (reason := self._over(call, userid, msg)) is not None:
                notice.dropped[userid] = reason
            else:
                notice.shown[userid] = self._show(app, userid, msg)
        self.sent[notice.task_id] = notice
        return {"task_id": notice.task_id}

    def result(self, call: Call) -> Json:
        """Who got it, for a day."""
        notice = self._mine(call, _DAY)
        forbidden = [{"code": str(code), "count": 1, "userid": userid} for userid, code in notice.dropped.items()]
        read = [userid for userid, (_, item) in notice.shown.items() if userid in item.read_by]
        return {
            "send_result": {
                "invalid_user_id_list": notice.invalid,
                "forbidden_user_id_list": list(notice.dropped),
                "failed_user_id_list": [],
                "read_user_id_list": read,
                "unread_user_id_list": [each for each in notice.shown if each not in read],
                "invalid_dept_id_list": [],
                "forbidden_list": forbidden,
            }
        }

    def recall(self, call: Call) -> Json:
        """Take it back, for a day."""
        for place, item in self._mine(call, _DAY, key="msg_task_id").shown.values():
            self._hand.screens.recall(place, item)
        return {}

    def status_bar(self, call: Call) -> Json:
        """Change the status line of an oa notification, for seven days."""
        body = call.json()
        notice = self._mine(call, _WEEK)
        if notice.msg["msgtype"] != "oa":
            raise LegacyError(Errcode.BAD_PARAMETER, "仅支持OA消息")
        for place, item in notice.shown.values():
            item.content["status"] = str(body.get("status_value", ""))
            self._hand.screens.changed(place, item)
        return {}

    # -- inside -------------------------------------------------------------------------------------------------

    def _message(self, call: Call, body: Json) -> Json:
        msg = body.get("msg")
        if not isinstance(msg, dict) or msg.get("msgtype") not in _KINDS or msg["msgtype"] not in msg:
            raise LegacyError(Errcode.BAD_PARAMETER, "msg")
        if len(dumps(msg).encode()) > call.world.limits.notice_bytes:
            raise LegacyError(Errcode.BAD_PARAMETER, "msg超过2048字节")
        return msg

    def _recipients(self, call: Call, body: Json) -> list[str]:
        if body.get("to_all_user") is True:
            return [each for each in call.corp.people if call.corp.sees(call.app, each)]
        users = [each for each in str(body.get("userid_list") or "").split(",") if each]
        departments = [each for each in str(body.get("dept_id_list") or "").split(",") if each]
        if len(users) > _MOST_USERS or len(departments) > _MOST_DEPARTMENTS or not (users or departments):
            raise LegacyError(Errcode.BAD_PARAMETER, "接收者为空或过多")
        inside = [
            person.userid
            for person in call.corp.people.values()
            if any(str(each) in departments for each in person.departments)
        ]
        return list(dict.fromkeys([*users, *inside]))

    def _over(self, call: Call, userid: str, msg: Json) -> int | None:
        """The reason why this person silently does not get it."""
        world, client_id = call.world, call.app.client_id
        day = world.clock.now().astimezone(CHINA).date().isoformat()
        same = (client_id, userid, day, dumps(msg))
        if same in self._today:
            return DUPLICATE
        limits, admits = world.limits, world.limiter.admits
        if not admits("notice_minute", client_id, limit=limits.notice_recipients_minute, span=_MINUTE):
            return PER_MINUTE
        if not admits("notice", client_id, userid, day, limit=limits.notices_per_user_day, span=_DAY):
            return PER_DAY
        self._today.add(same)
        return None

    def _show(self, app: App, userid: str, msg: Json) -> tuple[Place, Item]:
        kind = str(msg["msgtype"])
        inner = msg[kind] if isinstance(msg[kind], dict) else {}
        words = inner.get("content") or inner.get("text") or inner.get("markdown") or ""
        content: Json = {"content": words, "notice": msg, "title": inner.get("title", "")}
        place = self._hand.place(app, userid)
        item = Item(
            id=self._hand.mouth.message_id(),
            at=self._hand.world.clock.now(),
            sender=APP,
            kind="notice",
            content=content,
            robot=app.robot,
        )
        return place, self._hand.screens.add(place, item)

    def _mine(self, call: Call, span: timedelta, *, key: str = "task_id") -> Notice:
        body = call.json()
        self._demand_agent(call.app, body)
        task = str(body.get(key))
        notice = self.sent.get(int(task)) if task.isdigit() else None
        if notice is None or notice.client_id != call.app.client_id or call.world.clock.now() - notice.at >= span:
            raise LegacyError(Errcode.BAD_PARAMETER, "task_id无效或已过期")
        return notice

    def _demand_agent(self, app: App, body: Json) -> None:
        if str(body.get("agent_id")) != str(app.config.agent_id):
            raise LegacyError(Errcode.BAD_PARAMETER, "agent_id与应用不匹配")


def _legacy(path: str, handle: Handler) -> Endpoint:
    return Endpoint(path=path, method="POST", handle=handle, style=Style.LEGACY)
