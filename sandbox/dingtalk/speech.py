"""What a robot hears: the ``data`` of ``/v1.0/im/bot/messages/get`` for everything a person can say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.changes import Json
from sandbox.dingtalk.config import PersonConfig, conversation_id, short_hash
from sandbox.dingtalk.frames import millis
from sandbox.dingtalk.world import App, Group, World

SESSION_STAMP = timedelta(seconds=5400)
"""How long a sessionWebhook claims to live."""
QUOTA_CODE = 20001
SESSION = "/robot/sendBySession"
_SINGLE, _GROUP = "1", "2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One message by one person. ``msgtype`` and its ``payload`` go over as they are."""

    person: PersonConfig
    msgtype: str
    payload: Json
    group: Group | None = None
    at_robots: Sequence[str] = ()
    """robotCodes @ed; only in groups."""
    at_people: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where a sessionWebhook leads. ``expires_at`` is its real end."""

    app: App
    userid: str
    group: Group | None
    expires_at: datetime


class Mouth:
    """Builds messages for robots and remembers the webhooks handed out with them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sessions: dict[str, Session] = {}

    def message_id(self) -> str:
        """A msgId of the usual shape."""
        return "msg" + self._world.opaque("message", 16)

    def single_chat(self, app: App, userid: str) -> str:
        """conversationId of a person's chat with a robot."""
        return conversation_id(f"{app.corp_id}|{app.robot}|{userid}")

    def data(self, app: App, speech: Speech, msg_id: str) -> Json:
        """The message for one robot. Without push quota the content is missing and errorCode says why."""
        at = self._world.clock.now()
        said: Json = {
            "msgId": msg_id,
            "msgtype": speech.msgtype,
            "robotCode": app.robot,
            "chatbotUserId": robot_user_id(app),
            "chatbotCorpId": app.corp_id,
            "createAt": str(millis(at)) if self._world.quirks.create_at_as_text else millis(at),
            "senderPlatform": speech.person.platform,
            "openThreadId": self._conversation(app, speech),
        }
        said |= self._sender(app, speech.person) | self._where(app, speech) | self._webhook(app, speech, at)
        return said | (self._quota_mark() if self._quota_gone(app) else speech.payload)

    def _sender(self, app: App, person: PersonConfig) -> Json:
        sender: Json = {"senderId": person.sender_id, "senderNick": person.name}
        if person.outside:
            return sender
        sender["senderCorpId"] = app.corp_id
        if app.config.published:
            sender |= {"senderStaffId": person.userid, "isAdmin": person.admin}
        return sender

    def _conversation(self, app: App, speech: Speech) -> str:
        return self.single_chat(app, speech.person.userid) if speech.group is None else speech.group.id

    def _where(self, app: App, speech: Speech) -> Json:
        if speech.group is None:
            return {"conversationType": _SINGLE, "conversationId": self._conversation(app, speech)}
        robots = [self._world.robot(code) for code in speech.at_robots]
        named: list[Json] = [{"dingtalkId": robot_user_id(robot)} for robot in robots if robot is not None]
        people = self._world.corp(app).people
        named += [{"dingtalkId": people[each].sender_id, "staffId": each} for each in speech.at_people]
        return {
            "conversationType": _GROUP,
            "conversationId": speech.group.id,
            "conversationTitle": speech.group.name,
            "isInAtList": app.robot in speech.at_robots,
            "atUsers": named,
        }

    def _webhook(self, app: App, speech: Speech, at: datetime) -> Json:
        session = self._world.serials.noise("session", 16).hex()
        self.sessions[session] = Session(
            app=app,
            userid=speech.person.userid,
            group=speech.group,
            expires_at=at + self._world.quirks.session_webhook_life,
        )
        return {
            "sessionWebhook": f"{self._world.base_url}{SESSION}?session={session}",
            "sessionWebhookExpiredTime": millis(at + SESSION_STAMP) + 731,
        }

    def _quota_gone(self, app: App) -> bool:
        corp = self._world.corp(app)
        return self._world.faults.push_quota_gone or not self._world.meter.pushes_left(
            corp.corp_id, corp.config.edition
        )

    def _quota_mark(self) -> Json:
        return {"errorCode": QUOTA_CODE, self._world.quirks.quota_text_key: "Webhook&Stream 推送次数已用完"}


def robot_user_id(app: App) -> str:
    """The encrypted id of a robot."""
    return "$:LWCP_v1:$" + short_hash(f"robot|{app.robot}", 32)
