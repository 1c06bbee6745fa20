"""Frames of the stream socket, built and read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import cast

from sandbox.changes import Json
from sandbox.serials import Serials

ROBOT_TOPIC = "/v1.0/im/bot/messages/get"
CARD_TOPIC = "/v1.0/card/instances/callback"
EVERY_EVENT = "*"
PING, DISCONNECT = "ping", "disconnect"


class FrameType(StrEnum):
    """The ``type`` of a frame and of a subscription."""

    SYSTEM = "SYSTEM"
    EVENT = "EVENT"
    CALLBACK = "CALLBACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame to a client. ``extra`` are more headers; ``bare`` leaves out specVersion and time."""

    type: FrameType
    topic: str
    data: Json
    at: datetime
    message_id: str | None
    app_id: str = ""
    connection_id: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    bare: bool = False

    def headers(self) -> Json:
        """The headers, without what this frame has none of."""
        known = {
            "appId": self.app_id,
            "connectionId": self.connection_id,
            "contentType": "application/json",
            "messageId": self.message_id or "",
            "time": "" if self.bare else str(millis(self.at)),
            "topic": self.topic,
        }
        return {name: value for name, value in (known | self.extra).items() if value}

    def to_json(self) -> Json:
        """The frame as the platform writes it: ``data`` is JSON inside a string."""
        written: Json = {} if self.bare else {"specVersion": "1.0"}
        return written | {"type": str(self.type), "headers": self.headers(), "data": dumps(self.data)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """What a client said to a frame."""

    code: int
    message_id: str
    message: str
    data: Json

    @property
    def accepted(self) -> bool:
        """Whether it counts as success: code 200, and an event that is not put off with LATER."""
        return self.code == 200 and self.data.get("status") != "LATER"


class AckMalformed(Exception):
    """The text is no ack: not JSON, no headers or no messageId."""


def read_ack(text: str) -> Ack:
    """Read an ack the way the gateway does, which looks at little; raises `AckMalformed`."""
    try:
        parsed: object = json.loads(text)
    except ValueError as error:
        raise AckMalformed("not json") from error
    if not isinstance(parsed, dict):
        raise AckMalformed("not an object")
    headers = parsed.get("headers")
    if not isinstance(headers, dict) or not isinstance(headers.get("messageId"), str):
        raise AckMalformed("no headers.messageId")
    code = parsed.get("code")
    return Ack(
        code=code if isinstance(code, int) else 0,
        message_id=headers["messageId"],
        message=str(parsed.get("message", "")),
        data=_data(parsed.get("data")),
    )


def _data(value: object) -> Json:
    """The JSON object inside the ack's data; empty for anything else."""
    if not isinstance(value, str):
        return {}
    try:
        parsed: object = json.loads(value)
    except ValueError:
        return {}
    return cast(Json, parsed) if isinstance(parsed, dict) else {}


def push_id(serials: Serials) -> str:
    """A messageId shaped like ``212b9d7c_165f_19bfa1a500a_1461def``."""
    drawn = serials.noise("push", 13).hex()
    return f"{drawn[:8]}_{drawn[8:12]}_19{drawn[12:21]}_{drawn[19:26]}"


def dumps(value: object) -> str:
    """JSON text without escapes for Chinese."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def millis(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp() * 1000)
