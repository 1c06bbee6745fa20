"""The stream's frames without I/O: text in, one typed value or one named exception out.

Rule 1: every header but the topic may be missing, and no header but the topic, the event's own and the push's id is
looked at. ``messageId`` names the push; it is only good for answering it.
Rule 2: an event is known by its type, never by its topic: the platform writes ``*`` and ``dingTalk``.
Rule 3: every refusal is a `RejectedFrame` with a reason and without a single byte of what was refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.dingtalk.callbacks import AnyCallback, AnyEvent, DirectoryChanged, OtherEvent, PeopleLeft
from bot.dingtalk.clicks import read_click
from bot.dingtalk.fields import Json, moment, optional, parsed, text, unfolded
from bot.dingtalk.messages import read_message
from bot.dingtalk.rejection import RejectedFrame, Rejection

MESSAGES: Final = "/v1.0/im/bot/messages/get"
CLICKS: Final = "/v1.0/card/instances/callback"
DISCONNECT: Final = "disconnect"

LEFT: Final = "user_leave_org"
DIRECTORY: Final = frozenset(
    {
        "user_add_org", "user_modify_org", "user_active_org",
        "org_dept_create", "org_dept_modify", "org_dept_remove",
    }
)  # fmt: skip
"""Events after which the directory is another one."""


class Kind(StrEnum):
    """The ``type`` of a frame."""

    SYSTEM = "SYSTEM"
    EVENT = "EVENT"
    CALLBACK = "CALLBACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One push. ``data`` stays out of every log."""

    kind: Kind
    topic: str
    message_id: str
    data: Json = field(repr=False)
    event_id: str = ""
    event_type: str = ""
    event_corp: str = ""
    born_at: datetime | None = None

    @property
    def retires(self) -> bool:
        """Whether the platform announces the end of this connection."""
        return self.kind is Kind.SYSTEM and self.topic == DISCONNECT

    def as_sdk(self) -> dict[str, Any]:
        """The frame as the vendor's client routes it, with nothing in it that the client could stumble over.

        What it does not know it hands on untouched; that is how the frame itself travels to its handler. What the
        platform says to the connection itself is echoed by the client.
        """
        headers = {"topic": self.topic, "messageId": self.message_id}
        echoed = json.dumps(self.data) if self.kind is Kind.SYSTEM else ""
        return {"type": self.kind.value, "headers": headers, "data": echoed, "frame": self}


def read_frame(said: str | bytes) -> Frame:
    """The envelope of a push. Raise `RejectedFrame`."""
    try:
        raw = parsed(said)
    except RejectedFrame:
        raise RejectedFrame(Rejection.NOT_JSON) from None
    headers = raw.get("headers") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(headers, dict) or raw.get("type") not in tuple(Kind):
        raise RejectedFrame(Rejection.BAD_FRAME)
    data = raw.get("data")
    if data is not None and not isinstance(data, str):
        raise RejectedFrame(Rejection.BAD_DATA)
    return Frame(
        kind=Kind(raw["type"]),
        topic=optional(headers, "topic"),
        message_id=optional(headers, "messageId"),
        data=unfolded(data) if data else {},
        event_id=optional(headers, "eventId"),
        event_type=optional(headers, "eventType"),
        event_corp=optional(headers, "eventCorpId"),
        born_at=moment(headers.get("eventBornTime")),
    )


def push_id(said: str | bytes) -> str:
    """The messageId of a frame that was turned away, so that it can be answered all the same; empty if it has none."""
    try:
        raw = parsed(said)
        return optional(raw["headers"], "messageId") if isinstance(raw, dict) else ""
    except (RejectedFrame, KeyError, AttributeError):
        return ""


def read_callback(frame: Frame, *, corp: str) -> AnyCallback:
    """What an EVENT or CALLBACK frame brings. Raise `RejectedFrame`."""
    if frame.kind is Kind.EVENT:
        return _event(frame, corp)
    if frame.kind is Kind.CALLBACK and frame.topic == MESSAGES:
        return read_message(frame.data, corp=corp)
    if frame.kind is Kind.CALLBACK and frame.topic == CLICKS:
        return read_click(frame.data, corp=corp)
    raise RejectedFrame(Rejection.UNKNOWN_TOPIC)


def _event(frame: Frame, corp: str) -> AnyEvent:
    if frame.event_corp not in {"", corp}:
        raise RejectedFrame(Rejection.FOREIGN_CORP)
    if not frame.event_id or not frame.event_type:
        raise RejectedFrame(Rejection.MISSING_FIELD)
    head = {"event_id": frame.event_id, "name": frame.event_type}
    if frame.event_type == LEFT:
        return PeopleLeft(corp_id=corp, created_at=frame.born_at, **head, users=_users(frame.data))
    if frame.event_type in DIRECTORY:
        return DirectoryChanged(corp_id=corp, created_at=frame.born_at, **head)
    return OtherEvent(corp_id=corp, created_at=frame.born_at, **head)


def _users(data: Json) -> tuple[str, ...]:
    """The platform's pages write the list under either spelling."""
    listed = data.get("userId", data.get("UserId"))
    users = listed if isinstance(listed, list) else [listed]
    return tuple(dict.fromkeys(text({"user": one}, "user").strip() for one in users))
